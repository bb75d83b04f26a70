"""The brief: the answer to a question on one printable page; kept on request under an address that never changes.

Reading one writes nothing. Keeping one does, so it is asked for with a button and sent as a form.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from flask import Blueprint, Flask, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import TooManyRequests
from werkzeug.routing import BaseConverter
from werkzeug.wrappers import Response

from hub.catalogue import briefs
from hub.catalogue.briefs import TooManyBriefsError
from hub.search.brief import Brief, load
from hub.search.brief_making import make_brief
from hub.web import facets
from hub.web.addresses import absolute, link
from hub.web.brief_text import MARKDOWN, PLAIN, Style, written
from hub.web.brief_view import BriefView, brief_view
from hub.web.home import examples
from hub.web.languages import PREFIX
from hub.web.reader import Reader, current_reader
from hub.web.search import Asked, asked_in
from hub.web.service import current_hub

pages = Blueprint("brief", __name__)
_FORM: Final = "<any(md, html, txt, json):form>"


@dataclass(frozen=True)
class Kept:
    """That a page was kept: when, in which language it was asked, and its address."""

    date: str
    address: str


class DigestConverter(BaseConverter):
    """The name of a kept brief."""

    regex = "[0-9a-f]{16}"


def init_app(app: Flask) -> None:
    """Registers the pages."""
    app.url_map.converters["digest"] = DigestConverter
    app.register_blueprint(pages)


@pages.get(PREFIX + "/brief")
def page() -> ResponseReturnValue:
    """The brief about `q`; without a question, a box to ask."""
    asked = asked_in(request.args)
    if not asked.question:
        return render_template("ask.html", examples=examples())
    pairs = _pairs(asked, request.args)
    return render_template(
        "brief.html",
        view=brief_view(current_reader(), _brief(asked, request.args)),
        cut=asked.cut,
        pairs=pairs,
        downloads={form: link("brief.download", pairs, form=form) for form in ("html", "md")},
        kept=None,
    )


@pages.get(PREFIX + f"/brief.{_FORM}")
def download(form: str) -> ResponseReturnValue:
    """The same as a file."""
    asked = asked_in(request.args)
    return _file(_brief(asked, request.args), form, None) if asked.question else redirect(url_for("brief.page"), 303)


@pages.post(PREFIX + "/brief")
def keep() -> ResponseReturnValue:
    """Keeps the page as it is now, and leads to it."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") == "cross-site":
        abort(403)
    asked = asked_in(request.form)
    if not asked.question:
        return redirect(url_for("brief.page"), 303)
    brief = _brief(asked, request.form)
    digest, now = brief.digest, datetime.now(UTC)
    try:
        with current_hub().catalogue.writing() as session:
            briefs.keep(session, digest, language=brief.page, revision=brief.revision, content=brief.dump(), now=now)
    except TooManyBriefsError as error:
        raise TooManyRequests(retry_after=error.retry_after) from error
    return redirect(url_for("brief.kept", digest=digest), 303)


@pages.get(PREFIX + "/brief/<digest:digest>")
def kept(digest: str) -> ResponseReturnValue:
    """A brief as it was kept, from what was stored alone."""
    reader = current_reader()
    brief, stamp = _kept(reader, digest)
    files = {form: url_for("brief.kept_download", digest=digest, form=form) for form in ("html", "md")}
    view = brief_view(reader, brief)
    return render_template("brief.html", view=view, cut=False, pairs=_again(brief), downloads=files, kept=stamp)


@pages.get(PREFIX + f"/brief/<digest:digest>.{_FORM}")
def kept_download(digest: str, form: str) -> ResponseReturnValue:
    """The same as a file."""
    brief, stamp = _kept(current_reader(), digest)
    return _file(brief, form, stamp)


def _brief(asked: Asked, args: MultiDict[str, str]) -> Brief:
    hint = current_reader().interface.code
    filters = facets.chosen(args)
    material = current_hub().searcher.gather(asked.question, language=asked.language, hint=hint, filters=filters)
    return make_brief(material, hint)


def _pairs(asked: Asked, args: MultiDict[str, str]) -> list[tuple[str, str]]:
    return [*asked.kept, *facets.chosen(args).pairs()]


def _again(brief: Brief) -> list[tuple[str, str]]:
    """The parameters that ask the same question today."""
    filters = [(facet, value) for facet, values in brief.filters.items() for value in values]
    return [("q", brief.question), ("in", brief.language), *filters]


def _kept(reader: Reader, digest: str) -> tuple[Brief, Kept]:
    with current_hub().catalogue.reading() as session:
        row = briefs.kept(session, digest) or abort(404)
    address = absolute(url_for("brief.kept", digest=digest))
    return load(row.content), Kept(reader.date(row.created[:10]), address)


def _file(brief: Brief, form: str, stamp: Kept | None) -> Response:
    mimetype, make = _FILES[form]
    response = make_response(make(brief, stamp))
    response.headers["Content-Type"] = f"{mimetype}; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="brief-{brief.digest}.{form}"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _whole(brief: Brief) -> BriefView:
    return brief_view(current_reader(), brief, whole=True)


def _json(brief: Brief, _stamp: Kept | None) -> str:
    return json.dumps({"hash": brief.digest, **brief.dump()}, ensure_ascii=False, indent=2)


def _html(brief: Brief, stamp: Kept | None) -> str:
    return render_template("brief_word.html", view=_whole(brief), kept=stamp)


def _text(style: Style) -> Callable[[Brief, Kept | None], str]:
    return lambda brief, stamp: written(
        _whole(brief), style, stamp.date if stamp else "", stamp.address if stamp else ""
    )


_FILES: Final[dict[str, tuple[str, Callable[[Brief, Kept | None], str]]]] = {
    "md": ("text/markdown", _text(MARKDOWN)),
    "txt": ("text/plain", _text(PLAIN)),
    "html": ("text/html", _html),
    "json": ("application/json", _json),
}
