"""Whether the extra `cluster` is installed; nothing of it is imported before."""

import os
from importlib.util import find_spec

from samstudio.assets import how_to_get
from samstudio.separation.engine import SeparationError, UnavailableError

SILENT = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"nowhere": {"class": "logging.NullHandler"}},
    "loggers": {name: {"handlers": ["nowhere"], "propagate": False} for name in ("distributed", "tornado", "asyncio")},
}
"""How Dask shall set up logging when it is imported, here and in child processes, which read it from the environment:
what it says about workers and schedulers that come and go would stand among a command's own messages. By the short way
of setting levels, some of its loggers would keep their own."""


class ClusterError(SeparationError):
    """Machines that cannot be reached or used; the text says why and what to do."""


class LineLostError(ClusterError):
    """A machine was lost while it worked; what came before is good."""


def require_extra() -> None:
    """Raises UnavailableError with the command that installs what is missing."""
    if find_spec("distributed") is None or find_spec("cryptography") is None:
        raise UnavailableError(
            f"Workers in other processes and on other machines need the extra 'cluster': {how_to_get('cluster')}."
        )
    os.environ.setdefault("DASK_LOGGING", repr(SILENT))
