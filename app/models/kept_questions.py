"""Queries that the user saved for the filter line, each under a name."""

from __future__ import annotations

from ..settings import Settings

_BETWEEN = "\t"
_MOST = 30


class KeptQuestions:
    """Questions by their names, in the order in which they were kept, the newest first; they outlive the program."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def all(self) -> dict[str, str]:
        """Questions by name; one that an older version kept is its own name."""
        parts = (line.partition(_BETWEEN) for line in self._settings.kept_questions)
        return {name: question or name for name, _, question in parts}

    def keep(self, name: str, question: str) -> None:
        """Keep a question; one of the same name gives way, and so does the oldest of too many."""
        others = {other: kept for other, kept in self.all().items() if other != (name := _line(name))}
        self._write({name: question} | others if name else others)

    def rename(self, name: str, new: str) -> None:
        """Give a question another name; one that has it already gives way."""
        if _line(new):
            kept = {other: question for other, question in self.all().items() if other == name or other != _line(new)}
            self._write({_line(new) if other == name else other: question for other, question in kept.items()})

    def remove(self, name: str) -> None:
        """Keep a question no more."""
        self._write({other: question for other, question in self.all().items() if other != name})

    def _write(self, questions: dict[str, str]) -> None:
        lines = [f"{name}{_BETWEEN}{question}" for name, question in questions.items()]
        self._settings.kept_questions = lines[:_MOST]


def _line(name: str) -> str:
    return " ".join(name.split())
