"""The log of a service: contiguous positions, stream states, quarantine, cursors.

Owns what is written together with events; knows nothing of brokers, HTTP or what the events mean.
"""
