"""The `cluster` command: certificates, the scheduler, and what is connected to it."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from samstudio.cli.cluster.options import add_certificates, add_scheduler, check_extra, told_missing
from samstudio.cli.errors import Exit
from samstudio.cli.terminal.streams import print_out
from samstudio.separation.remote.address import PORT
from samstudio.separation.remote.certificates import default_folder, make_certificates

EPILOG = """\
Whoever has the certificates can run programs on all machines of the cluster: copy their folder over a connection that
nobody else reads. Instead of certificates, tcp://localhost:PORT may be the end of an ssh tunnel."""


def add_command(commands: Any) -> None:
    """Add `cluster`."""
    parser = commands.add_parser("cluster", help="set up and look at several machines that work together")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    certificates = actions.add_parser(
        "certificates", help="make certificates, once for all machines", epilog=EPILOG,
        description=f"Writes an authority, a certificate and its key into DIR (default {default_folder()}).",
    )  # fmt: skip
    certificates.add_argument("folder", nargs="?", type=Path, default=default_folder(), metavar="DIR")
    certificates.set_defaults(run=_action(write_certificates))
    scheduler = actions.add_parser("scheduler", help="hand out work, until it is interrupted")
    scheduler.add_argument(
        "--listen", default=f"tls://0.0.0.0:{PORT}", metavar="ADDRESS", help="tls://HOST:PORT (default %(default)s)"
    )
    add_certificates(scheduler)
    scheduler.set_defaults(run=_action(schedule))
    status = actions.add_parser("status", help="show the workers, their machines, engines and weights")
    add_scheduler(status, required=True)
    add_certificates(status)
    status.set_defaults(run=_action(show_status))


def _action(run: Callable[[argparse.Namespace], None]) -> Callable[[argparse.Namespace], int]:
    def checked(options: argparse.Namespace) -> int:
        check_extra()
        with told_missing():
            run(options)
        return Exit.DONE

    return checked


def write_certificates(options: argparse.Namespace) -> None:
    """Make certificates. Raises SeparationError."""
    made = make_certificates(options.folder)
    print_out(made.authority, made.certificate, made.key, sep="\n")


def schedule(options: argparse.Namespace) -> None:
    """Run a scheduler. Raises SeparationError, KeyboardInterrupt."""
    from samstudio.separation.remote.workers.services import run_scheduler

    run_scheduler(
        options.listen, options.certificates, lambda address: print_out(f"Listening at {address}.", flush=True)
    )


def show_status(options: argparse.Namespace) -> None:
    """Print a line for each worker. Raises SeparationError."""
    from samstudio.separation.remote.connection import connect
    from samstudio.separation.remote.machine import machines

    client = connect(options.scheduler, options.certificates)
    try:
        found = machines(client)
        busy = {worker: len(keys) for worker, keys in client.processing().items()}
    finally:
        client.close()
    print_out(f"{options.scheduler}: {len(found)} worker{'' if len(found) == 1 else 's'}")
    for machine in found:
        state = "working" if busy.get(machine.worker) else "idle"
        weights = ", ".join(machine.weights) or "none"
        print_out(f"{machine.host}: {machine.device}, {state}; engines {', '.join(machine.engines)}; weights {weights}")
