"""What a rule says of a history on a day, with all rules as the service ships them."""

from __future__ import annotations

from services.notify.domain.evaluators import Seen, evaluator_of
from services.notify.domain.rule import Standing, judge
from services.notify.messages import FACTS
from services.notify.rules import load_rules
from shared import clock

RULES = load_rules()

History = list[Seen]


def standing(rule: str, history: History) -> Standing | None:
    evaluator = evaluator_of(RULES[rule])
    memory = None
    for item in history:
        if evaluator.key(item) is not None or evaluator.spread(item) is not None:
            memory = evaluator.fold(memory, item)
    return evaluator.standing(memory) if memory else None


def severity(rule: str, history: History, day: str) -> str | None:
    found = standing(rule, history)
    if found is not None:
        assert set(found.facts) <= set(FACTS), "words are missing"
    return judge(RULES[rule], found, clock.day_of(day)).severity
