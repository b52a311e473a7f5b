"""Backups of the services' databases: taken while they run, put back into empty ones, checked event by event.

Every backup is one consistent snapshot with a manifest beside it. What a log needs after a restore
(`shared.eventstore.restoring`) is done here, so that nobody can forget it.
"""
