"""Pictures annotated in any form, measured by one protocol; detectors side by side; figures while training."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from benchmarks import contenders
from benchmarks.contenders import Contender, measure_contender, read_measured
from tests.core.evaluation.wider_files import Annotated, write_ground_truth
from tinyface_core.datasets.annotations import AnnotatedPicture
from tinyface_core.datasets.wider import read_wider
from tinyface_core.detector.mbfcn import MBFCN
from tinyface_core.detector.one_by_one import OneByOne
from tinyface_core.evaluation.annotated import annotated_truth, measure_finder, open_annotated
from tinyface_core.evaluation.prediction import protocol_rows
from tinyface_core.evaluation.submission import read_submission
from tinyface_core.evaluation.wider import evaluate_wider, read_ground_truth
from tinyface_core.own_weights import installed_weights
from tinyface_core.presets import DETECTOR_PRESETS
from tinyface_core.project.records import ProjectFace, ProjectPicture
from tinyface_core.project.store import Project
from tinyface_core.registry import Entry, Registry
from tinyface_core.search.finder import FaceFinder
from tinyface_core.training.validation import detector_validation
from tinyface_core.types import Cancelled, Detections, Face, Verdict


@pytest.fixture
def wider(tmp_path):
    """Two pictures with a bright square each; the folder of pictures and that of the lists."""
    faces = {
        f"0--A/{name}": Annotated([[10, 20, 12, 14]], counted={"easy": [1], "medium": [1], "hard": [1]})
        for name in "ab"
    }
    (tmp_path / "images").mkdir()
    pixels = np.zeros((64, 64, 3), np.uint8)
    pixels[20:34, 10:22] = 255
    for name in "ab":
        Image.fromarray(pixels).save(tmp_path / "images" / f"{name}.png")
    return tmp_path / "images", write_ground_truth(tmp_path / "truth", faces)


def find_bright(image):
    y, x = np.nonzero(image[:, :, 0] > 127)
    return Detections.of([[x.min(), y.min(), x.max() + 1, y.max() + 1]], [0.9])


def test_ignored_faces_are_neither_right_nor_wrong_in_other_annotations():
    boxes = np.array([[0, 0, 20, 20], [50, 50, 70, 70]], np.float32)
    picture = AnnotatedPicture("a.png", Path("a.png"), boxes, np.array([False, True]))
    truth = annotated_truth([picture])
    found = {"a.png": np.array([[50, 50, 20, 20, 0.9], [0, 0, 20, 20, 0.8]])}
    result = evaluate_wider(found, truth, rounds=0).subsets["all"]
    assert (result.ap, result.faces) == (1.0, 1)


def test_what_is_found_where_the_annotators_saw_it_is_written_as_they_wrote_it(wider):
    images, lists = wider
    picture = read_wider(images, lists / "wider_face_val.mat")[0]
    faces = Detections.of(picture.boxes, [0.9] * len(picture.boxes))
    np.testing.assert_allclose(protocol_rows(faces), [[10, 20, 12, 14, 0.9]])
    np.testing.assert_allclose(annotated_truth([picture]).pictures[0].boxes, [[10, 20, 12, 14]])


def test_wider_gives_its_subsets_with_the_four_files_and_all_faces_without(wider):
    images, lists = wider
    official = open_annotated("wider", images, lists)
    assert list(official.truth.subsets) == ["easy", "medium", "hard"] and len(official.pictures) == 2
    (lists / "wider_easy_val.mat").unlink()
    assert list(open_annotated("wider", images, lists).truth.subsets) == ["all"]
    assert list(open_annotated("wider", images, lists / "wider_face_val.mat").truth.subsets) == ["all"]
    with pytest.raises(FileNotFoundError, match=r"no wider_face_val\.mat"):
        open_annotated("wider", images, images)


def test_pictures_of_one_name_in_two_folders_are_measured_apart(tmp_path):
    """A project names pictures by their files."""
    square = np.zeros((60, 80, 3), np.uint8)
    square[20:34, 10:22] = 255
    with Project.create(tmp_path / "case.tinyface") as project:
        for folder, pixels, box in (("a", square, (10, 20, 22, 34)), ("b", square[:, ::-1], (58, 20, 70, 34))):
            (tmp_path / folder).mkdir()
            path = tmp_path / folder / "x.png"
            Image.fromarray(np.ascontiguousarray(pixels)).save(path)
            project.add_pictures([ProjectPicture(str(path))])
            project.put_faces([ProjectFace(str(path), Face(box, 0.5, 0.5), verdict=Verdict.CONFIRMED)])
    annotated = open_annotated("project", tmp_path, tmp_path / "case.tinyface")
    report, _ = measure_finder(FaceFinder(OneByOne("bright", "", find_bright)), annotated, 0)
    assert report.pictures == 2 and report.subsets["all"].ap == 1.0


def test_a_picture_that_cannot_be_read_is_told_and_does_not_count(wider):
    annotated = open_annotated("wider", *wider)
    annotated.pictures[1].path.write_bytes(b"no picture")
    report, _ = measure_finder(FaceFinder(OneByOne("bright", "", find_bright)), annotated, 0)
    assert report.pictures == 1 and report.subsets["hard"].ap == 1.0
    name = annotated.pictures[1].path.name
    assert f"Pictures that cannot be read, left out: 1 ({name})." in report.remark
    assert report.as_json()["unreadable_files"] == 1


def test_a_measurement_tells_its_progress_and_stops_when_told(wider):
    annotated = open_annotated("wider", *wider)
    finder = FaceFinder(OneByOne("bright", "", find_bright))
    told = []
    report, run = measure_finder(finder, annotated.spread(1), 0, None, lambda *progress: told.append(progress))
    assert told == [("evaluate", 1, 1)] and report.subsets["hard"].ap == 1.0 and report.pictures == 1
    assert len(run.processor_milliseconds) == 1
    stop = torch.multiprocessing.Event()
    stop.set()
    with pytest.raises(Cancelled):
        measure_finder(finder, annotated, 0, stop)


def test_a_detector_in_training_is_measured_and_left_as_it_is(wider):
    torch.manual_seed(0)
    model = MBFCN(DETECTOR_PRESETS["tiny"]).eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    random = torch.get_rng_state()
    figures = detector_validation(open_annotated("wider", *wider), "cpu")(model)
    assert list(figures) == ["AP easy", "AP medium", "AP hard", "recall under 16 px"]
    assert all(0 <= value <= 1 for value in figures.values())
    after = model.state_dict()
    assert before.keys() == after.keys() and all(torch.equal(before[name], after[name]) for name in before)
    assert torch.equal(random, torch.get_rng_state())  # else a resumed run would not end the same


def test_contenders_are_measured_once_and_their_predictions_kept(wider, tmp_path, monkeypatch):
    searched = []

    def find(image):
        searched.append(image.shape)
        return find_bright(image)

    registry = Registry("detector", "", [Entry("bright", "", lambda: lambda _: OneByOne("bright", "abc", find))])
    monkeypatch.setattr(contenders, "standard_detectors", lambda: registry)
    images, lists = wider
    pictures, truth = read_wider(images, lists / "wider_face_val.mat"), read_ground_truth(lists)
    contender = Contender("bright", 2.0)
    first = measure_contender(contender, pictures, truth, [], tmp_path / "out")
    assert searched == [(128, 128, 3)] * 2
    assert first.label == "bright at 2x" and first.ap["hard"] == 1.0 and first.recall_under_16 == 1.0
    assert first.megabytes > 10 and first.weights == "bright at 2x abc"
    again = measure_contender(contender, pictures, truth, [], tmp_path / "out")
    assert again == first and len(searched) == 2
    found = read_submission(tmp_path / "out" / contender.folder / "predictions")
    np.testing.assert_allclose(found["0--A/a"][0, :4], [10, 20, 12, 14], atol=0.51)
    stored = json.loads((tmp_path / "out" / contender.folder / "measured.json").read_text())
    stored["weights"] = "other weights"
    (tmp_path / "out" / contender.folder / "measured.json").write_text(json.dumps(stored))
    measure_contender(contender, pictures, truth, [], tmp_path / "out")
    assert len(searched) == 4
    assert read_measured(tmp_path / "nothing") is None


def test_the_rows_of_the_table_are_plain_twice_the_size_and_with_the_second_stage():
    rows = contenders.contenders(["a", "b"], second_stage=True)
    assert [row.label for row in rows] == ["a", "a at 2x", "a + second stage", "b", "b at 2x", "b + second stage"]
    assert rows[2].folder == "a-with-second-stage"
    assert len(contenders.contenders(["a"], second_stage=False)) == 2
    ours = contenders.contenders(["detector-desktop"], second_stage=True)
    assert [row.label.removeprefix("detector-desktop") for row in ours] == [
        *("", ", thorough", " at 2x"),
        *(" + second stage", ", thorough + second stage"),
    ]
    assert ours[-1].folder == "detector-desktop-thorough-with-second-stage"


def test_the_default_detector_keeps_the_rule_of_its_weights_and_others_get_one_fitted(wider, tmp_path, monkeypatch):
    default = installed_weights().default("detector").name
    fitted = []
    parts = [
        Entry(name, "", lambda name=name: lambda _: OneByOne(name, "abc", find_bright)) for name in ("bright", default)
    ]
    registry = Registry("detector", "", parts)
    monkeypatch.setattr(contenders, "standard_detectors", lambda: registry)
    monkeypatch.setattr(contenders, "_rule", lambda finder, calibration: fitted.append(calibration) or {})
    images, lists = wider
    pictures, truth = read_wider(images, lists / "wider_face_val.mat"), read_ground_truth(lists)
    for name in ("bright", default):
        measure_contender(Contender(name, second_stage=True), pictures, truth, pictures[:1], tmp_path / name)
    assert fitted == [pictures[:1]], "for the first one only"


def test_a_row_is_measured_anew_when_the_rule_of_the_second_stage_has_changed(wider, tmp_path, monkeypatch):
    default = installed_weights().default("detector").name
    searched = []

    def find(image):
        searched.append(image.shape)
        return find_bright(image)

    registry = Registry("detector", "", [Entry(default, "", lambda: lambda _: OneByOne(default, "abc", find))])
    monkeypatch.setattr(contenders, "standard_detectors", lambda: registry)
    stage = contenders._second_stage()
    monkeypatch.setattr(contenders, "_second_stage", lambda: stage)
    images, lists = wider
    pictures, truth = read_wider(images, lists / "wider_face_val.mat"), read_ground_truth(lists)
    for face in (0.3, 0.3, 0.4):
        stage.fusion = {**stage.fusion, "face": face}
        measure_contender(Contender(default, second_stage=True), pictures, truth, [], tmp_path)
    assert len(searched) == 2 * len(pictures)
