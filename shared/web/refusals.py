"""What is kept of every access outside somebody's own part: a line in the log, and a count.

Names accounts and keys by their ids; never a person, never what was asked for beyond the agency or path.
"""

from __future__ import annotations

import logging

from prometheus_client import Counter

_log = logging.getLogger(__name__)

REFUSED = Counter(
    "oversight_access_refused_total",
    "Requests refused because they went beyond the role or the agencies of whoever sent them.",
    ("service", "role"),
)


def note_refusal(service: str, who: str, role: str, wanted: str) -> None:
    """Log and count one refusal.

    Args:
        service: The service that refused.
        who: Id of the account or key.
        role: Role, or `agency` for a key.
        wanted: Agency id or path.
    """
    REFUSED.labels(service, role).inc()
    _log.warning("access refused: account %s, role %s, wanted %.200s", who, role, wanted)
