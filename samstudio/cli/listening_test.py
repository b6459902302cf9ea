"""The `listening-test` command: what the answers in a folder say so far."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from samstudio.cli.errors import CommandError, Exit
from samstudio.cli.terminal.streams import print_out
from samstudio.session.comparing.listening_test import mean_ratings, preferences, summary_lines
from samstudio.storage.json_values import SessionError
from samstudio.storage.listening_folder import TABLE, ListeningFolder

EPILOG = f"""\
DIR holds a folder for each engine or setting, with sound files of the same names in them (as 'separate' and 'batch'
write them: <name>_target), and may hold the recordings in one called 'reference'. The test itself is done in the
window: Takes > Listening test over a folder. All answers of all listeners are in DIR/{TABLE}, a line for each."""


def add_command(commands: Any) -> None:
    """Add `listening-test`."""
    parser = commands.add_parser(
        "listening-test",
        help="what listeners preferred in a blind test over a folder",
        description="Prints who preferred what, with 95 % intervals.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--json", action="store_true", help="print the numbers as one JSON object")
    parser.set_defaults(run=summarise)


def summarise(options: argparse.Namespace) -> int:
    """Print what the answers say."""
    try:
        results, unreadable = ListeningFolder(options.folder).read()
    except SessionError as error:
        raise CommandError(Exit.INPUT, str(error)) from error
    if options.json:
        numbers = {
            "answers": len(results),
            "unreadable_lines": unreadable,
            "preferences": [
                {**asdict(found), "share": found.share, "chance": found.chance} for found in preferences(results)
            ],
            "ratings": [asdict(found) for found in mean_ratings(results)],
        }
        print_out(json.dumps(numbers))
    else:
        print_out(*summary_lines(results, unreadable), sep="\n")
    return Exit.DONE
