"""Unique file names for exports, with a few bytes of memory per picture."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import normalize

import numpy as np

from tinyface_core.export.lazy import LazySequence, Mapped
from tinyface_core.names import output_stem
from tinyface_core.types import FindResult


def unique_names(wanted: Sequence[str]) -> Sequence[str]:
    """File names (see `output_stem`); `_1`, `_2`, ... are appended to those that occur more than once.

    Names that differ only in case or Unicode normalisation count as equal, because some file systems ignore this. They
    are iterated now and accessed again for each result.
    """
    return _UniqueNames(Mapped(output_stem, wanted))


class _UniqueNames(LazySequence[str]):
    def __init__(self, stems: Sequence[str]) -> None:
        self._stems = stems
        keys = np.fromiter(map(_key, stems), np.int64, len(stems))
        taken, which, count = np.unique(keys, return_inverse=True, return_counts=True)
        self._numbers = np.zeros(len(stems), np.int32)
        last = np.zeros(len(taken), np.int32)
        for row in np.flatnonzero(count[which] > 1).tolist():
            number = int(last[which[row]]) + 1
            while _holds(taken, _key(f"{stems[row]}_{number}")):
                number += 1
            self._numbers[row] = last[which[row]] = number

    def __len__(self) -> int:
        return len(self._stems)

    def _at(self, place: int) -> str:
        number = self._numbers[place]
        return f"{self._stems[place]}_{number}" if number else self._stems[place]


class SourcesOf:
    """The distinct files of results, in the order of their first results.

    Attributes:
        numbers: index of the file of each result, `(N,)`.
        firsts: index of the first result of each file.
    """

    def __init__(self, results: Sequence[FindResult]) -> None:
        keys = np.fromiter((hash(result.source) for result in results), np.int64, len(results))
        _, firsts, which = np.unique(keys, return_index=True, return_inverse=True)
        order = firsts.argsort()
        self.firsts, self.numbers = firsts[order], order.argsort()[which]
        self._results = results

    @property
    def paths(self) -> Sequence[str]:
        """Paths of the files, read from their first results."""
        return Mapped(lambda place: self._results[place].source, self.firsts.tolist())


def _key(name: str) -> int:
    return hash(normalize("NFC", name).casefold())


def _holds(keys: np.ndarray[tuple[int], np.dtype[np.int64]], key: int) -> bool:
    place = int(np.searchsorted(keys, key))
    return place < len(keys) and int(keys[place]) == key
