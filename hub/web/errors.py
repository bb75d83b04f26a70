"""From errors to pages, in one place: a sentence in the reader's language, never a traceback."""

import logging

from flask import Flask, Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from hub.errors import HubError

_log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Registers the handlers; Flask itself logs what went wrong behind a 500."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(InternalServerError, _http)
    app.register_error_handler(HubError, _not_ready)


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()
    heading, text = _words(error.code)
    if isinstance(error, SecurityError):
        # A host name that we do not answer for: Flask makes no addresses then, so there is no page to show.
        return Response(f"{heading}. {text}\n", error.code, mimetype="text/plain")
    page = render_template("error.html", heading=heading, text=text)
    headers = [(name, value) for name, value in error.get_headers() if name not in ("Content-Type", "Content-Length")]
    return page, error.code, headers


def _not_ready(error: HubError) -> ResponseReturnValue:
    _log.error("%s", error)
    heading = _("The hub is not ready yet")
    text = _(
        "Its catalogue or its search index is missing or cannot be read. Those who run it find the reason and the "
        "remedy in the log; the commands hub sync and hub index --rebuild make both anew."
    )
    return render_template("error.html", heading=heading, text=text), 503


def _words(code: int) -> tuple[str, str]:
    if code == 404:
        heading = _("This page does not exist")
        text = _("The address may be mistyped or out of date. A text that was withdrawn says so on a page of its own.")
    elif code == 405:
        heading = _("This page can only be read")
        text = _("Something tried to send data to it.")
    elif code == 429:
        heading = _("Too much at once")
        text = _(
            "Within the last hour so many pages were kept here that the hub takes no more for now. Nothing is lost: "
            "read, print or download the page, and try again in an hour."
        )
    elif code >= 500:
        heading = _("Something went wrong here")
        text = _("The fault is ours, not yours. It has been written to the log; please try again in a while.")
    else:
        heading = _("This request cannot be answered")
        text = _("Something in it is not as it should be.")
    return str(heading), str(text)
