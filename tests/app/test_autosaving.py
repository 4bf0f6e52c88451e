"""What the analyst does is written in the order in which it was done, however often the file refuses it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.jobs.autosaving import Autosave, Change
from tinyface_core.project.records import ChangeError, ProjectError


class RefusingFile:
    """Takes changes as a project does; refuses the first few times."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals
        self.written: list[int] = []

    @contextmanager
    def together(self) -> Iterator[None]:
        if self.refusals:
            self.refusals -= 1
            raise ProjectError("The disk is full.")
        before = list(self.written)
        try:
            yield
        except BaseException:
            self.written = before
            raise


def number(value: int) -> Change:
    return lambda file: file.written.append(value)  # type: ignore[attr-defined]


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.jobs.autosaving._SECONDS_TO_NEXT_TRY", 0)


def saving(file: Any) -> Autosave:
    return Autosave(lambda: file)


@pytest.mark.usefixtures("short_pauses")
def test_changes_that_were_refused_are_written_later_in_their_order(qtbot: QtBot) -> None:
    file = RefusingFile(2)
    autosave = saving(file)
    told: list[str] = []
    autosave.failed.connect(lambda sentence, _details: told.append(sentence))
    for value in range(4):
        autosave.change(number(value))
    qtbot.waitUntil(lambda: bool(told))
    autosave.change(number(4))
    qtbot.waitUntil(lambda: autosave.is_idle)
    assert file.written == [0, 1, 2, 3, 4]
    assert told == ["The disk is full."], "one sentence for one trouble"
    autosave.finish()


def test_changes_that_were_refused_are_written_in_their_order_at_closing(qtbot: QtBot) -> None:
    file = RefusingFile(1)
    autosave = saving(file)
    with qtbot.waitSignal(autosave.failed):
        autosave.change(number(0))
        autosave.change(number(1))
    autosave.change(number(2))
    autosave.finish()
    assert file.written == [0, 1, 2]


def test_changes_that_the_file_refuses_while_the_program_closes_are_tried_once_more(qtbot: QtBot) -> None:
    file = RefusingFile(1)
    autosave = saving(file)
    for value in range(3):
        autosave.change(number(value))
    autosave.finish()  # before the window hears of the refusal
    assert file.written == [0, 1, 2]


def test_changes_that_wait_at_closing_are_not_dropped(qtbot: QtBot) -> None:
    file = RefusingFile(0)
    autosave = saving(file)
    for value in range(1200):
        autosave.change(number(value))
    autosave.finish()
    assert file.written == list(range(1200))


def test_a_change_that_cannot_be_made_is_told_and_all_others_are_written(qtbot: QtBot) -> None:
    def poisoned(_file: object) -> None:
        raise ChangeError("It is not part of the project.")

    file = RefusingFile(0)
    autosave = saving(file)
    told: list[str] = []
    autosave.failed.connect(lambda sentence, _details: told.append(sentence))
    for change in (poisoned, number(1), poisoned, number(3)):
        autosave.change(change)
    with qtbot.waitSignal(autosave.saved):
        pass
    qtbot.waitUntil(lambda: autosave.is_idle)
    assert file.written == [1, 3] and len(told) == 2
    assert all(sentence.endswith("It is not part of the project.") for sentence in told)
    autosave.finish()
