"""ICC profiles for the colour code points (ITU-T H.273) of AVIF and HEIC files without a profile.

The code points are stored in `colr` boxes of type `nclx`.
"""

from __future__ import annotations

import struct
from functools import cache

import numpy as np
from numpy.typing import NDArray

_WIDE = {
    9: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),  # BT.2020
    12: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),  # Display P3
}
"""Chromaticities of primaries that differ visibly from those of sRGB; the white point is D65."""

_SRGB = ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060))
_D65, _D50 = np.array([0.9505, 1, 1.0890]), np.array([0.9642, 1, 0.8249])
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_PQ, _HLG = 16, 18
_PAPER_WHITE = 203.0
"""Luminance of HDR reference white in cd/m2 (ITU-R BT.2408); brighter values are clipped."""


@cache
def profile_of(primaries: int, transfer: int) -> bytes | None:
    """An ICC profile for these code points; None if they are close to sRGB."""
    if primaries not in _WIDE and transfer not in (_PQ, _HLG):
        return None
    corners = np.array([(x / y, 1, (1 - x - y) / y) for x, y in _WIDE.get(primaries, _SRGB)]).T
    to_d50 = np.linalg.inv(_BRADFORD) @ np.diag((_BRADFORD @ _D50) / (_BRADFORD @ _D65)) @ _BRADFORD
    columns = to_d50 @ (corners * np.linalg.solve(corners, _D65))
    tags = [
        (b"wtpt", _xyz(_D50)),
        *((name, _xyz(xyz)) for name, xyz in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns.T, strict=True)),
    ]
    levels = np.rint(_light(transfer, np.linspace(0, 1, 1024)).clip(0, 1) * 65535).astype(">u2")
    curve = struct.pack(">4s4xI", b"curv", len(levels)) + levels.tobytes()
    tags += [(name, curve) for name in (b"rTRC", b"gTRC", b"bTRC")]
    table, body, place = b"", b"", 128 + 4 + 12 * len(tags)
    for name, content in tags:
        table += struct.pack(">4sII", name, place + len(body), len(content))
        body += content.ljust(-len(content) % 4 + len(content), b"\0")
    kinds = struct.pack(">4x4s4s4s4s", b"\2\x40\0\0", b"mntr", b"RGB ", b"XYZ ")
    head = struct.pack(">I", place + len(body)) + kinds + bytes(12) + b"acsp" + bytes(28)
    return (head + _numbers(_D50)).ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def _light(transfer: int, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear light of encoded values in [0, 1]; 1 is white."""
    if transfer == _PQ:
        root = values ** (32 / 2523)
        return 10_000 / _PAPER_WHITE * ((root - 0.8359375).clip(0) / (18.8515625 - 18.6875 * root)) ** (16384 / 2610)
    if transfer == _HLG:
        bright = (np.exp((values - 0.55991073) / 0.17883277) + 0.28466892) / 12
        return np.where(values <= 0.5, values**2 / 3, bright) / 0.265  # 75 % is white
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def _numbers(values: NDArray[np.float64]) -> bytes:
    return np.rint(values * 65536).astype(">i4").tobytes()


def _xyz(values: NDArray[np.float64]) -> bytes:
    return struct.pack(">4s4x", b"XYZ ") + _numbers(values)
