"""`hub serve`: the pages over HTTP, by gunicorn."""

import os
import sys

import click

from hub.catalogue.database import open_catalogue
from hub.settings import load_settings


@click.command()
def serve() -> None:
    """Serve the hub on HUB_HOST and HUB_PORT until stopped with Ctrl-C.

    \b
    The catalogue and the index must be there: run `hub sync` first.
      hub serve
      HUB_PORT=9000 HUB_WORKERS=4 hub serve
    """
    from hub.search.generation import Generations, IndexUnusableError

    settings = load_settings()
    open_catalogue(settings.database_url, migrate=False).close()
    if Generations(settings.index).current_name() is None:
        raise IndexUnusableError("There is no index yet", expected=str(settings.index), mend="Run `hub sync` first.")
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    click.echo(f"The hub answers at http://{host}:{settings.port}/ (stop with Ctrl-C)")
    sys.stdout.flush()
    # Every worker answers in several threads already; numeric libraries must not start more of their own.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    command = [sys.executable, "-m", "gunicorn", "-c", "python:hub.web.server"]
    os.execv(sys.executable, command)  # noqa: S606 (this very interpreter, and no shell)
