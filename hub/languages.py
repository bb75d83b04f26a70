"""Languages: those a text may be written in, and those the interface speaks.

A *content language* is what a document says of itself (`en`, `nb`, `nn`, `nl`). An *interface language* is a part
of an address (`/en/`, `/no/`, `/nl/`) and stands for one Babel locale. "Norwegian" as a filter means nb and nn.
"""

from dataclasses import dataclass
from typing import Final

CONTENT_LANGUAGES: Final = ("en", "nb", "nn", "nl")


@dataclass(frozen=True)
class Interface:
    """One interface language: `code` in addresses, `locale` for Babel and vocabularies, `tag` for `lang=`."""

    code: str
    locale: str
    tag: str
    name: str


INTERFACES: Final = {
    "en": Interface("en", "en", "en", "English"),
    "no": Interface("no", "nb", "nb", "Norsk"),
    "nl": Interface("nl", "nl", "nl", "Nederlands"),
}


def family(language: str) -> str:
    """The group a content language is searched in: `no` for both written forms of Norwegian."""
    return "no" if language in ("nb", "nn") else language


def normalise(language: str) -> str:
    """`no` as many people write it is nb; anything else stays as it is."""
    return "nb" if language.strip().lower() == "no" else language.strip()


def best(texts: dict[str, str], wanted: str, original: str) -> str:
    """The language in `texts` to show a reader of `wanted`; nearest first, then the original, then any.

    Raises ValueError when `texts` is empty, since a document without a title was never published.
    """
    near: tuple[str, ...] = ("nb", "nn") if family(wanted) == "no" else ()
    for language in (wanted, *near, original, "en"):
        if language in texts:
            return language
    if not texts:
        raise ValueError("expected at least one language, found none")
    return next(iter(texts))
