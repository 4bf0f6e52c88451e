"""What networks run on, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Runtime:
    """Where and how networks run; "auto" in a request.

    Attributes:
        device: "cpu", "cuda:0", ...
        backend: "torch", "onnxruntime", ...
        precision: "float32", "bfloat16", "int8", ...
    """

    device: str = "auto"
    backend: str = "auto"
    precision: str = "auto"


class RunsNetworks(Protocol):
    """Runs networks; can leave an accelerator whose memory is full."""

    @property
    def runtime(self) -> Runtime:
        """Where and how they run."""

    def leave_accelerator(self) -> bool:
        """Move the networks from an accelerator to the processor; returns whether they were on one."""


@dataclass(frozen=True, slots=True)
class Device:
    """A device that networks can run on.

    Attributes:
        name: as torch calls it: "cuda:0", "xpu:0", "mps", "cpu".
        hardware: its model with memory, or its number of threads; may be empty.
    """

    name: str
    hardware: str

    @staticmethod
    def processor(threads: int) -> Device:
        """The processor with so many threads."""
        return Device("cpu", "1 thread" if threads == 1 else f"{threads} threads")

    def __str__(self) -> str:
        """Name for the user: "CPU (2 threads)"."""
        kind, _, number = self.name.partition(":")
        title = f"{kind.upper()} {number}".strip()
        return f"{title} ({self.hardware})" if self.hardware else title
