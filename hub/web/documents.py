"""The page of a document, of its kept versions, and of one that is gone."""

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Flask, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.routing import BaseConverter, IntegerConverter

from hub.catalogue import queries
from hub.catalogue.models import DocumentRow
from hub.documents.parse import KIND_OF_FOLDER
from hub.documents.vocabularies import vocabulary
from hub.errors import HubError
from hub.web import versions
from hub.web.document_view import DocumentView, document_view
from hub.web.languages import PREFIX
from hub.web.presenting import Card, cards, document_url, version_url
from hub.web.reader import Reader, current_reader
from hub.web.service import Hub, current_hub

pages = Blueprint("documents", __name__)
_PAGE: Final = f"{PREFIX}/<any({', '.join(KIND_OF_FOLDER)}):folder>/<id:doc_id>"


class DocumentIdConverter(BaseConverter):
    """The form of an id in an address, so that `@` and `.` after it can mean something."""

    regex = "[a-z0-9]+(?:-[a-z0-9]+)*"


class VersionConverter(IntegerConverter):
    """The number of a version; more digits than any text will ever have versions are no such number."""

    regex = "[1-9][0-9]{0,6}"


@dataclass(frozen=True)
class Group:
    """Documents of one kind that name the one on the page or that it names."""

    label: str
    documents: list[Card]


def init_app(app: Flask) -> None:
    """Registers the pages."""
    app.url_map.converters.update(id=DocumentIdConverter, version=VersionConverter)
    app.register_blueprint(pages)


@pages.get(_PAGE)
def page(folder: str, doc_id: str) -> ResponseReturnValue:
    """A document; 301 to its proper address, 410 when it is not published any more."""
    hub, reader = current_hub(), current_reader()
    with hub.catalogue.reading() as session:
        row = queries.document(session, doc_id) or abort(404)
        if (row.id, row.kind) != (doc_id, KIND_OF_FOLDER[folder]):
            return redirect(document_url(row), 301)
        view = _view(session, reader, row, original=request.args.get("original") == "1")
        kept = versions.earlier(hub, row)
        if is_gone(row):
            return render_template("gone.html", view=view, row=row, kept=kept), 410
        groups, elsewhere = _groups(session, reader, row), _elsewhere(session, hub, reader, row)
        return render_template("document.html", view=view, groups=groups, elsewhere=elsewhere, kept=kept, current=None)


@pages.get(_PAGE + "@<version:number>")
def version(folder: str, doc_id: str, number: int) -> ResponseReturnValue:
    """A kept version, said to be one; the current one of a published document is its page."""
    hub, reader = current_hub(), current_reader()
    with hub.catalogue.reading() as session:
        row = queries.document(session, doc_id, follow=False) or abort(404)
        if number == row.version and not is_gone(row):
            return redirect(document_url(row), 302)
        if (row.id, row.kind) != (doc_id, KIND_OF_FOLDER[folder]):
            return redirect(version_url(row, number), 301)
        if versions.source(hub, row, number) is None:
            abort(404)
        old = versions.as_row(hub, row, number)
        if old is None:
            return redirect(url_for("permanent.version_markdown", doc_id=row.id, number=number), 303)
        view = _view(session, reader, old, original=True)
        kept = versions.earlier(hub, row)
        return render_template("document.html", view=view, groups=[], elsewhere=[], kept=kept, current=row)


def is_gone(row: DocumentRow) -> bool:
    """Whether a document is not published any more."""
    return row.withdrawn or row.status != "published"


def _view(session: Session, reader: Reader, row: DocumentRow, *, original: bool = False) -> DocumentView:
    translation = None if row.language == reader.locale else queries.translation(session, row.id, reader.locale)
    named = queries.documents(session, _ids_named(row))
    pages = {each: document_url(found) for each, found in named.items() if not is_gone(found) and each != row.id}
    return document_view(reader, row, translation, pages, original=original)


def _ids_named(row: DocumentRow) -> set[str]:
    data = row.data
    parties = [*data["about"].get("organisations", []), *data["written_by"], *data.get("parties", [])]
    teams = [team for cohort in data.get("cohorts", []) for team in cohort.get("teams", [])]
    return {each["id"] for each in parties if each.get("id")} | {team.get("case", "unknown") for team in teams}


def _groups(session: Session, reader: Reader, row: DocumentRow) -> list[Group]:
    """Documents that name this one or that it names, each once, by kind."""
    found = {each.id: each for rows in queries.neighbours(session, row.id).values() for each in rows}
    groups = [(kind, [each for each in found.values() if each.kind == kind]) for kind in vocabulary("kinds")]
    return [Group(reader.plural(kind), cards(reader, rows)) for kind, rows in groups if rows]


def _elsewhere(session: Session, hub: Hub, reader: Reader, row: DocumentRow) -> list[Card]:
    """The nearest documents in other languages; none while there is no index, since the page does without."""
    try:
        ids = hub.searcher.related(row.id)
    except HubError:
        return []
    found = queries.documents(session, ids)
    return cards(reader, [found[each] for each in ids if each in found])
