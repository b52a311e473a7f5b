"""Why a form was not accepted, in words for who filled it in: the field as the form names it, and what is wrong with it.

Owns the wording only; what is acceptable the intake decides, and what it says of rules it says in words already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from services.inspection.web.acting import Outcome
from services.inspection.web.contract_forms import FormField, agency_paths, path_of
from services.inspection.web.filters import N_
from services.inspection.web.receipt_words import field_title
from shared.contracts import forms
from shared.contracts.catalogue import EventType

_FILL_IN = N_("must be filled in")
_CHOOSE = N_("choose one of the list")
#: What is wrong, by the words of the check; message ids.
_EXACT: Mapping[str, str] = {
    "Missing data for required field.": _FILL_IN,
    "Field may not be null.": _FILL_IN,
    "must not be blank": _FILL_IN,
    "must be text": _FILL_IN,
    "must be a number": N_("is no number"),
    "must be from 0 to 1": N_("must be from 0 to 1; in per cent, write the sign too, such as 90 %"),
    "must be a whole number": N_("is no whole number"),
    "must be true or false": _CHOOSE,
    "must be a date such as 2026-03-01": N_("is no day; write day/month/year, such as 31/12/2025"),
    "is no day of the calendar": N_("there is no such day in the calendar"),
}
_NO_AGENCY = N_("is no id of an agency")
#: Inputs of the form that are the envelope's.
_ENVELOPE: Mapping[str, str] = {"source": N_("Body that acts"), "subject": N_("Id of the record")}


class Wrong(NamedTuple):
    """What is wrong with a form."""

    #: Id of the input that it is about; empty where it is about none.
    at: str
    text: str


def wrong_with(
    outcome: Outcome,
    kind: EventType,
    sent: Mapping[str, str],
    fields: Sequence[FormField],
    translate: Callable[[str], str],
    language: str,
) -> Wrong:
    """Return what the intake found wrong with a form.

    Args:
        outcome: The answer.
        kind: Type of the form's event.
        sent: The inputs by name.
        fields: Of the form.
        translate: Gives a message id in the reader's language.
        language: Of the reader.
    """
    top = outcome.pointer.strip("/").partition("/")[0]
    at = top if top in _ENVELOPE else path_of(outcome.pointer)
    hint = outcome.hint.en if language == "en" else outcome.hint.vi
    if outcome.code != "SCHEMA_VIOLATION":
        return Wrong(at, f"{hint} ({outcome.code})" if outcome.code else hint)
    titles = {field.path: field.text for field in fields}
    titles |= {name: translate(title) for name, title in _ENVELOPE.items()}
    title = titles.get(at) or field_title(kind, outcome.pointer, language)
    prefix = f"{outcome.pointer or '/'}: "
    message = _plain(
        outcome.hint.en.removeprefix(prefix), agency=at in ("source", *agency_paths(fields)), empty=not sent.get(at)
    )
    said = translate(message) if message else hint.removeprefix(prefix)
    return Wrong(at, f"{title}: {said}" if title else said)


def _plain(said: str, *, agency: bool, empty: bool) -> str:
    """Return the message id for the words of the check; empty where they are plain already."""
    if said in forms.VIETNAMESE or said.startswith("must match "):
        in_words = "" if said in forms.VIETNAMESE else N_("is not written as it should be")
        return _FILL_IN if empty else _NO_AGENCY if agency else in_words
    return _CHOOSE if said.startswith("must be one of: ") else _EXACT.get(said, "")
