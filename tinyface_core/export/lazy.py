"""Lazy sequences, whose items are computed on each access and not stored."""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Generic, TypeVar, overload

S = TypeVar("S")
T = TypeVar("T")


class LazySequence(Sequence[T], ABC):
    """A sequence whose items are computed on each access."""

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> list[T]: ...
    def __getitem__(self, place: int | slice) -> T | list[T]:
        places = range(len(self))[place]
        return self._at(places) if isinstance(places, int) else [self._at(number) for number in places]

    @abstractmethod
    def _at(self, place: int) -> T:
        """The item at an index, at least 0."""


class Joined(LazySequence[T]):
    """Sequences one behind the other."""

    def __init__(self, parts: Sequence[Sequence[T]]) -> None:
        self._parts = parts
        self._ends = list(accumulate(map(len, parts)))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def _at(self, place: int) -> T:
        number = bisect_right(self._ends, place)
        return self._parts[number][place - self._ends[number]]  # negative, from its end


class Mapped(LazySequence[T], Generic[S, T]):
    """A function applied lazily to the items of a sequence."""

    def __init__(self, make: Callable[[S], T], entries: Sequence[S]) -> None:
        self._make, self._entries = make, entries

    def __len__(self) -> int:
        return len(self._entries)

    def _at(self, place: int) -> T:
        return self._make(self._entries[place])
