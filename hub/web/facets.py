"""The filters beside results and listings: what can be chosen, what is chosen, and the addresses to take it away."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from hub.catalogue.filters import FACETS, VOCABULARY_OF, Filters, filters_from
from hub.documents.vocabularies import vocabulary
from hub.web.reader import Reader

_NAMES = {
    "kind": _l("Kind of document"),
    "language": _l("Language of the text"),
    "country": _l("Country"),
    "theme": _l("Theme"),
    "phase": _l("Phase"),
    "polarity": _l("How it went"),
    "practice": _l("Practice"),
}
# The order in which somebody looking for a lesson narrows down.
_ORDER = ("polarity", "theme", "practice", "country", "language", "phase", "kind")
_SHOWN = 6


@dataclass(frozen=True)
class Option:
    """One value of a facet with how many there are, where that was counted; `id` is for its label."""

    id: str
    value: str
    label: str
    count: int | None
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """One facet: the options shown at once, and the rest behind a click."""

    name: str
    label: str
    first: list[Option]
    more: list[Option]


@dataclass(frozen=True)
class Chip:
    """A chosen filter and the page without it."""

    facet: str
    label: str
    without: list[tuple[str, str]]


@dataclass(frozen=True)
class FilterForm:
    """All facets that offer a choice, the chosen filters, and what else the form must carry on."""

    facets: list[Facet]
    chips: list[Chip]
    kept: list[tuple[str, str]]


def chosen(args: MultiDict[str, str]) -> Filters:
    """The filters of an address; nonsense in it narrows nothing."""
    return filters_from(args.items(multi=True))


def filter_form(
    reader: Reader,
    filters: Filters,
    counts: Mapping[str, Mapping[str, int]],
    kept: Iterable[tuple[str, str]] = (),
    known: Mapping[str, Iterable[str]] | None = None,
) -> FilterForm:
    """The form beside a list.

    `kept` are parameters that are no filters (the question and its language); `known` are values that can be chosen
    without a count, by facet.
    """
    kept, known = list(kept), known or {}
    facets = [_facet(reader, name, filters, counts.get(name, {}), known.get(name, ())) for name in _ORDER]
    pairs = filters.pairs()
    chips = [
        Chip(str(_NAMES[name]), label(reader, name, value), kept + [pair for pair in pairs if pair != (name, value)])
        for name, value in pairs
    ]
    return FilterForm([facet for facet in facets if facet.first], chips, kept)


def heading(facet: str) -> str:
    """What a facet is called."""
    return str(_NAMES[facet])


def label(reader: Reader, facet: str, value: str) -> str:
    """What a value of a facet is called."""
    if facet == "country":
        return reader.country(value)
    if facet == "language":
        return reader.language_label(value)
    if value == "unknown":
        return str(_("Not known"))
    return reader.plural(value) if facet == "kind" else reader.label(VOCABULARY_OF[facet], value)


def _facet(reader: Reader, name: str, filters: Filters, counts: Mapping[str, int], known: Iterable[str] = ()) -> Facet:
    values = _sorted(name, {**dict.fromkeys(known), **dict.fromkeys(filters[name], 0), **counts})
    options = [
        Option(f"{name}-{value}", value, label(reader, name, value), count, value in filters[name])
        for value, count in values
    ]
    first = options if len(options) <= _SHOWN + 1 else [o for i, o in enumerate(options) if i < _SHOWN or o.chosen]
    return Facet(name, str(_NAMES[name]), first, [option for option in options if option not in first])


def _sorted(name: str, counts: Mapping[str, int | None]) -> list[tuple[str, int | None]]:
    """By the vocabulary's own order where that means something, else the most frequent first."""
    if name in ("polarity", "practice", "phase", "kind"):
        order = [*vocabulary(VOCABULARY_OF[name]), "unknown"]
        return sorted(counts.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order))
    return sorted(counts.items(), key=lambda item: (-(item[1] or 0), item[0]))


assert set(_ORDER) == set(FACETS)  # noqa: S101 (a facet that nobody can choose would be a slip in this module)
