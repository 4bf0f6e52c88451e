"""`tinyface find` and `tinyface weights`, with small weights made on the spot."""

import errno
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import Result
from PIL import Image
from typer.testing import CliRunner

from tinyface_core import results as results_files
from tinyface_core.commands.app import app
from tinyface_core.detector import centerface
from tinyface_core.detector.mbfcn import MBFCN
from tinyface_core.detector.network import MBFCNDetector
from tinyface_core.gan.generator import Generator
from tinyface_core.media.opening import MediaError
from tinyface_core.media.video import Video
from tinyface_core.presets import DETECTOR_PRESETS, GAN_PRESETS
from tinyface_core.results import read_results
from tinyface_core.search import following, second_pass
from tinyface_core.search.finder import FaceFinder
from tinyface_core.search_settings import Effort
from tinyface_core.tracks import tracks_of
from tinyface_core.types import CancelToken, CropBatch, Detections, FindResult, Frame, Origin, RgbImage, stop_if_asked
from tinyface_core.upscalers.generator import GeneratorUpscaler, SharedGenerator
from tinyface_core.weights import Manifest, save_tensors

ROOT = Path(__file__).resolve().parents[3]


def read(path: Path) -> dict[str, Any]:
    (result,) = json.loads(path.read_text())["results"]
    return result


def test_find_writes_picture_json_and_sheet_and_says_where(small_weights: Path, photo: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        app, ["find", str(photo), "--output", str(tmp_path / "out"), "--min-score", "0", "--timings"]
    )
    assert done.exit_code == 0, done.output
    for name in ("photo-faces.jpg", "photo-faces.json", "photo-comparison.png"):
        assert (tmp_path / "out" / name).exists() and name in done.output
    assert "peak memory" in done.output and "detect" in done.output
    values = json.loads((tmp_path / "out" / "photo-faces.json").read_text())
    schema = json.loads((ROOT / "resources" / "schema" / "find-result.schema.json").read_text())
    jsonschema.validate(values, schema)
    assert values["results"][0]["refined"] == min(128, values["results"][0]["candidates"]) > 0
    assert Image.open(tmp_path / "out" / "photo-faces.jpg").size == (160, 120)


def test_photos_of_one_name_keep_their_own_results(small_weights: Path, photo: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "photo.png"
    other.parent.mkdir()
    Image.new("RGB", (64, 48)).save(other)
    done = CliRunner().invoke(app, ["find", str(photo), str(other), "--output", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    results = [json.loads((tmp_path / "out" / f"photo_{n}-faces.json").read_text())["results"][0] for n in (1, 2)]
    assert [(result["width"], result["height"]) for result in results] == [(160, 120), (64, 48)]


def test_sheets_are_for_a_single_photo_unless_they_are_asked_for_as_is_what_scans_write(
    small_weights: Path, photo: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.png"
    Image.new("RGB", (64, 48)).save(other)
    for asked, sheets in (([], False), (["--sheets", "--write", "crops,xmp"], True)):
        out = tmp_path / f"out{sheets}"
        least = ["--min-score", "0", "--min-size", "28"]
        arguments = ["find", str(photo), str(other), *least, "--output", str(out), *asked]
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == 0, done.output
        assert (out / "photo-comparison.png").exists() == sheets and (out / "other-faces.json").exists()
        assert (out / "photo-faces.jpg").exists() == (not sheets)
        assert (out / "photo.xmp").exists() == sheets == any((out / "photo-crops").rglob("face-001_original.png"))
    wrong = CliRunner().invoke(app, ["find", str(photo), "--write", "pdf", "--output", str(tmp_path)])
    assert wrong.exit_code == 1 and "There is no export format called pdf" in wrong.output


def test_a_sheet_shows_a_large_face_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    enlarged: list[int] = []
    real = GeneratorUpscaler.enlarge

    def seen(self: GeneratorUpscaler, crops: CropBatch, factor: int, cancel: CancelToken | None = None) -> CropBatch:
        enlarged.append(crops.shape[1])
        return real(self, crops, factor, cancel)

    monkeypatch.setattr(GeneratorUpscaler, "enlarge", seen)
    portrait = ROOT / "resources" / "samples" / "astronaut.jpg"
    done = CliRunner().invoke(app, ["find", str(portrait), "--no-second-stage", "--output", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert max(face["size"] for face in read(tmp_path / "astronaut-faces.json")["faces"]) > 64
    assert set(enlarged) == {16}, "to set the generator up, no face"
    assert (tmp_path / "astronaut-comparison.png").exists()


def test_faces_are_enlarged_once_for_all_that_is_written_of_a_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enlarged: list[bytes] = []
    real = SharedGenerator.enlarge

    def seen(self: SharedGenerator, low: CropBatch, refined: bool) -> tuple[CropBatch, float]:
        enlarged.append(low.tobytes() + bytes([refined]))
        return real(self, low, refined)

    monkeypatch.setattr(SharedGenerator, "enlarge", seen)
    command = ["find", str(ROOT / "resources" / "samples" / "orchestra.webp"), "--effort", "fast"]
    command += ["--write", "crops,contact,html,sheets", "--output", str(tmp_path)]
    assert CliRunner().invoke(app, command).exit_code == 0
    assert len(enlarged) > 60 and len(set(enlarged)) == len(enlarged)
    made = {path.stem.rpartition("_")[2] for path in (tmp_path / "orchestra-crops").rglob("*.png")}
    assert made == {"original", "bilinear", "sr-only", "refined"}


def test_the_time_of_the_first_picture_is_that_of_its_search(
    small_weights: Path, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first run of a network sets libraries up, which takes seconds."""
    runs: list[int] = []
    real = MBFCNDetector.propose

    def slow_at_first(self: MBFCNDetector, pixels: RgbImage, finest_stride: int = 0) -> Detections:
        runs.append(1)
        if len(runs) == 1:
            time.sleep(2)
        return real(self, pixels, finest_stride)

    monkeypatch.setattr(MBFCNDetector, "propose", slow_at_first)
    done = CliRunner().invoke(app, ["find", str(photo), "--output", str(tmp_path / "out"), "--timings"])
    assert done.exit_code == 0, done.output
    assert read(tmp_path / "out" / "photo-faces.json")["timings"]["detect"] < 2
    assert "annotated" in done.output and "sheets" in done.output


@pytest.mark.parametrize("effort", list(Effort))
def test_a_search_is_repeated_from_its_results(
    effort: Effort, small_weights: Path, photo: Path, tmp_path: Path
) -> None:
    first, again = tmp_path / "first", tmp_path / "again"
    options = ["--effort", effort, "--turned", "--min-score", "0.1", "--min-size", "5", "--output", str(first)]
    assert CliRunner().invoke(app, ["find", str(photo), *options]).exit_code == 0
    results = str(first / "photo-faces.json")
    done = CliRunner().invoke(app, ["find", "--repeat", results, "--output", str(again)])
    assert done.exit_code == 0, done.output
    before, after = read(first / "photo-faces.json"), read(again / "photo-faces.json")
    assert before["settings"]["effort"] == effort and before["faces"]
    assert {**before, "timings": {}} == {**after, "timings": {}}


def test_photos_beside_results_to_repeat_are_refused(photo: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["find", str(photo), "--repeat", str(tmp_path / "photo-faces.json")])
    assert done.exit_code == 1 and "--repeat or photos, not both" in done.output


@pytest.mark.parametrize("option", [["--effort", "thorough"], ["--no-second-stage"], ["--tilted"], ["--budget", "7"]])
def test_settings_beside_results_to_repeat_are_refused(option: list[str], tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["find", "--repeat", str(tmp_path / "photo-faces.json"), *option])
    assert done.exit_code == 1 and "leave out other options of the search" in done.output


def test_fast_has_a_detector_of_its_own_unless_another_is_chosen(
    small_weights: Path, photo: Path, tmp_path: Path
) -> None:
    manifest = Manifest.load()
    digest = save_tensors(small_weights / "q.safetensors", MBFCN(DETECTOR_PRESETS["quick"]).state_dict())
    quick = replace(manifest.entry("d"), name="q", preset="quick", file="q.safetensors", sha256=digest)
    Manifest(small_weights, (*manifest.entries, quick)).save()

    def searched(*options: str) -> tuple[dict[str, str], bool]:
        given = options if "--repeat" in options else (str(photo), *options)
        done = CliRunner().invoke(app, ["find", *given, "--no-sheets", "--output", str(tmp_path)])
        assert done.exit_code == 0, done.output
        result = read(tmp_path / "photo-faces.json")
        return result["weights"], result["settings"]["second_stage"]

    own, fast = {"detector": f"d {manifest.entry('d').sha256}"}, {"detector": f"q {digest}"}
    both = own | {"gan": f"g {manifest.entry('g').sha256}"}
    assert searched("--effort", "fast") == (fast, False)
    assert searched("--repeat", str(tmp_path / "photo-faces.json")) == (fast, False)
    assert searched("--effort", "fast", "--detector", "d") == (own, False)
    assert searched("--effort", "fast", "--detector", "d", "--second-stage") == (both, True)
    assert searched("--repeat", str(tmp_path / "photo-faces.json")) == (both, True)
    default = both | {"detector": f"{own['detector']} + centerface {centerface.NETWORKS['float32'].sha256}"}
    assert searched() == (default, True)
    assert searched("--repeat", str(tmp_path / "photo-faces.json")) == (default, True)
    assert searched("--no-second-detector") == (both, True)


def test_frames_of_a_video_are_repeated_too(small_weights: Path, clip: Path, tmp_path: Path) -> None:
    for arguments in ([str(clip), "--every", "4"], ["--repeat", str(tmp_path / "clip-faces.json")]):
        done = CliRunner().invoke(app, ["find", *arguments, "--output", str(tmp_path), "--min-score", "0"])
        assert done.exit_code == 0, done.output
        assert [result.index for result in read_results(tmp_path / "clip-faces.json")] == [0, 4, 8]


def test_tracks_link_the_faces_of_a_video(
    small_weights: Path, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A face that moves by 4 pixels a frame, is doubtful at first, and is missed in frame 5."""

    def find(self: FaceFinder, frame: Frame, cancel: object = None, progress: object = None) -> FindResult:
        n = frame.index or 0
        boxes = [[10 + 4 * n, 20, 22 + 4 * n, 32]] if n != 5 else []
        faces = Detections.of(boxes, [0.2 if n < 2 else 0.9] * len(boxes))
        return FindResult(frame.source, 96, 64, faces, 1, 0, index=frame.index, seconds=frame.seconds)

    monkeypatch.setattr(FaceFinder, "find", find)
    arguments = ["find", str(clip), "--tracks", "--every", "1", "--output", str(tmp_path / "out")]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["clip-faces.json"]
    assert "1 track in 9 frames" in done.output
    assert "track 1: 0.00 to 0.80 s, 9 frames, 1 of them filled, best score 0.90" in done.output
    (track,) = tracks_of(read_results(tmp_path / "out" / "clip-faces.json"))
    assert track.boxes[:, 0].tolist() == [10 + 4 * n for n in range(9)]
    assert [Origin(origin) for origin in track.origins] == [Origin.FILLED if n == 5 else Origin.FOUND for n in range(9)]


@pytest.mark.parametrize(("options", "step"), [([], 3), (["--every", "1"], 1), (["--every", "4"], 4)])
def test_a_linked_video_is_followed_between_its_searches_and_repeated_to_the_same_faces(
    small_weights: Path,
    still: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    step: int,
) -> None:
    """By default about eight frames a second are searched, of 25 every third one."""
    searched: list[int | None] = []

    def find(self: FaceFinder, frame: Frame, cancel: object = None, progress: object = None) -> FindResult:
        whole = frame.width == 96
        if whole:
            searched.append(frame.index)
        faces = Detections.of([[30, 20, 50, 40]] * whole, [0.9] * whole)
        where = {"index": frame.index, "seconds": frame.seconds, "every": frame.every, "cut": frame.cut}
        by = {"settings": self.settings, "weights": self.weights}
        return FindResult(frame.source, frame.width, frame.height, faces, 1, 0, **by, **where)

    monkeypatch.setattr(FaceFinder, "find", find)
    results = tmp_path / "out" / "still-faces.json"
    asked, found = [str(still), "--tracks", *options], []
    for arguments in (asked, ["--repeat", str(results)], [*asked, "--resume"]):
        searched.clear()
        done = CliRunner().invoke(app, ["find", *arguments, "--output", str(results.parent)])
        assert done.exit_code == 0, done.output
        assert searched == ([] if "--resume" in arguments else list(range(0, 9, step)))
        found.append(read_results(results))
    first, *others = found
    assert [one.index for one in first] == list(range(9)) and {one.every for one in first} == {step}
    origins = [[face.origin for face in one.faces] for one in first]
    assert origins == [[Origin.FILLED if one.index % step else Origin.FOUND] for one in first if one.index is not None]
    assert others == [first, first]


@pytest.fixture
def searched(small_weights: Path, monkeypatch: pytest.MonkeyPatch) -> list[int | None]:
    """Numbers of the frames that were searched as a whole: each has a face that moves, every second one a faint one."""
    indices: list[int | None] = []

    def find(self: FaceFinder, frame: Frame, *_: object) -> FindResult:
        faces = Detections.of([], [])
        if frame.width == 96:
            indices.append(frame.index)
            left = 20 + (frame.index or 0)
            faces = Detections.of([[left, 20, left + 20, 40]], [0.2 if (frame.index or 0) % 4 else 0.9])
        by = {"settings": self.settings, "weights": self.weights}
        where = {"index": frame.index, "seconds": frame.seconds, "every": frame.every, "cut": frame.cut}
        return FindResult(frame.source, frame.width, frame.height, faces, 1, 0, **by, **where)

    monkeypatch.setattr(FaceFinder, "find", find)
    return indices


@pytest.mark.parametrize("options", [[], ["--resume"]])
@pytest.mark.parametrize("stage", ["second_pass.look_again", "following.followed_in"])
def test_a_video_that_is_killed_after_its_search_goes_on_there(
    still: Path,
    tmp_path: Path,
    searched: list[int | None],
    monkeypatch: pytest.MonkeyPatch,
    stage: str,
    options: list[str],
) -> None:
    def results(name: str, *options: str) -> Path:
        command = ["find", str(still), "--tracks", "--every", "2", *options, "--output", str(tmp_path / name)]
        done.append(CliRunner().invoke(app, command))
        return tmp_path / name / "still-faces.json"

    def killed(*_: object, **__: object) -> None:
        raise SystemExit(137)

    done: list[Result] = []
    whole = results("whole")
    with monkeypatch.context() as patched:
        patched.setattr(f"tinyface_core.search.{stage}", killed)
        results("killed")
    assert done[-1].exit_code == 137
    searched.clear()
    again = results("killed", *options)
    assert "goes on behind 5 frames of an interrupted search" in done[-1].output
    assert done[-1].exit_code == 0 and searched == [] and again.read_bytes() == whole.read_bytes()
    assert [path.name for path in again.parent.iterdir()] == [again.name]
    # What is finished stays as it is.
    monkeypatch.setattr(f"tinyface_core.search.{stage}", killed)
    results("killed", "--resume")
    assert done[-1].exit_code == 0 and "was searched before" in done[-1].output
    assert again.read_bytes() == whole.read_bytes()


def test_following_that_is_killed_goes_on_where_it_was(
    still: Path, tmp_path: Path, searched: list[int | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def results(name: str) -> Path:
        command = ["find", str(still), "--tracks", "--every", "2", "--output", str(tmp_path / name)]
        done.append(CliRunner().invoke(app, command))
        return tmp_path / name / "still-faces.json"

    def killed(*given: Any, **options: Any) -> Iterator[FindResult]:
        starts.append(options["start"])
        for number, result in enumerate(follow(*given, **options)):
            if number == 4 and len(starts) < 3:
                raise SystemExit(137)
            yield result

    done: list[Result] = []
    starts: list[int] = []
    whole, follow = results("whole"), following.followed_in
    monkeypatch.setattr(following, "followed_in", killed)
    results("killed")
    monkeypatch.setattr(second_pass, "look_again", killed)
    results("killed")
    again = results("killed")
    assert [one.exit_code for one in done] == [0, 137, 137, 0] and starts == [0, 2, 4]
    assert again.read_bytes() == whole.read_bytes() and done[0].output.splitlines()[-1] in done[-1].output
    assert [path.name for path in again.parent.iterdir()] == [again.name]


def test_a_video_that_is_unplugged_before_its_second_look_leaves_others_followed_and_goes_on_later(
    still: Path, tmp_path: Path, searched: list[int | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    other, away = tmp_path / "zz.mp4", tmp_path / "away"
    other.write_bytes(still.read_bytes())
    command = ["find", str(still), str(other), "--tracks", "--every", "2", "--output", str(tmp_path)]
    found = FaceFinder.find

    def find(self: FaceFinder, frame: Frame, *others: object) -> FindResult:
        if frame.source == str(other) and frame.index == 8:
            still.rename(away)
        return found(self, frame, *others)

    with monkeypatch.context() as patched:
        patched.setattr(FaceFinder, "find", find)
        done = CliRunner().invoke(app, command)
    assert done.exit_code == 1 and "1 of 2 failed" in done.output and "still.mp4 does not exist" in done.output
    assert [one.index for one in read_results(tmp_path / "still-faces.json")] == [0, 2, 4, 6, 8]
    assert [one.index for one in read_results(tmp_path / "zz-faces.json")] == list(range(9))
    away.rename(still)
    searched.clear()
    done = CliRunner().invoke(app, [*command, "--resume"])
    assert done.exit_code == 0 and searched == []
    assert [one.index for one in read_results(tmp_path / "still-faces.json")] == list(range(9))


def test_a_video_whose_results_cannot_be_written_is_not_completed_with_those_of_an_earlier_search(
    still: Path, tmp_path: Path, searched: list[int | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["find", str(still), "--tracks", "--output", str(tmp_path), "--every"]
    assert CliRunner().invoke(app, [*command, "4"]).exit_code == 0
    writes, write = list[Path](), results_files.write_results

    def write_if_there_is_room(path: Path, results: Iterable[FindResult]) -> None:
        writes.append(path)
        if len(writes) == 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(path, results)

    monkeypatch.setattr(results_files, "write_results", write_if_there_is_room)
    done = CliRunner().invoke(app, [*command, "2"])
    assert done.exit_code == 1 and "The disk is full" in done.output and "second look" not in done.output
    searched.clear()
    done = CliRunner().invoke(app, [*command, "2"])
    assert done.exit_code == 0 and "goes on behind 5 frames" in done.output and searched == []
    assert {one.every for one in read_results(tmp_path / "still-faces.json")} == {2}


def test_a_video_that_was_changed_while_it_was_searched_is_not_followed(
    still: Path, tmp_path: Path, searched: list[int | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["find", str(still), "--tracks", "--every", "2", "--output", str(tmp_path)]
    found = FaceFinder.find

    def find(self: FaceFinder, frame: Frame, *others: object) -> FindResult:
        if frame.index == 8:
            with still.open("ab") as file:
                file.write(b"\0" * 8)
        return found(self, frame, *others)

    with monkeypatch.context() as patched:
        patched.setattr(FaceFinder, "find", find)
        done = CliRunner().invoke(app, command)
    assert done.exit_code == 1 and "still.mp4 was changed since it was searched: search it again." in done.output
    searched.clear()
    assert CliRunner().invoke(app, command).exit_code == 0 and searched == [0, 2, 4, 6, 8]


def test_a_search_that_broke_off_goes_on_where_it_was(
    still: Path, tmp_path: Path, searched: list[int | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    command, found = ["find", str(still), "--every", "2", "--output", str(tmp_path)], FaceFinder.find

    def find(self: FaceFinder, frame: Frame, *others: object) -> FindResult:
        if frame.index == 4:
            raise MediaError("still.mp4 is no longer there: connect its drive, and try again.")
        return found(self, frame, *others)

    with monkeypatch.context() as patched:
        patched.setattr(FaceFinder, "find", find)
        done = CliRunner().invoke(app, command)
    assert done.exit_code == 1 and "connect its drive" in done.output
    assert [one.index for one in read_results(tmp_path / "still-faces.json")] == [0, 2]
    searched.clear()
    assert CliRunner().invoke(app, command).exit_code == 0 and searched == [4, 6, 8]
    assert [one.index for one in read_results(tmp_path / "still-faces.json")] == [0, 2, 4, 6, 8]
    assert not list(tmp_path.glob("*.jsonl"))


@pytest.mark.parametrize("is_video", [False, True])
def test_what_was_found_is_not_searched_again_though_an_interruption_gave_up_its_sheets(
    still: Path,
    tmp_path: Path,
    searched: list[int | None],
    interrupt: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    is_video: bool,
) -> None:
    photos, count = [still], 9
    if not is_video:
        photos, count = [tmp_path / f"{name}.png" for name in "abc"], 3
        for photo in photos:
            Image.new("RGB", (96, 64)).save(photo)
    options = ["--every", "1", "--min-score", "0.1", "--sheets", "--output", str(tmp_path / "out")]
    command = ["find", *map(str, photos), *options]
    enlarged: list[object] = []
    enlarge = GeneratorUpscaler.enlarge

    def slow(self: GeneratorUpscaler, crops: CropBatch, factor: int, cancel: CancelToken | None = None) -> CropBatch:
        if cancel is not None:
            enlarged.append(cancel)
            if len(enlarged) == 3:  # on the second sheet
                while len(searched) < count:
                    time.sleep(0.01)
                interrupt()
                while not cancel.is_set():
                    time.sleep(0.01)
        stop_if_asked(cancel)
        return enlarge(self, crops, factor, cancel)

    with monkeypatch.context() as patched:
        patched.setattr(GeneratorUpscaler, "enlarge", slow)
        done = CliRunner().invoke(app, command)
    assert done.exit_code == 130 and "Interrupted." in done.stderr, done.output
    assert len(list((tmp_path / "out").glob("*comparison.png"))) == 1
    searched.clear()
    done = CliRunner().invoke(app, [*command, "--resume"])
    assert done.exit_code == 0 and searched == []
    assert len(list((tmp_path / "out").glob("*comparison.png"))) == count
    assert not list((tmp_path / "out").glob("*unwritten*"))


def test_an_interrupted_search_of_which_other_pictures_are_wanted_begins_anew(
    still: Path, tmp_path: Path, searched: list[int | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["find", str(still), "--every", "2", "--output", str(tmp_path)]
    found = FaceFinder.find

    def killed(self: FaceFinder, frame: Frame, *others: object) -> FindResult:
        if frame.index == 4:
            raise SystemExit(137)
        return found(self, frame, *others)

    with monkeypatch.context() as patched:
        patched.setattr(FaceFinder, "find", killed)
        assert CliRunner().invoke(app, [*command, "--write", "json"]).exit_code == 137
    searched.clear()
    assert CliRunner().invoke(app, [*command, "--write", "xmp"]).exit_code == 0
    assert searched == [0, 2, 4, 6, 8]


@pytest.mark.parametrize("tracks", [[], ["--tracks"]])
def test_another_file_in_place_of_one_that_was_searched_is_searched_though_its_time_is_older(
    still: Path, tmp_path: Path, searched: list[int | None], tracks: list[str]
) -> None:
    results = tmp_path / "out" / "still-faces.json"
    command = ["find", str(still), "--every", "2", "--write", "json", "--output", str(results.parent), *tracks]
    assert CliRunner().invoke(app, command).exit_code == 0
    first = results.read_bytes()
    with still.open("ab") as file:
        file.write(b"\0" * 8)
    os.utime(still, (1e9, 1e9))
    searched.clear()
    again = CliRunner().invoke(app, [*command, "--resume"])
    assert searched == [0, 2, 4, 6, 8] and results.read_bytes() != first
    assert again.output.count("is not the file that was searched before: it is searched again.") == 1
    searched.clear()
    again = CliRunner().invoke(app, [*command, "--resume"])
    assert searched == [] and "is not the file" not in again.output and "was searched before" in again.output


def test_results_that_do_not_tell_of_which_file_they_are_count_if_they_are_newer(
    still: Path, tmp_path: Path, searched: list[int | None]
) -> None:
    command = ["find", str(still), "--every", "2", "--write", "json", "--output", str(tmp_path), "--resume"]
    assert CliRunner().invoke(app, command).exit_code == 0
    results = tmp_path / "still-faces.json"
    values = json.loads(results.read_text())
    state = values["results"][0].pop("file")
    assert state == {"size": still.stat().st_size, "modified": still.stat().st_mtime_ns}
    results.write_text(json.dumps(values))
    for later, indices in ((-60, []), (60, [0, 2, 4, 6, 8])):
        searched.clear()
        moment = results.stat().st_mtime + later
        os.utime(still, (moment, moment))
        assert CliRunner().invoke(app, command).exit_code == 0 and searched == indices


def test_tracks_are_not_made_of_an_earlier_search_without_tracks(
    still: Path, tmp_path: Path, searched: list[int | None]
) -> None:
    command = ["find", str(still), "--every", "2", "--write", "json", "--output", str(tmp_path), "--resume"]
    assert CliRunner().invoke(app, command).exit_code == 0
    searched.clear()
    assert CliRunner().invoke(app, [*command, "--tracks"]).exit_code == 0
    (track,) = tracks_of(read_results(tmp_path / "still-faces.json"))
    assert searched == [0, 2, 4, 6, 8] and len(track) == 9


def test_a_video_whose_search_goes_on_is_opened_once_to_know_it_and_once_to_search_it(
    small_weights: Path, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(self: FaceFinder, frame: Frame, *_: object) -> FindResult:
        by = {"settings": self.settings, "weights": self.weights}
        where = {"index": frame.index, "seconds": frame.seconds, "every": frame.every}
        return FindResult(frame.source, frame.width, frame.height, Detections.of([], []), 1, 0, **by, **where)

    opened: list[Path] = []
    real = Video.__init__
    monkeypatch.setattr(Video, "__init__", lambda self, path: opened.append(path) or real(self, path))
    monkeypatch.setattr(FaceFinder, "find", find)
    results = tmp_path / "clip-faces.json"
    for every, indices in ((8, [0, 8]), (4, [0, 4, 8])):
        opened.clear()
        command = ["find", str(clip), "--every", str(every), "--write", "json", "--resume", "--output", str(tmp_path)]
        assert CliRunner().invoke(app, command).exit_code == 0
        assert [result.index for result in read_results(results)] == indices
        assert len(opened) == (2 if every == 8 else 1), "what is known of it is known"


def test_a_search_with_weights_that_are_gone_is_not_repeated(small_weights: Path, photo: Path, tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["find", str(photo), "--output", str(tmp_path)]).exit_code == 0
    results = tmp_path / "photo-faces.json"
    values = json.loads(results.read_text())
    values["results"][0]["weights"]["detector"] = "d 0123"
    results.write_text(json.dumps(values))
    done = CliRunner().invoke(app, ["find", "--repeat", str(results), "--output", str(tmp_path / "again")])
    assert done.exit_code == 1 and "weights d 0123, which are not installed" in done.output


def test_a_missing_photo_is_one_sentence(small_weights: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["find", str(tmp_path / "gone.jpg")])
    assert done.exit_code == 1 and "does not exist" in done.output and isinstance(done.exception, SystemExit)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full is a device of Linux")
def test_a_full_disk_is_one_sentence_and_leaves_nothing_half_written(
    small_weights: Path, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every byte goes to the device that has no room, by way of the temporary name."""
    full = tmp_path / "out" / ".full.jpg"
    full.parent.mkdir()
    full.symlink_to("/dev/full")
    monkeypatch.setattr("tinyface_core.files._temporary", lambda _target: full)
    done = CliRunner().invoke(app, ["find", str(photo), "--output", str(tmp_path / "out"), "--no-second-stage"])
    assert done.exit_code == 1 and "The disk is full" in done.output
    assert list((tmp_path / "out").iterdir()) == []


def test_results_that_find_no_room_are_not_told_as_written(
    small_weights: Path, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_path: Path, _results: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(results_files, "write_results", fail)
    done = CliRunner().invoke(app, ["find", str(photo), "--output", str(tmp_path / "out"), "--no-second-stage"])
    assert done.exit_code == 1 and "The disk is full" in done.stderr and "photo-faces.json" not in done.output


def test_a_device_that_does_not_exist_is_told_once_and_not_replaced_by_interpolation(
    small_weights: Path, photo: Path, tmp_path: Path
) -> None:
    done = CliRunner().invoke(app, ["find", str(photo), "--device", "cuda:99", "--output", str(tmp_path)])
    assert done.exit_code == 1 and done.output.count("no device called cuda:99") == done.output.count("\n") == 1


def test_one_broken_file_does_not_stop_the_others(small_weights: Path, photo: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"not a picture")
    done = CliRunner().invoke(
        app, ["find", str(broken), str(photo), "--output", str(tmp_path / "out"), "--no-second-stage"]
    )
    assert done.exit_code == 1
    assert "broken.jpg" in done.output
    assert (tmp_path / "out" / "photo-faces.json").exists()


def test_changed_weights_are_refused_in_one_sentence(small_weights: Path, photo: Path) -> None:
    file = small_weights / "d.safetensors"
    file.write_bytes(file.read_bytes() + b" ")
    done = CliRunner().invoke(app, ["find", str(photo)])
    assert done.exit_code == 1
    assert "not the file that was installed" in done.output


def test_a_changed_file_of_the_second_detector_is_told_by_a_check(
    small_weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = CliRunner().invoke(app, ["weights", "check"])
    assert done.exit_code == 0 and "centerface.int8.onnx: as released" in done.output
    other = centerface.NETWORKS | {"int8": centerface.NetworkFile("centerface.int8.onnx", "0" * 64)}
    monkeypatch.setattr(centerface, "NETWORKS", other)
    done = CliRunner().invoke(app, ["weights", "check"])
    assert done.exit_code == 1 and "not the file that was installed" in done.output
    assert "centerface.float32.onnx: as released" in done.output


def test_weights_show_counts_every_network(small_weights: Path) -> None:
    done = CliRunner().invoke(app, ["weights", "show"])
    assert done.exit_code == 0, done.output
    convs = Generator(GAN_PRESETS["paper"]).g1
    millions = sum(p.numel() for p in convs.parameters()) / 1e6
    assert f"{millions:8.2f} M parameters" in done.output


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    heavy = "('torch', 'torchvision', 'cv2', 'scipy', 'av')"
    script = f"import sys, tinyface_core.commands.app; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_the_bundled_weights_are_those_of_the_manifest() -> None:
    manifest = Manifest.load()
    assert {entry.role for entry in manifest.entries} == {"detector", "gan", "shown"}
    for entry in manifest.entries:
        assert hashlib.sha256((manifest.folder / entry.file).read_bytes()).hexdigest() == entry.sha256
