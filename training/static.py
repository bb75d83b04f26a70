"""Stage `static`: one vector a WordPiece, so that the mean of a text's vectors is near that of its
translations.

Loss = symmetric InfoNCE over a batch of translation pairs + weight x contrastive distillation from the
teacher + weight x symmetric InfoNCE over questions and their answers.

Token dropout on both sides is what makes it generalise: without it the pairs are learnt by heart
(encoder-recipe.md).
"""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm

from training.corpus import Corpus, Ints, bags, draw
from training.lessons import Answers, all_topics, find_answers, is_held_out
from training.settings import TEXTS, Settings, Static
from training.sources import DataError
from training.teacher import teacher_targets
from training.vocabulary import UNKNOWN, tied_rows


@dataclass(frozen=True)
class Distillation:
    """Pairs whose English side the teacher knows.

    `pairs` (D, 2) text numbers, `chances` (D,) as in `Corpus`, `rows` (D,) into `targets` (N, dimension).
    """

    pairs: Ints
    chances: NDArray[np.float64]
    rows: NDArray[np.int64]
    targets: Tensor


class Trainer:
    """The table, its optimiser and the step it has reached; a checkpoint holds all three."""

    def __init__(
        self,
        corpus: Corpus,
        distillation: Distillation | None,
        answers: Answers | None,
        rows: NDArray[np.int64],
        settings: Settings,
    ) -> None:
        self.corpus = corpus
        self.answers = answers
        self.rows = rows
        self.distillation = distillation
        self.settings = settings.static
        self.seed = settings.seed
        generator = torch.Generator().manual_seed(settings.seed)
        start = torch.randn((len(rows), self.settings.dimension), generator=generator)
        self.table = torch.nn.Parameter(start * self.settings.start_deviation)
        self.optimiser = torch.optim.Adam([self.table], lr=self.settings.rate, fused=True)
        self.step = 0

    def advance(self) -> float:
        """Do one step and return its loss; what it draws depends on the seed and the step number alone."""
        rng = np.random.default_rng([self.seed, self.step])
        for group in self.optimiser.param_groups:
            group["lr"] = self.settings.rate * (1 - self.step / self.settings.steps)
        self.optimiser.zero_grad(set_to_none=False)  # the 49 MB of gradient are reused, not allocated anew
        loss = self._loss(rng)
        loss.backward()
        self.optimiser.step()
        self.step += 1
        return float(loss.detach())

    def _loss(self, rng: np.random.Generator) -> Tensor:
        """One lookup for all texts of the step: a gradient of the whole table per lookup is what costs time."""
        pairs = self.corpus.draw(self.settings.batch, rng)
        parts = [(self.corpus, pairs[:, 0]), (self.corpus, pairs[:, 1])]
        known, answers = self.distillation, self.answers
        if known is not None:
            drawn = draw(known.chances, self.settings.distil_batch, rng)
            parts += [(self.corpus, known.pairs[drawn, side]) for side in (0, 1)]
        if answers is not None:
            asked = answers.corpus.draw(self.settings.answer_batch, rng)
            parts += [(answers.corpus, asked[:, side]) for side in (0, 1)]
        sides = self._embed(parts, rng)
        loss = self._translation_loss(pairs, *sides[:2])
        if known is not None:
            distilled = self._distillation_loss(known.rows[drawn], known.targets, sides[2:4])
            loss = loss + self.settings.distil_weight * distilled
        if answers is not None:
            same = _same(answers.topics[asked[:, 0]])
            scores = self.settings.scale * sides[-2] @ sides[-1].T
            loss = loss + self.settings.answer_weight * _symmetric(scores, torch.from_numpy(same))
        return loss

    def _embed(self, parts: Sequence[tuple[Corpus, Ints]], rng: np.random.Generator) -> tuple[Tensor, ...]:
        """Return unit vectors, one (B, dimension) tensor for every array of text numbers of a corpus."""
        drawn = [bags(corpus, texts, self.settings.dropout, rng) for corpus, texts in parts]
        firsts = np.cumsum([0, *(len(tokens) for tokens, _ in drawn[:-1])])
        tokens = np.concatenate([tokens for tokens, _ in drawn])
        starts = np.concatenate([starts + first for (_, starts), first in zip(drawn, firsts, strict=True)])
        rows = torch.from_numpy(self.rows[tokens])
        means = functional.embedding_bag(rows, self.table, torch.from_numpy(starts), mode="mean")
        return torch.split(functional.normalize(means, dim=1), [len(starts) for _, starts in drawn])

    def _translation_loss(self, pairs: Ints, left: Tensor, right: Tensor) -> Tensor:
        scores = self.settings.scale * left @ right.T
        return _symmetric(scores, torch.from_numpy(_same(pairs[:, 0]) | _same(pairs[:, 1])))

    def _distillation_loss(self, rows: NDArray[np.int64], targets: Tensor, sides: Sequence[Tensor]) -> Tensor:
        same = torch.from_numpy(_same(rows))
        wanted = targets[torch.from_numpy(rows)]
        losses = [_one_way(self.settings.scale * side @ wanted.T, same) for side in sides]
        return torch.stack(losses).mean()

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        state = {"step": self.step, "table": self.table.detach(), "optimiser": self.optimiser.state_dict()}
        part = path.with_suffix(".part")
        torch.save(state, part)
        part.replace(path)

    def resume(self, path: Path) -> None:
        """Go on from a checkpoint.

        :raises DataError: when it belongs to a table of another shape.
        """
        state = torch.load(path, weights_only=True)
        if state["table"].shape != self.table.shape:
            shapes = f"expected a table of {tuple(self.table.shape)}, found {tuple(state['table'].shape)}"
            raise DataError(f"{path}: {shapes}; remove it to start anew.")
        with torch.no_grad():
            self.table.copy_(state["table"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step = int(state["step"])


def _same(numbers: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Return which other items of a batch hold the same text: (B, B), False on the diagonal."""
    same = np.asarray(numbers[:, None] == numbers[None, :], dtype=np.bool_)
    np.fill_diagonal(same, False)
    return same


def _one_way(scores: Tensor, same: Tensor) -> Tensor:
    scores = scores.masked_fill(same, float("-inf"))
    return functional.cross_entropy(scores, torch.arange(len(scores)))


def _symmetric(scores: Tensor, same: Tensor) -> Tensor:
    return (_one_way(scores, same) + _one_way(scores.T, same.T)) / 2


def find_distillation(corpus: Corpus, work: Path, dimension: int) -> Distillation | None:
    """Join the teacher's vectors, as far as they are there, with the pairs of their sentences; None without
    any.
    """
    asked, targets = teacher_targets(work, dimension)
    places = {text: place for place, text in enumerate(asked)}
    listed: list[str] = json.loads((work / "teacher-texts.json").read_text(encoding="utf-8"))
    numbers = np.load(work / "teacher-texts.npy")
    rows = np.full(len(corpus.offsets), -1, dtype=np.int64)
    rows[numbers] = [places.get(text, -1) for text in listed]
    known = rows[corpus.pairs[:, 0]] >= 0
    if not known.any():
        return None
    pairs = corpus.pairs[known]
    chances = np.cumsum(np.diff(corpus.chances, prepend=0.0)[known])
    return Distillation(pairs, chances, rows[pairs[:, 0]], torch.from_numpy(targets))


def train_static(settings: Settings, work: Path, own: Path = TEXTS, *, stop_at: int | None = None) -> Path:
    """Train or go on training, and write `static/table.npy` (V, dimension) float32 under `work`; returns its
    path.

    `own` holds the topics. `stop_at` ends the run after that step with a checkpoint, as an interruption would.

    :raises DataError: when `prepare` has not been run.
    """
    if not (work / "corpus" / "chances.npy").exists():
        raise DataError(f"Nothing to train on in {work}: run `python -m training prepare` first.")
    torch.set_num_threads(settings.static.threads)
    corpus = Corpus.load(work / "corpus")
    tokenizer = Tokenizer.from_file(str(work / "tokenizer.json"))
    rows = tied_rows(tokenizer.get_vocab())
    wanted = settings.static
    distillation = find_distillation(corpus, work, wanted.dimension) if wanted.distil_weight else None
    topics = [topic for topic in all_topics(own) if not is_held_out(topic, settings.sharpen.held_out)]
    answers = find_answers(topics, tokenizer) if topics and wanted.answer_weight else None
    trainer = Trainer(corpus, distillation, answers, rows, settings)
    folder = work / "static"
    folder.mkdir(exist_ok=True)
    checkpoint = folder / "checkpoint.pt"
    if checkpoint.exists():
        trainer.resume(checkpoint)
    last = min(settings.static.steps, stop_at or settings.static.steps)
    _run(trainer, last, settings.static, lambda: trainer.save(checkpoint))
    table = trainer.table.detach().numpy()[rows]
    table *= frequency_weights(corpus.tokens, len(table), settings.static.frequency_weight)[:, None]
    table[UNKNOWN] = 0.0  # an unknown sign says nothing; it must not pull texts together
    np.save(folder / "table.npy", table)
    return folder / "table.npy"


def frequency_weights(tokens: Ints, size: int, a: float) -> NDArray[np.float32]:
    """Return a / (a + p) for every token, p being its share of `tokens`; all ones for a = 0.

    Smooth inverse frequency (Arora, Liang, Ma 2017): training for translations leaves common words more weight than
    a search for passages should give them.
    """
    if not a:
        return np.ones(size, dtype=np.float32)
    frequencies = np.bincount(tokens, minlength=size) / max(1, len(tokens))
    return np.asarray(a / (a + frequencies), dtype=np.float32)


def _run(trainer: Trainer, last: int, settings: Static, save: Callable[[], None]) -> None:
    saved = time.monotonic()
    mean = 0.0
    with tqdm(total=last, initial=trainer.step, desc="static", unit="step", mininterval=5) as bar:
        while trainer.step < last:
            loss = trainer.advance()
            mean = loss if not mean else 0.98 * mean + 0.02 * loss
            bar.update()
            bar.set_postfix(loss=f"{mean:.3f}", refresh=False)
            if time.monotonic() - saved > settings.checkpoint_seconds:
                save()
                saved = time.monotonic()
    save()
