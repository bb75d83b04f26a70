"""The page that answers a question, and says so honestly when there is no good answer."""

from collections.abc import Collection
from dataclasses import dataclass

from flask import Blueprint, Flask, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from hub.catalogue import queries
from hub.languages import INTERFACES
from hub.search.answers import Answer
from hub.web import facets, paging
from hub.web.addresses import link
from hub.web.facets import FilterForm
from hub.web.hits import HitView, hit_views
from hub.web.home import examples
from hub.web.languages import PREFIX
from hub.web.paging import Paging
from hub.web.reader import Reader, current_reader
from hub.web.service import current_hub

LONGEST = 1_000

pages = Blueprint("search", __name__)


@dataclass(frozen=True)
class Asked:
    """A question as an address holds it; `language` where the reader said it, `cut` when it was too long."""

    question: str
    language: str | None
    cut: bool

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The parameters that say it."""
        return [("q", self.question), *([("in", self.language)] if self.language else [])]


@dataclass(frozen=True)
class Results:
    """Everything on the page of results; `languages` are (name, address) to say which one the question is in."""

    asked: Asked
    detected: str
    languages: list[tuple[str, str]]
    total: int
    hits: list[HitView]
    near: list[HitView]
    filters: FilterForm
    paging: Paging


def init_app(app: Flask) -> None:
    """Registers the page."""
    app.register_blueprint(pages)


@pages.get(PREFIX + "/search")
def results() -> ResponseReturnValue:
    """The answer to `q`; without one, a box to ask."""
    asked = asked_in(request.args)
    if not asked.question:
        return render_template("ask.html", examples=examples())
    hub, reader = current_hub(), current_reader()
    answer = hub.searcher.ask(
        asked.question,
        language=asked.language,
        hint=reader.interface.code,
        filters=facets.chosen(request.args),
        page=paging.page_of(request.args),
    )
    with hub.catalogue.reading() as session:
        translated = _translated(session, reader, answer)
        # The answer holds only what was chosen; whoever chose one value may want another beside it.
        known = queries.facet_counts(session, answer.filters.values)
    shown = _results(reader, asked, answer, translated, known)
    return paging.to_last(shown.paging) or render_template("search.html", results=shown)


def asked_in(args: MultiDict[str, str]) -> Asked:
    """The question of an address, without control characters and superfluous space."""
    text = " ".join("".join(c if c.isprintable() else " " for c in args.get("q", "")).split())
    language = args.get("in")
    return Asked(text[:LONGEST], language if language in INTERFACES else None, len(text) > LONGEST)


def _results(
    reader: Reader, asked: Asked, answer: Answer, translated: Collection[str], known: queries.FacetCounts
) -> Results:
    pairs = answer.filters.pairs()
    others = [code for code in INTERFACES if code != answer.language]
    kept = [*asked.kept, *pairs, *([("page", str(answer.page))] if answer.page > 1 else [])]
    return Results(
        asked=asked,
        detected=reader.language(answer.language),
        languages=[
            (reader.language_label(code), link("search.results", [("q", asked.question), ("in", code), *pairs]))
            for code in others
        ],
        total=answer.total,
        hits=hit_views(reader, answer.hits, answer.language, translated, kept),
        near=hit_views(reader, answer.near, answer.language, translated, kept),
        filters=facets.filter_form(reader, answer.filters, answer.facets, asked.kept, known),
        paging=Paging(answer.page, answer.pages, "search.results", [*asked.kept, *pairs]),
    )


def _translated(session: Session, reader: Reader, answer: Answer) -> set[str]:
    """Documents with a passage among the hits that the reader will see in a translation."""
    ids = {hit.document.id for hit in (*answer.hits, *answer.near) if not hit.passage.lesson}
    return {each for each in ids if reader.locale in queries.translation_languages(session, each)}
