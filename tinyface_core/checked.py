"""Validates values from files against a type."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

from msgspec import Meta, ValidationError, convert

from tinyface_core.files import read_text

T = TypeVar("T")

_LARGE = 1e15
_MOST_DIGITS = 50

Number = Annotated[float, Meta(ge=-_LARGE, le=_LARGE)]
"""A finite number."""

Share = Annotated[float, Meta(ge=0, le=1)]
"""A probability or a fraction."""

Count = Annotated[int, Meta(ge=0, le=int(_LARGE))]

Edge = Annotated[float, Meta(ge=-1e6, le=1e6)]
"""Coordinate of a box, in pixels."""

Side = Annotated[int, Meta(ge=1, le=1_000_000)]
"""Width or height of a picture in pixels."""

Turn = Annotated[int, Meta(ge=0, le=270, multiple_of=90)]
"""Clockwise rotation of a picture in degrees."""


def checked(values: Any, kind: type[T], others: Callable[[type, Any], Any] | None = None) -> T:
    """Convert plain values to a dataclass, `msgspec.Struct` or container of them; unknown fields are ignored.

    Args:
        values: values read from JSON or TOML.
        kind: the wanted type.
        others: converts values to types that JSON and TOML do not have, such as paths.

    Raises:
        ValueError: says what is wrong and where, for use inside a sentence.
    """
    try:
        return convert(values, kind, dec_hook=others)
    except ValidationError as error:
        what, _, where = str(error).replace("`", "").partition(" - at $")
        what = what[:1].lower() + what[1:]
        raise ValueError(f"{where.lstrip('.')}: {what}" if where else what) from error


def checked_json(text: str | bytes, kind: type[T]) -> T:
    """Parse JSON and convert it like `checked`; lone surrogates in file names are preserved.

    Raises:
        ValueError: as `checked`; also if it is not JSON, or contains NaN or infinity.
    """
    try:
        values = json.loads(text, parse_constant=_refuse, parse_int=_integer)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return checked(values, kind)


def read_json(path: Path, kind: type[T]) -> T:
    """Read a JSON file like `checked_json`.

    Raises:
        OSError: if it is missing or may not be read.
        UserError: if it is not UTF-8 text, or too large.
        ValueError: as `checked_json`.
    """
    return checked_json(read_text(path), kind)


def _integer(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"a number in it has {len(digits)} digits")
    return int(digits)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")
