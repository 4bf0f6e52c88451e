"""Scans by Ray on a local cluster of two workers: `make test-ray`.

What they leave in a project is what a scan without Ray leaves, whoever is killed meanwhile.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import ray

from tests.core.search.made_scan import content, found_in, save_photo, scanned
from tinyface_core.datasets.annotations import AnnotatedPicture
from tinyface_core.evaluation.cluster import predict_on_cluster
from tinyface_core.evaluation.prediction import predict
from tinyface_core.project.parts import import_parts, parts_in, read_part
from tinyface_core.project.scanned import Outcome
from tinyface_core.project.store import Project
from tinyface_core.search.cluster import scan_into_parts
from tinyface_core.search.scan import ScanOrder
from tinyface_core.types import FindResult, Frame, UserError

ROOT = Path(__file__).resolve().parents[1]
PHOTOS = 40


@pytest.fixture(scope="module", autouse=True)
def cluster() -> Iterator[None]:
    ray.init(
        num_cpus=2, include_dashboard=False, log_to_driver=False, runtime_env={"env_vars": {"PYTHONPATH": str(ROOT)}}
    )
    yield
    ray.shutdown()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Forty photos, two copies, what is no picture, and a link to nothing."""
    folder = tmp_path / "photos"
    for number in range(PHOTOS):
        save_photo(folder / f"{number}.jpg", number)
    shutil.copy(folder / "3.jpg", folder / "copy of 3.jpg")
    shutil.copy(folder / "20.jpg", folder / "copy of 20.jpg")
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff no picture")
    (folder / "nowhere.jpg").symlink_to(folder / "none.jpg")
    return folder


def scan_by_ray(photos: Path | str, parts: Path, search: Callable[[Frame], FindResult] = found_in) -> Counter[Outcome]:
    return scan_into_parts(ScanOrder([photos]), parts, lambda: search, workers=2)


def imported(parts: Path, case: Path) -> Counter[Outcome]:
    if not case.exists():
        Project.create(case).close()
    with Project.open(case) as project:
        return Counter(import_parts(project, parts_in(parts)))


def plain(photos: Path, tmp_path: Path) -> object:
    scanned(tmp_path / "plain.tinyface", photos)
    return content(tmp_path / "plain.tinyface")


def test_what_workers_find_is_what_a_scan_finds_row_by_row(photos: Path, tmp_path: Path) -> None:
    parts, case = tmp_path / "parts", tmp_path / "case.tinyface"
    assert scan_by_ray(photos, parts) == {Outcome.SEARCHED: PHOTOS + 2, Outcome.FAILED: 2}
    assert imported(parts, case) == {Outcome.SEARCHED: PHOTOS, Outcome.COPY: 2, Outcome.FAILED: 2}
    assert content(case) == plain(photos, tmp_path)
    assert set(imported(parts, case)) <= {Outcome.UNCHANGED, Outcome.FAILED_BEFORE}
    assert scan_by_ray(photos, parts) == {Outcome.UNCHANGED: PHOTOS + 2, Outcome.FAILED_BEFORE: 2}


def test_a_worker_that_is_killed_loses_nothing(photos: Path, tmp_path: Path) -> None:
    killed = tmp_path / "killed"

    def search(frame: Frame) -> FindResult:
        if Path(frame.source).name == "17.jpg" and not killed.exists():
            killed.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return found_in(frame)

    assert scan_by_ray(photos, tmp_path / "parts", search)[Outcome.SEARCHED] == PHOTOS + 2
    imported(tmp_path / "parts", tmp_path / "case.tinyface")
    assert killed.exists() and content(tmp_path / "case.tinyface") == plain(photos, tmp_path)


def test_a_file_at_which_workers_end_again_and_again_fails_alone(photos: Path, tmp_path: Path) -> None:
    def search(frame: Frame) -> FindResult:
        if Path(frame.source).name == "17.jpg":
            os.kill(os.getpid(), signal.SIGKILL)
        return found_in(frame)

    outcomes = scan_by_ray(photos, tmp_path / "parts", search)
    assert outcomes == {Outcome.SEARCHED: PHOTOS + 1, Outcome.FAILED: 3}
    found = [file for part in parts_in(tmp_path / "parts") for file in read_part(part)]
    reasons = {Path(file.file.path).name: file.file.reason for file in found if file.file.reason}
    assert reasons["17.jpg"] == "The program ended 3 times while this was searched." and len(reasons) == 3


def test_a_driver_that_is_killed_goes_on_from_its_parts(photos: Path, tmp_path: Path) -> None:
    parts = tmp_path / "parts"
    script = f"""
import ray, time
from pathlib import Path
from tests.core.search.made_scan import found_in
from tinyface_core.search import cluster
from tinyface_core.search.scan import ScanOrder
cluster._IN_A_PART = 5
ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
def slow(frame):
    time.sleep(0.2)
    return found_in(frame)
cluster.scan_into_parts(ScanOrder([Path({str(photos)!r})]), Path({str(parts)!r}), lambda: slow, workers=2)
"""
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, start_new_session=True) as driver:
        deadline = time.monotonic() + 120
        while not parts_in(parts) and driver.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        os.killpg(driver.pid, signal.SIGKILL)
    before = [file.file.path for part in parts_in(parts) for file in read_part(part)]
    assert 0 < len(before) < PHOTOS
    outcomes = scan_by_ray(photos, parts)
    assert outcomes[Outcome.UNCHANGED] + outcomes[Outcome.FAILED_BEFORE] == len(before)
    after = [file.file.path for part in parts_in(parts) for file in read_part(part)]
    assert len(after) == len(set(after)) == PHOTOS + 4, "none lost, none twice"
    imported(parts, tmp_path / "case.tinyface")
    assert content(tmp_path / "case.tinyface") == plain(photos, tmp_path)


def test_a_cluster_that_cannot_be_reached_is_one_sentence(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_options: object) -> None:
        raise Exception("The current node timed out\nduring startup.")

    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    monkeypatch.setattr(ray, "init", fail)
    with pytest.raises(UserError, match=r"^Ray cannot be reached .*timed out during startup\.\): try again\.$"):
        scan_by_ray(photos, tmp_path / "parts")


def test_pictures_of_an_object_store_are_scanned_by_their_urls(photos: Path, tmp_path: Path) -> None:
    outcomes = scan_by_ray(f"file://{photos}", tmp_path / "parts")
    assert outcomes == {Outcome.SEARCHED: PHOTOS + 2, Outcome.FAILED: 2}
    imported(tmp_path / "parts", tmp_path / "case.tinyface")
    with Project.open(tmp_path / "case.tinyface") as project:
        sources = {picture.source for picture in project.pictures()}
        assert f"file://{photos}/0.jpg" in sources and len(sources) == PHOTOS
        assert sum(map(len, project.all_faces())) == project.counts().faces > 0


def test_pictures_of_a_web_server_are_scanned_and_one_that_may_not_be_read_has_the_reason(
    photos: Path, store: str, tmp_path: Path
) -> None:
    assert scan_by_ray(store, tmp_path / "parts") == {Outcome.SEARCHED: PHOTOS + 2, Outcome.FAILED: 2}
    assert +scan_by_ray(store, tmp_path / "parts") == {Outcome.UNCHANGED: PHOTOS + 2, Outcome.FAILED_BEFORE: 2}


def test_what_workers_predict_is_what_is_predicted_here_and_is_not_searched_twice(photos: Path, tmp_path: Path) -> None:
    class Here:
        def find(self, frame: Frame, *_: object) -> FindResult:
            return found_in(frame)

    def none(_frame: Frame) -> FindResult:
        raise AssertionError("searched twice")

    boxes = np.zeros((0, 4))
    pictures = [
        AnnotatedPicture(f"{number}", photos / f"{number}.jpg", boxes, boxes[:, 0] > 0) for number in range(PHOTOS)
    ]
    expected = predict(Here(), pictures).predictions
    assert min(rows[:, 4].min() for rows in expected.values() if len(rows)) < 0.1, "no faint one is left out"
    for search in (found_in, none):
        run = predict_on_cluster(lambda search=search: search, pictures, tmp_path / "parts", workers=2)
        assert run.predictions.keys() == expected.keys()
        assert all(np.array_equal(run.predictions[name], expected[name]) for name in expected)
