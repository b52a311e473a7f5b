"""Every visible string has its Vietnamese, and no template shows a string that cannot be translated."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from jinja2 import Environment

from services.inspection.web.rendering import TEMPLATES
from services.inspection.web.words import LABELS
from shared.web.translations import load_translations

WEB = Path("services/inspection/web")
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
KEYWORDS = {"_": None, "N_": None, "translate": None, "gettext": None, "ngettext": (1, 2)}
#: The same in both languages.
SAME = {"ISO 9001"}


def messages():
    """Return all message ids of code and templates."""
    found = extract_from_dir(WEB, METHODS, {"templates/**.html": {"trimmed": "true"}}, keywords=KEYWORDS)
    return {message[2] for message in found}


@pytest.fixture(scope="module")
def vietnamese():
    return load_translations(WEB / "locale", "vi")


def test_every_message_is_translated_into_vietnamese(vietnamese):
    missing = []
    for message in messages():
        forms = (message,) if isinstance(message, str) else message
        text = vietnamese.gettext(message) if isinstance(message, str) else vietnamese.ngettext(*message, 2)
        if text in forms and text not in SAME:
            missing.append(message)
    assert missing == []


def test_translations_keep_the_places_of_values(vietnamese):
    place = re.compile(r"%\(\w+\)s|<[^>]+>")
    for message in messages():
        singular = message if isinstance(message, str) else message[0]
        text = vietnamese.gettext(message) if isinstance(message, str) else vietnamese.ngettext(*message, 2)
        assert sorted(place.findall(text)) == sorted(place.findall(singular)), singular


def test_no_message_is_left_over_in_the_catalogue(vietnamese):
    known = {message if isinstance(message, str) else message[0] for message in messages()}
    assert set(vietnamese._messages) - known == set()


def test_checks_of_agencies_are_never_called_state_inspection(vietnamese):
    texts = [text for forms in vietnamese._messages.values() for text in forms]
    assert [text for text in texts if "thanh tra" in text.lower()] == []


def test_templates_have_no_bare_words():
    """What stands between tags is an expression, a sign, or a name that is the same in all languages."""
    allowed = re.compile(r"[\s\d.,:;·–—›←→/#|()&•▾▴-]*|I2a")
    for path in sorted((WEB / "templates").glob("*.html")):
        tokens = Environment(autoescape=True, extensions=["jinja2.ext.i18n"]).lex(path.read_text(encoding="utf-8"))
        inside_trans, text = False, ""
        for _line, kind, value in tokens:
            if kind == "name" and value in ("trans", "endtrans"):
                inside_trans = value == "trans"
            text += value if kind == "data" and not inside_trans else " " if kind == "data" else ""
        bare = re.sub(r"<[^>]*>", "\n", re.sub(r"<(style|script)\b.*?</\1>", "", text, flags=re.DOTALL))
        words = [piece.strip() for piece in re.split(r"\n|&nbsp;|&#8239;", bare)]
        assert [piece for piece in words if piece and not allowed.fullmatch(piece)] == [], path.name


def test_every_word_of_the_domain_has_a_label_in_both_languages():
    translate = TEMPLATES.gettext("vi")
    for group, labels in LABELS.items():
        for code, message in labels.items():
            assert translate(message) != message, f"{group}.{code}"
            assert TEMPLATES.gettext("en")(message) == message
