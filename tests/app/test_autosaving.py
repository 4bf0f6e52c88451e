"""What the analyst does is written in the order in which it was done, however often the file refuses it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.jobs.autosaving import Autosave, Change
from tinyface_core.project.records import ChangeError, ProjectError, ProjectPicture
from tinyface_core.project.store import Project


class RefusingFile:
    """Takes changes as a project does; refuses the first few times."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals
        self.written: list[object] = []

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


class Opening:
    """Gives a file, and counts how often it was asked for."""

    def __init__(self, file: object) -> None:
        self.file = file
        self.count = 0

    def __call__(self) -> Any:
        self.count += 1
        return self.file


def refused(_file: object = None) -> None:
    raise ProjectError("The disk is full.")


def poisoned(_file: object) -> None:
    raise ChangeError("It is not part of the project.")


def keep_busy(autosave: Autosave) -> threading.Event:
    """A change is being written, and nothing else can be, until the event is set."""
    begun, go_on = threading.Event(), threading.Event()

    def wait(file: Any) -> None:
        begun.set()
        go_on.wait(10)
        file.written.append("busy")

    autosave.change(wait)
    begun.wait(10)
    return go_on


def settle(qtbot: QtBot, autosave: Autosave) -> None:
    """Let what is under way end, and what this begins, and what that begins."""
    for _ in range(4):
        with qtbot.waitSignal(autosave.run(lambda *_: None).done):
            pass


def number(value: int) -> Change:
    return lambda file: file.written.append(value)  # type: ignore[attr-defined]


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.jobs.autosaving._SECONDS_TO_NEXT_TRY", 0)


def saving(file: Any) -> Autosave:
    return Autosave(lambda: file)


def told_by(autosave: Autosave) -> list[str]:
    """The sentences that it tells from now on."""
    told: list[str] = []
    for signal in (autosave.failed, autosave.delayed):
        signal.connect(lambda sentence, _details: told.append(sentence))
    return told


@pytest.mark.usefixtures("short_pauses")
def test_changes_that_were_refused_are_written_later_in_their_order(qtbot: QtBot) -> None:
    file = RefusingFile(2)
    autosave = saving(file)
    told = told_by(autosave)
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
    with qtbot.waitSignal(autosave.delayed):
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
    file = RefusingFile(0)
    autosave = saving(file)
    told = told_by(autosave)
    for change in (poisoned, number(1), poisoned, number(3)):
        autosave.change(change)
    with qtbot.waitSignal(autosave.saved):
        pass
    qtbot.waitUntil(lambda: autosave.is_idle)
    assert file.written == [1, 3] and len(told) == 2
    assert all(sentence.endswith("It is not part of the project.") for sentence in told)
    autosave.finish()


@pytest.mark.usefixtures("short_pauses")
def test_a_change_that_cannot_be_made_is_told_also_when_the_file_refuses_those_behind_it(qtbot: QtBot) -> None:
    refusals = [refused]

    def refused_once(file: Any) -> None:
        if refusals:
            refusals.pop()()
        file.written.append(3)

    file = RefusingFile(0)
    autosave = saving(file)
    told = told_by(autosave)
    autosave.hold()
    for change in (number(1), poisoned, number(2), refused_once, number(4)):
        autosave.change(change)
    autosave.use(lambda: file)  # type: ignore[arg-type, return-value]
    qtbot.waitUntil(lambda: autosave.is_idle)
    assert file.written == [1, 2, 3, 4]
    assert [sentence.rpartition(": ")[2] for sentence in told] == [
        "The disk is full.", "It is not part of the project.",
    ]  # fmt: skip


def test_all_is_saved_only_when_nothing_waits(qtbot: QtBot) -> None:
    file = RefusingFile(0)
    autosave = saving(file)
    seen: list[object] = []
    autosave.saved.connect(lambda: seen.append(list(file.written)))
    go_on = keep_busy(autosave)
    assert not autosave.is_idle
    autosave.change(number(1))
    go_on.set()
    qtbot.waitUntil(lambda: autosave.is_idle)
    assert seen == [["busy", 1]]


def test_for_a_thread_that_waits_it_is_not_idle_while_changes_are_handed_over(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    autosave, idle = saving(RefusingFile(0)), list[bool]()
    start = autosave._worker.start

    def watched(*given: Any, **options: Any) -> Any:
        idle.append(autosave.is_idle)
        return start(*given, **options)

    monkeypatch.setattr(autosave._worker, "start", watched)
    autosave.change(number(1))
    assert idle == [False]
    qtbot.waitUntil(lambda: autosave.is_idle)


def test_changes_are_written_before_other_work_that_waits(qtbot: QtBot) -> None:
    file = RefusingFile(0)
    autosave = saving(file)
    go_on = threading.Event()
    autosave.run(lambda *_: go_on.wait(10))
    autosave.run(lambda *_: file.written.append("other"))
    autosave.change(number(1))
    go_on.set()
    settle(qtbot, autosave)
    assert file.written == [1, "other"]


def test_while_held_nothing_is_written_and_all_of_it_goes_into_the_next_file(qtbot: QtBot) -> None:
    old, new = RefusingFile(0), RefusingFile(0)
    autosave = saving(old)
    autosave.hold()
    autosave.change(number(1))
    settle(qtbot, autosave)
    assert not old.written and not autosave.is_idle
    autosave.use(Opening(new))
    autosave.change(number(2))
    qtbot.waitUntil(lambda: autosave.is_idle)
    assert (old.written, new.written) == ([], [1, 2])


def test_what_was_told_before_another_file_is_in_use_goes_into_the_old_one(qtbot: QtBot) -> None:
    old, new = RefusingFile(0), RefusingFile(0)
    autosave = saving(old)
    go_on = keep_busy(autosave)
    autosave.change(number(1))
    autosave.use(Opening(new))
    autosave.change(number(2))
    go_on.set()
    settle(qtbot, autosave)
    assert (old.written, new.written) == (["busy", 1], [2])


def test_a_file_that_is_no_longer_in_use_and_refuses_is_told_and_the_new_one_gets_nothing_of_it(qtbot: QtBot) -> None:
    old, new = RefusingFile(1), RefusingFile(0)
    autosave = saving(old)
    told = told_by(autosave)
    autosave.change(number(1))
    autosave.use(Opening(new))
    autosave.change(number(2))
    settle(qtbot, autosave)
    assert (old.written, new.written, told) == ([], [2], ["The disk is full."])


def test_a_file_that_refuses_is_left_in_peace_for_a_while(qtbot: QtBot) -> None:
    opening = Opening(RefusingFile(9))
    autosave = Autosave(opening)
    with qtbot.waitSignal(autosave.delayed):
        autosave.change(number(0))
    autosave.change(number(1))
    settle(qtbot, autosave)
    assert opening.count == 1 and not autosave.is_idle


@pytest.mark.usefixtures("short_pauses")
def test_a_trouble_that_comes_again_after_it_was_over_is_told_again(qtbot: QtBot) -> None:
    file = RefusingFile(1)
    autosave = saving(file)
    told = told_by(autosave)
    for value in range(2):
        file.refusals = 2
        autosave.change(number(value))
        qtbot.waitUntil(lambda: autosave.is_idle)
    assert file.written == [0, 1] and told == ["The disk is full."] * 2


@pytest.fixture
def pictures(tmp_path: Path) -> Project:
    """A project of three small files."""
    project = Project.create(tmp_path / "p.tinyface")
    for name in "abc":
        (tmp_path / name).write_text(name)
    project.add_pictures([ProjectPicture(str(tmp_path / name)) for name in "abc"])
    return project


def test_prints_of_pictures_are_taken_when_asked_for_one_at_a_time_and_then_no_more(
    qtbot: QtBot, pictures: Project
) -> None:
    opening = Opening(pictures)
    autosave = Autosave(opening)
    autosave.change(lambda project: project.set_reviewed(str(pictures.path.parent / "a"), True))
    settle(qtbot, autosave)
    assert opening.count == 1, "nobody asked for prints"
    autosave.fingerprint()
    qtbot.waitUntil(lambda: all(picture.sha256 for picture in pictures.pictures()))
    settle(qtbot, autosave)
    assert opening.count == 4


def test_prints_that_cannot_be_taken_are_not_tried_for_ever(qtbot: QtBot) -> None:
    asked: list[int] = []

    def file() -> Project:
        asked.append(1)
        raise ProjectError("The disk is full.")

    autosave = Autosave(file)
    autosave.fingerprint()
    settle(qtbot, autosave)
    assert len(asked) == 1


def test_prints_are_no_longer_taken_of_a_file_that_is_left(qtbot: QtBot, pictures: Project) -> None:
    old, new = Opening(RefusingFile(0)), Opening(pictures)
    autosave = Autosave(old)
    go_on = keep_busy(autosave)
    autosave.fingerprint()
    autosave.use(new)
    go_on.set()
    settle(qtbot, autosave)
    assert (old.count, new.count) == (1, 0)


def test_prints_are_no_longer_taken_when_the_program_ends(qtbot: QtBot, pictures: Project) -> None:
    opening = Opening(pictures)
    autosave = Autosave(opening)
    autosave.change(lambda _project: None)
    autosave.fingerprint()
    autosave.finish()
    settle(qtbot, autosave)
    assert opening.count == 1
