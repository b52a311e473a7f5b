"""Loads gettext catalogues straight from `.po` files: one source, nothing compiled to forget.

Message ids are English, so English needs no catalogue.
"""

from __future__ import annotations

from gettext import NullTranslations
from pathlib import Path

from babel.messages.pofile import read_po

#: First the one that readers get who have chosen none.
LANGUAGES = ("vi", "en")


class PoTranslations(NullTranslations):
    """Messages of one language; what is missing stays English."""

    def __init__(self, messages: dict[str, tuple[str, ...]]) -> None:
        """Take the forms of each message by its id."""
        super().__init__()
        self._messages = messages

    def gettext(self, message: str) -> str:
        """Return the message in this language."""
        forms = self._messages.get(message)
        return forms[0] if forms else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the form for a count; Vietnamese has one form for all."""
        forms = self._messages.get(msgid1)
        if not forms:
            return msgid1 if n == 1 else msgid2
        return forms[0] if n == 1 or len(forms) == 1 else forms[1]


def load_translations(folder: Path, language: str) -> NullTranslations:
    """Return the messages of `folder/{language}/LC_MESSAGES/messages.po`; English where there is no such file."""
    path = folder / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    messages: dict[str, tuple[str, ...]] = {}
    for message in catalogue:
        if not message.id or message.fuzzy:
            continue
        key = message.id if isinstance(message.id, str) else message.id[0]
        forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        if all(forms):
            messages[key] = forms
    return PoTranslations(messages)
