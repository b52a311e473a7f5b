"""Event type of a declaration that an heir has to make anew: declarations of merged agencies do not carry over.

Source: Circular 26/2014/TT-BKHCN (declaring again when the scope changes). Derived by the system from the decision on
the inheritance; one record for each heir and each day on which it takes over, however many declarations it inherits.
"""

from __future__ import annotations

from typing import ClassVar

from shared.contracts.catalogue import EventType, declare
from shared.contracts.documents import vocabulary as words
from shared.contracts.fields import Contract, Date, Reference, Text


class Inherited(words.DocumentFact):
    """The agency took over from one that had declared; it has to declare anew."""

    class Meta(words.DocumentFact.Meta):
        """Adds the field whose name is a Python keyword."""

        include: ClassVar[dict[str, Contract]] = {
            "from": Text(
                "Agency whose declaration it was", "Cơ quan đã công bố trước đó", longest=128, pattern=r"^[^/ \t\r\n]+$"
            )
        }

    declaration = Reference("The declaration that does not carry over", "Công bố không còn phù hợp")
    effective = Date("Day from which the heir has to declare anew", "Ngày cơ quan kế thừa phải công bố lại")


_INHERITED = {
    "from": "ubnd-huyen-thanh-son",
    "declaration": {"source": "/agencies/ubnd-huyen-thanh-son", "id": "cong-bo"},
    "effective": "2025-07-01",
}

declare(
    EventType(
        name="qms.declaration.inherited",
        owner="documents",
        en="The agency inherited a declaration and has to declare anew",
        vi="Kế thừa công bố của cơ quan sáp nhập, phải công bố lại",
        schema=Inherited,
        example=_INHERITED,
        example_subject="ke-thua-2025-07-01",
        invalid={
            "nobody named": {name: value for name, value in _INHERITED.items() if name != "from"},
            "no day": {name: value for name, value in _INHERITED.items() if name != "effective"},
        },
        asserter="system",
    )
)
