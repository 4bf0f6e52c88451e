"""Decoding, searching and storing at once: each has a thread, and what waits between them is bounded.

Nothing is told before it is stored: whoever stores tells.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from tinyface_core.types import Cancelled, FindResult, Frame

K = TypeVar("K")
T = TypeVar("T")

AHEAD = 48
"""Megabytes of pixels that wait to be searched, and those that wait to be stored; small pictures wait in numbers that
even out how long each takes, of large ones a few."""


@dataclass(frozen=True, slots=True)
class Searched(Generic[K]):
    """What was found in a frame of the file that `key` stands for."""

    key: K
    frame: Frame
    result: FindResult


@dataclass(frozen=True, slots=True)
class Ended(Generic[K]):
    """The file that `key` stands for is done: all of it, up to an error, or up to where everything was stopped."""

    key: K
    error: BaseException | None = None
    stopped: bool = False


_Decoded = tuple[K, Frame | Ended[K]] | BaseException | None
"""What comes to the search: part of a file, why no more files could be listed, or None behind the last."""


class _Waiting(Generic[T]):
    """What one thread gives to another, until it weighs as much as may wait: megabytes of pixels, each at least one.

    Ctrl+C raises an error in the main thread between any two of its steps. A lock that it held would stay locked, and
    the other threads would wait for ever: so there is none, as in a `queue.Queue`, but two queues written in C.
    """

    def __init__(self, most: int) -> None:
        self._items, self._taken = queue.SimpleQueue[T](), queue.SimpleQueue[int]()
        self._most, self._weight = most, 0

    def put(self, item: T, timeout: float | None = None) -> None:
        """Wait until there is room, then give this; in one thread alone.

        Raises:
            queue.Empty: if nothing was taken for so many seconds.
        """
        while self._weight >= self._most:
            self._weight -= self._taken.get(timeout=timeout)
        self._weight += _weight_of(item)
        self._items.put(item)

    def get(self) -> T:
        """Take the next, once there is one."""
        item = self._items.get()
        self._taken.put(_weight_of(item))
        return item


def _weight_of(item: object) -> int:
    held = item[1] if isinstance(item, tuple) else item
    frame = held.frame if isinstance(held, Searched) else held
    return max(1, frame.pixels.nbytes // 2**20) if isinstance(frame, Frame) else 1


def run_pipeline(
    keys: Iterable[K],
    frames: Callable[[K], Iterable[Frame]],
    search: Callable[[K, Frame], FindResult],
    store: Callable[[Searched[K] | Ended[K]], None],
    ahead: int = AHEAD,
) -> None:
    """Search the frames of files, in order; one that fails ends with its error, and the others go on.

    Args:
        keys: stand for the files; asked for in that thread too, so they may be listed while others are searched.
        frames: of a file; asked for in a thread of their own, ahead of the search.
        search: runs in the thread of the caller.
        store: takes every result, then that a file has ended; in a thread of its own, behind the search. What it
            raises ends the file, of which it is told; what it raises then ends everything.
        ahead: megabytes of pixels that wait before the search, and behind it; see `AHEAD`.

    Raises:
        Cancelled, KeyboardInterrupt: from `search` or of the caller's thread; what was found till then is stored, and
            the file in work has ended.
        Exception: what `keys` raised, or `store` when it was told of an error.
    """
    found = _Storing(store, ahead)
    decoded = _Waiting[_Decoded[K]](ahead)
    stop = threading.Event()
    decoder = threading.Thread(target=_decode, args=(keys, frames, decoded, stop), name="decoding", daemon=True)
    current: K | None = None
    try:
        found.start()
        decoder.start()
        while not found.defects and (item := decoded.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            current, part = item
            if isinstance(part, Ended):
                if part.error is not None and not isinstance(part.error, Exception):
                    raise part.error  # an interruption, which came to the other thread
                found.put(part)
                current = None
            elif not found.has_failed(current):
                try:
                    found.put(Searched(current, part, search(current, part)))
                except Cancelled:
                    raise
                except Exception as error:
                    found.put(Ended(current, error))
    finally:
        stop.set()
        if current is not None:
            found.put(Ended(current, stopped=True))
        found.finish()
    for defect in found.defects:
        raise defect


def _decode(
    keys: Iterable[K],
    frames: Callable[[K], Iterable[Frame]],
    decoded: _Waiting[_Decoded[K]],
    stop: threading.Event,
) -> None:
    def put(item: _Decoded[K]) -> bool:
        while not stop.is_set():
            try:
                decoded.put(item, timeout=0.1)
                return True
            except queue.Empty:
                continue
        return False

    try:
        for key in keys:
            error: BaseException | None = None
            try:
                for frame in frames(key):
                    if not put((key, frame)):
                        return
            except BaseException as reason:
                error = reason
            if not put((key, Ended(key, error))):
                return
    except BaseException as reason:
        put(reason)
    else:
        put(None)


class _Storing(Generic[K]):
    """Stores in a thread of its own, in order."""

    def __init__(self, store: Callable[[Searched[K] | Ended[K]], None], ahead: int) -> None:
        self._store = store
        self._waiting = _Waiting[Searched[K] | Ended[K] | None](ahead)
        self._failed: K | None = None
        self.defects: list[Exception] = []
        # Whoever interrupts twice does not wait for it: files are written whole or not at all.
        self._thread = threading.Thread(target=self._work, name="storing", daemon=True)

    def start(self) -> None:
        """Begin to take what is put."""
        self._thread.start()

    def put(self, part: Searched[K] | Ended[K]) -> None:
        """Store this next; waits while too much waits."""
        self._waiting.put(part)

    def has_failed(self, key: K) -> bool:
        """Whether the file has ended with an error already."""
        return self._failed is not None and self._failed == key

    def finish(self) -> None:
        """Wait until all is stored."""
        self._waiting.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        # Goes on to take what comes, whatever happens: nobody may wait for it in vain.
        while (part := self._waiting.get()) is not None:
            if self.defects or self.has_failed(part.key):
                continue
            try:
                self._keep(part)
            except Exception as error:
                self.defects.append(error)

    def _keep(self, part: Searched[K] | Ended[K]) -> None:
        if isinstance(part, Ended) and part.error is not None:
            self._failed = part.key
            self._store(part)
            return
        try:
            self._store(part)
        except Exception as error:
            self._failed = part.key
            self._store(Ended(part.key, error))
