"""The `models` command: list, add, check and remove the weights of all engines."""

import argparse
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from getpass import getpass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from samstudio.audio.regular_file import open_regular
from samstudio.cli.errors import CommandError, Exit, sigterm_as_interrupt
from samstudio.cli.terminal.streams import print_out
from samstudio.separation.engine import Progress, SeparationError
from samstudio.separation.models import check, store
from samstudio.separation.models.catalogue import KNOWN, SHIPPED, KnownModel, Role, family_of, known_model
from samstudio.separation.models.entries import (
    DiskError,
    PartState,
    StoredModel,
    find_entry,
    library_folder,
    read_entries,
)
from samstudio.separation.models.inventory import all_parts
from samstudio.separation.registry import engines

HELPS = {
    Role.CODEC: "It turns sound into what it works on, and back, with its codec",
    Role.TEXT: "It understands words with its text encoder",
    Role.SPANS: "It finds spans by itself with its span predictor",
}
_MOST_TOKEN_BYTES = 10_000
STOPPED_CHECKING = "Stopped before all of the weights were read: the list of models is as it was."
STOPPED_LOADING = "Stopped; the downloaded part is kept, and 'samstudio models add {name}' continues it."
COLUMNS = "{:<20} {:<12} {:>8} {:>8}  {}"


def add_command(commands: Any) -> None:
    """Add `models` with its four commands."""
    titles = " and ".join(info.title for info in engines() if family_of(info.name))
    text = f"list, add, check and remove {titles} weights"
    parser = commands.add_parser("models", help=text, description=f"{text[0].upper()}{text[1:]}.")
    parser.set_defaults(run=show_list, access=False)
    subcommands = parser.add_subparsers(title="commands", description="Without one: list.", metavar="COMMAND")

    listing = subcommands.add_parser("list", help="which parts there are, which are on this computer, and their sizes")
    listing.add_argument("--access", action="store_true", help="ask the hub what this account may download")
    listing.set_defaults(run=show_list)

    add = subcommands.add_parser("add", help="download a part from the hub, or name a folder or file of your own")
    add.add_argument(
        "parts",
        nargs="+",
        metavar="ID|FOLDER|FILE",
        help="such as small, t5-base, owner/name, owner/name:file.safetensors, ~/weights",
    )
    add.add_argument("--name", default="", help="what to call your own folder or file (default: its name)")
    add.add_argument(
        "--token",
        help="of the hub, used now and not kept; other users can see it while the command runs: better are "
        "--token-file, HF_TOKEN or 'hf auth login'",
    )
    add.add_argument(
        "--token-file", type=Path, metavar="FILE", help="a file with the token; with - it is asked for and not shown"
    )
    add.set_defaults(run=add_parts)

    checked = subcommands.add_parser(
        "check", help="whether the keys and shapes of the weights are those of their config.json"
    )
    checked.add_argument("part", metavar="ID|FOLDER|FILE")
    checked.set_defaults(run=check_part)

    remove = subcommands.add_parser("remove", help="delete a download; a folder of your own is only taken off the list")
    remove.add_argument("part", metavar="ID|NAME")
    remove.set_defaults(run=remove_part)


def show_list(options: argparse.Namespace) -> int:
    """Print every known part and every added one."""
    with _command_errors():
        entries = read_entries()
        print_out(COLUMNS.format("NAME", "STATE", "DISK", "MEMORY", "WHAT IT IS"))
        shown: list[StoredModel | None] = []
        parts = all_parts()
        for known in KNOWN:
            entry = find_entry(known.names[0])
            shown.append(entry)
            state, place = _state(known, entry)
            if state is PartState.READY:
                state = next(part.state for part in parts if part.name == known.names[0])
            what = f"{known.title} ({known.licence}{', gated' if known.gated else ''}){place}"
            if options.access and state is PartState.MISSING:
                what += f": {_access(known)}"
            disk = entry.disk if entry else known.disk
            print_out(COLUMNS.format(known.names[0], state, _size(disk), _size(known.memory), what))
        for entry in entries:
            if entry not in shown:
                part = next(part for part in parts if part.name == entry.name)
                facts = ", ".join(
                    word for word in (part.role, part.contents and part.contents.words, part.licence) if word
                )
                print_out(COLUMNS.format(entry.name, part.state, _size(entry.disk), "", f"{facts}: {entry.path}"))
        listed = {*(known.names[0] for known in KNOWN), *(entry.name for entry in entries)}
        for part in parts:
            if part.name not in listed:
                print_out(COLUMNS.format(part.name, part.state, "", "", f"{part.role}, named by a model that is here"))
    print_out("\nWith the program come:")
    for shipped in SHIPPED:
        what = f"{shipped.title} ({shipped.licence}) {shipped.purpose}"
        print_out(COLUMNS.format("", "ready", f"{shipped.path.stat().st_size / 1e6:.0f} MB", "", what))
    print_out(f"\nDownloads lie in {library_folder()} (SAMSTUDIO_MODELS names another folder).")
    print_out("Memory is what the loaded weights take, a model's own in bfloat16; in float32 they take twice as much.")
    print_out("A model needs, for words, t5-base; a span predictor and the judge are extras.")
    return Exit.DONE


def add_parts(options: argparse.Namespace) -> int:
    """Download or name each part, and check it."""
    from samstudio.separation.models.download import download

    token = options.token or _token_in(options.token_file)
    for part in options.parts:
        path = Path(part).expanduser()
        with _command_errors():
            store.refuse_dead_link(path)
            if path.exists() and not known_model(part):
                _raise_faults(path)
                entry = store.add_folder(path, options.name)
            else:
                store.refuse_lost_path(part)
                entry = _walk(part, download(part, token))
                _raise_faults(entry.path, entry.name)
        states = [part.state for part in all_parts() if part.path == entry.path]
        told = PartState.NEEDS_CODEC if PartState.NEEDS_CODEC in states else "is ready"
        print_out(f"'{entry.name}' {told}: {entry.path}")
        _mention_helpers(entry)
    return Exit.DONE


def _token_in(file: Path | None) -> str | None:
    """The token in a file, or asked for on the terminal; None where none is named. Raises CommandError."""
    if file is None:
        return None
    if str(file) == "-":
        token = getpass("Token of the hub: ")
    else:
        try:
            with open_regular(file) as opened:
                token = opened.read(_MOST_TOKEN_BYTES).decode("ascii", errors="replace")
        except OSError as error:
            raise CommandError(
                Exit.INPUT, f"The token file '{file}' can't be read ({error.strerror}): check its name."
            ) from error
    if not (token := token.strip()).isprintable() or not token or " " in token:
        raise CommandError(Exit.INPUT, "The token is empty, or is none: a token is one word, such as hf_....")
    return token


def check_part(options: argparse.Namespace) -> int:
    """Print every fault, each in a sentence."""
    with _command_errors():
        path = store.resolve_model(options.part)
        found = _faults(path)
        store.record_fault(options.part, found[0] if found else "")
        for fault in found:
            print(f"samstudio: {fault}", file=sys.stderr)
        if found:
            return Exit.MISSING
        print_out(f"{path} is complete: its keys and shapes are those of a {_role(path)}.")
    return Exit.DONE


def remove_part(options: argparse.Namespace) -> int:
    """Delete a download, or take a folder off the list."""
    with _command_errors():
        entry = find_entry(options.part)
        freed = entry.disk if entry else 0
        entry = store.remove(options.part)
    if entry.hub:
        print_out(f"'{entry.name}' is deleted; that freed {_size(freed)}.")
    else:
        print_out(f"'{entry.name}' is off the list; its files stay in {entry.path}.")
    return Exit.DONE


@contextmanager
def _command_errors() -> Iterator[None]:
    """Turn an error about weights into the end of the command, with its sentence."""
    try:
        yield
    except DiskError as error:
        raise CommandError(Exit.OUTPUT, str(error)) from error
    except SeparationError as error:
        raise CommandError(Exit.MISSING, str(error)) from error


def _faults(path: Path) -> list[str]:
    """All that is wrong with a part, in sentences; its weights are read once, with a progress bar."""
    found = []
    with _bar(STOPPED_CHECKING) as bar:
        for step in check.examine(path):
            if isinstance(step, Progress):
                _show(step, bar)
            else:
                found.append(step)
    return found


@contextmanager
def _bar(stopped: str) -> Iterator[tqdm]:
    """A progress bar in bytes on a terminal, and none in a pipe; an interrupt ends the command with a sentence."""
    with sigterm_as_interrupt(), tqdm(unit="B", unit_scale=True, file=sys.stderr, disable=None, leave=False) as bar:
        try:
            yield bar
        except KeyboardInterrupt:
            raise CommandError(Exit.INTERRUPTED, stopped) from None


def _show(step: Progress, bar: tqdm) -> None:
    bar.total = step.total
    bar.set_description_str(step.stage, refresh=False)
    bar.update(step.done - bar.n)


def _walk(name: str, steps: Generator[Progress, None, StoredModel]) -> StoredModel:
    """Run a download."""
    with _bar(STOPPED_LOADING.format(name=name)) as bar:
        try:
            while True:
                _show(next(steps), bar)
        except StopIteration as end:
            entry: StoredModel = end.value
            return entry
        finally:
            steps.close()


def _role(path: Path) -> Role:
    part = check.identify(path)
    return part.role if part else Role.MODEL


def _raise_faults(path: Path, name: str = "") -> None:
    """Print all faults but the last and raise SeparationError with it; note the first with the download `name`."""
    found = _faults(path)
    if name:
        store.record_fault(name, found[0] if found else "")
    for fault in found[:-1]:
        print(f"samstudio: {fault}", file=sys.stderr)
    if found:
        raise SeparationError(found[-1])


def _state(known: KnownModel, entry: StoredModel | None) -> tuple[PartState, str]:
    """How much of a known part is on this computer, and where if that is not the download folder."""
    if entry:
        return entry.state, "" if entry.hub else f", in {entry.path}"
    cached = store.cached_snapshot(known.hub)
    return (PartState.READY, f", in {cached}") if cached else (PartState.MISSING, "")


def _access(known: KnownModel) -> str:
    from samstudio.separation.models.hub import Access, ask_access

    access = ask_access(known.hub)
    return "can be downloaded" if access is Access.READY else access


def _mention_helpers(entry: StoredModel) -> None:
    """Name the helpers of a model that are missing."""
    for name, role in check.helpers(entry.path).items():
        try:
            store.resolve_model(name)
        except SeparationError:
            print_out(f"{HELPS[role]}, which is missing: 'samstudio models add {name}' gets it.")


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e8 else f"{count / 1e6:.1f} MB"
