"""gunicorn's configuration, from our own settings: `gunicorn -c python:hub.web.server` is what `hub serve` runs."""

import logging
from typing import Any

from hub.errors import HubError
from hub.settings import load_settings

_log = logging.getLogger(__name__)
_settings = load_settings()
_host = f"[{_settings.host}]" if ":" in _settings.host else _settings.host

wsgi_app = "hub:create_app()"
bind = f"{_host}:{_settings.port}"
workers = _settings.workers
worker_class = "gthread"
threads = 4
# A question of 1,000 characters takes up to six times as many in an address.
limit_request_line = 8190
loglevel = "warning"
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Opens catalogue and index after the fork and before the first reader."""
    try:
        worker.wsgi.extensions["hub"].warm()
    except HubError as error:
        _log.warning("%s", error)
