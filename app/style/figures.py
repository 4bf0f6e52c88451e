"""Numbers as the user's language writes them; the language is that of `app.translations`."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

translate = QCoreApplication.translate


def whole(number: float) -> str:
    """A number without decimals, in groups of thousands: 12,345 or 12.345."""
    return QLocale().toString(round(number))


def decimal(number: float, places: int) -> str:
    """A number with so many decimals: 0.95 or 0,95."""
    return QLocale().toString(float(number), "f", places)


def signed(number: float, places: int) -> str:
    """A difference with so many decimals: +0.95 or -0,95, and 0.00 without a sign."""
    text = decimal(abs(number), places)
    return text if not round(abs(number), places) else f"{'+' if number > 0 else '-'}{text}"


def counted(count: int, one: str, many: str) -> str:
    """A sentence for one thing, or for another number of them, which stands in it as `{count}`."""
    return one if count == 1 else many.format(count=whole(count))


def duration(seconds: float) -> str:
    """About how long something takes."""
    if seconds < 90:
        return translate("Figures", "{count} s").format(count=max(1, round(seconds)))
    if seconds < 5400:
        return translate("Figures", "{count} min").format(count=round(seconds / 60))
    places = 0 if round(seconds / 360) % 10 == 0 else 1
    return translate("Figures", "{count} h").format(count=decimal(seconds / 3600, places))


def time_stamp(seconds: float) -> str:
    """Seconds of a video as `minutes:seconds.hundredths`, with hours where there are some."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    clock = decimal(rest, 2).rjust(5, "0")
    return f"{hours}:{minutes:02d}:{clock}" if hours else f"{minutes}:{clock}"
