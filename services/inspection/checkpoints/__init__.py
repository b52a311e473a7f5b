"""Sums of the oversight views up to the ends of months, so that a question need not add up every change there ever was.

What is known up to the end of a month never changes once the logs are past it, so its sums are written once: `making.py`
works them out in the background, `reading.py` puts them together with the changes of the months that a question cuts.
What a question answers is the same with and without them (ADR 13).
"""
