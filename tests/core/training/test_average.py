"""The moving average of a network."""

import copy

import torch
from torch import nn

from tinyface_core.training.loop import blend


def test_weights_and_running_statistics_move_together_and_counters_are_copied() -> None:
    network = nn.BatchNorm1d(3)
    average = copy.deepcopy(network)
    network(torch.tensor([[0.0, 10, 20], [2.0, 10, 40]]))  # moves the statistics by a tenth
    nn.init.constant_(network.weight, 3.0)
    blend(average, network, 0.75)
    torch.testing.assert_close(average.weight.detach(), torch.full((3,), 1.5))
    assert average.running_mean is not None and average.num_batches_tracked is not None
    torch.testing.assert_close(average.running_mean, torch.tensor([0.1, 1.0, 3.0]) / 4)
    assert average.num_batches_tracked.item() == 1


def test_without_a_decay_the_average_is_the_network_itself() -> None:
    network = nn.BatchNorm1d(3)
    average = copy.deepcopy(network)
    network(torch.rand(4, 3))
    nn.init.uniform_(network.weight)
    blend(average, network, 0.0)
    torch.testing.assert_close(average.state_dict(), network.state_dict(), rtol=0, atol=0)
