"""A round of judging without a window: its order, its pages, and where it goes after each verdict."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, Qt

from app.models.face_commands import FaceCommands
from app.models.faces import FacesModel
from app.models.review_round import MARKED_ROLE, Order, ReviewRound
from tinyface_core.types import Detections, FindResult, Verdict

SCORES = (0.9, 0.5, 0.05, 0.38, 0.7)
SIZES = (10, 50, 30, 20, 40)


def result(name: str, sizes: tuple[float, ...], scores: tuple[float, ...]) -> FindResult:
    boxes = [(100.0 * place, 0.0, 100.0 * place + size, size) for place, size in enumerate(sizes)]
    return FindResult(name, 9000, 400, Detections.of(boxes, list(scores)), len(boxes), 0)


@pytest.fixture
def faces(qapp: QCoreApplication) -> FacesModel:
    """Five faces, with the keys 1 to 5."""
    model = FacesModel()
    model.add_result(result("a.jpg", SIZES, SCORES))
    return model


@pytest.fixture
def commands(faces: FacesModel) -> FaceCommands:
    return FaceCommands(faces)


def begun(faces: FacesModel, order: Order, commands: FaceCommands | None = None) -> ReviewRound:
    judging = ReviewRound(faces, commands or FaceCommands(faces))
    judging.begin(faces.entries(), order)
    return judging


@pytest.mark.parametrize(
    ("order", "keys"),
    [
        (Order.DOUBT, [4, 2, 5, 3, 1]),
        (Order.SMALLEST, [1, 4, 3, 5, 2]),
        (Order.LARGEST, [2, 5, 3, 4, 1]),
        (Order.LISTED, [1, 2, 3, 4, 5]),
        (Order.GROUP, [5, 4, 1, 2, 3]),
    ],
)
def test_faces_come_in_the_order_that_was_chosen(faces: FacesModel, order: Order, keys: list[int]) -> None:
    ids = [entry.id for entry in faces.entries()]
    faces.set_groups({ids[4]: 1, ids[0]: 2, ids[3]: 2})
    judging = begun(faces, order)
    seen: list[int] = []
    for _ in keys:
        assert judging.entry is not None and judging.judged == len(seen)
        seen.append(judging.entry.key)
        judging.give(Verdict.UNSURE)
    assert seen == keys and judging.entry is None and judging.judged == judging.total == 5


def test_of_what_is_judged_already_nothing_is_asked(faces: FacesModel, commands: FaceCommands) -> None:
    commands.set_verdicts([1, 3], Verdict.CONFIRMED)
    judging = begun(faces, Order.LISTED, commands)
    assert (judging.total, judging.judged, judging.page) == (3, 0, [2, 4, 5])


def test_the_next_face_is_the_next_of_which_nothing_is_said_and_from_the_top_again_after_the_last(
    faces: FacesModel,
    commands: FaceCommands,
) -> None:
    judging = begun(faces, Order.LISTED, commands)
    judging.go(2)
    commands.set_verdicts([4], Verdict.CONFIRMED)
    assert judging.entry == faces.entry(3) and judging.judged == 1
    assert judging.following() == faces.entry(5)
    judging.give(Verdict.UNDECIDED)
    assert judging.entry == faces.entry(3), "nothing was said of it"
    judging.give(Verdict.CONFIRMED)
    judging.give(Verdict.CONFIRMED)
    assert judging.entry == faces.entry(1)
    judging.give(Verdict.NOT_A_FACE)
    assert judging.entry == faces.entry(2) and judging.following() == faces.entry(2)
    judging.give(Verdict.CONFIRMED)
    judging.give(Verdict.CONFIRMED)
    assert judging.entry is None and judging.following() is None and judging.rowCount() == 0


def test_going_on_and_back_ends_at_the_first_face_and_at_the_last(faces: FacesModel) -> None:
    judging = begun(faces, Order.LISTED)
    places = []
    for by in (-1, 3, 9, 1, -2):
        judging.go(by)
        places.append(judging.place)
    assert places == [0, 3, 4, 4, 2]
    empty = ReviewRound(faces, FaceCommands(faces))
    empty.go(1)
    assert (empty.place, empty.entry, empty.group) == (0, None, 0)


def test_pages_are_turned_as_far_as_there_are_any(faces: FacesModel) -> None:
    faces.add_result(result("b.jpg", (10.0,) * 30, (0.5,) * 30))
    judging = begun(faces, Order.LISTED)
    seen = []
    for by in (-1, 1, 1, -1):
        judging.turn(by)
        seen.append((judging.page[0], len(judging.page)))
    assert seen == [(1, 30), (31, 5), (31, 5), (1, 30)]
    judging.go(3)
    judging.turn(1)
    assert judging.place == 30


def test_each_group_has_pages_of_its_own_and_those_who_are_alone_share_them(faces: FacesModel) -> None:
    ids = [entry.id for entry in faces.entries()]
    faces.set_groups({ids[0]: 1, ids[1]: 1, ids[2]: 7})
    judging = begun(faces, Order.GROUP)
    pages = []
    while judging.page:
        pages.append((judging.group, sorted(judging.page)))
        judging.give_rest(Verdict.CONFIRMED)
    assert pages == [(1, [1, 2]), (7, [3]), (0, [4, 5])]


def test_a_page_shows_as_many_of_a_group_as_two_figures_number(faces: FacesModel) -> None:
    keys = faces.add_result(result("b.jpg", (10.0,) * 120, (0.5,) * 120))
    faces.set_groups({entry.id: 1 for entry in faces.entries() if entry.key in keys[:110]})
    judging = begun(faces, Order.GROUP)
    sizes = []
    for _ in range(3):
        sizes.append((judging.group, len(judging.page)))
        judging.turn(1)
    assert sizes == [(1, 99), (1, 11), (0, 15)]


def test_the_page_gets_one_verdict_the_marked_faces_the_contrary_and_judged_ones_stay(
    faces: FacesModel, commands: FaceCommands
) -> None:
    judging = begun(faces, Order.LISTED, commands)
    commands.set_verdicts([5], Verdict.UNSURE)
    for key in (2, 3, 3, 99):
        judging.mark(key)
    assert [judging.index(row).data(MARKED_ROLE) for row in range(5)] == [False, True, False, False, False]
    judging.give_rest(Verdict.NOT_A_FACE)
    no, yes = Verdict.NOT_A_FACE, Verdict.CONFIRMED
    assert [entry.verdict for entry in faces.entries()] == [no, yes, no, no, Verdict.UNSURE]
    commands.stack.undo()
    assert judging.page == [1, 2, 3, 4, 5] and judging.judged == 1
    for key in (1, 2):  # which is still marked
        judging.mark(key)
    judging.give_rest(Verdict.CONFIRMED)
    assert [entry.verdict for entry in faces.entries()] == [no, yes, yes, yes, Verdict.UNSURE]


def test_it_goes_back_to_the_first_face_whose_verdict_is_taken_back_or_whose_deletion_is_undone(
    faces: FacesModel,
    commands: FaceCommands,
) -> None:
    drawn = commands.add_drawn_face("a.jpg", (500, 0, 530, 30))
    commands.set_verdicts([drawn], Verdict.UNDECIDED)
    judging = begun(faces, Order.LISTED, commands)
    judging.go(4)
    commands.set_verdicts([2, 3], Verdict.CONFIRMED)
    assert judging.place == 4
    commands.stack.undo()
    assert judging.place == 1 and judging.judged == 0
    judging.go(4)
    judging.give(Verdict.NOT_A_FACE)
    assert faces.entry(drawn) is None and judging.judged == 1 and judging.place == 0
    commands.stack.undo()
    assert judging.entry == faces.entry(drawn) and judging.judged == 0


def test_what_is_judged_elsewhere_is_counted_at_once(faces: FacesModel, commands: FaceCommands) -> None:
    judging, told = begun(faces, Order.LISTED, commands), list[int]()
    judging.progressed.connect(lambda: told.append(judging.judged))
    commands.set_verdicts([3], Verdict.CONFIRMED)
    assert told == [1] and judging.place == 0


def test_a_note_on_an_undecided_face_and_its_linking_leave_the_place_and_the_marks(
    faces: FacesModel, commands: FaceCommands
) -> None:
    judging = begun(faces, Order.LISTED, commands)
    judging.go(3)
    judging.mark(5)
    commands.set_note(4, "the mayor")
    faces.link({5: (0, Verdict.UNDECIDED, "")})
    assert judging.place == 3 and judging.judged == 0
    judging.give_rest(Verdict.NOT_A_FACE)
    assert [entry.verdict for entry in faces.entries()][3:] == [Verdict.NOT_A_FACE, Verdict.CONFIRMED]


def test_a_face_that_is_judged_elsewhere_is_passed_by(faces: FacesModel, commands: FaceCommands) -> None:
    judging = begun(faces, Order.LISTED, commands)
    commands.set_verdicts([1, 2], Verdict.CONFIRMED)
    assert judging.entry == faces.entry(3)


def test_what_a_view_is_told_of_the_page(faces: FacesModel) -> None:
    judging = begun(faces, Order.LARGEST)
    told: list[tuple[int, int]] = []
    moves: list[None] = []
    judging.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    judging.moved.connect(lambda: moves.append(None))
    judging.mark(2)
    assert told == [(0, 4)] and moves == []
    judging.go(1)
    assert moves == [None] and judging.rowCount(judging.index(0)) == 0
    assert judging.rowCount() == 4 and judging.index(0).data(MARKED_ROLE) is False
    role = Qt.ItemDataRole.AccessibleTextRole
    assert judging.index(0).data(role) == faces.index(4, 0).data(role)


def test_faces_whose_picture_was_closed_are_asked_no_more(faces: FacesModel) -> None:
    faces.add_result(result("b.jpg", (10.0, 20.0), (0.5, 0.5)))
    judging = begun(faces, Order.LISTED)
    faces.remove_picture("a.jpg")
    assert judging.entry is not None and judging.entry.source == "b.jpg" and judging.judged == 5
    faces.clear()
    assert judging.entry is None and list(judging.page) == []
