"""Marks generated pictures as such, in their metadata and visibly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

import numpy as np
from PIL.PngImagePlugin import PngInfo

from tinyface_core.media import own
from tinyface_core.media.saving import save_picture
from tinyface_core.types import RgbImage
from tinyface_core.upscalers.interpolation import INTERPOLATIONS
from tinyface_core.upscalers.several_frames import NAME as SEVERAL_FRAMES

MARK = (224, 138, 0)
"""Colour of the mark, a triangle in the lower right corner."""

_MARK_SHARE = 8
"""The picture's shorter side divided by the length of the triangle's legs."""

# Digital source type as defined by the International Press Telecommunications Council; "composite" because the
# recorded pixels are part of the picture.
_SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmp:CreatorTool="Tiny Face Inspector"
 Iptc4xmpExt:DigitalSourceType="{source}">
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{sentence}</rdf:li></rdf:Alt></dc:description>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


def save_enlarged(path: Path, pixels: RgbImage, methods: Iterable[str]) -> None:
    """Write an RGB uint8 picture with enlargements as PNG; its metadata name the networks of these upscalers."""
    generated = [method for method in dict.fromkeys(methods) if is_generated(method)]
    # Compression level 3 takes half the time of the default for 10 % more bytes.
    save_picture(path, pixels, "PNG", compress_level=3, pnginfo=_metadata(generated))


def is_generated(method: str) -> bool:
    """Whether a method adds detail that was not recorded: all but interpolation and the fusion of several frames do."""
    return method not in INTERPOLATIONS and method != SEVERAL_FRAMES


def _metadata(methods: Sequence[str]) -> PngInfo:
    metadata = PngInfo()
    metadata.add_text("Software", own.MARK)
    if not methods:
        return metadata
    sentence = f"Enlarged by {', '.join(methods)}: its details are generated, not evidence."
    metadata.add_itxt("Description", sentence)
    metadata.add_itxt("XML:com.adobe.xmp", _XMP.format(source=_SOURCE_TYPE, sentence=escape(sentence, quote=False)))
    return metadata


def marked(pixels: RgbImage) -> RgbImage:
    """A copy of a picture `(H, W, 3)` with the mark of generated pictures."""
    height, width = pixels.shape[:2]
    leg = max(2, min(height, width) // _MARK_SHARE)
    below, right = np.mgrid[height - 1 : -1 : -1, width - 1 : -1 : -1]
    copy = pixels.copy()
    copy[below + right < leg] = MARK
    return copy
