"""Thumbnails of faces are cut when a view asks for them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.jobs.face_thumbnails import FaceThumbnails
from app.jobs.loading import FrameCache
from app.models.faces import FacesModel
from tests.core.search.made_scan import save_photo
from tinyface_core.types import Detections, FindResult, Frame


def test_of_a_crowd_those_thumbnails_are_kept_that_were_asked_for(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.models.faces._MOST_THUMBNAILS", 4)
    monkeypatch.setattr("app.jobs.face_thumbnails._MOST_BESIDE", 1)
    faces, cache, read = FacesModel(), FrameCache(), list[str]()

    def get(source: str) -> Frame:
        read.append(source)
        return Frame(np.zeros((60, 90, 3), np.uint8), source)

    monkeypatch.setattr(cache, "get", get)
    crowd = Detections.of([[n, 1.0, n + 8.0, 9.0] for n in range(12)], [0.9] * 12)
    keys = faces.add_result(FindResult("crowd.jpg", 90, 60, crowd, 12, 0))
    thumbnails = FaceThumbnails(faces, cache)
    for seen in (keys[:2], keys[1:3], keys[8:10]):
        # A view asks again for what it paints.
        qtbot.waitUntil(lambda seen=seen: sum(faces.thumbnail(key).isNull() for key in seen) == 0)
    thumbnails.stop()
    assert len(read) <= 6


def test_thumbnails_of_a_picture_that_was_away_are_cut_once_it_is_back(qtbot: QtBot, tmp_path: Path) -> None:
    faces, path = FacesModel(), tmp_path / "drive" / "photo.jpg"
    (key,) = faces.add_result(FindResult(str(path), 96, 96, Detections.of([[1, 1, 9, 9]], [0.9]), 1, 0))
    thumbnails = FaceThumbnails(faces, FrameCache())
    with qtbot.waitSignal(thumbnails._queue.idle):
        assert faces.thumbnail(key).isNull()
    save_photo(path, 1)
    qtbot.waitUntil(lambda: not faces.thumbnail(key).isNull())
    thumbnails.stop()
