"""Addresses of schedulers: encrypted, or on this machine only."""

import ipaddress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from samstudio.separation.remote.certificates import Certificates
from samstudio.separation.remote.extra import ClusterError
from samstudio.session.text.quoting import quoted

if TYPE_CHECKING:
    from distributed import Security

PORT = 8786
"""That a scheduler listens on unless told otherwise; Dask's own."""


def parse_address(text: str) -> str:
    """`tls://HOST:PORT`, where scheme and port may be left out. Raises ClusterError.

    `tcp://` is for this machine alone, such as the end of a tunnel.
    """
    scheme, found, rest = text.strip().partition("://")
    if not found:
        scheme, rest = "tls", scheme
    try:
        parts = urlsplit(f"//{rest}")
        host, port = parts.hostname, PORT if parts.port is None else parts.port
    except ValueError:
        host, port = None, 0
    if scheme not in ("tls", "tcp") or not host or rest != parts.netloc or parts.username is not None:
        raise ClusterError(f"A scheduler's address is written tls://HOST:PORT, not {quoted(text, 60)}.")
    if scheme == "tcp" and not is_loopback(host):
        raise ClusterError(
            f"Whoever reaches tcp://{host} could run programs there: use tls://{host}:{port} with certificates "
            "('samstudio cluster certificates'), or a tunnel to this machine."
        )
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def is_loopback(host: str) -> bool:
    """Whether a host's name or number is this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def security_for(address: str, folder: Path) -> "Security | None":
    """What connections to that address are secured with; None for those inside this machine. Raises ClusterError."""
    return Certificates(folder).security() if address.startswith("tls://") else None
