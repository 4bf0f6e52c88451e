"""Chooses the torch device."""

from __future__ import annotations

from functools import cache

import torch

from tinyface_core.runtime import Device
from tinyface_core.types import UserError

PRECISIONS = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


def available_devices() -> list[str]:
    """Names of the usable devices, fastest kind first, always ending with "cpu"."""
    found = [f"cuda:{i}" for i in range(torch.cuda.device_count())] if torch.cuda.is_available() else []
    if torch.backends.mps.is_available():
        found.append("mps")
    if torch.xpu.is_available():
        found += [f"xpu:{i}" for i in range(torch.xpu.device_count())]
    return [*found, "cpu"]


def choose_device(name: str = "auto") -> torch.device:
    """The device called `name`, or the fastest available kind for "auto".

    Raises:
        UserError: if this machine has no such device.
    """
    found = available_devices()
    if name == "auto":
        return torch.device(found[0])
    if name not in found and not any(device.split(":")[0] == name for device in found):
        raise UserError(f"This machine has no device called {name}. Choose one of: auto, {', '.join(found)}.")
    return torch.device(name)


def half_precision(device: torch.device, precision: str = "auto") -> torch.autocast:
    """Autocast context with 16-bit numbers if the device is faster with them, otherwise without effect.

    Scores then differ from those of float32 in the third decimal.
    """
    number = working_type(device, precision)
    return torch.autocast(device.type, number, enabled=number != torch.float32)


def working_type(device: torch.device, precision: str = "auto") -> torch.dtype:
    """The number type that `half_precision` uses; with "auto" the fastest one on the device.

    A processor is faster with bfloat16 only if it has instructions for it.

    Raises:
        UserError: if there is no such precision.
    """
    if precision != "auto":
        if precision not in PRECISIONS:
            raise UserError(f"There is no precision {precision}: choose one of auto, {', '.join(PRECISIONS)}.")
        return PRECISIONS[precision]
    if device.type in ("cuda", "xpu"):
        return torch.bfloat16 if getattr(torch, device.type).is_bf16_supported() else torch.float16
    return torch.bfloat16 if device.type == "cpu" and _has_bfloat16() else torch.float32


@cache
def _has_bfloat16() -> bool:
    abilities = torch.cpu.get_capabilities()
    return bool(abilities.get("avx512_bf16") or abilities.get("amx_bf16"))


def list_devices() -> list[Device]:
    """The usable devices, fastest kind first, always ending with the processor."""
    return [_described(name) for name in available_devices()]


def _described(name: str) -> Device:
    if name == "cpu":
        return Device.processor(torch.get_num_threads())
    if not name.startswith(("cuda", "xpu")):
        return Device(name, "")
    properties = getattr(torch, name.partition(":")[0]).get_device_properties(name)
    return Device(name, f"{properties.name}, {properties.total_memory / 2**30:.0f} GiB")
