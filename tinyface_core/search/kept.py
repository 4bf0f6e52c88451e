"""Keeps the search of a video frame by frame, so that one that was interrupted or killed goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from io import BufferedReader
from pathlib import Path
from typing import Any, Self

from tinyface_core.checked import checked, checked_json
from tinyface_core.results import Head, SavedFrame, frame_of, head_of, result_to_json
from tinyface_core.types import FindResult


def kept_search(target: Path) -> Path:
    """Where the search for a file is kept until that is written."""
    return target.with_name(f"{target.stem}-search.jsonl")


class KeptSearch:
    """Results in a file, one a line behind a line that says of what they are.

    What a frame has in common with others stands in a line of its own, before the first of them.
    """

    def __init__(self, path: Path, about: Mapping[str, Any]) -> None:
        """Read what is there of the same search, and keep it; all else is removed.

        Args:
            path: of the file, made if it does not exist.
            about: plain values; a search with others is another one.

        Raises:
            OSError: if it cannot be read or written.
        """
        self.results: list[FindResult] = []
        self._common: dict[str, Any] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("r+b" if path.exists() else "w+b", buffering=0)
        end = self._read(_line(about))
        self._file.truncate(end)
        self._file.seek(end)
        if not end:
            self._write(_line(about))

    def _read(self, about: bytes) -> int:
        """Read the results of such a search; returns where they end."""
        lines = BufferedReader(self._file)
        end = len(about) if lines.readline() == about else 0
        common: dict[str, Any] = {}
        for line in lines if end else ():
            if not line.endswith(b"\n"):  # it was killed meanwhile
                break
            try:
                values = checked_json(line, dict[str, Any])
                if "source" in values:
                    common, self._common = checked(values, Head).common(), values
                else:
                    self.results.append(replace(checked(values, SavedFrame).found(), **common))
            except ValueError:
                break
            end += len(line)
        lines.detach()
        return end

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_reason: object) -> None:
        self.close()

    def close(self) -> None:
        """No more is kept; what is stays."""
        self._file.close()

    def add(self, result: FindResult) -> None:
        """Keep one more.

        Raises:
            OSError: if the disk is full.
        """
        values = result_to_json(result)
        lines = _line(frame_of(values))
        if (common := head_of(values)) != self._common:
            lines, self._common = _line(common) + lines, common
        self._write(lines)

    def _write(self, lines: bytes) -> None:
        # Where a disk becomes full a part is written, and only the next attempt tells so.
        rest = memoryview(lines)
        while rest:
            rest = rest[self._file.write(rest) :]


def _line(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values, separators=(",", ":")).encode() + b"\n"
