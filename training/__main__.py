"""`python -m training`: the stages as commands; each says what it wrote and can be repeated."""

import sys
from pathlib import Path

import click

from training.settings import HERE, ROOT, SHARED, WORK, Settings, load_settings
from training.sources import DataError

_FOLDER = click.Path(path_type=Path, file_okay=False)
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
@click.option("--settings", "path", type=_FILE, default=HERE / "settings.toml", help="Settings file.")
@click.option("--work", type=_FOLDER, default=WORK, help="Where intermediate files lie.")
@click.pass_context
def main(context: click.Context, path: Path, work: Path) -> None:
    """Make the hub's encoder: prepare, static, distil, evaluate, publish."""
    context.obj = (load_settings(path), work)


@main.command()
@click.option("--data", type=_FOLDER, default=SHARED / "model-data", help="Folder of parallel texts (*.tsv.gz).")
@click.option("--extra", type=_FILE, multiple=True, help="Your own translations: a TSV with a header (en, nb, nl).")
@click.option("--teacher/--no-teacher", default=True, help="Ask the English teacher too (minutes).")
@click.pass_obj
def prepare(state: tuple[Settings, Path], data: Path, extra: tuple[Path, ...], teacher: bool) -> None:
    """Read the parallel texts, learn the vocabulary, ask the teacher."""
    from training.prepare import prepare as run
    from training.teacher import ask_about_corpus

    settings, work = state
    if not (work / "corpus" / "chances.npy").exists() or extra:
        gathered = run(settings, data, extra, work, SHARED)
        click.echo(
            f"{sum(gathered.rows.values())} rows, {len(gathered.texts)} texts, {len(gathered.pairs)} pairs; "
            f"{gathered.dropped} rows dropped that hold a test sentence"
        )
    else:
        click.echo(f"{work / 'corpus'} is there already; remove it to prepare anew")
    if teacher:
        ask_about_corpus(settings.teacher, work, settings.static.threads)


@main.command()
@click.pass_obj
def static(state: tuple[Settings, Path]) -> None:
    """Train the static part; goes on from the last checkpoint."""
    from training.static import train_static

    settings, work = state
    click.echo(f"wrote {train_static(settings, work)}")


@main.command()
@click.option("--stop-after", type=int, help="Stop with a checkpoint after this many steps.")
@click.pass_obj
def distil(state: tuple[Settings, Path], stop_after: int | None) -> None:
    """Train the distilled part; goes on from the last checkpoint."""
    from training.distil import train_distilled

    settings, work = state
    click.echo(f"wrote {train_distilled(settings, work, stop_after=stop_after)}")


@main.command()
@click.option("--encoder", "folder", type=_FOLDER, help="Folder that `publish` wrote; the last training when absent.")
@click.option("--shared", type=_FOLDER, default=SHARED, help="Folder with benchmarks/, facts/, questions-dev.jsonl.")
@click.option("--out", type=click.Path(path_type=Path), default=HERE / "RESULTS.md", help="Table to write.")
@click.option("--plot", type=click.Path(path_type=Path), help="Also draw quality against size and speed (PNG).")
@click.option("--speed/--no-speed", default=False, help="Also time it beside all-MiniLM-L6-v2, and weigh a server.")
@click.pass_obj
def evaluate(
    state: tuple[Settings, Path], folder: Path | None, shared: Path, out: Path, plot: Path | None, speed: bool
) -> None:
    """Measure on FLORES-200 devtest, the development questions and the published cases."""
    from training.evaluate import evaluate as run

    settings, work = state
    click.echo(run(settings, work, folder, shared, out, speed=speed))
    if plot is not None:
        from training.plot import draw

        draw(work / "results.json", plot)
        click.echo(f"wrote {plot}")


@main.command()
@click.option("--to", "folder", type=_FOLDER, default=ROOT / "hub" / "encoder", help="Where the encoder goes.")
@click.option("--data", type=_FOLDER, default=SHARED / "model-data", help="Where SOURCES.md lies, for the card.")
@click.option("--sentence-transformers", "st", type=_FOLDER, help="Also write folders for sentence-transformers here.")
@click.pass_obj
def publish(state: tuple[Settings, Path], folder: Path, data: Path, st: Path | None) -> None:
    """Write the served files of the last training, and optionally a sentence-transformers folder."""
    from training.publish import publish as run

    settings, work = state
    click.echo(f"wrote {folder}, fingerprint {run(settings, work, folder, data)}")
    if st is not None:
        from training.sentence_transformers_folder import write_sentence_transformers

        write_sentence_transformers(settings, work, st)
        click.echo(f"wrote {st}")


if __name__ == "__main__":
    try:
        main()
    except DataError as error:
        sys.exit(str(error))
