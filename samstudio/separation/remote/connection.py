"""A connection to a scheduler, with one sentence for each way in which it can fail."""

import socket
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from samstudio.separation.remote.address import parse_address, security_for
from samstudio.separation.remote.extra import ClusterError, require_extra

if TYPE_CHECKING:
    from distributed import Client

ANSWER_SECONDS = 5
"""How long an address may take to answer."""
TIMEOUTS = {"distributed.comm.timeouts.connect": ANSWER_SECONDS, "distributed.comm.timeouts.tcp": 12}
"""In seconds, for every connection from here: how long a line may say nothing before it counts as lost (Dask allows 11
and more)."""
ALIKE = ("samstudio", "distributed", "dask", "msgpack", "cloudpickle", "python")
"""What must have the same version everywhere; of Python the first two numbers."""


def connect(address: str, certificates: Path) -> "Client":
    """A client of the scheduler at that address, whose versions were compared. Raises ClusterError."""
    address = parse_address(address)
    require_extra()
    security = security_for(address, certificates)
    import dask
    from distributed import Client

    try:
        dask.config.set(TIMEOUTS)
        client = Client(address, security=security, timeout=ANSWER_SECONDS, set_as_default=False)
    except (OSError, TimeoutError) as error:
        raise ClusterError(_unreachable(address)) from error
    try:
        compare_versions(client.get_versions(packages=["samstudio"]))
    except BaseException:
        client.close()
        raise
    return client


def _unreachable(address: str) -> str:
    """Why there is no connection: whether anything listens there at all tells which of both it is."""
    parts = urlsplit(address)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 0), ANSWER_SECONDS).close()
    except OSError as refused:
        return f"Nothing answers at {address} ({refused.strerror or refused}): is its scheduler running?"
    how = "these certificates" if parts.scheme == "tls" else "a connection without certificates"
    return f"{address} does not accept {how}: both sides need the same ones."


def compare_versions(found: Mapping[str, Any]) -> None:
    """Compare what scheduler and workers run with what runs here. Raises ClusterError that names what differs."""
    here = found["client"]["packages"]
    others = {"the scheduler": found["scheduler"], **found["workers"]}
    for name, facts in others.items():
        there = facts["packages"] if facts else {}
        for package in ALIKE:
            ours, theirs = (_version(package, packages) for packages in (here, there))
            if ours != theirs:
                title = {"samstudio": "SAM Studio", "python": "Python"}.get(package, package)
                raise ClusterError(
                    f"{name.capitalize() if name.startswith('the') else name} runs {title} {theirs} and this machine "
                    f"{ours}: install the same version on all machines."
                )


def _version(package: str, packages: Mapping[str, str | None]) -> str:
    found = packages.get(package) or "of an unknown version"
    return ".".join(found.split(".")[:2]) if package == "python" else found
