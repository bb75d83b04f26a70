"""Addresses that never change: `/id/<id>`, `/id/<id>@<version>`, and the Markdown of each with `.md` after it."""

from flask import Blueprint, Flask, abort, make_response, redirect, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as BaseResponse

from hub.catalogue import queries
from hub.catalogue.models import DocumentRow
from hub.web import versions
from hub.web.languages import preferred
from hub.web.presenting import document_url, version_url
from hub.web.service import current_hub

pages = Blueprint("permanent", __name__, url_prefix="/id")


def init_app(app: Flask) -> None:
    """Registers the addresses."""
    app.register_blueprint(pages)


@pages.get("/<id:doc_id>")
def document(doc_id: str) -> ResponseReturnValue:
    """To the document's page in the reader's language; the browser keeps `#<lesson>` by itself."""
    return _see(document_url(_row(doc_id), lang=preferred().code))


@pages.get("/<id:doc_id>@<version:number>")
def version(doc_id: str, number: int) -> ResponseReturnValue:
    """To the page of that version."""
    row = _row(doc_id, follow=False)
    if versions.source(current_hub(), row, number) is None:
        abort(404)
    return _see(version_url(row, number, lang=preferred().code))


@pages.get("/<id:doc_id>.md")
def markdown(doc_id: str) -> ResponseReturnValue:
    """The current text, or the last one of a document that is gone."""
    row = _row(doc_id)
    if row.id != doc_id:
        return redirect(url_for("permanent.markdown", doc_id=row.id), 301)
    return _file(row.source, f"{row.id}.md")


@pages.get("/<id:doc_id>@<version:number>.md")
def version_markdown(doc_id: str, number: int) -> ResponseReturnValue:
    """The text of that version."""
    row = _row(doc_id, follow=False)
    text = versions.source(current_hub(), row, number)
    return _file(text, f"{row.id}@{number}.md") if text is not None else abort(404)


def _row(doc_id: str, *, follow: bool = True) -> DocumentRow:
    """The document, by default the one that took its place; a version belongs to the document it was a version of."""
    with current_hub().catalogue.reading() as session:
        return queries.document(session, doc_id, follow=follow) or abort(404)


def _see(url: str) -> BaseResponse:
    response = redirect(url, 303)
    response.vary.add("Accept-Language")
    return response


def _file(text: str, name: str) -> BaseResponse:
    response = make_response(text)
    response.headers["Content-Type"] = "text/markdown; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
