"""A search for scans that goes on, after a kill, in the middle of a video."""

from __future__ import annotations

import threading
from pathlib import Path

from tinyface_core.files import Opened
from tinyface_core.search.journal import SearchJournal, identity_of, journal_of
from tinyface_core.search.scan import kept
from tinyface_core.types import CancelToken, FindResult, Frame, KnownFinder


class ResumedSearch(Opened):
    """Searches frames; keeps those of the video that is being searched in a journal, and takes them from there.

    The journal is beside the project. Scans store a video once it was searched to its end; one video comes after
    another, although two frames may be searched at the same time.
    """

    def __init__(self, project: Path, finder: KnownFinder, cancel: CancelToken | None = None) -> None:
        self._path, self._finder, self._cancel = journal_of(project), finder, cancel
        self._lock = threading.Lock()
        self._source = ""
        self._journal: SearchJournal | None = None
        self._earlier: dict[int | None, FindResult] = {}

    def __call__(self, frame: Frame) -> FindResult:
        """The result of a frame, of a video only with the faces that a project stores.

        Raises:
            MediaError: if the video is gone.
        """
        if frame.seconds is None:
            return self._finder.find(frame, self._cancel)
        with self._lock:
            if frame.source != self._source:
                self._begin(frame)
            earlier = self._earlier.pop(frame.index, None)
        if earlier is not None:
            return earlier
        result = kept(self._finder.find(frame, self._cancel))
        with self._lock:
            if self._journal is not None and frame.source == self._source:
                self._journal.add(result)
        return result

    def _begin(self, frame: Frame) -> None:
        self.close()
        about = identity_of(Path(frame.source), self._finder, every=frame.every)
        self._journal = SearchJournal(self._path, about)
        self._earlier = {result.index: result for result in self._journal.earlier()}
        self._source = frame.source

    def close(self) -> None:
        """Close the journal, and keep it."""
        if self._journal is not None:
            self._journal.close()
        self._journal, self._source = None, ""

    def forget(self) -> None:
        """Delete the journal: the scan came to its end."""
        self.close()
        self._path.unlink(missing_ok=True)
