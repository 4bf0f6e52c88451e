"""Which pictures a run learns from, and which tell what was gained."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.core.tiny_world import make_project
from tinyface_core.datasets.annotations import AnnotatedPicture
from tinyface_core.files import write_json
from tinyface_core.training.finetune.comparison import FEWEST_TO_TELL, Comparison
from tinyface_core.training.finetune.material import choose_held_back, make_material
from tinyface_core.training.finetune.request import DataSource
from tinyface_core.types import UserError


@pytest.mark.parametrize(("pictures", "held_back"), [(2, 1), (7, 2), (20, FEWEST_TO_TELL), (40, 8), (1000, 60)])
def test_a_third_of_few_pictures_is_held_back_and_a_fifth_of_many(pictures: int, held_back: int) -> None:
    box, seen = np.array([[0, 0, 9, 9]], np.float32), np.zeros(1, bool)
    given = [AnnotatedPicture(f"{number}.jpg", Path(f"{number}.jpg"), box, seen) for number in range(pictures)]
    assert len(choose_held_back(given, 0.2)) == held_back


def test_pictures_of_one_name_in_two_folders_are_told_apart(tmp_path: Path) -> None:
    sources = []
    for folder in (tmp_path / "monday", tmp_path / "tuesday"):
        folder.mkdir()
        sources.append(DataSource("project", str(make_project(folder, 3))))
    material = make_material(sources, (), 0.5, tmp_path / "frames")
    names = [picture.name for picture in material.held_back]
    assert len(names) == len(set(names)) == 3


def coco(folder: Path, boxes: list[list[int]]) -> DataSource:
    """Three photos, each listed twice and with these boxes, in COCO form."""
    for number in range(3):
        Image.new("RGB", (100, 80)).save(folder / f"{number}.png")
    images = [{"id": number, "file_name": f"{number}.png"} for number in range(3)]
    faces = [{"image_id": number, "bbox": box} for number in range(3) for box in boxes]
    write_json(folder / "coco.json", {"images": images * 2, "annotations": faces})
    return DataSource("coco", str(folder / "coco.json"), str(folder))


def test_pictures_and_boxes_that_are_listed_twice_count_once(tmp_path: Path) -> None:
    source = coco(tmp_path, [[10, 10, 20, 20], [40, 10, 20, 20], [10, 10, 20, 20]])
    material = make_material([source], (), 0.3, tmp_path / "frames")
    assert (material.check.pictures, sum(material.check.faces.values())) == (3, 6)


def test_of_too_few_faces_it_is_told_that_boxes_lie_outside_of_their_pictures(tmp_path: Path) -> None:
    source = coco(tmp_path, [[5000, 10, 20, 20], [6000, 10, 20, 20]])
    with pytest.raises(UserError, match=r"^Pictures: 3\. Faces in them: 0\. .* Boxes that reach out .*: 6\."):
        make_material([source], (), 0.3, tmp_path / "frames")


def test_what_is_missing_of_old_data_is_told(tmp_path: Path) -> None:
    sources = []
    for folder in (tmp_path / "new", tmp_path / "old"):
        folder.mkdir()
        sources.append(DataSource("project", str(make_project(folder, 3))))
    (tmp_path / "old" / "1.png").unlink()
    material = make_material(sources[:1], sources[1:], 0.5, tmp_path / "frames")
    assert len(material.old) == 2 and material.check.left_out == 0
    assert any("Old data" in said.sentence and "1 (1.png)" in said.sentence for said in material.check.findings)


def test_five_pictures_are_too_few_to_tell_a_difference_from_chance() -> None:
    told = [Comparison(pictures, (), {}, (), {}, (0.5, 0.5)).tells for pictures in (1, 5, 6)]
    assert told == [False, False, True]
