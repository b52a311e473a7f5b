"""Indicators as pure functions: what the facts of one stream contribute, and how figures follow from it.

Nothing in this package knows a database, a clock or another stream. `timeline.py` has the arithmetic of
contributions over time; one module per family (declarations, procedures, catalogue, audits, actions, dossiers) says
what facts mean; `figures.py` turns sums per agency into numerators and denominators; `definitions.py` names it all.
"""
