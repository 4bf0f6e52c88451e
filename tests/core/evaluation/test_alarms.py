"""What is shown in pictures without faces."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tinyface_core.evaluation.alarms import Alarms, count_alarms, pictures_by_kind
from tinyface_core.types import CancelToken, Detections, FindResult, Frame, UserError


@dataclass
class BrightFinder:
    """Shows three boxes in bright pictures: two above the default score, one below; none in dark ones."""

    seen: list[str] = field(default_factory=list)

    def find(self, frame: Frame, cancel: CancelToken | None = None) -> FindResult:
        self.seen.append(Path(frame.source).name)
        boxes = [[0, 0, 8, 8], [10, 0, 18, 8], [20, 0, 28, 8]] if frame.pixels.mean() > 100 else np.zeros((0, 4))
        faces = Detections.of(boxes, [0.9, 0.4, 0.39][: len(boxes)])
        return FindResult(frame.source, frame.width, frame.height, faces, len(faces), 0)


def picture(path: Path, level: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (50, 40), (level, level, level)).save(path)


def test_boxes_are_counted_by_kind_of_picture(tmp_path: Path) -> None:
    picture(tmp_path / "houses" / "a.png", 200)
    picture(tmp_path / "houses" / "b.png", 0)
    picture(tmp_path / "text" / "c.png", 0)
    picture(tmp_path / "text" / "more" / "d.png", 0)
    finder, told = BrightFinder(), []
    alarms = list(
        count_alarms(finder, pictures_by_kind(tmp_path), progress=lambda stage, done, total: told.append((done, total)))
    )
    assert [a.kind for a in alarms] == ["houses", "text"]
    houses, text = alarms
    assert text.pictures == 2, "also those in a folder inside"
    assert houses == Alarms("houses", 2, pytest.approx(0.004), 1, 2, pytest.approx(0.9))
    assert (text.boxes, text.alarmed, text.highest) == (0, 0, 0.0)
    assert told[-1] == (len(finder.seen), len(finder.seen))


def test_an_unreadable_picture_is_told_and_does_not_count(tmp_path: Path) -> None:
    picture(tmp_path / "kind" / "a.png", 200)
    (tmp_path / "kind" / "broken.png").write_bytes(b"no picture")
    told: list[Path] = []
    [alarms] = count_alarms(
        BrightFinder(), pictures_by_kind(tmp_path), unreadable=lambda path, error: told.append(path)
    )
    assert alarms.pictures == 1 and [path.name for path in told] == ["broken.png"]


def test_a_set_of_which_nothing_can_be_read_is_not_called_free_of_alarms(tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture")
    with pytest.raises(UserError, match="None of the 1 pictures"):
        list(count_alarms(BrightFinder(), pictures_by_kind(tmp_path), unreadable=lambda path, error: None))
