"""`hub stats`, `hub export`: what there is, and taking it home."""

import csv
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any

import click

from hub.settings import load_settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Counts as a JSON object.")
def stats(as_json: bool) -> None:
    """Count what is published, by kind, language, country, theme, polarity and more.

    \b
      hub stats
      hub stats --json
    """
    from hub.catalogue import queries

    with _reading() as session:
        found = queries.stats(session)
    if as_json:
        click.echo(json.dumps(vars(found), ensure_ascii=False, indent=2))
        return
    click.echo(f"{found.documents} documents, {found.lessons} lessons, {found.passages} passages searched")
    for facet, counts in {**found.facets, "confidence": found.confidence}.items():
        click.echo(f"{facet}: " + ", ".join(f"{value} {count}" for value, count in counts.items()))


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def export(file: Path) -> None:
    """Write all cases to a file: .jsonl holds everything, .csv one row a case. FILE - writes JSON Lines to stdout.

    \b
      hub export cases.jsonl
      hub export cases.csv
    """
    writers: dict[str, Callable[[IO[str], Iterator[Any]], int]] = {".jsonl": _write_jsonl, ".csv": _write_csv}
    writer = _write_jsonl if str(file) == "-" else writers.get(file.suffix)
    if writer is None:
        raise click.BadParameter(f"expected a file that ends in .jsonl or .csv; found {file.name!r}.")
    with _reading() as session:
        if str(file) == "-":
            writer(sys.stdout, _cases(session))
            return
        temporary = file.with_name(f".{file.name}.part")
        try:
            with temporary.open("w", encoding="utf-8", newline="") as stream:
                number = writer(stream, _cases(session))
            temporary.replace(file)
        except OSError as error:
            raise click.FileError(str(file), error.strerror) from error
    click.echo(f"{number} cases in {file}", err=True)


@contextmanager
def _reading() -> Iterator[Any]:
    from hub.catalogue.database import open_catalogue

    with (
        closing(open_catalogue(load_settings().database_url, migrate=False)) as catalogue,
        catalogue.reading() as session,
    ):
        yield session


def _cases(session: Any) -> Iterator[Any]:
    from sqlalchemy import select

    from hub.catalogue.models import DocumentRow

    query = select(DocumentRow).where(DocumentRow.kind == "case", DocumentRow.status == "published")
    yield from session.scalars(query.order_by(DocumentRow.id).execution_options(yield_per=100))


def _write_jsonl(stream: IO[str], rows: Iterator[Any]) -> int:
    objects = ({"id": row.id, **row.data, "body": row.body} for row in rows)
    return len([stream.write(json.dumps(case, ensure_ascii=False) + "\n") for case in objects])


_COLUMNS = (
    "id", "language", "title", "summary", "title_en", "summary_en", "place", "country", "themes", "phase", "confidence",
    "lessons", "version", "published", "modified", "licence",
)  # fmt: skip


def _write_csv(stream: IO[str], rows: Iterator[Any]) -> int:
    writer = csv.DictWriter(stream, _COLUMNS)
    writer.writeheader()
    return len([writer.writerow(_flat(row)) for row in rows])


def _flat(row: Any) -> dict[str, Any]:
    data = row.data
    place = data["about"]["places"][0]
    confidence = data.get("confidence", "unknown")
    return {
        "id": row.id,
        "language": row.language,
        "title": row.title[row.language],
        "summary": row.summary[row.language],
        "title_en": row.title.get("en", ""),
        "summary_en": row.summary.get("en", ""),
        "place": place["name"],
        "country": place["country"],
        "themes": "; ".join(data["themes"]),
        "phase": data["phase"],
        "confidence": confidence if isinstance(confidence, str) else confidence["level"],
        "lessons": len(data["lessons"]),
        "version": row.version,
        "published": row.published,
        "modified": row.modified,
        "licence": data["licence"],
    }
