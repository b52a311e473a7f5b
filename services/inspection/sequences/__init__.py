"""Gaps in the running numbers that sources give their events: noticed and shown, never a reason to refuse.

A number that is missing here never came, or was refused or waits (then the quarantine has it). `numbers.py` is the arithmetic,
`projection.py` keeps it by source over all logs, `showing.py` shows it.
"""
