"""The bare Flask object, with what must be set before anything is registered on it."""

from typing import Any

from flask import Flask
from jinja2 import StrictUndefined


class HubFlask(Flask):
    """A misspelt name in a template fails instead of showing nothing."""

    jinja_options: dict[str, Any] = {  # noqa: RUF012 (Flask's own attribute)
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }


def new() -> Flask:
    """An application without pages; it takes no uploads, so bodies are refused early."""
    app = HubFlask("hub.web")
    app.config.update(MAX_CONTENT_LENGTH=16 * 1024)
    app.url_map.strict_slashes = False
    return app
