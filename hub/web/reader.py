"""Words for the reader: texts in her language where there are any, labels, names of countries and languages, dates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from babel import Locale
from babel.dates import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hub import languages
from hub.documents.vocabularies import vocabulary
from hub.languages import Interface
from hub.web.languages import interface

_LANGUAGES: Final = {
    "en": _l("English"),
    "no": _l("Norwegian"),
    "nb": _l("Norwegian"),
    "nn": _l("Norwegian (Nynorsk)"),
    "nl": _l("Dutch"),
}


# "en" alone would write dates as in the United States.
_DATES: Final = {"en": "en_GB"}


@dataclass(frozen=True)
class Text:
    """A piece of content; `lang` is its language tag where that is not the page's, else None."""

    text: str
    lang: str | None = None

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Term:
    """A term of a vocabulary with its label in the reader's language."""

    key: str
    label: str


@dataclass(frozen=True)
class Reader:
    """Everything that depends on who reads."""

    interface: Interface

    @property
    def locale(self) -> str:
        """The locale for Babel, and the language that content is wanted in."""
        return self.interface.locale

    def best(self, texts: dict[str, str], original: str) -> Text:
        """The text nearest to the reader's language."""
        language = languages.best(texts, self.locale, original)
        return self.text(texts[language], language)

    def text(self, text: str, language: str) -> Text:
        """A text that is known to stand in `language`."""
        return Text(text, None if language == self.locale else language)

    def understands(self, language: str) -> bool:
        """Whether a text in `language` counts as the reader's own; Nynorsk does for a reader of Norwegian."""
        return languages.family(language) == self.interface.code

    def term(self, name: str, key: str) -> Term:
        """A term of a vocabulary."""
        return Term(key, self.label(name, key))

    def label(self, name: str, key: str) -> str:
        """The label of a term; a plain word for one that the document did not know."""
        return str(_("not known")) if key == "unknown" else vocabulary(name).label(key, self.locale)

    def plural(self, kind: str) -> str:
        """The name for several documents of a kind."""
        return str(vocabulary("kinds")[kind][f"{self.locale}_plural"])

    def country(self, code: str) -> str:
        """The name of a country; its code where Babel knows none."""
        return _territories(self.locale).get(code, code)

    def country_names(self, code: str) -> set[str]:
        """What a country is called in any of our languages."""
        return {Reader(other).country(code) for other in languages.INTERFACES.values()}

    def language(self, code: str) -> str:
        """The name of a language as it stands in the middle of a sentence."""
        return str(_LANGUAGES[code])

    def language_label(self, code: str) -> str:
        """The name of a language standing alone."""
        name = self.language(code)
        return name[:1].upper() + name[1:]

    def date(self, value: str) -> str:
        """A date as precise as it was given; words and `unknown` stay words."""
        if not value or value == "unknown":
            return str(_("not known"))
        try:
            parts = [int(part) for part in value.split("-")]
            day = date(*[*parts, 1, 1][:3])
        except (ValueError, TypeError):
            return value
        patterns = {1: "yyyy", 2: "MMMM yyyy", 3: "long"}
        return format_date(day, patterns[len(parts)], locale=_DATES.get(self.locale, self.locale))

    def period(self, period: Mapping[str, str]) -> str:
        """From when to when; empty when neither is known."""
        start, end = period.get("start", "unknown"), period.get("end", "unknown")
        if start == end == "unknown":
            return ""
        if end == "unknown" and period.get("still_running") == "yes":
            return str(_("since %(start)s", start=self.date(start)))
        if end == "unknown":
            return str(_("from %(start)s, end not known", start=self.date(start)))
        if start == "unknown":
            return str(_("until %(end)s", end=self.date(end)))
        if start == end:
            return self.date(start)
        dash = "–" if len(start) == len(end) == 4 else " – "
        return dash.join([self.date(start), self.date(end)])


@cache
def _territories(locale: str) -> Mapping[str, str]:
    return Locale.parse(locale).territories


def current_reader() -> Reader:
    """The reader of the page that is being made."""
    return Reader(interface())
