"""Journal of a search of a video: results are written frame by frame, so that an interrupted search can be resumed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from io import SEEK_END, BufferedReader
from pathlib import Path
from typing import Any

from tinyface_core.checked import checked, checked_json
from tinyface_core.file_state import FileState
from tinyface_core.files import Opened
from tinyface_core.media.opening import MediaError, check_readable
from tinyface_core.results import Head, SavedFrame, frame_of, head_of, result_to_json
from tinyface_core.types import FindResult, KnownFinder


def changed(path: Path) -> str:
    """What is told of a file that is another one than was searched."""
    return f"{path} was changed since it was searched: search it again."


def journal_of(target: Path) -> Path:
    """The journal of the search that leads to a file."""
    return target.with_name(f"{target.stem}-search.jsonl")


def followed_journal_of(target: Path) -> Path:
    """The journal of what comes after that search: a second look, and faces that are followed."""
    return target.with_name(f"{target.stem}-followed.jsonl")


def forget_search(target: Path) -> None:
    """Delete the journals of the search that led to a file, which is written now."""
    for journal in (journal_of(target), followed_journal_of(target)):
        journal.unlink(missing_ok=True)


def identity_of(path: Path, finder: KnownFinder, **details: Any) -> dict[str, Any]:
    """What identifies a search of a video, as plain values: its state, details, the finder's settings and weights.

    Raises:
        MediaError: if it cannot be read.
    """
    return {
        "source": str(path),
        "file": asdict(_state_of(path)),
        **details,
        "settings": asdict(finder.settings),
        "weights": finder.weights,
    }


def check_unchanged(path: Path, results: Sequence[FindResult]) -> None:
    """Check that a file is still the one that was searched, if the results tell which one that was.

    Raises:
        MediaError: if it cannot be read, or is another one, in which the faces lie elsewhere.
    """
    known = {result.file for result in results} - {None}
    if known and known != {_state_of(path)}:
        raise MediaError(changed(path))


class SearchJournal(Opened):
    """A file of JSON lines: what was searched, then one result per line.

    Fields that frames have in common are in a line of their own, before the first of these frames.
    """

    def __init__(self, path: Path, about: Mapping[str, Any]) -> None:
        """Open or make a journal; results of the same search (`identity_of`) are kept, those of another one deleted.

        Raises:
            OSError: if it cannot be read or written.
        """
        self._common: dict[str, Any] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("r+b" if path.exists() else "w+b", buffering=0)
        first = _line(about)
        self._begin = len(first)
        if self._file.read(self._begin) != first:
            self._file.seek(0)
            self._file.truncate()
            self._write(first)
        self._file.seek(0, SEEK_END)

    def earlier(self) -> Iterator[FindResult]:
        """The results of an interrupted search, one at a time; the last one is to be read before others are added."""
        self._file.seek(self._begin)
        lines, end, common = BufferedReader(self._file), self._begin, dict[str, Any]()
        for line in lines:
            if not line.endswith(b"\n"):  # the program was killed while it wrote
                break
            try:
                values = checked_json(line, dict[str, Any])
                if "source" in values:
                    common, self._common = checked(values, Head).common(), values
                else:
                    yield replace(checked(values, SavedFrame).found(), **common)
            except ValueError:
                break
            end += len(line)
        lines.detach()
        self._file.truncate(end)
        self._file.seek(end)

    def close(self) -> None:
        """Close the file; it is not deleted."""
        self._file.close()

    def add(self, result: FindResult) -> None:
        """Append a result."""
        values = result_to_json(result)
        lines = _line(frame_of(values))
        if (common := head_of(values)) != self._common:
            lines, self._common = _line(common) + lines, common
        self._write(lines)

    def _write(self, lines: bytes) -> None:
        # On a disk that becomes full only a part is written; the next attempt raises the error.
        rest = memoryview(lines)
        while rest:
            rest = rest[self._file.write(rest) :]


def _state_of(path: Path) -> FileState:
    check_readable(path)
    return FileState.of(path)


def _line(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values, separators=(",", ":")).encode() + b"\n"
