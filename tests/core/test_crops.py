"""Square crops."""

import numpy as np
import torch

from tinyface_core.crops import cut_squares

GRADIENT = np.repeat(np.tile(np.arange(0, 200, 2, dtype=np.uint8), (80, 1))[:, :, None], 3, axis=2)


def test_a_crop_at_its_own_size_is_the_pixels_themselves() -> None:
    crops = cut_squares(GRADIENT, torch.tensor([[10.0, 20, 26, 36]]), 16)
    np.testing.assert_array_equal(crops[0], GRADIENT[20:36, 10:26])


def test_a_reduced_crop_averages_whole_blocks() -> None:
    crops = cut_squares(GRADIENT, torch.tensor([[8.0, 8, 72, 72]]), 16)
    expected = GRADIENT[8:72, 8:72].reshape(16, 4, 16, 4, 3).astype(float).mean(axis=(1, 3))
    assert np.abs(crops[0] - expected).max() <= 1


def test_an_enlarged_crop_keeps_its_place() -> None:
    crops = cut_squares(GRADIENT, torch.tensor([[20.0, 20, 36, 36]]), 64)
    # Grey level is twice the column: the middle of the crop is column 28, less half a pixel.
    assert abs(float(crops[0, 32, 31:33, 0].mean()) - 2 * (28 - 0.5)) <= 1


def test_outside_of_the_picture_the_border_is_repeated() -> None:
    crops = cut_squares(np.full((20, 20, 3), 90, np.uint8), torch.tensor([[-30.0, -30, 2, 2], [400, 400, 410, 410]]), 16)
    assert (crops[0] == 90).all()
    assert (crops[1] == 127).all()
