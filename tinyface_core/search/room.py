"""Handles out-of-memory errors: smaller batches and tiles, then the processor, then an error message."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tinyface_core.memory import OutOfMemory, is_out_of_memory

T = TypeVar("T")


class Room:
    """How much goes through a network at once: tiles' sides in pixels, or crops.

    It shrinks when memory runs out, and stays so: what did not fit once will not fit soon after.
    """

    def __init__(self, whole: int, least: int, leave_accelerator: Callable[[], bool], failure: str) -> None:
        """Start with the largest portion.

        Args:
            whole: largest portion.
            least: smallest portion.
            leave_accelerator: called when that is too large as well; says whether there was one to leave.
            failure: the sentence for the user when nothing helps.
        """
        self._whole, self._least, self._leave, self._failure = whole, least, leave_accelerator, failure
        self.size = whole
        self.left_accelerator = False

    @property
    def is_cramped(self) -> bool:
        """Whether portions are smaller than they should be."""
        return self.size < self._whole

    def run(self, work: Callable[[int], T]) -> T:
        """What `work(size)` gives; it is called again with less when memory runs out.

        Raises:
            OutOfMemory: if not even the smallest portion fits on the processor.
        """
        while True:
            try:
                return work(self.size)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
            # Outside of the handler, where the error no longer holds on to the memory.
            if self.size > self._least:
                self.size = max(self._least, self.size // 2)
            elif self._leave():
                self.size, self.left_accelerator = self._whole, True
            else:
                raise OutOfMemory(self._failure)
