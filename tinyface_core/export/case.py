"""The head of a report (title, case number, examiner) and the words of its language."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

LANGUAGES = ("en", "de")
"""Of reports; other languages get English."""


@dataclass(frozen=True, slots=True)
class Case:
    """The head of a report; what is empty is left out.

    Attributes:
        title: of the report.
        number: of the case.
        examiner: who examined the pictures.
        date: of the report, as it is to be read.
        language: one of `LANGUAGES`.
    """

    title: str = ""
    number: str = ""
    examiner: str = ""
    date: str = ""
    language: str = "en"

    @property
    def lines(self) -> list[tuple[str, str]]:
        """What is filled in, each with its name in the report's language."""
        say = words(self.language)
        named = ((say("Case"), self.number), (say("Examiner"), self.examiner), (say("Date"), self.date))
        return [(name, value) for name, value in named if value]


def words(language: str) -> Callable[[str], str]:
    """Gives the words of a language for English ones; those that it lacks stay as they are."""
    path = Path(__file__).with_name(f"report.{language}.json")
    known: dict[str, str] = json.loads(path.read_text("utf-8")) if language in LANGUAGES[1:] else {}
    return lambda text: known.get(text, text)


def number_writer(language: str) -> Callable[[float, int], str]:
    """Writes numbers with so many decimals as a language does."""
    point = "," if language == "de" else "."
    return lambda value, places: f"{value:.{places}f}".replace(".", point)
