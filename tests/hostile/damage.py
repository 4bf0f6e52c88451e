"""Damages files of every kind, and finds out whether each is read, or refused in one sentence that names it."""

from __future__ import annotations

import random
from pathlib import Path

from tests.hostile.kinds import Kind
from tinyface_core.failures import user_sentence

WAYS = ("flips", "header", "cut", "zeros", "repeated", "ones")


def damaged(data: bytes, way: str, chance: random.Random) -> bytes:
    """A file as a bad disk, a broken copy or someone with bad intent leaves it."""
    place = chance.randrange(len(data))
    if way == "cut":
        return data[:place]
    if way in ("zeros", "ones"):
        length = min(chance.choice((4, 200)), len(data) - place)
        return data[:place] + (b"\0" if way == "zeros" else b"\xff") * length + data[place + length :]
    if way == "repeated":
        return data[:place] + data[place // 2 : place // 2 + 3000] + data[place:]
    changed = bytearray(data)
    for _ in range(chance.choice((1, 20))):
        changed[chance.randrange(len(data) if way == "flips" else min(600, len(data)))] = chance.randrange(256)
    return bytes(changed)


class Untold(Exception):
    """A file that ended in anything but a sentence for the user."""


def outcome(kind: Kind, path: Path) -> str:
    """ "read", or the sentence of the refusal.

    Raises:
        Untold: if it ends otherwise: in a traceback, in several lines, or without the name of the file.
    """
    try:
        kind.read(path)
    except Exception as error:
        sentence = user_sentence(error)
        names = (path.stem, path.parent.name)
        if not sentence or "\n" in sentence or not any(name in sentence for name in names):
            raise Untold(f"{path.name}: {type(error).__name__}: {error}") from error
        return sentence
    return "read"
