"""Indicators as pure functions: what the facts of one stream contribute, and how figures follow from it.

Nothing in this package knows a database, a clock or another stream. `timeline.py` has the arithmetic of
contributions over time; one module per family of streams (`families.py`) says what facts mean; the modules of formulas
(`coverage`, `currency`, `upkeep`, `discipline`, `improvement`, `management`, `voices`, `people`, `inspecting`, `overlap`,
`law`, `tracking`, `composite`, `league`) turn sums per agency into figures; `definitions.py` names it all.
"""
