"""The head of a report (title, case number, examiner) and the words of its language."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tinyface_core.templates import Templates

LANGUAGES = ("en", "de")
"""Languages of reports; English for all others."""

_DECIMALS = re.compile(r"-?\d+\.\d+")


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

    Parts of a sentence that vary, which are numbered in the list of translations, are translated too, and numbers with
    decimals are written as in the language.
    """
    path = Path(__file__).with_name(f"report.{language}.json")
    known: dict[str, str] = json.loads(path.read_text("utf-8")) if language in LANGUAGES[1:] else {}
    templates = Templates(text for text in known if "{0}" in text)

    def say(text: str) -> str:
        if text in known:
            return known[text]
        if (found := templates.find(text)) is None:
            return text.replace(".", _decimal_point(language)) if _DECIMALS.fullmatch(text) else text
        template, varying = found
        return known[template].format(*map(say, varying))

    return say


def number_writer(language: str) -> Callable[[float, int], str]:
    """A function that formats a number with a number of decimals as in a language."""
    return lambda value, places: f"{value:.{places}f}".replace(".", _decimal_point(language))


def _decimal_point(language: str) -> str:
    return "," if language == "de" else "."
