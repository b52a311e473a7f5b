"""PostgreSQL arrays in binary form, encoded with the column's own type.

psycopg guesses the element type of a list from its values (`int2`, `int4`, text for a list of nulls);
rows for `unnest` need the type of the column whatever the values are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from struct import Struct, pack
from typing import Any, ClassVar

from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap, Dumper
from psycopg.pq import Format

_HEADER = Struct("!iiIii")
_LENGTH = Struct("!i").pack
_NULL = _LENGTH(-1)


class BinaryArray:
    """One array parameter; `oid` is the array type's."""

    oid: ClassVar[int]

    def __init__(self, payload: bytes) -> None:
        self.payload = payload


def _array_type(name: str, array_oid: int) -> type[BinaryArray]:
    """Make the parameter class of an array type."""
    return type(f"{name}_array", (BinaryArray,), {"oid": array_oid})


class _ArrayDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: BinaryArray) -> Buffer:
        """Return the encoded array."""
        return obj.payload


def _fixed(code: str, size: int) -> Callable[[Any], bytes]:
    packer = Struct(f"!i{code}").pack
    return lambda value: packer(size, value)


def _bytes(value: bytes) -> bytes:
    return _LENGTH(len(value)) + value


def _text(value: str) -> bytes:
    return _bytes(value.encode())


#: SQL type -> element oid (pg_type.dat), parameter class, encoder of one element.
_TYPES: dict[str, tuple[int, type[BinaryArray], Callable[[Any], bytes]]] = {
    "bytea": (17, _array_type("bytea", 1001), _bytes),
    "int8": (20, _array_type("int8", 1016), _fixed("q", 8)),
    "int4": (23, _array_type("int4", 1007), _fixed("i", 4)),
    "int2": (21, _array_type("int2", 1005), _fixed("h", 2)),
    "bool": (16, _array_type("bool", 1000), _fixed("?", 1)),
    "float8": (701, _array_type("float8", 1022), _fixed("d", 8)),
    "text": (25, _array_type("text", 1009), _text),
}
#: Types whose arrays can be packed in one call.
_DENSE = {"int8": ("iq", 8), "int4": ("ii", 4)}


def register(adapters: AdaptersMap) -> None:
    """Tell psycopg how to send these parameters; SQLAlchemy's connections have adapters of their own."""
    for name, (_, parameter, _encode) in _TYPES.items():
        dumper = type(f"{name}_array_dumper", (_ArrayDumper,), {"oid": parameter.oid})
        adapters.register_dumper(parameter, dumper)


def binary_array(sql_type: str, values: Sequence[Any]) -> BinaryArray:
    """Return `values` as a one-dimensional array parameter; None becomes NULL.

    Raises:
        KeyError: a type that no table of ours uses.
        struct.error: a number outside the type's range.
    """
    oid, parameter, encode = _TYPES[sql_type]
    nulls = None in values
    header = _HEADER.pack(1, int(nulls), oid, len(values), 1)
    if nulls:
        return parameter(header + b"".join([_NULL if value is None else encode(value) for value in values]))
    if sql_type in _DENSE:
        code, size = _DENSE[sql_type]
        flat = [part for value in values for part in (size, value)]
        return parameter(header + pack("!" + code * len(values), *flat))
    return parameter(header + b"".join(map(encode, values)))
