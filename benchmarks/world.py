"""The made corpus of one size, as files that every engine of a run reads: the same texts, vectors and questions.

<work>/<size>/texts.tsv            family and text of each passage
<work>/<size>/vectors.npy          its unit vectors, float32, shape (size, dimension)
<work>/<size>/questions.json       questions with their families
<work>/<size>/asked.npy            their unit vectors
<work>/<size>/nearest.npy          the 10 passages nearest to each question, by exact cosines
<work>/<size>/index, catalogue.sqlite
"""

import json
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks import corpus
from benchmarks.corpus import Text
from hub.search.encoder import Encoder, load_encoder
from hub.search.rows import Row

SEED: Final = 1
QUESTIONS: Final = 300
NEAREST: Final = 10
# Above so many passages the static part alone encodes: the whole encoder would need hours on two cores.
WHOLE_UP_TO: Final = 100_000
_BLOCK: Final = 50_000

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class World:
    """A folder with the corpus of one size; `kept` is where vectors are kept between runs."""

    size: int
    folder: Path
    kept: Path
    shared: Path

    @property
    def encoder_name(self) -> str:
        """As HUB_ENCODER wants it."""
        return "" if self.size <= WHOLE_UP_TO else "static"

    @property
    def index(self) -> Path:
        """The folder of our index."""
        return self.folder / "index"

    @property
    def database_url(self) -> str:
        """The address of our catalogue."""
        return f"sqlite:///{self.folder}/catalogue.sqlite"

    def encoder(self) -> Encoder:
        """The encoder of this size."""
        return load_encoder(self.encoder_name)

    @cached_property
    def texts(self) -> list[Text]:
        """The passages."""
        with (self.folder / "texts.tsv").open(encoding="utf-8", newline="\n") as stream:
            parts = (line.rstrip("\n").partition("\t") for line in stream)
            return [Text(text, sys.intern(family)) for family, _, text in parts]

    @cached_property
    def questions(self) -> list[Text]:
        """The questions."""
        return [Text(**stored) for stored in json.loads((self.folder / "questions.json").read_text("utf-8"))]

    @cached_property
    def vectors(self) -> Vectors:
        """The vectors of the passages, mapped."""
        found: Vectors = np.load(self.folder / "vectors.npy", mmap_mode="r")
        return found

    @cached_property
    def asked(self) -> Vectors:
        """The vectors of the questions."""
        found: Vectors = np.load(self.folder / "asked.npy")
        return found

    @cached_property
    def nearest(self) -> NDArray[np.int64]:
        """For each question the passages nearest to it, shape (questions, 10)."""
        found: NDArray[np.int64] = np.load(self.folder / "nearest.npy")
        return found

    def rows(self) -> list[Row]:
        """What the index knows of each passage."""
        return corpus.rows(self.texts, SEED)

    def make(self) -> None:
        """Writes the files, where they are not there yet."""
        if (self.folder / "nearest.npy").is_file():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        pool, asked = corpus.split(self.shared / "model-data", SEED, QUESTIONS)
        with (self.folder / "texts.tsv").open("w", encoding="utf-8") as stream:
            for text in corpus.passages(pool, self.size, SEED):
                stream.write(f"{text.family}\t{' '.join(text.text.splitlines())}\n")
        stored = [{"text": question.text, "family": question.family} for question in asked]
        (self.folder / "questions.json").write_text(json.dumps(stored, ensure_ascii=False, indent=1), "utf-8")
        encoder = self.encoder()
        np.save(self.folder / "asked.npy", encoder.encode_questions([question.text for question in asked]))
        np.save(self.folder / "vectors.npy", corpus.vectors(encoder, self.texts, self.kept))
        np.save(self.folder / "nearest.npy", exact_nearest(self.vectors, self.asked, NEAREST))


def exact_nearest(vectors: Vectors, asked: Vectors, number: int) -> NDArray[np.int64]:
    """For each question the rows of the highest cosines, best first, from all cosines in float32."""
    cosines = np.zeros((len(asked), 0), dtype=np.float32)
    rows = np.zeros((len(asked), 0), dtype=np.int64)
    for start in range(0, len(vectors), _BLOCK):
        here = asked @ vectors[start : start + _BLOCK].T
        best = np.argpartition(-here, min(number, here.shape[1] - 1), axis=1)[:, :number]
        cosines = np.hstack([cosines, np.take_along_axis(here, best, axis=1)])
        rows = np.hstack([rows, best + start])
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :number]
    found: NDArray[np.int64] = np.take_along_axis(rows, order, axis=1)
    return found


def recall(found: list[list[int]], nearest: NDArray[np.int64]) -> float:
    """The mean part of the nearest passages that was found."""
    parts = [len({*mine} & {*wanted.tolist()}) / len(wanted) for mine, wanted in zip(found, nearest, strict=True)]
    return round(float(np.mean(parts)), 4)
