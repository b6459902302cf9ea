"""The folder `graphics` of a bundle: made whole or not at all, tried out, repaired, and removed without a trace."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path

from samstudio.assets import IS_BUNDLE
from samstudio.separation.engine import SeparationError
from samstudio.separation.graphics_support.wheels import (
    Wheel,
    cuda_build,
    newest,
    read_metadata,
    read_name,
    requirements,
    unpack,
    unpacked_size,
)
from samstudio.session.text.quoting import size_text

READY, PACKAGES = "ready", "packages"
TRIED = "SAMSTUDIO_GRAPHICS"
"""The environment variable with the folder that a process shall use in place of the one that is ready."""
SPARE = 1 << 30
TIMEOUT = 300.0
TEST = """
import json, torch
if not torch.cuda.is_available():
    raise SystemExit("PyTorch finds no graphics card that it can use")
torch.manual_seed(0)
sound, kernel = torch.randn(1, 2, 4096), torch.randn(8, 2, 31)
def compute(device):
    bands = torch.nn.functional.conv1d(sound.to(device), kernel.to(device))
    return torch.fft.rfft(bands @ bands.transpose(1, 2)).abs().cpu()
if not torch.allclose(compute("cpu"), compute("cuda"), rtol=1e-2, atol=1e-2):
    raise SystemExit("the graphics card computes something else than the processor")
print(json.dumps([torch.__version__, torch.cuda.get_device_name()]))
"""
"""Computes the same on the processor and on the card, by the kinds of computation that networks need."""
Run = Callable[[str, Path], str]
"""Runs Python code with the packages of a folder and returns what it prints; raises SeparationError."""


class SupportState(StrEnum):
    """How a bundle's folder stands."""

    ABSENT = "absent"
    READY = "ready"
    DAMAGED = "damaged"
    OUTDATED = "for another version of PyTorch"


@dataclass(frozen=True)
class SupportStep:
    """`done` of `total` bytes are written; both 0 while nothing is counted."""

    stage: str
    done: int = 0
    total: int = 0


class GraphicsSupport:
    """Adds, repairs and removes it; `torch_version` is the bundle's own, without the kind of its build."""

    def __init__(self, program_folder: Path, torch_version: str, run: Run) -> None:
        self.folder, self.torch_version, self._run = program_folder / "graphics", torch_version, run
        self._new, self._old = program_folder / "graphics.new", program_folder / "graphics.old"

    @property
    def state(self) -> SupportState:
        """How it stands now, by the mark that is written last."""
        if not self.folder.exists():
            return SupportState.ABSENT
        try:
            added = (self.folder / READY).read_text("utf-8").split()[0]
        except (OSError, IndexError):
            return SupportState.DAMAGED
        if not (self.folder / PACKAGES / "torch").is_dir():
            return SupportState.DAMAGED
        return SupportState.READY if added == self.torch_version else SupportState.OUTDATED

    def add(self, wheels: Path) -> Generator[SupportStep, None, str]:
        """Add it from a folder of wheels, in place of what is there; the result is the name of the card.

        Closing the generator leaves what was there before. Raises SeparationError.
        """
        yield SupportStep("Looking for the wheels")
        chosen = choose(wheels, self.torch_version)
        total = sum(unpacked_size(wheels / wheel.file_name) for wheel in chosen)
        free = shutil.disk_usage(self.folder.parent).free
        if free < total + SPARE:
            raise SeparationError(
                f"Graphics card support needs {size_text(total + SPARE)} in {self.folder.parent}, "
                f"and {size_text(free)} are free: make some room."
            )
        try:
            self._clear()
            written: list[int] = []
            for wheel in chosen:
                for _ in unpack(wheels / wheel.file_name, self._new / PACKAGES, written.append):
                    yield SupportStep(f"Unpacking {wheel.name}", sum(written), total)
            yield SupportStep("Trying it out")
            tried, card = json.loads(self._run(TEST, self._new / PACKAGES))
            if tried.partition("+")[0] != self.torch_version:
                raise SeparationError(
                    f"PyTorch {tried} came where {self.torch_version} was wanted: nothing was changed."
                )
            yield SupportStep("Putting it in its place")
            (self._new / READY).write_text(f"{self.torch_version} {card}\n", "utf-8")
            if self.folder.exists():
                self.folder.rename(self._old)
            self._new.rename(self.folder)
        except OSError as error:
            raise SeparationError(
                f"{self.folder.parent} cannot be written ({error.strerror}): nothing was changed."
            ) from error
        finally:
            if self._old.exists() and not self.folder.exists():
                self._old.rename(self.folder)
            with suppress(OSError):
                self._clear()
        return str(card)

    def try_out(self) -> str:
        """Compute on the card with what is there; the result is the card's name. Raises SeparationError."""
        return str(json.loads(self._run(TEST, self.folder / PACKAGES))[1])

    def remove(self) -> bool:
        """Remove all of it; whether there was any. Raises SeparationError where files cannot be removed."""
        was_there = self.folder.exists()
        try:
            if was_there:
                # At once, as one: a half removed one would look damaged.
                self._clear()
                self.folder.rename(self._old)
            self._clear()
        except OSError as error:
            raise SeparationError(
                f"{self.folder} cannot be removed ({error.strerror}): is the program running?"
            ) from error
        return was_there

    def _clear(self) -> None:
        """Remove what an attempt that was cut off has left."""
        for folder in (self._new, self._old):
            if folder.exists():
                shutil.rmtree(folder)


def choose(folder: Path, torch_version: str) -> list[Wheel]:
    """The CUDA build of PyTorch in a folder of wheels and all that it needs. Raises SeparationError where one lacks."""
    try:
        there = [wheel for file in sorted(folder.iterdir()) if (wheel := read_name(file.name))]
    except OSError as error:
        raise SeparationError(f"“{folder}” cannot be read ({error.strerror}): name a folder of wheels.") from error
    torch = cuda_build(there, torch_version)
    if torch is None:
        raise SeparationError(
            f"There is no wheel of PyTorch {torch_version} for CUDA and this machine in “{folder}”. On a machine with "
            f"a network, 'pip download torch=={torch_version} -d DIR' makes such a folder."
        )
    chosen: dict[str, Wheel] = {}
    asked, seen = [(torch, frozenset[str]())], set()
    while asked:
        wheel, extras = asked.pop()
        chosen[wheel.name] = wheel
        if (wheel, extras) in seen:
            continue
        seen.add((wheel, extras))
        for wanted in requirements(read_metadata(folder / wheel.file_name), extras):
            found = newest(there, wanted.name, wanted.version)
            if found is None:
                what = f"{wanted.name} {wanted.version}".strip()
                raise SeparationError(f"{wheel.name} needs {what}, and “{folder}” has no wheel of it.")
            asked.append((found, wanted.extras))
    return list(chosen.values())


def run_bundle(code: str, packages: Path) -> str:
    """Run code in a process of this bundle. Raises SeparationError with its last words where it fails."""
    done = subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "-c", code],
        check=False,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=TIMEOUT,
        env={**os.environ, TRIED: str(packages)},
    )
    if done.returncode:
        words = [line for line in done.stderr.strip().splitlines() if not line.startswith("[PYI-")]
        reason = words[-1].rstrip(".") if words else f"it ended with code {done.returncode}"
        raise SeparationError(f"The test on the graphics card failed ({reason}): nothing was changed.")
    return done.stdout.strip().splitlines()[-1]


def of_this_program() -> GraphicsSupport:
    """That of the running bundle. Raises SeparationError where the program is no bundle, or its system has no CUDA."""
    if not IS_BUNDLE:
        raise SeparationError(
            "This SAM Studio runs in a Python of its own: install the CUDA build of torch there, with pip or uv."
        )
    if sys.platform == "darwin":
        raise SeparationError("Macs use their graphics processor without anything added.")
    return GraphicsSupport(Path(sys.executable).parent, version("torch").partition("+")[0], run_bundle)
