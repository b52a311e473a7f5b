"""Dashboards for those who run the system, made by code."""
