"""Detectors behind one interface: what one is, how a third party adds one, how one is loaded by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import entry_points
from typing import Protocol, runtime_checkable

from tinyface_core.types import CancelToken, Progress, Proposal, RgbImage

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

    def propose(self, images: Sequence[RgbImage], cancel: CancelToken | None = None) -> list[list[Proposal]]:
        """Candidates of each RGB uint8 picture `(H, W, 3)`, best first, after NMS.

        Raises:
            Cancelled: soon after `cancel` is set.
        """
        ...


@runtime_checkable
class PiecewiseDetector(Detector, Protocol):
    """A detector that searches a large picture in pieces, and so can tell how far it has come."""

    def propose_in_pieces(
        self, image: RgbImage, cancel: CancelToken | None = None, progress: Progress | None = None
    ) -> list[Proposal]:
        """As `propose` for one picture; `progress("detect", done, total)` is called after every piece."""
        ...


DetectorFactory = Callable[[str], Detector]
"""Makes a detector for a device name."""


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

    def load(self, name: str, device: str = "auto") -> Detector:
        """Make the detector called `name`.

        Raises:
            UnknownDetectorError: if there is none.
            WeightsError: if its weights are missing or changed.
        """
        if name not in self._factories:
            raise UnknownDetectorError(f"There is no detector called {name}. Known: {', '.join(self.names())}.")
        return self._factories[name](device)


def standard_detectors(thorough: bool = False) -> DetectorRegistry:
    """All MB-FCN weights of the manifest, the installed peers, then what packages add through entry points.

    Args:
        thorough: search small faces on an enlarged copy of the picture too.
    """
    from tinyface_core.detector.inference import load_mbfcn
    from tinyface_core.detector.one_by_one import PyramidDetector
    from tinyface_core.detector.peers import installed_peers
    from tinyface_core.detector.pyramid import STANDARD, THOROUGH
    from tinyface_core.weights import installed_weights

    registry = DetectorRegistry()
    manifest = installed_weights()
    pyramid = THOROUGH if thorough else STANDARD
    for entry in manifest.entries:
        if entry.role == "detector":
            registry.add(entry.name, lambda device, e=entry: load_mbfcn(manifest, e, device, pyramid))  # type: ignore[misc]
    for peer in installed_peers():
        registry.add(peer.name, lambda _, p=peer: PyramidDetector(p.load(), pyramid) if thorough else p.load())  # type: ignore[misc]
    for point in entry_points(group=ENTRY_POINT_GROUP):
        registry.add(point.name, point.load())
    return registry
