"""Any event that a log can hold travels without a byte changed."""

from __future__ import annotations

import orjson
from hypothesis import given
from hypothesis import strategies as st

from shared import clock
from shared.eventstore.records import RecordedEvent
from shared.eventstore.wire import SYSTEM_ATTRIBUTES, from_wire, to_wire

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NAMES = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=10)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
ENVELOPE = ("id", "source", "subject", "time", "type", "data", "provenance")
#: 2013 to 2040 in microseconds.
INSTANTS = st.integers(1_356_998_400_000_000, 2_208_988_800_000_000)
PROVENANCES = st.sampled_from(["self_reported", "imported", "inspected", "derived"])


@given(
    data=st.dictionaries(TEXT.filter(lambda name: name != "agency_id"), JSON, max_size=4),
    extensions=st.dictionaries(NAMES.filter(lambda n: n not in (*ENVELOPE, *SYSTEM_ATTRIBUTES)), TEXT, max_size=3),
    source=NAMES,
    instants=st.tuples(INSTANTS, INSTANTS, INSTANTS),
    kept_as=PROVENANCES,
    claimed=st.none() | PROVENANCES,
)
def test_what_goes_on_the_wire_comes_back(data, extensions, source, instants, kept_as, claimed):
    occurred_at, recorded_at, received_at = instants
    attributes = {
        **extensions,
        "id": "e",
        "source": f"/agencies/{source}",
        "subject": "s",
        "time": clock.to_rfc3339(occurred_at),
        "type": "qms.procedure.revised",
        "data": data,
        **({"provenance": claimed} if claimed else {}),
    }
    body = orjson.dumps(attributes, option=orjson.OPT_SORT_KEYS)
    place = ("documents", 0, 7, "qms.procedure.revised", source, source, "s", "e")
    event = RecordedEvent(*place, occurred_at, recorded_at, received_at, kept_as, "asserter", 3, body)
    assert from_wire(orjson.loads(to_wire(event))) == event
