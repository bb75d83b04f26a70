"""The training settings as typed, frozen data: one file, checked once, no defaults hidden in code."""

import tomllib
from fnmatch import fnmatch
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
WORK = HERE / "runs"
TEXTS = HERE / "texts"
"""Our own training texts: `*.glossary.tsv` (terms) and `*.jsonl` (topics)."""
SHARED = ROOT.parent / "shared"
LANGUAGES = ("en", "no", "nl")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Data(_Frozen):
    """Which part of which file a batch is drawn from."""

    shares: dict[str, float]
    pairs: dict[str, float]


def share_of(shares: dict[str, float], name: str) -> float:
    """Return the share of the rows of the file `name` that counts: that of the first pattern that fits, else
    1.
    """
    return next((share for pattern, share in shares.items() if fnmatch(name, pattern)), 1.0)


class Vocabulary(_Frozen):
    """The shared WordPiece vocabulary."""

    size: int = Field(gt=100)
    pieces: int = Field(gt=100)
    tails: int = Field(ge=0)
    min_frequency: int = Field(ge=1)
    shares: dict[str, float]


class Teacher(_Frozen):
    """The English teacher and how much it is asked: texts of fewer than `min_words` words, and sentences."""

    package: str
    sha256: str
    words: int = Field(ge=0)
    sentences: int = Field(ge=0)
    min_words: int
    max_tokens: int
    shard: int = Field(ge=1)


class Static(_Frozen):
    """The static stage; `rate` falls linearly to nothing over `steps`.

    A step draws `batch` translations, `distil_batch` texts that the teacher knows, `answer_batch` questions with
    an answer.
    """

    dimension: int
    steps: int = Field(ge=1)
    batch: int = Field(ge=2)
    rate: float
    scale: float
    start_deviation: float
    dropout: float = Field(ge=0, lt=1)
    distil_weight: float
    distil_batch: int
    answer_weight: float
    answer_batch: int
    frequency_weight: float = Field(ge=0)
    checkpoint_seconds: float
    threads: int


class Distil(_Frozen):
    """The distilled part, first phase: where the teacher puts the English, its translations shall lie.

    `layers` of the teacher's body are kept; rates rise over `warm_up` steps and fall linearly to `last_rate` of
    themselves.
    """

    layers: tuple[int, ...]
    max_tokens: int
    items: int = Field(ge=1)
    group: int = Field(ge=1)
    batch_tokens: int
    english: float = Field(ge=0, lt=1)
    few_tokens: int
    few_tokens_share: float
    rate_body: float
    rate_base: float
    rate_added: float
    warm_up: int = Field(ge=1)
    last_rate: float = Field(ge=0, le=1)
    weight_cosine: float
    weight_contrast: float
    scale: float
    checkpoint_seconds: float
    threads: int


class Sharpen(_Frozen):
    """The distilled part, second phase: questions find their passages, whatever the languages.

    A batch holds two questions and two passages of each of `topics` topics from `fields` fields, and `general` items
    of the first phase. `held_out` is the share of topics kept for validation.
    """

    held_out: float = Field(ge=0, lt=1)
    steps: int = Field(ge=0)
    fields: int
    topics: int
    general: int
    rate: float
    weight_answer: float
    scale: float
    teacher_tokens: int


class Publish(_Frozen):
    """How the two parts share a vector: `weight` is the distilled part's share of the cosine."""

    weight: float = Field(ge=0, le=1)


class Settings(_Frozen):
    """Everything that decides what a training run yields, beside the data itself."""

    seed: int
    name: str
    version: str
    data: Data
    vocabulary: Vocabulary
    teacher: Teacher
    static: Static
    distil: Distil
    sharpen: Sharpen
    publish: Publish


def load_settings(path: Path = HERE / "settings.toml") -> Settings:
    """Read and check a settings file; pydantic names every wrong or unknown key."""
    with path.open("rb") as file:
        return Settings.model_validate(tomllib.load(file))
