"""Every kind of file that comes from outside: a small sound one, and how the program reads it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import torch
from safetensors.torch import save
from spandrel.architectures.Compact.__arch.SRVGG import SRVGGNetCompact

from tests.core.evaluation.wider_files import Annotated, write_ground_truth
from tests.core.test_regions import PEOPLE
from tests.core.test_video import write as write_video
from tests.core.tiny_world import make_project
from tests.hostile.inputs import picture_bytes
from tests.hostile.test_annotations import COCO, ENTRY, FDDB, VOC, WIDER
from tests.hostile.test_pictures import raw_like, unused_alpha
from tests.hostile.test_result_files import FACES
from tests.hostile.test_scan_parts import FOUND
from tests.hostile.test_weight_files import CARD, TENSORS, packed
from tinyface_core.datasets.annotations import existing
from tinyface_core.datasets.crops import Crops
from tinyface_core.datasets.registry import READERS
from tinyface_core.evaluation.fddb import read_fddb_detections
from tinyface_core.evaluation.submission import read_submission
from tinyface_core.evaluation.voting import VotedFace, new_poll, read_poll, save_poll
from tinyface_core.evaluation.wider import read_ground_truth
from tinyface_core.export.json_file import read as read_exported
from tinyface_core.media.images import load_image, read_size, thumbnail
from tinyface_core.media.regions import read_regions
from tinyface_core.media.video import Video
from tinyface_core.opencv import cv2
from tinyface_core.own_weights import OwnWeights
from tinyface_core.project.parts import import_parts, read_files, write_part
from tinyface_core.project.store import Project
from tinyface_core.results import write_results
from tinyface_core.training.ablation_settings import read_ablation
from tinyface_core.training.checkpoint import load_checkpoint, save_checkpoint
from tinyface_core.types import FindResult
from tinyface_core.upscalers.model_file import load_model_file
from tinyface_core.weights import Manifest, load_tensors


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes:
        name: that of the small file; the part before the dot says what it is.
        group: the row of the table in docs/reliability.md.
        make: writes it into a folder and gives its path.
        read: reads it as the program does.
    """

    name: str
    group: str
    make: Callable[[Path], Path]
    read: Callable[[Path], object]


def _picture(path: Path) -> None:
    load_image(path)
    read_size(path)
    thumbnail(path, 16)


def _video(path: Path) -> None:
    with Video(path) as video:
        frames = list(video.frames(every=3))
        if frames and (number := frames[-1].index) is not None:
            video.frame(number)


def _project(path: Path) -> None:
    with Project.open(path) as project:
        project.pictures()
        list(project.all_faces())
        project.results()


def _wrote(name: str, content: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


def _annotations(form: str) -> Kind:
    content = {
        "wider": WIDER, "coco": json.dumps(COCO), "yolo": "0 0.5 0.5 0.1 0.1\n", "voc": VOC.format(2), "fddb": FDDB,
    }[form]  # fmt: skip
    inside = {"yolo": "a.txt", "voc": "a.xml", "fddb": "FDDB-fold-01-ellipseList.txt"}.get(form, ENTRY[form])

    def make(folder: Path) -> Path:
        (folder / "a.jpg").write_bytes(picture_bytes(side=20))
        return _wrote(inside, content.encode())(folder)

    def read(path: Path) -> object:
        return existing(READERS.make(form, path.parent, path if form in ("wider", "coco") else path.parent))

    return Kind(inside if "." not in ENTRY[form] else ENTRY[form], "annotations", make, read)


def _matlab(folder: Path) -> Path:
    write_ground_truth(folder, {"0--Parade/a": Annotated([[1, 2, 3, 4]], counted={"hard": [1]})})
    return folder / "wider_face_val.mat"


def _results(folder: Path) -> Path:
    write_results(folder / "found.json", [FindResult("/photos/a.png", 20, 10, FACES, 2, 0)])
    return folder / "found.json"


def _part(folder: Path) -> Path:
    write_part(folder / "part-1.parquet", [FOUND])
    return folder / "part-1.parquet"


def _import(path: Path) -> None:
    with Project.create(path.with_name("new.tinyface")) as project:
        list(import_parts(project, [path]))
    list(read_files(path))


def _votes(folder: Path) -> Path:
    save_poll(new_poll([VotedFace("/photos/a.png", None, (1, 2, 9, 9))], ("gan", "bicubic"), 1), folder / "votes.json")
    return folder / "votes.json"


def _sidecar(folder: Path) -> Path:
    (folder / "a.jpg").write_bytes(picture_bytes())
    return _wrote("a.jpg.xmp", PEOPLE.encode())(folder)


def _manifest(folder: Path) -> Path:
    (folder / "w").write_bytes(TENSORS)
    return _wrote("manifest.json", json.dumps({"weights": [asdict(CARD)]}).encode())(folder)


def _crops(folder: Path) -> Path:
    def some(*shape: int) -> Any:
        return np.zeros(shape, np.uint8)

    size, box = np.zeros(1, np.float32), np.zeros((1, 4), np.float32)
    crops = Crops(some(1, 8, 8, 3), some(1) > 0, some(1) > 0, size, box, some(1, 8, 8, 3))
    crops.save(folder / "crops.npz")
    return folder / "crops.npz"


def _checkpoint(folder: Path) -> Path:
    parts: dict[str, Any] = {"recipe": "x", "networks": {}, "averages": {}, "step": 1}
    save_checkpoint(folder / "checkpoint.pt", parts)
    return folder / "checkpoint.pt"


def _enlarger() -> dict[str, torch.Tensor]:
    tensors: dict[str, torch.Tensor] = SRVGGNetCompact(num_feat=4, num_conv=1, upscale=2).state_dict()
    return tensors


def _torch_model(folder: Path) -> Path:
    torch.save(_enlarger(), folder / "model.pth")
    return folder / "model.pth"


def _float_picture(name: str) -> Callable[[Path], Path]:
    values = cv2.imdecode(np.frombuffer(picture_bytes("PNG"), np.uint8), cv2.IMREAD_COLOR).astype(np.float32) / 255
    return _wrote(name, cv2.imencode(Path(name).suffix, values)[1].tobytes())


def _deep_picture(name: str) -> Callable[[Path], Path]:
    values = cv2.imdecode(np.frombuffer(picture_bytes("PNG"), np.uint8), cv2.IMREAD_COLOR).astype(np.uint16) * 257
    return _wrote(name, cv2.imencode(Path(name).suffix, values)[1].tobytes())


pillow_heif.register_heif_opener()
_PILLOWS = {
    "photo.jpg": "JPEG", "photo.png": "PNG", "photo.webp": "WEBP", "photo.avif": "AVIF", "photo.tif": "TIFF",
    "photo.bmp": "BMP", "photo.gif": "GIF", "photo.jp2": "JPEG2000", "photo.ppm": "PPM", "photo.tga": "TGA",
    "photo.heic": "HEIF",
}  # fmt: skip
_VIDEOS = {
    "clip.mp4": "libx264", "clip.mkv": "libx264", "clip.ts": "libx264", "clip.h264": "libx264", "clip.avi": "mpeg4",
    "clip.mpg": "mpeg2video", "clip.webm": "libvpx", "clip.mov": "mjpeg",
}  # fmt: skip


_DETECTIONS = b"a\n1\n1 2 3 4 0.5\n"
_ABLATION = b"""seeds = [1]
[train]
images = "a"
ground_truth = "a"
[validation]
images = "a"
ground_truth = "b"
"""


def _clip(name: str, codec: str) -> Kind:
    return Kind(name, "videos", lambda folder: write_video(folder / name, codec), _video)


KINDS: tuple[Kind, ...] = (
    *(Kind(name, "photos", _wrote(name, picture_bytes(form)), _picture) for name, form in _PILLOWS.items()),
    Kind("progressive.jpg", "photos", _wrote("progressive.jpg", picture_bytes(progressive=True)), _picture),
    Kind("packed.tif", "photos", _wrote("packed.tif", picture_bytes("TIFF", compression="tiff_lzw")), _picture),
    Kind("alpha.bmp", "photos", _wrote("alpha.bmp", unused_alpha("bmp4", 0)), _picture),
    *(Kind(name, "photos", _float_picture(name), _picture) for name in ("float.tiff", "radiance.hdr")),
    *(Kind(name, "photos", _deep_picture(name), _picture) for name in ("deep.png", "deep.tiff")),
    Kind("map.pfm", "photos", _wrote("map.pfm", b"PF\n8 8\n-1.0\n" + bytes(768)), _picture),
    Kind("raw.nef", "photos", _wrote("raw.nef", raw_like("<", sensor=True)), _picture),
    *(_clip(name, codec) for name, codec in _VIDEOS.items()),
    *map(_annotations, ENTRY),
    Kind("wider_face_val.mat", "annotations", _matlab, lambda path: read_ground_truth(path.parent)),
    Kind("submission.txt", "detections", _wrote("submission.txt", _DETECTIONS),
         lambda path: read_submission(path.parents[1])),
    Kind("fddb.txt", "detections", _wrote("fddb.txt", _DETECTIONS), read_fddb_detections),
    Kind("a.jpg.xmp", "face regions", _sidecar, lambda path: read_regions(path.with_name("a.jpg"))),
    Kind("found.json", "results", _results, lambda path: read_exported([path])),
    Kind("part-1.parquet", "results", _part, _import),
    Kind("votes.json", "results", _votes, read_poll),
    Kind("case.tinyface", "projects", lambda folder: make_project(folder, 1), _project),
    Kind("street.tinyface-weights", "weights", lambda folder: packed(folder / "street.tinyface-weights", asdict(CARD)),
         lambda path: OwnWeights().receive(path)),
    Kind("manifest.json", "weights", _manifest, lambda path: Manifest.load(path.parent)),
    Kind("layers.safetensors", "weights", _wrote("layers.safetensors", TENSORS), load_tensors),
    Kind("model.pth", "weights", _torch_model, load_model_file),
    Kind("model.safetensors", "weights", _wrote("model.safetensors", save(_enlarger())), load_model_file),
    Kind("crops.npz", "training", _crops, Crops.load),
    Kind("checkpoint.pt", "training", _checkpoint, load_checkpoint),
    Kind("ablation.toml", "training", _wrote("ablation.toml", _ABLATION), read_ablation),
)  # fmt: skip
