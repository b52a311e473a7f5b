"""Rule A17: the last focal point of an agency left and nobody was appointed."""

from __future__ import annotations

from services.notify.domain.evaluators.evaluator import Evaluator, Memory, Seen, reads
from services.notify.domain.rule import Standing
from shared import clock


def key(seen: Seen) -> str | None:
    """Return the agency."""
    fact = seen.fact
    wanted = fact.aggregate == "focal_point" and fact.name in ("appointed", "left", "baselined")
    return fact.source if wanted else None


def fold(memory: Memory | None, seen: Seen) -> Memory | None:
    """Remember for each post the latest of its turns."""
    fact = seen.fact
    memory = memory or {"agency": fact.source, "posts": {}}
    held = fact.name == "appointed" or (fact.name == "baselined" and fact.data["state"] == "appointed")
    before = memory["posts"].get(fact.subject)
    if before is None or fact.occurred_at >= before["at"]:
        memory["posts"][fact.subject] = {
            "at": fact.occurred_at,
            "held": held,
            "day": _day(seen),
            "cause": list(seen.cause),
        }
    return memory


def _day(seen: Seen) -> int:
    data = seen.fact.data
    text = data.get("appointed_on") or data.get("left_on") or data.get("state_since")
    return clock.day_of(text) if text else seen.fact.day


def standing(memory: Memory) -> Standing | None:
    """Return the ground for an alert while no post is held, counted from the day on which the last one left."""
    posts = memory["posts"]
    if not posts or any(post["held"] for post in posts.values()):
        return None
    name = max(posts, key=lambda post: (posts[post]["day"], post))
    source, event_id = posts[name]["cause"]
    return Standing(
        agency_id=memory["agency"],
        anchors={"left": posts[name]["day"]},
        subject={"service": "audit", "aggregate": "focal_point", "source": memory["agency"], "id": name},
        facts={"left_on": clock.to_date(posts[name]["day"]).isoformat()},
        cause=(source, event_id),
    )


EVALUATOR = Evaluator(
    frozenset({"audit"}),
    reads("focal_point.appointed", "focal_point.left", "focal_point.baselined"),
    key,
    fold,
    standing,
    names=frozenset({"focal_point.appointed", "focal_point.left", "focal_point.baselined"}),
    aggregates=frozenset({"focal_point"}),
)
