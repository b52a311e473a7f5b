"""What procedures, public procedures and proposals are in plain words, for comparison with their rules."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from services.documents.domain import AGGREGATES
from shared.testing.world import World
from tests.property.lifecycle import Draw, Model, Told, codes

DAYS = st.sampled_from(("2026-05-20", "2026-06-01", "2026-06-15", "2026-06-30", "2026-08-01"))


class Procedure(Model):
    """Drafted, reviewed, approved, in force, revised number by number, withdrawn; flags of staleness at any time."""

    aggregates = AGGREGATES
    aggregate = "procedure"
    order = """
        drafted: none -> draft
        baselined: none -> in_force
        submitted: draft rejected -> in_review
        returned: in_review -> draft
        rejected: in_review -> rejected
        approved: in_review -> approved
        issued: approved -> in_force
        revised, reviewed_no_change, committed_time_changed, published, acknowledged: in_force
        withdrawn: draft rejected approved in_force -> withdrawn
        flagged_stale, staleness_cleared: draft in_review rejected approved in_force withdrawn
    """

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.kind, self.author, self.tthc = "internal", "", ""
        #: Whether each step has an owner.
        self.steps: list[bool] = []
        self.regulated = self.committed = None
        self.number = (0, 0)
        self.approved_on = ""
        self.stale: set[str] = set()

    def draw_submitted(self, draw: Draw[Any]) -> dict[str, Any]:
        data: dict[str, Any] = {}
        if draw(st.booleans()):
            owned = draw(st.lists(st.sampled_from((True, True, True, False)), max_size=2))
            steps = [{"no": no, "title": "Bước", **({"role": "x"} if own else {})} for no, own in enumerate(owned, 1)]
            data["steps"] = steps
        for name, values in (("regulated_days", (5, 10)), ("committed_days", (4, 8)), ("tthc_code", ("2.000815",))):
            if draw(st.booleans()):
                data[name] = draw(st.sampled_from(values))
        return data

    def draw_drafted(self, draw: Draw[Any]) -> dict[str, Any]:
        kind, author = draw(st.sampled_from(("internal", "tthc"))), draw(st.sampled_from(("chuyen-vien", "van-thu")))
        return {"code": "QT-07", "title": "Quy trình", "kind": kind, "author_ref": author, **self.draw_submitted(draw)}

    def draw_baselined(self, draw: Draw[Any]) -> dict[str, Any]:
        since = {"state_since": "2026-01-01", "effective_from": "2026-01-01"}
        return {**self.draw_drafted(draw), **since, "edition": 2, "revision": 1}

    def draw_approved(self, draw: Draw[Any]) -> dict[str, Any]:
        return {"approver_ref": draw(st.sampled_from(("chuyen-vien", "thu-truong")))}

    def draw_issued(self, draw: Draw[Any]) -> dict[str, Any]:
        return {"edition": draw(st.integers(1, 2)), "revision": draw(st.integers(0, 2)), "effective_from": draw(DAYS)}

    def draw_revised(self, draw: Draw[Any]) -> dict[str, Any]:
        edition, revision = self.number
        numbers = ((edition, revision + 1), (edition + 1, 0), (edition, revision), (edition, revision + 2))
        edition, revision = draw(st.sampled_from(numbers))
        data = {"edition": edition, "revision": revision, "effective_from": draw(DAYS), **self.draw_submitted(draw)}
        data["trigger"] = draw(st.sampled_from(("improvement", "legal_change")))
        return data | ({"legal_text_id": "61/2018|CP|2018-04-23"} if draw(st.booleans()) else {})

    def draw_committed_time_changed(self, draw: Draw[Any]) -> dict[str, Any]:
        return {"to_days": draw(st.integers(1, 12))}

    def draw_published(self, draw: Draw[Any]) -> dict[str, Any]:
        return {"channel": "website", "edition": self.number[0], "revision": self.number[1] - draw(st.booleans())}

    def draw_withdrawn(self, draw: Draw[Any]) -> dict[str, Any]:
        return {"replaced_by": self.subject} if draw(st.integers(0, 3)) == 0 else {}

    def draw_flagged_stale(self, draw: Draw[Any]) -> dict[str, Any]:
        return {"change": draw(st.sampled_from(("c1", "c2"))), "since": "2026-03-01"}

    draw_staleness_cleared = draw_flagged_stale

    def _steps(self, told: Told) -> list[bool]:
        return ["role" in step for step in told.data["steps"]] if "steps" in told.data else self.steps

    def breaks_baselined(self, told: Told) -> set[str]:
        regulated = told.data.get("regulated_days", self.regulated)
        committed = told.data.get("to_days", told.data.get("committed_days", self.committed))
        return codes(COMMITTED_ABOVE_REGULATED=bool(regulated and committed and committed > regulated))

    breaks_committed_time_changed = breaks_baselined

    def breaks_submitted(self, told: Told) -> set[str]:
        steps = self._steps(told)
        return self.breaks_baselined(told) | codes(
            STEPS_MISSING=not steps,
            STEP_WITHOUT_OWNER=not all(steps),
            TTHC_CODE_MISSING=self.kind == "tthc" and not told.data.get("tthc_code", self.tthc),
        )

    def breaks_approved(self, told: Told) -> set[str]:
        return codes(APPROVER_IS_AUTHOR=told.data["approver_ref"] == self.author)

    def breaks_issued(self, told: Told) -> set[str]:
        early = told.data["effective_from"] < self.approved_on
        return codes(EFFECTIVE_BEFORE_APPROVAL=early, REVISION_NOT_NEXT=told.data["revision"] > 1)

    def breaks_revised(self, told: Told) -> set[str]:
        edition, revision = self.number
        following = ((edition, revision + 1), (edition + 1, 0), (edition + 1, 1))
        return self.breaks_baselined(told) | codes(
            REVISION_NOT_NEXT=(told.data["edition"], told.data["revision"]) not in following,
            LEGAL_TEXT_MISSING=told.data["trigger"] == "legal_change" and "legal_text_id" not in told.data,
        )

    def breaks_published(self, told: Told) -> set[str]:
        return codes(REVISION_NOT_IN_FORCE=(told.data["edition"], told.data["revision"]) != self.number)

    def breaks_withdrawn(self, told: Told) -> set[str]:
        return codes(REPLACES_ITSELF="replaced_by" in told.data)

    def apply(self, told: Told) -> None:
        data = told.data
        self.kind, self.author = data.get("kind", self.kind), data.get("author_ref", self.author)
        self.tthc, self.steps = data.get("tthc_code", self.tthc), self._steps(told)
        self.regulated = data.get("regulated_days", self.regulated)
        self.committed = data.get("to_days", data.get("committed_days", self.committed))
        self.number = (data.get("edition", self.number[0]), data.get("revision", self.number[1]))
        self.approved_on = told.on if told.event == "approved" else self.approved_on
        if told.event == "flagged_stale":
            self.stale.add(data["change"])
        if told.event == "staleness_cleared":
            self.stale.discard(data["change"])

    def agrees(self, state: Any) -> None:
        super().agrees(state)
        assert (state.edition, state.revision) == self.number
        assert (state.regulated_days, state.committed_days) == (self.regulated, self.committed)
        assert {key.rpartition("/")[2] for key in state.stale} == self.stale


class Tthc(Model):
    """An entry is published, amended, abolished; an agency opts out of one, and in again."""

    aggregates = AGGREGATES
    aggregate = "tthc"
    order = """
        published, baselined: none -> live
        amended: live
        abolished: live -> abolished
        opted_out: none opted_in -> opted_out
        opted_in: opted_out -> opted_in
    """

    def __init__(self, world: World) -> None:
        super().__init__(world)
        for code in ("con", "het"):
            assert world.push("tthc.published", code, {"name": "Khai sinh", "levels": ["commune"]}) == "accepted"
        assert world.push("tthc.abolished", "het", {"effective_from": "2026-01-01"}) == "accepted"

    def draw_opted_out(self, draw: Draw[Any]) -> dict[str, Any]:
        return {"entry": draw(st.sampled_from(("con", "con", "het", "khong-co"))), "reason": "Không phát sinh"}

    def breaks_opted_out(self, told: Told) -> set[str]:
        return codes(TTHC_NOT_LIVE=told.data["entry"] == "het", waiting=told.data["entry"] == "khong-co")


class LawChange(Model):
    """One proposal, made once and not in the future."""

    aggregates = AGGREGATES
    aggregate = "law_change"
    order = "proposed: none -> proposed"

    def draw_proposed(self, draw: Draw[Any]) -> dict[str, Any]:
        text = "61/2018/NĐ-CP|Chính phủ|2018-04-23"
        return {"legal_text_id": text, "problem": "Trùng lặp", "proposal": "Bỏ", "proposed_on": draw(DAYS)}

    def breaks_proposed(self, told: Told) -> set[str]:
        return codes(DATE_IN_FUTURE=told.data["proposed_on"] > told.on)


MODELS: tuple[type[Model], ...] = (Procedure, Tthc, LawChange)
