"""Errors as people and programs read them: problem+json (RFC 9457), hints in two languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.eventsourcing import Hint


class Problem(Exception):  # noqa: N818 - the RFC's word
    """An answer that says what is wrong, where, and what to do next."""

    def __init__(
        self,
        status: int,
        code: str,
        hint: Hint,
        *,
        pointer: str = "",
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        """Take the HTTP status, a code in upper snake case, the hint, and further members."""
        super().__init__(f"{status} {code}: {hint.en}")
        self.status = status
        self.code = code
        self.hint = hint
        self.pointer = pointer
        self.headers = dict(headers or {})
        self.extra = extra

    def body(self) -> dict[str, Any]:
        """Return the members of the problem+json document."""
        return {
            "type": f"urn:oversight:problem:{self.code.lower().replace('_', '-')}",
            "title": self.hint.en,
            "status": self.status,
            "code": self.code,
            "pointer": self.pointer,
            "hint": {"vi": self.hint.vi, "en": self.hint.en},
            **self.extra,
        }
