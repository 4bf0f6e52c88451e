"""Installs the translation for the user's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from tinyface_core.bundled import resource


def load_translation(app: QCoreApplication, language: str = "") -> bool:
    """Install the texts and the number format of a language such as "de"; empty: the language of the system.

    Returns:
        Whether there is a translation of the program; otherwise texts are English.
    """
    locale = QLocale(language) if language else QLocale.system()
    english = locale.language() in (QLocale.Language.English, QLocale.Language.C)
    QLocale.setDefault(QLocale(QLocale.Language.English) if locale.language() == QLocale.Language.C else locale)
    # Without this check Qt would take the next of the user's languages even where English is wished.
    if english:
        return False
    texts_of_qt = QTranslator(app)
    if texts_of_qt.load(locale, "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(texts_of_qt)
    texts = QTranslator(app)
    folder = resource("translations")
    if not texts.load(locale, "tinyface", "_", str(folder)):
        QLocale.setDefault(QLocale(QLocale.Language.English))  # numbers are written as the texts are
        return False
    return app.installTranslator(texts)
