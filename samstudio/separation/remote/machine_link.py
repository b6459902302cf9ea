"""The connection to a machine that the user has added, which is made when it is needed and kept."""

import threading
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from samstudio.separation.remote.address import parse_address
from samstudio.separation.remote.connection import connect
from samstudio.separation.remote.extra import ClusterError, require_extra
from samstudio.separation.remote.machine import Machine, machines
from samstudio.separation.remote.ssh_tunnel import SCHEME, SshTunnel, checked_target

if TYPE_CHECKING:
    from distributed import Client


@dataclass(frozen=True)
class MachineAddress:
    """A machine as the user has added it: what it is called, where its scheduler is, and the certificates for it."""

    title: str
    address: str
    certificates: Path


def checked_address(text: str) -> str:
    """A machine's address as it is kept, of its scheduler or for ssh. Raises ClusterError."""
    text = text.strip()
    return checked_target(text) if text.startswith(SCHEME) else parse_address(text)


class MachineLink:
    """At most one connection to a machine; any thread may ask for it."""

    def __init__(self, address: MachineAddress) -> None:
        self.address = address
        self._client: Client | None = None
        self._tunnel: SshTunnel | None = None
        self._lock = threading.Lock()
        self._name = f"samstudio-{uuid.uuid4().hex}"
        self._sent: set[tuple[str, str]] = set()

    def new_name(self) -> str:
        """For a task on the machine, by which this link knows it again."""
        return f"{self._name}-{uuid.uuid4().hex}"

    @property
    def title(self) -> str:
        """What the user calls the machine."""
        return self.address.title

    def client(self) -> "Client":
        """The connection, made anew where it was lost. Raises ClusterError."""
        with self._lock:
            if self._client is None or self._client.status != "running":
                self._client = connect(self._scheduler(), self.address.certificates)
            return self._client

    def _scheduler(self) -> str:
        """Where the scheduler is reached; opens the tunnel that leads to it, if one does."""
        if not self.address.address.startswith(SCHEME):
            return self.address.address
        # Without it nothing would be started there either.
        require_extra()
        if self._tunnel is None or not self._tunnel.is_open:
            self._tunnel = SshTunnel(self.address.address)
        return self._tunnel.address

    def worker_for(self, recording: str, client: "Client") -> str:
        """The address of the worker that shall get a recording, named by its digest. Raises ClusterError.

        The one that has least to do for others; among equals one that got that recording already, or the same one each
        time. What this link's own tasks do does not count: the one before may be about to end.
        """
        busy: dict[str, int] = {
            worker: sum(not str(key).startswith(self._name) for key in keys)
            for worker, keys in client.processing().items()
        }
        if not busy:
            raise self._without_workers()
        chosen = min(busy, key=lambda worker: (busy[worker], (recording, worker) not in self._sent, worker))
        self._sent.add((recording, chosen))
        return chosen

    def machines(self) -> tuple[Machine, ...]:
        """What its workers have: there is at least one. Raises ClusterError."""
        found = machines(self.client())
        if not found:
            raise self._without_workers()
        return found

    def _without_workers(self) -> ClusterError:
        return ClusterError(f"{self.title} has no workers: 'samstudio worker' starts them.")

    def drop(self) -> None:
        """Let go of a connection that is of no use any more."""
        with self._lock:
            client, self._client = self._client, None
            tunnel, self._tunnel = self._tunnel, None
        if client is not None:
            with suppress(Exception):
                client.close(timeout=1)
        if tunnel is not None:
            tunnel.close()
