"""Recognises sentences by their templates, so that they can be translated."""

from __future__ import annotations

import re
from collections.abc import Iterable

_PLACE = re.compile(r"\{\d\}")


class Templates:
    """Templates of sentences; what varies in one is numbered in its order: "{0} of {1} files"."""

    def __init__(self, templates: Iterable[str]) -> None:
        # Longest first: of two that match, the more specific one is found.
        ordered = sorted(templates, key=lambda template: -len(_PLACE.sub("", template)))
        self._patterns = [
            (re.compile("(.+?)".join(map(re.escape, _PLACE.split(template))), re.DOTALL), template)
            for template in ordered
        ]

    def find(self, sentence: str) -> tuple[str, tuple[str, ...]] | None:
        """The template of a sentence, and what it has in the numbered places; None if it is of no template."""
        for pattern, template in self._patterns:
            if match := pattern.fullmatch(sentence):
                return template, match.groups()
        return None
