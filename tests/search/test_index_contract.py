"""What every index must do; run against the engine for one machine."""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hub.catalogue.filters import Filters, filters_from
from hub.search.contract import Entry, Index, Query
from hub.search.dense import FLAT_UP_TO
from hub.search.generation import IndexUnusableError
from hub.search.index import LocalIndex
from hub.search.rows import Row
from hub.search.segment import MERGED_AT_ONCE, to_merge

DIMENSION = 8
Opener = Callable[..., LocalIndex]


def nothing(snapshot: object) -> dict[str, object]:
    return {}


def entry(passage: str, words: list[str], direction: int, *, family: str = "en", **facets: list[str]) -> Entry:
    vector = np.zeros(DIMENSION, dtype=np.float32)
    vector[direction] = 1
    document = passage.split("#")[0]
    row = Row(passage, document, family, "lesson", {"language": [family], **facets})
    return Entry(row, words, vector, {"text": f"å {passage}"})


def query(direction: int = 0, words: tuple[str, ...] = (), family: str = "en", filters: Filters | None = None) -> Query:
    vector = np.zeros(DIMENSION, dtype=np.float32)
    vector[direction] = 1
    return Query(vector, {family: words} if words else {}, filters or Filters())


def found(index: Index, asked: Query) -> dict[str, tuple[float, float]]:
    result = index.snapshot().search(asked)
    return {
        result.row(place).id: (float(cosine), float(share))
        for place, (cosine, share) in enumerate(zip(result.cosines, result.shares, strict=True))
    }


@pytest.fixture
def opened(tmp_path: Path) -> Opener:
    def open_index(fingerprint: str = "one") -> LocalIndex:
        return LocalIndex(tmp_path / "index", fingerprint=fingerprint, dimension=DIMENSION)

    return open_index


@pytest.fixture
def index(opened: Opener) -> LocalIndex:
    index = opened()
    index.add(
        [
            entry("leeds#one", ["heat", "network"], 0, theme=["energy_transition"], country=["GB"]),
            entry("leeds#two", ["bus"], 1, theme=["mobility"], country=["GB"]),
            entry("oslo#one", ["varm", "nett"], 0, family="no", theme=["energy_transition"], country=["NO"]),
        ]
    )
    index.commit(nothing)
    return index


def test_a_passage_is_found_by_its_meaning_and_every_candidate_has_its_cosine(index: LocalIndex) -> None:
    hits = found(index, query(0))
    assert hits["leeds#one"][0] == pytest.approx(1)
    assert hits["oslo#one"][0] == pytest.approx(1)
    assert hits["leeds#two"][0] == pytest.approx(0)


def test_a_passage_is_found_by_its_words_within_its_language(index: LocalIndex) -> None:
    hits = found(index, query(7, ("heat",)))
    assert hits["leeds#one"][1] > 0
    assert hits["oslo#one"][1] == 0
    assert found(index, query(7, ("varm",), "no"))["oslo#one"][1] > 0


def test_matching_all_words_is_a_greater_share_than_matching_one(index: LocalIndex) -> None:
    both = found(index, query(7, ("heat", "network")))["leeds#one"][1]
    one_of_two = found(index, query(7, ("heat", "zebra")))["leeds#one"][1]
    assert 0 < one_of_two < both <= 1


def test_nobody_sees_a_change_before_the_commit(index: LocalIndex) -> None:
    index.add([entry("new#one", ["new"], 2)])
    index.remove(["oslo"])
    assert set(found(index, query(2))) == {"leeds#one", "leeds#two", "oslo#one"}
    index.commit(nothing)
    assert set(found(index, query(2))) == {"leeds#one", "leeds#two", "new#one"}


def test_a_removed_document_is_gone_from_both_legs(index: LocalIndex) -> None:
    index.remove(["leeds"])
    index.commit(nothing)
    assert set(found(index, query(0, ("heat",)))) == {"oslo#one"}
    assert index.count() == 1


def test_removing_what_is_not_there_is_no_error(index: LocalIndex) -> None:
    index.remove(["atlantis"])
    index.commit(nothing)
    assert index.count() == 3


def test_adding_passages_of_a_document_replaces_the_ones_it_had(index: LocalIndex) -> None:
    index.add([entry("leeds#three", ["tram"], 3)])
    index.commit(nothing)
    assert set(found(index, query(3, ("tram",)))) == {"leeds#three", "oslo#one"}


def test_what_is_added_and_removed_before_a_commit_was_never_there(index: LocalIndex) -> None:
    index.add([entry("new#one", ["new"], 2)])
    index.remove(["new"])
    index.commit(nothing)
    assert index.count() == 3


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([("theme", "mobility")], {"leeds#two"}),
        ([("country", "GB")], {"leeds#one", "leeds#two"}),
        ([("theme", "mobility"), ("theme", "energy_transition")], {"leeds#one", "leeds#two", "oslo#one"}),
        ([("country", "GB"), ("theme", "energy_transition")], {"leeds#one"}),
        ([("language", "no")], {"oslo#one"}),
        ([("country", "SE")], set()),
    ],
)
def test_filters_hold_for_both_legs(index: LocalIndex, pairs: list[tuple[str, str]], expected: set[str]) -> None:
    filters = filters_from(pairs)
    assert set(found(index, query(0, ("heat", "network", "bus"), filters=filters))) == expected
    assert set(found(index, query(0, ("varm",), "no", filters=filters))) == expected


def test_a_filter_is_applied_before_ranking(opened: Opener) -> None:
    index = opened()
    index.add([entry(f"near{n}#one", ["heat"], 0, country=["GB"]) for n in range(50)])
    index.add([entry("far#one", ["heat"], 1, country=["NO"])])
    index.commit(nothing)
    asked = query(0, ("heat",), filters=filters_from([("country", "NO")]))
    assert set(found(index, Query(asked.vector, asked.tokens, asked.filters, limit=5))) == {"far#one"}


def test_a_limit_holds_for_each_leg(index: LocalIndex) -> None:
    asked = query(0, ("bus",))
    assert len(found(index, Query(asked.vector, asked.tokens, asked.filters, limit=1))) <= 2


def test_an_empty_index_answers_with_nothing(opened: Opener) -> None:
    index = opened()
    index.commit(nothing)
    assert found(index, query(0, ("heat",))) == {}
    assert index.count() == 0


def test_an_index_that_was_never_committed_says_how_to_make_it(opened: Opener) -> None:
    assert opened().describe() is None
    with pytest.raises(IndexUnusableError, match="hub index"):
        opened().snapshot()


def test_an_index_of_another_encoder_is_refused(index: LocalIndex, opened: Opener) -> None:
    with pytest.raises(IndexUnusableError, match=r"another encoder.*hub index"):
        opened("two").snapshot()


def test_an_index_of_another_encoder_can_be_made_anew(index: LocalIndex, opened: Opener) -> None:
    other = opened("two")
    other.clear()
    other.add([entry("only#one", ["only"], 0)])
    other.commit(nothing)
    assert set(found(other, query(0))) == {"only#one"}
    description = other.describe()
    assert description is not None
    assert (description.fingerprint, description.count) == ("two", 1)


def test_what_is_measured_on_the_new_state_is_told_with_it(index: LocalIndex) -> None:
    index.add([entry("new#one", ["new"], 2)])
    index.commit(lambda snapshot: {"revision": len(snapshot.search(query(2)))})
    description = index.describe()
    assert description is not None
    assert (description.revision, description.count) == (4, 4)


def test_a_reader_in_another_process_follows_without_opening_anew(index: LocalIndex, opened: Opener) -> None:
    reader = opened()
    assert reader.count() == 3
    index.remove(["leeds"])
    index.commit(nothing)
    assert reader.count() == 1


def test_a_snapshot_stays_as_it_was_while_the_index_goes_on(index: LocalIndex) -> None:
    before = index.snapshot()
    for number in range(3):
        index.add([entry(f"new{number}#one", ["heat"], 0)])
        index.commit(nothing)
    rows = before.search(query(0, ("heat",)))
    assert {rows.row(place).id for place in range(len(rows))} == {"leeds#one", "leeds#two", "oslo#one"}


def test_a_sample_gives_vectors_of_every_language(index: LocalIndex) -> None:
    vectors, families = index.snapshot().sample(1)
    assert sorted(families) == ["en", "no"]
    assert vectors.shape == (2, DIMENSION)


def test_the_vectors_of_a_document(index: LocalIndex) -> None:
    assert index.snapshot().vectors_of("leeds").shape == (2, DIMENSION)
    assert index.snapshot().vectors_of("atlantis").shape == (0, DIMENSION)


def test_a_passage_tells_what_its_entry_gave(index: LocalIndex) -> None:
    shown = index.snapshot().shown(["oslo#one", "atlantis#one"])
    assert shown == {"oslo#one": {"text": "å oslo#one"}}


def _spoil(folder: Path, name: str) -> None:
    generation = folder / "generations" / (folder / "current").read_text().strip()
    if name == "words":
        shutil.rmtree(generation / name)
        return
    (file,) = [*generation.glob(name), *folder.glob(f"segments/*/{name}")]
    file.write_bytes(file.read_bytes()[:20])


@pytest.mark.parametrize("name", ["manifest.json", "dead.npy", "rows.npz", "dense.faiss", "words"])
def test_a_damaged_index_is_said_to_be_and_can_be_made_anew(
    name: str, index: LocalIndex, opened: Opener, tmp_path: Path
) -> None:
    _spoil(tmp_path / "index", name)
    with pytest.raises(IndexUnusableError, match="damaged"):
        opened().snapshot()
    again = opened()
    assert not again.is_whole()
    again.clear()
    again.add([entry("new#one", ["new"], 2)])
    again.commit(nothing)
    assert set(found(again, query(2))) == {"new#one"}


@pytest.mark.parametrize("name", ["rows.npz", "dense.faiss", "dead.npy", "words/meta.json"])
def test_a_single_bit_that_is_not_as_it_was_written_is_seen(
    name: str, index: LocalIndex, opened: Opener, tmp_path: Path
) -> None:
    generation = tmp_path / "index" / "generations" / (tmp_path / "index" / "current").read_text().strip()
    (file,) = [*generation.glob(name), *(tmp_path / "index").glob(f"segments/*/{name}")]
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    with pytest.raises(IndexUnusableError, match=rf"{Path(name).name} as it was written.*hub index"):
        opened().snapshot()


def test_what_the_swap_will_point_to_is_on_the_disk_before_it(
    index: LocalIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A killed process loses nothing the system has taken over, but the power may fail."""
    flushed: list[str] = []
    flush = os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda handle: (flushed.append(str(Path(f"/proc/self/fd/{handle}").readlink())), flush(handle))
    )
    index.add([entry("new#one", ["new"], 2)])
    index.commit(nothing)
    names = [Path(path).name for path in flushed]
    assert {"dense.faiss", "rows.npz", "dead.npy", "meta.json"} <= set(names)
    assert names.index("dense.faiss") < len(names) - 2, "flushed before the manifest and the pointer are written"


def test_many_small_changes_leave_few_segments_and_every_passage(opened: Opener, tmp_path: Path) -> None:
    index = opened()
    for number in range(40):
        index.add([entry(f"town{number}#one", [f"word{number}"], number % DIMENSION)])
        index.remove([f"town{number - 20}"])
        index.commit(nothing)
    left = {f"town{number}#one" for number in range(20, 40)}
    assert set(found(opened(), query(0))) == left
    assert all(found(opened(), query(0, (f"word{n}",)))[f"town{n}#one"][1] > 0 for n in range(20, 40))
    assert len(index.snapshot().segments) <= MERGED_AT_ONCE
    assert index.count() == 20


def test_a_former_state_stays_as_it_was_while_somebody_reads_it(index: LocalIndex, opened: Opener) -> None:
    reader = opened()
    before = reader.snapshot()
    for number in range(10):
        index.remove(["leeds"])
        index.add([entry(f"new{number}#one", ["new"], 2)])
        index.commit(nothing)
    rows = before.search(query(0))
    assert {rows.row(place).document_id for place in range(len(rows))} == {"leeds", "oslo"}
    assert before.vectors_of("leeds").shape == (2, DIMENSION)


def test_the_summaries_of_a_document_come_with_its_passages(opened: Opener) -> None:
    index = opened()
    summary = entry("leeds:summary-en", ["tram"], 5)
    row = replace(summary.row, id="leeds:summary-en", document_id="leeds", role="summary")
    index.add([replace(summary, row=row), entry("leeds#one", ["heat"], 0), entry("oslo#one", ["heat"], 1)])
    index.commit(nothing)
    asked = query(0)
    assert set(found(index, Query(asked.vector, {}, Filters(), limit=1))) == {"leeds#one", "leeds:summary-en"}


WIDE = 64


def direction(chance: np.random.Generator) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    vector = chance.standard_normal(WIDE).astype(np.float32)
    return vector / np.linalg.norm(vector)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> LocalIndex:
    """More passages than are compared one by one, a third of them in Norway."""
    chance = np.random.default_rng(7)
    index = LocalIndex(tmp_path_factory.mktemp("large"), fingerprint="one", dimension=WIDE)
    for number in range(2 * FLAT_UP_TO):
        made = entry(f"town{number}#one", [], 0, country=["NO" if number % 3 == 0 else "GB"])
        index.add([replace(made, vector=direction(chance))])
    index.commit(nothing)
    return index


@pytest.mark.parametrize("pairs", [[], [("country", "NO")], [("country", "GB")]])
def test_among_very_many_passages_nearly_all_of_the_nearest_are_found(
    large: LocalIndex, pairs: list[tuple[str, str]]
) -> None:
    snapshot, hit, best, asked, chance = large.snapshot(), 0, 10, 20, np.random.default_rng(8)
    chosen = np.flatnonzero(snapshot.table.mask(filters_from(pairs)) & ~snapshot.dead)
    chosen = chosen[chosen < len(snapshot.segments[0])]
    vectors = snapshot.segments[0].dense.vectors(chosen)
    for _ in range(asked):
        vector = direction(chance)
        nearest = set(chosen[np.argsort(-(vectors @ vector))[:best]].tolist())
        found_rows = snapshot.search(Query(vector, {}, filters_from(pairs))).numbers
        hit += len(nearest & set(found_rows.tolist()))
    assert hit >= 0.9 * asked * best


def test_a_change_to_very_many_passages_writes_only_what_is_new(large: LocalIndex) -> None:
    before = {segment.name for segment in large.snapshot().segments}
    vector = direction(np.random.default_rng(9))
    large.add([replace(entry("new#one", ["new"], 0), vector=vector)])
    large.remove(["town5"])
    large.commit(nothing)
    after = [segment.name for segment in large.snapshot().segments]
    assert before < set(after)
    assert "new#one" in found(large, Query(vector, {}, Filters()))
    own = large.snapshot().segments[0].dense.vectors(np.array([5]))[0]
    assert "town5#one" not in found(large, Query(own, {}, Filters()))


@pytest.mark.parametrize(
    ("live", "number"),
    [([], 0), ([1] * 7, 0), ([1] * 8, 8), ([50_000, *[1] * 8], 8), ([50_000, *[20_000] * 7, 9], 8), ([50_000] * 8, 8)],
)
def test_segments_of_one_size_are_merged_when_there_are_eight(live: list[int], number: int) -> None:
    assert to_merge(live) == number
