"""Handles out-of-memory errors: smaller batches and tiles, then the processor, then an error message."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tinyface_core.memory import OutOfMemory, is_out_of_memory

T = TypeVar("T")


class PortionSize:
    """How much goes through a network at once: a tile's side in pixels, or a number of crops.

    It is halved when memory runs out, and stays smaller.
    """

    def __init__(self, whole: int, least: int, leave_accelerator: Callable[[], bool], failure: str) -> None:
        """Start with the largest size.

        If the smallest is too large as well, `leave_accelerator` moves the network to the CPU and returns whether it
        was elsewhere; if nothing helps, `failure` is the error's message.
        """
        self._whole, self._least, self._leave, self._failure = whole, least, leave_accelerator, failure
        self.size = whole
        self.left_accelerator = False

    @property
    def is_reduced(self) -> bool:
        """Whether the size was reduced."""
        return self.size < self._whole

    def run(self, work: Callable[[int], T]) -> T:
        """Return `work(size)`; it is called again with a smaller size if memory runs out.

        Raises:
            OutOfMemory: if not even the smallest size fits into the CPU's memory.
        """
        while True:
            try:
                return work(self.size)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
            # Outside the handler, so that the error's traceback no longer keeps the memory.
            if self.size > self._least:
                self.size = max(self._least, self.size // 2)
            elif self._leave():
                self.size, self.left_accelerator = self._whole, True
            else:
                raise OutOfMemory(self._failure)
