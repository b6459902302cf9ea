"""The Windows files round a bundle: icon, version of the programs, installer. Not run: see README.md."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bundle.plan import PACKAGING, ROOT, Project

VERSION_FILE = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3f, flags=0x0, OS=0x40004, fileType=0x1),
  kids=[
    StringFileInfo([StringTable('040904B0', [
      StringStruct('CompanyName', 'The SAM Studio authors'),
      StringStruct('FileDescription', 'SAM Studio'),
      StringStruct('FileVersion', '{version}'),
      StringStruct('ProductName', 'SAM Studio'),
      StringStruct('ProductVersion', '{version}'),
    ])]),
    VarFileInfo([VarStruct('Translation', [1033, 1200])]),
  ],
)
"""


def version_numbers(version: str) -> tuple[int, int, int, int]:
    """The four numbers that Windows wants: `0.1.0rc1` is (0, 1, 0, 0)."""
    numbers = [int(found) for found in re.findall(r"\d+", re.split(r"[a-z+]", version, maxsplit=1)[0])]
    first, second, third, fourth, *_ = [*numbers, 0, 0, 0, 0]
    return first, second, third, fourth


def plan(project: Project, python: Path, folder: Path) -> dict[str, Any]:
    """What the recipe of PyInstaller needs on Windows."""
    icon, version_file = folder / "samstudio.ico", folder / "version.txt"
    draw = [str(python), str(PACKAGING / "bundle/icons.py"), str(ROOT / "resources/icons/samstudio.svg"), str(icon)]
    subprocess.run(draw, check=True)
    numbers = version_numbers(project.version)
    version_file.write_text(VERSION_FILE.format(numbers=numbers, version=project.version), "utf-8")
    return {"icon": str(icon), "version_file": str(version_file)}


def compiler() -> str | None:
    """Inno Setup's compiler, from PATH or from where it installs itself."""
    places = [
        Path(os.environ.get(name, "")) / "Inno Setup 6/ISCC.exe" for name in ("ProgramFiles(x86)", "ProgramFiles")
    ]
    return shutil.which("iscc") or next((str(place) for place in places if place.is_file()), None)


def make_installer(folder: Path, project: Project, out: Path, say: Callable[[str], None]) -> list[Path]:
    """The installer, and a .zip of the folder for those who may not install. Raises CalledProcessError."""
    archive = shutil.make_archive(
        str(out / f"{project.name}-{project.version}-windows"), "zip", folder.parent, folder.name
    )
    iscc = compiler()
    if iscc is None:
        say("Inno Setup 6 is not installed: no installer was made")
        return [Path(archive)]
    given = {"Version": project.version, "Bundle": str(folder), "Out": str(out), "Icon": str(out / "samstudio.ico")}
    command = [iscc, "/Qp", *(f"/D{name}={value}" for name, value in given.items())]
    subprocess.run([*command, str(PACKAGING / "windows/samstudio.iss")], check=True)
    return [Path(archive), out / f"samstudio-{project.version}-setup.exe"]
