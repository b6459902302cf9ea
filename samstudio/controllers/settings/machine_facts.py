"""What this computer separates on, for the page that a newcomer sees first."""

import os
from collections.abc import Generator


def describe_machine() -> Generator[str, None, None]:
    """A job that yields `Separates on the CPU, 8 cores, 24 GB of memory`. It loads torch."""
    from samstudio.separation.devices import choose_device, device_title, whole_memory

    device = choose_device("auto")
    cores = f", {os.cpu_count()} cores" if device.type == "cpu" else ""
    size = whole_memory(device)
    memory = f", {size / 2**30:.0f} GB of memory" if size else ""
    yield f"Separates on {device_title(device)}{cores}{memory}"
