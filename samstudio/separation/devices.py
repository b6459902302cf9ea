"""The device that an engine computes on."""

import torch

from samstudio.separation.engine import SeparationError


def choose_device(name: str) -> torch.device:
    """The torch device of a setting. Raises SeparationError for an unknown or missing one."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError:
        device = torch.device("meta")
    if device.type not in ("cpu", "cuda"):
        raise SeparationError(f"There is no device called '{name}': choose auto, cpu, cuda or cuda:N.")
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise SeparationError(f"PyTorch finds no device '{name}' on this machine: choose auto or cpu.")
    return device
