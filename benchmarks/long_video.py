"""A long video through a command: memory over time, a kill in the middle, going on, and a cancel.

    python -m benchmarks.long_video                         # an hour at 720p
    python -m benchmarks.long_video --minutes 2 --width 3840 --height 2160
    python -m benchmarks.long_video --find                  # `tinyface find --tracks`, not `tinyface redact`
    python -m benchmarks.long_video --results 20            # files of results, of frames that are made up
    python -m benchmarks.long_video --fps 12 --images VAL --annotations LISTS --keep hour.mp4 # the video only

One minute is encoded, with sound, and its packets are repeated. It is a pan over the bundled photo of an orchestra, or
six scenes of annotated pictures with faces that move. Every `--every`-th frame is searched at effort fast. The process
is killed once so many results are kept, started again, interrupted a while after, and started a last time, to its end
or as long as `--limit` says; its memory is read meanwhile.
"""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import av
import numpy as np
import typer

from benchmarks.made_clips import Motion, make_clip, write_clip
from tinyface_core.bundled import resource as bundled
from tinyface_core.datasets.annotations import existing
from tinyface_core.datasets.registry import READERS
from tinyface_core.media.images import load_image
from tinyface_core.memory import peak_memory_megabytes
from tinyface_core.opencv import cv2
from tinyface_core.results import read_results, write_results
from tinyface_core.search_settings import Effort, SearchSettings
from tinyface_core.types import Detections, FindResult, Origin, RgbImage

_SCENES, _SECONDS = 6, 10
"""Of the minute that is made from annotated pictures: so many scenes of so many seconds."""

_FACES = range(2, 13)
"""Faces of their pictures."""

_MADE_SIZE = (960, 540)
"""Their frames, which are enlarged to those of the video: most annotated pictures are hardly wider."""

_RATE, _TONE = 48_000, 440
"""Samples a second, and hertz, of the sound."""


def main(
    minutes: Annotated[int, typer.Option(help="Length of the video.")] = 60,
    width: Annotated[int, typer.Option(help="Of the frames.")] = 1280,
    height: Annotated[int, typer.Option(help="Of the frames.")] = 720,
    every: Annotated[int, typer.Option(help="Step between searched frames.")] = 25,
    limit: Annotated[float, typer.Option(help="Seconds after which the last run is stopped.")] = 600,
    find: Annotated[bool, typer.Option("--find", help="Find and link faces, do not redact.")] = False,
    results: Annotated[int, typer.Option(help="Write and read results with so many faces a frame; no video.")] = 0,
    fps: Annotated[int, typer.Option(help="Frames a second.")] = 25,
    images: Annotated[Path | None, typer.Option(help="Folder of annotated pictures to make it from.")] = None,
    annotations: Annotated[Path | None, typer.Option(help="Their annotations, as in WIDER FACE.")] = None,
    keep: Annotated[Path | None, typer.Option(help="Make this video, which is kept, and do no more.")] = None,
) -> None:
    """Make the video, run and kill, print what was measured."""
    if results:
        measure_results(minutes * 60 * fps, fps, results)
        return
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        video, out = keep or folder / "long.mp4", folder / "out"
        if images and annotations:
            frames = scenes(folder, images, annotations, (width, height), fps)
        else:
            frames = pan((width, height), fps)
        repeated(minute(folder, frames, (width, height), fps), video, minutes)
        if keep:
            return
        command = [sys.executable, "-m", "tinyface_core", *(["find", "--tracks", "--resume"] if find else ["redact"])]
        command += [str(video), "--output", str(out), "--effort", "fast", "--every", str(every)]
        kept = out / ("long-faces-search.jsonl" if find else "long-search.jsonl")
        total = minutes * 60 * fps // every
        print(f"{minutes} min at {width} x {height}, {minutes * 60 * fps} frames, {total} of them searched")
        first = run(command, lambda: lines(kept) > total // 4, signal.SIGKILL, limit)
        searched = lines(kept)
        print(f"killed with {searched} results kept; left: {names(out)}; {first}")
        second = run(command, lambda: lines(kept) > total // 2, signal.SIGINT, limit)
        print(f"went on and was interrupted with {lines(kept)} kept; left: {names(out)}; {second}")
        last = run(command, lambda: False, signal.SIGINT, limit)
        sizes = ", ".join(f"{path.name} {path.stat().st_size / 2**20:.1f} MB" for path in sorted(out.iterdir()))
        print(f"to the end: {sizes}; {last}")


def measure_results(frames: int, fps: int, faces: int) -> None:
    """Size of the file of so many frames, every third of them searched, and seconds and memory to write and read it."""
    random = np.random.default_rng(0)
    settings, weights = SearchSettings.of(Effort.FAST), {"detector": "detector-quick 0123456789abcdef" * 2}
    tracks, none = np.arange(faces), Detections.of([], [])
    whole = FindResult("/videos/long.mp4", 1280, 720, none, 0, 0, settings=settings, weights=weights, every=3)

    def made() -> Iterator[FindResult]:
        for index in range(frames):
            corners = random.random((faces, 2)) * [1200, 680]
            found = Detections.of(np.hstack([corners, corners + 10 + random.random((faces, 2))]), random.random(faces))
            found = replace(found, tracks=tracks, origins=np.full(faces, Origin.FILLED if index % 3 else Origin.FOUND))
            yield replace(whole, faces=found, index=index, seconds=index / fps)

    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "long-faces.json"
        for name, work in (("write", lambda: write_results(path, made())), ("read", lambda: read_results(path))):
            began, before = time.monotonic(), peak_memory_megabytes()
            work()
            rise = peak_memory_megabytes() - before
            print(f"{name}: {time.monotonic() - began:.1f} s, memory rose by {rise:.0f} MB")
        print(f"{frames} frames of {faces} faces: {path.stat().st_size / 2**20:.1f} MB")


def run(command: list[str], is_time: Callable[[], bool], ending: signal.Signals, limit: float) -> str:
    """Run until it ends, or end it at its time; tells seconds, memory by tenths of them, and how soon it ended."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    begun, memory, ended = time.monotonic(), [], ""
    while process.poll() is None:
        try:
            pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
        except OSError:  # it ended just now
            break
        memory.append(pages * resource.getpagesize() / 2**20)
        if is_time() or time.monotonic() - begun > limit:
            process.send_signal(ending)
            asked = time.monotonic()
            process.wait()
            ended = f", ended {time.monotonic() - asked:.1f} s after it was asked to"
            break
        time.sleep(0.2)
    tenths = " ".join(f"{part.max():.0f}" for part in np.array_split(np.array(memory), 10) if len(part))
    return f"{time.monotonic() - begun:.0f} s, MB by tenths: {tenths}{ended}"


def minute(folder: Path, frames: Iterable[RgbImage], size: tuple[int, int], fps: int) -> Path:
    """These frames in a file, with the sound of a tone."""
    silent, path = folder / "silent.mp4", folder / "minute.mp4"
    write_clip(silent, frames, size, fps, crf="30", preset="ultrafast", bf="0")
    with av.open(str(silent)) as source, av.open(str(path), "w") as container:
        picture = container.add_stream_from_template(source.streams.video[0])
        sound = container.add_stream("aac", rate=_RATE, layout="mono")
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = picture
                container.mux(packet)
        for second in range(60):
            phase = 2 * np.pi * _TONE * (second + np.arange(_RATE, dtype=np.float32) / _RATE)
            samples = av.AudioFrame.from_ndarray(np.sin(phase)[None].astype(np.float32) / 8, "fltp", "mono")
            samples.sample_rate, samples.pts = _RATE, second * _RATE
            container.mux(sound.encode(samples))
        container.mux(sound.encode())
    return path


def pan(size: tuple[int, int], fps: int) -> Iterator[RgbImage]:
    """A minute of a pan over the bundled photo of an orchestra."""
    photo = load_image(bundled("samples/orchestra.webp")).pixels
    scale = 1.5 * max(size[0] / photo.shape[1], size[1] / photo.shape[0])
    large = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    room = large.shape[1] - size[0]
    lefts = (room * (0.5 - 0.5 * np.cos(np.linspace(0, 2 * np.pi, 60 * fps)))).astype(int)
    for left in lefts:
        yield np.ascontiguousarray(large[: size[1], left : left + size[0]], np.uint8)


def scenes(folder: Path, images: Path, annotations: Path, size: tuple[int, int], fps: int) -> Iterator[RgbImage]:
    """A minute of scenes of annotated pictures."""
    chance = np.random.default_rng(0)
    known, _missing = existing(READERS.make("wider", images, annotations))
    pictures = [picture for picture in known if (~picture.ignored).sum() in _FACES]
    for number in range(_SCENES):
        three = [pictures[place] for place in chance.choice(len(pictures), 3, replace=False)]
        motion = Motion(fps, 23, pan=15.0, zoom=1.0, shake=0.7, posts=1, walkers=3, cut=False)
        clip = make_clip(folder / f"scene-{number}.mp4", three, motion, _MADE_SIZE, _SECONDS, chance)
        with av.open(str(clip.path)) as container:
            for frame in container.decode(video=0):
                larger = frame.reformat(*size, "rgb24", interpolation="BICUBIC")
                yield np.asarray(larger.to_ndarray(), np.uint8)


def repeated(path: Path, target: Path, times: int) -> None:
    """The same packets so many times, one behind the other."""
    with av.open(str(target), "w") as container:
        streams: list[av.stream.Stream] = []
        for number in range(times):
            with av.open(str(path)) as source:
                streams = streams or [container.add_stream_from_template(stream) for stream in source.streams]
                for packet in source.demux():
                    length = round(60 / packet.time_base)
                    # An encoder of sound begins before the beginning and ends behind the end.
                    if packet.dts is None or packet.pts is None or not 0 <= packet.pts < length:
                        continue
                    shift = length * number
                    packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                    packet.stream = streams[packet.stream_index]
                    container.mux(packet)


def lines(path: Path) -> int:
    """Results that are kept."""
    return path.read_bytes().count(b'"index"') if path.exists() else 0


def names(folder: Path) -> str:
    """What lies in the folder."""
    return ", ".join(sorted(path.name for path in folder.iterdir())) or "nothing"


if __name__ == "__main__":
    typer.run(main)
