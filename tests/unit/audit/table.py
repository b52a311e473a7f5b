"""Tables of states and events of the audit service's records."""

from __future__ import annotations

from functools import partial

from services.audit.domain import AGGREGATES
from tests.unit.transition_table import TransitionTable

Table = partial(TransitionTable, AGGREGATES)
