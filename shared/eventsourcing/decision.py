"""The answer of an aggregate to a fact: accepted (with what follows from it) or refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Hint(NamedTuple):
    """What to do next, for the person who reads the refusal."""

    #: Vietnamese text.
    vi: str
    #: English text.
    en: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """The fact meets a state, or breaks an invariant, that does not allow it."""

    #: Machine-readable reason in upper snake case, such as `TRANSITION_NOT_ALLOWED`.
    code: str
    #: What to do next.
    hint: Hint
    #: JSON pointer (RFC 6901) into the event, such as `/data/effective_from`.
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Derived:
    """A further event that follows from an accepted fact, appended in the same transaction."""

    #: Full type, such as `qms.agency.ended`.
    type: str
    #: Agency whose record it belongs to.
    source: str
    #: The aggregate's id within the source.
    subject: str
    #: The event's fields.
    data: Mapping[str, Any] = field(default_factory=dict)


#: What `decide` returns: a refusal, or the events that follow (usually none).
Decision = Refusal | tuple[Derived, ...]

#: Accepted, nothing follows.
ACCEPT: tuple[Derived, ...] = ()


def refuse(code: str, vi: str, en: str, pointer: str = "") -> Refusal:
    """Return a refusal; shorthand that keeps decide functions short."""
    return Refusal(code, Hint(vi, en), pointer)
