"""`hub search`: a question from the shell. Imports only what it needs, so that it answers within a second."""

import json
from typing import TYPE_CHECKING, Any, Final

import click

from hub.settings import load_settings

if TYPE_CHECKING:
    from hub.search.find import Finder, Findings, Found

_PAIRS: Final = 5


@click.command()
@click.argument("question")
@click.option("--in", "language", type=click.Choice(["en", "no", "nl"]), help="The question's language, if misread.")
@click.option(
    "--filter", "filters", multiple=True, metavar="FACET=VALUE", help="Narrow down; may be given several times."
)
@click.option("--limit", default=10, type=click.IntRange(1, 100), show_default=True, help="Hits at most.")
@click.option("--why", "with_why", is_flag=True, help="With each hit its five strongest pairs of words, added up.")
@click.option("--json", "as_json", is_flag=True, help="Hits as a JSON list; empty when there is no good answer.")
def search(
    question: str, language: str | None, filters: tuple[str, ...], limit: int, with_why: bool, as_json: bool
) -> None:
    """Ask a transition question in English, Norwegian or Dutch.

    \b
    Facets: kind, language (en, no, nl), country, theme, phase, polarity, practice.
      hub search "How do we get residents to join a heat network?"
      hub search "Hoe houden we bewoners betrokken?" --filter polarity=did_not_work --filter country=NO
      hub search "fjernvarme" --why
      hub search "fjernvarme" --json
    """
    from hub.search.find import Finder

    settings = load_settings()
    finder = Finder(settings.index, settings.encoder)
    findings = finder.find(question, language=language, filters=filters_of(filters), size=limit)
    hits = [_told(finder, findings, found) for found in findings.hits or findings.near]
    if with_why:
        hits = [hit | {"why": _why(findings, hit)} for hit in hits]
    if as_json:
        click.echo(json.dumps(hits if findings.hits else [], ensure_ascii=False, indent=2))
    else:
        click.echo(_page(findings, hits))


def filters_of(given: tuple[str, ...]) -> Any:
    """The filters that an option says; a usage error for what is none."""
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


def _told(finder: "Finder", findings: "Findings", found: "Found") -> dict[str, Any]:
    shown = dict(finder.snapshot().shown([found.row.id])[found.row.id])
    marks = finder.marks(findings, shown["text"], found.row.family)
    return {
        **{name: shown[name] for name in ("id", "kind", "language")},
        "score": round(found.score, 4),
        **{name: shown[name] for name in ("role", "text", "title", "polarity", "evidence")},
        "passage": found.row.id,
        "corresponding": [[mark.question_word, shown["text"][mark.start : mark.end]] for mark in marks],
    }


def _why(findings: "Findings", hit: dict[str, Any]) -> dict[str, Any]:
    """The likeness by single words: the strongest pairs, their sum, and the score they are part of.

    That is the arithmetic of one part of the encoder, not the whole ranking.
    """
    from hub.languages import family
    from hub.search.why import bundled, why

    # The title goes along, as it does in the index.
    text = f"{hit['title']}. {hit['text']}"
    told = why(bundled(), findings.question, findings.language, text, family(hit["language"])).told(_PAIRS)
    return {
        "pairs": [[pair.asked.text, pair.read.text, round(pair.part, 4)] for pair in told.pairs],
        "sum": round(sum(pair.part for pair in told.pairs), 4),
        "likeness": round(told.score, 4),
    }


def _why_line(why: dict[str, Any]) -> str:
    pairs = ", ".join(f"{asked} ~ {read} {part:.3f}" for asked, read, part in why["pairs"])
    likeness = f"likeness by all words {why['likeness']:.3f}"
    return f"         why: {pairs}; together {why['sum']:.3f}; {likeness}" if pairs else f"         why: {likeness}"


def _page(findings: "Findings", hits: list[dict[str, Any]]) -> str:
    nothing = "No good answer yet. The nearest, which probably do not answer the question:"
    lines = [] if findings.hits else [nothing, ""]
    for hit in hits:
        kind = f"{hit['polarity']}, {hit['evidence']}" if hit["polarity"] else hit["role"]
        words = sorted({f"{asked} ~ {read}" for asked, read in hit["corresponding"] if asked.lower() != read.lower()})
        lines += [
            f"{hit['title']}  [{hit['id']}, {hit['language']}]",
            f"  {hit['score']:5.2f}  {kind}: {hit['text']}",
            *([f"         {', '.join(words[:6])}"] if words else []),
            *([_why_line(hit["why"])] if "why" in hit else []),
            "",
        ]
    if findings.total > len(findings.hits):
        lines.append(f"{findings.total} hits in all, at most two of a document shown.")
    return "\n".join(lines).rstrip()
