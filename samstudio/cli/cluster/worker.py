"""The `worker` command: lends this machine to a scheduler."""

import argparse
import re
from typing import Any

from samstudio.cli.cluster.options import (
    add_certificates,
    add_scheduler,
    add_threads,
    check_extra,
    parse_workers,
    told_missing,
)
from samstudio.cli.errors import CommandError, Exit
from samstudio.cli.terminal.streams import print_out
from samstudio.separation.remote.ssh_tunnel import READY


def add_command(commands: Any) -> None:
    """Add `worker`."""
    parser = commands.add_parser(
        "worker",
        help="do the work of a scheduler on this machine",
        description="Runs until it is interrupted or the scheduler ends.",
    )
    where = parser.add_mutually_exclusive_group(required=True)
    add_scheduler(where, required=False)
    where.add_argument(
        "--listen", type=parse_port, metavar="PORT",
        help="of this machine alone, for a tunnel: a scheduler of its own, until standard input ends",
    )  # fmt: skip
    add_certificates(parser)
    parser.add_argument(
        "--gpus", type=parse_gpus, default="all", metavar="all|none|0,1",
        help="the graphics cards to use, by CUDA's numbers (default all)",
    )  # fmt: skip
    parser.add_argument(
        "--workers", type=parse_workers, metavar="N",
        help="how many processes share the cores and the cards (default one for each card, one without cards)",
    )  # fmt: skip
    add_threads(parser, "default its share of the cores")
    parser.set_defaults(run=work)


def parse_gpus(text: str) -> str:
    """Which graphics cards. Raises ArgumentTypeError."""
    if not re.fullmatch(r"all|none|\d{1,3}(,\d{1,3})*", text):
        raise argparse.ArgumentTypeError("graphics cards are all, none, or numbers such as 0,1")
    return text


def parse_port(text: str) -> int:
    """A port that needs no privileges. Raises ArgumentTypeError."""
    if not text.isdecimal() or not 1024 <= int(text[:6]) <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 1024 to 65535")
    return int(text)


def work(options: argparse.Namespace) -> int:
    """Run workers. Raises CommandError."""
    check_extra()
    from samstudio.separation.remote.workers.services import run_alone, run_workers
    from samstudio.separation.remote.workers.worker_processes import cards

    def ready() -> None:
        name = f"{count} workers" if count > 1 else "a worker"
        print_out(f"Connected to {options.scheduler} with {name}; Ctrl+C ends.", flush=True)

    found = () if options.gpus == "none" else cards()
    chosen = found if options.gpus in ("all", "none") else tuple(dict.fromkeys(options.gpus.split(",")))
    if lacking := [card for card in chosen if card not in found]:
        raise CommandError(Exit.MISSING, f"PyTorch finds no graphics card {', '.join(lacking)} on this machine.")
    count = options.workers or max(1, len(chosen))
    with told_missing():
        if options.listen is not None:
            run_alone(
                options.listen,
                count,
                chosen,
                lambda address: print_out(f"{READY}{address}.", flush=True),
                options.threads,
            )
        else:
            run_workers(options.scheduler, options.certificates, count, chosen, ready, options.threads)
    return Exit.DONE
