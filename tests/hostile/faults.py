"""Programs that are killed, stopped, or run out of disk and memory: each in a fork, so that one costs little."""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Timer

import torch
import typer
from PIL import Image

import tinyface_core.commands.app  # a child may have no memory for it
import tinyface_core.search.finder
import tinyface_core.training.loop
from tests.core.project.test_store import a_face
from tests.core.search.made_scan import content, save_photo, scanned
from tests.core.training.test_detector_training import SETTINGS
from tests.core.training.test_detector_training import run as train
from tests.hostile.conftest import OneFace
from tinyface_core.__main__ import main
from tinyface_core.commands.failures import plain_errors
from tinyface_core.media.images import load_image
from tinyface_core.pace import Advance
from tinyface_core.project.records import ProjectPicture
from tinyface_core.project.store import Project
from tinyface_core.results import read_results
from tinyface_core.search.scan import Observer
from tinyface_core.training.checkpoint import load_checkpoint

PICTURES = 10
PATIENCE = 60.0


@dataclass(frozen=True)
class Ended:
    """How a fork ended.

    Attributes:
        code: of its end, negative for a signal.
        said: the lines that it wrote.
        seconds: from the signal to the end.
    """

    code: int
    said: list[str]
    seconds: float


def forked(work: Callable[[], object], sent: int | None = None, after: float = 0.0) -> Ended:
    """Do work in a fork, which gets a signal so long after its first line, or none."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 70  # what no command ends with: a traceback
        with suppress(BaseException):
            os.close(reading)
            for stream in (1, 2):
                os.dup2(writing, stream)
            sys.stdout = sys.stderr = open(writing, "w", buffering=1, encoding="utf-8")  # noqa: SIM115, PTH123
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.alarm(round(PATIENCE))
            try:
                work()
                code = 0
            except SystemExit as ended:
                code = int(ended.code or 0)
            except typer.Exit as ended:
                code = ended.exit_code
            except BaseException:
                traceback.print_exc()
        os._exit(code)
    os.close(writing)
    with open(reading, encoding="utf-8", errors="surrogateescape") as pipe:  # noqa: PTH123
        said = [pipe.readline()]
        time.sleep(after)
        if sent is not None:
            os.kill(pid, sent)
        began = time.monotonic()
        said += pipe.readlines()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return Ended(code, [line.rstrip("\n") for line in said], time.monotonic() - began)


def tinyface(*arguments: object, pause: float = 0.002) -> None:
    """A command with a search that needs no network; each takes so many seconds."""
    finder = OneFace()
    finder.before = lambda _frame: time.sleep(pause)
    tinyface_core.search.finder.build_finder = lambda _settings: finder  # type: ignore[assignment, return-value]
    sys.argv = ["tinyface", *map(str, arguments)]
    main()


def photos(folder: Path) -> Path:
    """A folder of small photos."""
    album = folder / "album"
    for number in range(PICTURES):
        save_photo(album / f"{number}.jpg", number)
    return album


# Each takes a folder of its own, is killed and looks: what was told must be there, and what is there must be whole.


def killed_find(folder: Path, chance: random.Random) -> None:
    """Photos: what was told is written, and `--resume` finds the rest."""
    album = folder / "album" if (folder / "album").exists() else photos(folder)
    command = ("find", album, "--output", folder / "out", "--resume", "--no-sheets")
    ended = forked(lambda: tinyface(*command), signal.SIGKILL, chance.uniform(0, 0.2))
    told = [line.strip() for line in ended.said if line.strip().endswith(".json")]
    written = {path: read_results(path) for path in (folder / "out").glob("*.json")}
    assert set(map(Path, told)) <= set(written)
    assert all(len(results) == 1 and len(results[0].faces) == 1 for results in written.values())
    for path in list(written)[: chance.randrange(PICTURES)]:
        path.unlink()


def killed_scan(folder: Path, chance: random.Random) -> None:
    """Scans: what was counted is in the project, and going on leads to the same project as an uninterrupted one."""
    album = folder / "album" if (folder / "album").exists() else photos(folder)
    case, whole = folder / "case.tinyface", folder / "whole.tinyface"
    if not whole.exists():
        scanned(whole, album)
        Project.create(case).close()

    class Told(Observer):
        def counted(self, advance: Advance) -> None:
            print(advance.done, flush=True)

    known = len(content(case)["files"])
    ended = forked(lambda: scanned(case, album, observer=Told()), signal.SIGKILL, chance.uniform(0, 0.1))
    counted = max((int(line) for line in ended.said if line.isdecimal()), default=0)
    with Project.open(case) as project:
        assert project.check() == []
    left = content(case)["files"]
    assert len(left) >= max(known, counted)
    if chance.random() < 0.3:
        scanned(case, album)
        assert {row[0] for row in content(case)["files"]} == {row[0] for row in content(whole)["files"]}
        Project.create(case).close()


def killed_project(folder: Path, chance: random.Random) -> None:
    """Projects: the last change that was told is there, and no half of one."""
    case, picture = folder / "case.tinyface", str(folder / "a.jpg")
    if not case.exists():
        with Project.create(case) as project:
            project.add_pictures([ProjectPicture(picture)])

    def write() -> None:
        with Project.open(case) as project:
            for number in range(10_000):
                project.remove_faces(project.faces(picture))
                with project.together():
                    project.put_faces([a_face(picture, x, note=str(number)) for x in range(50)])
                print(number, flush=True)

    ended = forked(write, signal.SIGKILL, chance.uniform(0, 0.1))
    told = max((int(line) for line in ended.said if line.isdecimal()), default=-1)
    with Project.open(case) as project:
        assert project.check() == []
        faces = project.faces(picture)
        notes = {int(face.note) for face in faces}
        # All faces of one change, or none where it was killed after they were taken away and before the next.
        assert len(faces) in (0, 50) and len(notes) <= 1 and (not notes or notes.pop() >= told)


def told_training(run: Path, workers: int = 0, at_first: Callable[[], object] = lambda: None) -> None:
    """A training that tells the step of each checkpoint once it is written, and does something at the first."""
    keep, left = tinyface_core.training.loop.save_checkpoint, [at_first]

    def told(path: Path, state: dict[str, object]) -> None:
        keep(path, state)
        print(state["step"], flush=True)
        while left:
            left.pop()()

    torch.set_num_threads(1)
    tinyface_core.training.loop.save_checkpoint = told
    train(run, replace(SETTINGS, steps=1000, workers=workers, checkpoint_seconds=0))


def go_on_from(run: Path, ended: Ended) -> None:
    """Look whether the last checkpoint that was told is there; beside it may lie what was being written."""
    step = max(int(line) for line in ended.said if line.isdecimal())
    assert load_checkpoint(run / "checkpoint.pt")["step"] >= step


def killed_training(folder: Path, chance: random.Random) -> None:
    """Trainings: the last checkpoint that was told can be gone on from."""
    run = folder / f"run-{chance.random()}"
    go_on_from(run, forked(lambda: told_training(run), signal.SIGKILL, chance.uniform(0, 0.2)))


def dead_worker(folder: Path, chance: random.Random) -> None:
    """A training whose worker is killed says so in a sentence, and can be gone on from."""
    run, after = folder / f"run-{chance.random()}", chance.uniform(0, 0.2)

    def kill_later() -> None:
        (worker,) = multiprocessing.active_children()
        Timer(after, worker.kill).start()

    def work() -> None:
        with plain_errors():
            told_training(run, 1, kill_later)

    ended = forked(work)
    assert ended.code == 1 and "ended from outside" in ended.said[-1], ended
    assert not any("Traceback" in line for line in ended.said), ended
    go_on_from(run, ended)


def cancelled(folder: Path, chance: random.Random) -> None:
    """Interrupted commands end in order within a second of an idle machine, and have written what they told."""
    album = folder / "album" if (folder / "album").exists() else photos(folder)
    out = folder / f"out-{chance.random()}"
    number = chance.choice([signal.SIGINT, signal.SIGTERM])
    command = ("find", album, "--output", out, "--no-sheets")
    ended = forked(lambda: tinyface(*command, pause=0.02), number, chance.uniform(0, 0.2))
    assert ended.code in (0, 130, 143) and not any("Traceback" in line for line in ended.said), ended
    assert ended.seconds < max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)), ended
    for line in ended.said:
        if line.strip().endswith(".json"):
            assert read_results(Path(line.strip()))


def full_disk(folder: Path, chance: random.Random) -> None:
    """A disk that is full, at any byte: one sentence, no half file, and what was there stays."""
    album = folder / "album" if (folder / "album").exists() else photos(folder)
    out = folder / "out"
    forked(lambda: tinyface("find", album, "--output", out, "--no-sheets"))
    before = {path.name: path.stat().st_size for path in out.iterdir()}

    def work() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        room = chance.randrange(1, max(before.values()))
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
        tinyface("find", album, "--output", out, "--no-sheets")

    ended = forked(work)
    assert ended.code == 1 and not any("Traceback" in line for line in ended.said), ended
    assert all(read_results(path) for path in out.glob("*.json"))
    assert {path.name: path.stat().st_size for path in out.iterdir()} == before


def no_memory(folder: Path, chance: random.Random) -> None:
    """A picture for which there is no memory costs one sentence; the others are searched."""
    album = folder / "album" if (folder / "album").exists() else photos(folder)
    large, out = album / "5-large.png", folder / f"out-{chance.random()}"
    if not large.exists():
        Image.new("P", (12000, 12000)).save(large, compress_level=1)

    def work() -> None:
        load_image(album / "0.jpg")  # what reads pictures is there; `scarce_memory` is of when it is not
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + chance.randrange(30, 70) * 2**20, resource.RLIM_INFINITY))
        tinyface("find", album, "--output", out, "--no-sheets")

    ended = forked(work)
    assert ended.code == 1 and not any("Traceback" in line for line in ended.said), ended
    assert any("5-large.png" in line and "memory" in line for line in ended.said), ended
    assert len(list(out.glob("*.json"))) == PICTURES


def scarce_memory(folder: Path, chance: random.Random) -> None:
    """With memory for hardly a library no photo is called damaged, and what is told is whole."""
    album = folder / "album" if (folder / "album").exists() else photos(folder)
    out = folder / f"out-{chance.random()}"

    def work() -> None:
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + chance.randrange(10, 60) * 2**20, resource.RLIM_INFINITY))
        tinyface("find", album, "--output", out, "--no-sheets")

    ended = forked(work)
    assert ended.code in (0, 1) and not any("Traceback" in line for line in ended.said), ended
    found = {path.name.split("-")[0] for path in out.glob("*.json") if read_results(path)}
    told = {line.split(":")[0].split(" ")[0].split("/")[-1] for line in ended.said if "memory" in line}
    ended_early = ended.said[-1].startswith("There is not enough memory")
    assert ended_early or all(f"{number}" in found or f"{number}.jpg" in told for number in range(PICTURES)), ended


FAULTS: dict[str, Callable[[Path, random.Random], None]] = {
    "killed while it searches photos": killed_find,
    "killed while it scans": killed_scan,
    "killed while it writes a project": killed_project,
    "killed while it trains": killed_training,
    "a worker of a training is killed": dead_worker,
    "interrupted while it searches": cancelled,
    "no room on the disk": full_disk,
    "no memory for a picture": no_memory,
    "hardly any memory": scarce_memory,
}
