"""The distilled part: what it draws, what it is taught, and that an interrupted run can be gone on with."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from hub.search.bundled_encoder import BundledEncoder
from tests.training.conftest import Trained
from tests.training.small_world import WORDS
from training.corpus import Corpus
from training.distil import Course, answer, teach, train_distilled
from training.lessons import all_topics, draw_quiz, groups, is_held_out, passage_rows, question_rows
from training.measures import top1
from training.publish import fingerprint, load_student
from training.settings import Settings
from training.sources import DataError, read_rows, read_topics
from training.student import CLS, PAD, SEP, batch, initial_table
from training.teacher import teacher_vectors


@pytest.fixture(scope="module")
def course(trained: Trained) -> Course:
    return Course(trained.settings, trained.work, trained.own)


# --- topics --------------------------------------------------------------------------------------------------------


def test_headings_questions_and_passages_are_translations_too(own: Path) -> None:
    rows = list(read_rows(own / "things.jsonl"))
    assert rows[:3] == [
        ("more heat", "mer varme", "meer warmte"),
        ("where is the heat", "hvor er varme", "waar is de warmte"),
        ("who has heat", "hvem har varme", "wie heeft warmte"),
    ]
    assert len(rows) == 5 * len(WORDS)


def test_a_line_that_is_no_topic_is_named(tmp_path: Path) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_text('{"heading": ["a", "b"]}\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"odd\.jsonl, line 1: expected a topic"):
        read_topics(path)


def test_a_heading_is_asked_and_stands_above_passages(own: Path) -> None:
    topic = all_topics(own)[0]
    assert question_rows(topic)[0] == ("more heat", "mer varme", "meer warmte")
    assert ("more heat. the heat is here", "mer varme. varme er her", "meer warmte. de warmte is hier") in passage_rows(
        topic
    )


def test_about_the_asked_share_of_topics_is_held_out(own: Path) -> None:
    topics = all_topics(own)
    assert not any(is_held_out(topic, 0.0) for topic in topics)
    assert all(is_held_out(topic, 1.0) for topic in topics)


def test_held_out_topics_are_not_asked_in_training(course: Course, trained: Trained) -> None:
    kept = [topic for topic in all_topics(trained.own) if not is_held_out(topic, trained.settings.sharpen.held_out)]
    assert len(course.lessons) == len(kept)


# --- batches -------------------------------------------------------------------------------------------------------


def test_every_text_is_taught_the_vector_of_its_own_english(course: Course, trained: Trained) -> None:
    tokenizer = Tokenizer.from_file(str(trained.work / "tokenizer.json"))
    asked, _ = teacher_vectors(trained.work / "teacher")
    taught = {
        tokenizer.decode(course.texts(np.array([place]))[0].tolist()): asked[row]
        for place, row in enumerate(course.items.rows)
    }
    assert taught["varme og by her"] == "the heat and the city"
    assert taught["de huis en de water"] == "the house and the water"
    assert taught["the heat and the city"] == "the heat and the city"


def test_batches_keep_to_their_budget_and_hold_the_whole_group(course: Course, trained: Trained) -> None:
    settings, corpus = trained.settings.distil, course.corpus
    drawn = list(groups(course.items, corpus, settings, 1, 0))
    assert len(drawn) == 3
    for batches in drawn:
        assert sum(map(len, batches)) == settings.group
        for places in batches:
            longest = max(len(tokens) + 2 for tokens in course.texts(places))
            assert longest * len(places) <= settings.batch_tokens


def test_a_group_is_the_same_whenever_it_is_drawn(course: Course, trained: Trained) -> None:
    def drawn(first: int) -> list[list[int]]:
        return [
            places.tolist() for places in next(groups(course.items, course.corpus, trained.settings.distil, 1, first))
        ]

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(0)


def test_a_quiz_asks_two_questions_and_shows_two_passages_of_every_topic(course: Course, trained: Trained) -> None:
    quiz = draw_quiz(course.lessons, trained.settings.sharpen, np.random.default_rng(0))
    assert len(quiz.questions) == len(quiz.passages) == 2 * trained.settings.sharpen.topics
    assert sorted(quiz.question_topics) == sorted(quiz.passage_topics)
    assert all(count == 2 for count in np.unique(quiz.question_topics, return_counts=True)[1])


def test_texts_are_padded_between_their_first_and_last_sign() -> None:
    tokens, mask = batch([np.array([7, 8], dtype=np.int32), np.array([9, 9, 9, 9, 9], dtype=np.int32)], 6)
    assert tokens.tolist() == [[CLS, 7, 8, SEP, PAD, PAD], [CLS, 9, 9, 9, 9, SEP]]
    assert mask.tolist() == [[1, 1, 1, 1, 0, 0], [1] * 6]


# --- what it is taught ---------------------------------------------------------------------------------------------


def test_texts_where_the_teacher_puts_them_cost_least(settings: Settings) -> None:
    targets = torch.nn.functional.normalize(torch.randn(6, 8, generator=torch.Generator().manual_seed(1)), dim=1)
    rows = np.arange(6)
    right = teach(targets, targets, rows, settings.distil)
    assert right < teach(targets[[1, 0, 2, 3, 4, 5]], targets, rows, settings.distil)


def test_two_translations_of_one_sentence_are_no_wrong_answers_to_each_other(settings: Settings) -> None:
    targets = torch.eye(4)[[0, 0, 1]]
    twins = teach(targets, targets, np.array([5, 5, 6]), settings.distil)
    strangers = teach(targets, targets, np.array([5, 7, 6]), settings.distil)
    assert twins < strangers


def test_all_passages_of_a_topic_are_right_answers() -> None:
    questions, passages = torch.eye(3)[[0, 1]], torch.eye(3)[[0, 0, 1]]
    asked = np.array([4, 9])
    right = answer(questions, passages, asked, np.array([4, 4, 9]), 20.0)
    wrong = answer(questions, passages, asked, np.array([9, 4, 4]), 20.0)
    assert right < wrong


def test_a_new_piece_starts_near_the_english_words_it_translates() -> None:
    vocabulary = ["[PAD]", "heat", "city", "varme", "over"]
    teacher = (["[PAD]", "heat", "city", "over"], np.eye(4, dtype=np.float32))
    static = np.array([[0, 0], [1, 0], [0, 1], [0.9, 0.1], [0.1, 1]], dtype=np.float32)
    counts = np.array([[0, 9, 9, 0, 1], [0, 0, 0, 9, 9], [0, 0, 0, 0, 9]], dtype=float)
    table = initial_table(vocabulary, teacher, static, counts)
    assert table[1].tolist() == [0, 1, 0, 0], "an English word keeps what the teacher knows of it"
    assert table[3] @ table[1] > 0.9
    assert 0 < table[4][3] < 0.5, "a piece that is seldom English is mixed with its neighbours"


# --- the run -------------------------------------------------------------------------------------------------------


def test_an_interrupted_run_ends_with_the_same_student(trained: Trained, tmp_path: Path) -> None:
    work = shutil.copytree(trained.work, tmp_path / "work", ignore=shutil.ignore_patterns("distil"))
    for steps in (2, 3, 4):
        assert train_distilled(trained.settings, work, trained.own, stop_after=steps).name == "checkpoint.pt"
    train_distilled(trained.settings, work, trained.own)
    whole, split = (load_student(trained.settings, folder).state_dict() for folder in (trained.work, work))
    assert all(torch.allclose(whole[name], split[name], atol=1e-5) for name in whole)


def test_a_checkpoint_of_other_layers_is_refused(trained: Trained, tmp_path: Path) -> None:
    work = shutil.copytree(trained.work, tmp_path / "work")
    other = trained.settings.model_copy(
        update={"distil": trained.settings.distil.model_copy(update={"layers": (0, 1, 5)})}
    )
    with pytest.raises(DataError, match="remove it to start anew"):
        train_distilled(other, work, trained.own)


def test_distilling_before_the_static_part_says_so(trained: Trained, tmp_path: Path) -> None:
    work = shutil.copytree(trained.work, tmp_path / "work", ignore=shutil.ignore_patterns("static", "distil"))
    with pytest.raises(DataError, match="python -m training static"):
        train_distilled(trained.settings, work, trained.own)


# --- publishing ----------------------------------------------------------------------------------------------------


def test_the_published_encoder_finds_translations(trained: Trained) -> None:
    encoder = BundledEncoder(trained.encoder)
    assert encoder.fingerprint == fingerprint(trained.encoder)
    english, dutch = (encoder.encode([row[column] for row in WORDS]) for column in (0, 2))
    assert top1(english, dutch) > 80
    card = (trained.encoder / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "| world.tsv.gz | here | MIT | 63 |" in card
    assert "Not measured yet" in card


def test_served_vectors_are_near_those_of_the_sentence_transformers_folder(trained: Trained, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    from training.sentence_transformers_folder import write_sentence_transformers

    write_sentence_transformers(trained.settings, trained.work, tmp_path / "st")
    texts = [text for row in WORDS for text in row] + ["the heat and the city", "varme og by her i dag"]
    served = BundledEncoder(trained.encoder)
    whole = SentenceTransformer(str(tmp_path / "st"), device="cpu", trust_remote_code=True)
    assert ((whole.encode(texts) * served.encode(texts)).sum(axis=1)).min() > 0.98
    distilled = SentenceTransformer(str(tmp_path / "st" / "distilled"), device="cpu")
    assert ((distilled.encode(texts) * served.distilled.encode(texts)).sum(axis=1)).min() > 0.97
    static = SentenceTransformer(str(tmp_path / "st" / "static"), device="cpu")
    assert ((static.encode(texts) * served.static.encode(texts)).sum(axis=1)).min() > 0.999


def test_publishing_an_unfinished_training_says_what_is_missing(trained: Trained, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="python -m training distil"):
        load_student(trained.settings, tmp_path)


def test_the_config_names_both_parts(trained: Trained) -> None:
    config = json.loads((trained.encoder / "config.json").read_text(encoding="utf-8"))
    assert config["dimension"] == config["static"]["dimension"] + config["distilled"]["dimension"]
    assert Corpus.load(trained.work / "corpus").offsets[0] == 0
