"""Writing a file so that a crash leaves the old one or the new one."""

import os
import tempfile
from pathlib import Path


def write_atomically(file: Path, text: str) -> None:
    """Writes UTF-8 beside the file, flushes it to the disk and renames it into place."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".tmp-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
