"""A machine reached through ssh: a worker is started there, and a port of this machine leads to it."""

import re
import secrets
import socket
import subprocess
import tempfile
import threading
from contextlib import suppress

from samstudio.separation.remote.extra import ClusterError
from samstudio.session.text.quoting import one_line, quoted

SCHEME = "ssh://"
READY = "Listening at "
"""How the line begins that the other side prints when it can be used."""
START_SECONDS = 120
_NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""On Windows alone, which opens one for each program that is started."""
_TARGET = re.compile(r"(?P<host>(?:[\w.-]+@)?\w[\w.-]*)(?::(?P<port>\d{1,5}))?")


def checked_target(address: str) -> str:
    """`ssh://[USER@]HOST[:PORT]`. Raises ClusterError."""
    if not _TARGET.fullmatch(address.removeprefix(SCHEME)):
        raise ClusterError(
            f"A machine behind ssh is written ssh://HOST or ssh://USER@HOST:PORT, not {quoted(address)}."
        )
    return address


class SshTunnel:
    """The ssh process; the worker there ends with it. Keys and names are those of the user's own ssh."""

    def __init__(self, address: str) -> None:
        """Start it, and wait until it can be used. Raises ClusterError."""
        match = _TARGET.fullmatch(checked_target(address).removeprefix(SCHEME))
        host, port = (match["host"], match["port"]) if match else ("", None)
        # Nobody can ask there which port is free before the tunnel is up.
        there, here = 20000 + secrets.randbelow(40000), _free_port()
        self.address = f"tcp://127.0.0.1:{here}"
        options = ["-T", "-o", "BatchMode=yes", "-o", "ExitOnForwardFailure=yes", *(["-p", port] if port else [])]
        lead = f"127.0.0.1:{here}:127.0.0.1:{there}"
        command = ["ssh", *options, "-L", lead, host, "samstudio", "worker", "--listen", str(there)]
        # A pipe that nobody reads would stop it one day.
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the tunnel)
        try:
            self._process = subprocess.Popen(  # noqa: S603 (the host's name was checked)
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said, text=True,
                encoding="utf-8", errors="replace", creationflags=_NO_WINDOW,
            )  # fmt: skip
        except OSError as error:
            raise ClusterError(f"ssh cannot be started ({error.strerror}): is it installed?") from error
        watch = threading.Timer(START_SECONDS, self._process.kill)
        watch.start()
        try:
            self._wait_until_ready(host)
        finally:
            watch.cancel()

    def _wait_until_ready(self, host: str) -> None:
        if self._process.stdout is not None and self._process.stdout.readline().startswith(READY):
            return
        self._process.kill()
        self._process.wait()
        self._said.seek(0)
        lines = self._said.read().decode(errors="replace").strip().splitlines() or ["it did not say why"]
        self.close()
        raise ClusterError(f"No worker could be started on {host} through ssh: {one_line(lines[-1])}")

    @property
    def is_open(self) -> bool:
        """Whether ssh still runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """End ssh, and with it the worker there."""
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(2)
        for stream in (self._process.stdin, self._process.stdout, self._said):
            if stream is not None:
                with suppress(OSError):
                    stream.close()


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])
