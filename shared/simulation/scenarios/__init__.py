"""One module per aggregate: how its life goes, as a generator of dated events."""
