"""One credential cannot take the others' share; whoever waits as told gets through."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from shared.intake.http import parse_limited
from shared.intake.parsing import BATCH
from shared.intake.rate_limit import RateLimit
from shared.service.settings import Settings
from shared.web.auth import Caller
from shared.web.problem import Problem


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limit(clock: Clock) -> RateLimit:
    return RateLimit(rate=10, burst=100, monotonic=clock)


def test_a_burst_passes_and_what_exceeds_it_is_told_when_to_come_back(limit: RateLimit, clock: Clock) -> None:
    limit.spend("k1", 100)
    with pytest.raises(Problem) as refused:
        limit.spend("k1", 25)
    assert (refused.value.status, refused.value.headers["Retry-After"]) == (429, "3")
    clock.now += 3
    limit.spend("k1", 25)


def test_other_credentials_have_their_own_share(limit: RateLimit) -> None:
    limit.spend("k1", 100)
    limit.spend("k2", 100)


def test_a_request_larger_than_the_bucket_passes_once_and_is_paid_for_after(limit: RateLimit, clock: Clock) -> None:
    limit.spend("k1", 500)
    clock.now += 20
    with pytest.raises(Problem):
        limit.spend("k1", 1)
    clock.now += 21
    limit.spend("k1", 1)


def test_pushing_spends_an_agencys_share_and_the_ministry_has_no_limit(limit: RateLimit) -> None:
    context = SimpleNamespace(rate_limit=limit, settings=Settings("audit", ""))
    agency, staff = Caller("agency", "D", "k1"), Caller("staff", None, "staff")
    body = b"[" + b",".join([b"{}"] * 60) + b"]"
    parse_limited(context, agency, BATCH, {}, body)
    for _ in range(3):
        parse_limited(context, staff, BATCH, {}, body)
    with pytest.raises(Problem) as refused:
        parse_limited(context, agency, BATCH, {}, body)
    assert (refused.value.status, refused.value.code) == (429, "RATE_LIMITED")
