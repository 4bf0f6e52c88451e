"""The one place that decides where networks run."""

from __future__ import annotations

import torch


def available_devices() -> list[str]:
    """Names of the usable devices, quickest kind first, always ending in "cpu"."""
    found = [f"cuda:{i}" for i in range(torch.cuda.device_count())] if torch.cuda.is_available() else []
    if torch.backends.mps.is_available():
        found.append("mps")
    if hasattr(torch, "xpu") and torch.xpu.is_available():
        found.append("xpu")
    return [*found, "cpu"]


def choose_device(name: str = "auto") -> torch.device:
    """The device called `name`, or the quickest kind there is for "auto".

    Raises:
        ValueError: if this machine has no such device.
    """
    found = available_devices()
    if name == "auto":
        return torch.device(found[0])
    if name not in found and not any(device.split(":")[0] == name for device in found):
        raise ValueError(f"This machine has no device called {name}. Choose one of: auto, {', '.join(found)}.")
    return torch.device(name)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error of torch means that memory ran out; on the processor only its words tell.

    The second sentence is oneDNN's, seen when it cannot set up a convolution for want of memory.
    """
    said = ("can't allocate memory", "could not create a primitive")
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or (
        isinstance(error, RuntimeError) and any(words in str(error) for words in said)
    )


def describe_devices() -> list[str]:
    """One sentence for each usable device."""
    sentences = []
    for name in available_devices():
        if name.startswith("cuda"):
            properties = torch.cuda.get_device_properties(name)
            sentences.append(f"{name}: {properties.name}, {properties.total_memory / 2**30:.0f} GiB")
        else:
            sentences.append(f"{name}: {torch.get_num_threads()} threads" if name == "cpu" else name)
    return sentences
