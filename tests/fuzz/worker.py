"""The process that tries damaged files: numbers of cases come in by lines, what came of them goes out by lines."""

import json
import os
import random
import resource
import shutil
import sys
import time
import traceback
from pathlib import Path

from tests.fuzz.damage import damaged
from tests.fuzz.readers import READERS

MORE_MEMORY = 4 << 30
"""Bytes of addresses beyond those that the program has after the first whole file; scratch files on disk count too."""
OPEN_FILES = 256


def make_case(number: int, originals: dict[str, list[str]], kinds: list[str], folder: Path) -> tuple[str, Path, str]:
    """Damage one file of the kind whose turn it is. Returns the kind, what is to be read, and which file it was."""
    random_ = random.Random(number)
    kind = kinds[number % len(kinds)]
    original = Path(random_.choice(originals[kind]))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    copy = folder / original.name
    if original.is_file():
        shutil.copyfile(original, copy)
        victim = copy
    else:
        shutil.copytree(original, copy)
        victim = random_.choice(sorted(path for path in copy.rglob("*") if path.is_file()))
        victim.chmod(0o600)
    victim.write_bytes(damaged(victim.read_bytes(), random_, is_json=victim.suffix == ".json"))
    return kind, copy, str(victim.relative_to(folder))


def peak_memory() -> int:
    """Anonymous and file-backed memory at its peak since it was last reset, in bytes."""
    (line,) = (x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith("VmHWM"))
    return int(line.split()[1]) << 10


def try_case(kind: str, path: Path) -> str:
    """What is wrong with how the program read it; empty: nothing."""
    try:
        READERS[kind](path)
    except BaseException as error:  # noqa: BLE001 (whatever it is, it is what is looked for)
        return "".join(traceback.format_exception(error))[-3000:]
    return ""


def main() -> None:
    """Arguments: a JSON object of originals, the kinds, and a folder to work in."""
    originals, kinds, folder = json.loads(sys.argv[1]), json.loads(sys.argv[2]), Path(sys.argv[3])
    answers = os.fdopen(os.dup(1), "w")
    # Libraries print to both.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for kind in kinds:
        try_case(kind, Path(originals[kind][0]))
    size = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (size + MORE_MEMORY, size + MORE_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers.write("ready\n")
    answers.flush()
    for line in sys.stdin:
        number = int(line)
        kind, path, victim = make_case(number, originals, kinds, folder / "case")
        Path("/proc/self/clear_refs").write_text("5")
        before, begun = peak_memory(), time.monotonic()
        fault = try_case(kind, path)
        seconds, memory = time.monotonic() - begun, peak_memory() - before
        answers.write(
            json.dumps({"kind": kind, "file": victim, "fault": fault, "seconds": seconds, "memory": memory}) + "\n"
        )
        answers.flush()


if __name__ == "__main__":
    main()
