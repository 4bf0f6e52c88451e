"""Devices and processes of a training."""

from __future__ import annotations

import os
from typing import Any, Literal

import torch
from lightning_fabric import Fabric, plugins
from lightning_fabric.accelerators.accelerator import Accelerator
from lightning_fabric.strategies.single_device import SingleDeviceStrategy

from tinyface_core.device import choose_device
from tinyface_core.types import UserError

Precision = Literal["32-true", "bf16-mixed", "16-mixed"]
"""Arithmetic of a training, as lightning-fabric names it."""


def training_fabric(device: str = "auto", precision: Precision = "32-true", idle_networks: bool = False) -> Fabric:
    """The devices and processes of a training; torchrun's environment variables give the number of processes.

    Several processes use all devices of the kind of `device`; DistributedDataParallel must know whether some steps do
    not use all networks.

    Raises:
        UserError: if this machine has no such device, or the device does not support several processes.
    """
    chosen = choose_device(device)
    here, machines = (int(os.environ.get(name, "1")) for name in ("LOCAL_WORLD_SIZE", "GROUP_WORLD_SIZE"))
    if here * machines == 1:
        if chosen.type == "xpu":
            return _xpu_fabric(chosen, precision)
        devices = 1 if chosen.index is None else [chosen.index]
        return Fabric(accelerator=chosen.type, devices=devices, precision=precision)
    if chosen.type not in ("cuda", "cpu") or ":" in device:
        raise UserError(f"Several processes cannot share {device}: choose auto, cuda or cpu, or start one process.")
    strategy = "ddp_find_unused_parameters_true" if idle_networks else "ddp"
    return Fabric(accelerator=chosen.type, strategy=strategy, devices=here, num_nodes=machines, precision=precision)


def _xpu_fabric(device: torch.device, precision: Precision) -> Fabric:
    # By itself, lightning-fabric would use mixed precision of the CPU here.
    plugin = plugins.Precision() if precision == "32-true" else plugins.MixedPrecision(precision, "xpu")
    strategy = SingleDeviceStrategy(device)
    return Fabric(accelerator=_XpuAccelerator(), strategy=strategy, devices=[device.index or 0], plugins=plugin)


class _XpuAccelerator(Accelerator):
    """Intel GPUs, which lightning-fabric does not support."""

    def setup_device(self, device: torch.device) -> None:
        torch.xpu.set_device(device)

    def teardown(self) -> None:
        torch.xpu.empty_cache()

    @staticmethod
    def parse_devices(devices: Any) -> Any:
        return devices

    @staticmethod
    def get_parallel_devices(devices: Any) -> list[torch.device]:
        return [torch.device("xpu", index) for index in devices]

    @staticmethod
    def auto_device_count() -> int:
        return torch.xpu.device_count()

    @staticmethod
    def is_available() -> bool:
        return torch.xpu.is_available()

    @staticmethod
    def name() -> str:
        return "xpu"
