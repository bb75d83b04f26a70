"""The front door: one question box, three doors for those without a question, and ways to look around."""

from dataclasses import dataclass

from flask import Blueprint, Flask, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from hub.catalogue import queries
from hub.catalogue.filters import filters_from
from hub.documents.vocabularies import vocabulary
from hub.web import facets
from hub.web.addresses import link
from hub.web.languages import PREFIX, preferred
from hub.web.presenting import cards
from hub.web.reader import Reader, current_reader
from hub.web.service import current_hub

pages = Blueprint("home", __name__)

Pairs = list[tuple[str, str]]
# Where somebody is stuck, and the lessons that help there (the three sentences the Dutch seed begins with).
_DOORS: list[tuple[object, object, Pairs]] = [
    (
        _l("I don’t know where to start"),
        _l("Choosing a mission that fits the place, and finding the people for it"),
        [("practice", "strategy")],
    ),
    (
        _l("It is stuck in execution"),
        _l("Who decides, who owns it, and what went wrong elsewhere when that was unclear"),
        [("polarity", "did_not_work"), ("polarity", "mixed"), ("practice", "governance")],
    ),
    (
        _l("It goes too slowly"),
        _l("From single projects to a system, and learning faster by trying things together"),
        [("polarity", "worked"), ("practice", "learning"), ("practice", "systems")],
    ),
]


@dataclass(frozen=True)
class Way:
    """A way to look around: where it leads, what it is called, how many documents lie there."""

    url: str
    label: str
    hint: str
    count: int


def init_app(app: Flask) -> None:
    """Registers the pages."""
    app.register_blueprint(pages)


@pages.get("/")
def choose() -> Response:
    """To the home page in the reader's language."""
    response = redirect(url_for("home.page", lang=preferred().code))
    response.vary.add("Accept-Language")
    return response


@pages.get(PREFIX + "/")
def page() -> str:
    """The home page."""
    reader = current_reader()
    with current_hub().catalogue.reading() as session:
        counts = queries.facet_counts(session, ("practice", "theme", "country", "language"))
        doors = [
            Way(link("browse.page", pairs), str(name), str(hint), queries.count(session, filters_from(pairs)))
            for name, hint, pairs in _DOORS
        ]
        return render_template(
            "home.html",
            examples=examples(),
            doors=doors,
            practices=_practices(reader, counts["practice"]),
            themes=_ways(reader, "theme", counts),
            countries=_ways(reader, "country", counts),
            languages=_ways(reader, "language", counts),
            latest=cards(reader, queries.newest(session, filters_from([("kind", "case")]), 3)),
        )


def examples() -> list[str]:
    """Questions to try, as somebody in a municipality would put them."""
    return [
        str(_("How do we get residents to join a heat network?")),
        str(_("How do we keep an eye on the risks when the council owns a company?")),
        str(_("What does it take for municipalities to learn from each other?")),
    ]


def _practices(reader: Reader, counts: dict[str, int]) -> list[Way]:
    terms = vocabulary("practices")
    return [
        Way(
            link("browse.page", [("practice", key)]),
            terms.label(key, reader.locale),
            str(terms[key][f"{reader.locale}_hint"]),
            counts.get(key, 0),
        )
        for key in terms
    ]


def _ways(reader: Reader, facet: str, counts: queries.FacetCounts) -> list[Way]:
    return [
        Way(link("browse.page", [(facet, value)]), facets.label(reader, facet, value), "", count)
        for value, count in counts[facet].items()
    ]
