"""The upscaler interface and the upscalers by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, partial
from pathlib import Path
from typing import Protocol

import numpy as np

from tinyface_core.own_weights import installed_weights
from tinyface_core.registry import Entry, Guarded, Registry, form_of, imported
from tinyface_core.types import CancelToken, CropBatch
from tinyface_core.weights import WeightsError, shown_entry

MODEL_SUFFIXES = frozenset({".pth", ".pt", ".ckpt", ".safetensors"})
"""Suffixes of model files that spandrel may be able to read."""

LARGEST_FACTOR = 16
"""Largest scale factor that can be chosen for a model file."""


class Upscaler(Protocol):
    """Enlarges crops."""

    @property
    def name(self) -> str:
        """Name shown to the user."""

    def enlarge(self, crops: CropBatch, factor: int, cancel: CancelToken | None = None) -> CropBatch:
        """Crops `(N, H, W, 3)` enlarged to `(N, H*factor, W*factor, 3)`, RGB uint8 both.

        Raises:
            ValueError: if `factor` is less than 1.
            Cancelled: if `cancel` is set; fast upscalers ignore it.
        """


UpscalerMaker = Callable[[str], Upscaler]
"""Makes an upscaler for a device name such as "auto" or "cpu"."""


def standard_upscalers(gan: str = "") -> Registry[UpscalerMaker]:
    """The interpolations, both outputs of the generator (`weights.shown_entry`), and upscalers of other packages."""
    interpolation = imported("tinyface_core.upscalers.interpolation:make_interpolation")
    upscaler = imported("tinyface_core.upscalers.generator:GeneratorUpscaler")
    load = imported("tinyface_core.upscalers.generator:load_generator")
    generator = cache(lambda device: load()(device, gan))

    def interpolated(name: str) -> Entry[UpscalerMaker]:
        return Entry(name, name.capitalize(), lambda: partial(interpolation(), name))

    def generated(name: str, title: str, about: str) -> Entry[UpscalerMaker]:
        def make(device: str) -> Upscaler:
            made: Upscaler = upscaler()(name, generator(device), name == "refined")
            return made

        return Entry(name, title, lambda: make, about, lambda: _lacks_generator(gan))

    return Registry(
        "upscaler",
        "tinyface.upscalers",
        (
            *(interpolated(name) for name in ("nearest", "bilinear", "bicubic", "lanczos")),
            generated("sr-only", "SR only", "The generator's first network: enlarges"),
            generated("refined", "Refined", "Both networks of the generator: enlarge and refine"),
        ),
        _Guarded,
    )


def _lacks_generator(gan: str) -> str:
    try:
        shown_entry(installed_weights(), gan)
    except WeightsError as error:
        return str(error)
    return ""


def own_factor(upscaler: Upscaler) -> int:
    """The scale factor that an upscaler was made for; 0 if it supports any."""
    return int(getattr(upscaler, "own_factor", 0))


def spared_seconds(upscaler: Upscaler) -> float:
    """Seconds that the last enlargement saved because another upscaler had already done part of it."""
    return float(getattr(upscaler, "spared", 0.0))


def weights_of(upscaler: Upscaler) -> str:
    """The name of a generator's weights; "" for other upscalers."""
    return str(getattr(upscaler, "weights", ""))


def model_file_of(name: str) -> tuple[Path, int] | None:
    """The model file and scale factor of a name such as `FILE@4`; the factor is 0 if not given.

    None if the name is not that of a model file.
    """
    path, _, said = name.rpartition("@")
    if said.isdecimal() and 0 < int(said) <= LARGEST_FACTOR and Path(path).suffix.lower() in MODEL_SUFFIXES:
        return Path(path), int(said)
    return (Path(name), 0) if Path(name).suffix.lower() in MODEL_SUFFIXES else None


def load_upscalers(
    names: Iterable[str], device: str = "auto", gan: str = "", known: Registry[UpscalerMaker] | None = None
) -> list[Upscaler]:
    """Upscalers by name or by the path of a model file, in the order of the names.

    Args:
        names: names of standard upscalers, or paths that end in one of `MODEL_SUFFIXES`, optionally with `@FACTOR`.
        device: where networks run.
        gan: see `standard_upscalers`.
        known: the `standard_upscalers` of this `gan`, to reuse a generator that was loaded before.

    Raises:
        UserError: if one does not exist or its weights cannot be loaded.
    """
    registry = known or standard_upscalers(gan)
    load_file = imported("tinyface_core.upscalers.model_file:load_model_file")

    def load(name: str) -> Upscaler:
        if (file := model_file_of(name)) is not None:
            loaded: Upscaler = load_file()(file[0], device, file[1])
            return loaded
        return registry.make(name, device)

    return list(map(load, names))


class _Guarded(Guarded):
    members = "name", "enlarge"

    def enlarge(self, crops: CropBatch, factor: int, cancel: CancelToken | None = None) -> CropBatch:
        """See `Upscaler`."""

        def work() -> CropBatch:
            made = self.part.enlarge(crops, factor, cancel)
            count, height, width, channels = crops.shape
            wanted = f"{crops.dtype} {(count, height * factor, width * factor, channels)}"
            if form_of(made) != wanted:
                raise ValueError(f"it made {form_of(made)} and not {wanted}")
            return np.asarray(made)

        made: CropBatch = self.guard(work)
        return made
