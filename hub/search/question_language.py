"""In which language a question is asked: py3langid among our four, with a nudge towards the reader's own.

The library's model knows 130 languages and takes half a second to unpack; a copy with ours alone is kept beside the
index, so that a question from the shell is answered at once.
"""

from array import array
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np

# Log-odds (in nats) by which the language of the page is preferred: enough to settle "warmtenet", far from enough to
# turn a sentence round. Of 36 single terms, 34 are then read right on a page of their own language (30 without), and
# 47 of 72 on a page of another (60 without).
_HINT: Final = 2.0
_FAMILY: Final = {"en": "en", "no": "no", "nn": "no", "nl": "nl"}
_ALL_LANGUAGES: Final = "data/model.npz.xz"  # relative to the library's own folder

_TABLES: Final = ("tk_nextmove", "tk_row")
_PROBABILITIES: Final = ("nb_ptc", "nb_pc", "nb_classes", "tk_output")


class LanguageDetector:
    """Detects the language of questions; `folder` is where the small model is kept."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / f"question-language-{version('py3langid')}.npz"

    def detect(self, question: str, hint: str | None = None) -> str:
        """The language family of a question (en, no, nl); `hint` is the language of the page it was asked on."""
        best: dict[str, float] = {}
        for label, score in self._identifier.rank(question):
            family = _FAMILY[label]
            nudged = float(score) + (_HINT if family == hint else 0.0)
            best[family] = max(best.get(family, nudged), nudged)
        return max(best, key=lambda family: best[family])

    def keep_small_model(self) -> None:
        """Writes the model of our languages, where it is not there yet."""
        if self._file.exists():
            return
        full = _all_languages()
        # Not the library's own save_model: it compresses for a minute what is then slow to unpack.
        arrays = {name: np.asarray(getattr(full, name)) for name in (*_TABLES, *_PROBABILITIES)}
        unfinished = self._file.with_suffix(".part.npz")
        np.savez(unfinished, allow_pickle=False, **arrays)
        unfinished.replace(self._file)

    @cached_property
    def _identifier(self) -> Any:
        return _small(self._file) if self._file.exists() else _all_languages()


def _small(file: Path) -> Any:
    from py3langid.langid import LanguageIdentifier

    with np.load(file, allow_pickle=False) as stored:
        moves, rows = (array(stored[name].dtype.char, stored[name].tobytes()) for name in _TABLES)
        ptc, pc, classes, output = (stored[name] for name in _PROBABILITIES)
    return LanguageIdentifier(ptc, pc, classes.tolist(), moves, output.tolist(), tk_row=rows)


def _all_languages() -> Any:
    from py3langid.langid import LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(_ALL_LANGUAGES)
    identifier.set_languages(list(_FAMILY))
    return identifier
