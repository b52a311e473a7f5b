"""Accounts of the people who use the pages, their sessions and saved views; data of this service, not events.

Passwords and names of people stay in these tables: they never enter an event or a log.
"""
