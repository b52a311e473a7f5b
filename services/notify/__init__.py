"""Alerts: turns events and silence into alerts that reach a person and escalate until somebody acts.

In come the events of the other services. Out go `qms.alert.*` and `qms.delivery.*`. It holds
deadlines and counts events; it computes no indicator and derives no staleness.
"""
