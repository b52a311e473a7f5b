"""Events that were not lived but could have been: the simulated national stream, and the history behind the demonstration.

Owns the making of events only; they are pushed like anybody's. Needs no service: what it writes is the published language
(`shared.contracts`), and whether each event is accepted is for the services to say (and for this package's tests).
"""
