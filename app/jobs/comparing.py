"""Runs comparisons of enlargement methods in a worker thread; a new request replaces a waiting one."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from tinyface_core.types import CancelToken

from ..work import LatestJob, Report, Worker
from .enlarging_regions import RegionRequest, compare_region
from .upscaling import Comparison, ComparisonRequest, LoadedUpscalers, compare


class ComparisonQueue(QObject):
    """Runs one request at a time; a newer one cancels it."""

    ready = Signal(object)
    """The finished `Comparison`."""
    part_ready = Signal(object)
    """An unfinished `Comparison`; only emitted for slow ones."""
    progress = Signal(str, int, int, float)
    """For a region: method, finished tiles, total, remaining seconds of the method (-1: unknown)."""
    failed = Signal(str, str)
    """One sentence, details to copy."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._upscalers = LoadedUpscalers()
        # One thread: the upscalers are not made to be shared, and the newest request is all that counts.
        self.worker = Worker(self)
        self._latest = LatestJob(self.worker)

    def ask(self, request: ComparisonRequest | RegionRequest) -> None:
        """Start a request and cancel the running one; returns at once."""

        def work(cancel: CancelToken, report: Report) -> Comparison:
            if isinstance(request, RegionRequest):
                return compare_region(request, self._upscalers, cancel, report, report.partial)
            return compare(request, self._upscalers, cancel, report.partial)

        job = self._latest.start(work).then(self.ready.emit, self.failed.emit)
        job.partial.connect(self.part_ready)
        job.progress.connect(self.progress)

    def cancel(self) -> None:
        """Cancel the running request, if there is one; it emits no more signals."""
        self._latest.cancel()

    def stop(self) -> None:
        """Cancel the running request and wait for its thread; for the end of the program."""
        self.cancel()
        self.worker.stop()
