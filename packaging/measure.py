#!/usr/bin/env python3
"""The figures of packaging/README.md: sizes, what was left out, and how soon a program starts.

python3 packaging/measure.py PROGRAM [WORD...]     a bundle's program, or `python -m samstudio`, for comparison

Each start is the second of two or a later one: the first reads the files from the disk. Needs Xvfb for the window.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bundle.plan import BUILD, PACKAGING

RUNS = 5


def timed(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds by the clock and of the processor until a command ends; it must end well."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - began, used


def start_times(program: list[str]) -> None:
    """Print the median time of each kind of start."""
    read, write = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as pipe:
        display = pipe.readline().strip()
    window = (PACKAGING / "smoke_window.py").read_text("utf-8")
    # `python -m samstudio` has no -c of its own.
    run_code = [*program[: program.index("-m")], "-c"] if "-m" in program else [*program, "-c"]
    kinds = {
        "samstudio --version": [*program, "--version"],
        "window shown, and closed": [*run_code, window, "start"],
        "import torch": [*run_code, "import torch"],
    }
    try:
        with tempfile.TemporaryDirectory() as home:
            environment = {"HOME": home, "DISPLAY": f":{display}", "OMP_NUM_THREADS": "1", "PATH": ""}
            print("| start | s | CPU s |\n| --- | --- | --- |")
            for kind, command in kinds.items():
                timed(command, environment)
                clock, used = zip(*(timed(command, environment) for _ in range(RUNS)), strict=True)
                print(f"| {kind} | {statistics.median(clock):.2f} | {statistics.median(used):.2f} |", flush=True)
    finally:
        screen.terminate()
        screen.wait()


def sizes() -> None:
    """Print what the last build made and left out."""
    facts = json.loads((BUILD / "facts.json").read_text("utf-8"))
    gone = facts.pop("left_out")
    print("| made | MB |\n| --- | --- |")
    for name, size in facts.items():
        if name != "licensed_parts":
            print(f"| {name} | {size / 1e6:.0f} |")
    print("\n| left out | MB |\n| --- | --- |")
    for name, size in sorted(gone.items(), key=lambda row: -row[1]):
        print(f"| {name} | {size / 1e6:.1f} |")
    print()


def main() -> int:
    """Print the tables."""
    program = sys.argv[1:]
    if not program:
        sys.exit(__doc__)
    program[0] = str(Path(program[0]).absolute())
    if "-m" not in program:
        sizes()
    start_times(program)
    return 0


if __name__ == "__main__":
    sys.exit(main())
