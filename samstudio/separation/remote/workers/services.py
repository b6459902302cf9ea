"""A scheduler and workers that run until they are stopped."""

import _thread
import asyncio
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from samstudio.separation.remote.address import parse_address, security_for
from samstudio.separation.remote.connection import connect
from samstudio.separation.remote.extra import ClusterError, require_extra
from samstudio.separation.remote.workers.worker_processes import LOCAL_HTTP, SETTINGS, worker_options
from samstudio.session.text.quoting import one_line

if TYPE_CHECKING:
    from distributed.core import Server

START_SECONDS = 120
"""That a worker process may take until it is connected: a slow disk has to load torch."""


def run_scheduler(address: str, certificates: Path, ready: Callable[[str], None]) -> None:
    """A scheduler that listens at `address` until it is interrupted. Raises ClusterError, KeyboardInterrupt.

    `ready` is called with the address once it listens; port 0 is any that is free.
    """
    address = parse_address(address)
    require_extra()
    security = security_for(address, certificates)
    import dask
    from distributed import Scheduler

    parts = urlsplit(address)

    async def serve() -> None:
        scheduler = Scheduler(
            host=parts.hostname, port=parts.port, protocol=parts.scheme, security=security, dashboard=False,
            dashboard_address=LOCAL_HTTP,
        )  # fmt: skip
        try:
            await _until_stopped([scheduler], lambda: ready(scheduler.address))
        except (OSError, RuntimeError) as error:
            # Dask's own error has the system's behind it.
            reason = error if isinstance(error, OSError) else error.__cause__
            why = f" ({reason.strerror})" if isinstance(reason, OSError) and reason.strerror else ""
            raise ClusterError(
                f"Nothing can listen at {address}{why}: is that a free port, and a name or number of this machine?"
            ) from error

    with dask.config.set(SETTINGS):
        asyncio.run(serve())


def run_workers(
    address: str,
    certificates: Path,
    count: int,
    own_cards: Sequence[str],
    ready: Callable[[], None],
    threads: int | None = None,
) -> None:
    """`count` workers for a scheduler, which share the cores and the graphics cards, until they are interrupted.

    Each has so many `threads`, or its share of the cores. `ready` is called once all are connected. Raises ClusterError
    where the scheduler is not reached, or is lost; KeyboardInterrupt.
    """
    # Says in a sentence why it cannot be reached, and compares versions before anything runs here.
    connect(address, certificates).close()
    address = parse_address(address)
    security = security_for(address, certificates)
    import dask
    from distributed import Nanny

    async def serve() -> None:
        workers = [
            Nanny(address, security=security, death_timeout=START_SECONDS, **options)
            for options in worker_options(count, own_cards, threads)
        ]
        try:
            await _until_stopped(workers, ready)
        except RuntimeError as error:
            raise ClusterError(
                f"The workers could not be started: {one_line(str(error.__cause__ or error))}"
            ) from error
        raise ClusterError(f"The scheduler {address} was lost.")

    with dask.config.set(SETTINGS):
        asyncio.run(serve())


def run_alone(
    port: int, count: int, own_cards: Sequence[str], ready: Callable[[str], None], threads: int | None = None
) -> None:
    """A scheduler at a port of this machine, and its workers, until standard input ends: for a tunnel through ssh.

    Each worker has so many `threads`, or its share of the cores. `ready` is called with the address once all are
    connected. Raises ClusterError, KeyboardInterrupt.
    """
    require_extra()
    import dask
    from distributed import Nanny, Scheduler

    local = {"host": "127.0.0.1", "protocol": "tcp", "dashboard_address": LOCAL_HTTP, "dashboard": False}

    async def serve() -> None:
        try:
            async with Scheduler(port=port, **local) as scheduler:
                workers = [
                    Nanny(scheduler.address, death_timeout=START_SECONDS, **{**options, **local})
                    for options in worker_options(count, own_cards, threads)
                ]
                threading.Thread(target=_interrupt_at_end_of_input, daemon=True).start()
                await _until_stopped(workers, lambda: ready(scheduler.address))
        except OSError as error:
            raise ClusterError(f"Nothing can listen at port {port} ({error.strerror or error}).") from error

    with dask.config.set(SETTINGS):
        asyncio.run(serve())


def _interrupt_at_end_of_input() -> None:
    with suppress(OSError, ValueError):
        while sys.stdin.readline():
            pass
    _thread.interrupt_main(signal.SIGTERM)


async def _until_stopped(servers: Sequence["Server"], ready: Callable[[], None]) -> None:
    """Start servers and close them at the end. Returns when they end by themselves; KeyboardInterrupt otherwise."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def interrupt(*_signal: Any) -> None:
        loop.call_soon_threadsafe(stop.set)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    stopped = asyncio.ensure_future(stop.wait())
    try:
        if await _first(asyncio.gather(*servers), stopped):
            ready()
            await _first(asyncio.gather(*(server.finished() for server in servers)), stopped)
    finally:
        await asyncio.gather(*(server.close() for server in servers), return_exceptions=True)
    if stopped.done():
        raise KeyboardInterrupt


async def _first(work: "asyncio.Future[Any]", stopped: "asyncio.Future[Any]") -> bool:
    """Wait for either; whether it was the work, whose exceptions are raised."""
    await asyncio.wait((work, stopped), return_when=asyncio.FIRST_COMPLETED)
    if not work.done():
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        return False
    work.result()
    return True
