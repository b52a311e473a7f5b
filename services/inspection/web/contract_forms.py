"""Forms made from the contracts of events: one field of the form for each field of the contract, in both directions.

Owns labels' language, names of the inputs (the path of the field, `window.from`, `team.0.role`), and how people write
days and numbers. Whether what they wrote is acceptable is decided by the intake alone, as for everybody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from marshmallow import Schema

from services.inspection.web.words import label
from shared.contracts import fields as contract
from shared.contracts.catalogue import EventSchema
from shared.contracts.inspection.inspection_vocabulary import about_agency

#: Rows offered for a list of objects beside those that are filled.
_SPARE_ROWS = 2
#: Thousands as Vietnamese write them; a nought before the point makes it a fraction.
_GROUPED = re.compile(r"-?[1-9]\d{0,2}(\.\d{3})+")
#: A day as Vietnamese write it, whether there is one or not.
_WRITTEN_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
#: How the contracts write the id of an agency; and a field that names one without that pattern.
_AGENCY_ID = about_agency().value_schema()["pattern"]
_AGENCIES = ("Agencies below this agency, by id",)
_PERCENT = 100
#: Longer texts get an area of several lines.
_LINE = 200


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form, ready to be shown."""

    #: Path within `data`, with dots; also the id of the input.
    path: str
    text: str
    #: text, agency, area, lines, day, number, share, choice, flag, group, rows.
    kind: str
    required: bool
    value: Any = ""
    hint: str = ""
    #: Code and message id of each choice.
    options: Sequence[tuple[str, str]] = ()
    #: Fields of a group; groups of a list of objects.
    parts: Sequence[FormField] = ()


def fields_of(
    schema: type[EventSchema],
    language: str,
    values: Mapping[str, Any],
    *,
    without: Sequence[str] = (),
    titles: Mapping[str, str] | None = None,
) -> list[FormField]:
    """Return the fields of an event type's form.

    Args:
        schema: Contract of the event's data.
        language: Of the labels.
        values: What is filled in already, by path.
        without: Names of fields that the page itself fills.
        titles: What some fields are called in this form instead of what the contract calls them, by path; inside of
            groups and lists by `*.` and name.
    """
    found = [_field(field, name, language, values) for name, field in _in_order(schema) if name not in without]
    return [_titled(field, titles) for field in found] if titles else found


def _titled(field: FormField, titles: Mapping[str, str]) -> FormField:
    parent, _dot, name = field.path.rpartition(".")
    text = titles.get(f"*.{name}" if parent else name, field.text)
    return replace(field, text=text, parts=[_titled(part, titles) for part in field.parts])


def _in_order(schema: type[Schema]) -> list[tuple[str, contract.Contract]]:
    """Return the fields of a contract: what is required first, a first day before its last one."""
    fields = [(name, field) for name, field in schema().fields.items() if isinstance(field, contract.Contract)]
    return sorted(fields, key=lambda one: (not one[1].required, one[0] == "to", one[0] == "occurred_on"))


def _field(field: contract.Contract, path: str, language: str, values: Mapping[str, Any]) -> FormField:
    meta = field.metadata
    text = str(meta["en"] if language == "en" else meta["vi"])
    # Units are English words; the Vietnamese label says them.
    unit = meta["unit"] if language == "en" else ""
    hint = ", ".join(part for part in (unit, meta["source"]) if part)
    if isinstance(field, contract.Object):
        return FormField(path, text, "group", field.required, hint=hint, parts=_parts(field, path, language, values))
    if isinstance(field, contract.ListOf) and isinstance(field.item, contract.Object):
        item = field.item
        filled = {int(key[len(path) + 1 :].partition(".")[0]) for key in values if _row_of(key, path)}
        rows = [
            FormField(
                f"{path}.{row}",
                str(row + 1),
                "group",
                required=False,
                parts=_parts(item, f"{path}.{row}", language, values),
            )
            for row in range(max(filled, default=-1) + 1 + _SPARE_ROWS)
        ]
        return FormField(path, text, "rows", field.required, hint=hint, parts=rows)
    options = [(word, label("choice", word)) for word in field.words] if isinstance(field, contract.Choice) else []
    return FormField(path, text, _kind(field), field.required, values.get(path, ""), hint, options)


def _row_of(key: str, path: str) -> bool:
    return key.startswith(f"{path}.") and key[len(path) + 1 :].partition(".")[0].isdigit()


def _parts(field: contract.Object, path: str, language: str, values: Mapping[str, Any]) -> list[FormField]:
    return [_field(part, f"{path}.{name}", language, values) for name, part in _in_order(field.nested)]


_KINDS: Sequence[tuple[type[contract.Contract], str]] = (
    (contract.Choice, "choice"),
    (contract.Date, "day"),
    (contract.Boolean, "flag"),
    (contract.Number, "number"),
    (contract.ListOf, "lines"),
)


def _is_share(field: contract.Contract) -> bool:
    """Return whether a number is one from 0 to 1, which people write in per cent as well."""
    told = field.value_schema() if isinstance(field, contract.Number) else {}
    return (told.get("type"), told.get("minimum"), told.get("maximum")) == ("number", 0, 1)


def _kind(field: contract.Contract) -> str:
    if _is_share(field):
        return "share"
    found = next((kind for of, kind in _KINDS if isinstance(field, of)), "")
    if found:
        return found
    told = field.value_schema() if isinstance(field, contract.Text) else {}
    if told.get("pattern") == _AGENCY_ID or str(field.metadata["en"]) in _AGENCIES:
        return "agency"
    return "area" if told.get("maxLength", 0) > _LINE else "text"


def agency_paths(fields: Sequence[FormField]) -> list[str]:
    """Return the paths of the fields of a form that name an agency."""
    return [
        path for field in fields for path in ([field.path] if field.kind == "agency" else agency_paths(field.parts))
    ]


def data_of(schema: type[EventSchema], sent: Mapping[str, str]) -> dict[str, Any]:
    """Return the data of an event from a form that was sent; what is left empty is left out."""
    found = {name: _whole(field, name, sent) for name, field in schema().fields.items()}
    return {name: value for name, value in found.items() if value is not None}


def _whole(field: Any, path: str, sent: Mapping[str, str]) -> Any:
    """Return the value of a field of the data; a group that must be there but asks for nothing is there, and empty."""
    value = _value(field, path, sent)
    asks = isinstance(field, contract.Object) and any(part.required for part in field.nested().fields.values())
    return {} if value is None and isinstance(field, contract.Object) and field.required and not asks else value


def _value(field: Any, path: str, sent: Mapping[str, str]) -> Any:
    if isinstance(field, contract.Object):
        nested = {name: _value(part, f"{path}.{name}", sent) for name, part in field.nested().fields.items()}
        return {name: value for name, value in nested.items() if value is not None} or None
    if isinstance(field, contract.ListOf):
        return _list(field, path, sent) or None
    text = sent.get(path, "").strip()
    if not text:
        return None
    return _scalar(field, text)


def _list(field: contract.ListOf, path: str, sent: Mapping[str, str]) -> list[Any]:
    if isinstance(field.item, contract.Object):
        rows = sorted({int(key[len(path) + 1 :].partition(".")[0]) for key in sent if _row_of(key, path)})
        found = [_value(field.item, f"{path}.{row}", sent) for row in rows]
        return [value for value in found if value is not None]
    lines = [line.strip() for line in sent.get(path, "").splitlines()]
    return [_scalar(field.item, line) for line in lines if line]


def _scalar(field: Any, text: str) -> Any:
    """Return a value as the contract wants it; what cannot be read goes on as it is, and the intake says why not."""
    if isinstance(field, contract.Date):
        return _day(text)
    if isinstance(field, contract.Boolean):
        return {"true": True, "false": False}.get(text, text)
    if isinstance(field, contract.Number):
        return share_of(text) if _is_share(field) else number_of(text)
    if isinstance(field, contract.Reference) and "#" in text:
        source, _, name = text.partition("#")
        return {"source": source, "id": name}
    return text


def _day(text: str) -> str:
    try:
        return datetime.strptime(text, "%d/%m/%Y").date().isoformat()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        # A day that the calendar does not have is written as one all the same: then that is what is wrong with it.
        parts = _WRITTEN_DAY.fullmatch(text)
        return "-".join((parts[3], parts[2].zfill(2), parts[1].zfill(2))) if parts else text


def number_of(text: str) -> int | float | str:
    """Return a number that people wrote; what is none goes on as it is."""
    # Vietnamese write 1.234,5; points before groups of three digits group thousands.
    grouped = "," in text or _GROUPED.fullmatch(text) is not None
    plain = text.replace(".", "").replace(",", ".") if grouped else text
    try:
        return int(plain)
    except ValueError:
        pass
    try:
        return float(plain)
    except ValueError:
        return text


def share_of(text: str) -> int | float | str:
    """Return a share from 0 to 1 that people wrote as one (`0,9`) or in per cent (`90,5 %`)."""
    stripped = text.strip()
    number = number_of(stripped.removesuffix("%").strip())
    if not stripped.endswith("%") or isinstance(number, str):
        return text if stripped.endswith("%") else number
    # By way of decimals: 90.5 / 100 must be what somebody means by 90,5 %.
    return float(Decimal(str(number)) / _PERCENT)


def path_of(pointer: str) -> str:
    """Return the path of the input that a refusal's JSON pointer is about; empty where it is none of the form."""
    parts = pointer.removeprefix("/data").strip("/").split("/") if pointer.startswith("/data/") else []
    return ".".join(part.replace("~1", "/").replace("~0", "~") for part in parts)
