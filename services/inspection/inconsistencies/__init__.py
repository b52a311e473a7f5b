"""Conditions over the facts of several services: never refused, shown as inconsistencies of the agency (ADR 10).

`conditions.py` says what is inconsistent (pure), `facts.py` which events matter, `projection.py` keeps them, `judging.py` publishes what is
found once all logs have been read that far, `api.py` lists it as of a day and as known at an instant.
"""
