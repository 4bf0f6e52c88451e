"""Ways to enlarge a crop, by name; adding one touches no other file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tinyface_core.types import CancelToken, UserError

ENTRY_POINT_GROUP = "tinyface.upscalers"
MODEL_SUFFIXES = frozenset({".pth", ".pt", ".ckpt", ".safetensors"})
"""Files that spandrel may be able to read."""

CropBatch = NDArray[np.uint8]
"""Crops of one size, RGB uint8 `(N, H, W, 3)`."""


class UpscalerError(UserError):
    """An upscaler that does not exist or cannot work; the message is one sentence for the user."""


class Upscaler(Protocol):
    """One way to enlarge crops."""

    @property
    def name(self) -> str:
        """What the user calls it."""
        ...

    def enlarge(self, crops: CropBatch, factor: int, cancel: CancelToken | None = None) -> CropBatch:
        """Crops `(N, H, W, 3)` enlarged to `(N, H*factor, W*factor, 3)`, RGB uint8 both.

        Raises:
            ValueError: if `factor` is less than 1.
            Cancelled: if `cancel` was set meanwhile and the rest would take long.
        """
        ...


Maker = Callable[[str], Upscaler]
"""Makes an upscaler for a device name such as "auto" or "cpu"."""


class UpscalerRegistry:
    """Upscalers by name, made when they are first asked for."""

    def __init__(self) -> None:
        self._makers: dict[str, Maker] = {}

    def register(self, name: str, make: Maker) -> None:
        """Add a way to enlarge.

        Raises:
            ValueError: if the name is taken.
        """
        if name in self._makers:
            raise ValueError(f"There is an upscaler called {name} already.")
        self._makers[name] = make

    def names(self) -> list[str]:
        """All names, in the order of registration."""
        return list(self._makers)

    def make(self, name: str, device: str = "auto") -> Upscaler:
        """The upscaler called `name`.

        Raises:
            UpscalerError: if there is none of that name, or its weights cannot be loaded.
        """
        if name not in self._makers:
            raise UpscalerError(f"There is no upscaler called {name}. Choose among: {', '.join(self._makers)}.")
        return self._makers[name](device)


def standard_upscalers() -> UpscalerRegistry:
    """The interpolations, both outputs of the bundled generator, then what packages add through entry points."""
    from tinyface_core.upscalers.interpolation import INTERPOLATIONS, Interpolation

    def interpolation(name: str) -> Maker:
        return lambda _device: Interpolation(name)

    def network(name: str, refined: bool) -> Maker:
        def make(device: str) -> Upscaler:
            from tinyface_core.upscalers.generator import load_generator_upscaler

            return load_generator_upscaler(name, refined, device)

        return make

    registry = UpscalerRegistry()
    for name in INTERPOLATIONS:
        registry.register(name, interpolation(name))
    registry.register("sr-only", network("sr-only", refined=False))
    registry.register("refined", network("refined", refined=True))
    for point in entry_points(group=ENTRY_POINT_GROUP):
        registry.register(point.name, lambda device, p=point: p.load()(device))  # type: ignore[misc]
    return registry


def load_upscalers(names: Iterable[str], device: str = "auto") -> list[Upscaler]:
    """Upscalers by name or by the path of a model file, in that order.

    Args:
        names: of the standard upscalers, or paths that end in one of `MODEL_SUFFIXES`.
        device: where networks run.

    Raises:
        UpscalerError: if one does not exist or its weights cannot be loaded.
    """
    registry = standard_upscalers()
    return [_load(registry, name, device) for name in names]


def _load(registry: UpscalerRegistry, name: str, device: str) -> Upscaler:
    if name in registry.names() or Path(name).suffix.lower() not in MODEL_SUFFIXES:
        return registry.make(name, device)
    from tinyface_core.upscalers.model_file import load_model_file

    return load_model_file(Path(name), device)
