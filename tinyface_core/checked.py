"""Validates values from files against a type."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

from msgspec import Meta, ValidationError, convert

from tinyface_core.files import read_text

T = TypeVar("T")

_LARGE = 1e15
_MOST_DIGITS = 50
_SPACE = re.compile(r"[ \t\n\r]*")

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
    """Convert values of JSON or TOML to a dataclass, `msgspec.Struct` or container; unknown fields are ignored.

    `others` converts them to types that JSON and TOML do not have, such as paths.

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
        values = _DECODER.decode(text if isinstance(text, str) else text.decode())
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return checked(values, kind)


def read_json(path: Path, kind: type[T]) -> T:
    """Read a JSON file like `checked_json`.

    Raises:
        UserError: if it is not UTF-8 text, or too large.
        ValueError: as `checked_json`.
    """
    return checked_json(read_text(path), kind)


class JsonReader:
    """Reads a JSON text value by value, so that a long one is not in memory as a whole; NaN and infinity are refused.

    All methods raise a `ValueError` where the text is not what they read.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0
        self._skip_to(0)

    def value(self) -> Any:
        """The value that comes next."""
        try:
            value, end = _DECODER.raw_decode(self._text, self._place)
        except RecursionError:
            raise ValueError("it is nested too deeply") from None
        self._skip_to(end)
        return value

    def members(self) -> Iterator[str]:
        """The names of an object's members; the value of each is to be read before the next."""
        for _ in self._parts("{", "}"):
            name = self.value()
            if not isinstance(name, str):
                raise ValueError(f"a name in it is no text, at character {self._place}")
            self._take(":")
            yield name

    def items(self) -> Iterator[int]:
        """The numbers of an array's items, from 0; each item is to be read before the next."""
        yield from self._parts("[", "]")

    def end(self) -> None:
        """Nothing comes any more."""
        if self._place < len(self._text):
            raise ValueError(f"more text follows at character {self._place}")

    def _parts(self, begin: str, end: str) -> Iterator[int]:
        self._take(begin)
        count = 0
        while not self._takes(end):
            if count:
                self._take(",")
            yield count
            count += 1

    def _take(self, sign: str) -> None:
        if not self._takes(sign):
            raise ValueError(f"no {sign} at character {self._place}")

    def _takes(self, sign: str) -> bool:
        found = self._text.startswith(sign, self._place)
        if found:
            self._skip_to(self._place + 1)
        return found

    def _skip_to(self, place: int) -> None:
        match = _SPACE.match(self._text, place)
        self._place = match.end() if match else place


def _integer(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"a number in it has {len(digits)} digits")
    return int(digits)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


_DECODER = json.JSONDecoder(parse_constant=_refuse, parse_int=_integer)
