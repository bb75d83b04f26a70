"""The index follows the catalogue, encodes nothing twice, and survives being killed at any step."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from hub.catalogue.database import Catalogue, open_catalogue
from hub.catalogue.filters import Filters
from hub.catalogue.sync import sync
from hub.documents.folder import ContentFolder
from hub.faults import FAULT_POINTS
from hub.search import words
from hub.search.contract import Query
from hub.search.encoder import Encoder
from hub.search.generation import IndexUnusableError
from hub.search.index import LocalIndex
from hub.search.refresh import refresh
from tests.search.world import DictionaryEncoder


def passages(folder: Path, encoder: Encoder) -> set[str]:
    index = LocalIndex(folder, fingerprint=encoder.fingerprint, dimension=encoder.dimension)
    vector = np.zeros(encoder.dimension, dtype=np.float32)
    found = index.snapshot().search(Query(vector, {}, Filters()))
    return {found.row(place).id for place in range(len(found))}


def test_everything_published_is_indexed(
    small_catalogue: Catalogue, index_folder: Path, encoder: DictionaryEncoder
) -> None:
    report = refresh(small_catalogue, index_folder, encoder)
    assert report.rebuilt
    assert report.documents == 4
    found = passages(index_folder, encoder)
    assert {"warmtenet-dorp#first", "fjernvarme-by:1", "bus-town:summary-en"} <= found
    assert len(found) == report.passages


def test_a_second_refresh_has_nothing_to_do(
    small_catalogue: Catalogue, index_folder: Path, encoder: DictionaryEncoder
) -> None:
    refresh(small_catalogue, index_folder, encoder)
    encoder.encoded.clear()
    assert refresh(small_catalogue, index_folder, encoder).passages == 0
    assert encoder.encoded == []


def test_only_what_changed_is_encoded(
    small_catalogue: Catalogue, index_folder: Path, encoder: DictionaryEncoder, world: Path
) -> None:
    refresh(small_catalogue, index_folder, encoder)
    encoder.encoded.clear()
    file = world / "cases" / "bus-town.md"
    file.write_text(file.read_text().replace("Buses were full", "Buses were crowded"))
    sync(small_catalogue, ContentFolder(world))
    report = refresh(small_catalogue, index_folder, encoder)
    assert (report.documents, report.encoded, report.rebuilt) == (1, 1, False)
    assert [text for text in encoder.encoded if "crowded" in text] == encoder.encoded


def test_a_withdrawn_document_is_no_longer_found(
    small_catalogue: Catalogue, index_folder: Path, encoder: DictionaryEncoder, world: Path
) -> None:
    refresh(small_catalogue, index_folder, encoder)
    (world / "cases" / "bus-town.md").unlink()
    sync(small_catalogue, ContentFolder(world))
    refresh(small_catalogue, index_folder, encoder)
    assert not [found for found in passages(index_folder, encoder) if found.startswith("bus-town")]


def test_a_rebuild_encodes_nothing_twice(
    small_catalogue: Catalogue, index_folder: Path, encoder: DictionaryEncoder
) -> None:
    refresh(small_catalogue, index_folder, encoder)
    before = passages(index_folder, encoder)
    report = refresh(small_catalogue, index_folder, encoder, rebuild=True)
    assert (report.rebuilt, report.encoded) == (True, 0)
    assert passages(index_folder, encoder) == before


def test_another_encoder_means_another_index(small_catalogue: Catalogue, index_folder: Path) -> None:
    refresh(small_catalogue, index_folder, DictionaryEncoder("first"))
    report = refresh(small_catalogue, index_folder, DictionaryEncoder("second"))
    assert report.rebuilt
    assert report.encoded > 0


def test_another_catalogue_means_another_index(
    small_catalogue: Catalogue, index_folder: Path, encoder: DictionaryEncoder, world: Path, tmp_path: Path
) -> None:
    refresh(small_catalogue, index_folder, encoder)
    other = open_catalogue(f"sqlite:///{tmp_path}/other.sqlite")
    sync(other, ContentFolder(world))
    assert refresh(other, index_folder, encoder).rebuilt
    other.close()


def test_a_changed_analysis_of_words_means_another_index(
    small_catalogue: Catalogue, index_folder: Path, encoder: DictionaryEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh(small_catalogue, index_folder, encoder)
    monkeypatch.setattr(words, "ANALYSIS", words.ANALYSIS + 1)
    assert refresh(small_catalogue, index_folder, encoder).rebuilt


def test_only_two_generations_are_kept(
    small_catalogue: Catalogue, index_folder: Path, encoder: DictionaryEncoder
) -> None:
    for _ in range(4):
        refresh(small_catalogue, index_folder, encoder, rebuild=True)
    assert len(list((index_folder / "generations").iterdir())) == 2


_REFRESH = """
import sys
from pathlib import Path
from hub.catalogue.database import open_catalogue
from hub.search.refresh import refresh
from tests.search.world import DictionaryEncoder
refresh(open_catalogue(sys.argv[1]), Path(sys.argv[2]), DictionaryEncoder())
"""


@pytest.mark.parametrize("point", [name for name in FAULT_POINTS if name.startswith("index.")])
def test_killed_at_any_step_the_old_or_the_new_index_answers_and_the_next_refresh_completes(
    point: str, small_catalogue: Catalogue, index_folder: Path, encoder: DictionaryEncoder, world: Path
) -> None:
    refresh(small_catalogue, index_folder, encoder)
    before = passages(index_folder, encoder)
    file = world / "cases" / "bus-town.md"
    file.rename(file.with_name("tram-town.md"))
    sync(small_catalogue, ContentFolder(world))
    command = [sys.executable, "-c", _REFRESH, str(small_catalogue.engine.url), str(index_folder)]
    killed = subprocess.run(command, env=os.environ | {"HUB_FAULT": point}, cwd=Path(__file__).parents[2], check=False)
    assert killed.returncode == -9, f"the process never came to {point}"
    after = {name.replace("bus-town", "tram-town") for name in before}
    assert passages(index_folder, encoder) in (before, after)
    refresh(small_catalogue, index_folder, encoder)
    assert passages(index_folder, encoder) == after
    assert len(list((index_folder / "generations").iterdir())) <= 2


@pytest.mark.parametrize("name", ["manifest.json", "dense.faiss", "rows.npz"])
def test_a_damaged_index_is_mended_by_the_next_refresh(
    name: str, small_catalogue: Catalogue, index_folder: Path, encoder: DictionaryEncoder
) -> None:
    refresh(small_catalogue, index_folder, encoder)
    before = passages(index_folder, encoder)
    (file,) = [*index_folder.glob(f"generations/*/{name}"), *index_folder.glob(f"segments/*/{name}")]
    file.write_bytes(file.read_bytes()[:20])
    assert refresh(small_catalogue, index_folder, encoder).rebuilt
    assert passages(index_folder, encoder) == before


def test_a_damaged_store_of_vectors_costs_only_time(
    small_catalogue: Catalogue, index_folder: Path, encoder: DictionaryEncoder
) -> None:
    refresh(small_catalogue, index_folder, encoder)
    (index_folder / "vectors.sqlite").write_bytes(b"not a database at all" * 100)
    assert refresh(small_catalogue, index_folder, encoder, rebuild=True).encoded > 0


def test_an_index_that_cannot_be_written_is_told_with_its_folder(
    small_catalogue: Catalogue, tmp_path: Path, encoder: DictionaryEncoder
) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(IndexUnusableError, match="HUB_INDEX"):
        refresh(small_catalogue, tmp_path / "file", encoder)
