"""The shared WordPiece vocabulary of English, Norwegian and Dutch.

NFKC and lower case, accents kept (`for` and `fôr`, `rad` and `råd` are different words), words and
punctuation apart. WordPiece rather than BPE or Unigram, so that its pieces overlap with the English
teacher's.

Four layers: the English teacher's own pieces, so that English is cut as the teacher cuts it and its input
embeddings can be kept; pieces learnt from the texts; whole words (words carry the meaning that a static
vector can hold, and `warmte` must not fall into `warm ##te`); and tails of compounds, `##varme` beside
`varme`, so that a compound nobody has seen is cut where its meaning is joined. In the static part a tail
shares the vector of its word (`tied_rows`).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from training.settings import Vocabulary

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
UNKNOWN = SPECIAL.index("[UNK]")
_WORD = re.compile(r"[^\W\d_]+")
_ASCII_PIECE = re.compile(r"(##)?[!-~]+")
_SHORTEST_TAIL = 4
_SHORTEST_HEAD = 3
_ALPHABET = 400


def usable_pieces(teacher: Iterable[str]) -> list[str]:
    """Return the pieces of the teacher's vocabulary in ASCII, special and unused ones left out, in its order."""
    return [piece for piece in teacher if _ASCII_PIECE.fullmatch(piece) and not piece.startswith("[")]


def train_vocabulary(
    texts: Iterable[str], settings: Vocabulary, base: Sequence[str] = (), *, progress: bool = True
) -> Tokenizer:
    """Learn the tokenizer; deterministic for the same texts in the same order.

    Its first tokens are the special ones, then `base`, in that order.
    """
    counted = list(texts)
    words = count_words(counted)
    learnt = _empty(models.WordPiece(unk_token="[UNK]"))
    trainer = trainers.WordPieceTrainer(
        vocab_size=settings.pieces,
        min_frequency=settings.min_frequency,
        # The trainer numbers inner letters in the order of a hash table, and breaks ties by number; named as special
        # they are numbered in our order. Only the vocabulary is taken from it, so that they stay ordinary pieces.
        special_tokens=[*SPECIAL, *(f"##{letter}" for letter in _letters(words))],
        limit_alphabet=_ALPHABET,
        show_progress=progress,
    )
    learnt.train_from_iterator(counted, trainer)
    pieces = sorted(learnt.get_vocab(), key=learnt.get_vocab().__getitem__)
    vocabulary = {piece: number for number, piece in enumerate(dict.fromkeys([*SPECIAL, *base, *pieces]))}
    for piece in (*_common(words, settings.min_frequency), *compound_tails(words, settings.min_frequency)):
        if piece.startswith("##") and len(vocabulary) >= settings.size:
            break
        if not piece.startswith("##") and len(vocabulary) >= settings.size - settings.tails:
            continue
        vocabulary.setdefault(piece, len(vocabulary))
    return _empty(models.WordPiece(vocab=vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))


def _empty(model: models.Model) -> Tokenizer:
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    return tokenizer


def count_words(texts: Iterable[str]) -> Counter[str]:
    """Count the words of letters in `texts`, normalised as the tokenizer does."""
    words: Counter[str] = Counter()
    for text in texts:
        words.update(_WORD.findall(unicodedata.normalize("NFKC", text).lower()))
    return words


def _letters(words: Counter[str]) -> list[str]:
    """Return the letters of `words`, at most as many as the alphabet takes, in alphabetical order."""
    letters: Counter[str] = Counter()
    for word, n in words.items():
        for letter in word:
            letters[letter] += n
    kept = sorted(letters, key=lambda letter: (-letters[letter], letter))[:_ALPHABET]
    return sorted(kept)


def _common(words: Counter[str], least: int) -> list[str]:
    """Return the words of at least `least` occurrences, the commonest first, ties by spelling."""
    return sorted((word for word, n in words.items() if n >= least), key=lambda word: (-words[word], word))


def compound_tails(words: Counter[str], least: int) -> list[str]:
    """Return `##tail` for words that end compounds of two words of `words`, the most productive first.

    Norwegian and Dutch often join with an s (`samskaping-s-prosess`), which then opens the tail: `##sprosess`.
    """
    known = {word for word, n in words.items() if n >= least}
    tails: Counter[str] = Counter()
    for word in words:
        for cut in range(_SHORTEST_HEAD, len(word) - _SHORTEST_TAIL + 1):
            tail = word[cut:]
            if word[:cut] in known and (tail in known or _unlinked(tail) in known):
                tails[tail] += 1
    return [f"##{tail}" for tail, _ in sorted(tails.items(), key=lambda item: (-item[1], item[0]))]


def _unlinked(tail: str) -> str:
    """Return the tail without its linking s; "" when it has none or would be too short a word."""
    return tail[1:] if tail.startswith("s") and len(tail) > _SHORTEST_TAIL else ""


def tied_rows(vocabulary: dict[str, int]) -> NDArray[np.int64]:
    """Return for every token the token whose vector it uses: `##varme` and `##svarme` that of `varme`, all
    others their own.
    """
    rows = np.arange(len(vocabulary), dtype=np.int64)
    for token, number in vocabulary.items():
        if token.startswith("##") and len(token) >= _SHORTEST_TAIL + 2:
            word = token[2:]
            rows[number] = vocabulary.get(word, vocabulary.get(_unlinked(word), number))
    return rows
