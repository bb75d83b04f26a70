"""Filters: what a reader narrows a search or a listing down to; the same everywhere, from page to export."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from hub.documents.vocabularies import vocabulary

FACETS: Final = ("kind", "language", "country", "theme", "phase", "polarity", "practice")
VOCABULARY_OF: Final = {
    "kind": "kinds",
    "theme": "themes",
    "phase": "phases",
    "polarity": "polarities",
    "practice": "practices",
}


@dataclass(frozen=True)
class Filters:
    """For each facet the wanted values: one of them must hold (or), in every facet that has any (and).

    `language` holds en, no (nb and nn) or nl.
    """

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.values)

    def __getitem__(self, facet: str) -> tuple[str, ...]:
        return self.values.get(facet, ())

    def without(self, facet: str) -> "Filters":
        """The same filters but for one facet, as counting that facet's other values wants."""
        return Filters({name: values for name, values in self.values.items() if name != facet})

    def pairs(self) -> list[tuple[str, str]]:
        """Every (facet, value), in a fixed order, as an address holds them."""
        return [(facet, value) for facet in FACETS for value in self[facet]]


def filters_from(pairs: Iterable[tuple[str, str]]) -> Filters:
    """Filters from the parameters of an address or command; what is no filter or no known value is left out.

    An old link with a value that is gone must still lead somewhere, so it narrows nothing instead of failing.
    """
    values: dict[str, list[str]] = {}
    for facet, value in pairs:
        if facet in FACETS and (clean := _clean(facet, value)) and clean not in values.setdefault(facet, []):
            values[facet].append(clean)
    return Filters({facet: tuple(sorted(found)) for facet, found in values.items() if found})


def _clean(facet: str, value: str) -> str:
    if facet == "language":
        return {"nb": "no", "nn": "no"}.get(value, value) if value in ("en", "no", "nb", "nn", "nl") else ""
    if facet == "country":
        return value.upper() if len(value) == 2 and value.isalpha() and value.isascii() else ""
    known = value in vocabulary(VOCABULARY_OF[facet]) or (facet == "phase" and value == "unknown")
    return value if known else ""
