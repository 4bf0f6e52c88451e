"""Fields for the head of a report: title, case number, examiner."""

from __future__ import annotations

from PySide6.QtCore import QDate, QLocale
from PySide6.QtWidgets import QGridLayout, QGroupBox, QLabel, QLineEdit

from tinyface_core.export.case import Case

from ..sentences import users_language
from ..settings import Settings
from ..style.widgets import named


class ReportCase(QGroupBox):
    """Title, number and examiner, stored for the next report."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.setTitle(self.tr("Head of the report"))
        self._settings = settings
        self.title_, self.number, self.examiner = (
            QLineEdit(text) for text in (settings.report_title, settings.report_case, settings.report_examiner)
        )
        grid = QGridLayout(self)
        for (row, column, columns), text, edit, tip in (
            ((0, 0, 3), self.tr("Title"), self.title_, self.tr("Of the report; the number of faces if it is empty")),
            (
                (1, 0, 1),
                self.tr("Case number"),
                self.number,
                self.tr("At the head, and at the foot of every page of a PDF"),
            ),
            ((1, 2, 1), self.tr("Examiner"), self.examiner, self.tr("Who examined the pictures")),
        ):
            title = QLabel(text)
            title.setBuddy(named(edit, text, tip))
            grid.addWidget(title, row, column)
            grid.addWidget(edit, row, column + 1, 1, columns)

    def case(self) -> Case:
        """The content of the fields, today's date, and the language of the window."""
        title, number, examiner = (edit.text().strip() for edit in (self.title_, self.number, self.examiner))
        locale = QLocale()
        date = locale.toString(QDate.currentDate(), QLocale.FormatType.LongFormat)
        return Case(title, number, examiner, date, users_language())

    def keep(self) -> None:
        """Store the fields in the settings."""
        settings, case = self._settings, self.case()
        settings.report_title, settings.report_case, settings.report_examiner = case.title, case.number, case.examiner
