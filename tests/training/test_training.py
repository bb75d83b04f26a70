"""Reading, vocabulary and the static part on a tiny hand-made world; that a run can be split."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.training.small_world import world, write_tsv
from training.corpus import Corpus, bags, cumulative_chances
from training.export import quantise
from training.measures import bootstrap_interval, ndcg, rank_by_best, top1
from training.prepare import prepare
from training.settings import Settings, load_settings, share_of
from training.sources import DataError, find_sources, held_out, plain, read_rows
from training.static import frequency_weights, train_static
from training.teacher import teacher_folder
from training.vocabulary import compound_tails, count_words, tied_rows, train_vocabulary

# --- reading -------------------------------------------------------------------------------------------------------


def test_copyleft_files_are_never_opened(data: Path) -> None:
    assert [path.name for path in find_sources(data)] == ["more.nn.tsv.gz", "world.tsv.gz"]


def test_nynorsk_is_read_as_norwegian(data: Path) -> None:
    assert list(read_rows(data / "more.nn.tsv.gz")) == [("heat", "varmen", "warmte")]


def test_an_own_tsv_may_leave_out_a_language_and_order_its_columns(tmp_path: Path) -> None:
    path = write_tsv(tmp_path / "own.tsv", [("vloer", "gulv"), ("alleen", "")], "nl\tnb")
    assert list(read_rows(path)) == [("", "gulv", "vloer")]


def test_a_tsv_without_languages_in_its_header_is_refused(tmp_path: Path) -> None:
    path = write_tsv(tmp_path / "own.tsv", [("a", "b")], "source\ttarget")
    with pytest.raises(DataError, match=r"expected a header.*found \['source', 'target'\]"):
        list(read_rows(path))


def test_rows_with_a_test_sentence_are_left_out(
    settings: Settings, data: Path, own: Path, shared: Path, tmp_path: Path
) -> None:
    assert plain("The City, and the city!") in held_out(shared)
    gathered = prepare(settings, data, [], tmp_path / "work", shared, own=own)
    assert gathered.dropped == 1
    assert "the city and the city" not in gathered.texts
    assert "the city and the water" in gathered.texts
    assert "copyleft sentence" not in gathered.texts


def test_the_first_fitting_pattern_gives_the_share() -> None:
    shares = {"ms-*": 0.3, "ms-nav*": 0.9}
    assert share_of(shares, "ms-nav.tsv.gz") == 0.3
    assert share_of(shares, "cldr.tsv.gz") == 1.0


# --- the vocabulary ------------------------------------------------------------------------------------------------


def test_a_compound_is_cut_where_its_words_are_joined(settings: Settings) -> None:
    texts = ["fjern varme", "gulvvarme", "gulv varme", "jordvarme jord"] * 5
    tokenizer = train_vocabulary(texts, settings.vocabulary, progress=False)
    assert tokenizer.encode("Fjernvarme").tokens == ["fjern", "##varme"]


def test_the_same_texts_give_the_same_vocabulary_in_every_process(settings: Settings) -> None:
    texts = [text for row in world() for text in row]
    program = (
        "import json, sys; from training.settings import Vocabulary; from training.vocabulary import train_vocabulary;"
        "settings, texts = json.load(sys.stdin); settings = Vocabulary.model_validate(settings);"
        "print(json.dumps(train_vocabulary(texts, settings, progress=False).get_vocab(), sort_keys=True))"
    )
    given = json.dumps([settings.vocabulary.model_dump(), texts])
    runs = [
        subprocess.run([sys.executable, "-c", program], input=given, capture_output=True, text=True, check=True).stdout
        for _ in range(3)
    ]
    assert runs[0] == runs[1] == runs[2]
    assert len(json.loads(runs[0])) > 50


def test_accents_are_kept_and_case_is_not(settings: Settings) -> None:
    tokenizer = train_vocabulary(["råd rad for fôr"] * 5, settings.vocabulary, progress=False)
    assert tokenizer.encode("RÅD rad Fôr").tokens == ["råd", "rad", "fôr"]


def test_the_most_productive_tail_comes_first() -> None:
    words = count_words(["huis tuin tuinhuis stad stadhuis boom boomhuis tuinstad"])
    assert compound_tails(words, 1) == ["##huis", "##stad"]


def test_a_tail_shares_the_vector_of_its_word() -> None:
    vocabulary = {"varme": 0, "##varme": 1, "##me": 2, "me": 3, "##nett": 4}
    assert tied_rows(vocabulary).tolist() == [0, 0, 2, 3, 4]


# --- batches -------------------------------------------------------------------------------------------------------


def hand_made_corpus() -> Corpus:
    tokens = np.array([1, 2, 3, 4, 5, 6], dtype=np.int32)
    offsets = np.array([0, 3, 3, 4, 6], dtype=np.int64)
    pairs = np.array([[0, 2], [2, 3]], dtype=np.int32)
    return Corpus(tokens, offsets, pairs, np.array([0.0, 1.0]))


def test_bags_hold_the_tokens_of_each_text_in_order() -> None:
    tokens, starts = bags(hand_made_corpus(), np.array([3, 1, 0], dtype=np.int32), 0.0, np.random.default_rng(0))
    assert tokens.tolist() == [5, 6, 1, 2, 3]
    assert starts.tolist() == [0, 2, 2]


def test_token_dropout_drops_its_share_and_never_a_whole_text() -> None:
    corpus = Corpus(
        np.arange(10_100, dtype=np.int32),
        np.array([*range(101), 10_100], dtype=np.int64),
        np.zeros((1, 2), dtype=np.int32),
        np.ones(1),
    )
    tokens, starts = bags(corpus, np.arange(101, dtype=np.int32), 0.2, np.random.default_rng(0))
    assert tokens[:100].tolist() == list(range(100))
    assert starts.tolist() == list(range(101))
    assert 0.78 < (len(tokens) - 100) / 10_000 < 0.82


def test_pairs_are_drawn_by_their_chances() -> None:
    drawn = hand_made_corpus().draw(50, np.random.default_rng(0))
    assert drawn.tolist() == [[2, 3]] * 50


def test_language_pairs_share_a_batch_as_the_settings_say() -> None:
    chances = cumulative_chances([1, 1, 1, 5], [0, 0, 0, 1], [0.5, 0.5])
    assert np.diff(chances, prepend=0).tolist() == pytest.approx([1 / 6, 1 / 6, 1 / 6, 0.5])


# --- training and publishing ---------------------------------------------------------------------------------------


def test_an_interrupted_training_ends_with_the_same_table(
    settings: Settings, data: Path, own: Path, shared: Path, tmp_path: Path
) -> None:
    tables = []
    for name, stops in (("whole", []), ("split", [7, 33])):
        work = tmp_path / name
        prepare(settings, data, [], work, shared, own=own)
        for stop in stops:
            train_static(settings, work, own, stop_at=stop)
        tables.append(np.load(train_static(settings, work, own)))
    assert np.array_equal(tables[0], tables[1])
    started = np.load(train_static(settings, tmp_path / "whole", own, stop_at=1))
    assert np.array_equal(started, tables[0]), "a finished training must not go on"


def test_common_tokens_weigh_less_as_arora_et_al_have_it() -> None:
    weights = frequency_weights(np.array([0, 0, 0, 1], dtype=np.int32), 3, 0.25)
    assert weights.tolist() == pytest.approx([0.25, 0.5, 1.0])
    assert frequency_weights(np.array([0], dtype=np.int32), 2, 0).tolist() == [1, 1]


def test_a_checkpoint_of_another_shape_is_refused(
    settings: Settings, data: Path, own: Path, shared: Path, tmp_path: Path
) -> None:
    prepare(settings, data, [], tmp_path, shared, own=own)
    train_static(settings, tmp_path, own, stop_at=1)
    wider = settings.model_copy(update={"static": settings.static.model_copy(update={"dimension": 8})})
    with pytest.raises(DataError, match="remove it to start anew"):
        train_static(wider, tmp_path, own)


def test_quantised_rows_are_within_half_a_step_of_the_table() -> None:
    table = np.random.default_rng(0).normal(size=(50, 8)).astype(np.float32)
    table[3] = 0
    rows, scales = quantise(table)
    assert np.abs(rows * scales[:, None] - table).max() <= scales.max() / 2 + 1e-6
    assert not rows[3].any()


def test_a_teacher_with_other_weights_is_refused() -> None:
    settings = load_settings().teacher.model_copy(update={"sha256": "0" * 64})
    with pytest.raises(DataError, match="expected SHA-256 000"):
        teacher_folder(settings)


# --- measures ------------------------------------------------------------------------------------------------------


def test_ndcg_of_known_rankings() -> None:
    grades = {"a": 3, "b": 1}
    assert ndcg(["a", "b", "c"], grades) == pytest.approx(1)
    assert ndcg(["b", "a"], grades) == pytest.approx((1 + 7 / np.log2(3)) / (7 + 1 / np.log2(3)))
    assert ndcg(["c"] * 10 + ["a"], grades) == 0


def test_a_case_stands_at_its_best_line() -> None:
    assert rank_by_best(np.array([0.1, 0.9, 0.5, 0.8], dtype=np.float32), ["a", "b", "a", "b"]) == ["b", "a"]


def test_top1_counts_the_rows_whose_neighbour_is_their_translation() -> None:
    left = np.eye(4, dtype=np.float32)
    assert top1(left, left) == 100
    assert top1(left, left[[1, 0, 2, 3]]) == 50


def test_the_interval_holds_the_mean() -> None:
    low, high = bootstrap_interval([0.0, 1.0] * 20)
    assert 0.3 < low < 0.5 < high < 0.7
