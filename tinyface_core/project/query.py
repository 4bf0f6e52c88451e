"""Questions to a project, such as `size < 16 and score > 0.8 and verdict is none`.

A question is translated to an SQL condition. The user's values are bound as parameters, never inserted into the SQL.
The grammar:

    question   = all { "or" all }
    all        = one { "and" one }
    one        = "not" one | "(" question ")" | field sign value
    sign       = "<" | "<=" | ">" | ">=" | "=" | "!=" | "is" | "is not" | "contains"
    value      = number | word | text in quotes

Keywords, fields and verdicts are case-insensitive.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from tinyface_core.files import absolute
from tinyface_core.media.fetching import is_url
from tinyface_core.project.groups import NUMBER
from tinyface_core.project.places import NAME, name_bytes
from tinyface_core.project.store import Project
from tinyface_core.types import UserError, Verdict

Value = float | str | bytes

MOST_COMPARISONS = 100
"""Most comparisons in one question; SQLite's limit is some hundreds."""

DEEPEST = 20
"""Deepest nesting of parentheses and negations."""

OF_FACES = (
    "CROSS JOIN pictures ON pictures.id = faces.picture "
    "LEFT JOIN runs ON (runs.picture, runs.frame) = (faces.picture, faces.frame)"
)
"""Joins the tables that a condition may refer to. CROSS JOIN makes SQLite iterate over faces, in their order."""

_PICTURES = (
    "pictures LEFT JOIN faces ON faces.picture = pictures.id "
    "LEFT JOIN runs ON (runs.picture, runs.frame) = (faces.picture, faces.frame)"
)
"""The same tables for a query of pictures, including those without faces."""

_TOKEN = re.compile(r"""\s*(?:(?P<text>"[^"]*"|'[^']*')|(?P<sign><=|>=|!=|[<>=()])|(?P<word>[^\s<>=!()"']+))""")
_NEGATED = "is not"
_MOMENT = re.compile(r"\d{4}(-\d\d(-\d\d( \d\d(:\d\d(:\d\d)?)?)?)?)?")
_EARLIEST = "0001-01-01 00:00:00"


class QueryError(UserError):
    """A question that cannot be understood; the message is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class Condition:
    """An SQL condition on joined rows of faces, pictures and runs, with `?` for each of its values."""

    sql: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The faces and pictures that match a question.

    Attributes:
        sources: paths of their pictures, and of pictures without faces that match.
    """

    faces: frozenset[int]
    sources: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a question.

    Attributes:
        about: a description for the user.
        sql: SQL expression of its value.
        signs: the operators it can be compared with, and their SQL, in which `{}` stands for `sql`.
        value: converts the user's text to the bound value.
    """

    about: str
    sql: str
    signs: Mapping[str, str]
    value: Callable[[str], Value]


def _number(text: str) -> float:
    with suppress(ValueError):
        if isfinite(number := float(text)):
            return number
    raise QueryError(f"{text!r} is no number.")


def _yes(text: str) -> float:
    if text.lower() not in ("yes", "no"):
        raise QueryError(f"{text!r} is neither yes nor no.")
    return float(text.lower() == "yes")


def _verdict(text: str) -> str:
    if text.lower() not in _VERDICTS:
        raise QueryError(f"{text!r} is no verdict: write one of {', '.join(_VERDICTS)}.")
    return str(_VERDICTS[text.lower()])


def _moment(text: str) -> str:
    with suppress(ValueError):
        if _MOMENT.fullmatch(text) and datetime.fromisoformat(text + _EARLIEST[len(text) :]):
            return text
    raise QueryError(f"{text!r} is no time: write a year, 2019-06, 2019-06-30, or '2019-06-30 18:05'.")


def _folder(text: str) -> bytes:
    place = text.rstrip("/") if is_url(text) else absolute(text)
    return name_bytes(os.path.join(place, ""))  # noqa: PTH118, it ends with a separator


_VERDICTS = {
    "none": Verdict.UNDECIDED,
    "confirmed": Verdict.CONFIRMED,
    "rejected": Verdict.NOT_A_FACE,
    "unsure": Verdict.UNSURE,
}
_EQUAL = {"=": "{} = ?", "is": "{} = ?", "!=": "{} <> ?", _NEGATED: "{} <> ?"}
_ORDERED = _EQUAL | {sign: f"{{}} {sign} ?" for sign in ("<", "<=", ">", ">=")}
_WORDED = {sign: sql.replace("?", NAME) for sign, sql in _EQUAL.items()} | {
    "contains": f"instr(lower({{}}), lower({NAME})) > 0"
}
_UNDER = {"is": f"instr({{}}, {NAME}) = 1", _NEGATED: f"instr({{}}, {NAME}) <> 1"}
# A time may be a prefix, such as a year or a day, which stands for all of it. "~" sorts after every digit.
_TIMED = {
    "is": "instr({}, ?) = 1", "=": "instr({}, ?) = 1", _NEGATED: "instr({}, ?) <> 1", "!=": "instr({}, ?) <> 1",
    "<": "{} < ?", ">=": "{} >= ?", "<=": "{} <= ? || '~'", ">": "{} > ? || '~'",
}  # fmt: skip


def _or_unknown(signs: Mapping[str, str]) -> Mapping[str, str]:
    """The same operators for a field that may be NULL: NULL is unequal to every value."""
    return {sign: f"coalesce({sql}, {int(sign in ('!=', _NEGATED))})" for sign, sql in signs.items()}


FIELDS: Mapping[str, _Field] = {
    "size": _Field("longer side of the box in pixels", "faces.size", _ORDERED, _number),
    "score": _Field("0 to 1", "score", _ORDERED, _number),
    "verdict": _Field(", ".join(_VERDICTS), "verdict", _EQUAL, _verdict),
    "note": _Field("text that was noted of the face", "note", _WORDED, name_bytes),
    "drawn": _Field("yes or no: by hand", "drawn", _EQUAL, _yes),
    "refined": _Field("yes or no: judged a second time", "faces.refined", _EQUAL, _yes),
    "x": _Field("of its middle, as a share of the width", "(x1 + x2) / 2 / width", _ORDERED, _number),
    "y": _Field("of its middle, as a share of the height", "(y1 + y2) / 2 / height", _ORDERED, _number),
    "faces": _Field(
        "how many the picture or frame has",
        "(SELECT count(*) FROM faces AS all_of WHERE (all_of.picture, all_of.frame) = (faces.picture, faces.frame))",
        _ORDERED,
        _number,
    ),
    "width": _Field("of the picture in pixels", "width", _ORDERED, _number),
    "height": _Field("of the picture in pixels", "height", _ORDERED, _number),
    "seconds": _Field("time in a video, which photos have none of", "faces.seconds", _or_unknown(_ORDERED), _number),
    "path": _Field("of the picture", "seen_at", _WORDED, name_bytes),
    "folder": _Field("that the picture lies in, or under", "seen_at", _UNDER, _folder),
    "taken": _Field("when, by the camera's clock: 2019, 2019-06, 2019-06-30", "taken", _or_unknown(_TIMED), _moment),
    "camera": _Field("maker and model, '' where it is not known", "coalesce(camera, '')", _WORDED, name_bytes),
    "searched": _Field(
        "yes or no: the picture was",
        "EXISTS (SELECT 1 FROM runs AS of_it WHERE of_it.picture = pictures.id)",
        _EQUAL,
        _yes,
    ),
    "failed": _Field(
        "yes or no: the picture could not be searched",
        "EXISTS (SELECT 1 FROM files WHERE files.picture = pictures.id AND reason <> '')",
        _EQUAL,
        _yes,
    ),
    "reviewed": _Field("yes or no: every face of the picture is marked", "reviewed", _EQUAL, _yes),
    "group": _Field("number of the faces that look alike; 0 of a face that is alone", NUMBER, _ORDERED, _number),
    "grouped": _Field("yes or no: others were found that look alike", f"({NUMBER} > 0)", _EQUAL, _yes),
}
"""All fields, by name."""


def parse(question: str) -> Condition:
    """Translate a question to a condition.

    Raises:
        QueryError: if the question cannot be understood.
    """
    return _Parser(question).condition()


def answer(project: Project, condition: Condition, with_faces: bool = True) -> Answer:
    """The faces and pictures that match a question; pictures without faces or not yet searched may match, too.

    Without `with_faces` only pictures are found, if there are too many faces.

    Raises:
        ProjectError: if the project cannot be read.
    """
    places = project.rows(
        f"SELECT path, seen_at FROM pictures WHERE id IN (SELECT pictures.id FROM {_PICTURES} WHERE {condition.sql})",
        condition.values,
    )
    asked = f"SELECT faces.id FROM faces {OF_FACES} WHERE {condition.sql}"
    found = project.rows(asked, condition.values) if with_faces else []
    return Answer(frozenset(id_ for (id_,) in found), frozenset(project.place(*place) for place in places))


def without_faces(project: Project, condition: Condition) -> Iterator[str]:
    """Paths of the pictures without a face that match a question, read from the project page by page.

    Raises:
        ProjectError: if the project cannot be read.
    """
    query = f"SELECT pictures.id, path, seen_at FROM {_PICTURES} WHERE faces.id IS NULL AND ({condition.sql})"
    for rows in project.paged(query, condition.values):
        yield from (project.place(*place) for _, *place in rows)


class _Parser:
    def __init__(self, question: str) -> None:
        self._tokens: list[tuple[str, str, int]] = []
        self._values: list[Value] = []
        self._next = self._depth = 0
        place = 0
        while question[place:].strip():
            token = _TOKEN.match(question, place)
            if token is None:
                raise QueryError(f"A quote or sign is left over at {question[place:].strip()!r}: check the question.")
            kind = str(token.lastgroup)
            self._tokens.append((kind, token[kind], token.start(kind)))
            place = token.end()

    def condition(self) -> Condition:
        sql = self._any()
        if self._next < len(self._tokens):
            raise self._error('"and" or "or"')
        return Condition(sql, tuple(self._values))

    def _any(self) -> str:
        return self._joined("or", self._all)

    def _all(self) -> str:
        return self._joined("and", self._one)

    def _joined(self, word: str, part: Callable[[], str]) -> str:
        parts = [part()]
        while self._took(word):
            parts.append(part())
        return f" {word.upper()} ".join(parts)

    def _one(self) -> str:
        if self._took("not"):
            with self._deeper():
                return f"NOT ({self._one()})"
        if self._took("("):
            with self._deeper():
                inner = self._any()
            if not self._took(")"):
                raise self._error('")"')
            return f"({inner})"
        return self._comparison()

    @contextmanager
    def _deeper(self) -> Iterator[None]:
        if self._depth == DEEPEST:
            raise QueryError(f"The question is nested more than {DEEPEST} deep: put it more simply.")
        self._depth += 1
        yield
        self._depth -= 1

    def _comparison(self) -> str:
        if len(self._values) == MOST_COMPARISONS:
            raise QueryError(f"The question has more than {MOST_COMPARISONS} comparisons: ask in several.")
        kind, name = self._peeked()
        field = FIELDS.get(name.lower()) if kind == "word" else None
        if field is None:
            raise self._error(f"one of {', '.join(FIELDS)}")
        self._next += 1
        sign = self._sign()
        sql = field.signs.get(sign)
        if sql is None:
            self._next -= 1
            raise self._error(f"one of {', '.join(field.signs)} after {name}")
        kind, text = self._peeked()
        if kind not in ("word", "text"):
            raise self._error(f"a value for {name} ({field.about})")
        self._next += 1
        self._values.append(field.value(text[1:-1] if kind == "text" else text))
        return sql.format(field.sql)

    def _sign(self) -> str:
        sign = self._peeked()[1].lower()
        self._next += 1
        return _NEGATED if sign == "is" and self._took("not") else sign

    def _peeked(self) -> tuple[str, str]:
        return self._tokens[self._next][:2] if self._next < len(self._tokens) else ("", "")

    def _took(self, word: str) -> bool:
        kind, text = self._peeked()
        if kind == "text" or text.lower() != word:
            return False
        self._next += 1
        return True

    def _error(self, wanted: str) -> QueryError:
        if self._next >= len(self._tokens):
            return QueryError(f"The question ends where {wanted} is to follow.")
        _, text, place = self._tokens[self._next]
        return QueryError(f"The question has {text!r} at character {place + 1}, where {wanted} is to stand.")
