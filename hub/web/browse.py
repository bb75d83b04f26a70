"""Looking around without a question: all documents, narrowed down by facets."""

from flask import Blueprint, Flask, render_template, request
from flask.typing import ResponseReturnValue

from hub.catalogue import queries
from hub.web import facets, paging
from hub.web.languages import PREFIX
from hub.web.paging import Paging
from hub.web.presenting import cards
from hub.web.reader import current_reader
from hub.web.service import current_hub

SIZE = 20

pages = Blueprint("browse", __name__)


def init_app(app: Flask) -> None:
    """Registers the page."""
    app.register_blueprint(pages)


@pages.get(PREFIX + "/browse")
def page() -> ResponseReturnValue:
    """Documents that match the filters of the address, newest first."""
    reader, filters, number = current_reader(), facets.chosen(request.args), paging.page_of(request.args)
    with current_hub().catalogue.reading() as session:
        listing = queries.browse(session, filters, page=number, size=SIZE)
        place = Paging(number, -(-listing.total // SIZE), "browse.page", filters.pairs())
        return paging.to_last(place) or render_template(
            "browse.html",
            heading=_heading([facets.label(reader, *pair) for pair in filters.pairs()]),
            total=listing.total,
            documents=cards(reader, listing.documents),
            filters=facets.filter_form(reader, filters, listing.facets),
            paging=place,
        )


def _heading(labels: list[str]) -> str:
    """What the list is of, where one filter alone says it."""
    return labels[0] if len(labels) == 1 else ""
