"""The question in the filter line, and the faces and pictures that answer it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from tinyface_core.project.query import Answer, Condition, QueryError, parse

from ..work import Job
from .project import ProjectSession
from .session import Session


class Filtering(QObject):
    """Asks the project, and asks again once more is in it; lists of faces and pictures show what answers."""

    answered = Signal()
    """The lists show what answers the question."""
    refused = Signal(str)
    """A sentence: the question cannot be understood; the lists stay as they were."""

    def __init__(self, project: ProjectSession, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._project, self._session = project, session
        self._job: Job[Answer] | None = None
        self.question = ""
        """What is asked; empty where all faces and pictures are shown."""
        for more in (project.saved, project.loaded):
            more.connect(lambda: self.ask(self.question) if self.question else None)

    def ask(self, question: str) -> None:
        """Show what answers a question; all for an empty one."""
        self.question = question.strip()
        if self._job is not None:
            self._job.cancel()
            self._job = None
        if not self.question:
            self._show(None, None)
            return
        try:
            condition = parse(self.question)
        except QueryError as error:
            self.refused.emit(str(error))
            return
        self._job = self._project.ask(condition)
        self._job.then(
            lambda answer: self._show(condition, answer), lambda sentence, _details: self.refused.emit(sentence)
        )

    def _show(self, condition: Condition | None, answer: Answer | None) -> None:
        self._job = None
        visible = self._session.visible
        ids = None if answer is None or self._project.is_excerpt else answer.faces | self._leads(answer)
        visible.set_filter(replace(visible.filter, question=condition, ids=ids))
        self._session.shown.listed.show_only(None if answer is None else answer.sources)
        self.answered.emit()

    def _leads(self, answer: Answer) -> set[int]:
        """Ids of the faces whose rows stand for the tracks of which a face answers."""
        faces = self._session.faces
        return {faces.lead(entry).id for entry in faces.entries() if entry.face.track >= 0 and entry.id in answer.faces}
