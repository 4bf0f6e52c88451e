"""Questions to a project: they find what the same question in Python finds, and nothing that is written acts."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyface_core.export.material import ExportPicture
from tinyface_core.export.stored import StoredPictures
from tinyface_core.media.shot import Shot
from tinyface_core.project.listing import FaceCriteria, Listing
from tinyface_core.project.query import DEEPEST, FIELDS, MOST_COMPARISONS, Answer, QueryError, answer, parse
from tinyface_core.project.records import ProjectFace, ProjectPicture
from tinyface_core.project.scanned import ScannedFiles
from tinyface_core.project.store import Project
from tinyface_core.types import Detections, Face, FindResult, Verdict

Test = Callable[[ProjectFace], bool]
SIGNS = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "=": operator.eq, "is": operator.eq, "!=": operator.ne, "is not": operator.ne,
}  # fmt: skip
WORDS = {
    "none": Verdict.UNDECIDED, "confirmed": Verdict.CONFIRMED, "rejected": Verdict.NOT_A_FACE, "unsure": Verdict.UNSURE
}  # fmt: skip
WIDTH, HEIGHT = 200, 100
TAKEN = ["2018-12-31 23:59:59", "2019-06-01 08:00:00", "2019-06-30 23:59:59", "2020-01-01 00:00:00", None]
"""When the photos were."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Five photos of four faces in two folders, and two frames of a video."""
    folder = tmp_path_factory.mktemp("questions")
    rng = np.random.default_rng(0)
    with Project.create(folder / "case.tinyface") as made:
        photos = [str(folder / name) for name in ("a/1.jpg", "a/b/2.jpg", "a/3 Street.jpg", "ab/4.jpg", "c%_.jpg")]
        clip = str(folder / "clip.mp4")
        made.add_pictures([*map(ProjectPicture, photos), ProjectPicture(clip, True)])
        for source, frame in [*((photo, None) for photo in photos), (clip, 0), (clip, 30)]:
            seconds = None if frame is None else frame / 10
            result = FindResult(source, WIDTH, HEIGHT, Detections.of([], []), 4, 0, index=frame, seconds=seconds)
            faces = []
            for number in range(4 if frame is None else 2):
                x, y, w, h = rng.integers(1, 8, 4) * 8.0
                face = Face((x, y, x + w, y + h), number / 4, 0.5, refined=bool(rng.integers(2)))
                verdict = list(Verdict)[int(rng.integers(4))]
                note = ["", "the Mayor", "'; DROP TABLE faces; --"][int(rng.integers(3))]
                faces.append(ProjectFace(source, face, frame, seconds, verdict, note, drawn=number == 3))
            made.put_result(result, faces)
        made.set_reviewed(photos[0], True)
        files = ScannedFiles(made)
        for source, taken in zip(photos, TAKEN, strict=True):
            files.put_photo(source, None, Shot(taken, taken and f"Maker Model {taken[:4]}"))
        yield made


def matching(project: Project, question: str) -> list[ExportPicture]:
    asked = FaceCriteria(question=parse(question))
    frames = Listing.of(asked).frames(project)
    pictures = StoredPictures(project, asked, frames[:, :2], only_faces=True)
    assert len(pictures) == len(list(pictures)) and sum(len(one.entries) for one in pictures) == frames[:, 2].sum()
    return list(pictures)


def answers(project: Project, question: str) -> set[int]:
    found = [face.id for match in matching(project, question) for face in match.entries]
    assert len(found) == len(set(found))
    assert Listing(question=parse(question)).count(project) == len(found)
    assert answer(project, parse(question)).faces == set(found)
    return set(found)


def where(project: Project, test: Test) -> set[int]:
    return {face.id for faces in project.all_faces() for face in faces if test(face)}


def middle(face: ProjectFace, axis: int) -> float:
    box = face.face.box
    return (box[axis] + box[axis + 2]) / 2 / (WIDTH, HEIGHT)[axis]


NUMBERS: dict[str, tuple[Callable[[ProjectFace], float], list[float]]] = {
    "size": (lambda face: face.face.size, [16, 32, 40.5]),
    "score": (lambda face: face.face.score, [0, 0.25, 0.5]),
    "x": (lambda face: middle(face, 0), [0.2, 0.3]),
    "y": (lambda face: middle(face, 1), [0.4, 0.6]),
    "faces": (lambda face: 4 if face.index is None else 2, [2, 3]),
}


@st.composite
def comparisons(draw: st.DrawFn) -> tuple[str, Test]:
    kind = draw(st.sampled_from(["number", "verdict", "yes"]))
    if kind == "number":
        name, sign = draw(st.sampled_from(sorted(NUMBERS))), draw(st.sampled_from(sorted(SIGNS)))
        of, values = NUMBERS[name]
        value = draw(st.sampled_from(values))
        return f"{name} {sign} {value}", lambda face: SIGNS[sign](of(face), value)
    sign = draw(st.sampled_from(["is", "is not", "=", "!="]))
    if kind == "verdict":
        word = draw(st.sampled_from(sorted(WORDS)))
        return f"verdict {sign} {word}", lambda face: SIGNS[sign](face.verdict, WORDS[word])
    answer = draw(st.booleans())
    return f"drawn {sign} {'yes' if answer else 'no'}", lambda face: SIGNS[sign](face.drawn, answer)


def combined(parts: st.SearchStrategy[tuple[str, Test]]) -> st.SearchStrategy[tuple[str, Test]]:
    both = st.tuples(parts, parts)
    return st.one_of(
        parts.map(lambda one: (f"not ({one[0]})", lambda face: not one[1](face))),
        parts.map(lambda one: (f"({one[0]})", one[1])),
        both.map(lambda two: (f"({two[0][0]} or {two[1][0]})", lambda face: two[0][1](face) or two[1][1](face))),
        both.map(lambda two: (f"({two[0][0]}) and ({two[1][0]})", lambda face: two[0][1](face) and two[1][1](face))),
    )


@given(st.recursive(comparisons(), combined, max_leaves=6))
def test_a_question_finds_what_the_same_test_in_python_finds(project: Project, question: tuple[str, Test]) -> None:
    words, test = question
    assert answers(project, words) == where(project, test)


def test_and_binds_before_or(project: Project) -> None:
    assert answers(project, "drawn is yes or size < 20 and score > 0.2") == where(
        project, lambda face: face.drawn or (face.face.size < 20 and face.face.score > 0.2)
    )


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("folder is '{}/a'", {"1.jpg", "2.jpg", "3 Street.jpg"}),
        ("folder is not '{}/a' and seconds < 1", {"clip.mp4"}),
        ("path contains STREET", {"3 Street.jpg"}),
        ('path contains "3 street"', {"3 Street.jpg"}),
        ("path contains '%_'", {"c%_.jpg"}),
        ("path = '{}/ab/4.jpg'", {"4.jpg"}),
        ("reviewed is yes", {"1.jpg"}),
        ("width = 200 and height < 101 and seconds >= 3", {"clip.mp4"}),
    ],
)
def test_pictures_are_asked_for_by_where_they_lie_and_what_they_are(
    project: Project, question: str, names: set[str]
) -> None:
    found = matching(project, question.format(project.path.parent))
    assert {Path(match.result.source).name for match in found} == names


def test_capitals_make_no_difference_in_a_question(project: Project) -> None:
    loud = "SIZE < 40 AND NOT Drawn IS Yes OR Verdict IS NOT None"
    assert answers(project, loud) == answers(project, "size < 40 and not drawn is yes or verdict is not none") != set()


def test_what_was_written_is_compared_and_never_acts(project: Project) -> None:
    everything = where(project, lambda _face: True)
    evil = "'; DROP TABLE faces; --"
    assert answers(project, f'note = "{evil}"') == where(project, lambda face: face.note == evil) != set()
    assert answers(project, "note contains mayor") == where(project, lambda face: face.note == "the Mayor")
    assert answers(project, 'path contains "1 OR 1=1"') == set()
    assert where(project, lambda _face: True) == everything
    assert "DROP" not in parse(f'note = "{evil}"').sql


def test_a_match_has_the_search_of_its_frame_and_its_faces_alone(project: Project) -> None:
    (match,) = matching(project, "seconds = 3 and score = 0.25")
    assert (match.result.index, match.result.width, len(match.result.faces)) == (30, WIDTH, 1)
    assert match.result.faces[0].box == match.entries[0].face.box


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("", "The question ends where one of size, score, "),
        ("colour is red", "The question has 'colour' at character 1, where one of size, "),
        ("size contains 3", "The question has 'contains' at character 6, where one of =, "),
        ("size <", "The question ends where a value for size (longer side of the box in pixels) is to follow."),
        ("size < big", "'big' is no number."),
        ("size < nan", "'nan' is no number."),
        ("verdict is maybe", "'maybe' is no verdict: write one of none, confirmed, rejected, unsure."),
        ("drawn is 1", "'1' is neither yes nor no."),
        ("taken is 2019-13", "'2019-13' is no time: write a year, "),
        ("taken < 2019-02-30", "'2019-02-30' is no time: write a year, "),
        ("z" * 5000 + " < 1", "The question has '" + "z" * 29 + "..." + "z" * 29 + "' at character 1, "),
        (f"size < '{'z ' * 5000}'", "'z z z z z z z z z z z z z z z... z z z z z z z z z z z z z z ' is no number."),
        ("(size < 3", 'The question ends where ")" is to follow.'),
        ("size < 3 score > 1", "The question has 'score' at character 10, where \"and\" or \"or\" is to stand."),
        ("note is 'open", "A quote or sign is left over at \"'open\""),
        ("(" * (DEEPEST + 1), "nested more than 20 deep"),
        ("not " * 5000, "nested more than 20 deep"),
        (" or ".join(["size < 3"] * (MOST_COMPARISONS + 1)), "more than 100 comparisons"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_told_in_a_sentence(question: str, sentence: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(question)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("taken is 2019", [1, 2]),
        ("taken <= 2019", [0, 1, 2]),
        ("taken > 2019", [3]),
        ("taken >= 2019-06-30", [2, 3]),
        ("taken < 2019-06-30", [0, 1]),
        ("taken = '2019-06-01 08:00'", [1]),
        ("taken is not 2019-06", [0, 3, 4, 5]),
        ("not taken is 2019-06", [0, 3, 4, 5]),
        ("not taken < 2019-07", [3, 4, 5]),
        ("not (taken > 2010 or camera contains maker)", [4, 5]),
        ("camera is '' and not seconds >= 0", [4]),
        ("camera contains 'model 2019'", [1, 2]),
        ("camera is 'Maker Model 2020'", [3]),
    ],
)
def test_photos_are_asked_for_by_when_and_with_what_they_were_taken(
    project: Project, question: str, wanted: list[int]
) -> None:
    photos = [picture.source for picture in project.pictures()]
    assert {match.result.source for match in matching(project, question)} == {photos[row] for row in wanted}


def test_the_longest_question_and_every_field_can_be_asked(project: Project) -> None:
    assert answers(project, " or ".join(["not (size < 3)"] * MOST_COMPARISONS)) == where(project, lambda _face: True)
    yes = dict.fromkeys(("drawn", "refined", "reviewed", "searched", "failed", "grouped"), "yes")
    values = yes | {"verdict": "none", "taken": "2019"}
    for name, field in FIELDS.items():
        for sign in field.signs:
            answers(project, f"{name} {sign} {values.get(name, '1')}")


def test_an_answer_has_pictures_without_faces_too(tmp_path: Path) -> None:
    found, empty, new, broken = (str(tmp_path / f"{name}.jpg") for name in ("found", "empty", "new", "broken"))
    with Project.create(tmp_path / "case.tinyface") as project:
        project.add_pictures(map(ProjectPicture, (found, empty, new, broken)))
        face = ProjectFace(found, Face((0, 0, 9, 9), 0.5, 0.5))
        for source, faces in ((found, [face]), (empty, [])):
            project.put_result(FindResult(source, WIDTH, HEIGHT, Detections.of([], []), 0, 0), faces)
        ScannedFiles(project).put_failure(broken, "It is no picture.")

        def sources(question: str) -> set[str]:
            return set(answer(project, parse(question)).sources)

        assert answer(project, parse("size < 10")) == Answer(frozenset({face.id}), frozenset({found}))
        assert sources("searched is yes and faces = 0") == {empty}
        assert sources("searched is no") == {new, broken} and sources("failed is yes") == {broken}
        ScannedFiles(project).put_failure(broken, "")
        assert sources("failed is yes") == set()
