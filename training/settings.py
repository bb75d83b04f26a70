"""The training settings as typed, frozen data: one file, checked once, no defaults hidden in code."""

import tomllib
from fnmatch import fnmatch
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
WORK = HERE / "runs"
GLOSSARY = HERE / "glossary.tsv"
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
    """The static stage; `rate` falls linearly to nothing over `steps`."""

    dimension: int
    steps: int = Field(ge=1)
    batch: int = Field(ge=2)
    rate: float
    scale: float
    start_deviation: float
    dropout: float = Field(ge=0, lt=1)
    distil_weight: float
    distil_batch: int
    frequency_weight: float = Field(ge=0)
    checkpoint_seconds: float
    threads: int


class Settings(_Frozen):
    """Everything that decides what a training run yields, beside the data itself."""

    seed: int
    name: str
    version: str
    data: Data
    vocabulary: Vocabulary
    teacher: Teacher
    static: Static


def load_settings(path: Path = HERE / "settings.toml") -> Settings:
    """Read and check a settings file; pydantic names every wrong or unknown key."""
    with path.open("rb") as file:
        return Settings.model_validate(tomllib.load(file))
