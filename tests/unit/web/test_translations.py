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


#: What stands between tags is an expression, a sign, or a name that is the same in all languages.
SIGNS = re.compile(r"[\s\d.,:;·–—›←→/#|()&•▾▴-]*|I2a")
#: Attributes that are read out or shown.
SHOWN = re.compile(r'\b(?:aria-label|aria-description|title|placeholder|alt|label)="([^"]*)"')
#: A text: a word with a capital, or several words; names of classes, files and fields are neither.
TEXT = re.compile(r"\w+ \w+|[^\W\d_a-z]\w*[^\W\dA-Z_]\w*", re.UNICODE)
#: Names of the languages, in themselves; keys of the keyboard.
NO_WORDS = {"Tiếng Việt", "English", "j k"}
#: Parameters of the components.
KEYS = {"titleText", "errorList"}


def bare_words(template: str) -> list[str]:
    """Return the texts of a template that would be shown in one language only."""
    found: list[str] = []
    text, inside_trans = "", False
    tokens = list(Environment(autoescape=True, extensions=["jinja2.ext.i18n"]).lex(template))
    for place, (_line, kind, value) in enumerate(tokens):
        if kind == "name" and value in ("trans", "endtrans"):
            inside_trans = value == "trans"
        if kind == "string" and not _translated(tokens, place) and TEXT.search(value[1:-1]) and value != '"I2a"':
            found.append(value[1:-1])
        text += value if kind == "data" and not inside_trans else " " if kind == "data" else ""
    plain = re.sub(r"<(style|script)\b.*?</\1>", "", text, flags=re.DOTALL)
    found += [value for value in SHOWN.findall(plain) if not SIGNS.fullmatch(value)]
    pieces = re.split(r"\n|&nbsp;|&#8239;", re.sub(r"<[^>]*>", "\n", plain))
    found += [piece.strip() for piece in pieces if not SIGNS.fullmatch(piece.strip())]
    return [one for one in found if one not in NO_WORDS | KEYS]


def _translated(tokens: list[tuple[int, str, str]], place: int) -> bool:
    """Return whether a string stands in `_(…)`."""
    before = [value for _line, kind, value in tokens[max(0, place - 4) : place] if kind != "whitespace"]
    return before[-2:] == ["_", "("]


@pytest.mark.parametrize("path", sorted((WEB / "templates").glob("*.html")), ids=lambda path: path.name)
def test_templates_show_no_text_of_one_language(path):
    assert bare_words(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "planted",
    [
        "<p>Xin chào</p>",
        "<p>Shown: {{ shown }}</p>",
        '<input placeholder="Type a name">',
        '<nav aria-label="Filters">',
        '<img alt="Bản đồ {{ name }}">',
        '{{ "All agencies" }}',
        '{{ tag("Overdue", "red") }}',
        '{% set title = "Báo cáo" %}',
        "{% if late %}late{% endif %}",
        '{{ _("Known") }} quá hạn',
    ],
)
def test_a_text_of_one_language_would_be_found(planted):
    whole = (WEB / "templates" / "agencies.html").read_text(encoding="utf-8")
    assert bare_words(whole.replace("{% endblock %}", planted + "{% endblock %}", 1)) != []


def test_every_word_of_the_domain_has_a_label_in_both_languages():
    translate = TEMPLATES.gettext("vi")
    for group, labels in LABELS.items():
        for code, message in labels.items():
            assert translate(message) != message, f"{group}.{code}"
            assert TEMPLATES.gettext("en")(message) == message
