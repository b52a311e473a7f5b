"""Thresholds of indicators: which are watched, on which side each figure is, and the events when one crosses over.

Alert rules live on these events (`qms.indicator.crossed`); they compute nothing themselves.
"""
