"""The device that an engine computes on, its type, its name and its memory.

CUDA is NVIDIA's and, in PyTorch's builds for ROCm, AMD's cards; MPS is Apple's.
"""

import os

import torch

from samstudio.separation.engine import SeparationError

BFLOAT16_ON_AMD = ("gfx908", "gfx90a", "gfx94", "gfx95", "gfx11", "gfx12")
"""Architectures with matrix instructions for bfloat16 (CDNA from the first, RDNA from the third generation on)."""
APPLE_MEMORY_RAN_OUT = "MPS backend out of memory"
"""How the error begins that PyTorch raises for Apple's cards, where others raise OutOfMemoryError."""


def choose_device(name: str, *, apple: bool = True) -> torch.device:
    """The torch device of a setting. Raises SeparationError for an unknown or missing one.

    `apple`: whether the engine runs on Apple's cards; where it does not, the CPU takes their place.
    """
    has_apple = torch.backends.mps.is_available()
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "mps" if has_apple else "cpu"
    try:
        device = torch.device(name)
    except RuntimeError:
        device = torch.device("meta")
    if device.type not in ("cpu", "cuda", "mps"):
        raise SeparationError(f"There is no device called '{name}': choose auto, cpu, cuda, cuda:N or mps.")
    count = {"cuda": torch.cuda.device_count(), "mps": int(has_apple), "cpu": 1}[device.type]
    if (device.index or 0) >= count:
        raise SeparationError(f"PyTorch finds no device '{name}' on this machine: choose auto or cpu.")
    return torch.device("cpu") if device.type == "mps" and not apple else device


def has_fast_bfloat16(device: torch.device) -> bool:
    """Whether a graphics card multiplies bfloat16 faster than float32."""
    if device.type == "mps":
        # Since macOS 14 there are such products on every Apple chip; a trial shows it, whatever the version says.
        return _multiplies_bfloat16(device)
    if torch.version.hip:
        architecture = str(getattr(torch.cuda.get_device_properties(device), "gcnArchName", ""))
        return architecture.startswith(BFLOAT16_ON_AMD)
    major, _ = torch.cuda.get_device_capability(device)
    return major >= 8


def _multiplies_bfloat16(device: torch.device) -> bool:
    try:
        ones = torch.ones(8, 8, dtype=torch.bfloat16, device=device)
        return bool((ones @ ones == 8).all())
    except (RuntimeError, TypeError):
        return False


def free_memory(device: torch.device) -> int:
    """Bytes that the device has free; 0 where the system does not say."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        return free
    if device.type == "mps":
        return max(0, torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory())
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # not on Windows
        return 0


def whole_memory(device: torch.device) -> int:
    """Bytes that the device has, free or not; 0 where the system does not say."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[1]
    try:
        # Apple's cards share the processor's.
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # not on Windows
        return 0


def empty_cache() -> None:
    """Give memory that PyTorch keeps for later back to the graphics card."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that a device's memory ran out."""
    return isinstance(error, torch.OutOfMemoryError) or str(error).startswith(APPLE_MEMORY_RAN_OUT)


def device_title(device: torch.device) -> str:
    """`the CPU`, `the Apple graphics card`, or the name of the card."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return "the Apple graphics card" if device.type == "mps" else "the CPU"


def use_threads(count: int) -> None:
    """Let torch compute on so many threads from now on: sums are split by their number, and so rounded differently."""
    torch.set_num_threads(count)
