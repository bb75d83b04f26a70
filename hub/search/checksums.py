"""Checksums of an index's files: that what is opened is what was written, to the bit.

A file that was seen whole by this process is not read again while its name, size and time are the same, so that
following a new generation costs no more than what is new in it.
"""

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import Lock

_Seen = tuple[int, int, int]


class Checksums:
    """SHA-256 of files below a folder, by path relative to it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[_Seen, str] = {}
        self._lock = Lock()

    def written(self, folders: Iterable[Path]) -> dict[str, str]:
        """The checksums of all files in these folders; each is made to lie on the disk, for the power may fail."""
        found = {}
        for folder in folders:
            new = False
            for file in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"):
                known = self._identity(file) in self._known
                found[file.relative_to(self._folder).as_posix()] = self._of(file)
                if not known:
                    _flush(file)
                    new = True
            if new:
                _flush(folder)
        return found

    def changed(self, files: Mapping[str, str]) -> str | None:
        """The first of the files that is not there or has other bytes than it had; None when all are whole."""
        for name, expected in files.items():
            file = self._folder / name
            if not file.is_file() or self._of(file) != expected:
                return name
        return None

    def _of(self, file: Path) -> str:
        identity = self._identity(file)
        if identity not in self._known:
            with file.open("rb") as stream:
                checksum = hashlib.file_digest(stream, "sha256").hexdigest()
            with self._lock:
                self._known[identity] = checksum
        return self._known[identity]

    @staticmethod
    def _identity(file: Path) -> _Seen:
        # By inode: the words of a generation are hard links to files of the former one.
        status = file.stat()
        return status.st_ino, status.st_size, status.st_mtime_ns


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
