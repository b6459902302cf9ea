"""Parses the command line and runs the command; every error becomes one sentence and an exit code."""

import argparse
import contextlib
import json
import sys
from collections.abc import Sequence
from functools import partial
from typing import NoReturn

from samstudio import __version__
from samstudio.cli import batch, cache, doctor, listening_test, models, separate, window
from samstudio.cli.bundle import graphics
from samstudio.cli.cluster import cluster, worker
from samstudio.cli.errors import CommandError, Exit, unexpected
from samstudio.cli.stems import split
from samstudio.cli.terminal.streams import drop, flush_output, prepare_streams, settle_messages
from samstudio.separation.torch_libraries import prepare_threads

COMMANDS = {
    "open": window.add_open,
    "demo": window.add_demo,
    "separate": separate.add_command,
    "split": split.add_command,
    "batch": batch.add_command,
    "worker": worker.add_command,
    "cluster": cluster.add_command,
    "listening-test": listening_test.add_command,
    "cache": cache.add_command,
    "models": models.add_command,
    "graphics": graphics.add_command,
    "doctor": doctor.add_command,
}


class Parser(argparse.ArgumentParser):
    """An argument parser whose error message is one sentence."""

    def error(self, message: str) -> NoReturn:
        """Raise the error of wrong usage."""
        raise CommandError(Exit.USAGE, f"{message.rstrip('.')}; '{self.prog} --help' shows how it is used.")


def make_parser() -> Parser:
    """The parser of the whole command."""
    parser = Parser(
        prog="samstudio",
        description="Take one sound out of a recording: mark where it is heard, separate, audition, export.",
        epilog="'samstudio FILE...' opens the window on these files, 'samstudio' alone opens it empty. Exit codes: "
        "0 done, 2 wrong usage, 3 input can't be read, 4 engine, weights or display missing, 5 failed while "
        "separating, 6 can't write, 130 interrupted.",
    )
    parser.add_argument("--version", action="version", version=f"SAM Studio {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add_command in COMMANDS.values():
        add_command(commands)
    return parser


def with_command(arguments: Sequence[str]) -> list[str]:
    """The arguments with `open` inserted before a bare file name, and with `--span -1:2` joined to one word.

    argparse would take `-1:2` for an option.
    """
    words: list[str] = []
    for word in arguments:
        if words and words[-1] in ("--span", "--box") and word[:1] == "-" and word[1:2] in "0123456789.":
            words[-1] += f"={word}"
        else:
            words.append(word)
    return words if words and (words[0] in COMMANDS or words[0].startswith("-")) else ["open", *words]


def main(argv: Sequence[str] | None = None) -> int:
    """The `samstudio` command; the result is its exit code."""
    prepare_streams()
    prepare_threads()
    arguments = with_command(sys.argv[1:] if argv is None else argv)
    fail = partial(_fail, as_json="--json" in arguments)
    try:
        options = make_parser().parse_args(arguments)
        code = int(options.run(options))
        flush_output()
        return code
    except SystemExit as ended:  # --help and --version
        return int(ended.code or 0)
    except CommandError as error:
        return fail(error.code, str(error))
    except KeyboardInterrupt:
        return fail(Exit.INTERRUPTED, "Interrupted; no incomplete files were left.")
    except BrokenPipeError:
        # The reader of our output has closed it.
        drop(sys.stdout)
        return Exit.OUTPUT
    except Exception as error:  # noqa: BLE001 (a bug: logged, and reported in a sentence)
        return fail(Exit.UNEXPECTED, str(unexpected(error)))
    finally:
        settle_messages()


def _fail(code: Exit, text: str, *, as_json: bool) -> int:
    with contextlib.suppress(OSError):
        if as_json:
            print(json.dumps({"error": text, "code": int(code)}), flush=True)
    with contextlib.suppress(OSError):
        print(f"samstudio: {text}", file=sys.stderr, flush=True)
    return code
