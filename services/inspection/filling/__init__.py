"""Fills a set of tables of the oversight views at once: record by record instead of batch by batch, on several processors.

A rebuild by batches loads and stores the state of a record with each batch that has an event of it, and keeps every index up
to date meanwhile. Here each record's events are read together, from the inbox of the set that serves, and folded once; indexes
are made when all rows are there. What the tables say is the same (`services/inspection/contents.py`). PostgreSQL only:
SQLite has one writer, which the service itself needs.
"""
