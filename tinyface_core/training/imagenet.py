"""ImageNet initialisation of detector and discriminator, as in the paper (section 4.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import torch
from torch import Tensor

from tinyface_core.failures import reason
from tinyface_core.training.events import JobEvents
from tinyface_core.types import UserError


class StartsFromImagenet(Protocol):
    """A network whose backbone has the architecture of one of torchvision's.

    Attributes:
        imagenet: torchvision's name of the weights.
    """

    imagenet: str

    def take_imagenet(self, weights: Mapping[str, Tensor]) -> None:
        """Load torchvision's tensors; other parts, such as heads, are not changed."""


def start_from_imagenet(networks: Sequence[StartsFromImagenet], from_scratch: bool, events: JobEvents) -> None:
    """Load torchvision's ImageNet weights, which it downloads and verifies, at the start of a new training.

    Raises:
        UserError: if the weights are not in torch's cache and cannot be downloaded.
    """
    from torchvision.models import get_weight

    name = networks[0].imagenet
    title = name.partition("_")[0]
    if from_scratch:
        events.log(f"{title} starts from random weights, as asked for.")
        return
    try:
        weights = get_weight(name).get_state_dict(progress=False, check_hash=True)
    except (OSError, RuntimeError) as error:  # RuntimeError if the download's hash is wrong
        raise UserError(
            f"The ImageNet weights of {title} are not in {torch.hub.get_dir()} and cannot be downloaded "
            f"({reason(error)}): connect to the internet once, or have it start from random weights (--from-scratch, "
            "or from_scratch = true in the configuration of an ablation)."
        ) from error
    for network in networks:
        network.take_imagenet(weights)
    events.log(f"{title} starts from torchvision's ImageNet weights.")
