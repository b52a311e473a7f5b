"""What declarations and legal texts are in plain words, for comparison with their rules."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from services.documents.domain import AGGREGATES
from services.documents.domain.legal_text import status_on
from shared.testing.world import World
from tests.property.lifecycle import Draw, Model, Told, codes

NEWEST = "TCVN ISO 9001:2015"
VERSIONS = {"TCVN ISO 9001:2000": 2000, "TCVN ISO 9001:2008": 2008, NEWEST: 2015}
#: The version that may be declared on a day.
IN_FORCE_ON = {"2014-06-02": "TCVN ISO 9001:2008", "2026-06-01": NEWEST}
ANY_VERSION = st.sampled_from((*VERSIONS, NEWEST, "TCVN ISO 9001:2009", "ISO 2001:2008"))


class Declaration(Model):
    """Planned, building, applying, declared; the scope changes, it is declared anew, rescinded; certificates before."""

    aggregates = AGGREGATES
    aggregate = "declaration"
    order = """
        plan_approved: none planned building applying certified rescinded
        building_started: none planned certified rescinded -> building
        applied: building certified rescinded -> applying
        declared: applying certified -> declared
        published, notified: declared needs_redeclaration
        scope_changed: declared needs_redeclaration -> needs_redeclaration
        redeclared: declared needs_redeclaration -> declared
        rescinded: declared needs_redeclaration -> rescinded
        standard_transition_completed: applying certified declared needs_redeclaration
        certificate_recorded: none planned building applying certified declared needs_redeclaration rescinded
        baselined: none -> declared
    """
    often = ("redeclared", "standard_transition_completed")

    def __init__(self, world: World) -> None:
        super().__init__(world)
        #: What was declared last: version and scope.
        self.stated: tuple[str | None, tuple[str, ...] | None] = (None, None)
        self.version: str | None = None

    def draw_declared(self, draw: Draw[Any]) -> dict[str, Any]:
        day = draw(st.sampled_from(tuple(IN_FORCE_ON)))
        data = {"decision_no": "1/QĐ", "declared_on": day, "scope_fields": [draw(st.sampled_from("AAB"))]}
        signer = draw(st.sampled_from(("head", "head", "head", "deputy_head")))
        version = draw(st.sampled_from((IN_FORCE_ON[day], IN_FORCE_ON[day], draw(ANY_VERSION))))
        return {**data, "signed_by": signer, "standard_version": version}

    def draw_redeclared(self, draw: Draw[Any]) -> dict[str, Any]:
        data = self.draw_declared(draw)
        if self.stated[1] and draw(st.booleans()):
            # As it was declared last, word for word: new only where something moved in between.
            data |= {"scope_fields": list(self.stated[1]), "signed_by": "head"}
            del data["standard_version"]
        elif draw(st.booleans()):
            del data["standard_version"]
        return data

    def draw_baselined(self, draw: Draw[Any]) -> dict[str, Any]:
        return {**self.draw_declared(draw), "status": "declared", "state_since": "2026-06-01", "signed_by": "head"}

    def draw_standard_transition_completed(self, draw: Draw[Any]) -> dict[str, Any]:
        return {
            "from_version": draw(st.sampled_from((self.version or NEWEST, *VERSIONS))),
            "to_version": draw(ANY_VERSION),
        }

    def draw_certificate_recorded(self, draw: Draw[Any]) -> dict[str, Any]:
        issued = draw(st.sampled_from(("2013-08-15", "2014-05-17", "2014-05-18")))
        valid_to = draw(st.sampled_from(("2013-01-01", "2016-08-14")))
        data = {"kind": "new", "standard_version": draw(ANY_VERSION), "issued_on": issued, "valid_to": valid_to}
        return data | ({"comment": "Cấp theo hợp đồng cũ"} if draw(st.booleans()) else {})

    def breaks_baselined(self, told: Told) -> set[str]:
        return codes(UNKNOWN_STANDARD_VERSION=told.data.get("standard_version", NEWEST) not in VERSIONS)

    def breaks_declared(self, told: Told) -> set[str]:
        named, given = told.data.get("standard_version", NEWEST), "standard_version" in told.data
        return self.breaks_baselined(told) | codes(
            SIGNER_NOT_HEAD=told.data["signed_by"] != "head",
            STANDARD_NOT_IN_FORCE=named in VERSIONS and named != IN_FORCE_ON[told.data["declared_on"]] and given,
        )

    def breaks_redeclared(self, told: Told) -> set[str]:
        version, scope = self.stated
        named, fields = told.data.get("standard_version", version), tuple(told.data["scope_fields"])
        anything_new = self.version != version or named != version or fields != scope
        return self.breaks_declared(told) | codes(NOTHING_TO_REDECLARE=self.phase == "declared" and not anything_new)

    def breaks_standard_transition_completed(self, told: Told) -> set[str]:
        before, after = VERSIONS[told.data["from_version"]], VERSIONS.get(told.data["to_version"])
        return codes(
            UNKNOWN_STANDARD_VERSION=after is None, TRANSITION_NOT_FORWARD=after is not None and after <= before
        )

    def breaks_certificate_recorded(self, told: Told) -> set[str]:
        data = told.data
        return self.breaks_baselined(told) | codes(
            PERIOD_REVERSED=data["valid_to"] < data["issued_on"],
            CERTIFICATE_NEEDS_COMMENT=data["issued_on"] >= "2014-05-18" and "comment" not in data,
        )

    def after(self, told: Told) -> str:
        if told.event == "plan_approved":
            return "planned" if self.phase in ("none", "rescinded") else self.phase
        if told.event == "certificate_recorded":
            return self.phase if self.phase in ("declared", "needs_redeclaration", "rescinded") else "certified"
        return super().after(told)

    def apply(self, told: Told) -> None:
        data = told.data
        if told.event in ("declared", "redeclared", "baselined"):
            self.version = data.get("standard_version", self.version)
            self.stated = (self.version, tuple(data["scope_fields"]))
        elif told.event == "standard_transition_completed":
            self.version = data["to_version"]
        elif told.event == "certificate_recorded" and self.after(told) == "certified":
            self.version = data["standard_version"]

    def agrees(self, state: Any) -> None:
        super().agrees(state)
        assert state.standard_version == self.version


OLD, NEW = "61/2018/NĐ-CP|Chính phủ|2018-04-23", "118/2025/NĐ-CP|Chính phủ|2025-06-09"
IN_FORCE_FROM = "2018-06-21"
#: Days on which a change takes effect.
CHANGES = st.sampled_from(("2018-05-01", "2019-01-01", "2020-01-01", "2021-01-01", "2022-01-01"))


class LegalText(Model):
    """Amended, suspended and resumed on days; ended once by another text. What it is on a day follows from the days."""

    aggregates = AGGREGATES
    aggregate = "legal_text"
    subject = OLD
    order = """
        registered: none -> known
        amended, replaced, repealed, suspended, resumed, impact_assessed: known
    """

    def __init__(self, world: World) -> None:
        super().__init__(world)
        assert world.push("legal_text.registered", NEW, self._described(NEW, "2025-07-01")) == "accepted"
        self.amended: list[str] = []
        self.pauses: list[list[str]] = []
        self.end = ("", "9999")

    @staticmethod
    def _described(key: str, effective_from: str) -> dict[str, Any]:
        number, issuer, issued_on = key.split("|")
        return {"number": number, "issuer": issuer, "issued_on": issued_on, "effective_from": effective_from}

    def draw_registered(self, _draw: Draw[Any]) -> dict[str, Any]:
        return self._described(OLD, IN_FORCE_FROM)

    def draw_suspended(self, draw: Draw[Any]) -> dict[str, Any]:
        return {"effective_from": draw(CHANGES)}

    draw_resumed = draw_suspended

    def draw_amended(self, draw: Draw[Any]) -> dict[str, Any]:
        by = draw(st.sampled_from((NEW, NEW, NEW, OLD, "1/1999|CP|1999-01-01")))
        return {"effective_from": draw(CHANGES), "by": by}

    draw_replaced = draw_repealed = draw_amended

    def on(self, day: str) -> str:
        """Return what the text is on a day."""
        if day < IN_FORCE_FROM:
            return "announced"
        if day >= self.end[1]:
            return self.end[0]
        if any(first <= day < last for first, last in self.pauses):
            return "suspended"
        return "partly_amended" if any(first <= day for first in self.amended) else "in_force"

    def breaks_amended(self, told: Told) -> set[str]:
        day, by = told.data["effective_from"], told.data["by"]
        return codes(
            TRANSITION_NOT_ALLOWED=self.on(day) in ("replaced", "repealed"),
            REPLACES_ITSELF=by == OLD,
            waiting=by not in (OLD, NEW),
            AMENDED_BEFORE_IN_FORCE=told.event == "amended" and day < IN_FORCE_FROM,
        )

    def breaks_replaced(self, told: Told) -> set[str]:
        # It ends once, on whatever day.
        return self.breaks_amended(told) | codes(TRANSITION_NOT_ALLOWED=bool(self.end[0]))

    breaks_repealed = breaks_replaced

    def breaks_suspended(self, told: Told) -> set[str]:
        return codes(TRANSITION_NOT_ALLOWED=self.on(told.data["effective_from"]) not in ("in_force", "partly_amended"))

    def breaks_resumed(self, told: Told) -> set[str]:
        return codes(TRANSITION_NOT_ALLOWED=self.on(told.data["effective_from"]) != "suspended")

    def apply(self, told: Told) -> None:
        day = told.data.get("effective_from", "")
        if told.event == "amended":
            self.amended.append(day)
        elif told.event in ("replaced", "repealed"):
            self.end = (told.event, day)
        elif told.event == "suspended":
            self.pauses.append([day, "9999"])
        elif told.event == "resumed":
            self.pauses[-1][1] = day

    def agrees(self, state: Any) -> None:
        for day in ("2018-05-01", "2018-06-21", "2019-01-01", "2020-06-01", "2021-01-01", "2023-01-01"):
            assert status_on(state, day) == self.on(day), day


MODELS: tuple[type[Model], ...] = (Declaration, LegalText)
