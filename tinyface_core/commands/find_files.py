"""The files that `tinyface find` searches: listed, or repeated from earlier results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from tinyface_core.commands.failures import Failures
from tinyface_core.media.step import SAMPLED, Step
from tinyface_core.search_settings import SearchSettings
from tinyface_core.types import UserError

if TYPE_CHECKING:
    from tinyface_core.search.finder import FaceFinder
    from tinyface_core.types import Frame


@dataclass(frozen=True)
class SearchedFile:
    """A photo or video, how it is searched, and the name of its outputs.

    Attributes:
        step: between the searched frames of a video.
        indices: numbers of the frames to search; None for all in steps of `step`.
        weights: required weights by role, from an earlier result.
        linked: whether faces are linked into tracks.
        turn: clockwise rotation before the search, in degrees.
    """

    path: Path
    name: str
    settings: SearchSettings
    min_score: float
    min_size: float
    step: Step = SAMPLED
    indices: tuple[int, ...] | None = None
    weights: dict[str, str] = field(default_factory=dict)
    linked: bool = False
    turn: int = 0

    @property
    def is_video(self) -> bool:
        """Whether it is a video."""
        from tinyface_core.media.sources import is_video

        return is_video(self.path)

    @property
    def has_frames(self) -> bool:
        """Whether it is a video or a file with pages."""
        from tinyface_core.media.sources import has_frames

        return has_frames(self.path)

    def results_path(self, output: Path) -> Path:
        """The JSON file with its results in the output folder."""
        return output / f"{self.name}-faces.json"

    def frames(self, start: int = 0) -> Iterator[Frame]:
        """Frames to search, from frame number `start`."""
        from tinyface_core.media.sources import open_frames, read_frames
        from tinyface_core.media.turning import turned_frame

        chosen, step = self.indices, self.step.every
        if chosen is None:
            yield from (turned_frame(frame, self.turn) for frame in read_frames(self.path, self.step, start=start))
        elif step and not any(index % step for index in chosen):
            wanted = frozenset(chosen)
            for frame in read_frames(self.path, step):
                if frame.index in wanted:
                    yield turned_frame(frame, self.turn)
                if frame.index == chosen[-1]:
                    return
        else:
            with open_frames(self.path) as frames:
                yield from (turned_frame(frames.frame(index), self.turn) for index in chosen)


def listed_files(
    photos: Sequence[Path],
    settings: SearchSettings,
    min_score: float,
    min_size: float,
    step: Step,
    failures: Failures,
) -> list[SearchedFile]:
    """Photos and videos, also those in folders; what cannot be read is added to `failures`."""
    from tinyface_core.export.naming import unique_names
    from tinyface_core.media.sources import list_media

    paths = list(list_media(photos, failed=failures.add))
    names = unique_names([path.stem for path in paths])
    return [
        SearchedFile(path, name, settings, min_score, min_size, step) for path, name in zip(paths, names, strict=True)
    ]


def repeated_files(path: Path) -> list[SearchedFile]:
    """The files of earlier results, with their settings; frames of one video are combined."""
    from tinyface_core.export.naming import unique_names
    from tinyface_core.results import read_saved

    found: list[tuple[SearchedFile, list[int]]] = []
    linked = set[str]()
    for result, _ in read_saved(path):
        if not result.is_searched:
            continue
        if (result.faces.tracks >= 0).any():
            linked.add(result.source)
        file = SearchedFile(
            Path(result.source),
            Path(result.source).stem,
            result.settings,
            result.min_score,
            result.min_size,
            Step(result.every) if result.every else SAMPLED,
            weights=result.weights,
            turn=result.turn,
        )
        if result.index is None or not found or found[-1][0] != file:
            found.append((file, []))
        if result.index is not None:
            found[-1][1].append(result.index)
    files = [replace(file, indices=tuple(few) or None, linked=str(file.path) in linked) for file, few in found]
    names = unique_names([file.name for file in files])
    return [replace(file, name=name) for file, name in zip(files, names, strict=True)]


class Finders:
    """Gives the finder for each file, reusing the last one if the settings are the same."""

    def __init__(self, first: SearchSettings) -> None:
        self._settings, self._finder = first, self._build(first)
        self.first = self._finder

    def of(self, file: SearchedFile) -> FaceFinder:
        """The finder for this file.

        Raises:
            UserError: if the weights differ from those that the file requires.
        """
        if file.settings != self._settings:
            self._settings, self._finder = file.settings, self._build(file.settings)
        for role, weights in file.weights.items():
            if self._finder.weights.get(role) != weights:
                raise UserError(
                    f"{file.path} was searched with the weights {weights}, which are not installed: search it anew."
                )
        return self._finder

    @staticmethod
    def _build(settings: SearchSettings) -> FaceFinder:
        from tinyface_core.search.finder import build_finder

        finder = build_finder(settings)
        finder.warm_up()
        return finder


@lru_cache(2)
def timing(path: Path) -> tuple[float, int]:
    """Frames per second of a video, and the estimated number of its frames."""
    from tinyface_core.media.video import Video

    with Video(path) as video:
        return video.fps, video.frame_estimate
