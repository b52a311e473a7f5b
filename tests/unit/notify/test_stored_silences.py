"""Silences that stand in the log from a time when other expressions were taken."""

from __future__ import annotations

import logging

import orjson
from sqlalchemy import create_engine, insert

from services.notify.domain.matching import LABELS
from services.notify.domain.system_signal import SYSTEM
from services.notify.pipeline.muting import Muting
from services.notify.tables import silences

NOW = 1_000


def silence(silence_id: str, matcher: str) -> dict:
    body = orjson.dumps({"matchers": [matcher], "reason": "Bảo trì", "by": "staff"}).decode()
    return {"silence_id": silence_id, "source": SYSTEM, "begins_at": 0, "ends_at": 2 * NOW, "body": body}


def test_a_silence_that_cannot_be_read_any_more_keeps_nothing_quiet_and_stops_no_other(caplog):
    engine = create_engine("sqlite://")
    silences.create(engine)
    rows = [silence("KL-1", "subject=~(?=x).*"), silence("KL-2", "subject=~x.*")]
    with engine.begin() as connection, caplog.at_level(logging.WARNING):
        connection.execute(insert(silences), rows)
        for _ in range(3):
            muting = Muting(connection, (), NOW, lambda _row: {}, lambda _above, _below: True)
    quiet = muting.of({**dict.fromkeys(LABELS, ""), "subject": "x1"})
    assert (quiet.ref, [record.args[0] for record in caplog.records]) == ("KL-2", ["KL-1"])
    engine.dispose()
