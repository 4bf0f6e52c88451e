"""Chooses the backend: the requested one, else the fastest by a stored measurement."""

from __future__ import annotations

import ctypes
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from tinyface_core.backends.exported import ExportedDetector
from tinyface_core.checked import Number, read_json
from tinyface_core.files import replacing
from tinyface_core.folders import user_folder
from tinyface_core.onnx_runtime import OnnxSession, Session
from tinyface_core.presets import DETECTOR_PRESETS
from tinyface_core.runtime import Device, Runtime
from tinyface_core.types import UserError
from tinyface_core.weights import Manifest, WeightsEntry


def _openvino(model: bytes) -> Session:
    from tinyface_core.backends.openvino import OpenVinoSession

    return OpenVinoSession(model)


SESSIONS: dict[str, Callable[[bytes], Session]] = {"onnxruntime": OnnxSession, "openvino": _openvino}
"""Functions that open exported networks, by the name of the backend, which is also that of its package."""

BACKENDS = ("torch", *SESSIONS)

_WRONG = frozenset({("openvino", "int8")})
"""Backends and precisions with wrong results: in OpenVINO 2026.4 the scores of 8-bit detectors are wrong by up to 0.6,
the pictures of generators by 2 % of the range on average."""

_BURDEN = {"openvino": 1.25}
"""Factors for costs that the measurement does not include: OpenVINO compiles the networks again for every picture size,
and its waiting threads use processor time of other programs."""

_PICTURE = (1, 512, 640, 3)
_RUNS = 3


def resolved(wanted: Runtime) -> Runtime:
    """The requested runtime without "auto"; the precision of torch is chosen by torch.

    Accelerators use torch. Processors use the backend and precision that were fastest with the bundled detector. torch
    is not among them, because importing it takes longer than most searches.

    Raises:
        UserError: if there is no such backend, it is not installed, or it does not support the device.
    """
    backend, device = wanted.backend, wanted.device
    if backend not in ("auto", *BACKENDS):
        raise UserError(f"There is no backend {backend}: choose one of auto, {', '.join(BACKENDS)}.")
    if backend in SESSIONS:
        if device not in ("auto", "cpu"):
            raise UserError(f"{backend} runs on the processor alone: choose the backend torch for {device}.")
        if not is_installed(backend):
            raise UserError(f"The backend {backend} is not installed: pip install {backend}.")
        if (backend, wanted.precision) in _WRONG:
            raise UserError(f"{backend} computes wrong results in {wanted.precision}: choose the precision float32.")
    on_processor = device == "cpu" or backend in SESSIONS or (device == "auto" and not may_have_accelerator())
    if not on_processor or backend == "torch" or wanted.precision not in ("auto", "float32", "int8"):
        return replace(wanted, backend="torch")
    times = measured_times(Manifest.load())
    fitting = [
        runtime
        for runtime in times
        if backend in ("auto", runtime.backend) and wanted.precision in ("auto", runtime.precision)
    ]
    if fitting:
        return min(fitting, key=lambda runtime: times[runtime] * _BURDEN.get(runtime.backend, 1.0))
    return replace(wanted, device="cpu", backend="torch" if backend == "auto" else backend)


def measured_times(manifest: Manifest) -> dict[Runtime, float]:
    """Milliseconds of the default detector of a manifest for a small picture, by runtime.

    Measured once for each processor, backend version and detector, and stored in the user's folder.
    """
    entry = manifest.default("detector")
    file = user_folder("backends.json")
    key = ", ".join([processor_name(), f"{processors()} processors", *_versions(), *entry.exported.values()])
    kept: dict[str, dict[str, float]] = {}
    with suppress(OSError, ValueError, UserError):
        kept = read_json(file, dict[str, dict[str, Number]])
    if key not in kept:
        kept[key] = {f"{known.backend} {known.precision}": taken for known, taken in _measure(manifest, entry).items()}
        if kept[key]:  # otherwise it is measured again next time
            with suppress(OSError), replacing(file) as part:
                part.write_text(json.dumps(kept, indent=2), encoding="utf-8")
    times = {Runtime("cpu", *name.split(" ", 1)): taken for name, taken in kept[key].items()}
    return {known: taken for known, taken in times.items() if (known.backend, known.precision) not in _WRONG}


def _measure(manifest: Manifest, entry: WeightsEntry) -> dict[Runtime, float]:
    picture, times = np.random.default_rng(0).integers(0, 256, _PICTURE, np.uint8), {}
    for backend, open_session in SESSIONS.items():
        for precision in entry.exported if is_installed(backend) else ():
            runtime = Runtime("cpu", backend, precision)
            try:
                session = open_session(manifest.exported(entry, precision))
                network = ExportedDetector(session, DETECTOR_PRESETS[entry.preset], runtime)
                network(picture)  # warm-up
                times[runtime] = min(_milliseconds(lambda run=network: run(picture)) for _ in range(_RUNS))  # type: ignore[misc]
            except (ImportError, RuntimeError):  # an installed but broken backend is left out
                continue
    return times


def _milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def is_installed(package: str) -> bool:
    """Whether a package can be imported; it is not imported."""
    try:
        return find_spec(package) is not None
    except (ImportError, ValueError):
        return False


def may_have_accelerator() -> bool:
    """Whether torch may find an accelerator, without importing it, which takes seconds."""
    if not is_installed("torch"):
        return False
    if sys.platform == "darwin":
        return platform.machine() == "arm64"
    build = version("torch").partition("+")[2]
    if build.startswith(("cpu", "xpu")):
        return build != "cpu"
    try:
        ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return Path("/dev/kfd").exists()  # AMD's cards
    return True


def processor_name() -> str:
    """Model name of the processor."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def processor() -> Device:
    """The processor as a device, without torch."""
    return Device.processor(processors())


def processors() -> int:
    """Number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _versions() -> list[str]:
    found = []
    for package in SESSIONS:
        with suppress(PackageNotFoundError):
            found.append(f"{package} {version(package)}")
    return found
