"""The detector interface and the detectors by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

import numpy as np

from tinyface_core.detector import centerface
from tinyface_core.detector.peers import PEERS
from tinyface_core.detector.pyramid import SearchPlan
from tinyface_core.own_weights import installed_weights
from tinyface_core.registry import Entry, Guarded, Registry, form_of, imported
from tinyface_core.runtime import RunsNetworks, Runtime
from tinyface_core.search_settings import AND, Effort, SearchSettings
from tinyface_core.types import Detections, RgbImage
from tinyface_core.weights import Manifest, WeightsEntry


class Detector(RunsNetworks, Protocol):
    """Finds face candidates."""

    @property
    def name(self) -> str:
        """Name for the user."""

    @property
    def digest(self) -> str:
        """SHA-256 of its weights; empty if it has none."""

    @property
    def plan(self) -> SearchPlan:
        """How pictures are searched with it."""

    def propose(self, pixels: RgbImage, finest_stride: int = 0) -> Detections:
        """Candidates of one tile, RGB uint8 `(H, W, 3)`, in any order; suppression comes later.

        Branches with strides less than `finest_stride` need not run.
        """


SECOND_DETECTOR = centerface.NAME
"""Name of the detector that searches beside the default one, except in a fast search."""

DetectorMaker = Callable[[Runtime], Detector]
"""Makes a detector that runs as is asked for."""


def standard_detectors() -> Registry[DetectorMaker]:
    """MB-FCN weights of the manifest, detectors of other projects and of plug-ins; each gives a `DetectorMaker`.

    Raises:
        WeightsError: if the program's own manifest cannot be read.
    """
    manifest = installed_weights()
    own = (_ours(manifest, entry) for entry in manifest.entries if entry.role == "detector")
    return Registry("detector", "tinyface.detectors", (*own, _CENTERFACE, *PEERS), _Guarded)


class _Guarded(Guarded):
    members = "name", "digest", "plan", "propose", "runtime", "leave_accelerator"

    def propose(self, pixels: RgbImage, finest_stride: int = 0) -> Detections:
        """See `Detector`."""

        def work() -> Detections:
            found = self.part.propose(pixels, finest_stride)
            if not isinstance(found, Detections):
                raise TypeError(f"it gave {form_of(found)} and not Detections")
            if len(found.boxes) != len(found.scores):
                raise ValueError(f"it gave {len(found.boxes)} boxes and {len(found.scores)} scores")
            if not (np.isfinite(found.boxes).all() and ((found.scores >= 0) & (found.scores <= 1)).all()):
                raise ValueError("it gave boxes that are no numbers, or scores that are not from 0 to 1")
            return found

        found: Detections = self.guard(work)
        return found


def default_detectors(manifest: Manifest, settings: SearchSettings) -> str:
    """Names of the detectors of a search that names none, joined by `AND`.

    All but a fast search have two: networks of different designs and trainings make different mistakes.

    Raises:
        WeightsError: if there are no detector's weights.
    """
    name = manifest.default("detector", settings.effort).name
    both = settings.second_detector and settings.effort is not Effort.FAST
    return f"{name}{AND}{SECOND_DETECTOR}" if both else name


_CENTERFACE: Entry[DetectorMaker] = Entry(
    centerface.NAME,
    "CenterFace",
    imported("tinyface_core.backends.loading:load_centerface"),
    "A detector of other authors (Xu et al., 2019), under the MIT licence",
)


def _ours(manifest: Manifest, entry: WeightsEntry) -> Entry[DetectorMaker]:
    load = imported("tinyface_core.backends.loading:load_mbfcn")
    return Entry(entry.name, entry.name, lambda: partial(load(), manifest, entry))
