"""In which language a question is asked: py3langid among our four, with a nudge towards the reader's own.

The library's model knows 130 languages and takes half a second to unpack; a copy with ours alone is kept beside the
index, so that a question from the shell is answered at once.
"""

import shutil
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import numpy as np

# Log-odds (in nats) by which the language of the page is preferred: enough to settle "warmtenet", far from enough to
# turn a sentence round. Of 36 single terms, 34 are then read right on a page of their own language (30 without), and
# 47 of 72 on a page of another (60 without).
_HINT: Final = 2.0
_FAMILY: Final = {"en": "en", "no": "no", "nn": "no", "nl": "nl"}
_ALL_LANGUAGES: Final = "data/model.npz.xz"  # relative to the library's own folder

_MOVES: Final = "tk_nextmove"
_SMALL: Final = ("tk_row", "nb_ptc", "nb_pc", "nb_classes", "tk_output")


class LanguageDetector:
    """Detects the language of questions; `folder` is where the small model is kept."""

    def __init__(self, folder: Path) -> None:
        self._kept = folder / f"question-language-{version('py3langid')}"

    def detect(self, question: str, hint: str | None = None) -> str:
        """The language family of a question (en, no, nl); `hint` is the language of the page it was asked on."""
        best: dict[str, float] = {}
        for label, score in self._identifier.rank(question):
            family = _FAMILY[label]
            nudged = float(score) + (_HINT if family == hint else 0.0)
            best[family] = max(best.get(family, nudged), nudged)
        return max(best, key=lambda family: best[family])

    def keep_small_model(self) -> None:
        """Writes the model of our languages, where it is not there yet or cannot be read."""
        if _small(self._kept):
            return
        full, unfinished = _all_languages(), self._kept.with_name(f"{self._kept.name}.{uuid4().hex}")
        unfinished.mkdir()
        for name in (_MOVES, *_SMALL):
            np.save(unfinished / f"{name}.npy", np.asarray(getattr(full, name)), allow_pickle=False)
        shutil.rmtree(self._kept, ignore_errors=True)
        unfinished.rename(self._kept)

    @cached_property
    def _identifier(self) -> Any:
        return _small(self._kept) or _all_languages()


def _small(folder: Path) -> Any | None:
    """The kept model; None where there is none that can be read."""
    from py3langid.langid import LanguageIdentifier

    try:
        row, ptc, pc, classes, output = (np.load(folder / f"{name}.npy", allow_pickle=False) for name in _SMALL)
        # Not the library's own format: it compresses for a minute what is then slow to unpack. Of 40 MB of
        # transitions a question touches a few, so they are mapped and not read.
        moves = memoryview(np.load(folder / f"{_MOVES}.npy", mmap_mode="r", allow_pickle=False))
    except (OSError, ValueError, EOFError):
        return None
    return LanguageIdentifier(ptc, pc, classes.tolist(), moves, output.tolist(), tk_row=row.tolist())


def _all_languages() -> Any:
    from py3langid.langid import LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(_ALL_LANGUAGES)
    identifier.set_languages(list(_FAMILY))
    return identifier
