"""What the distilled part learns from: texts with the teacher's vector of their English, and topics."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from training.corpus import Corpus, Ints, draw
from training.settings import Distil, Sharpen
from training.sources import Row, Topic, read_topics
from training.teacher import teacher_vectors

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Items:
    """Texts of all languages (numbers in the corpus), each with the row of the teacher's vector of its English.

    `chances` (I,) is cumulative.
    """

    texts: Ints
    rows: NDArray[np.int64]
    chances: NDArray[np.float64]
    targets: Vectors


def find_items(corpus: Corpus, english: Ints, listed: Sequence[str], work: Path, settings: Distil) -> Items:
    """Return every text whose English the teacher knows, by the shares that the settings give.

    :param english: the text numbers of `listed`, which `prepare` wrote down for the teacher.
    """
    asked, targets = teacher_vectors(work / "teacher")
    places = {text: place for place, text in enumerate(asked)}
    rows = np.full(len(corpus.offsets), -1, dtype=np.int64)
    rows[english] = [places.get(text, -1) for text in listed]
    weights = np.diff(corpus.chances, prepend=0.0)
    known = (rows[corpus.pairs[:, 0]] >= 0) & (weights > 0)
    sources, texts, weights = corpus.pairs[known, 0], corpus.pairs[known, 1], weights[known]
    originals, places_of = np.unique(sources, return_inverse=True)
    own = np.bincount(places_of, weights=weights)
    all_texts = np.concatenate([texts, originals]).astype(np.int32)
    all_rows = np.concatenate([rows[sources], rows[originals]])
    share = settings.english
    chances = np.concatenate([weights / weights.sum() * (1 - share), own / own.sum() * share])
    chances[np.diff(corpus.offsets)[all_texts] <= settings.few_tokens] *= settings.few_tokens_share
    return Items(all_texts, all_rows, np.cumsum(chances), targets)


def groups(items: Items, corpus: Corpus, settings: Distil, seed: int, first: int) -> Iterator[list[NDArray[np.int64]]]:
    """Yield, from group `first` on, the batches (places in `items`) of one group after the other.

    A group is drawn, put in order of length and cut where a batch would exceed `batch_tokens` with its padding; its
    batches come in random order. Group g depends on the seed and g alone.
    """
    for number in range(first, -(-settings.items // settings.group)):
        rng = np.random.default_rng([seed, 1, number])
        drawn = draw(items.chances, settings.group, rng)
        texts = items.texts[drawn]
        lengths = np.minimum(corpus.offsets[texts + 1] - corpus.offsets[texts] + 2, settings.max_tokens)
        drawn = drawn[np.argsort(lengths, kind="stable")]
        cuts = list(_cuts(np.sort(lengths), settings.batch_tokens))
        batches = [drawn[a:b] for a, b in zip([0, *cuts], [*cuts, len(drawn)], strict=True)]
        yield [batches[place] for place in rng.permutation(len(batches))]


def _cuts(lengths: NDArray[np.int64], most: int) -> Iterator[int]:
    start = 0
    for place, length in enumerate(lengths):
        if place > start and (place + 1 - start) * int(length) > most:
            yield place
            start = place


@dataclass(frozen=True)
class Answered:
    """A text of a topic in the three languages: its tokens, and the row of the teacher's vector of its English."""

    tokens: tuple[Ints, ...]
    row: int


@dataclass(frozen=True)
class Lesson:
    """A topic ready for training: any of its questions is answered by any of its passages."""

    field: str
    questions: tuple[Answered, ...]
    passages: tuple[Answered, ...]


def all_topics(folder: Path) -> list[Topic]:
    """Return the topics of every file of `folder`, in order of file name."""
    return [topic for path in sorted(folder.glob("*.jsonl")) for topic in read_topics(path)]


def is_held_out(topic: Topic, share: float) -> bool:
    """Return whether the topic is kept for validation; decided by the hash of its English heading."""
    digest = blake2b(topic.heading[0].encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64 < share


def question_rows(topic: Topic) -> tuple[Row, ...]:
    """Return what is asked: the heading, as the shortest question, and the questions."""
    return (topic.heading, *topic.questions)


def passage_rows(topic: Topic) -> tuple[Row, ...]:
    """Return what answers: every passage alone, and under the heading as the hub embeds it."""
    titled = tuple(_under(topic.heading, passage) for passage in topic.passages)
    return (*topic.passages, *titled)


def _under(heading: Row, passage: Row) -> Row:
    en, no, nl = (f"{title}. {text}" for title, text in zip(heading, passage, strict=True))
    return en, no, nl


def lessons_of(topics: Sequence[Topic], tokenizer: Tokenizer, rows: dict[str, int]) -> list[Lesson]:
    """Tokenise topics; `rows` gives the teacher's row of every English text."""

    def answered(row: Row) -> Answered:
        encodings = tokenizer.encode_batch(list(row), add_special_tokens=False)
        return Answered(tuple(np.asarray(e.ids, dtype=np.int32) for e in encodings), rows[row[0]])

    return [
        Lesson(topic.field, tuple(map(answered, question_rows(topic))), tuple(map(answered, passage_rows(topic))))
        for topic in topics
    ]


@dataclass(frozen=True)
class Answers:
    """Every question with every passage of its topic, in all languages, as pairs of a corpus of their own.

    `topics` gives the topic of every text: two texts of one topic are no wrong answers to each other.
    """

    corpus: Corpus
    topics: NDArray[np.int64]


def find_answers(topics: Sequence[Topic], tokenizer: Tokenizer) -> Answers:
    """Tokenise topics and pair their questions with their passages; every topic is drawn as often as another."""
    texts, owners, pairs, weights = list[str](), list[int](), list[tuple[int, int]](), list[float]()
    for number, topic in enumerate(topics):
        first = len(texts)
        questions = [text for row in question_rows(topic) for text in row]
        texts += questions + [text for row in passage_rows(topic) for text in row]
        owners += [number] * (len(texts) - first)
        middle = first + len(questions)
        own = [(question, passage) for question in range(first, middle) for passage in range(middle, len(texts))]
        pairs += own
        weights += [1 / len(own)] * len(own)
    encodings = tokenizer.encode_batch(texts, add_special_tokens=False)
    pieces = [np.asarray(encoding.ids, dtype=np.int32) for encoding in encodings]
    offsets = np.cumsum([0, *map(len, pieces)], dtype=np.int64)
    corpus = Corpus(np.concatenate(pieces), offsets, np.asarray(pairs, dtype=np.int32), np.cumsum(weights))
    return Answers(corpus, np.asarray(owners, dtype=np.int64))


@dataclass(frozen=True)
class Quiz:
    """One batch of questions and passages; `topics` (Q,) and (P,) say which belong together."""

    questions: list[Ints]
    passages: list[Ints]
    question_rows: NDArray[np.int64]
    passage_rows: NDArray[np.int64]
    question_topics: NDArray[np.int64]
    passage_topics: NDArray[np.int64]


def draw_quiz(lessons: Sequence[Lesson], settings: Sharpen, rng: np.random.Generator) -> Quiz:
    """Draw topics of `settings.fields` fields (so that wrong answers lie near), two questions and two passages of each.

    Every question and every passage is in a language drawn by itself.
    """
    fields = sorted({lesson.field for lesson in lessons})
    chosen = set(rng.choice(fields, size=min(settings.fields, len(fields)), replace=False))
    near = [place for place, lesson in enumerate(lessons) if lesson.field in chosen]
    places = rng.choice(near, size=min(settings.topics, len(near)), replace=False)
    asked, answers = ([], [], []), ([], [], [])  # type: tuple[list[Ints], list[int], list[int]], tuple[list[Ints], list[int], list[int]]
    for place in places:
        for side, options in ((asked, lessons[place].questions), (answers, lessons[place].passages)):
            for pick in rng.choice(len(options), size=2, replace=False):
                side[0].append(options[pick].tokens[int(rng.integers(3))])
                side[1].append(options[pick].row)
                side[2].append(int(place))
    numbers = [np.asarray(part, dtype=np.int64) for part in (asked[1], answers[1], asked[2], answers[2])]
    return Quiz(asked[0], answers[0], *numbers)
