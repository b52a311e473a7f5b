"""What scenarios share: agencies, texts in force, public procedures, chance, and running numbers.

A scenario is a generator that is sent the day of its next event and yields the event (an `Emission`, with the days to
wait until it goes on), or a bare number of days to sleep. It is primed once, so its first line is `day = yield 0`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from shared.simulation.agencies import Agency
from shared.simulation.events import Emission, iso
from shared.simulation.geography import REFORM

Life: TypeAlias = Generator[Emission | int, int, None]
Scenario: TypeAlias = Callable[["World", Agency], Life]

#: A public procedure: code, name, working days.
Entry: TypeAlias = tuple[str, str, int]


@dataclass(slots=True)
class Change:
    """What another text did to a text."""

    announced_on: int
    #: Key of the text that made the change.
    by: str


@dataclass(slots=True)
class Text:
    """A legal text that procedures rest on."""

    key: str
    effective_from: int
    changes: list[Change] = field(default_factory=list)
    #: Whether a change of it is under way or it has ended: it is not changed again then.
    settled: bool = False


@dataclass(slots=True)
class World:
    """The state that scenarios read and add to."""

    rng: random.Random
    agencies: Sequence[Agency]
    #: Goes into every id, so that two streams never meet in one.
    mark: str
    first: int
    last: int
    texts: list[Text] = field(default_factory=list)
    #: Live public procedures by the agency that carries them out, or under the committee above for its communes.
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    #: Agencies (or parts of their records) that already have what there is only one of.
    taken: set[str] = field(default_factory=set)
    #: Scenarios that others have set going: (days to wait, scenario already primed).
    spawned: list[tuple[int, Life]] = field(default_factory=list)
    #: How many made-up legal texts there are.
    texts_made: int = 0
    _number: int = 0
    #: Department that inspects, by the committee it stands under; filled when first asked for.
    _inspectors: dict[str, Agency] = field(default_factory=dict)

    def new_id(self, prefix: str) -> str:
        """Return an id that nothing else in the stream has."""
        self._number += 1
        return f"{prefix}-{self.mark}-{self._number}"

    def number(self) -> int:
        """Return the next running number, as decisions carry one."""
        self._number += 1
        return self._number

    def chance(self, probability: float) -> bool:
        """Return true with a probability."""
        return self.rng.random() < probability

    def between(self, low: int, high: int) -> int:
        """Return a whole number from low to high; cheaper than `randint`."""
        return low + int(self.rng.random() * (high - low + 1))

    def pick(self, choices: Sequence[Any]) -> Any:
        """Return one of the choices; cheaper than `choice`."""
        return choices[int(self.rng.random() * len(choices))]

    def spawn(self, wait: int, life: Life) -> None:
        """Let another scenario begin after some days."""
        next(life)
        self.spawned.append((wait, life))

    def inspector_of(self, agency: Agency) -> Agency | None:
        """Return the department of science and technology that inspects an agency, if it has one."""
        if not self._inspectors:
            found = {str(one.parent_id): one for one in self.agencies if "so-kh-cn" in one.agency_id}
            self._inspectors = found or {"": agency}
        body = self._inspectors.get(str(agency.parent_id))
        return None if body is None or body.agency_id == agency.agency_id else body

    def entry_for(self, agency: Agency) -> Entry | None:
        """Return a public procedure that the agency carries out, if there is one."""
        key = agency.parent_id if agency.kind == "commune_pc" else agency.agency_id
        found = self.entries.get(str(key))
        return self.pick(found) if found else None

    def text(self) -> Text | None:
        """Return a text in force that a procedure may rest on."""
        return self.pick(self.texts) if self.texts else None

    def evidence(self, name: str) -> list[dict[str, Any]]:
        """Return a piece of evidence: a digest and where the document lies."""
        digest = f"{self.rng.getrandbits(256):064x}"
        return [
            {
                "name": f"{name}.pdf",
                "media_type": "application/pdf",
                "size": self.between(20_000, 900_000),
                "sha256": digest,
                "locator": f"urn:sha256:{digest}",
            }
        ]


def decision(world: World, day: int, issuer: str = "QĐ-ISO") -> str:
    """Return the number of a made-up decision."""
    return f"{world.number()}/{issuer}-{iso(day)[:4]}"


__all__ = ["REFORM", "Change", "Emission", "Entry", "Life", "Scenario", "Text", "World", "decision"]
