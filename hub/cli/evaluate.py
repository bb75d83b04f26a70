"""`hub evaluate`: how good the search is on judged questions."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from tqdm import tqdm

from hub.settings import load_settings

if TYPE_CHECKING:
    from hub.search.evaluate import Asked, Question
    from hub.search.find import Finder

_VARIANTS = ("lexical", "dense", "equal", "dense-summaries", "fusion", "fusion-coverage", "without-variety", "all")


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--variant", type=click.Choice(_VARIANTS), default="all", show_default=True, help="What ranks.")
@click.option(
    "--compare",
    "compared",
    type=(click.Choice(_VARIANTS), click.Choice(_VARIANTS)),
    metavar="A B",
    help="What B gains over A, paired by question.",
)
@click.option("--json", "as_json", is_flag=True, help="All figures as a JSON object.")
def evaluate(files: tuple[Path, ...], variant: str, compared: tuple[str, str] | None, as_json: bool) -> None:
    """Measure the search with judged questions: JSON lines with id, en, nb, nl and relevant (case id -> grade 1 to 3).

    \b
    nDCG and recall at 10 over cases by language, how alike the answers to the three versions of a question are, and
    how often "no good answer" is right; intervals are 95 %, by bootstrap over questions.
    Ways of ranking: lexical, dense, equal weights, dense with summaries, fusion, fusion with coverage, all.
      hub evaluate benchmarks/questions/judged.jsonl benchmarks/questions/none.jsonl
      hub evaluate questions.jsonl --compare dense all
    """
    from hub.search import evaluate as measures
    from hub.search.find import Finder

    settings = load_settings()
    finder = Finder(settings.index, settings.encoder)
    questions = [question for file in files for question in measures.read_questions(file)]
    if compared:
        one, other = (_asked(finder, questions, name) for name in compared)
        found = {"compared": list(compared), "gain in ndcg@10": measures.compare(one, other)}
        click.echo(json.dumps(found, ensure_ascii=False, indent=2) if as_json else _gain(found))
        return
    asked = _asked(finder, questions, variant)
    cases = {case for one in asked for case in one.question.relevant}
    found = {"variant": variant, **measures.report(asked, finder.families_of(cases))}
    click.echo(json.dumps(found, ensure_ascii=False, indent=2) if as_json else _told(found))


def _asked(finder: "Finder", questions: "list[Question]", variant: str) -> "list[Asked]":
    from hub.catalogue.filters import Filters
    from hub.search.evaluate import VARIANTS, ask_all

    with tqdm(total=3 * len(questions), desc=variant, unit="question", leave=False, disable=None) as bar:

        def rank(question: str, family: str, steps: Any) -> Any:
            bar.update()
            return finder.rank(question, family, Filters(), steps)

        return ask_all(questions, rank, VARIANTS[variant])


def _told(found: dict[str, Any]) -> str:
    lines = [f"{found['questions']} questions in three languages, ranked by: {found['variant']}", ""]
    for name in ("ndcg@10", "recall@10", "overlap@10"):
        if name in found:
            lines.append(f"{name:12} {_interval(found[name])}")
    for language, figures in found.get("query_language", {}).items():
        lines.append(f"asked in {language}  " + ", ".join(f"{name} {value:.3f}" for name, value in figures.items()))
    for family, figures in found.get("case_language", {}).items():
        parts = [f"{language} {value:.3f}" for language, value in figures["recall@10"].items() if value is not None]
        lines.append(f"cases in {family}  recall@10 asked in " + ", ".join(parts))
    for name, value in found["no_good_answer"].items():
        if value is not None:
            lines.append(f"{name.replace('_', ' ')}: {value:.3f}")
    return "\n".join(lines)


def _gain(found: dict[str, Any]) -> str:
    one, other = found["compared"]
    lines = [f"nDCG@10 of {other} less that of {one}, paired by question:"]
    return "\n".join([*lines, *(f"{name:7} {_interval(gain)}" for name, gain in found["gain in ndcg@10"].items())])


def _interval(figure: dict[str, float]) -> str:
    return f"{figure['mean']:.3f} ({figure['low']:.3f} to {figure['high']:.3f})"
