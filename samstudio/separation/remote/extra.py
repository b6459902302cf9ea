"""Whether the extra `cluster` is installed; nothing of it is imported before."""

import os
from importlib.util import find_spec

from samstudio.separation.engine import SeparationError, UnavailableError


class ClusterError(SeparationError):
    """Machines that cannot be reached or used; the text says why and what to do."""


class LineLostError(ClusterError):
    """A machine was lost while it worked; what came before is good."""


def require_extra() -> None:
    """Raises UnavailableError with the command that installs what is missing."""
    if find_spec("distributed") is None or find_spec("cryptography") is None:
        raise UnavailableError(
            "Workers in other processes and on other machines need the extra 'cluster': pip install "
            "'samstudio[cluster]'."
        )
    # Its warnings about workers that come and go would stand among a command's own messages. Child processes read
    # this too, and so does everything before its first import.
    os.environ.setdefault("DASK_LOGGING__DISTRIBUTED", "critical")
