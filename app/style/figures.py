"""Formats numbers in the user's language, which `app.translations` sets."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QLocale

translate = QCoreApplication.translate


def whole(number: float) -> str:
    """An integer with thousands separators: 12,345 or 12.345."""
    return QLocale().toString(round(number))


def decimal(number: float, places: int) -> str:
    """A number with so many decimals: 0.95 or 0,95."""
    return QLocale().toString(float(number), "f", places)


def signed(number: float) -> str:
    """A difference with three decimals: +0.950 or -0,950, and 0.000 without a sign."""
    text = decimal(abs(number), 3)
    return text if not round(abs(number), 3) else f"{'+' if number > 0 else '-'}{text}"


def counted(count: int, one: str, many: str) -> str:
    """The singular or plural sentence for a number, with `{count}` replaced."""
    return one if count == 1 else many.format(count=whole(count))


def duration(seconds: float) -> str:
    """Approximate duration."""
    if seconds < 90:
        return translate("Figures", "{count} s").format(count=max(1, round(seconds)))
    if seconds < 5400:
        return translate("Figures", "{count} min").format(count=round(seconds / 60))
    places = 0 if round(seconds / 360) % 10 == 0 else 1
    return translate("Figures", "{count} h").format(count=decimal(seconds / 3600, places))


def moment(seconds: float) -> str:
    """Seconds since 1970 as a local date and time to the minute: 2026-11-30 09:41."""
    return f"{datetime.fromtimestamp(seconds):%Y-%m-%d %H:%M}"


def time_stamp(seconds: float) -> str:
    """Seconds of a video as `minutes:seconds.hundredths`, with hours if there are any."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    clock = decimal(rest, 2).rjust(5, "0")
    return f"{hours}:{minutes:02d}:{clock}" if hours else f"{minutes}:{clock}"
