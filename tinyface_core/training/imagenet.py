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
    """A network of the shape of one of torchvision's.

    Attributes:
        imagenet: what torchvision calls the weights.
    """

    imagenet: str

    def take_imagenet(self, weights: Mapping[str, Tensor]) -> None:
        """Start from torchvision's tensors; heads and what else they do not have stay as they are."""


def start_from_imagenet(networks: Sequence[StartsFromImagenet], from_scratch: bool, events: JobEvents) -> None:
    """Give networks, one and its average, torchvision's weights: at the start of a training from nothing alone.

    torchvision downloads them once and checks them.

    Args:
        networks: of the same shape.
        from_scratch: leave them as they are, with random weights.
        events: told what the training starts from.

    Raises:
        UserError: if the weights are neither in torch's cache nor can be downloaded.
    """
    from torchvision.models import get_weight

    name = networks[0].imagenet
    title = name.partition("_")[0]
    if from_scratch:
        events.log(f"{title} starts from random weights, as asked for.")
        return
    try:
        weights = get_weight(name).get_state_dict(progress=False, check_hash=True)
    except (OSError, RuntimeError) as error:  # the latter where the file that came is another one
        raise UserError(
            f"The ImageNet weights of {title} are not in {torch.hub.get_dir()} and cannot be downloaded "
            f"({reason(error)}): connect to the internet once, or have it start from random weights (--from-scratch, "
            "or from_scratch = true in the configuration of an ablation)."
        ) from error
    for network in networks:
        network.take_imagenet(weights)
    events.log(f"{title} starts from torchvision's ImageNet weights.")
