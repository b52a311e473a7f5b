"""Revisions of the kernel's tables, written once and called by each service's own migrations.

A revision is frozen: what a released one creates is changed by a later one only.
"""
