"""Worker processes of this command alone, on this machine, with a scheduler of their own."""

from collections.abc import Sequence
from contextlib import ExitStack

from samstudio.separation.remote.extra import require_extra
from samstudio.separation.remote.workers.worker_pool import WorkerPool
from samstudio.separation.remote.workers.worker_processes import LOCAL_HTTP, SETTINGS, worker_options


def local_pool(count: int, own_cards: Sequence[str], threads: int | None = None) -> WorkerPool:
    """A pool of `count` processes, which end with it, of so many threads each.

    Raises UnavailableError without the extra.
    """
    require_extra()
    import dask
    from distributed import Client, Nanny, Scheduler, Security, SpecCluster

    # Other users of this machine reach its ports too.
    shared = {"security": Security.temporary(), "host": "127.0.0.1", "protocol": "tls://"}
    scheduler = {**shared, "port": 0, "dashboard": False, "dashboard_address": LOCAL_HTTP}
    workers = {
        number: {"cls": Nanny, "options": {**shared, **options}}
        for number, options in enumerate(worker_options(count, own_cards, threads))
    }
    with ExitStack() as resources:
        resources.enter_context(dask.config.set(SETTINGS))
        cluster = resources.enter_context(
            SpecCluster(
                workers, {"cls": Scheduler, "options": scheduler}, security=shared["security"], silence_logs=False
            )
        )
        client = Client(cluster, security=shared["security"], set_as_default=False)
        return WorkerPool(client, resources.pop_all())
