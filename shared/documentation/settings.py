"""`docs/reference/settings.md`: every environment variable, made from the comments beside the settings.

`python -m shared.documentation.settings` writes the page; `--check` says whether it is stale.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from shared.documentation.markdown import REFERENCE, joined, made_by, run, table
from shared.service import settings

PATH = REFERENCE / "settings.md"

#: A field with the comment lines above it and its default.
_FIELD = re.compile(r"(?P<comment>(?: +#: .*\n)+) +(?P<name>\w+): [^=\n]+(?: = (?P<default>.+))?\n")
#: A comment that names the variable itself: `` `OVERSIGHT_NOTIFY_SENDER`: ... `` or in brackets behind the meaning.
_VARIABLE = re.compile(r"`(OVERSIGHT_[A-Z_]+)`")
_NOTIFY = Path("services/notify/configuration.py")

#: Set in `from_environment`, where no constant of the class says it.
_DEFAULTS = {
    "DATABASE_URL": "`sqlite:///.oversight/{service}.db`",
    "PORT": "as in [http](http.md)",
    "PEER_{SERVICE}": "`http://127.0.0.1:{default port}`",
}
#: Variables that are read outside the settings of a service.
_OTHERS = (
    ("OVERSIGHT_INSPECTION_OIDC_ISSUER", "OpenID provider of the pages; empty: local accounts alone", "inspection"),
    ("OVERSIGHT_INSPECTION_OIDC_CLIENT_ID", "Client at the provider", "inspection"),
    ("OVERSIGHT_INSPECTION_OIDC_CLIENT_SECRET", "Secret of the client", "inspection"),
    (
        "OVERSIGHT_INSPECTION_OIDC_CLAIM",
        "Claim of the ID token that names the account; default `sub`",
        "inspection",
    ),
    (
        "OVERSIGHT_INSPECTION_CROSSINGS_SECONDS",
        "Seconds between two looks for indicators that crossed a threshold; default 900",
        "inspection",
    ),
    ("OVERSIGHT_LOG_FORMAT", "`json` writes one JSON object a line; otherwise lines for people", "services"),
    ("OVERSIGHT_DATA", "Data directory of the running system, with `run.json`; default `.oversight`", "command line"),
    ("OVERSIGHT_URL", "Address of the front door; default that of `run.json`", "command line"),
    ("OVERSIGHT_KEY", "Key or staff token; default the token of `run.json`", "command line"),
    (
        "OVERSIGHT_DEBUG",
        "`1` shows where an unforeseen error of the command line happened; default off",
        "command line",
    ),
    ("OVERSIGHT_RABBITMQ_SBIN", "Directory of `rabbitmqctl`, where RabbitMQ stands in an unusual place", "set-up"),
    ("OVERSIGHT_POSTGRES_BIN", "Directory of `initdb`", "set-up, tests"),
    ("OVERSIGHT_CHROMIUM", "The program Chromium", "set-up, tests"),
)
_INTRODUCTION = """Each service reads its settings once, at start. A variable may be given for one service alone:
`OVERSIGHT_AUDIT_PORT` wins over `OVERSIGHT_PORT`. `oversight up` sets them all by itself; `oversight serve SERVICE` takes
them from the environment. With `_FILE` behind its name a variable names a file that holds the value, as secrets of containers
do (`OVERSIGHT_STAFF_TOKEN_FILE=/run/secrets/staff_token`). Tokens and keys have no default and are never written to logs."""


class Setting(NamedTuple):
    """One variable."""

    variable: str
    meaning: str
    default: str


def render() -> str:
    """Return the page."""
    head = ("variable", "meaning", "default")
    return joined(
        (
            made_by("shared.documentation.settings"),
            "# Settings",
            _INTRODUCTION,
            "## Every service",
            table(head, ((f"`{one.variable}`", one.meaning, one.default) for one in common())),
            "## notify",
            table(head, ((f"`{one.variable}`", one.meaning, one.default) for one in of_notify())),
            "## Elsewhere",
            table(("variable", "meaning", "read by"), ((f"`{name}`", text, who) for name, text, who in _OTHERS)),
        )
    )


def common() -> Iterator[Setting]:
    """Yield the variables of every service, from the comments of `Settings`."""
    for name, meaning, default in _fields(Path(settings.__file__).read_text(encoding="utf-8")):
        variable = "PEER_{SERVICE}" if name == "peers" else name.upper()
        yield Setting(f"OVERSIGHT_{variable}", meaning, _DEFAULTS.get(variable, _shown(default)))


def of_notify() -> Iterator[Setting]:
    """Yield the variables of notify alone, from the comments of its `Configuration`."""
    for _, comment, default in _fields(_NOTIFY.read_text(encoding="utf-8")):
        named = _VARIABLE.findall(comment)
        meaning = _VARIABLE.sub("", comment).strip(" :,.").replace("(, ", "(").replace(" ()", "").replace(" )", ")")
        for variable in named:
            yield Setting(variable, meaning[:1].upper() + meaning[1:], _NOTIFY_DEFAULTS.get(variable, _shown(default)))


#: Where the field holds something else than the variable's text.
_NOTIFY_DEFAULTS = {
    "OVERSIGHT_NOTIFY_SETTLE_SECONDS": "`10`",
    "OVERSIGHT_NOTIFY_WEBHOOKS": "`[]`",
    "OVERSIGHT_NOTIFY_SENDER": "`canh-bao@localhost`",
    "OVERSIGHT_NOTIFY_ALLOW_PRIVATE_WEBHOOKS": "",
    "OVERSIGHT_NOTIFY_OPERATOR_EMAIL": "",
    "OVERSIGHT_NOTIFY_DAYS_OFF": "",
    "OVERSIGHT_NOTIFY_WORKING_DAYS": "",
}


def _fields(source: str) -> Iterator[tuple[str, str, str]]:
    """Yield (name, comment, default) of the documented fields of a module's data class."""
    for found in _FIELD.finditer(source):
        comment = " ".join(line.strip().removeprefix("#: ") for line in found["comment"].splitlines())
        yield found["name"], comment, found["default"] or ""


def _shown(default: str) -> str:
    if re.fullmatch(r"[0-9* ]+", default):
        product = 1
        for factor in default.split("*"):
            product *= int(factor)
        return f"`{product}`"
    return f"`{default.strip(chr(34))}`" if default.startswith('"') and default != '""' else _number(default)


def _number(default: str) -> str:
    return f"`{default}`" if re.fullmatch(r"[0-9.]+", default) else ""


if __name__ == "__main__":
    run(PATH, render)
