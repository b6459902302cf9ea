"""Reads thousands of damaged sounds, videos, sessions, labels, manifests, journals and models; counts what goes wrong.

    python benchmarks/fuzz.py [--first N] [--count N] [--kind KIND ...] [--log FILE]

A file that crashes the program, takes more than 10 s or 1 GB of memory, or ends with an error that is not a short
sentence of the program's own, is a fault. Each case is made of its number alone: `--first N --count 1` repeats it.
With --log every result is added to a file, one JSON object a line, and cases that stand there already are left out, so
that a run can be stopped and gone on with.
"""

import argparse
import json
import sys
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.fuzz.campaign import Campaign
from tests.fuzz.originals import WRITERS


def main() -> int:
    """Run the cases and print the faults. Returns the exit code: 1 where there are any."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--kind", action="append", choices=list(WRITERS))
    parser.add_argument("--log", type=Path)
    options = parser.parse_args()
    done = set()
    if options.log and options.log.exists():
        done = {json.loads(line)["number"] for line in options.log.read_text("utf-8").splitlines()}
    numbers = [n for n in range(options.first, options.first + options.count) if n not in done]
    count, faults, slowest, largest, begun = Counter[str](), 0, 0.0, 0, time.monotonic()
    with TemporaryDirectory() as folder:
        for result in Campaign(Path(folder), options.kind or tuple(WRITERS)).run(numbers):
            count[result.kind] += 1
            slowest, largest = max(slowest, result.seconds), max(largest, result.memory)
            if options.log:
                with options.log.open("a", encoding="utf-8") as log:
                    log.write(json.dumps(asdict(result)) + "\n")
            if result.fault:
                faults += 1
                print(f"case {result.number}, {result.kind} {result.file}: {result.fault.strip()}\n", flush=True)
    kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(count.items()))
    print(f"{sum(count.values())} damaged files in {time.monotonic() - begun:.0f} s ({kinds}): {faults} faults;")
    print(f"the slowest took {slowest:.1f} s, the largest {largest / 1e6:.0f} MB of memory")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
