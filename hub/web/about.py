"""What the hub says about itself: what it is and holds, how accessible it is, what it does with data."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Flask, render_template
from flask_babel import gettext as _

from hub.catalogue import queries
from hub.documents.vocabularies import vocabulary
from hub.web import facets
from hub.web.addresses import link
from hub.web.languages import PREFIX
from hub.web.presenting import evidence
from hub.web.reader import Reader, current_reader
from hub.web.service import current_hub

pages = Blueprint("about", __name__)


@dataclass(frozen=True)
class Bar:
    """A row of a chart: `share` is its part of the longest, in per cent; `url` leads to what was counted."""

    label: str
    count: int
    share: int
    url: str


@dataclass(frozen=True)
class Chart:
    """A table that is a chart as well; `note` says what is counted."""

    title: str
    note: str
    bars: list[Bar]


def init_app(app: Flask) -> None:
    """Registers the pages."""
    app.register_blueprint(pages)


@pages.get(PREFIX + "/about")
def page() -> str:
    """What this is, where it comes from, how it works, and what is in it."""
    reader = current_reader()
    with current_hub().catalogue.reading() as session:
        stats = queries.stats(session)
    terms = vocabulary("practices")
    return render_template(
        "about.html",
        stats=stats,
        charts=list(_charts(reader, stats)),
        practices=[(terms.label(key, reader.locale), terms[key][f"{reader.locale}_hint"]) for key in terms],
        ladder=[evidence(reader, key) for key in vocabulary("evidence")],
    )


@pages.get(PREFIX + "/accessibility")
def accessibility() -> str:
    """The accessibility statement."""
    return render_template("accessibility.html", settings=current_hub().settings)


@pages.get(PREFIX + "/privacy")
def privacy() -> str:
    """The privacy statement."""
    return render_template("privacy.html", settings=current_hub().settings)


def _charts(reader: Reader, stats: queries.Stats) -> Iterator[Chart]:
    documents = str(_("Documents; one may count in several rows"))
    titles = {
        "kind": (_("By kind"), _("Documents")),
        "language": (_("By language"), _("Documents")),
        "country": (_("By country"), documents),
        "theme": (_("By theme"), documents),
        "polarity": (_("By how it went"), _("Documents with such a lesson; one may count in several rows")),
    }
    for facet, (title, note) in titles.items():
        rows = [
            (facets.label(reader, facet, value), count, link("browse.page", [(facet, value)]))
            for value, count in stats.facets[facet].items()
        ]
        yield _chart(str(title), str(note), rows)
    levels = [
        (reader.label("confidence", level), stats.confidence[level], "")
        for level in ("high", "medium", "low", "unknown")
        if level in stats.confidence
    ]
    yield _chart(str(_("By the writers' confidence")), str(_("Documents")), levels)


def _chart(title: str, note: str, rows: list[tuple[str, int, str]]) -> Chart:
    longest = max((count for _label, count, _url in rows), default=1)
    return Chart(title, note, [Bar(label, count, round(100 * count / longest), url) for label, count, url in rows])
