"""Vectors by text hash and encoder fingerprint: rebuilding an index encodes only what is new."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hub.search.encoder import Encoder

Vectors = NDArray[np.float32]
_AT_ONCE: Final = 512
_LOOK_UP: Final = 500


def hash_of(text: str) -> bytes:
    """The key of a text."""
    return sha256(text.encode()).digest()


class VectorCache:
    """A file of vectors; deleting it costs time and nothing else."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = file
        try:
            self._prepare()
        except sqlite3.DatabaseError:
            # Damaged: it holds nothing that cannot be computed again.
            file.unlink()
            self._prepare()

    def _prepare(self) -> None:
        with closing(self._connect()) as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS vectors (fingerprint TEXT, hash BLOB, vector BLOB,"
                " PRIMARY KEY (fingerprint, hash)) WITHOUT ROWID"
            )

    def encode(
        self, encoder: Encoder, texts: Sequence[str], progress: Callable[[int, int], None] = lambda done, total: None
    ) -> tuple[Vectors, int]:
        """Unit vectors of the texts, shape (texts, dimension), and how many had to be encoded for it.

        New ones are stored batch by batch, so that an interrupted run goes on where it stopped.
        """
        keys = [hash_of(text) for text in texts]
        with closing(self._connect()) as connection:
            stored = self._stored(connection, encoder, keys)
            new = list({key: text for key, text in zip(keys, texts, strict=True) if key not in stored}.items())
            for start in range(0, len(new), _AT_ONCE):
                progress(start, len(new))
                batch = new[start : start + _AT_ONCE]
                vectors = encoder.encode([text for _, text in batch])
                stored |= {key: vector for (key, _), vector in zip(batch, vectors, strict=True)}
                rows = [(encoder.fingerprint, key, stored[key].astype("<f4").tobytes()) for key, _ in batch]
                with connection:
                    connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)
        progress(len(new), len(new))
        found = [stored[key] for key in keys]
        return np.stack(found) if found else np.zeros((0, encoder.dimension), dtype=np.float32), len(new)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file, timeout=30)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    @staticmethod
    def _stored(connection: sqlite3.Connection, encoder: Encoder, keys: Sequence[bytes]) -> dict[bytes, Vectors]:
        stored: dict[bytes, Vectors] = {}
        for start in range(0, len(keys), _LOOK_UP):
            some = keys[start : start + _LOOK_UP]
            marks = ",".join("?" * len(some))
            query = f"SELECT hash, vector FROM vectors WHERE fingerprint = ? AND hash IN ({marks})"  # noqa: S608 (only question marks)
            for key, blob in connection.execute(query, [encoder.fingerprint, *some]):
                stored[key] = np.frombuffer(blob, dtype="<f4")
        return stored
