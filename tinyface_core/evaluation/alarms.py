"""False alarms: detections in pictures without faces."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path

from tinyface_core.media.images import MediaError, load_image
from tinyface_core.media.sources import list_media
from tinyface_core.types import LEAST_SHOWN, Finder, Progress, UserError


@dataclass(frozen=True, slots=True)
class Alarms:
    """What was shown in the pictures of one kind.

    Attributes:
        kind: name of their folder.
        pictures: that were searched.
        megapixels: of them all.
        alarmed: pictures in which something was shown.
        boxes: shown in all of them.
        highest: score of the surest box, in [0, 1]; 0 where nothing was found.
    """

    kind: str
    pictures: int
    megapixels: float
    alarmed: int
    boxes: int
    highest: float

    def as_json(self) -> dict[str, object]:
        """All figures as plain JSON values."""
        return asdict(self)


def pictures_by_kind(folder: Path) -> dict[str, list[Path]]:
    """The pictures of a folder by its subfolders, whose names are the kinds; its own come under its own name.

    Raises:
        UserError: if it holds none.
    """

    def kind(path: Path) -> str:
        inner = path.relative_to(folder).parts
        return inner[0] if len(inner) > 1 else folder.resolve().name

    listed = sorted(list_media([folder]), key=kind)
    return {name: list(paths) for name, paths in groupby(listed, key=kind)}


def count_alarms(
    finder: Finder,
    pictures: Mapping[str, Sequence[Path]],
    progress: Progress | None = None,
    unreadable: Callable[[Path, MediaError], None] | None = None,
) -> Iterator[Alarms]:
    """Search pictures without faces, and say of each kind what is shown.

    Args:
        finder: with the settings that are to be measured.
        pictures: files by kind.
        progress: called as `progress("evaluate", done, total)` after each picture.
        unreadable: told of pictures that cannot be read, which do not count.

    Raises:
        MediaError: if a picture cannot be read, without `unreadable`.
        UserError: if none can.
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
            if progress is not None:
                progress("evaluate", done, total)
        searched += len(shown)
        yield Alarms(kind, len(shown), megapixels, sum(map(bool, shown)), sum(shown), highest)
    if not searched:
        raise UserError(f"None of the {total} pictures can be read: choose others.")
