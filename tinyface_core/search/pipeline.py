"""Decodes, searches and stores frames concurrently, in separate threads with bounded queues between them.

A result counts as reported only once `store` has taken it.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from tinyface_core.search_settings import SearchSettings
from tinyface_core.types import Cancelled, FindResult, Frame

K = TypeVar("K")
T = TypeVar("T")

AHEAD = 48
"""Megabytes of decoded pixels that may wait before the search, and again before storing. Many small pictures, which
evens out their different durations, but only a few large ones."""

_SECONDS_BETWEEN_LOOKS = 0.1
"""Between checks of a waiting thread for a stop. A signal that comes just before a thread waits does not wake it."""


@dataclass(frozen=True, slots=True)
class Searched(Generic[K]):
    """The result for one frame of the file with this key."""

    key: K
    frame: Frame
    result: FindResult


@dataclass(frozen=True, slots=True)
class Ended(Generic[K]):
    """The end of the file with this key: complete, failed with an error, or stopped early."""

    key: K
    error: BaseException | None = None
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class _Begun(Generic[K]):
    """A frame that is being searched."""

    key: K
    frame: Frame
    outcome: Future[FindResult] = field(default_factory=Future)


class _Waiting(Generic[T]):
    """A queue for one producer and one consumer, bounded by weight: megabytes of pixels, at least 1 per item.

    It is built from two queues written in C, which Ctrl+C cannot interrupt while they hold a lock. `queue.Queue` can be
    interrupted in the main thread between taking its lock and releasing it: the other threads would wait for ever.
    """

    def __init__(self, most: int) -> None:
        self._items, self._taken = queue.SimpleQueue[T](), queue.SimpleQueue[int]()
        self._most, self._weight = most, 0

    def put(self, item: T, timeout: float | None = None) -> None:
        """Wait for room, then add the item; only one thread may call this.

        Raises:
            queue.Empty: if nothing was taken for `timeout` seconds.
        """
        while self._weight >= self._most:
            self._weight -= self._taken.get(timeout=timeout)
        self._weight += _weight_of(item)
        self._items.put(item)

    def put_at_once(self, item: T) -> None:
        """Add the item without waiting for room; any thread may call this."""
        self._items.put(item)

    def get(self) -> T:
        """Wait for the next item and remove it."""
        item = self._items.get()
        self._taken.put(_weight_of(item))
        return item


def _weight_of(item: object) -> int:
    held = item[1] if isinstance(item, tuple) else item
    frame = held.frame if isinstance(held, _Begun) else held
    return max(1, frame.pixels.nbytes // 2**20) if isinstance(frame, Frame) else 1


@dataclass(frozen=True, slots=True)
class Concurrency:
    """How a pipeline runs.

    Attributes:
        at_once: number of frames that are searched at the same time.
        ahead: megabytes of pixels that may wait before the search, and before storing; see `AHEAD`.
        stop: set when everything ends early, so that running searches, which are waited for, can stop.
    """

    at_once: int = 1
    ahead: int = AHEAD
    stop: threading.Event = field(default_factory=threading.Event)


def searches_at_once(settings: SearchSettings) -> int:
    """How many frames are best searched at the same time with these settings.

    Two if ONNX Runtime runs the networks: one search uses the processor while the threads of the other one wait.
    """
    from tinyface_core.backends.choice import processors

    return 2 if settings.backend == "onnxruntime" and processors() > 1 else 1


def run_pipeline(
    keys: Iterable[K],
    frames: Callable[[K], Iterable[Frame]],
    search: Callable[[K, Frame], FindResult],
    store: Callable[[Searched[K] | Ended[K]], None],
    how: Concurrency | None = None,
) -> None:
    """Search the frames of files. A file that fails ends with its error; the others continue.

    Keys are iterated and frames decoded in one thread, so files may still be listed while others are searched; `search`
    runs in several threads. `store` takes every result in order, then the end of each file, in its own thread. If it
    raises an error for a file, that file ends with this error; if it raises one for the end of a file, everything ends.

    Raises:
        Cancelled, KeyboardInterrupt: from `search` or the caller's thread; everything found until then is stored, and
            the current file has ended.
        Exception: an error of `keys`, or of `store` for the end of a file.
    """
    _Pipeline(keys, frames, search, store, how or Concurrency()).run()


class _Pipeline(Generic[K]):
    def __init__(
        self,
        keys: Iterable[K],
        frames: Callable[[K], Iterable[Frame]],
        search: Callable[[K, Frame], FindResult],
        store: Callable[[Searched[K] | Ended[K]], None],
        how: Concurrency,
    ) -> None:
        self._keys, self._frames, self._search, self._store, self._stop = keys, frames, search, store, how.stop
        # Parts of files, an error that ends the listing, or None at the end.
        self._decoded = _Waiting[tuple[K, Frame | Ended[K]] | BaseException | None](how.ahead)
        self._found = _Waiting[_Begun[K] | Ended[K] | None](how.ahead)
        self._errors: list[BaseException] = []
        # Owned by the searching threads: whoever holds the lock takes the next frame.
        self._turn, self._is_over = threading.Lock(), False
        self._current: K | None = None
        # Owned by the storing thread, which says when all is stored.
        self._over = queue.SimpleQueue[None]()
        self._failed: K | None = None
        self._is_cut_off = self._is_broken = False
        # Daemons, so that a second Ctrl+C ends the program at once; files are written whole or not at all.
        self._decoding = threading.Thread(target=self._decode_all, name="decoding", daemon=True)
        self._searching = [
            threading.Thread(target=self._search_all, name="searching", daemon=True) for _ in range(how.at_once)
        ]
        self._storing = threading.Thread(target=self._store_all, name="storing", daemon=True)

    def run(self) -> None:
        try:
            for thread in (*self._searching, self._storing, self._decoding):
                thread.start()
            while True:  # not `join`, which must not be interrupted
                with suppress(queue.Empty):
                    self._over.get(timeout=_SECONDS_BETWEEN_LOOKS)
                    break
        except BaseException:
            self._stop.set()
            self._decoded.put_at_once(None)
            raise
        finally:
            for thread in (*self._searching, self._storing):
                if thread.is_alive():
                    thread.join()
        for error in self._errors:
            raise error

    def _end(self, error: BaseException) -> None:
        """End everything because of an error, from any of the threads."""
        self._errors.append(error)
        self._stop.set()
        self._decoded.put_at_once(None)

    def _decode_all(self) -> None:
        try:
            for key in self._keys:
                error: BaseException | None = None
                try:
                    for frame in self._frames(key):
                        if not self._put_decoded((key, frame)):
                            return
                except BaseException as reason:
                    error = reason
                if not self._put_decoded((key, Ended(key, error))):
                    return
        except BaseException as reason:
            self._put_decoded(reason)
        else:
            self._put_decoded(None)

    def _put_decoded(self, item: tuple[K, Frame | Ended[K]] | BaseException | None) -> bool:
        while not self._stop.is_set():
            try:
                self._decoded.put(item, timeout=_SECONDS_BETWEEN_LOOKS)
                return True
            except queue.Empty:
                continue
        return False

    def _search_all(self) -> None:
        while True:
            with self._turn:
                begun = self._next()
            if begun is None:
                return
            try:
                begun.outcome.set_result(self._search(begun.key, begun.frame))
            except BaseException as error:
                if _ends_everything(error):
                    self._end(error)
                begun.outcome.set_exception(error)

    def _next(self) -> _Begun[K] | None:
        """The next frame to search, which the storing thread then waits for; None if there is none."""
        while not self._is_over:
            item = self._decoded.get()
            if item is None or self._stop.is_set():
                break
            if isinstance(item, BaseException):
                self._end(item)
                break
            key, part = item
            self._current = key
            if isinstance(part, Frame):
                if self._failed is None or self._failed != key:
                    begun = _Begun(key, part)
                    self._found.put(begun)
                    return begun
            elif part.error is not None and _ends_everything(part.error):
                self._end(part.error)
                break
            else:
                self._found.put(part)
                self._current = None
        if not self._is_over:
            self._is_over = True
            if self._current is not None:
                self._found.put_at_once(Ended(self._current, stopped=True))
            self._found.put_at_once(None)
        return None

    def _store_all(self) -> None:
        # Always takes everything up to None, so that no thread waits for room in vain.
        while (part := self._found.get()) is not None:
            searched = self._searched(part) if isinstance(part, _Begun) else part
            if searched is None or self._is_broken or (self._failed is not None and self._failed == searched.key):
                continue
            try:
                self._keep(searched)
            except BaseException as error:
                self._is_broken = True
                self._end(error)
        self._over.put(None)

    def _searched(self, begun: _Begun[K]) -> Searched[K] | Ended[K] | None:
        """The outcome of a search; None for one that was stopped, and for all after it."""
        if self._is_cut_off:
            return None
        error = begun.outcome.exception()
        if error is None:
            return Searched(begun.key, begun.frame, begun.outcome.result())
        self._is_cut_off = _ends_everything(error)
        return None if self._is_cut_off else Ended(begun.key, error)

    def _keep(self, part: Searched[K] | Ended[K]) -> None:
        if isinstance(part, Ended) and self._is_cut_off:
            part = replace(part, stopped=True)
        if isinstance(part, Ended) and part.error is not None:
            self._failed = part.key
            self._store(part)
            return
        try:
            self._store(part)
        except Exception as error:
            self._failed = part.key
            self._store(Ended(part.key, error))


def _ends_everything(error: BaseException) -> bool:
    return isinstance(error, Cancelled) or not isinstance(error, Exception)
