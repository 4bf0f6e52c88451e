"""Sets the palette and the style sheet of the application, and follows the system's theme."""

from __future__ import annotations

import string
from dataclasses import asdict
from functools import partial
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette, QPixmapCache
from PySide6.QtWidgets import QApplication

from tinyface_core.bundled import resource

from .colours import DARK, LIGHT, Colours

_KEPT_KILOBYTES = 2048

Theme = Literal["system", "light", "dark"]


def apply_style(app: QApplication, theme: Theme) -> None:
    """Style the application in "light" or "dark", or as the desktop ("system"); may be called again at any time."""
    hints = app.styleHints()
    following = app.property("follows_system_theme")
    if following is None:
        hints.colorSchemeChanged.connect(partial(_follow_system, app))
    app.setProperty("follows_system_theme", theme == "system")
    if theme == "system":
        hints.unsetColorScheme()
        _dress(app, DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT)
    else:
        # Title bars and the desktop's own dialogs follow this hint.
        hints.setColorScheme(Qt.ColorScheme.Dark if theme == "dark" else Qt.ColorScheme.Light)
        _dress(app, DARK if theme == "dark" else LIGHT)


def _follow_system(app: QApplication, scheme: Qt.ColorScheme) -> None:
    if app.property("follows_system_theme"):
        _dress(app, DARK if scheme == Qt.ColorScheme.Dark else LIGHT)


def _dress(app: QApplication, colours: Colours) -> None:
    # The icons of a panel are new ones whenever it is shown; Qt would keep ten megabytes of those that were.
    QPixmapCache.setCacheLimit(_KEPT_KILOBYTES)
    app.setStyle("Fusion")
    app.setPalette(_palette(colours))
    template = string.Template(resource("style.qss").read_text(encoding="utf-8"))
    icons = resource("icons").as_posix()
    app.setStyleSheet(template.substitute(asdict(colours), icons=icons))


def _palette(colours: Colours) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for name, value in {
        role.Window: colours.window,
        role.WindowText: colours.text,
        role.Base: colours.panel,
        role.AlternateBase: colours.raised,
        role.Text: colours.text,
        role.PlaceholderText: colours.faint_text,
        role.Button: colours.raised,
        role.ButtonText: colours.text,
        role.BrightText: colours.warning,
        role.ToolTipBase: colours.raised,
        role.ToolTipText: colours.text,
        role.Highlight: colours.accent,
        role.HighlightedText: colours.on_accent,
        role.Link: colours.accent,
        role.LinkVisited: colours.accent,
        role.Accent: colours.accent,
        role.Light: colours.raised,
        role.Midlight: colours.hover,
        role.Mid: colours.border,
        role.Dark: colours.strong_border,
        role.Shadow: colours.strong_border,
    }.items():
        palette.setColor(name, QColor(value))
    for name in (role.WindowText, role.Text, role.ButtonText):
        faded = QColor(colours.faint_text)
        faded.setAlphaF(0.6)
        palette.setColor(QPalette.ColorGroup.Disabled, name, faded)
    return palette
