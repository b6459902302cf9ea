#!/usr/bin/env python3
"""Set up and start SAM Studio. Needs nothing but Python 3.11 or newer.

python3 run.py              set everything up and open the window on the bundled recording
python3 run.py FILE         the same with a recording of yours; any `samstudio` command may stand here
python3 run.py test         set everything up and run every check and test
python3 run.py test WORDS   the same, but with a single run of pytest that gets these words
python3 run.py test-plain   run the tests of what torch computes as on a processor without vector extensions
python3 run.py setup        only set up: afterwards .venv/bin/samstudio works

On Debian and Ubuntu the few system packages that are missing are installed too where that needs no password; elsewhere
you are told which. Everything else goes into the folder .venv beside this file: delete it and nothing is left behind.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
READY = VENV / "ready"  # what was installed, written when all of it was
TRIED = VENV / "packages-tried"  # system packages that apt could not bring: do not wait for it at every start
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
EXE = ".exe" if os.name == "nt" else ""
PYTHON = BIN / f"python{EXE}"
LINUX = sys.platform.startswith("linux")
ROOM_GB = 7 if LINUX else 2  # Linux wheels of torch bring CUDA along
# Where Python is told to keep no compiled modules, each process of pytest would compile the tests and torch anew.
COMPILED = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(VENV / "compiled")}
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
# Not more processes than cores: hardly any test waits while nothing computes, and each process takes up to 1 GB and
# 6 s to find the tests, 10 s where none were compiled yet.
QUICK = ["-m", "not slow", "-n", str(min(CORES, 8)), "--dist", "worksteal"]
# They wait most of the time, for a window or for sound; those of a file share a sound server, or memory for one large
# model. The files are taken in the order in which they are named.
SLOW = ["-m", "slow", "-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]
TOOLS = {
    "lint": [f"ruff{EXE}", "check", "."],
    "format": [f"ruff{EXE}", "format", "--check", "."],
    "types": [f"mypy{EXE}"],
    "layers": [f"lint-imports{EXE}"],
}
PytestRun = tuple[list[str], dict[str, str]]  # arguments, environment variables
# The tests of `separation` in which torch computes nothing that is looked at: texts, tables, the reading of models,
# memory, windows in numpy.
NOT_NUMERIC = [
    "tests/separation/models",
    "tests/separation/listening/test_vocabulary.py",
    "tests/separation/sam_audio/layouts",
    "tests/separation/sam_audio/runtime/test_model_files.py",
    "tests/separation/sam_audio/runtime/test_part_check.py",
    "tests/separation/sam_audio/test_config.py",
    "tests/separation/sam_audio/test_long_files.py",
    "tests/separation/test_engine_names.py",
    "tests/separation/test_freed_memory.py",
    "tests/separation/test_presence_override.py",
    "tests/separation/test_registry.py",
    "tests/separation/test_windows.py",
    "tests/separation/wording",
]

WINDOW_LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libportaudio.so.2": "libportaudio2",
}
TEST_PROGRAMS = {
    "Xvfb": "xvfb",
    "xauth": "xauth",
    "xdotool": "xdotool",
    "openbox": "openbox",
    "xwininfo": "x11-utils",
    "sox": "sox",
    "ffmpeg": "ffmpeg",
    "import": "imagemagick",
    "pulseaudio": "pulseaudio",
    "pactl": "pulseaudio-utils",
}


def say(text: str) -> None:
    """Tell what goes on, on stderr: stdout belongs to the command that is started."""
    print(f"run.py: {text}", file=sys.stderr, flush=True)


def find_uv() -> list[str]:
    """The command that starts uv, or nothing."""
    if uv := shutil.which("uv"):
        return [uv]
    return [sys.executable, "-m", "uv"] if importlib.util.find_spec("uv") else []


def has_library(name: str) -> bool:
    """Whether the system's loader finds a shared library."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def missing_packages(programs: dict[str, str]) -> list[str]:
    """The Debian names of the system packages that are not there."""
    packages = [package for name, package in WINDOW_LIBRARIES.items() if not has_library(name)]
    packages += [package for name, package in programs.items() if not shutil.which(name)]
    if not find_uv() and not importlib.util.find_spec("ensurepip"):
        packages.append("python3-venv")
    return packages


def call(command: list[str], **options: Any) -> int:
    """Run a command and wait; the result is its exit code."""
    return subprocess.run(command, check=False, cwd=ROOT, **options).returncode


def install_packages(packages: list[str]) -> None:
    """Install system packages where that needs no password; else say the command that does."""
    if not shutil.which("apt-get"):
        say(f"Some system libraries are missing; Debian calls their packages {' '.join(packages)}.")
        return
    tried = TRIED.read_text("utf-8").split() if TRIED.exists() else []
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    allowed = not sudo or (shutil.which("sudo") and call([*sudo, "true"], stderr=subprocess.DEVNULL) == 0)
    if allowed and not set(packages) <= set(tried):
        say(f"Installing system packages: {' '.join(packages)}")
        apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
        call([*apt, "update"], stdout=sys.stderr)
        if call([*apt, "install", "-y", "--no-install-recommends", *packages], stdout=sys.stderr) == 0:
            return
    say(f"Not everything will work before this was run: sudo apt-get install {' '.join(packages)}")


def installed() -> list[str]:
    """What .venv was made for and with, as `wanted` has it; empty before the first set-up."""
    return READY.read_text("utf-8").splitlines() if READY.exists() and PYTHON.exists() else []


def wanted() -> list[str]:
    """The place and the Python of the environment (its files hold both), and what shall be in it."""
    place = f"{ROOT} Python {sys.version_info[0]}.{sys.version_info[1]}"
    return [place, hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()]


def set_up_environment() -> None:
    """Make .venv hold the program, editable, and everything it and its tests need."""
    import tomllib

    if not VENV.exists() and (free := shutil.disk_usage(ROOT).free / 1e9) < ROOM_GB:
        sys.exit(f"run.py: Only {free:.1f} GB are free here and about {ROOM_GB} GB are needed: please make some room.")
    start = time.monotonic()
    uv = find_uv()
    say(f"Setting up {VENV} with {'uv' if uv else 'pip'}; the first time this downloads up to {ROOM_GB // 2} GB.")
    place, contents = wanted()
    elsewhere = installed()[:1] not in ([], [place])
    how = ["--clear"] if elsewhere else ["--allow-existing"] if uv else []
    make = [*uv, "venv", "--quiet", "--python", sys.executable] if uv else [sys.executable, "-m", "venv"]
    # pip learned to read dependency groups in 25.1 only; Debian's is older.
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    pip = [*uv, "pip", "install", "--python", str(PYTHON)] if uv else [str(PYTHON), "-m", "pip", "install"]
    for step in ([*make, *how, str(VENV)], [*pip, "--editable", ".", *groups["dev"]]):
        if code := call(step, stdout=sys.stderr):
            say(f"This step of the set-up failed, please see above: {' '.join(step)}")
            sys.exit(code)
    # Without the guide everything else works, and the menu says so.
    call([str(PYTHON), "-m", "docs.guide"], stdout=sys.stderr)
    READY.write_text(f"{place}\n{contents}\n", "utf-8")
    say(f"Ready after {time.monotonic() - start:.0f} s: {BIN / 'samstudio'}{EXE}")


def set_up(programs: dict[str, str]) -> None:
    """Bring in all that is missing; nearly nothing to do the second time."""
    packages = missing_packages(programs) if LINUX else []
    if packages:
        install_packages(packages)
    if installed() != wanted():
        set_up_environment()
    if packages:
        TRIED.write_text(" ".join(missing_packages(programs)), "utf-8")


def pytest_runs(pytest_arguments: list[str]) -> dict[str, PytestRun]:
    """The runs of pytest by name. Given arguments make it one run."""
    if pytest_arguments:
        return {"tests": (pytest_arguments, {})}
    # Looking for the few slow ones in every file would take each process 10 s. Those of the whole job take longest.
    slow = [path for path in (ROOT / "tests").rglob("test_*.py") if "mark.slow" in path.read_text("utf-8")]
    slow.sort(key=lambda path: ("e2e" not in path.parts, path))
    return {"quick tests": (QUICK, {}), "slow tests": ([*SLOW, *(str(path.relative_to(ROOT)) for path in slow)], {})}


def plain_runs() -> dict[str, PytestRun]:
    """torch, and it alone, computes as without vector extensions: other kernels, other rounding, no bfloat16."""
    arguments = [*QUICK, "tests/separation", *(f"--ignore={path}" for path in NOT_NUMERIC)]
    return {"numeric tests, plain processor": (arguments, {"ATEN_CPU_CAPABILITY": "default"})}


def run_pytest(arguments: list[str], settings: dict[str, str]) -> tuple[int, list[str]]:
    """Run pytest and pass on what it prints; the result is its exit code, its lines on failures and its last line."""
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    command = [str(PYTHON), "-m", "pytest", *colour, *arguments]
    pieces = []
    with subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **COMPILED, **settings}, stdout=subprocess.PIPE
    ) as process:
        while piece := os.read(process.stdout.fileno(), 65536):
            pieces.append(piece)
            sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
    text = re.sub(r"\x1b\[[\d;]*m", "", b"".join(pieces).decode("utf-8", "replace"))
    lines = text.strip().splitlines() or ["no output"]
    failures = [line for line in lines[:-1] if line.startswith(("FAILED ", "ERROR "))]
    return process.returncode, [*failures, lines[-1].strip("= ")]


def run_tool(tool: str, *arguments: str) -> tuple[int, str]:
    """Run a tool; the result is its exit code and what it printed."""
    done = subprocess.run(
        [str(BIN / tool), *arguments], check=False, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return done.returncode, done.stdout.decode("utf-8", "replace").strip()


def run_checks(tools: dict[str, list[str]], runs: dict[str, PytestRun]) -> int:
    """Run every check, also after a failure; the exit code is that of the first that failed."""
    # Beside the tests, which leave some of the cores' time; what they print comes at the end, where it is seen.
    with ThreadPoolExecutor(1) as beside:
        checked = {name: beside.submit(run_tool, *command) for name, command in tools.items()}
        tested = {}
        for name, (arguments, settings) in runs.items():
            given = [f"{key}={value}" for key, value in settings.items()]
            say(f"{name}: {' '.join([*given, 'pytest', *arguments])}")
            tested[name] = run_pytest(arguments, settings)
    codes = {}
    for name, command in tools.items():
        codes[name], printed = checked[name].result()
        say(f"{name}: {' '.join(command)}\n{printed}")
    for name, (code, lines) in tested.items():
        codes[name] = code
        for line in lines:
            say(f"{name}: {line}")
    say(", ".join(f"{name} {'FAILED' if code else 'passed'}" for name, code in codes.items()))
    return next((code for code in codes.values() if code), 0)


def start_program(arguments: list[str]) -> int:
    """Hand over to the program; on POSIX it takes this process's place, so that signals reach it."""
    command = [str(PYTHON), "-m", "samstudio", *arguments]
    if os.name == "posix":
        os.execv(command[0], command)
    return subprocess.run(command, check=False).returncode


def main() -> int:
    """Do what the command line says; the result is the exit code."""
    command, *rest = sys.argv[1:] or ["demo"]
    if command in ("-h", "--help"):
        print(__doc__)
        return 0
    set_up(TEST_PROGRAMS if command == "test" else {})
    if command == "setup":
        return 0
    if command == "test":
        return run_checks(TOOLS, pytest_runs(rest))
    return run_checks({}, plain_runs()) if command == "test-plain" else start_program([command, *rest])


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036 (this file alone may meet an older one)
        sys.exit(f"run.py: SAM Studio needs Python 3.11 or newer, and this is {sys.version.split()[0]}.")
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
