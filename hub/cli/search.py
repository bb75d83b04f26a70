"""`hub search`: a question from the shell. Imports only what it needs, so that it answers within a second."""

import json
from typing import TYPE_CHECKING, Any

import click

from hub.settings import load_settings

if TYPE_CHECKING:
    from hub.search.answers import Answer, Hit


@click.command()
@click.argument("question")
@click.option("--in", "language", type=click.Choice(["en", "no", "nl"]), help="The question's language, if misread.")
@click.option(
    "--filter", "filters", multiple=True, metavar="FACET=VALUE", help="Narrow down; may be given several times."
)
@click.option("--limit", default=10, type=click.IntRange(1, 100), show_default=True, help="Hits at most.")
@click.option("--json", "as_json", is_flag=True, help="Hits as a JSON list; empty when there is no good answer.")
def search(question: str, language: str | None, filters: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Ask a transition question in English, Norwegian or Dutch.

    \b
    Facets: kind, language (en, no, nl), country, theme, phase, polarity, practice.
      hub search "How do we get residents to join a heat network?"
      hub search "Hoe houden we bewoners betrokken?" --filter polarity=did_not_work --filter country=NO
      hub search "fjernvarme" --json
    """
    from hub.catalogue.database import open_catalogue
    from hub.search.ask import Searcher

    settings = load_settings()
    catalogue = open_catalogue(settings.database_url, migrate=False)
    searcher = Searcher(catalogue, settings.index, settings.encoder)
    answer = searcher.ask(question, language=language, filters=_filters(filters), size=limit)
    click.echo(
        json.dumps([_as_dict(hit) for hit in answer.hits], ensure_ascii=False, indent=2) if as_json else _told(answer)
    )


def _filters(given: tuple[str, ...]) -> Any:
    from hub.catalogue.filters import FACETS, filters_from

    pairs = []
    for text in given:
        facet, equals, value = text.partition("=")
        if not equals or not filters_from([(facet, value)]):
            raise click.BadParameter(
                f"expected FACET=VALUE with a facet of {', '.join(FACETS)} and a value it has; found {text!r}."
            )
        pairs.append((facet, value))
    return filters_from(pairs)


def _as_dict(hit: "Hit") -> dict[str, Any]:
    lesson = hit.passage.lesson or {}
    return {
        "id": hit.document.id,
        "kind": hit.document.kind,
        "language": hit.passage.language,
        "score": round(hit.score, 4),
        "role": hit.passage.role,
        "text": hit.passage.text,
        "passage": hit.passage.id,
        "title": hit.document.title[hit.document.language],
        "polarity": lesson.get("polarity"),
        "evidence": lesson.get("evidence"),
        "corresponding": [[mark.question_word, hit.passage.text[mark.start : mark.end]] for mark in hit.marks],
    }


def _told(answer: "Answer") -> str:
    lines = (
        [] if answer.answered else ["No good answer yet. The nearest, which probably do not answer the question:", ""]
    )
    for hit in [*answer.hits, *answer.near]:
        lesson = hit.passage.lesson or {}
        kind = f"{lesson['polarity']}, {lesson['evidence']}" if lesson else hit.passage.role
        words = sorted(
            {f"{m.question_word} ~ {hit.passage.text[m.start : m.end]}" for m in hit.marks if m.strength < 1}
        )
        lines += [
            f"{hit.document.title[hit.document.language]}  [{hit.document.id}, {hit.passage.language}]",
            f"  {hit.score:5.2f}  {kind}: {hit.passage.text}",
            *([f"         {', '.join(words[:6])}"] if words else []),
            "",
        ]
    if answer.total > len(answer.hits):
        lines.append(f"{answer.total} hits in all, at most two of a document shown.")
    return "\n".join(lines).rstrip()
