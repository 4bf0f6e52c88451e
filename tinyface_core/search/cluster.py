"""Distributed scans with Ray, an extra: a pool of actors searches, and results are written as Parquet part files.

The driver lists the files and gives each actor a few at a time. Results are written in the order of the list, so the
driver waits for a slow file before it gets too far ahead. Each part is a checkpoint: files in a part are not searched
again, and files are reported as done only after their part is written. A file that repeatedly kills workers fails.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

from filelock import FileLock, Timeout

from tinyface_core.failures import in_a_line
from tinyface_core.files import absolute
from tinyface_core.media.fetching import is_url, local_copy
from tinyface_core.media.sources import list_media, read_frames
from tinyface_core.media.step import Step
from tinyface_core.project.parts import parts_in, read_files, write_part
from tinyface_core.project.relink import fingerprint
from tinyface_core.project.scanned import FoundFile, Outcome, ScannedFile, as_before
from tinyface_core.search.scan import Observer, ScanOrder, failed, kept, noted
from tinyface_core.search.stores import list_store
from tinyface_core.search.tally import Tally
from tinyface_core.search_settings import LEAST_KEPT
from tinyface_core.types import FindResult, Frame, UserError

Search = Callable[[Frame], FindResult]

_IN_A_TASK = 4
_TASKS_AN_ACTOR = 2
_AHEAD_AN_ACTOR = 64
"""How many files per actor the driver may be ahead of an unfinished one."""
_TRIES = 3
_SECONDS_BETWEEN_LOOKS = 0.5
_IN_A_PART = 1000
_SECONDS_BETWEEN_PARTS = 60.0


@dataclass(slots=True)
class _Task:
    """Consecutive files that one actor searches.

    Attributes:
        first: number of the first file, in the order of the list.
        tries: how often a worker ended while searching them.
    """

    first: int
    files: list[ScannedFile]
    tries: int = 0


class Searcher:
    """The class of the actors: searches files with a finder that is made once."""

    def __init__(self, make_search: Callable[[], Search], every: Step, least_score: float) -> None:
        self._search, self._every, self._least_score = make_search(), every, least_score

    def ready(self) -> None:
        """Do nothing; Ray returns from this call once the actor, with its finder, is ready."""

    def search(self, files: Sequence[ScannedFile]) -> list[FoundFile]:
        """Search files; a file that fails has a reason instead of results."""
        return [self._found_in(file) for file in files]

    def _found_in(self, file: ScannedFile) -> FoundFile:
        found = FoundFile(file, results=())
        try:
            with local_copy(file.path) as path:
                found = replace(found, sha256=fingerprint(path)[0])
                for frame in read_frames(path, self._every):
                    result = replace(kept(self._search(frame), self._least_score), source=file.path)
                    found = replace(found, results=(*(found.results or ()), result))
                    found = noted(found, frame, path)
        except Exception as error:
            return failed(found, error)
        return found


def scan_into_parts(
    order: ScanOrder,
    parts: Path,
    make_search: Callable[[], Search],
    observer: Observer | None = None,
    workers: int | None = None,
    least_score: float = LEAST_KEPT,
) -> Counter[Outcome]:
    """Scan files that are in no part of this folder, on the cluster that Ray is connected to.

    URLs of object stores that fsspec supports are allowed as folders. `make_search` makes the search function in each
    actor; by default there is one per GPU and one per four remaining CPU cores. Faces with lower scores than the least
    are not stored. Returns the number of files by outcome.

    Raises:
        KeyboardInterrupt: results up to then have been written to parts.
        UserError: if another scan writes there, or the workers cannot search.
        PartError: if a part is damaged.
    """
    import_module("ray")  # fails before the folder is made
    parts.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(parts / ".scan", timeout=0):
            actors = _actors(make_search, order.every, workers, least_score)
            return _Driver(order, parts, actors, observer or Observer()).run()
    except Timeout:
        raise UserError(f"Another scan writes to {parts}: wait until it has ended, or name another folder.") from None


class _Driver:
    def __init__(self, order: ScanOrder, parts: Path, actors: list[Any], observer: Observer) -> None:
        self._order, self._parts, self._observer = order, parts, observer
        self._actors = actors
        self._tally = Tally(observer.counted)
        self._known = {file.path: file for part in parts_in(parts) for file in read_files(part)}
        self._free = deque(self._actors * _TASKS_AN_ACTOR)
        self._again: deque[_Task] = deque()
        self._running: dict[Any, tuple[_Task, Any]] = {}
        self._done: dict[int, FoundFile] = {}
        self._listed = self._next = 0
        self._waiting: list[FoundFile] = []
        self._written = time.monotonic()

    def run(self) -> Counter[Outcome]:
        import ray

        tasks = self._tasks()
        Thread(target=self._tally.list, args=(self._all_files(),), name="counting", daemon=True).start()
        try:
            while True:
                while self._free and (task := self._task(tasks)) is not None:
                    actor = self._free.popleft()
                    self._running[actor.search.remote(task.files)] = task, actor
                if not self._running:
                    break
                for ready in ray.wait(list(self._running), timeout=1.0)[0]:
                    if ready in self._running:
                        self._take(ready)
                if len(self._waiting) >= _IN_A_PART or time.monotonic() - self._written >= _SECONDS_BETWEEN_PARTS:
                    self._write()
        finally:
            self._write()
            for actor in self._actors:
                ray.kill(actor)
        return self._tally.outcomes

    def _task(self, tasks: Iterator[_Task]) -> _Task | None:
        if self._again:
            return self._again.popleft()
        ahead = self._listed - self._next >= _AHEAD_AN_ACTOR * len(self._actors)
        return None if ahead else next(tasks, None)

    def _tasks(self) -> Iterator[_Task]:
        files: list[ScannedFile] = []
        for file in self._changed_files():
            files.append(file)
            if len(files) == _IN_A_TASK:
                yield self._numbered(files)
                files = []
        if files:
            yield self._numbered(files)

    def _numbered(self, files: list[ScannedFile]) -> _Task:
        self._listed += len(files)
        return _Task(self._listed - len(files), files)

    def _changed_files(self) -> Iterator[ScannedFile]:
        for file in _listed(self._order.paths, self._observer):
            if (before := self._as_before(file)) is None:
                yield file
            else:
                self._tally.passed(before, 0.0)

    def _all_files(self) -> Iterator[tuple[int, int]]:
        """Count all files and the unchanged ones, in a thread beside the search."""
        for file in _listed(self._order.paths, Observer()):
            yield 1, int(self._as_before(file) is not None)

    def _as_before(self, file: ScannedFile) -> Outcome | None:
        return as_before(self._known.get(file.path), file, self._order.retry)

    def _take(self, ready: Any) -> None:
        import ray

        try:
            self._keep(self._running[ready][0].first, ray.get(ready))
        except ray.exceptions.RayError:
            self._recover(self._running[ready][1])
        else:
            self._free.append(self._running.pop(ready)[1])

    def _recover(self, actor: Any) -> None:
        """After a worker has ended, give its unfinished tasks to the workers again."""
        import ray

        is_suspect = True  # its first unfinished task was running, the others were queued
        for ref in [ref for ref, (_, at) in self._running.items() if at is actor]:
            task, _ = self._running.pop(ref)
            self._free.append(actor)
            try:
                self._keep(task.first, ray.get(ref))
            except ray.exceptions.RayError:
                self._retry(task, is_suspect)
                is_suspect = False
        while True:
            try:
                ray.get(actor.ready.remote())  # tasks given to it before it has restarted would be lost
                return
            except ray.exceptions.ActorUnavailableError:
                time.sleep(_SECONDS_BETWEEN_LOOKS)

    def _retry(self, task: _Task, is_suspect: bool) -> None:
        if not is_suspect:
            self._again.append(task)
        elif len(task.files) > 1:  # searched one by one, to find the file that kills workers
            self._again.extend(_Task(task.first + place, [file]) for place, file in enumerate(task.files))
        elif task.tries + 1 < _TRIES:
            self._again.append(replace(task, tries=task.tries + 1))
        else:
            reason = UserError(f"The program ended {_TRIES} times while this was searched.")
            self._keep(task.first, [failed(FoundFile(task.files[0]), reason)])

    def _keep(self, first: int, found: Sequence[FoundFile]) -> None:
        self._done.update(enumerate(found, first))
        while (file := self._done.pop(self._next, None)) is not None:
            self._waiting.append(file)
            self._next += 1

    def _write(self) -> None:
        if not self._waiting:
            return
        number = len(parts_in(self._parts))
        write_part(self._parts / f"part-{number:06}-{uuid4().hex[:8]}.parquet", self._waiting)
        for found in self._waiting:
            if found.file.reason:
                self._observer.failed(Path(found.file.path), UserError(found.file.reason))
            self._tally.done(Outcome.FAILED if found.file.reason else Outcome.SEARCHED)
        self._waiting, self._written = [], time.monotonic()


def _actors(make_search: Callable[[], Search], every: Step, workers: int | None, least_score: float) -> list[Any]:
    import ray

    if not ray.is_initialized():
        try:
            ray.init(include_dashboard=False, log_to_driver=False)
        except Exception as error:  # Ray raises a plain Exception if it does not start in time
            raise UserError(f"Ray cannot be reached or started ({in_a_line(error)}): try again.") from error
    held = ray.cluster_resources()
    gpus = int(held.get("GPU", 0))
    cpus = max(1, int(held.get("CPU", 1)) // 4) if gpus == 0 else max(0, (int(held.get("CPU", 1)) - gpus) // 4)
    count = workers or gpus + cpus
    # Ray restarts actors that end; the driver decides whether to retry their tasks.
    made = ray.remote(max_restarts=-1, max_task_retries=0)(Searcher)
    actors = [
        made.options(num_gpus=1 if number < gpus else 0).remote(make_search, every, least_score)
        for number in range(count)
    ]
    try:
        ray.get([actor.ready.remote() for actor in actors])
    except ray.exceptions.RayError as error:
        raise UserError(f"The workers cannot search: {error}") from error
    return actors


def _listed(paths: Iterable[Path | str], observer: Observer) -> Iterator[ScannedFile]:
    """The current state of all files on disks and in object stores."""
    for path in paths:
        if is_url(str(path)):
            yield from list_store(str(path), observer.failed)
            continue
        for file in list_media([absolute(path)], failed=observer.failed):
            yield ScannedFile.at(file)
