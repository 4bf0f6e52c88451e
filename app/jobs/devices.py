"""Finds the devices that networks can run on."""

from __future__ import annotations

from tinyface_core.runtime import Device


def find_devices() -> list[Device]:
    """All usable devices, fastest kind first; for worker threads only.

    Torch lists the accelerators, but its import takes seconds: it is imported only if there may be one.
    """
    from tinyface_core.backends.choice import may_have_accelerator, processor

    if not may_have_accelerator():
        return [processor()]
    from tinyface_core.device import list_devices

    return list_devices()
