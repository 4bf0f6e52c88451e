"""Stores a video's search frame by frame, so that an interrupted search continues."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from tinyface_core.checked import checked_json
from tinyface_core.results import SavedResult, result_to_json
from tinyface_core.types import FindResult


def kept_search(target: Path) -> Path:
    """Where the search for a copy is kept until that is written."""
    return target.with_name(f"{target.stem}-search.jsonl")


class KeptSearch:
    """Results in a file, one a line behind a line that says of what they are."""

    def __init__(self, path: Path, about: Mapping[str, Any]) -> None:
        """Read what is there of the same search, and keep it; all else is removed.

        Args:
            path: of the file, made if it does not exist.
            about: plain values; a search with others is another one.

        Raises:
            OSError: if it cannot be read or written.
        """
        self.results: list[FindResult] = []
        path.parent.mkdir(parents=True, exist_ok=True)
        self._head = json.dumps(about).encode() + b"\n"
        self._file = path.open("r+b" if path.exists() else "w+b", buffering=0)
        lines = iter(self._file.readline, b"")
        end = len(self._head) if next(lines, b"") == self._head else 0
        for line in lines if end else ():
            try:
                self.results.append(checked_json(line, SavedResult).result())
            except ValueError:  # what was written when it was killed
                break
            if not line.endswith(b"\n"):
                self.results.pop()
                break
            end += len(line)
        self._file.truncate(end)
        self._file.seek(end)
        if not end:
            self._file.write(self._head)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_reason: object) -> None:
        self._file.close()

    def add(self, result: FindResult) -> None:
        """Keep one more.

        Raises:
            OSError: if the disk is full.
        """
        self._file.write(json.dumps(result_to_json(result)).encode() + b"\n")
