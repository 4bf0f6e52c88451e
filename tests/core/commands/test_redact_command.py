"""`tinyface redact`, with a finder that knows where the faces are."""

from __future__ import annotations

import hashlib
import json
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

import tinyface_core.search.finder
from tinyface_core import results
from tinyface_core.commands.app import app
from tinyface_core.export import json_file
from tinyface_core.export.json_file import write
from tinyface_core.export.material import FaceKey, Material, Statement
from tinyface_core.media.images import load_image
from tinyface_core.media.opening import MediaError
from tinyface_core.media.sources import read_frames
from tinyface_core.media.video import Video
from tinyface_core.project.records import ProjectFace, ProjectPicture
from tinyface_core.project.store import Project
from tinyface_core.redaction import order, searching
from tinyface_core.redaction.copies import write_copy
from tinyface_core.redaction.order import Order
from tinyface_core.results import read_saved
from tinyface_core.search import following
from tinyface_core.search_settings import Effort, SearchSettings
from tinyface_core.types import Detections, FindResult, Floats, Frame, Verdict

BOXES = [[10.0, 10.0, 30.0, 30.0], [60.0, 20.0, 80.0, 40.0]]


def search(*how: Any, **more: Any) -> list[FindResult]:
    return list(searching.search(*how, **more))


class KnowingFinder:
    """Finds the same two faces everywhere, the second one less surely."""

    def __init__(self) -> None:
        self.searched = 0
        self.settings, self.weights = SearchSettings(), dict[str, str]()

    def find(self, frame: Frame, *_: object) -> FindResult:
        self.searched += 1
        found = Detections.of(BOXES, [0.9, 0.3])
        size = frame.width, frame.height
        at = {"index": frame.index, "seconds": frame.seconds, "cut": frame.cut}
        return FindResult(frame.source, *size, found, 2, 0, settings=self.settings, weights=self.weights, **at)


@pytest.fixture(autouse=True)
def finder(monkeypatch: pytest.MonkeyPatch) -> KnowingFinder:
    knowing = KnowingFinder()
    monkeypatch.setattr(tinyface_core.search.finder, "build_finder", lambda _settings: knowing)
    return knowing


def run(tmp_path: Path, *arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(
        app, ["redact", "--style", "solid", *map(str, arguments), "--output", str(tmp_path / "out")]
    )
    return done.exit_code, done.output


def black(path: Path) -> list[bool]:
    """Which of the two faces are black in a photo, or in the middle of a video."""
    if path.suffix == ".mp4":
        with Video(path) as video:
            pixels = video.frame(5).pixels
    else:
        pixels = load_image(path).pixels
    return [int(pixels[int(y1) + 5 : int(y2) - 5, int(x1) + 5 : int(x2) - 5].max()) < 24 for x1, y1, x2, y2 in BOXES]


def test_photos_and_videos_are_copied_and_a_bad_file_costs_one_sentence(
    tmp_path: Path, photo: Path, clip: Path
) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"no picture")
    before = photo.read_bytes(), clip.read_bytes()
    code, said = run(tmp_path, photo, bad, clip)
    assert code == 1 and said.count("bad.jpg") == 2 and "1 of 3 failed" in said
    assert black(tmp_path / "out" / "photo.jpg") == black(tmp_path / "out" / "clip.mp4") == [True, True]
    assert (photo.read_bytes(), clip.read_bytes()) == before


def test_faces_are_kept_visible_or_covered_alone_by_their_number(tmp_path: Path, photo: Path, clip: Path) -> None:
    assert run(tmp_path, photo, "--keep", "2")[0] == 0
    assert black(tmp_path / "out" / "photo.jpg") == [True, False]
    assert run(tmp_path, clip, "--only", "2")[0] == 0
    assert black(tmp_path / "out" / "clip.mp4") == [False, True]
    code, said = run(tmp_path, photo, clip, "--keep", "2")
    assert code == 1 and "name one file" in said


def test_faces_confirmed_in_a_project_or_a_file_of_results_are_kept_visible(tmp_path: Path, photo: Path) -> None:
    result = FindResult(str(photo), 160, 120, Detections.of(BOXES, [0.9, 0.3]), 2, 0)
    confirmed = Statement(Verdict.CONFIRMED)
    write(Material([result], {FaceKey(str(photo), None, 0): confirmed}), tmp_path / "said.json")
    with Project.create(tmp_path / "case.tinyface") as project:
        project.add_pictures([ProjectPicture(str(photo))])
        face = ProjectFace(str(photo), result.faces[1], verdict=Verdict.CONFIRMED)
        project.put_result(result, [ProjectFace(str(photo), result.faces[0]), face])
    for file, expected in (("said.json", [False, True]), ("case.tinyface", [True, False])):
        assert run(tmp_path, photo, "--keep", tmp_path / file)[0] == 0
        assert black(tmp_path / "out" / "photo.jpg") == expected


def test_a_search_that_is_kept_serves_again(tmp_path: Path, clip: Path, finder: KnowingFinder) -> None:
    kept = tmp_path / "clip.json"
    assert run(tmp_path, clip, "--results", kept)[0] == 0
    searched = finder.searched
    assert searched == 9 and run(tmp_path, clip, "--results", kept, "--keep", "1")[0] == 0
    assert finder.searched == searched and black(tmp_path / "out" / "clip.mp4") == [False, True]


@pytest.mark.parametrize("name", ["photo", "clip"])
def test_a_file_that_was_changed_since_it_was_searched_is_not_covered_where_the_faces_were(
    tmp_path: Path, request: pytest.FixtureRequest, name: str
) -> None:
    path, kept = request.getfixturevalue(name), tmp_path / "kept.json"
    assert run(tmp_path, path, "--results", kept)[0] == 0
    (copy,) = (tmp_path / "out").glob(f"{name}.*")
    copy.unlink()
    with path.open("ab") as file:
        file.write(b"\0" * 8)
    code, said = run(tmp_path, path, "--results", kept)
    assert code == 1 and f"{path} was changed since it was searched: search it again." in said
    assert not copy.exists()
    assert run(tmp_path, path)[0] == 0 and copy.exists()


def test_a_video_that_is_changed_while_it_is_searched_is_not_copied(
    tmp_path: Path, clip: Path, finder: KnowingFinder, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = finder.find

    def change(frame: Frame, *others: object) -> FindResult:
        if frame.index == 8:
            with clip.open("ab") as file:
                file.write(b"\0" * 8)
        return find(frame, *others)

    with monkeypatch.context() as patched:
        patched.setattr(finder, "find", change)
        code, said = run(tmp_path, clip)
    assert code == 1 and "clip.mp4 was changed since it was searched" in said
    assert not (tmp_path / "out" / "clip.mp4").exists()
    assert run(tmp_path, clip)[0] == 0 and black(tmp_path / "out" / "clip.mp4") == [True, True]


def test_a_search_that_is_kept_is_read_once(
    tmp_path: Path, clip: Path, finder: KnowingFinder, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, reads = tmp_path / "clip.json", []
    assert run(tmp_path, clip, "--results", kept)[0] == 0

    def counted(path: Path) -> object:
        reads.append(path)
        return read_saved(path)

    for module in (json_file, results):
        monkeypatch.setattr(module, "read_saved", counted)
    assert run(tmp_path, clip, "--results", kept)[0] == 0 and reads == [kept]


def test_the_review_tells_files_faces_and_doubts(tmp_path: Path, clip: Path) -> None:
    code, said = run(tmp_path, clip, "--review", "json", "--confirmed-by", "A. Nyone")
    assert code == 0 and "look at track 2: never sure, best score 0.30" in said
    review = json.loads((tmp_path / "out" / "clip-review.json").read_text())
    assert review["confirmed_by"] == "A. Nyone"
    for name, path in (("source", clip), ("copy", tmp_path / "out" / "clip.mp4")):
        assert review[name]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert [(face["number"], face["covered"], face["frames"]) for face in review["faces"]] == [
        (1, True, 9),
        (2, True, 9),
    ]
    assert [doubt["face"] for doubt in review["doubts"]] == [2]
    assert run(tmp_path, clip)[0] == 0
    page = (tmp_path / "out" / "clip-review.html").read_text()
    assert page.count("data:image/jpeg") >= 4 and "Nobody has confirmed this copy yet." in page
    assert run(tmp_path, clip, "--language", "de")[0] == 0
    assert "Noch niemand hat diese Kopie" in (tmp_path / "out" / "clip-review.html").read_text("utf-8")
    code, said = run(tmp_path, clip, "--language", "fr")
    assert code == 1 and "There are no reports in fr: give --language en or de." in said


def test_no_original_is_written_over(tmp_path: Path, photo: Path) -> None:
    original = tmp_path / "out" / "photo.jpg"
    original.parent.mkdir()
    photo.rename(original)
    before = original.read_bytes()
    code, said = run(tmp_path, original)
    assert code == 1 and "is an original, which is never written over" in said
    assert original.read_bytes() == before


def test_a_link_at_the_place_of_a_copy_is_not_followed(tmp_path: Path, photo: Path) -> None:
    private = tmp_path / "private.txt"
    private.write_text("diary")
    for name in ("photo.jpg", "photo-review.html"):
        link = tmp_path / "out" / name
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(private)
        code, said = run(tmp_path, photo)
        assert code == 1 and f"{name} is a link to another file, which is not written over" in said
        assert private.read_text() == "diary"
        link.unlink()


def test_copies_in_a_folder_that_is_copied_again_are_no_originals(tmp_path: Path, photo: Path) -> None:
    for _ in range(2):
        code, said = run(tmp_path, tmp_path)
        assert code == 0, said
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["photo-review.html", "photo.jpg"]


def test_a_picture_of_ones_own_is_laid_over_faces(tmp_path: Path, photo: Path) -> None:
    Image.new("RGB", (8, 8), (0, 200, 0)).save(tmp_path / "own.png")
    assert run(tmp_path, photo, "--picture", tmp_path / "own.png")[0] == 0
    pixels = load_image(tmp_path / "out" / "photo.jpg").pixels[15:25, 15:25].astype(int)
    assert np.abs(pixels - (0, 200, 0)).max() < 30


class Killed(BaseException):
    """In place of a signal."""


def test_a_search_that_was_killed_goes_on_and_nothing_is_left_of_it_in_the_end(
    tmp_path: Path, clip: Path, finder: KnowingFinder, monkeypatch: pytest.MonkeyPatch
) -> None:
    find, kept = finder.find, tmp_path / "out" / "clip-search.jsonl"

    def killed_at_the_sixth(frame: Frame, *rest: object) -> FindResult:
        if finder.searched == 5:
            raise Killed
        return find(frame, *rest)

    monkeypatch.setattr(finder, "find", killed_at_the_sixth)
    with pytest.raises(Killed):
        CliRunner().invoke(app, ["redact", str(clip), "--output", str(tmp_path / "out")], catch_exceptions=False)
    assert [path.name for path in (tmp_path / "out").iterdir()] == [kept.name]
    with kept.open("ab") as file:
        file.write(b'{"source": "torn')
    monkeypatch.setattr(finder, "find", find)
    assert run(tmp_path, clip, "--review", "none")[0] == 0
    assert finder.searched == 9  # each frame once
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["clip.mp4"]
    assert black(tmp_path / "out" / "clip.mp4") == [True, True]


@pytest.mark.parametrize("change", ["video", "every", "weights"])
def test_what_was_kept_of_another_search_does_not_count(
    tmp_path: Path, clip: Path, finder: KnowingFinder, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    target, asked = tmp_path / "out" / "copy.mp4", Order()
    assert len(search(clip, target, finder, asked)) == 9
    assert len(search(clip, target, finder, asked)) == 9 == finder.searched
    if change == "video":
        clip.touch()
    elif change == "every":
        asked = Order(every=3)
    else:
        kept = target.with_name("copy-search.jsonl")
        lines = kept.read_text().splitlines(keepends=True)[:7]
        kept.write_text("".join(lines).replace('"weights":{}', '"weights":{"detector":"of last year"}'))
    finder.searched = 0
    results = search(clip, target, finder, asked)
    assert [result.index for result in results] == list(range(9))
    assert finder.searched == (3 if change == "every" else 9)


@pytest.mark.parametrize(
    ("fps", "every", "step"), [(60, None, 5), (25, None, 2), (12, None, 1), (0, None, 1), (60, 1, 1)]
)
def test_about_twelve_frames_a_second_are_searched(fps: float, every: int | None, step: int) -> None:
    assert Order(every=every).schedule(fps).step == step


@pytest.mark.parametrize(
    ("fps", "every", "whole"),
    [(60, None, 20), (25, None, 8), (25, 1, 8), (25, 3, 12), (10, None, 4), (0, None, 1), (2, None, 1)],
)
def test_two_to_three_frames_a_second_are_searched_as_a_whole(fps: float, every: int | None, whole: int) -> None:
    assert Order(every=every).schedule(fps).whole == whole


class ToldFinder(KnowingFinder):
    """Searches whole frames, or near what it is told, which it remembers by frame; killed at the n-th search."""

    def __init__(self, killed_at: int = 0) -> None:
        super().__init__()
        self.settings, self.killed_at = SearchSettings(focus=False), killed_at
        self.told: dict[int, list[list[float]] | None] = {}

    def find(self, frame: Frame, *_: object, expected: Floats | None = None) -> FindResult:
        if self.searched + 1 == self.killed_at:
            raise Killed
        assert frame.index is not None and frame.index not in self.told, "each frame once"
        self.told[frame.index] = None if expected is None else expected.round().tolist()
        return super().find(frame)


@pytest.mark.parametrize("cut", [None, 6])
def test_between_whole_frames_it_is_looked_near_their_faces_but_not_behind_a_cut(
    tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch, cut: int | None
) -> None:
    def cut_there(path: Path, *rest: object) -> Iterator[Frame]:
        return (replace(frame, cut=frame.index == cut) for frame in read_frames(path, *rest))  # type: ignore[arg-type]

    monkeypatch.setattr(searching, "read_frames", cut_there)
    told, finder = list[tuple[int, int]](), ToldFinder()

    def tell(stage: str, done: int, total: int) -> None:
        if stage == "search":
            told.append((done, total))

    results = search(clip, tmp_path / "copy.mp4", finder, Order(), progress=tell)
    assert {index for index, boxes in finder.told.items() if boxes is None} == {0, 4, 8} | ({cut} if cut else set())
    middles = np.reshape(BOXES, (2, 2, 2)).mean(axis=1)
    for boxes in filter(None, finder.told.values()):
        assert np.reshape(boxes, (2, 2, 2)).mean(axis=1) == pytest.approx(middles, abs=1)
    assert [result.index for result in results] == list(range(9))
    assert [result.index for result in results if result.cut] == ([cut] if cut else [])
    assert [done for done, _ in told] == sorted(done for done, _ in told) and told[-1] == (9, 9)


@pytest.mark.parametrize("focus", [False, True])
def test_the_review_says_how_many_frames_were_searched_as_a_whole_and_the_copy_opens_the_video_once(
    tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch, focus: bool
) -> None:
    finder, target, asked = ToldFinder(), tmp_path / "copy.mp4", Order(review="json")
    finder.settings = SearchSettings(focus=focus)
    results = search(clip, target, finder, asked)
    opened: list[Path] = []
    real = Video.__init__
    monkeypatch.setattr(Video, "__init__", lambda self, path: opened.append(path) or real(self, path))
    copy = write_copy(clip, target, results, [], asked)
    told = json.loads((tmp_path / "copy-review.json").read_text())
    whole = sum(boxes is None for boxes in finder.told.values())
    assert whole == 9 if focus else 3 <= whole < 9
    expected = 9, 0 if focus else whole, 1
    assert (told["searched_frames"], told["whole_frames"], told["settings"]["every"]) == expected
    assert copy.target == target and opened == [clip]


@pytest.mark.parametrize("killed_at", [2, 3, 4, 6, 9])
def test_a_search_of_whole_frames_first_goes_on_where_it_was_killed(tmp_path: Path, clip: Path, killed_at: int) -> None:
    finder, target = ToldFinder(killed_at), tmp_path / "copy.mp4"
    with pytest.raises(Killed):
        search(clip, target, finder, Order())
    finder.killed_at = 0
    results = search(clip, target, finder, Order())
    assert finder.searched == 9
    undisturbed = search(clip, tmp_path / "other.mp4", ToldFinder(), Order())
    assert [(one.index, one.faces.boxes.tolist(), one.cut) for one in results] == [
        (one.index, one.faces.boxes.tolist(), one.cut) for one in undisturbed
    ]


@pytest.mark.parametrize(("kept", "searched"), [(False, 3), (True, 9)])
def test_faces_are_followed_through_frames_that_are_not_searched(
    tmp_path: Path, clip: Path, finder: KnowingFinder, monkeypatch: pytest.MonkeyPatch, kept: bool, searched: int
) -> None:
    """Unless there are results of a search of all frames."""
    results = tmp_path / "found.json"
    if kept:
        run(tmp_path, clip, "--results", results, "--every", "1")
    monkeypatch.setattr(order, "SEARCHES_A_SECOND", 2.5)  # of ten
    arguments = ("--results", results) if kept else ()
    assert run(tmp_path, clip, "--review", "json", *arguments)[0] == 0
    assert finder.searched == searched
    assert json.loads((tmp_path / "out" / "clip-review.json").read_text())["searched_frames"] == searched
    with Video(tmp_path / "out" / "clip.mp4") as copy:
        assert all(frame.pixels[20, 20].max() < 20 for frame in copy.frames())


def test_following_that_is_killed_goes_on_where_it_was(
    tmp_path: Path, clip: Path, finder: KnowingFinder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*given: Any, start: int = 0) -> Iterator[FindResult]:
        starts.append(start)
        for number, result in enumerate(follow(*given, start=start)):
            if number == 6 and len(starts) == 1:
                raise Killed
            yield result

    follow, starts, asked, target = following.followed_in, list[int](), Order(every=4), tmp_path / "copy.mp4"
    whole = search(clip, tmp_path / "whole.mp4", finder, asked)
    monkeypatch.setattr(following, "followed_in", killed)
    with pytest.raises(Killed):
        search(clip, target, finder, asked)
    finder.searched = 0
    again = search(clip, target, finder, asked)
    assert starts == [0, 4] and finder.searched == 0
    for one, other in zip(again, whole, strict=True):
        assert one.faces.boxes == pytest.approx(other.faces.boxes, abs=0.01)
        assert one.faces.tracks.tolist() == other.faces.tracks.tolist()
        assert (one.index, one.every, one.is_searched) == (other.index, other.every, other.is_searched)
    write_copy(clip, target, again, [], asked)
    assert {path.name for path in tmp_path.glob("copy*")} == {"copy.mp4"}


def test_a_whole_search_that_is_kept_does_not_count_for_other_settings(
    tmp_path: Path, clip: Path, finder: KnowingFinder
) -> None:
    """Its copy was not written, and the user asks for a more thorough one."""
    search(clip, tmp_path / "copy.mp4", finder, Order())
    finder.searched, finder.settings = 0, SearchSettings.of(Effort.THOROUGH)
    results = search(clip, tmp_path / "copy.mp4", finder, Order())
    assert finder.searched == 9 and {result.settings.effort for result in results} == {Effort.THOROUGH}


def test_a_video_that_is_gone_is_said_to_be_gone(tmp_path: Path, finder: KnowingFinder) -> None:
    with pytest.raises(MediaError, match=r"gone\.mp4 does not exist: check the name"):
        search(tmp_path / "gone.mp4", tmp_path / "copy.mp4", finder, Order())
    assert not list(tmp_path.glob("*.jsonl"))


@pytest.mark.parametrize("keep", ["\u00b2", "9" * 5000, "0"])
def test_numbers_that_are_no_faces_are_a_sentence(keep: str, tmp_path: Path, photo: Path) -> None:
    code, told = run(tmp_path, photo, "--keep", keep)
    assert code == 1 and "Traceback" not in told and told.strip()


def test_a_picture_to_lay_over_faces_is_asked_for_before_the_search(
    tmp_path: Path, photo: Path, finder: KnowingFinder
) -> None:
    code, told = run(tmp_path, photo, "--style", "picture")
    assert (code, told) == (1, "Name the picture to lay over faces: --picture FILE.\n") and not finder.searched


def test_while_a_copy_is_written_the_faces_of_its_frames_are_not_held_as_they_were_found(
    tmp_path: Path, clip: Path, finder: KnowingFinder
) -> None:
    held: list[weakref.ref[Floats]] = []

    def found() -> Iterator[FindResult]:
        for result in searching.search(clip, tmp_path / "copy.mp4", finder, Order()):
            held.append(weakref.ref(result.faces.boxes))
            yield result

    alive = []

    def tell(stage: str, _done: int, _total: int) -> None:
        if stage == "write":
            alive.append(sum(of_frame() is not None for of_frame in held))

    copy = write_copy(clip, tmp_path / "copy.mp4", found(), [], Order(), progress=tell)
    assert len(held) == 9 and alive == [0] * 9 and len(copy.decisions) == 2
