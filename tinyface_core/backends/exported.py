"""Runs exported ONNX networks through a session of any runtime; does not need torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinyface_core.detector import centerface
from tinyface_core.detector.anchors import branches_from
from tinyface_core.gan.networks import DiscriminatorArrays, Enlarged, Float32s, SurroundingsArrays
from tinyface_core.onnx_runtime import Session
from tinyface_core.presets import DetectorPreset, GanPreset
from tinyface_core.runtime import Runtime

DETECTOR_OUTPUTS = ("scores", "places", "deltas")
"""Outputs of each stride; see `export.detector_onnx`."""


class ExportedDetector:
    """A `tinyface_core.detector.network.DetectorNetwork` made by `export.detector_onnx`."""

    def __init__(self, session: Session, preset: DetectorPreset, runtime: Runtime) -> None:
        self._session, self.preset, self.runtime = session, preset, runtime

    def __call__(
        self, pictures: NDArray[np.uint8], finest_stride: int = 0
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """See `DetectorNetwork`."""
        strides = [branch.stride for branch in branches_from(self.preset.branches, finest_stride)]
        wanted = [f"{kind}_{stride}" for stride in strides for kind in DETECTOR_OUTPUTS]
        outputs = self._session({"pictures": pictures}, wanted)
        scores = np.concatenate(outputs[::3], axis=1)
        deltas, first = np.zeros((*scores.shape, 4), np.float32), 0
        for some, places, given in zip(outputs[::3], outputs[1::3], outputs[2::3], strict=True):
            picture, anchor = np.divmod(places, some.shape[1])
            deltas[picture, first + anchor] = given
            first += some.shape[1]
        return scores, deltas

    def leave_accelerator(self) -> bool:
        """There is none."""
        return False


class ExportedMapsNetwork:
    """See `tinyface_core.detector.centerface.MapsNetwork`; what `scripts/import_centerface.py` wrote."""

    def __init__(self, session: Session, runtime: Runtime) -> None:
        self._session, self.runtime = session, runtime

    def __call__(self, picture: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """See `MapsNetwork`."""
        return self._session({centerface.INPUT: picture}, centerface.OUTPUTS)

    def leave_accelerator(self) -> bool:
        """There is none."""
        return False


class ExportedEnlarger:
    """A `tinyface_core.gan.networks.Enlarger` made by `export.generator_onnx`."""

    def __init__(self, session: Session, scale: int) -> None:
        self._generator, self.scale = session, scale

    def enlarge(self, low: NDArray[np.uint8]) -> Enlarged:
        """See `Enlarger`."""
        return Enlarged(*self._generator({"crops": low}, ("upsampled", "refined")))


class ExportedStage(ExportedEnlarger):
    """`tinyface_core.gan.networks.StageNetworks` made by `export.gan_onnx`."""

    def __init__(self, sessions: Mapping[str, Session], preset: GanPreset, runtime: Runtime) -> None:
        """`sessions` are those of "generator", "discriminator" and optionally "surroundings"."""
        super().__init__(sessions["generator"], preset.scale)
        self._sessions, self.preset, self.runtime = sessions, preset, runtime

    @property
    def has_surroundings(self) -> bool:
        """See `StageNetworks`."""
        return "surroundings" in self._sessions

    def judge(self, high: Float32s) -> DiscriminatorArrays:
        """See `StageNetworks`."""
        discriminator = self._sessions["discriminator"]
        said: list[Any] = discriminator({"crops": np.ascontiguousarray(high)}, discriminator.outputs)
        return DiscriminatorArrays(said[0], said[1], said[2] if len(said) > 2 else None)

    def judge_surroundings(self, around: NDArray[np.uint8]) -> SurroundingsArrays:
        """See `StageNetworks`."""
        network = self._sessions["surroundings"]
        said: list[Any] = network({"crops": np.ascontiguousarray(around)}, network.outputs)
        return SurroundingsArrays(said[0], said[1] if len(said) > 1 else None)

    def leave_accelerator(self) -> bool:
        """There is none."""
        return False
