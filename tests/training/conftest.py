"""A tiny world, and what the whole pipeline makes of it."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.training.small_world import world, write_topics, write_tsv
from training.distil import train_distilled
from training.prepare import prepare
from training.publish import publish
from training.settings import Settings, load_settings
from training.static import train_static
from training.teacher import ask_about_corpus


@pytest.fixture(scope="session")
def settings() -> Settings:
    whole = load_settings()
    return whole.model_copy(
        update={
            "vocabulary": whole.vocabulary.model_copy(update={"size": 400, "pieces": 300, "tails": 20}),
            "teacher": whole.teacher.model_copy(update={"words": 100, "sentences": 100}),
            "static": whole.static.model_copy(
                update={"dimension": 16, "steps": 60, "batch": 32, "answer_batch": 16, "threads": 1}
            ),
            "distil": whole.distil.model_copy(
                update={"layers": (0, 5), "items": 96, "group": 32, "batch_tokens": 160, "warm_up": 2, "threads": 1}
            ),
            "sharpen": whole.sharpen.model_copy(update={"steps": 3, "fields": 1, "topics": 4, "general": 8}),
        }
    )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_data(tmp_path / "data")


def write_data(folder: Path) -> Path:
    folder.mkdir()
    write_tsv(folder / "world.tsv.gz", world())
    write_tsv(folder / "secret.gpl.tsv.gz", [("copyleft sentence", "kopi", "kopie")])
    write_tsv(folder / "more.nn.tsv.gz", [("heat", "varmen", "warmte")], "en\tnn\tnl")
    (folder / "SOURCES.md").write_text("| world.tsv.gz | here | MIT | 64 |\n", encoding="utf-8")
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The place of the hub's own training texts: one file of topics."""
    return write_own(tmp_path / "own")


def write_own(folder: Path) -> Path:
    folder.mkdir()
    write_topics(folder / "things.jsonl")
    write_tsv(folder / "things.glossary.tsv", [("heating", "oppvarming", "verwarming")])
    return folder


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    return write_shared(tmp_path / "shared")


def write_shared(folder: Path) -> Path:
    (folder / "benchmarks").mkdir(parents=True)
    flores = "en\tnb\tnn\tnl\nThe City, and the city!\tx\ty\tz\n"
    (folder / "benchmarks" / "flores200-devtest.tsv").write_text(flores, encoding="utf-8")
    return folder


@dataclass(frozen=True)
class Trained:
    """Where a whole training of the tiny world left its files."""

    settings: Settings
    work: Path
    own: Path
    data: Path
    encoder: Path


@pytest.fixture(scope="session")
def trained(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    folder = tmp_path_factory.mktemp("trained")
    data, own, shared = (
        write(folder / name) for write, name in ((write_data, "data"), (write_own, "own"), (write_shared, "shared"))
    )
    work = folder / "work"
    more = settings.model_copy(update={"static": settings.static.model_copy(update={"steps": 300})})
    prepare(more, data, [], work, shared, own=own)
    ask_about_corpus(more.teacher, work, 1)
    train_static(more, work, own)
    train_distilled(more, work, own=own)
    publish(more, work, folder / "encoder", data)
    return Trained(more, work, own, data, folder / "encoder")
