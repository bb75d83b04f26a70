"""What every template may use, beside what its view hands over."""

from typing import Any

from flask import Flask, request

from hub.web.addresses import absolute, link
from hub.web.languages import interface, switch


def init_app(app: Flask) -> None:
    """Registers the helpers."""
    app.jinja_env.globals.update(link=link, absolute=absolute)
    app.context_processor(_page)


def _page() -> dict[str, Any]:
    return {"interface": interface(), "switch": switch(), "path": request.root_path + request.path}
