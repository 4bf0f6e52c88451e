"""Detectors behind one interface: what one is, how a third party adds one, how one is loaded by name."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Protocol

from tinyface_core.detector.pyramid import SearchPlan
from tinyface_core.types import Detections, RgbImage, Runtime

ENTRY_POINT_GROUP = "tinyface.detectors"


class Detector(Protocol):
    """Finds face candidates."""

    @property
    def name(self) -> str:
        """What the user calls it."""
        ...

    @property
    def digest(self) -> str:
        """SHA-256 of its weights, empty where it has none."""
        ...

    @property
    def plan(self) -> SearchPlan:
        """How it wants pictures to be searched."""
        ...

    @property
    def runtime(self) -> Runtime:
        """What runs its network."""
        ...

    def propose(self, pixels: RgbImage, finest_stride: int = 0) -> Detections:
        """Candidates of one tile, RGB uint8 `(H, W, 3)`, in any order; suppression comes later.

        Branches on strides finer than `finest_stride` need not run.
        """
        ...

    def leave_accelerator(self) -> bool:
        """Go on upon the processor, as the accelerator's memory is full; whether there was one to leave."""
        ...


DetectorFactory = Callable[[Runtime], Detector]
"""Makes a detector that runs as is asked for."""


class UnknownDetectorError(ValueError):
    """No detector of that name."""


class DetectorRegistry:
    """Detectors by name."""

    def __init__(self) -> None:
        self._factories: dict[str, DetectorFactory] = {}

    def add(self, name: str, factory: DetectorFactory) -> None:
        """Add a detector.

        Raises:
            ValueError: if there is one of that name already.
        """
        if name in self._factories:
            raise ValueError(f"There is a detector called {name} already.")
        self._factories[name] = factory

    def names(self) -> list[str]:
        """All names, in the order in which they were added."""
        return list(self._factories)

    def load(self, name: str, runtime: Runtime = Runtime()) -> Detector:
        """Make the detector called `name`.

        Raises:
            UnknownDetectorError: if there is none.
            WeightsError: if its weights are missing or changed.
        """
        if name not in self._factories:
            raise UnknownDetectorError(f"There is no detector called {name}. Known: {', '.join(self.names())}.")
        return self._factories[name](runtime)


def standard_detectors() -> DetectorRegistry:
    """All MB-FCN weights of the manifest, the installed peers, then what packages add through entry points."""
    from tinyface_core.backends.loading import load_mbfcn
    from tinyface_core.detector.peers import installed_peers
    from tinyface_core.own_weights import installed_weights

    registry = DetectorRegistry()
    manifest = installed_weights()
    for entry in manifest.entries:
        if entry.role == "detector":
            registry.add(entry.name, lambda runtime, e=entry: load_mbfcn(manifest, e, runtime))  # type: ignore[misc]
    for peer in installed_peers():
        registry.add(peer.name, lambda _, p=peer: p.load())  # type: ignore[misc]
    for point in entry_points(group=ENTRY_POINT_GROUP):
        registry.add(point.name, point.load())
    return registry
