"""`hub check`, `hub sync`, `hub index`: from files to the catalogue and the index."""

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click
from tqdm import tqdm

from hub.documents.folder import ContentFolder, Reading
from hub.documents.problems import DocumentError, Problem
from hub.settings import Settings, load_settings

if TYPE_CHECKING:
    from hub.catalogue.database import Catalogue
    from hub.search.refresh import RefreshReport


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--content", "with_content", is_flag=True, help="Look at what the documents say, too.")
@click.option(
    "--facts",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="With --content: the folder of fact sheets <language>/<id>.yaml to compare with.",
)
@click.option("--json", "as_json", is_flag=True, help="Findings as a JSON list.")
def check(files: tuple[Path, ...], with_content: bool, facts: Path | None, as_json: bool) -> None:
    """Read documents and say what is wrong with them, without publishing anything.

    \b
    Without FILES, everything in content/ is read. Exit code 1 when there is an error.
      hub check
      hub check content/cases/leuven-2030.md
      hub check --content --facts ../shared/facts
    """
    if facts and not with_content:
        raise click.UsageError("--facts is for --content; give both.")
    settings = load_settings()
    folder = ContentFolder(settings.content)
    published = folder.read() if with_content or not files else Reading()
    problems = _check_files(folder, files) if files else published.problems
    report: list[str] = []
    if with_content:
        from hub.cli.content import check_content

        found, report = check_content(published, files, facts, settings.index)
        problems += found
    if as_json:
        click.echo(json.dumps([vars(problem) for problem in problems], ensure_ascii=False, indent=2))
    else:
        for line in [*problems, *report]:
            click.echo(str(line))
    errors = sum(problem.severity == "error" for problem in problems)
    if not as_json:
        click.echo(f"{errors} errors, {len(problems) - errors} notices", err=True)
    raise SystemExit(1 if errors else 0)


def _check_files(folder: ContentFolder, files: tuple[Path, ...]) -> list[Problem]:
    problems: list[Problem] = []
    for file in files:
        # The folder says the kind, so a file is read as the last two parts of its path wherever it lies.
        path = "/".join(file.absolute().parts[-2:])
        if not file.exists():
            problems.append(Problem("a file", "none of that name", "Check the path.", path=str(file)))
            continue
        try:
            problems += ContentFolder(file.absolute().parent.parent).parse(path).notices
        except DocumentError as error:
            problems += error.problems
    return problems


@click.command()
@click.option("--allow-removals", is_flag=True, help="Withdraw documents although most of their files are gone.")
@click.option("--json", "as_json", is_flag=True, help="The report as a JSON object.")
def sync(allow_removals: bool, as_json: bool) -> None:
    """Publish: bring the catalogue and the index up to date with content/.

    \b
    New and edited files get their version and dates written into them. A file with an error is reported and changes
    nothing; exit code 1 then, though everything else is published.
      hub sync
    """
    from hub.catalogue.sync import sync as sync_catalogue

    settings = load_settings()
    if not settings.content.is_dir():
        raise click.ClickException(
            f"There is no folder {settings.content}; set HUB_CONTENT or start in the hub's folder."
        )
    with _catalogue(settings) as catalogue:
        with _bar("reading content", "file") as bar:
            folder = ContentFolder(settings.content)
            report = sync_catalogue(catalogue, folder, allow_removals=allow_removals, progress=bar.at)
        refreshed = _refresh(settings, catalogue, rebuild=False)
    for problem in report.problems:
        click.echo(str(problem), err=True)
    counts = {name: len(getattr(report, name)) for name in ("added", "changed", "removed", "rejected")}
    if as_json:
        lists = {name: getattr(report, name) for name in counts}
        click.echo(
            json.dumps({**lists, "unchanged": report.unchanged, **vars(refreshed)}, ensure_ascii=False, indent=2)
        )
    else:
        told = ", ".join(f"{number} {name}" for name, number in counts.items())
        click.echo(f"catalogue: {told}, {report.unchanged} unchanged")
        click.echo(_told(refreshed))
    raise SystemExit(1 if report.rejected else 0)


@click.command()
@click.option("--rebuild", is_flag=True, help="Build it anew, though it looks right.")
def index(rebuild: bool) -> None:
    """Bring the index up to date with the catalogue, or build it anew.

    \b
    An index of another encoder or release is always built anew. Vectors are kept by text: nothing is encoded twice.
      hub index
      HUB_ENCODER=intfloat/multilingual-e5-small hub index
    """
    settings = load_settings()
    # Not migrated: a mistyped DATABASE_URL must not put an empty index in the place of a good one.
    with _catalogue(settings, migrate=False) as catalogue:
        click.echo(_told(_refresh(settings, catalogue, rebuild=rebuild)))


def _catalogue(settings: Settings, *, migrate: bool = True) -> "closing[Catalogue]":
    from hub.catalogue.database import open_catalogue

    return closing(open_catalogue(settings.database_url, migrate=migrate))


def _refresh(settings: Settings, catalogue: "Catalogue", *, rebuild: bool) -> "RefreshReport":
    from hub.search.encoder import load_encoder
    from hub.search.refresh import refresh

    encoder = load_encoder(settings.encoder)
    with _bar("encoding", "text") as bar:
        return refresh(
            catalogue,
            settings.index,
            encoder,
            rebuild=rebuild,
            progress=lambda stage, done, total: bar.at(done, total) if stage == "encoding" else None,
        )


def _told(report: "RefreshReport") -> str:
    if not report.passages and not report.documents:
        return "index: up to date"
    how = "built anew" if report.rebuilt else "updated"
    return f"index: {how}, {report.passages} passages of {report.documents} documents, {report.encoded} texts encoded"


class _bar:  # noqa: N801 (used like a function)
    """A progress bar on stderr that is told where the work is; silent when stderr is no terminal."""

    def __init__(self, stage: str, unit: str) -> None:
        self._bar = tqdm(desc=stage, unit=unit, disable=None if sys.stderr.isatty() else True, leave=False)

    def at(self, done: int, total: int) -> None:
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def __enter__(self) -> "_bar":
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.close()
