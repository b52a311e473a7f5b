"""Strict wire fields: what the fast JSON Schema path and marshmallow must agree on.

marshmallow's own fields are lenient ("5" passes for an integer); these accept exactly what the
JSON Schema that each one gives by `json_schema()` accepts. Every field carries its meaning in
English and Vietnamese, its unit where it has one, and its source (ISO clause or law).
Integers follow JSON Schema: 5.0 is an integer, true is not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError
from marshmallow import fields as mm

from shared import clock
from shared.contracts.forms import form

#: Integers beyond 2**53 cannot be told apart by JSON readers that use doubles (RFC 8259, section 6).
_INTEGER_LIMIT = 2**53
_DATE = re.compile(r"^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$")
#: RFC 3339, section 5.6; some languages write nanoseconds. No second 60: the clocks of computers skip it or repeat 59.
#: Until 9998: with an offset, the last day of 9999 may lie in a year that the calendar does not have.
_TIMESTAMP = re.compile(
    r"^([1-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-8])-[0-9]{2}-[0-9]{2}[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?"
    r"([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
)
_NOT_BLANK = re.compile(r"[^ \t\r\n]")
_HEX64 = re.compile(r"^[0-9a-f]{64}$")


class Contract(mm.Field[Any]):
    """Base of all wire fields: meaning, unit, source, and the JSON Schema twin."""

    def __init__(
        self, en: str, vi: str, *, unit: str = "", source: str = "", required: bool = True, nullable: bool = False
    ) -> None:
        """Take the meaning in both languages; optional fields say `required=False`."""
        super().__init__(
            required=required,
            allow_none=nullable,
            metadata={"en": en, "vi": vi, "unit": unit, "source": source},
        )

    def value_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of a non-null value."""
        raise NotImplementedError

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the field, with its meaning as the description."""
        schema = self.value_schema()
        if self.allow_none:
            schema = {"anyOf": [schema, {"type": "null"}]}
        unit = f" [{self.metadata['unit']}]" if self.metadata["unit"] else ""
        source = f" ({self.metadata['source']})" if self.metadata["source"] else ""
        described = f"{self.metadata['en']}{unit}{source} / {self.metadata['vi']}"
        return {**schema, "description": described}

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:  # noqa: ARG002 - marshmallow's
        return value

    def _deserialize(
        self,
        value: Any,
        attr: str | None,  # noqa: ARG002
        data: Mapping[str, Any] | None,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> Any:
        self.check(value)
        return value

    def check(self, value: Any) -> None:
        """Raise `ValidationError` unless the value is acceptable."""
        raise NotImplementedError


class Text(Contract):
    """Non-blank text."""

    def __init__(self, en: str, vi: str, *, longest: int = 500, pattern: str | None = None, **options: Any) -> None:
        """Limit the length in characters (code points)."""
        super().__init__(en, vi, **options)
        self._longest = longest
        self._pattern = pattern
        # A Python `$` also matches before a final line feed; JSON Schema's does not.
        self._matches = re.compile(re.sub(r"\$$", r"\\Z", pattern)) if pattern else None

    def value_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of a non-null value."""
        schema: dict[str, Any] = {"type": "string", "maxLength": self._longest}
        schema["pattern"] = self._pattern or "[^ \\t\\r\\n]"
        return schema

    def check(self, value: Any) -> None:
        """Raise `ValidationError` unless the value is non-blank text of allowed length and form."""
        if not isinstance(value, str):
            raise ValidationError("must be text")
        if len(value) > self._longest:
            raise ValidationError(f"must have at most {self._longest} characters")
        if self._matches and not self._matches.search(value):
            raise ValidationError(form(self._pattern or ""))
        if not self._matches and not _NOT_BLANK.search(value):
            raise ValidationError("must not be blank")


class Sha256(Contract):
    """SHA-256 digest in lower-case hexadecimal."""

    def value_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of a non-null value."""
        return {"type": "string", "pattern": _HEX64.pattern}

    def check(self, value: Any) -> None:
        """Raise `ValidationError` unless the value is 64 hexadecimal digits."""
        if not isinstance(value, str) or not _fullmatch(_HEX64, value):
            raise ValidationError("must be 64 lower-case hexadecimal digits")


class Number(Contract):
    """A number between two bounds, both allowed."""

    def __init__(
        self, en: str, vi: str, *, low: float = -_INTEGER_LIMIT, high: float = _INTEGER_LIMIT, **options: Any
    ) -> None:
        """Take the bounds; both are allowed values."""
        super().__init__(en, vi, **options)
        self._low = low
        self._high = high

    def value_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of a non-null value."""
        return {"type": "number", "minimum": self._low, "maximum": self._high}

    def check(self, value: Any) -> None:
        """Raise `ValidationError` unless the value is a number within the bounds."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValidationError("must be a number")
        if not self._low <= value <= self._high:
            raise ValidationError(f"must be from {self._low} to {self._high}")


class Integer(Number):
    """A whole number between two bounds; 0 or more unless said otherwise."""

    def __init__(self, en: str, vi: str, *, low: int = 0, high: int = _INTEGER_LIMIT, **options: Any) -> None:
        """Take the bounds; both are allowed values."""
        super().__init__(en, vi, low=low, high=high, **options)

    def value_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of a non-null value."""
        return {**super().value_schema(), "type": "integer"}

    def check(self, value: Any) -> None:
        """Raise `ValidationError` unless the value is a whole number within the bounds."""
        super().check(value)
        if isinstance(value, float) and not value.is_integer():
            raise ValidationError("must be a whole number")


class Boolean(Contract):
    """True or false."""

    def value_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of a non-null value."""
        return {"type": "boolean"}

    def check(self, value: Any) -> None:
        """Raise `ValidationError` unless the value is true or false."""
        if not isinstance(value, bool):
            raise ValidationError("must be true or false")


class Date(Contract):
    """A calendar day in Viet Nam, ISO 8601 `YYYY-MM-DD`, from the year 1000 on."""

    def value_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of a non-null value."""
        return {"type": "string", "format": "date", "pattern": _DATE.pattern}

    def check(self, value: Any) -> None:
        """Raise `ValidationError` unless the value is a day that exists."""
        if not isinstance(value, str) or not _fullmatch(_DATE, value):
            raise ValidationError("must be a date such as 2026-03-01")
        try:
            date.fromisoformat(value)
        except ValueError:
            raise ValidationError("is no day of the calendar") from None


class Timestamp(Contract):
    """An instant, RFC 3339 with an offset; leap seconds are not accepted."""

    def value_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of a non-null value."""
        return {"type": "string", "format": "date-time", "pattern": _TIMESTAMP.pattern}

    def check(self, value: Any) -> None:
        """Raise `ValidationError` unless the value is an instant."""
        if not isinstance(value, str) or not _fullmatch(_TIMESTAMP, value):
            raise ValidationError("must be a time such as 2026-03-01T08:00:00+07:00")
        try:
            clock.from_rfc3339(value)
        except (ValueError, OverflowError):
            raise ValidationError("is no instant of the calendar") from None


class Choice(Contract):
    """One word of a closed list."""

    def __init__(self, en: str, vi: str, words: Sequence[str], **options: Any) -> None:
        """Take the list of allowed words."""
        super().__init__(en, vi, **options)
        self.words = tuple(words)

    def value_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of a non-null value."""
        return {"enum": list(self.words)}

    def check(self, value: Any) -> None:
        """Raise `ValidationError` unless the value is one of the words."""
        if not isinstance(value, str) or value not in self.words:
            raise ValidationError("must be one of: " + ", ".join(self.words))


class ListOf(Contract):
    """A list of values of one kind."""

    def __init__(self, en: str, vi: str, item: Contract, *, fewest: int = 0, most: int = 1000, **options: Any) -> None:
        """Take the kind of the items and how many there may be."""
        super().__init__(en, vi, **options)
        #: What each item is.
        self.item = item
        self._fewest = fewest
        self._most = most

    def value_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of a non-null value."""
        return {
            "type": "array",
            "items": self.item.json_schema(),
            "minItems": self._fewest,
            "maxItems": self._most,
        }

    def check(self, value: Any) -> None:
        """Raise `ValidationError` with the errors by index unless all items are acceptable."""
        if not isinstance(value, list):
            raise ValidationError("must be a list")
        if not self._fewest <= len(value) <= self._most:
            raise ValidationError(f"must have {self._fewest} to {self._most} items")
        errors: dict[int, Any] = {}
        for index, item in enumerate(value):
            try:
                self.item.deserialize(item)
            except ValidationError as error:
                errors[index] = error.messages
        if errors:
            raise ValidationError(errors)  # nested by index, as marshmallow's own List does


class Object(Contract):
    """A nested object with its own schema."""

    def __init__(self, en: str, vi: str, schema: type[Schema], **options: Any) -> None:
        """Take the schema of the nested object."""
        super().__init__(en, vi, **options)
        #: Schema of the nested object.
        self.nested = schema

    def value_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of a non-null value."""
        from shared.contracts.json_schema import of_schema

        return of_schema(self.nested)

    def check(self, value: Any) -> None:
        """Raise `ValidationError` with the errors by field unless the object is acceptable."""
        if not isinstance(value, dict):
            raise ValidationError("must be an object")
        self.nested().load(value)


class Reference(Contract):
    """Names another event or aggregate: `{"source", "id"}`, or a bare id in the same source."""

    def value_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of a non-null value."""
        bare = {"type": "string", "minLength": 1, "maxLength": 128}
        full = {
            "type": "object",
            "properties": {"source": {"type": "string", "minLength": 1, "maxLength": 150}, "id": bare},
            "required": ["source", "id"],
            "additionalProperties": False,
        }
        return {"anyOf": [bare, full]}

    def check(self, value: Any) -> None:
        """Raise `ValidationError` unless the value is an id or an object of source and id."""
        if _short(value, 128):
            return
        if (
            isinstance(value, dict)
            and set(value) == {"source", "id"}
            and _short(value["source"], 150)
            and _short(value["id"], 128)
        ):
            return
        raise ValidationError("must be an id, or an object with source and id")


def _short(value: Any, longest: int) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= longest


def _fullmatch(pattern: re.Pattern[str], value: str) -> bool:
    # A Python `$` also matches before a final line feed; JSON Schema's does not.
    return pattern.fullmatch(value) is not None
