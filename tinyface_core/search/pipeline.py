"""Decodes, searches and stores at once: each has threads of its own, with bounded queues between them.

Results are reported only after they were stored, by the code that stores them.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from tinyface_core.types import Cancelled, FindResult, Frame, SearchSettings

K = TypeVar("K")
T = TypeVar("T")

AHEAD = 48
"""Megabytes of pixels that wait to be searched, and those that wait to be stored; small pictures wait in numbers that
even out how long each takes, of large ones a few."""


_SECONDS_BETWEEN_LOOKS = 0.1


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


@dataclass(frozen=True, slots=True)
class _Begun(Generic[K]):
    """A frame whose search was begun; what comes of it is put into `outcome` by the thread that searches."""

    key: K
    frame: Frame
    outcome: queue.SimpleQueue[FindResult | BaseException]


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

    def put_out_of_turn(self, item: T) -> None:
        """Give this without waiting; in any thread."""
        self._items.put(item)

    def get(self) -> T:
        """Take the next, once there is one."""
        item = self._items.get()
        self._taken.put(_weight_of(item))
        return item


def _weight_of(item: object) -> int:
    held = item[1] if isinstance(item, tuple) else item
    frame = held.frame if isinstance(held, _Begun) else held
    return max(1, frame.pixels.nbytes // 2**20) if isinstance(frame, Frame) else 1


def searches_at_once(settings: SearchSettings) -> int:
    """How many frames are best searched at the same time, by a finder with these settings.

    Two, where ONNX Runtime runs the networks: while the threads of one search wait for each other, or one of them does
    what cannot be shared, those of the other go on.
    """
    from tinyface_core.backends.choice import processors

    return 2 if settings.backend == "onnxruntime" and processors() > 1 else 1


def run_pipeline(
    keys: Iterable[K],
    frames: Callable[[K], Iterable[Frame]],
    search: Callable[[K, Frame], FindResult],
    store: Callable[[Searched[K] | Ended[K]], None],
    ahead: int = AHEAD,
    at_once: int = 1,
    stop: threading.Event | None = None,
) -> None:
    """Search the frames of files; one that fails ends with its error, and the others go on.

    Args:
        keys: stand for the files; asked for in that thread too, so they may be listed while others are searched.
        frames: of a file; asked for in a thread of their own, ahead of the search.
        search: runs in `at_once` threads.
        store: takes every result, in order, then that a file has ended; in a thread of its own, behind the search. What
            it raises ends the file, of which it is told; what it raises then ends everything.
        ahead: megabytes of pixels that wait before the search, and behind it; see `AHEAD`.
        at_once: frames that are searched at the same time.
        stop: is set when everything ends early, so that searches under way, for which it is waited, can leave off.

    Raises:
        Cancelled, KeyboardInterrupt: from `search` or of the caller's thread; what was found till then is stored, and
            the file in work has ended.
        Exception: what `keys` raised, or `store` when it was told of an error.
    """
    stop = stop or threading.Event()
    found = _Storing(store, ahead)
    decoded = _Waiting[_Decoded[K]](ahead)
    searching = _Searching(search, at_once, decoded.put_out_of_turn)
    decoder = threading.Thread(target=_decode, args=(keys, frames, decoded, stop), name="decoding", daemon=True)
    current: K | None = None
    try:
        found.start()
        searching.start()
        decoder.start()
        while not found.defects and (item := searching.when_free(decoded.get)) is not None:
            if isinstance(item, BaseException):
                raise item
            current, part = item
            if isinstance(part, Ended):
                if part.error is not None and not isinstance(part.error, Exception):
                    raise part.error  # an interruption, which came to the other thread
                found.put(part)
                current = None
            elif not found.has_failed(current):
                begun = _Begun(current, part, queue.SimpleQueue())
                searching.begin(begun)
                found.put(begun)
        found.finish()
    finally:
        stop.set()
        if current is not None:
            found.put(Ended(current, stopped=True))
        searching.finish()
        found.finish(cut_off=True)
    for error in (*found.defects, *searching.stopped_by):
        raise error


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


class _Searching(Generic[K]):
    """Searches in threads of its own, one frame in each."""

    def __init__(
        self, search: Callable[[K, Frame], FindResult], at_once: int, interrupt: Callable[[BaseException], None]
    ) -> None:
        self._search, self._interrupt = search, interrupt
        self._begun, self._free = queue.SimpleQueue[_Begun[K] | None](), queue.SimpleQueue[None]()
        self._is_free = False
        self.stopped_by: list[BaseException] = []
        self._threads = [threading.Thread(target=self._work, name="searching", daemon=True) for _ in range(at_once)]

    def start(self) -> None:
        """Begin to take what is begun."""
        for thread in self._threads:
            thread.start()

    def when_free(self, get: Callable[[], T]) -> T:
        """What is got as soon as a thread is free to search it.

        Raises:
            BaseException: what ended a search, and with it everything.
        """
        if not self._is_free:
            self._free.get()
            self._is_free = True
        for error in self.stopped_by:
            raise error
        return get()

    def begin(self, begun: _Begun[K]) -> None:
        """Search this, as a thread is free."""
        self._is_free = False
        self._begun.put(begun)

    def finish(self) -> None:
        """Wait for the searches under way."""
        for _ in self._threads:
            self._begun.put(None)
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def _work(self) -> None:
        self._free.put(None)
        while (begun := self._begun.get()) is not None:
            try:
                begun.outcome.put(self._search(begun.key, begun.frame))
            except BaseException as error:
                begun.outcome.put(error)
                if _ends_everything(error):
                    self.stopped_by.append(error)
                    self._interrupt(error)  # of the wait for what is decoded
            self._free.put(None)


def _ends_everything(error: BaseException) -> bool:
    return isinstance(error, Cancelled) or not isinstance(error, Exception)


class _Storing(Generic[K]):
    """Stores in a thread of its own, in order."""

    def __init__(self, store: Callable[[Searched[K] | Ended[K]], None], ahead: int) -> None:
        self._store = store
        self._waiting = _Waiting[_Begun[K] | Ended[K] | None](ahead)
        self._failed: K | None = None
        self._nothing_comes = threading.Event()
        self._is_cut_off = False
        self.defects: list[Exception] = []
        # Whoever interrupts twice does not wait for it: files are written whole or not at all.
        self._thread = threading.Thread(target=self._work, name="storing", daemon=True)

    def start(self) -> None:
        """Begin to take what is put."""
        self._thread.start()

    def put(self, part: _Begun[K] | Ended[K]) -> None:
        """Store this next, once it is searched; waits while too much waits."""
        self._waiting.put(part)

    def has_failed(self, key: K) -> bool:
        """Whether the file has ended with an error already."""
        return self._failed is not None and self._failed == key

    def finish(self, cut_off: bool = False) -> None:
        """Wait until all is stored; if it is cut off, without what is not searched yet."""
        if cut_off:
            self._nothing_comes.set()
        self._waiting.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        # Goes on to take what comes, whatever happens: nobody may wait for it in vain.
        while (part := self._waiting.get()) is not None:
            searched = self._searched(part) if isinstance(part, _Begun) else part
            if searched is None or self.defects or self.has_failed(searched.key):
                continue
            try:
                self._keep(searched)
            except Exception as error:
                self.defects.append(error)

    def _searched(self, begun: _Begun[K]) -> Searched[K] | Ended[K] | None:
        """What came of a search; of one that was stopped, and of all behind it, nothing."""
        while not self._is_cut_off:
            try:
                outcome = begun.outcome.get(timeout=_SECONDS_BETWEEN_LOOKS)
            except queue.Empty:
                self._is_cut_off = self._nothing_comes.is_set()
                continue
            if not isinstance(outcome, BaseException):
                return Searched(begun.key, begun.frame, outcome)
            if not _ends_everything(outcome):
                return Ended(begun.key, outcome)
            self._is_cut_off = True
        return None

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
