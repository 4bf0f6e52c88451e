"""HTML pages made from templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tinyface_core.names import shown_note

if TYPE_CHECKING:
    import jinja2


def page_environment() -> jinja2.Environment:
    """Environment for HTML templates: values are HTML-escaped, control characters and undecodable bytes are visible."""
    import jinja2

    return jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, finalize=_written)


def _written(value: Any) -> Any:
    return shown_note(value) if type(value) is str else value  # not `Markup`, the result of a macro
