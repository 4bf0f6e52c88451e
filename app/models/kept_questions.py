"""Queries that the user saved for the filter line, by name."""

from __future__ import annotations

from ..settings import Settings

_BETWEEN = "\t"
_MOST = 30


class KeptQuestions:
    """Saved queries, the newest first; stored in the settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def all(self) -> dict[str, str]:
        """Queries by name; those saved by an older version are their own names."""
        parts = (line.partition(_BETWEEN) for line in self._settings.kept_questions)
        return {name: question or name for name, _, question in parts}

    def keep(self, name: str, question: str) -> None:
        """Save a query; it replaces one with the same name, and the oldest one if there are too many."""
        others = {other: kept for other, kept in self.all().items() if other != (name := _line(name))}
        self._write({name: question} | others if name else others)

    def rename(self, name: str, new: str) -> None:
        """Rename a query; it replaces one that has the new name."""
        if _line(new):
            kept = {other: question for other, question in self.all().items() if other == name or other != _line(new)}
            self._write({_line(new) if other == name else other: question for other, question in kept.items()})

    def remove(self, name: str) -> None:
        """Delete a query."""
        self._write({other: question for other, question in self.all().items() if other != name})

    def _write(self, questions: dict[str, str]) -> None:
        lines = [f"{name}{_BETWEEN}{question}" for name, question in questions.items()]
        self._settings.kept_questions = lines[:_MOST]


def _line(name: str) -> str:
    return " ".join(name.split())
