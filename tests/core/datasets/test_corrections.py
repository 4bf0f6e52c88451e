"""What an analyst said becomes training data, and what nobody looked at is taught as nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from tests.core.test_video import number_of, write
from tinyface_core.datasets.annotations import AnnotatedPicture
from tinyface_core.datasets.check import check_pictures
from tinyface_core.datasets.corrections import read_corrections
from tinyface_core.datasets.crops import FACE, NEITHER, NON_FACE, MiningRules, label_candidates
from tinyface_core.datasets.detection import CropRules, DetectionCrops
from tinyface_core.datasets.registry import READERS
from tinyface_core.detector.assignment import anchor_boxes, assign, make_anchors
from tinyface_core.media.images import load_image
from tinyface_core.presets import DETECTOR_PRESETS
from tinyface_core.project.records import ProjectFace, ProjectPicture
from tinyface_core.project.store import Project
from tinyface_core.project.turning import turn_picture
from tinyface_core.types import Face, Verdict

TINY = DETECTOR_PRESETS["tiny"]


def face(source: Path, box: tuple[float, float, float, float], verdict: Verdict, drawn: bool = False) -> ProjectFace:
    return ProjectFace(str(source), Face(box, 0.5, 0.5), verdict=verdict, drawn=drawn)


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{name}.png" for name in ("complete", "partly", "untouched")]
    for path in paths:
        Image.fromarray(np.zeros((128, 160, 3), np.uint8)).save(path)
    return paths


@pytest.fixture
def project(tmp_path: Path, photos: list[Path]) -> Path:
    path = tmp_path / "case.tinyface"
    with Project.create(path) as made:
        made.add_pictures(ProjectPicture(str(photo)) for photo in photos)
        made.set_reviewed(str(photos[0]), True)
        for photo in photos[:2]:
            made.put_faces(
                [
                    face(photo, (10, 10, 22, 24), Verdict.CONFIRMED),
                    face(photo, (40, 40, 52, 54), Verdict.CONFIRMED, drawn=True),
                    face(photo, (70, 70, 82, 84), Verdict.NOT_A_FACE),
                    face(photo, (41, 38, 55, 52), Verdict.NOT_A_FACE),  # a worse box of the drawn face
                    face(photo, (100, 20, 112, 34), Verdict.UNSURE),
                    face(photo, (120, 90, 130, 100), ""),
                ]
            )
        made.put_faces([face(photos[2], (10, 10, 22, 24), "")])
    return path


def test_verdicts_become_faces_hard_negatives_and_ignored_places(project: Path) -> None:
    complete, partly = read_corrections(None, project)
    for picture in (complete, partly):
        assert picture.boxes[~picture.ignored].tolist() == [[10, 10, 22, 24], [40, 40, 52, 54]]
        assert picture.negatives.tolist() == [[70, 70, 82, 84]]
    assert complete.boxes[complete.ignored].tolist() == [[100, 20, 112, 34]]
    assert partly.boxes[partly.ignored].tolist() == [[100, 20, 112, 34], [0, 0, 160, 128]]


def test_a_project_is_opened_like_any_other_data_set(project: Path, tmp_path: Path) -> None:
    assert len(READERS.make("project", tmp_path / "frames", project)) == 2


def test_a_project_without_verdicts_says_what_to_do(tmp_path: Path, photos: list[Path]) -> None:
    with Project.create(tmp_path / "empty.tinyface") as made:
        made.add_pictures([ProjectPicture(str(photos[0]))])
    with pytest.raises(FileNotFoundError, match="confirm faces"):
        read_corrections(None, tmp_path / "empty.tinyface")


def taught(picture: AnnotatedPicture) -> tuple[torch.Tensor, torch.Tensor]:
    anchors = make_anchors(TINY.branches, 128, 160)
    boxes, ignored = torch.from_numpy(picture.boxes), torch.from_numpy(picture.ignored)
    owner = assign(anchors, boxes[~ignored], boxes[ignored], TINY, (128, 160), torch.from_numpy(picture.negatives))
    return anchor_boxes(anchors), owner


def test_what_nobody_looked_at_is_not_taught_as_background(project: Path) -> None:
    complete, partly = read_corrections(None, project)
    places, owner = taught(partly)
    background = places[owner == -1]
    inside = ((background[:, :2] + background[:, 2:]) / 2 - torch.tensor([76.0, 77.0])).abs().amax(dim=1)
    within_picture = (background[:, 0] >= 0) & (background[:, 1] >= 0) & (background[:, 2] <= 160)
    within_picture &= background[:, 3] <= 128
    assert len(background[within_picture]) > 0, "the rejected place is taught as background"
    assert bool((inside[within_picture] < 12).all()), "and nothing else of the picture is"
    assert set(owner.unique().tolist()) >= {0, 1}
    places, owner = taught(complete)
    undecided = ((places[:, :2] + places[:, 2:]) / 2 - torch.tensor([125.0, 95.0])).abs().amax(dim=1) < 3
    assert bool((owner[undecided] == -1).all()), "in a complete picture an undecided candidate is background"


def test_a_region_that_is_ignored_stays_so_in_a_crop_that_shows_little_of_it(project: Path) -> None:
    partly = read_corrections(None, project)[1]
    pixels = [np.zeros((1280, 1600, 3), np.uint8)]
    scale = np.float32(10)
    huge = AnnotatedPicture("huge", partly.path, partly.boxes * scale, partly.ignored, partly.negatives * scale)
    rules = CropRules(size=64, smallest_scale=1.0, largest_scale=1.0, turned_share=0, squeezed_share=0)
    crops = DetectionCrops([huge], pixels, TINY, rules, seed=1)  # type: ignore[arg-type]
    crops.select([(epoch, 0) for epoch in range(30)])
    with_negative = 0
    for number in range(30):
        owner = crops[number].owner
        with_negative += int((owner == -1).any())
        assert int((owner == -1).sum()) < 0.7 * len(owner)
    assert with_negative > 2, "crops are laid round rejected places too"


def test_crops_for_the_face_head_come_from_judged_places_alone() -> None:
    region = np.array([[0, 0, 100, 100], [10, 10, 20, 20]], np.float32)
    ignored = np.array([True, False])
    candidates = np.array([[10, 10, 20, 20], [50, 50, 60, 60], [70, 70, 80, 80], [150, 0, 160, 10]], np.float32)
    labels = label_candidates(candidates, region, ignored, MiningRules(), np.array([[70, 70, 80, 80]], np.float32))
    assert labels.tolist() == [FACE, NEITHER, NON_FACE, NON_FACE]


def test_frames_of_a_video_are_learned_from_by_what_was_said_of_each(tmp_path: Path) -> None:
    video = write(tmp_path / "street.mp4")
    path = tmp_path / "case.tinyface"
    with Project.create(path) as made:
        made.add_pictures([ProjectPicture(str(video), is_video=True)])
        said: list[tuple[int, Verdict]] = [
            (7, Verdict.CONFIRMED),
            (7, Verdict.NOT_A_FACE),
            (21, Verdict.CONFIRMED),
            (30, Verdict.UNDECIDED),
        ]
        made.put_faces(
            [
                ProjectFace(str(video), Face((5 + 20 * n, 5, 15 + 20 * n, 15), 0.5, 0.5), index, index / 10, verdict)
                for n, (index, verdict) in enumerate(said)
            ]
        )
    first, second = read_corrections(tmp_path / "frames", path)  # of frame 30 nothing was said
    assert (first.name, second.name) == ("street-000007", "street-000021")
    assert [number_of(load_image(picture.path).pixels) for picture in (first, second)] == [7, 21]
    assert first.boxes[~first.ignored].tolist() == [[5, 5, 15, 15]] and len(first.negatives) == 1
    # Nobody looked at the rest of a frame: it is ignored.
    assert first.boxes[first.ignored].tolist() == [[0, 0, 64, 48]]
    with pytest.raises(FileNotFoundError):
        read_corrections(None, path)


def test_a_frame_that_is_gone_does_not_keep_the_others_from_being_learned(tmp_path: Path) -> None:
    video = write(tmp_path / "street.mp4")
    path = tmp_path / "case.tinyface"
    with Project.create(path) as made:
        made.add_pictures([ProjectPicture(str(video), is_video=True)])
        face = Face((5, 5, 15, 15), 0.5, 0.5)
        made.put_faces([ProjectFace(str(video), face, index, index / 10, Verdict.CONFIRMED) for index in (7, 21, 999)])
    check, usable = check_pictures(read_corrections(tmp_path / "frames", path))
    assert [number_of(load_image(picture.path).pixels) for picture in usable] == [7, 21]
    (broken,) = (finding for finding in check.findings if finding.kind == "broken")
    assert ": 1 (street-000999)." in broken.sentence


# -- the check --------------------------------------------------------------------------------------------


def test_the_check_counts_faces_by_size_and_names_what_is_broken(tmp_path: Path, photos: list[Path]) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8 no picture")
    sides = (6, 12, 20, 40)
    boxes = np.array([[5, 5, 5 + s, 5 + s] for s in sides] + [[150, 100, 190, 140], [300, 300, 320, 320]], np.float32)
    pictures = [AnnotatedPicture(p.stem, p, boxes, np.zeros(6, bool)) for p in (*photos, broken)]
    check, usable = check_pictures(pictures)
    assert check.pictures == 3 and len(usable) == 3
    assert check.faces == {"under 10": 3, "10-16": 3, "16-32": 6, "32-64": 3, "above 64": 0}
    kinds = {finding.kind: finding for finding in check.findings}
    assert ": 1 (broken.jpg)." in kinds["broken"].sentence
    assert ": 6." in kinds["outside"].sentence
    assert usable[0].boxes[-1].tolist() == [150, 100, 160, 128]
    assert check.usable and check.complete == 3


def test_the_check_says_what_the_data_are_enough_for(project: Path, photos: list[Path]) -> None:
    check, _ = check_pictures(read_corrections(None, project))
    assert (check.pictures, check.complete, check.negatives) == (2, 1, 2)
    assert check.findings[0].kind == "far too little" and not check.usable
    many = np.array([[x, y, x + 12, y + 12] for x in range(0, 140, 14) for y in range(0, 112, 14)], np.float32)
    everywhere = AnnotatedPicture("a", photos[0], many, np.zeros(len(many), bool))
    kinds = []
    for count in (2, 20, 120, 140):
        check, _ = check_pictures([everywhere] * count)
        kinds.append(check.findings[0].kind)
    assert kinds == ["a taste", "a scene", "a kind", "from scratch"]


def test_the_check_warns_where_no_background_is_known(photos: list[Path]) -> None:
    whole = np.array([[10, 10, 20, 20], [0, 0, 160, 128]], np.float32)
    picture = AnnotatedPicture("a", photos[0], whole, np.array([False, True]))
    check, _ = check_pictures([picture] * 70)
    assert "no background" in {finding.kind for finding in check.findings if finding.level == "warning"}


def test_turned_photos_and_videos_of_one_name_in_two_folders_are_learned_from_by_their_own_pixels(
    tmp_path: Path,
) -> None:
    path = tmp_path / "case.tinyface"
    with Project.create(path) as project:
        for value in (40, 200):
            photo = tmp_path / str(value) / "a.png"
            photo.parent.mkdir()
            Image.fromarray(np.full((64, 96, 3), value, np.uint8)).save(photo)
            project.add_pictures([ProjectPicture(str(photo), turn=90)])
            project.put_faces([face(photo, (10, 10, 22, 24), Verdict.CONFIRMED)])
            turn_picture(project, str(photo), 90)
    read = read_corrections(tmp_path / "frames", path)
    assert [int(load_image(picture.path).pixels.mean()) for picture in read] == [40, 200]
