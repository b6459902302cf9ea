"""The `doctor` command: what works on this machine, what is missing, and how to fix it."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from samstudio import __version__
from samstudio.assets import IS_BUNDLE
from samstudio.cli.display import display_obstacle
from samstudio.cli.errors import Exit
from samstudio.cli.terminal.streams import print_out
from samstudio.separation.engine_info import EngineInfo
from samstudio.separation.models.catalogue import KNOWN, Role, family_of
from samstudio.separation.models.entries import PartState
from samstudio.separation.models.inventory import ModelPart, all_parts
from samstudio.separation.registry import engines

CHECKOUT = (Path(__file__).parents[2] / "run.py").exists()
REINSTALL = (
    "install SAM Studio again, from its package or archive"
    if IS_BUNDLE
    else "delete the folder .venv, then: python3 run.py setup"
    if CHECKOUT
    else "pip install --force-reinstall samstudio"
)
QT_LIBRARIES = (
    "sudo apt-get install libgl1 libegl1 libxkbcommon0 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 libglib2.0-0 "
    "libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0"
)
TEMPORARY_GB = 4
"""An hour of stereo at 48 kHz takes 1.4 GB there, and its two stems as much each."""
TIMEOUT = 60.0
"""Seconds a probe may take."""
SIGNS = {True: "✓", False: "✗", None: "–"}
PLAIN_SIGNS = {True: "ok", False: "no", None: "--"}


@dataclass(frozen=True)
class Finding:
    """One line: `works` is None if something optional is absent."""

    name: str
    works: bool | None
    detail: str
    remedy: str = ""
    needed: bool = True
    """Whether nothing can be separated without it."""


@dataclass(frozen=True)
class Probe:
    """Code that is run in a process of its own, because a broken library may end the process that loads it.

    `code` prints what it finds; if it fails, its last line on stderr is shown.
    """

    name: str
    code: str
    remedy: str
    needed: bool = True


PROBES = (
    Probe(
        "Sound files",
        "import soundfile, av; print(f'libsndfile {soundfile.__libsndfile_version__}, PyAV {av.__version__}')",
        REINSTALL,
    ),
    Probe(
        "torch",
        "import torch; from samstudio.separation.devices import choose_device, device_title; "
        "device = choose_device('auto'); card = '' if device.type != 'cpu' else ': no graphics card that it can use'; "
        "print(f'{torch.__version__}, on {device_title(device)}{card}')",
        REINSTALL,
    ),
    Probe(
        f"{engines()[0].title} engine",
        "from samstudio.separation.registry import create_engine, engines; create_engine(engines()[0].name); "
        "print('ready')",
        REINSTALL,
    ),
    Probe(
        "Window",
        "import PySide6; from PySide6.QtWidgets import QApplication; app = QApplication([]); "
        "print(f'Qt {PySide6.__version__} on {app.platformName()}')",
        QT_LIBRARIES if sys.platform.startswith("linux") else REINSTALL,
        needed=False,
    ),
    Probe(
        "Sound card",
        "import sys; from samstudio.audio.playback import devices; "
        "text = devices.device_status(devices.OutputChoice()); "
        "print(text) if text.startswith('Sound: ') else sys.exit(text)",
        "",
        needed=False,
    ),
)


def add_command(commands: Any) -> None:
    """Add `doctor`."""
    text = "what works on this machine and what is missing, with the command that fixes it"
    parser = commands.add_parser("doctor", help=text, description=f"Reports {text}.")
    parser.set_defaults(run=show_findings)


def show_findings(_options: argparse.Namespace) -> int:
    """Print every finding; the exit code says whether separating works."""
    print_out(f"SAM Studio {__version__} in {Path(__file__).parents[1]}")
    findings = []
    for finding in examine():
        findings.append(finding)
        print_out(f"{_signs()[finding.works]} {finding.name:<16} {finding.detail}", flush=True)
        if finding.remedy and not finding.works:
            print_out(f"  {'':<16} {finding.remedy}")
    works = all(finding.works for finding in findings if finding.needed)
    print_out(
        "Separating works here."
        if works
        else "Separating does not work here until the problems marked above are fixed."
    )
    return Exit.DONE if works else Exit.MISSING


def examine() -> Iterator[Finding]:
    """Check everything; the slow checks run in parallel."""
    environment = dict(os.environ)
    obstacle = display_obstacle()
    if obstacle:
        environment["QT_QPA_PLATFORM"] = "offscreen"
    running = [(probe, _start(probe, environment)) for probe in PROBES]
    python = sys.version.split()[0]
    yield Finding("Python", sys.version_info >= (3, 11), f"{python}, {sys.executable}", "install Python 3.11 or newer")
    for probe, process in running:
        yield _finding(probe, process)
    yield Finding(
        "Display",
        None if obstacle else True,
        f"{obstacle}; 'separate' and 'batch' need none" if obstacle else "found",
        needed=False,
    )
    yield disk_finding(Path(tempfile.gettempdir()))
    parts = all_parts()
    yield from (models_finding(info, parts) for info in engines() if family_of(info.name))


def models_finding(info: EngineInfo, parts: Iterable[ModelPart]) -> Finding:
    """Which of an engine's models are ready."""
    models = [part for part in parts if part.role is Role.MODEL and part.engine == info.name]
    ready = [part.name for part in models if part.is_ready]
    if ready:
        return Finding(info.title, True, f"ready: {', '.join(ready)}", needed=False)
    if lacking := [part.name for part in models if part.state is PartState.NEEDS_CODEC]:
        detail = f"{', '.join(lacking)} {PartState.NEEDS_CODEC}; 'samstudio models add codec' gets one"
        return Finding(info.title, None, detail, needed=False)
    first = next(known.names[0] for known in KNOWN if known.family.engine == info.name and known.role is Role.MODEL)
    return Finding(info.title, None, f"no model here; 'samstudio models add {first}' gets one", needed=False)


def disk_finding(folder: Path) -> Finding:
    """Whether the folder for working audio has room."""
    free = shutil.disk_usage(folder).free / 1e9
    remedy = f"free some, or set TMPDIR to a folder on a larger disk: {TEMPORARY_GB} GB hold an hour of stereo"
    return Finding("Working space", free >= TEMPORARY_GB, f"{free:.0f} GB free in {folder}", remedy, needed=False)


def _start(probe: Probe, environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 (our own code and interpreter)
        [sys.executable, "-c", probe.code],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    )


def _finding(probe: Probe, process: subprocess.Popen[str]) -> Finding:
    try:
        output, errors = process.communicate(timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return Finding(probe.name, False, "did not answer in time", probe.remedy, probe.needed)
    if process.returncode == 0:
        return Finding(probe.name, True, output.strip(), needed=probe.needed)
    lines = errors.strip().splitlines() or [f"ended with code {process.returncode}"]
    # Python's reason is the last line of a traceback, Qt's the first before it aborts.
    reason = lines[-1] if process.returncode == 1 else lines[0]
    return Finding(probe.name, False if probe.needed else None, reason, probe.remedy, probe.needed)


def _signs() -> dict[bool | None, str]:
    try:
        "".join(SIGNS.values()).encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return PLAIN_SIGNS
    return SIGNS
