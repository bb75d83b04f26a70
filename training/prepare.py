"""Stage `prepare`: from TSV files to `training/runs/corpus/` (token arrays), `tokenizer.json` and the
teacher's list.
"""

import hashlib
import itertools
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tqdm import tqdm

from training.corpus import Corpus, cumulative_chances
from training.settings import LANGUAGES, TEXTS, Settings, share_of
from training.sources import Row, Source, find_sources, held_out, plain, read_rows
from training.teacher import teacher_pieces
from training.vocabulary import train_vocabulary, usable_pieces

_SIDES = list(itertools.combinations(range(len(LANGUAGES)), 2))
_CHUNK = 20_000


@dataclass
class Gathered:
    """Texts and pairs as they are collected; text numbers are positions in `texts`."""

    texts: list[str] = field(default_factory=list)
    languages: list[int] = field(default_factory=list)
    shares: list[float] = field(default_factory=list)
    word_shares: list[float] = field(default_factory=list)
    pairs: list[tuple[int, int]] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    rows: Counter[str] = field(default_factory=Counter)
    dropped: int = 0
    _numbers: dict[tuple[int, str], int] = field(default_factory=dict)

    def add(self, row: Row, source: Source) -> None:
        """Take one row: its texts once each, and a pair for every two of its cells."""
        numbers = [self._number(language, text, source) if text else -1 for language, text in enumerate(row)]
        for kind, (left, right) in enumerate(_SIDES):
            if numbers[left] >= 0 and numbers[right] >= 0:
                self.pairs.append((numbers[left], numbers[right]))
                self.weights.append(source.share)
                self.kinds.append(kind)
        self.rows[source.name] += 1

    def _number(self, language: int, text: str, source: Source) -> int:
        key = (language, text)
        number = self._numbers.setdefault(key, len(self.texts))
        if number == len(self.texts):
            self.texts.append(text)
            self.languages.append(language)
            self.shares.append(source.share)
            self.word_shares.append(source.word_share)
        return number


def gather(sources: Iterable[Source], forbidden: frozenset[str]) -> Gathered:
    """Read all sources; rows with a cell that is a test sentence are counted in `dropped` and left out."""
    gathered = Gathered()
    for source in tqdm(list(sources), desc="reading", unit="file"):
        for row in read_rows(source.path):
            if any(plain(cell) in forbidden for cell in row if cell):
                gathered.dropped += 1
            else:
                gathered.add(row, source)
    return gathered


def tokenise(texts: Sequence[str], tokenizer: Tokenizer) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return all token numbers end to end and the offsets (len(texts) + 1) of the texts in them."""
    pieces, lengths = [], [0]
    for start in tqdm(range(0, len(texts), _CHUNK), desc="tokenising", unit="chunk"):
        for encoding in tokenizer.encode_batch(list(texts[start : start + _CHUNK]), add_special_tokens=False):
            pieces.append(np.asarray(encoding.ids, dtype=np.int32))
            lengths.append(len(pieces[-1]))
    return np.concatenate(pieces), np.cumsum(lengths, dtype=np.int64)


def order_for_teacher(gathered: Gathered, settings: Settings) -> NDArray[np.int32]:
    """Return the English texts in the order in which the teacher is to be asked about them: words, then sentences.

    Within each, a text gets the key u ** (1 / share), u being a number drawn from its own hash, and the largest keys
    come first (Efraimidis and Spirakis' weighted sampling). So changed data change few of those asked, and their
    vectors stay good.
    """
    words: dict[int, float] = {}
    sentences: dict[int, float] = {}
    for number, (text, language) in enumerate(zip(gathered.texts, gathered.languages, strict=True)):
        share = gathered.shares[number]
        if language == 0 and share > 0:
            group = sentences if len(text.split()) >= settings.teacher.min_words else words
            group[number] = _hash_unit(text, settings.seed) ** (1 / share)
    first, rest = (sorted(group, key=group.__getitem__, reverse=True) for group in (words, sentences))
    return np.asarray(first[: settings.teacher.words] + rest, dtype=np.int32)


def _hash_unit(text: str, seed: int) -> float:
    digest = hashlib.blake2b(f"{seed} {text}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest) + 1) / 2**64


def prepare(
    settings: Settings, data: Path, extra: Sequence[Path], work: Path, shared: Path, own: Path = TEXTS
) -> Gathered:
    """Write vocabulary, corpus and the teacher's sentences under `work`; returns what was gathered, for the
    report.

    A vocabulary that is there already is kept, so that texts can be added to what has been trained.

    :param extra: a deployer's own translations.
    :param own: the folder of the hub's own training texts.

    :raises DataError: when `data` holds no parallel texts or a file has no usable header.
    """
    ours = [*sorted(own.glob("*.tsv")), *sorted(own.glob("*.jsonl"))]
    paths = [*ours, *find_sources(data), *extra]  # a text counts as its first file says
    shares, word_shares = settings.data.shares, settings.vocabulary.shares
    sources = [Source(p.name, p, share_of(shares, p.name), share_of(word_shares, p.name)) for p in paths]
    gathered = gather(sources, held_out(shared))
    base = usable_pieces(teacher_pieces(settings.teacher))
    work.mkdir(parents=True, exist_ok=True)
    learnt = work / "tokenizer.json"
    if not learnt.exists():
        train_vocabulary(_for_vocabulary(gathered, settings.seed), settings.vocabulary, base).save(str(learnt))
    tokenizer = Tokenizer.from_file(str(learnt))
    tokens, offsets = tokenise(gathered.texts, tokenizer)
    targets = [settings.data.pairs[f"{LANGUAGES[left]}-{LANGUAGES[right]}"] for left, right in _SIDES]
    chances = cumulative_chances(gathered.weights, gathered.kinds, targets)
    pairs = np.asarray(gathered.pairs, dtype=np.int32)
    Corpus(tokens, offsets, pairs, chances).save(work / "corpus")
    np.save(work / "languages.npy", np.asarray(gathered.languages, dtype=np.int8))
    _write_teacher_list(gathered, settings, work)
    (work / "sources.json").write_text(json.dumps(gathered.rows, indent=1), encoding="utf-8")
    return gathered


def _for_vocabulary(gathered: Gathered, seed: int) -> list[str]:
    """Return each text as often as its `word_share` says, the fraction decided by a seeded draw."""
    draws = np.random.default_rng(seed).random(len(gathered.texts))
    times = np.floor(np.asarray(gathered.word_shares) + draws).astype(int)
    return [text for text, n in zip(gathered.texts, times, strict=True) for _ in range(n)]


def _write_teacher_list(gathered: Gathered, settings: Settings, work: Path) -> None:
    chosen = order_for_teacher(gathered, settings)
    np.save(work / "teacher-texts.npy", chosen)
    lines = [gathered.texts[number] for number in chosen]
    (work / "teacher-texts.json").write_text(json.dumps(lines, ensure_ascii=False), encoding="utf-8")
