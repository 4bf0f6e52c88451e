"""Marks generated pictures as such: in metadata and visibly."""

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
"""The triangle's legs are this part of the picture's shorter side."""

# The International Press Telecommunications Council's terms for where a picture comes from; "composite" because what
# the camera recorded is part of it.
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
    """Write a picture that shows enlargements as PNG, with metadata that name the networks in it.

    Args:
        path: of the file.
        pixels: RGB uint8 `(H, W, 3)`.
        methods: names of the ways to enlarge that it shows.

    Raises:
        OSError: if the disk is full or the folder cannot be written.
    """
    generated = [method for method in dict.fromkeys(methods) if is_generated(method)]
    # Less squeezed: half the time for a tenth more bytes.
    save_picture(path, pixels, "PNG", compress_level=3, pnginfo=_metadata(generated))


def is_generated(method: str) -> bool:
    """Whether a way to enlarge adds what the camera did not record; all but interpolation and several frames do."""
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
    """A copy of a picture `(H, W, 3)` with the mark of what networks made."""
    height, width = pixels.shape[:2]
    leg = max(2, min(height, width) // _MARK_SHARE)
    below, right = np.mgrid[height - 1 : -1 : -1, width - 1 : -1 : -1]
    copy = pixels.copy()
    copy[below + right < leg] = MARK
    return copy
