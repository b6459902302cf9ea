"""What a machine of a cluster has: asked on its worker, in plain values."""

import os
import platform
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from samstudio.separation.models.inventory import all_parts
from samstudio.separation.registry import engines

if TYPE_CHECKING:
    from distributed import Client


@dataclass(frozen=True)
class Machine:
    """A worker's machine: its graphics card, bytes of memory (of the card, else its own), engines, ready weights."""

    worker: str
    """The address of its worker."""
    host: str
    card: str
    """Empty where it has none of its own."""
    memory: int
    engines: tuple[str, ...]
    weights: tuple[str, ...]

    @property
    def device(self) -> str:
        """Card or processor, and memory where it is known."""
        return ", ".join([self.card or "CPU", *([f"{self.memory / 2**30:.0f} GB"] if self.memory else [])])


def describe_machine() -> dict[str, Any]:
    """Runs on a worker: what a Machine is made of."""
    import torch

    card, memory = "", _memory()
    if torch.cuda.is_available():
        card, memory = torch.cuda.get_device_name(0), torch.cuda.get_device_properties(0).total_memory
    elif torch.backends.mps.is_available():
        card = f"Apple {platform.processor()}"
    parts = [part.name for part in all_parts() if part.is_ready]
    return {
        "host": socket.gethostname(),
        "card": card,
        "memory": memory,
        "engines": [info.name for info in engines()],
        "weights": parts,
    }


def machines(client: "Client") -> tuple[Machine, ...]:
    """The machines of all workers, by host."""
    found: Mapping[str, Any] = client.run(describe_machine, on_error="ignore")
    return tuple(
        sorted(
            (
                Machine(
                    worker,
                    str(facts["host"]),
                    str(facts["card"]),
                    int(facts["memory"]),
                    tuple(map(str, facts["engines"])),
                    tuple(map(str, facts["weights"])),
                )
                for worker, facts in found.items()
            ),
            key=lambda machine: (machine.host, machine.worker),
        )
    )


def _memory() -> int:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # not on Windows
        return 0
