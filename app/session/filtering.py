"""Runs the query of the filter line; keeps the faces and pictures that match."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from tinyface_core.project.query import Condition, QueryError, parse

from ..sentences import in_users_language
from ..work import Job
from .project import Answered, ProjectSession
from .session import Session


class Filtering(QObject):
    """Runs the query on the project, again after changes; the lists of faces and pictures show the matches."""

    answered = Signal()
    """The lists show what answers the question."""
    refused = Signal(str)
    """A sentence: the question cannot be understood; the lists stay as they were."""

    def __init__(self, project: ProjectSession, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._project, self._session = project, session
        self._job: Job[Answered] | None = None
        self.question = ""
        """What is asked; empty where all faces and pictures are shown."""
        for more in (project.saved, project.loaded):
            more.connect(lambda: self.ask(self.question) if self.question else None)

    def ask(self, question: str) -> None:
        """Show what matches a query; an empty one matches everything."""
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
            self.refused.emit(in_users_language(str(error)))
            return
        self._job = self._project.ask(condition)
        self._job.then(
            lambda answered: self._show(condition, answered), lambda sentence, _details: self.refused.emit(sentence)
        )

    def _show(self, condition: Condition | None, answered: Answered | None) -> None:
        self._job = None
        visible, faces = self._session.visible, self._session.faces
        ids = None
        if answered is not None and not self._project.is_excerpt:
            # The rows of tracks are those of the faces that lead them.
            leads = (faces.entry(key) for key in map(faces.tracks.lead_of, answered.tracks) if key is not None)
            ids = answered.answer.faces.union(lead.id for lead in leads if lead is not None)
        visible.set_filter(replace(visible.filter, question=condition, ids=ids))
        self._session.shown.listed.show_only(None if answered is None else answered.answer.sources)
        self.answered.emit()
