"""What a result depends on beside the sound and the request: this version of the program, libraries and hardware."""

import platform
from functools import cache
from hashlib import blake2b
from pathlib import Path

import numpy as np
import torch

from samstudio import __version__
from samstudio.assets import asset

_COMPUTING = ("separation", "session", "dsp")
"""The packages whose code decides what comes out."""


def numeric_facts(device: torch.device) -> tuple[str, ...]:
    """What decides how numbers are rounded: versions, instructions, threads and the device."""
    threads = torch.get_num_threads()
    facts = (torch.__version__, np.__version__, platform.machine(), torch.backends.cpu.get_cpu_capability(), threads)
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else str(device)
    return (code_version(), *map(str, facts), name)


@cache
def code_version() -> str:
    """The program's version, and a digest of the code that computes and of the weights that come with it."""
    package, digest = Path(__file__).parents[2], blake2b(digest_size=16)
    code = (file for name in _COMPUTING for file in sorted((package / name).rglob("*.py")))
    for file in (*code, *sorted(asset("models").glob("*.safetensors")), *sorted(asset("words").glob("*"))):
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return f"{__version__} {digest.hexdigest()}"
