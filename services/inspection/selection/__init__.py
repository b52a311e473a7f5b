"""Which agencies to inspect: risk of each, explained, and a list that anybody can compute again bit for bit."""
