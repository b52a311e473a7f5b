"""Legal texts, public procedures (TTHC), working procedures and declarations of conformity.

In come the agencies' events about their documents. Out go the same events, and what follows
from them: which procedures are stale because a text they rest on changed. It never judges
agencies and computes no indicators; that is the inspection service's job.
"""
