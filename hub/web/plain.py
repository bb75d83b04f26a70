"""Answers for machines: is it alive, and what may be crawled."""

from flask import Blueprint, Flask, Response, url_for

from hub.languages import INTERFACES

pages = Blueprint("plain", __name__)


def init_app(app: Flask) -> None:
    """Registers the addresses."""
    app.register_blueprint(pages)


@pages.get("/healthz")
def alive() -> Response:
    """That this process answers; it looks at nothing else, so that a restart is not asked for in vain."""
    return Response("ok\n", mimetype="text/plain")


@pages.get("/robots.txt")
def robots() -> Response:
    """Everything may be read; search results and what is made of them would only be endless."""
    endless = ("search.results", "why.page", "brief.page")
    closed = [f"Disallow: {url_for(endpoint, lang=code)}" for endpoint in endless for code in INTERFACES]
    return Response("\n".join(["User-agent: *", *closed, ""]), mimetype="text/plain")
