"""One transaction API over PostgreSQL and SQLite, bulk reads and writes, migrations.

Owns connections, timeouts, durability settings and the drivers' ways to the hub; knows nothing of events.
"""
