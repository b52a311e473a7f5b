"""Tables of states and events of the audit service's records."""

from __future__ import annotations

from functools import partial

from services.audit.domain import AGGREGATES
from shared.testing.state_table import StateTable

Table = partial(StateTable, AGGREGATES)
