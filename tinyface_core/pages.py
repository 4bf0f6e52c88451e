"""HTML pages made from templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tinyface_core.names import shown_note

if TYPE_CHECKING:
    import jinja2


def page_environment() -> jinja2.Environment:
    """For templates of pages: values are escaped, and what no page may hold in them is shown as an escape."""
    import jinja2

    return jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, finalize=_written)


def _written(value: Any) -> Any:
    return shown_note(value) if type(value) is str else value  # what a macro made is another kind of text
