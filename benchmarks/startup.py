"""Times from the start of the process to the first painted window, and what is imported until then.

usage: python benchmarks/startup.py [RUNS]
"""

import os
import statistics
import subprocess
import sys

PROBE = """
import sys, time
from PySide6.QtCore import QTimer
from samstudio.app import main as m
app = m.make_application()
container = m.make_container()
m.apply_theme(app, "dark")
window = m.Editor(container).window
window.show()
window.repaint()
print(time.time(), "torch" in sys.modules, flush=True)
container.shut_down()
"""


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    times, torch_seen = [], set()
    for _ in range(runs + 1):
        # The child starts its own clock: the interpreter's start counts.
        command = [sys.executable, "-c", "import time; print(time.time())\n" + PROBE]
        answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.split()
        times.append(float(answer[1]) - float(answer[0]))
        torch_seen.add(answer[2])
    warm = times[1:]
    print(f"| window shown | median {statistics.median(warm):.2f} s | worst {max(warm):.2f} s | {runs} runs |")
    print(f"| torch imported before it | {'no' if torch_seen == {'False'} else 'YES'} |")


if __name__ == "__main__":
    main()
