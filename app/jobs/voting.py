"""Prepares the pairs of a blind vote in advance, and stores the answers in a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import uuid4

from PySide6.QtCore import QObject, Signal

from tinyface_core.evaluation.voting import Poll, Trial, VotedFace, new_poll, read_poll, save_poll
from tinyface_core.folders import user_folder
from tinyface_core.media.sources import FrameReader
from tinyface_core.types import CancelToken, Face, RgbImage, UserError

from ..work import Report, Worker
from .upscaling import ComparisonRequest, LoadedUpscalers, compare

_AHEAD = 3
"""Questions whose crops are made before they are asked."""

Sides = tuple[RgbImage, RgbImage]
"""The left and the right picture."""


class VoteCrops(QObject):
    """Enlarges the faces of the next questions in a worker thread."""

    ready = Signal(int)
    """Number of a question whose crops are ready."""
    failed = Signal(int, str)
    """Number of a question whose crops cannot be made, and a sentence on why."""

    def __init__(self, device: str, gan: str, parent: QObject) -> None:
        """`device`, `gan`: as in `ComparisonRequest`."""
        super().__init__(parent)
        self._device, self._gan, self._upscalers = device, gan, LoadedUpscalers()
        self._made: dict[int, Sides | None] = {}
        self._trials: tuple[Trial, ...] = ()
        self._read = FrameReader()
        self.worker = Worker(self)

    def prepare(self, poll: Poll, number: int) -> None:
        """Make the crops of this question and of the next ones; earlier ones are dropped."""
        if poll.trials is not self._trials:
            self._trials, self._made = poll.trials, {}
            self.worker.cancel()
        wanted = range(number, min(number + _AHEAD, len(poll.trials)))
        self._made = {place: crops for place, crops in self._made.items() if place >= number - 1}
        for place in wanted:
            if place not in self._made:
                self._made[place] = None
                self._start(poll, place)

    def of(self, number: int) -> Sides | None:
        """The crops of a question; None if they are not ready."""
        return self._made.get(number)

    def stop(self) -> None:
        """Stop and wait for the thread."""
        self.worker.stop()

    def _start(self, poll: Poll, place: int) -> None:
        trial = poll.trials[place]
        face = poll.faces[trial.face]

        def take(crops: Sides) -> None:
            if poll.trials is self._trials:
                self._made[place] = crops
                self.ready.emit(place)

        def fail(sentence: str, _details: str) -> None:
            if poll.trials is self._trials:
                self._made.pop(place, None)  # it is tried again when its turn comes
                self.failed.emit(place, sentence)

        self.worker.start(lambda cancel, _report: self._enlarged(face, trial, cancel)).then(take, fail)

    def _enlarged(self, face: VotedFace, trial: Trial, cancel: CancelToken) -> Sides:
        """Runs in the worker thread, which alone uses the reader."""
        sides, whole = (trial.left, trial.right), Face(face.box, 1.0, 1.0)
        request = ComparisonRequest(self._read(face), whole, methods=sides, device=self._device, gan=self._gan)
        comparison = compare(request, self._upscalers, cancel)
        if comparison.failures:
            raise UserError(comparison.failures[0])
        left, right = (made.pixels for made in comparison.crops.enlargements)
        return left, right


class VoteFile(QObject):
    """Stores the newest poll on the disk in a worker thread."""

    failed = Signal(str, str)

    def __init__(self, folder: Path | None, parent: QObject) -> None:
        super().__init__(parent)
        self._folder = folder or user_folder("votes")
        self._worker = Worker(self)
        self._path: Path | None = None

    def begin(self, faces: Sequence[VotedFace], methods: Sequence[str], seed: int) -> Poll:
        """Start a new poll, in a new file."""
        poll = new_poll(faces, methods, seed)
        self._path = self._folder / f"votes-{uuid4().hex[:12]}.json"
        self.save(poll)
        return poll

    def look(self, take: Callable[[Poll | None], object]) -> None:
        """Find the last poll."""

        def work(_cancel: CancelToken, _report: Report) -> tuple[Path, Poll] | None:
            files = sorted(self._folder.glob("votes-*.json"), key=lambda path: path.stat().st_mtime)
            return (files[-1], read_poll(files[-1])) if files else None

        def found(last: tuple[Path, Poll] | None) -> None:
            if last is None or self._path is not None:  # who has begun anew writes into another file
                take(None)
            else:
                self._path, poll = last
                take(poll)

        self._worker.start(work).then(found, lambda _sentence, _details: take(None))

    def save(self, poll: Poll) -> None:
        """Store a poll that was started or found here."""
        path = self._path
        assert path is not None
        self._worker.start(lambda _cancel, _report: save_poll(poll, path)).failed.connect(self.failed)

    def wait(self) -> None:
        """Wait until all is written."""
        self._worker.wait()
