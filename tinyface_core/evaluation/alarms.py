"""False alarms: detections in pictures without faces."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from tinyface_core.media.images import load_image
from tinyface_core.media.opening import MediaError
from tinyface_core.media.sources import list_media
from tinyface_core.search_settings import LEAST_SHOWN
from tinyface_core.types import Finder, Progress, UserError, no_progress


@dataclass(frozen=True, slots=True)
class Alarms:
    """False alarms in the pictures of one kind.

    Attributes:
        kind: name of their folder.
        megapixels: of all of them.
        alarmed: number of pictures with at least one shown box.
        highest: highest score, in [0, 1]; 0 if nothing was found.
    """

    kind: str
    pictures: int
    megapixels: float
    alarmed: int
    boxes: int
    highest: float


def pictures_by_kind(folder: Path) -> dict[str, list[Path]]:
    """The pictures of a folder, grouped by the subfolders in it; those not in a subfolder are grouped under its name.

    Raises:
        UserError: if there are none.
    """

    def kind(path: Path) -> str:
        inner = path.relative_to(folder).parts
        return inner[0] if len(inner) > 1 else folder.resolve().name

    listed = sorted(list_media([folder]), key=kind)
    return {name: list(paths) for name, paths in groupby(listed, key=kind)}


def count_alarms(
    finder: Finder,
    pictures: Mapping[str, Sequence[Path]],
    progress: Progress = no_progress,
    unreadable: Callable[[Path, MediaError], None] | None = None,
) -> Iterator[Alarms]:
    """Search pictures without faces, by kind, and count the boxes that are shown; unreadable pictures do not count.

    Raises:
        MediaError: if a picture cannot be read and `unreadable` is None.
        UserError: if no picture can be read.
    """
    done, total, searched = 0, sum(map(len, pictures.values())), 0
    for kind, paths in pictures.items():
        megapixels, shown, highest = 0.0, [], 0.0
        for path in paths:
            try:
                frame = load_image(path)
            except MediaError as error:
                if unreadable is None:
                    raise
                unreadable(path, error)
            else:
                scores = finder.find(frame).faces.scores
                megapixels += frame.width * frame.height / 1e6
                shown.append(int((scores >= LEAST_SHOWN).sum()))
                highest = max(highest, float(scores.max(initial=0.0)))
            done += 1
            progress("evaluate", done, total)
        searched += len(shown)
        yield Alarms(kind, len(shown), megapixels, sum(map(bool, shown)), sum(shown), highest)
    if not searched:
        raise UserError(f"None of the {total} pictures can be read: choose others.")
