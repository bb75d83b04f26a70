"""Coverage: how much of a question stands in a document; and the table of words that it is read from."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from hub.search.contract import Snapshot, Vectors
from hub.search.coverage import QuestionWords, met_in_rows, question_words
from hub.search.rows import Rows
from hub.search.static_encoder import directions
from hub.search.word_table import WordTable, load_words
from hub.search.words import meaningful, normalise, stem

# A direction is kept in bytes; so near are its cosines.
NEAR: Final = 0.02
VOCABULARY: Final = (
    *("stolen", "bicycles", "station", "library", "residents", "council", "heat", "network"),
    *("gestolen", "fietsen", "station", "bibliotheek", "bewoners", "gemeente", "stjålet", "sykler"),
)


class Passages:
    """As much of a snapshot as coverage asks for: passages of one family by their words."""

    def __init__(self, rows: Sequence[Sequence[str]], family: str = "en") -> None:
        self._table = WordTable.of(rows, directions)
        self._stems = [{stem(normalise(word, family), family) for word in row} for row in rows]

    def words_like(self, numbers: Rows, asked: Vectors) -> tuple[NDArray[np.int64], Vectors]:
        return self._table.cosines(numbers, asked)

    def count(self) -> int:
        return len(self._stems)

    def frequencies(self, tokens: Sequence[str], family: str) -> NDArray[np.int64]:
        return np.array([sum(token in own for own in self._stems) for token in tokens], dtype=np.int64)


def snapshot(*rows: Sequence[str], family: str = "en") -> Snapshot:
    return cast(Snapshot, Passages(rows, family))


def coverage(question: str, family: str, *rows: Sequence[str]) -> list[float]:
    """What part of a question each row covers."""
    passages = snapshot(*rows, family=family)
    asked = question_words(question, family, passages)
    return [float(part) for part in asked.covered(met_in_rows(asked, passages, np.arange(len(rows))))]


some_words = st.lists(st.sampled_from(VOCABULARY), unique=True, max_size=6)


@given(some_words, st.lists(some_words, min_size=1, max_size=5))
def test_coverage_is_0_to_1(question: list[str], rows: list[list[str]]) -> None:
    assert all(0 <= part <= 1 + 1e-9 for part in coverage(" ".join(question), "en", *rows))


@given(some_words.filter(any), some_words)
def test_coverage_is_1_for_a_text_with_the_same_words_and_any_others(question: list[str], others: list[str]) -> None:
    text = " ".join(question)
    assert coverage(text, "en", [*meaningful(text, "en"), *others]) == pytest.approx([1.0], abs=NEAR)


@given(some_words.filter(any), some_words, some_words)
def test_more_words_never_cover_less(question: list[str], row: list[str], more: list[str]) -> None:
    fewer, all_of_them = coverage(" ".join(question), "en", row, [*row, *more])
    assert fewer <= all_of_them


def test_each_of_two_words_that_are_equally_rare_covers_about_half() -> None:
    assert coverage("stolen bicycles", "en", ["stolen"], ["bicycles"]) == pytest.approx([0.5, 0.5], abs=0.1)


def test_the_words_of_a_question_weigh_1_together_and_the_rare_one_most() -> None:
    passages = snapshot(["bicycles", "stolen"], *[["bicycles", "station"]] * 9, *[["council"]] * 10)
    asked = question_words("Why are bicycles stolen near the station?", "en", passages)
    weight = dict(zip(asked.words, asked.weights.tolist(), strict=True))
    assert set(weight) >= {"bicycles", "stolen", "station"}
    assert weight["stolen"] > 2 * weight["bicycles"]
    assert weight["station"] > weight["bicycles"]
    assert sum(weight.values()) == pytest.approx(1)


def test_a_text_with_the_rare_word_covers_more_than_one_with_the_frequent_word() -> None:
    rows = [["stolen"], ["bicycles"], *[["bicycles", "station"]] * 10]
    rare, frequent = coverage("stolen bicycles", "en", *rows)[:2]
    assert rare > frequent + 0.2


def test_a_frequency_is_that_of_the_stem_so_that_forms_of_a_word_are_one() -> None:
    asked = question_words("bicycle theft", "en", snapshot(*[["bicycles"]] * 9, ["theft"]))
    assert asked.weights[0] < asked.weights[1]


@pytest.mark.parametrize(
    ("question", "family"), [("gestolen fietsen", "nl"), ("stjålne sykler", "no"), ("stolen bicycles", "en")]
)
def test_across_languages_a_text_about_stolen_bicycles_covers_the_question(question: str, family: str) -> None:
    theft = meaningful("Hundreds of bicycles are stolen every year, and thieves are seldom found.", "en")
    parking = meaningful("At the station there is free parking for three thousand bicycles.", "en")
    library = meaningful("The library lends books on Sundays.", "en")
    stolen, parked, other = coverage(question, family, theft, parking, library)
    assert stolen > parked + 0.1
    assert parked > other + 0.15
    assert stolen > 0.5


def test_an_unknown_word_is_covered_by_nothing() -> None:
    asked = QuestionWords(["x"], np.zeros((1, directions(["heat"]).shape[1]), dtype=np.float32), np.ones(1))
    assert met_in_rows(asked, snapshot(["heat", "network"]), np.arange(1)).tolist() == [[0.0]]


@pytest.mark.parametrize("question", ["", "how do we", "2030 ?!"])
def test_a_question_without_words_is_covered_by_nothing(question: str) -> None:
    assert coverage(question, "en", ["heat"], []) == [0.0, 0.0]


def test_a_text_without_words_covers_nothing() -> None:
    assert coverage("heat network", "en", [], ["heat", "network"], [], []) == pytest.approx([0, 1, 0, 0], abs=NEAR)


def test_without_any_passages_the_words_of_a_question_still_weigh_1_together() -> None:
    assert question_words("heat network", "en", snapshot()).weights.sum() == pytest.approx(1)


def test_no_texts_cover_nothing() -> None:
    asked = question_words("heat network", "en", snapshot(["heat"]))
    assert met_in_rows(asked, snapshot(["heat"]), np.zeros(0, dtype=np.int64)).shape == (0, 2)


@given(st.lists(some_words, min_size=1, max_size=8), some_words.filter(any), st.data())
def test_each_row_meets_a_word_by_its_nearest_word(
    rows: list[list[str]], question: list[str], data: st.DataObject
) -> None:
    chosen = sorted(data.draw(st.sets(st.integers(0, len(rows) - 1))))
    passages = snapshot(*rows)
    asked = question_words(" ".join(question), "en", passages)
    expected = [[nearest(rows[number], word) for word in asked.words] for number in chosen]
    met = met_in_rows(asked, passages, np.array(chosen, dtype=np.int64))
    assert met == pytest.approx(np.array(expected).reshape(met.shape), abs=NEAR)


def nearest(row: Sequence[str], word: str) -> float:
    """The greatest cosine of a word with those of a row, worked out pair by pair."""
    (asked,) = directions([word])
    return max([0.0, *(float(one @ asked) for one in directions(row))])


# The table itself, with directions of its own: four numbers that follow from the word alone.
WIDTH: Final = 4
ASKED: Final = np.eye(WIDTH, dtype=np.float32)
word = st.text("abåØ漢 🙂", max_size=3)
word_rows = st.lists(st.lists(word, unique=True, max_size=5), max_size=7)


def pointing(words: Sequence[str]) -> Vectors:
    """Unit vectors that follow from the words alone."""
    seeds = [int.from_bytes(one.encode()[:12], "little") + len(one) for one in words]
    found = np.array([np.random.default_rng(seed).standard_normal(WIDTH) for seed in seeds]).reshape(-1, WIDTH)
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)


def some(data: st.DataObject, number: int) -> list[int]:
    chosen = data.draw(st.integers(0, 2**number - 1))
    return [place for place in range(number) if chosen >> place & 1]


def assert_holds(table: WordTable, rows: Sequence[Sequence[str]]) -> None:
    """Every row has its words in their order with their own cosines, and every word is kept once."""
    starts = [0, *table.ends.tolist()][: len(rows)]
    found = [
        [table.words[int(number)] for number in table.numbers[start:end]]
        for start, end in zip(starts, table.ends, strict=True)
    ]
    assert found == [list(row) for row in rows]
    assert sorted(table.words[place] for place in range(len(table.words))) == sorted({w for row in rows for w in row})
    lengths, cosines = table.cosines(np.arange(len(rows)), ASKED)
    assert lengths.tolist() == [len(row) for row in rows]
    assert np.allclose(cosines, pointing([one for row in rows for one in row]), atol=0.005)


@given(word_rows)
def test_a_table_of_words_keeps_every_row_s_words_and_cosines(rows: list[list[str]]) -> None:
    assert_holds(WordTable.of(rows, pointing), rows)


@given(word_rows)
def test_a_table_of_words_is_read_as_it_was_written(rows: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        WordTable.of(rows, pointing).save(Path(folder))
        assert_holds(load_words(Path(folder)), rows)


@given(word_rows, st.data())
def test_a_part_of_a_table_of_words_keeps_its_rows(rows: list[list[str]], data: st.DataObject) -> None:
    kept = some(data, len(rows))
    part = WordTable.of(rows, pointing).taken(np.array(kept, dtype=np.int64))
    assert_holds(part, [rows[number] for number in kept])


@given(st.lists(word_rows, min_size=1, max_size=4))
def test_tables_of_words_end_to_end_keep_all_rows(tables: list[list[list[str]]]) -> None:
    joined = WordTable.concatenated([WordTable.of(rows, pointing) for rows in tables])
    assert_holds(joined, [row for rows in tables for row in rows])


@given(st.lists(word_rows, min_size=1, max_size=3), st.data())
def test_what_segments_go_through_keeps_the_words_of_the_living(
    tables: list[list[list[str]]], data: st.DataObject
) -> None:
    alive = [some(data, len(rows)) for rows in tables]
    parts = [
        WordTable.of(rows, pointing).taken(np.array(kept, dtype=np.int64))
        for rows, kept in zip(tables, alive, strict=True)
    ]
    with tempfile.TemporaryDirectory() as folder:
        WordTable.concatenated(parts).save(Path(folder))
        left = [rows[number] for rows, kept in zip(tables, alive, strict=True) for number in kept]
        assert_holds(load_words(Path(folder)), left)


@given(word_rows.filter(any), st.data())
def test_the_cosines_of_some_rows_are_those_of_their_own_words(rows: list[list[str]], data: st.DataObject) -> None:
    kept = some(data, len(rows))
    lengths, cosines = WordTable.of(rows, pointing).cosines(np.array(kept, dtype=np.int64), ASKED[:2])
    assert lengths.tolist() == [len(rows[number]) for number in kept]
    assert np.allclose(cosines, pointing([one for number in kept for one in rows[number]])[:, :2], atol=0.005)
