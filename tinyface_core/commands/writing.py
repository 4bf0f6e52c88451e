"""The files that searches and scans write for each picture (`--write`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tinyface_core.commands.options import COMPARED, split_names
from tinyface_core.files import check_writable
from tinyface_core.names import distinct_stem
from tinyface_core.registry import RegistryError
from tinyface_core.search_settings import SearchSettings
from tinyface_core.types import CancelToken, FindResult, Frame, stop_if_asked

if TYPE_CHECKING:
    from tinyface_core.export.material import Format
    from tinyface_core.upscalers.registry import Upscaler

Writer = Callable[[Frame, FindResult, Path], Path | None]
"""Writes an output for a frame with its faces; the path is the beginning of its name. Returns the path written."""

WRITTEN = "annotated, sheets, json, xmp, crops and all others of `tinyface parts`, with commas between"
"""Values of `--write`, for its help."""


def load_writers(
    names: Sequence[str], methods: str, settings: SearchSettings, stop: CancelToken | None = None
) -> dict[str, Writer]:
    """Writers of these export formats, by name.

    If faces are enlarged, which takes long, all of them raise `Cancelled` once `stop` is set.

    Raises:
        UserError: if there is no such format or upscaler.
    """
    from tinyface_core.export.registry import FORMATS

    forms = {name: FORMATS.load(name) for name in names}
    enlarging = sum(form.crops for form in forms.values())
    stop = stop if enlarging else None
    upscalers = _Upscalers(_upscalers(methods, settings) if enlarging else [], is_shared=enlarging > 1)
    return {name: partial(_write, form, form.ending or f"-{name}", upscalers, stop) for name, form in forms.items()}


class _Upscalers:
    """Upscalers that enlarge each face of a picture once, for all formats: they are written one behind the other."""

    def __init__(self, upscalers: Sequence[Upscaler], is_shared: bool) -> None:
        self._upscalers, self._is_shared, self._files = upscalers, is_shared, ExitStack()
        self._last: tuple[FindResult | None, Sequence[Upscaler]] = None, upscalers

    def of(self, result: FindResult) -> Sequence[Upscaler]:
        """The upscalers for a picture."""
        from tinyface_core.export.enlarging import enlarging_once

        if self._is_shared and self._last[0] is not result:
            self._files.close()
            self._last = result, self._files.enter_context(enlarging_once(self._upscalers))
        return self._last[1]


def _write(
    form: Format,
    end: str,
    upscalers: _Upscalers,
    stop: CancelToken | None,
    frame: Frame,
    result: FindResult,
    start: Path,
) -> Path | None:
    from tinyface_core.export.enlarging import EnlargedFaces
    from tinyface_core.export.material import Material
    from tinyface_core.export.registry import write

    stop_if_asked(stop)
    material = Material([result], load=lambda _result: frame)
    if form.crops:
        material = replace(material, crops=EnlargedFaces(material, upscalers.of(result), cancel=stop))
    write(form, material, target := _named(start, end))
    return target if target.exists() else None


def _upscalers(methods: str, settings: SearchSettings) -> list[Upscaler]:
    """Upscalers, ready to run; interpolation only if the default ones have no trained generator."""
    from tinyface_core.upscalers.comparison import warm_up
    from tinyface_core.upscalers.registry import load_upscalers
    from tinyface_core.weights import WeightsError

    try:
        upscalers = load_upscalers(split_names(methods), settings.device, settings.gan)
    except (RegistryError, WeightsError) as error:
        if methods != COMPARED:
            raise
        typer.echo(f"{error} Faces are enlarged by interpolation alone.")
        upscalers = load_upscalers(("bilinear", "bicubic", "lanczos"), settings.device)
    warm_up(upscalers)
    return upscalers


class Writing:
    """Writes outputs below a folder that mirrors the folders of the pictures, so that names are unique."""

    def __init__(self, writers: Iterable[Writer], output: Path, min_score: float, min_size: float) -> None:
        self._writers = list(writers)
        if self._writers:
            check_writable(output)
        self._output, self._min_score, self._min_size = output, min_score, min_size

    def write(self, frame: Frame, result: FindResult) -> None:
        """Write all outputs of a frame.

        Raises:
            ExportError: if the disk is full or the folder cannot be written.
        """
        if not self._writers:
            return
        from tinyface_core.search.finder import thresholded

        shown = thresholded(result, self._min_score, self._min_size)
        start = self._start(Path(frame.source), frame.index)
        for write in self._writers:
            write(frame, shown, start)

    def _start(self, source: Path, index: int | None) -> Path:
        drive = source.drive.strip(":\\/").replace("\\", "_")
        start = self._output / drive / source.relative_to(source.anchor).with_name(distinct_stem(source.name))
        return start if index is None else _named(start, f"-{index:06}")


def _named(start: Path, end: str) -> Path:
    return start.with_name(start.name + end)
