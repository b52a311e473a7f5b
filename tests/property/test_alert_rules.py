"""Random histories against an independent reference: is an alert open exactly when it should be, and how urgent?

The reference knows no conditions, deadlines or folds: it looks at the whole history with today's eyes.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared import clock
from tests.integration.notify.alert_world import SETTLE, AlertWorld

START = clock.day_of("2026-01-05")
DAY = 86_400_000_000
ACTIONS = ("HD-1", "HD-2")

#: (days to wait, action, event, days from then to the due date)
STEPS = st.lists(
    st.tuples(
        st.integers(0, 40),
        st.sampled_from(ACTIONS),
        st.sampled_from(["planned", "due_changed", "started", "done", "rejected", "cancelled"]),
        st.integers(-5, 60),
    ),
    min_size=1,
    max_size=14,
)


class Reference:
    """Says from the plain list of what happened whether an alert is due."""

    def __init__(self) -> None:
        self.facts: dict[str, list[tuple[str, int]]] = {}

    def take(self, action: str, event: str, due: int) -> bool:
        """Note an event if it fits; the kernel would have refused it otherwise."""
        known = self.facts.setdefault(action, [])
        names = [name for name, _ in known]
        fits = {
            "planned": not names,
            "rejected": bool(names) and self._last(names) == "done",
        }.get(event, bool(names) and self._last(names) not in ("done", "cancelled"))
        if fits:
            known.append((event, due))
        return fits

    def _last(self, names: list[str]) -> str:
        return next((name for name in reversed(names) if name in ("done", "cancelled", "rejected")), "planned")

    def severity(self, action: str, today: int) -> str:
        """Return how urgent the alert of an action is today; empty where none is due."""
        known = self.facts.get(action, [])
        names = [name for name, _ in known]
        if not names or self._last(names) in ("done", "cancelled"):
            return ""
        moved = [due for name, due in known if name == "due_changed"]
        overdue = today - min([known[0][1], *moved[-1:]])
        return "critical" if overdue >= 90 else "serious" if overdue >= 30 else "warning" if overdue >= 1 else ""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS, restart=st.booleans())
def test_an_alert_of_an_overdue_action_is_open_exactly_when_it_should_be(steps, restart):
    with TemporaryDirectory() as directory:
        world = AlertWorld(f"sqlite:///{Path(directory) / 'notify.db'}")
        world.now = clock.start_of_day(START) + 9 * 3_600_000_000
        reference = Reference()
        try:
            for wait, action, event, days in steps:
                world.tick(world.now + wait * DAY)
                today = clock.vietnam_day(world.now)
                assert_alike(world, reference, today)
                if not reference.take(action, event, today + days):
                    continue
                due = clock.to_date(today + days).isoformat()
                data = {"planned": {"due_on": due}, "due_changed": {"to": due}}.get(event, {})
                seen = world.observe(f"action.{event}", action, data)
                if restart:
                    world.apply([seen])
                    world.scheduler = world.new_scheduler()
                world.tick(world.now + SETTLE)
                assert_alike(world, reference, today)
            assert set(world.statuses) <= {"accepted"}
        finally:
            world.close()


def assert_alike(world: AlertWorld, reference: Reference, today: int) -> None:
    """Compare the register with the reference; an alert never becomes less urgent while it is open."""
    open_rows = [row for row in world.alerts() if row["status"] not in ("resolved", "closed")]
    found = {}
    for row in open_rows:
        key = next(event.data["key"] for event in world.log() if event.subject == row["alert_id"])
        action = key.split("/")[1]
        assert action not in found, "two open alerts under one key"
        found[action] = row["severity"]
    order = ["", "warning", "serious", "critical"]
    for action in ACTIONS:
        expected = reference.severity(action, today)
        assert bool(found.get(action)) == bool(expected)
        assert order.index(found.get(action, "")) >= order.index(expected)
