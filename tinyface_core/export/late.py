"""Lazy sequences: entries are computed on each access and not stored."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar, overload

S = TypeVar("S")
T = TypeVar("T")


class ReadLate(Sequence[T], ABC):
    """A sequence whose entries are made or read whenever they are asked for."""

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> list[T]: ...
    def __getitem__(self, place: int | slice) -> T | list[T]:
        places = range(len(self))[place]
        return self._at(places) if isinstance(places, int) else [self._at(number) for number in places]

    @abstractmethod
    def _at(self, place: int) -> T:
        """The entry at a place from 0 on."""


class Mapped(ReadLate[T], Generic[S, T]):
    """What is made of each entry of a sequence; nothing is kept."""

    def __init__(self, make: Callable[[S], T], entries: Sequence[S]) -> None:
        self._make, self._entries = make, entries

    def __len__(self) -> int:
        return len(self._entries)

    def _at(self, place: int) -> T:
        return self._make(self._entries[place])
