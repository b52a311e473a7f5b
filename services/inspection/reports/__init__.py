"""Periodic reports from events: filled in for the agency, its differences kept, rolled up to the Prime Minister's."""
