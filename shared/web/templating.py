"""Renders pages: Jinja with autoescape, one environment per language, the macros of govuk-frontend-jinja.

It knows no page: a service gives it its folder of templates and catalogues.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from gettext import NullTranslations
from pathlib import Path
from typing import Any

from jinja2 import ChainableUndefined, Environment, FileSystemLoader, PackageLoader, PrefixLoader, StrictUndefined
from jinja2.ext import i18n
from markupsafe import Markup

from shared import clock
from shared.vietnam import format as vietnam
from shared.web.translations import LANGUAGES, load_translations

_COMPONENTS = (
    "breadcrumbs",
    "button",
    "error-summary",
    "input",
    "notification-banner",
    "pagination",
    "radios",
    "select",
    "skip-link",
    "summary-list",
    "tag",
)


class Templates:
    """The templates of one service in all languages."""

    def __init__(self, folder: Path, extra_globals: Mapping[str, Any] | None = None) -> None:
        """Load `folder/templates` with the catalogues of `folder/locale`."""
        components = _govuk_macros()
        self._translations = {language: load_translations(folder / "locale", language) for language in LANGUAGES}
        self._environments = {
            language: _environment(
                folder, language, self._translations[language], {**components, **(extra_globals or {})}
            )
            for language in LANGUAGES
        }

    def render(self, template: str, language: str, /, **values: Any) -> str:
        """Return a rendered template; a value that is missing is an error, not an empty place."""
        return self._environments[language].get_template(template).render(values)

    def gettext(self, language: str) -> Callable[[str], str]:
        """Return the function that translates messages of code into a language."""
        return self._translations[language].gettext


def _environment(folder: Path, language: str, translations: NullTranslations, extra: Mapping[str, Any]) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=[i18n],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    # The extension adds this method at run time.
    environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    environment.policies["ext.i18n.trimmed"] = True
    environment.filters.update(_filters(language))
    environment.globals.update(extra, language=language)
    return environment


def _filters(language: str) -> dict[str, Callable[..., Any]]:
    def localized(write: Callable[..., str]) -> Callable[..., str]:
        return lambda *values: write(values[0], language, *values[1:])

    return {
        "number": localized(vietnam.number),
        "percent": localized(vietnam.percent),
        "day": vietnam.day,
        "iso_day": vietnam.iso_day,
        "moment": vietnam.moment,
        "clock_time": vietnam.clock_time,
        "entry": vietnam.entry,
        "input_marks": _marks,
        "rfc3339": clock.to_rfc3339,
        "rfc3339_moment": lambda text: vietnam.moment(clock.from_rfc3339(text)),
        "vietnam_day": clock.vietnam_day,
    }


def _marks(marks: Mapping[str, str | bool | None]) -> Markup:
    """Return attributes of an element, escaped; what is false or none is left out."""
    shown = (
        Markup("{}").format(name) if value is True else Markup('{}="{}"').format(name, value)
        for name, value in marks.items()
        if value is not None and value is not False
    )
    return Markup(" ").join(shown)


def _govuk_macros() -> dict[str, Callable[..., Markup]]:
    """Return the macros by name; they need an environment of their own, since they lean on undefined values."""
    environment = Environment(
        loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        autoescape=True,
        undefined=ChainableUndefined,
    )
    macros: dict[str, Callable[..., Markup]] = {}
    for component in _COMPONENTS:
        name = "govuk" + component.title().replace("-", "")
        module = environment.get_template(f"govuk_frontend_jinja/components/{component}/macro.html").module
        macros[name] = getattr(module, name)
    return macros
