"""The kernel that all services share, and the published language between them.

Owns the event log, transport, intake, web and database plumbing, and `contracts`, the
event types. Knows no service: nothing here imports from `services`.
"""
