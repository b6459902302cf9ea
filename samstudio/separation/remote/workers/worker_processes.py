"""Worker processes: how each is told which graphics card and how many threads are its own."""

import os
import socket
from collections.abc import Sequence
from typing import Any

THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
CARDS_VARIABLE = "CUDA_VISIBLE_DEVICES"
LOCAL_HTTP = "127.0.0.1:0"
SETTINGS = {
    # A worker has nothing in its hands but what it is at, so that its loss costs nothing else.
    "distributed.scheduler.worker-saturation": 1.0,
    # Pages without a password.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    # Statistics that nobody looks at, taken 50 to 100 times a second: they cost an idle worker 2.5 % of a core.
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "1s",
}
"""Of Dask, for everything that is started here."""


def cores() -> int:
    """How many of the machine's cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on Windows and macOS
        return os.cpu_count() or 1


def cards() -> tuple[str, ...]:
    """What CUDA_VISIBLE_DEVICES may be set to, one graphics card each; empty without cards that CUDA reaches."""
    import torch

    count = torch.cuda.device_count()
    named = os.environ.get(CARDS_VARIABLE, "").split(",") if os.environ.get(CARDS_VARIABLE) else []
    return tuple(named[:count]) if named else tuple(map(str, range(count)))


def worker_options(count: int, own_cards: Sequence[str], threads: int | None = None) -> list[dict[str, Any]]:
    """For each of `count` worker processes what Dask's Nanny, which starts it again if it is killed, is given.

    The cores are shared out, unless the `threads` of each are given; so are the cards, where there are any.
    """
    threads = threads or max(1, cores() // count)
    options = []
    for number in range(count):
        environment = dict.fromkeys(THREAD_VARIABLES, str(threads))
        name = f"{socket.gethostname()}-{os.getpid()}-{number}"
        if own_cards:
            environment[CARDS_VARIABLE] = own_cards[number % len(own_cards)]
        options.append(
            {
                # Engines use the cores themselves, and a second job at a time would need its memory twice.
                "nthreads": 1,
                "name": name,
                "env": environment,
                # Sound lies in files mapped into memory, which Dask would count as used.
                "memory_limit": None,
                "dashboard": False,
                "dashboard_address": LOCAL_HTTP,
            }
        )
    return options
