"""The language of a page: the first part of its address, or else what the reader's browser prefers."""

from typing import Any, Final
from urllib.parse import quote

from flask import Flask, Response, current_app, g, request
from flask_babel import Babel

from hub.languages import INTERFACES, Interface
from hub.web import translations

# Written forms and the older code that browsers ask for, by the interface that serves them.
_ASKED_FOR: Final = {"en": "en", "no": "no", "nb": "no", "nn": "no", "nl": "nl"}
PREFIX: Final = "/<any(en,no,nl):lang>"


def init_app(app: Flask) -> None:
    """Chooses locale and language for every request."""
    folder = translations.compiled()
    app.extensions["hub-translations"] = folder
    Babel(app, locale_selector=lambda: interface().locale, default_translation_directories=str(folder.path))
    app.url_value_preprocessor(_take_language)
    app.url_defaults(_give_language)
    app.after_request(_say_language)


def interface() -> Interface:
    """The language of the answer."""
    if "interface" not in g:
        first = request.path.split("/")[1]
        g.negotiated = first not in INTERFACES
        g.interface = INTERFACES[first] if first in INTERFACES else preferred()
    chosen: Interface = g.interface
    return chosen


def preferred() -> Interface:
    """The interface that the browser likes best; English when it names none of ours."""
    for tag, _quality in request.accept_languages:
        code = _ASKED_FOR.get(tag.lower().split("-")[0])
        if code:
            return INTERFACES[code]
    return INTERFACES["en"]


def switch() -> list[tuple[Interface, str]]:
    """Every interface language with the address of this same page in it, query included."""
    rest = request.path.removeprefix(f"/{interface().code}") if not g.negotiated else "/"
    query = request.query_string.decode("ascii", "replace")
    tail = quote(rest, safe="/@") + (f"?{query}" if query and not g.negotiated else "")
    root = quote(request.root_path)
    return [(other, f"{root}/{other.code}{tail}") for other in INTERFACES.values()]


def _take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values:
        values.pop("lang", None)


def _give_language(endpoint: str, values: dict[str, Any]) -> None:
    if "lang" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        values["lang"] = interface().code


def _say_language(response: Response) -> Response:
    if response.mimetype == "text/html" and "Content-Language" not in response.headers:
        response.headers["Content-Language"] = interface().tag
    if g.get("negotiated") and request.endpoint != "static":
        response.vary.add("Accept-Language")
    return response
