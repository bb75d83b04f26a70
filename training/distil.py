"""Stage `distil`: train the student where the teacher puts the English, then sharpen it on questions.

Phase one, `translate`: every text goes where the teacher puts its English; loss = weight x (1 - cosine) +
weight x in-batch InfoNCE against the teacher's vectors. Phase two, `answer`: questions find the passages of
their topic among those of others, each in a language of its own, while phase one goes on in small.
"""

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm

from training.corpus import Corpus, Ints, draw
from training.lessons import (
    Lesson,
    all_topics,
    draw_quiz,
    find_items,
    groups,
    is_held_out,
    lessons_of,
    passage_rows,
    question_rows,
)
from training.settings import TEXTS, Distil, Settings
from training.sources import DataError
from training.student import Student, batch, build_student
from training.teacher import ask_teacher, teacher_folder, teacher_pieces, teacher_vectors

PHASES = ("translate", "answer")


def device_and_precision() -> tuple[torch.device, torch.dtype]:
    """Return where to train, and bfloat16 for matrix products where the processor multiplies in it."""
    if torch.cuda.is_available():
        return torch.device("cuda"), torch.bfloat16
    found = torch.cpu.get_capabilities()
    quick = found.get("avx512_bf16") or found.get("amx_bf16")
    return torch.device("cpu"), torch.bfloat16 if quick else torch.float32


class Trainer:
    """The student, its optimisers and how far it is; a checkpoint holds all of it."""

    def __init__(self, student: Student, settings: Distil) -> None:
        self.settings = settings
        self.device, self.precision = device_and_precision()
        self.student = student.to(self.device)
        body = [p for p in student.body.parameters() if p.requires_grad]
        self.body = body
        self.optimisers: list[tuple[torch.optim.Optimizer, float]] = [
            (torch.optim.AdamW(body, lr=settings.rate_body, weight_decay=0.01), settings.rate_body),
            (torch.optim.SparseAdam([student.base.weight], lr=settings.rate_base), settings.rate_base),
            (torch.optim.SparseAdam([student.added.weight], lr=settings.rate_added), settings.rate_added),
        ]
        self.position = {"phase": 0, "place": 0, "step": 0}

    def embed(self, texts: Sequence[Ints]) -> Tensor:
        """Return unit vectors of `texts` (token numbers), with gradients."""
        tokens, mask = batch(texts, self.settings.max_tokens)
        with torch.autocast(self.device.type, self.precision, enabled=self.precision != torch.float32):
            vectors: Tensor = self.student(tokens.to(self.device), mask.to(self.device))
        return vectors.float()

    def update(self, loss: Tensor, factor: float) -> float:
        """Take one step down `loss` with all rates multiplied by `factor`; returns the loss."""
        for optimiser, rate in self.optimisers:
            optimiser.zero_grad(set_to_none=True)
            for group in optimiser.param_groups:
                group["lr"] = rate * factor
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.body, 1.0)
        for optimiser, _ in self.optimisers:
            optimiser.step()
        self.position["step"] += 1
        return float(loss.detach())

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        state = {
            "position": self.position,
            "student": self.student.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser, _ in self.optimisers],
        }
        part = path.with_suffix(".part")
        torch.save(state, part)
        part.replace(path)

    def resume(self, path: Path) -> None:
        """Go on from a checkpoint.

        :raises DataError: when it belongs to another student.
        """
        state = torch.load(path, weights_only=True, map_location=self.device)
        try:
            self.student.load_state_dict(state["student"])
        except RuntimeError as error:
            raise DataError(f"{path} belongs to other settings; remove it to start anew. ({error})") from error
        for (optimiser, _), saved in zip(self.optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(saved)
        self.position = dict(state["position"])


def teach(vectors: Tensor, targets: Tensor, same: NDArray[np.int64], settings: Distil) -> Tensor:
    """Return the loss of phase one for student `vectors` (B, D) and the teacher's (B, D).

    `same` (B,) are the teacher's rows: items of the same English are no wrong answers to each other.
    """
    distance = (1 - (vectors * targets).sum(dim=1)).mean()
    scores = settings.scale * vectors @ targets.T
    twins = torch.from_numpy(same[:, None] == same[None, :]).to(scores.device)
    twins.fill_diagonal_(False)
    scores = scores.masked_fill(twins, float("-inf"))
    contrast = functional.cross_entropy(scores, torch.arange(len(scores), device=scores.device))
    return settings.weight_cosine * distance + settings.weight_contrast * contrast


def answer(
    questions: Tensor, passages: Tensor, asked: NDArray[np.int64], answers: NDArray[np.int64], scale: float
) -> Tensor:
    """Return the loss of phase two: every question against all passages, and back.

    The right ones are all those of the same topic (`asked`, `answers`: topic numbers); the loss is the mean of their
    negative log-probabilities.
    """
    scores = scale * questions @ passages.T
    right = torch.from_numpy((asked[:, None] == answers[None, :]).astype(np.float32)).to(scores.device)
    there = -(functional.log_softmax(scores, dim=1) * right).sum(1) / right.sum(1)
    back = -(functional.log_softmax(scores.T, dim=1) * right.T).sum(1) / right.T.sum(1)
    return (there.mean() + back.mean()) / 2


class Course:
    """All that the two phases draw from."""

    def __init__(self, settings: Settings, work: Path, own: Path) -> None:
        """Read the corpus and the topics in `own`, ask the teacher about the topics, tokenise them.

        :raises DataError: when `prepare` has not been run.
        """
        if not (work / "corpus" / "chances.npy").exists():
            raise DataError(f"Nothing to learn from in {work}: run `python -m training prepare` first.")
        self.settings = settings
        self.corpus = Corpus.load(work / "corpus")
        listed: list[str] = json.loads((work / "teacher-texts.json").read_text(encoding="utf-8"))
        english = np.load(work / "teacher-texts.npy")
        self.items = find_items(self.corpus, english, listed, work, settings.distil)
        self.lessons, self.topic_targets = _read_lessons(settings, work, own)

    def texts(self, places: NDArray[np.int64]) -> list[Ints]:
        """Return the tokens of items."""
        corpus = self.corpus
        numbers = self.items.texts[places]
        return [corpus.tokens[corpus.offsets[n] : corpus.offsets[n + 1]] for n in numbers]


def _read_lessons(settings: Settings, work: Path, own: Path) -> tuple[list[Lesson], NDArray[np.float32]]:
    topics = [topic for topic in all_topics(own) if not is_held_out(topic, settings.sharpen.held_out)]
    english = [row[0] for topic in topics for row in (*question_rows(topic), *passage_rows(topic))]
    shards = work / "teacher-topics"
    ask_teacher(settings.teacher, english, shards, settings.sharpen.teacher_tokens, settings.distil.threads)
    asked, targets = teacher_vectors(shards)
    tokenizer = Tokenizer.from_file(str(work / "tokenizer.json"))
    return lessons_of(topics, tokenizer, {text: row for row, text in enumerate(asked)}), targets


def _translate(trainer: Trainer, course: Course, places: NDArray[np.int64]) -> Tensor:
    rows = course.items.rows[places]
    targets = torch.from_numpy(course.items.targets[rows]).to(trainer.device)
    return teach(trainer.embed(course.texts(places)), targets, rows, trainer.settings)


def _answer(trainer: Trainer, course: Course, step: int) -> Tensor:
    sharpen = course.settings.sharpen
    rng = np.random.default_rng([course.settings.seed, 2, step])
    quiz = draw_quiz(course.lessons, sharpen, rng)
    questions, passages = trainer.embed(quiz.questions), trainer.embed(quiz.passages)
    loss = sharpen.weight_answer * answer(questions, passages, quiz.question_topics, quiz.passage_topics, sharpen.scale)
    rows = np.concatenate([quiz.question_rows, quiz.passage_rows])
    targets = torch.from_numpy(course.topic_targets[rows]).to(trainer.device)
    loss = loss + teach(torch.cat([questions, passages]), targets, rows, trainer.settings)
    if sharpen.general:
        loss = loss + _translate(trainer, course, draw(course.items.chances, sharpen.general, rng))
    return loss


class Run:
    """Progress, and a checkpoint every few minutes."""

    def __init__(self, trainer: Trainer, checkpoint: Path, stop_after: int | None) -> None:
        self.trainer, self.checkpoint = trainer, checkpoint
        self.left = stop_after
        self.saved = time.monotonic()

    def step(self, bar: "tqdm[Any]", loss: float, amount: int) -> None:
        """Count one step; raises `StopTraining` after a checkpoint when `stop_after` steps have been done."""
        bar.update(amount)
        bar.set_postfix(loss=f"{loss:.3f}", refresh=False)
        if self.left is not None:
            self.left -= 1
        if self.left == 0 or time.monotonic() - self.saved > self.trainer.settings.checkpoint_seconds:
            self.trainer.save(self.checkpoint)
            self.saved = time.monotonic()
        if self.left == 0:
            raise StopTraining


class StopTraining(Exception):  # noqa: N818 - like StopIteration, an end and no error
    """The run was to stop here."""


def _translate_phase(trainer: Trainer, course: Course, run: Run) -> None:
    """Do phase one from where the trainer stands; `place` counts batches, and is a group's first at its start."""
    settings, seed = trainer.settings, course.settings.seed
    position = trainer.position
    first = position.get("group", 0)
    total = -(-settings.items // settings.group) * settings.group
    with tqdm(total=total, initial=first * settings.group, desc="translate", unit="text", mininterval=10) as bar:
        for number, batches in enumerate(groups(course.items, course.corpus, settings, seed, first), first):
            for place, places in enumerate(batches):
                if number == first and place < position["place"]:
                    continue
                done = (number + place / len(batches)) * settings.group / total
                loss = trainer.update(_translate(trainer, course, places), _factor(settings, position["step"], done))
                position.update(group=number, place=place + 1)
                run.step(bar, loss, len(places))
            position.update(group=number + 1, place=0)
    position.update(phase=1, place=0)


def _factor(settings: Distil, step: int, done: float) -> float:
    """Return the share of the full rates: rising over the first steps, then falling linearly to `last_rate`."""
    return min(1.0, (step + 1) / settings.warm_up) * (1 - (1 - settings.last_rate) * done)


def _answer_phase(trainer: Trainer, course: Course, run: Run) -> None:
    sharpen, position = course.settings.sharpen, trainer.position
    with tqdm(total=sharpen.steps, initial=position["place"], desc="answer", unit="step", mininterval=10) as bar:
        while position["place"] < sharpen.steps:
            factor = sharpen.rate * (1 - position["place"] / sharpen.steps)
            loss = trainer.update(_answer(trainer, course, position["place"]), factor)
            position["place"] += 1
            run.step(bar, loss, 1)
    position.update(phase=2)


def language_counts(corpus: Corpus, languages: NDArray[np.int8], size: int) -> NDArray[np.float64]:
    """Return how often each token stands in the texts of each language, shape (3, size)."""
    owners = np.repeat(languages, np.diff(corpus.offsets))
    return np.stack([np.bincount(corpus.tokens[owners == n], minlength=size).astype(float) for n in range(3)])


def start(settings: Settings, work: Path, corpus: Corpus) -> Student:
    """Return the untrained student.

    :raises DataError: when `static` has not been run.
    """
    if not (work / "static" / "table.npy").exists():
        raise DataError(f"The student starts from {work}/static/table.npy: run `python -m training static` first.")
    vocabulary = Tokenizer.from_file(str(work / "tokenizer.json")).get_vocab()
    ordered = sorted(vocabulary, key=vocabulary.__getitem__)
    counts = language_counts(corpus, np.load(work / "languages.npy"), len(ordered))
    torch.manual_seed(settings.seed)
    static = np.load(work / "static" / "table.npy")
    folder = teacher_folder(settings.teacher)
    return build_student(settings.distil, folder, ordered, teacher_pieces(settings.teacher), static, counts)


def train_distilled(settings: Settings, work: Path, own: Path = TEXTS, *, stop_after: int | None = None) -> Path:
    """Train or go on training, and write `distil/student.pt` under `work`; returns its path.

    `own` holds the topics. `stop_after` ends the run after that many steps with a checkpoint, as an interruption would.

    :raises DataError: when `prepare` or `static` has not been run.
    """
    torch.set_num_threads(settings.distil.threads)
    course = Course(settings, work, own)
    trainer = Trainer(start(settings, work, course.corpus), settings.distil)
    folder = work / "distil"
    folder.mkdir(exist_ok=True)
    checkpoint = folder / "checkpoint.pt"
    if checkpoint.exists():
        trainer.resume(checkpoint)
    trainer.student.train()
    phases: tuple[Callable[[Trainer, Course, Run], None], ...] = (_translate_phase, _answer_phase)
    run = Run(trainer, checkpoint, stop_after)
    try:
        for phase in phases[trainer.position["phase"] :]:
            phase(trainer, course, run)
            trainer.save(checkpoint)
    except StopTraining:
        return checkpoint
    torch.save(trainer.student.state_dict(), folder / "student.pt")
    return folder / "student.pt"
