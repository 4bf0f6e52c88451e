"""The look of the window: palette, style sheet, icons."""

from .colours import Colours, box_colour, colours_of, score_colour
from .icons import icon
from .theme import Theme, apply_style

__all__ = ["Colours", "Theme", "apply_style", "box_colour", "colours_of", "icon", "score_colour"]
