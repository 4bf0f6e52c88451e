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
        self._parts = [(_PLACE.split(template), template) for template in ordered]

    def find(self, sentence: str) -> tuple[str, tuple[str, ...]] | None:
        """The template of a sentence, and what it has in the numbered places; None if it is of no template."""
        for parts, template in self._parts:
            # Only where it can match: making all patterns would hold up the window for a tenth of a second.
            if sentence.startswith(parts[0]) and sentence.endswith(parts[-1]):
                pattern = "(.+?)".join(map(re.escape, parts))
                if match := re.fullmatch(pattern, sentence, re.DOTALL):
                    return template, match.groups()
        return None
