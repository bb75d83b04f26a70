"""`hub brief`: the brief about a question, as text, Markdown or JSON.

Its words are the pages', so it asks the application for the file that a reader would download.
"""

from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

import click

from hub.settings import Settings, load_settings

_ENDINGS: Final = {"text": "txt", "md": "md", "json": "json"}
_LANGUAGES: Final = ["en", "no", "nl"]


@click.command()
@click.argument("question")
@click.option(
    "--language", default="en", type=click.Choice(_LANGUAGES), show_default=True, help="Of the brief's words."
)
@click.option("--in", "asked_in", type=click.Choice(_LANGUAGES), help="The question's language, if misread.")
@click.option(
    "--format", "form", default="text", type=click.Choice([*_ENDINGS]), show_default=True, help="What to write."
)
@click.option(
    "--filter", "filters", multiple=True, metavar="FACET=VALUE", help="Narrow down; may be given several times."
)
def brief(question: str, language: str, asked_in: str | None, form: str, filters: tuple[str, ...]) -> None:
    """Write a brief: lessons that answer a question, by practice, each with case, place, evidence and confidence.

    \b
    Facets are those of `hub search`.
      hub brief "How do we get residents to join a heat network?"
      hub brief "Hoe houden we bewoners betrokken?" --language nl --format md > nota.md
    """
    from hub.cli.search import filters_of

    pairs = [("q", question), *([("in", asked_in)] if asked_in else []), *filters_of(filters).pairs()]
    click.echo(_asked(load_settings(), f"/{language}/brief.{_ENDINGS[form]}?{_query(pairs)}"), nl=False)


def _query(pairs: list[tuple[str, str]]) -> str:
    # Bytes of the shell that are no UTF-8 arrive as lone surrogates.
    return urlencode(pairs, errors="replace")


def _asked(settings: Settings, address: str) -> str:
    """The answer of the application, which has neither to listen nor to be asked under its public name for that."""
    from hub import create_app

    app = create_app(replace(settings, trusted_hosts=""))
    hub = app.extensions["hub"]
    try:
        # An error of ours becomes a page there; here it must become a sentence.
        hub.warm()
        base = settings.base_url or f"http://{settings.host}:{settings.port}"
        response = app.test_client().get(address, base_url=base)
    finally:
        hub.close()
    if response.status_code != 200 or response.mimetype == "text/html":
        raise click.UsageError("expected a question of at least one word.")
    return response.get_data(as_text=True)
