"""What searches and scans write of each picture, by the names of `--write`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from tinyface_core.commands.sheets import compared_upscalers, made_sheet
from tinyface_core.files import check_writable
from tinyface_core.names import distinct_stem
from tinyface_core.types import FindResult, Frame, SearchSettings, UserError

Writer = Callable[[Frame, FindResult, Path], Path | None]
"""Writes something of a frame with its faces, named as the path begins; says where."""


def _annotated(_settings: SearchSettings) -> Writer:
    """What writes the picture with its boxes."""
    from tinyface_core.media.images import save_jpeg
    from tinyface_core.rendering import annotated_picture

    def write(frame: Frame, result: FindResult, start: Path) -> Path:
        path = _named(start, "-faces.jpg")
        save_jpeg(path, annotated_picture(frame, result.faces))
        return path

    return write


def _sheets(settings: SearchSettings) -> Writer:
    """What writes a comparison sheet of the faces, if there are any."""
    from tinyface_core.upscalers.provenance import save_enlarged

    upscalers = compared_upscalers(settings.device, settings.gan)

    def write(frame: Frame, result: FindResult, start: Path) -> Path | None:
        if not len(result.faces):
            return None
        path = _named(start, "-comparison.png")
        save_enlarged(path, made_sheet(frame, result, upscalers), (upscaler.name for upscaler in upscalers))
        return path

    return write


def _json(_settings: SearchSettings) -> Writer:
    from tinyface_core.results import write_results

    def write(_frame: Frame, result: FindResult, start: Path) -> Path:
        path = _named(start, "-faces.json")
        write_results(path, [result])
        return path

    return write


def _crops(_settings: SearchSettings) -> Writer:
    from tinyface_core.export.crops import save_crops
    from tinyface_core.upscalers.comparison import compare_crops

    def write(frame: Frame, result: FindResult, start: Path) -> Path:
        for number, crops in enumerate(compare_crops(frame, [face.box for face in result.faces], ()), start=1):
            save_crops(crops, _named(start, f"-face-{number:03}"))
        return start.parent

    return write


def _xmp(_settings: SearchSettings) -> Writer:
    from tinyface_core.export.xmp import write_sidecar

    def write(frame: Frame, result: FindResult, start: Path) -> Path | None:
        if frame.index is not None:
            return None
        path = _named(start, ".xmp")
        write_sidecar(result, path)
        return path

    return write


_WRITERS: Mapping[str, Callable[[SearchSettings], Writer]] = {
    "annotated": _annotated,
    "sheets": _sheets,
    "json": _json,
    "crops": _crops,
    "xmp": _xmp,
}


def load_writers(names: Sequence[str], settings: SearchSettings) -> dict[str, Writer]:
    """The writers of these names, with what they need.

    Raises:
        UserError: if there is no such writer.
    """
    for name in names:
        if name not in _WRITERS:
            raise UserError(f"--write knows no {name}: name some of {', '.join(_WRITERS)}.")
    return {name: _WRITERS[name](settings) for name in names}


WRITTEN = f"{', '.join(_WRITERS)}, with commas between"
"""What `--write` takes, for its help."""


class Writing:
    """Writes under a folder, in folders as the pictures lie: no two pictures have the same names."""

    def __init__(
        self, names: Sequence[str], output: Path, min_score: float, min_size: float, settings: SearchSettings
    ) -> None:
        """Load what the writers of these names need.

        Raises:
            UserError: if there is no such writer.
        """
        self._writers = list(load_writers(names, settings).values())
        if names:
            check_writable(output)
        self._output, self._min_score, self._min_size = output, min_score, min_size

    def write(self, frame: Frame, result: FindResult) -> None:
        """Write everything of a frame.

        Raises:
            OSError: if the disk is full or the folder cannot be written.
        """
        if not self._writers:
            return
        from tinyface_core.search.finder import visible

        faces = visible(result.faces, self._min_score, self._min_size)
        shown = replace(result, faces=faces, min_score=self._min_score, min_size=self._min_size)
        start = self._start(Path(frame.source), frame.index)
        for write in self._writers:
            write(frame, shown, start)

    def _start(self, source: Path, index: int | None) -> Path:
        drive = source.drive.strip(":\\/").replace("\\", "_")
        start = self._output / drive / source.relative_to(source.anchor).with_name(distinct_stem(source.name))
        return start if index is None else _named(start, f"-{index:06}")


def _named(start: Path, end: str) -> Path:
    return start.with_name(start.name + end)
