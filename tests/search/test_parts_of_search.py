"""Smaller parts: language of a question, calibration, fusion, the store of vectors, corresponding words."""

from pathlib import Path

import numpy as np
import pytest

from hub.search.calibration import Calibration, chance, null_questions
from hub.search.contract import Candidates
from hub.search.encoder import BUNDLED
from hub.search.explain import Correspondence
from hub.search.fusion import fuse
from hub.search.question_language import LanguageDetector
from hub.search.rows import Row, RowTable, load_rows
from hub.search.static_encoder import StaticEncoder
from hub.search.vector_cache import VectorCache
from hub.search.words import FAMILIES
from tests.search.world import DictionaryEncoder


@pytest.fixture(scope="module")
def detector(tmp_path_factory: pytest.TempPathFactory) -> LanguageDetector:
    return LanguageDetector(tmp_path_factory.mktemp("model"))


@pytest.mark.parametrize(
    ("question", "family"),
    [
        ("How do we keep volunteers involved after the pilot ends?", "en"),
        ("Hvordan holder vi på de frivillige når piloten er over?", "no"),
        ("Korleis held vi på dei frivillige når piloten er over?", "no"),
        ("Hoe houden we vrijwilligers betrokken als de pilot stopt?", "nl"),
    ],
)
def test_the_language_of_a_question_is_recognised(question: str, family: str, detector: LanguageDetector) -> None:
    for hint in (None, "en", "no", "nl"):
        assert detector.detect(question, hint) == family


def test_the_small_model_judges_as_the_large_one_does(tmp_path: Path) -> None:
    questions = [question for family in FAMILIES for question in null_questions()[family]]
    detector = LanguageDetector(tmp_path)
    large = [detector.detect(question) for question in questions]
    detector.keep_small_model()
    assert list(tmp_path.iterdir()), "no model was kept"
    small = LanguageDetector(tmp_path)
    assert [small.detect(question) for question in questions] == large


def test_a_damaged_small_model_is_left_aside_and_made_anew(tmp_path: Path) -> None:
    LanguageDetector(tmp_path).keep_small_model()
    damaged = next(tmp_path.iterdir()) / "nb_ptc.npy"
    damaged.write_bytes(b"")
    assert LanguageDetector(tmp_path).detect("Hoe houden we vrijwilligers betrokken?") == "nl"
    LanguageDetector(tmp_path).keep_small_model()
    assert damaged.stat().st_size > 0


def test_the_null_set_is_the_same_size_in_every_language_and_has_no_doubles() -> None:
    assert {len(set(questions)) for questions in null_questions().values()} == {30}


def test_a_language_whose_cosines_are_high_by_chance_gains_nothing_by_it() -> None:
    calibration = Calibration(
        {f"no>{family}": mean for family, mean in (("no", 0.3), ("nl", 0.1), ("en", 0.0))},
        dict.fromkeys(("no>no", "no>nl", "no>en"), 0.1),
    )
    scores = calibration.standardised(np.array([0.5, 0.3], dtype=np.float32), "no", np.array(["no", "nl"]))
    assert scores == pytest.approx([2.0, 2.0])


def test_chance_is_measured_for_every_pair_of_languages_even_those_without_passages() -> None:
    vectors = np.eye(4, dtype=np.float32)
    mean, spread = chance(dict.fromkeys(FAMILIES, vectors[:2]), vectors[:3], np.array(["en", "en", "no"]))
    assert set(mean) == {f"{a}>{b}" for a in FAMILIES for b in FAMILIES}
    assert mean["en>en"] == pytest.approx(0.5)
    assert all(value > 0 for value in spread.values())


def candidates(rows: list[Row], cosines: list[float], shares: list[float]) -> Candidates:
    numbers = np.arange(len(rows))
    vectors = np.zeros((len(rows), 1), dtype=np.float32)
    return Candidates(RowTable.of(rows), numbers, vectors, np.array(cosines, dtype=np.float32), np.array(shares))


def row(name: str, family: str, role: str = "done") -> Row:
    return Row(name, name.split("#")[0], family, role, {})


EVEN = Calibration(
    {f"{a}>{b}": 0.0 for a in FAMILIES for b in FAMILIES}, {f"{a}>{b}": 0.1 for a in FAMILIES for b in FAMILIES}
)


def test_matching_words_count_for_more_within_a_language_than_across() -> None:
    found = candidates([row("same#1", "no"), row("other#1", "nl")], [0.2, 0.2], [0.5, 0.5])
    same, other = fuse(found, "no", EVEN)
    assert same > other


def test_a_summary_lends_to_its_documents_hits_and_is_none_itself() -> None:
    lone = candidates([row("a#1", "nl"), row("b#1", "nl")], [0.2, 0.2], [0, 0])
    backed = candidates([row("a#1", "nl"), row("b#1", "nl"), row("a#s", "no", "summary")], [0.2, 0.2, 0.6], [0, 0, 0.5])
    assert fuse(lone, "no", EVEN)[0] == fuse(lone, "no", EVEN)[1]
    first, second, summary = fuse(backed, "no", EVEN)
    assert first > second
    assert summary == -np.inf


def test_a_summary_that_fits_worse_than_chance_takes_nothing_away() -> None:
    found = candidates([row("a#1", "nl"), row("a#s", "no", "summary")], [0.2, -0.5], [0, 0])
    assert fuse(found, "no", EVEN)[0] == pytest.approx(2.0)


def test_at_equal_fit_a_lesson_comes_before_a_passage_and_both_before_a_question() -> None:
    rows = [row("a#1", "nl", "question"), row("a#2", "nl", "done"), row("a#3", "nl", "lesson")]
    question, done, lesson = fuse(candidates(rows, [0.3] * 3, [0] * 3), "no", EVEN)
    assert question < done < lesson


def test_rows_are_read_as_they_were_written(tmp_path: Path) -> None:
    rows = [
        Row("a#é", "a", "no", "lesson", {"theme": ["water", "digital"]}, "E2", "high", "Ås", 2019),
        Row("b:1", "b", "nl", "done", {}),
    ]
    RowTable.of(rows).save(tmp_path / "rows.npz")
    read = load_rows(tmp_path / "rows.npz")
    assert [read.row(number) for number in range(2)] == rows


def test_facet_counts_put_the_most_frequent_value_first() -> None:
    rows = [Row(str(n), "d", "en", "done", {"theme": values}) for n, values in enumerate([["b"], ["a", "b"], ["c"]])]
    table = RowTable.of(rows)
    assert list(table.facet_counts(np.arange(3))["theme"].items()) == [("b", 2), ("a", 1), ("c", 1)]
    assert table.facet_counts(np.array([2]))["theme"] == {"c": 1}


def test_a_text_is_encoded_once_for_each_encoder(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path / "vectors.sqlite")
    one, two = DictionaryEncoder("one"), DictionaryEncoder("two")
    texts = ["fjernvarme", "warmtenet", "fjernvarme"]
    vectors, encoded = cache.encode(one, texts)
    assert encoded == 2
    again, encoded = VectorCache(tmp_path / "vectors.sqlite").encode(one, texts)
    assert encoded == 0
    assert np.array_equal(vectors, again)
    assert cache.encode(two, texts)[1] == 2


def test_an_interrupted_encoding_goes_on_where_it_stopped(tmp_path: Path) -> None:
    class Interrupted(DictionaryEncoder):
        def encode(self, texts: object, *, progress: bool = False) -> np.ndarray:  # type: ignore[override, type-arg]
            if self.encoded:
                raise KeyboardInterrupt
            return super().encode(texts)  # type: ignore[arg-type]

    texts = [f"text {number}" for number in range(600)]
    with pytest.raises(KeyboardInterrupt):
        VectorCache(tmp_path / "v.sqlite").encode(Interrupted(), texts)
    assert VectorCache(tmp_path / "v.sqlite").encode(DictionaryEncoder(), texts)[1] == 600 - 512


def test_no_texts_give_no_vectors(tmp_path: Path) -> None:
    vectors, encoded = VectorCache(tmp_path / "v.sqlite").encode(DictionaryEncoder(), [])
    assert (vectors.shape, encoded) == ((0, 64), 0)


@pytest.fixture(scope="module")
def bundled() -> StaticEncoder:
    return StaticEncoder(BUNDLED)


def marked(bundled: StaticEncoder, question: str, asked: str, passage: str, read: str) -> dict[str, str]:
    found = Correspondence(bundled).marks(question, asked, passage, read)
    return {passage[mark.start : mark.end]: mark.question_word for mark in found}


def test_fjernvarme_lights_up_warmtenet(bundled: StaticEncoder) -> None:
    question = "Hvordan får vi innbyggere med på fjernvarme?"
    found = marked(bundled, question, "no", "De bewoners kozen voor het warmtenet, niet voor gas.", "nl")
    assert found == {"bewoners": "innbyggere", "warmtenet": "fjernvarme"}


def test_the_same_word_in_another_form_is_marked(bundled: StaticEncoder) -> None:
    assert marked(bundled, "fjernvarme", "no", "Utbyggingen av fjernvarmen stanset.", "no") == {
        "fjernvarmen": "fjernvarme"
    }


def test_words_that_carry_only_grammar_are_never_marked(bundled: StaticEncoder) -> None:
    assert marked(bundled, "Hvordan får vi det til?", "no", "Hoe krijgen we dat voor elkaar?", "nl") == {}
