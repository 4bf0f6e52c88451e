"""One picture that cannot be read costs neither a training nor a measurement, nor what was decoded of the others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from tests.hostile.conftest import OneFace
from tests.hostile.inputs import LATIN_1, picture_bytes
from tinyface_core.commands.app import app
from tinyface_core.datasets.annotations import AnnotatedPicture, with_pixels
from tinyface_core.datasets.crops import MiningRules, RandomBoxes, aligned_faces, annotated_faces, mine_crops
from tinyface_core.datasets.pixel_cache import PixelCache
from tinyface_core.evaluation.prediction import predict
from tinyface_core.evaluation.restoration import held_out_faces
from tinyface_core.media.images import load_image
from tinyface_core.media.opening import MediaError
from tinyface_core.types import UserError


@pytest.fixture
def annotated(album: Path) -> list[AnnotatedPicture]:
    """Two good pictures, between them one that is damaged and one that is gone; one name is no UTF-8."""
    (album / "b.jpg").write_bytes(b"damaged")
    (album / "z.jpg").rename(album / LATIN_1)
    box = np.array([[4, 4, 34, 34]], np.float32)
    names = ("a.jpg", "b.jpg", "gone.jpg", LATIN_1)
    return [AnnotatedPicture(name, album / name, box, np.array([False])) for name in names]


def test_decoded_pictures_are_kept_and_the_others_left_out(annotated: list[AnnotatedPicture], tmp_path: Path) -> None:
    paths, told = [picture.path for picture in annotated], []
    for unreadable in (["b.jpg", "gone.jpg"], []):  # the second time nothing is decoded
        cache = PixelCache(paths, tmp_path / "cache", None, lambda path, _: told.append(path.name))
        assert told == unreadable and cache.readable == [0, 3]
        np.testing.assert_array_equal(cache[3], load_image(paths[3]).pixels)
        told.clear()
    with pytest.raises(MediaError, match=r"b\.jpg"):
        PixelCache(paths, tmp_path / "other")


def test_crops_are_mined_and_predictions_made_without_them(annotated: list[AnnotatedPicture]) -> None:
    told: list[str] = []

    def tell(path: Path, _error: Exception) -> None:
        told.append(path.name)

    crops = mine_crops(annotated, [annotated_faces, RandomBoxes(4, 1)], MiningRules(), unreadable=tell)
    assert crops.face.sum() == 2
    assert len(aligned_faces([picture.path for picture in annotated], MiningRules(), tell)) == 2
    assert list(predict(OneFace(), annotated, unreadable=tell).predictions) == ["a.jpg", LATIN_1]
    large = [replace(picture, boxes=np.array([[0, 0, 48, 48]], np.float32)) for picture in annotated]
    faces = held_out_faces(large, unreadable=tell)
    assert len(faces.high) == 2
    assert [picture.name for picture, _ in with_pixels(annotated, tell)] == ["a.jpg", LATIN_1]
    assert told == ["b.jpg", "gone.jpg"] * 5
    with pytest.raises(UserError, match="None of the 1 pictures can be read"):
        predict(OneFace(), annotated[1:2], unreadable=tell)


def test_a_detector_is_trained_past_a_broken_picture(tmp_path: Path) -> None:
    event = tmp_path / "WIDER_train" / "images" / "0--Parade"
    event.mkdir(parents=True)
    lines = []
    for number in range(3):
        name = f"0_Parade_{number}.jpg"
        (event / name).write_bytes(b"damaged" if number == 1 else picture_bytes(side=96))
        lines += [f"0--Parade/{name}", "1", "10 10 30 30 0 0 0 0 0 0"]
    (tmp_path / "wider_face_split").mkdir()
    (tmp_path / "wider_face_split" / "wider_face_train_bbx_gt.txt").write_text("\n".join(lines) + "\n")
    command = ["train", "detector", "--wider", tmp_path, "--output", tmp_path / "run", "--cache", tmp_path / "cache"]
    small = ["--preset", "tiny", "--batch", "2", "--crop", "64", "--workers", "0", "--device", "cpu", "--steps", "1"]
    done = CliRunner().invoke(app, [*map(str, command), *small, "--sample-steps", "0"])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "run" / "detector.safetensors").exists()
    assert "0_Parade_1.jpg is left out" in (tmp_path / "run" / "events.jsonl").read_text()
