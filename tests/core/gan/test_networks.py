from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from torchvision.models.vgg import cfgs, make_layers

from tinyface_core.backends.torch import TorchStageNetworks
from tinyface_core.gan.discriminator import Discriminator, DiscriminatorOutput, has_addition
from tinyface_core.gan.generator import Generator, RefinementNetwork, UpsamplingNetwork
from tinyface_core.gan.stage import GanSecondStage
from tinyface_core.gan.weights import gan_networks
from tinyface_core.presets import GAN_PRESETS
from tinyface_core.types import Detections

PAPER, TINY = GAN_PRESETS["paper"], GAN_PRESETS["tiny"]


def _convs(network: nn.Module) -> list[tuple[int, int]]:
    kinds = (nn.Conv2d, nn.ConvTranspose2d)
    return [(m.out_channels, m.kernel_size[0]) for m in network.modules() if isinstance(m, kinds)]


def test_up_sampling_network_of_the_paper_preset_has_the_published_layers() -> None:
    network = UpsamplingNetwork(PAPER)
    assert _convs(network) == [(64, 9)] + [(64, 3)] * 8 + [(64, 3)] + [(256, 3), (256, 3)] + [(3, 9)]
    doubling = [m for m in network.modules() if isinstance(m, nn.ConvTranspose2d)]
    assert [m.stride for m in doubling] == [(2, 2), (2, 2)]


def test_refinement_network_of_the_paper_preset_has_the_published_layers() -> None:
    network = RefinementNetwork(PAPER)
    assert _convs(network) == [(64, 9)] + [(64, 3)] * 8 + [(64, 3)] + [(256, 3), (256, 3)] + [(3, 9)]
    assert all(m.stride == (1, 1) for m in network.modules() if isinstance(m, nn.Conv2d))


def test_every_convolution_but_the_last_is_followed_by_batch_normalisation() -> None:
    for network in (UpsamplingNetwork(PAPER), RefinementNetwork(PAPER)):
        norms = [m for m in network.modules() if isinstance(m, nn.BatchNorm2d)]
        assert len(norms) == len(_convs(network)) - 1
        assert network.tail.bias is not None


def test_published_generator_starts_from_the_published_noise() -> None:
    torch.manual_seed(0)
    network = RefinementNetwork(PAPER)
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            assert float(module.weight.detach().std()) == pytest.approx(0.02, rel=0.05)
            assert abs(float(module.weight.detach().mean())) < 0.001
    assert float(network.tail.bias.detach().abs().sum()) == 0


def test_discriminator_has_the_sixteen_convolutions_of_vgg19_and_no_fifth_pooling() -> None:
    ours = Discriminator(PAPER).features
    theirs = make_layers(cfgs["E"])
    shapes = [[tuple(m.weight.shape) for m in net if isinstance(m, nn.Conv2d)] for net in (ours, theirs)]
    assert shapes[0] == shapes[1] and len(shapes[0]) == 16
    assert sum(isinstance(m, nn.MaxPool2d) for m in ours) == 4
    with torch.no_grad():
        assert ours(torch.zeros(1, 3, 64, 64)).shape == (1, 512, 4, 4)


def test_discriminator_gives_one_logit_a_crop_from_each_head() -> None:
    verdict = Discriminator(TINY).eval()(torch.rand(3, 3, 64, 64))
    assert verdict.real.shape == verdict.face.shape == (3,)
    assert verdict.at(torch.tensor([0, 2])).face.tolist() == verdict.face[[0, 2]].tolist()


def test_the_box_head_starts_where_a_candidate_lies_in_its_crop() -> None:
    judge = Discriminator(replace(TINY, context=1.0)).eval()
    verdict = judge(torch.rand(2, 3, 64, 64))
    assert verdict.box is not None
    torch.testing.assert_close(verdict.box, torch.tensor([[0.25, 0.25, 0.75, 0.75]]).expand(2, 4))
    assert has_addition(judge.state_dict(), "fc_box.")
    without = Discriminator(TINY, box=False)
    assert without.eval()(torch.rand(2, 3, 64, 64)).box is None
    assert not has_addition(without.state_dict(), "fc_box.")
    assert Discriminator(PAPER).fc_box is None


def test_surroundings_speak_about_the_crops_that_have_some_and_about_the_face_alone() -> None:
    judge = Discriminator(TINY).eval()
    crops, around = torch.rand(3, 3, 64, 64), torch.rand(2, 3, 48, 48)
    untrained = judge(crops, around)
    assert untrained.around is not None and untrained.around.face.tolist() == [0, 0]
    middle = [[pytest.approx(edge) for edge in (1 / 3, 1 / 3, 2 / 3, 2 / 3)]] * 2
    assert untrained.around.box is not None and untrained.around.box.tolist() == middle
    assert judge.surroundings is not None
    nn.init.normal_(judge.surroundings.fc.weight)
    verdict, by_itself = judge(crops, around), judge(crops)
    assert by_itself.around is None and torch.equal(by_itself.in_place, by_itself.face)
    assert torch.equal(verdict.real, by_itself.real) and torch.equal(verdict.face, by_itself.face)
    assert verdict.around is not None and len(verdict.around.face) == 2
    placed = judge(crops[:2], around)
    torch.testing.assert_close(placed.in_place, by_itself.face[:2] + verdict.around.face)
    assert verdict.at(slice(2, None)).in_place.tolist() == by_itself.face[2:].tolist()


def test_a_discriminator_can_be_without_surroundings() -> None:
    without = Discriminator(TINY, surroundings=False)
    assert without.eval()(torch.rand(2, 3, 64, 64), torch.rand(2, 3, 48, 48)).around is None
    assert not has_addition(without.state_dict(), "surroundings.")
    assert Discriminator(PAPER).surroundings is None
    old = {f"discriminator.{name}": value for name, value in without.state_dict().items()}
    old |= {f"generator.{name}": value for name, value in Generator(TINY).state_dict().items()}
    assert gan_networks(old, TINY)[1].surroundings is None
    assert not TorchStageNetworks(*gan_networks(old, TINY), TINY, torch.device("cpu")).has_surroundings


@pytest.mark.parametrize("size", [(16, 16), (7, 21)])
def test_generator_enlarges_pictures_of_any_size_four_times(size: tuple[int, int]) -> None:
    generated = Generator(TINY).eval()(torch.rand(2, 3, *size))
    assert generated.upsampled.shape == generated.refined.shape == (2, 3, size[0] * 4, size[1] * 4)


def test_generator_without_refinement_gives_the_same_picture_twice() -> None:
    generator = Generator(TINY, refine=False)
    generated = generator(torch.rand(2, 3, 16, 16))
    assert generated.refined is generated.upsampled
    assert not any(name.startswith("g2") for name, _ in generator.named_parameters())


def test_generator_with_a_global_skip_starts_as_bicubic_enlargement() -> None:
    low = torch.rand(2, 3, 16, 16)
    bicubic = nn.functional.interpolate(low, scale_factor=4, mode="bicubic")
    torch.testing.assert_close(Generator(TINY).eval()(low).refined, bicubic)


def test_a_crop_is_generated_the_same_alone_and_in_a_batch_once_training_is_over() -> None:
    generator = Generator(TINY)
    nn.init.normal_(generator.g1.tail.weight, 0, 0.1)
    generator(torch.rand(4, 3, 16, 16))
    generator.eval()
    low = torch.rand(4, 3, 16, 16)
    torch.testing.assert_close(generator(low).refined[:1], generator(low[:1]).refined, atol=1e-5, rtol=1e-5)


def test_a_second_stage_tells_the_heads_apart() -> None:
    class Sure(nn.Module):
        surroundings = None

        def forward(self, crops: torch.Tensor) -> DiscriminatorOutput:
            count = len(crops)
            return DiscriminatorOutput(
                torch.full((count,), -9.0), torch.full((count,), 9.0), torch.full((count, 4), 0.5)
            )

    networks = TorchStageNetworks(Generator(TINY), Sure(), TINY, torch.device("cpu"))  # type: ignore[arg-type]
    candidates = Detections.of([[10.0, 20, 30, 40]] * 3, [0.5] * 3)
    judgement = GanSecondStage(networks).judge(np.zeros((90, 90, 3), np.uint8), candidates)
    assert (judgement.face > 0.99).all() and (judgement.real < 0.01).all()
    np.testing.assert_allclose(judgement.boxes, [[20, 30, 20, 30]] * 3)  # the middle of the region
