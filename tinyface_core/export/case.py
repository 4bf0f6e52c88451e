"""The head of a report (title, case number, examiner) and the words of its language."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

LANGUAGES = ("en", "de")
"""Languages of reports; English for all others."""

_PLACE = re.compile(r"\{\d\}")


@dataclass(frozen=True, slots=True)
class Case:
    """The head of a report; empty fields are omitted.

    Attributes:
        number: of the case.
        date: of the report, as text.
        language: one of `LANGUAGES`.
    """

    title: str = ""
    number: str = ""
    examiner: str = ""
    date: str = ""
    language: str = "en"

    @property
    def lines(self) -> list[tuple[str, str]]:
        """The non-empty fields, each with its name in the report's language."""
        say = words(self.language)
        named = ((say("Case"), self.number), (say("Examiner"), self.examiner), (say("Date"), self.date))
        return [(name, value) for name, value in named if value]


def words(language: str) -> Callable[[str], str]:
    """A function that translates English words and sentences; unknown ones are returned unchanged.

    Parts of a sentence that vary, which are numbered in the list of translations, are translated too.
    """
    path = Path(__file__).with_name(f"report.{language}.json")
    known: dict[str, str] = json.loads(path.read_text("utf-8")) if language in LANGUAGES[1:] else {}
    varying = sorted((text for text in known if "{0}" in text), key=lambda text: -len(_PLACE.sub("", text)))
    patterns = [(re.compile("(.+?)".join(map(re.escape, _PLACE.split(text))), re.DOTALL), text) for text in varying]

    def say(text: str) -> str:
        if text in known:
            return known[text]
        matches = ((pattern.fullmatch(text), source) for pattern, source in patterns)
        found, source = next(((found, source) for found, source in matches if found is not None), (None, ""))
        return text if found is None else known[source].format(*map(say, found.groups()))

    return say


def number_writer(language: str) -> Callable[[float, int], str]:
    """A function that formats a number with a number of decimals as in a language."""
    point = "," if language == "de" else "."
    return lambda value, places: f"{value:.{places}f}".replace(".", point)
