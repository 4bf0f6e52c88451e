"""Which devices there are; asking needs torch, whose import takes seconds the first time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tinyface_core.device import Device


def find_devices() -> list[Device]:
    """All usable devices, quickest kind first; only a worker thread may ask."""
    from tinyface_core.device import list_devices

    return list_devices()
