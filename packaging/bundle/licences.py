"""The list of licences of everything that is in a bundle, with their texts."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

from bundle.plan import PACKAGING, ROOT

LICENCE_NAMES = ("licen", "copying", "notice", "authors", "copyright")
QT_NOTE = """\
Qt (PySide6, shiboken6) is used under the LGPL, version 3. Its libraries are the unchanged ones of its publisher and lie
as single files in the folder {folder}: each may be replaced by another build of the same version. Their sources are at
https://download.qt.io/official_releases/QtForPython and https://download.qt.io/official_releases/qt.
"""
WHOLE_NOTE = """\
SAM Studio's own code is under the MIT licence. FFmpeg comes with x264 and x265, which are under the GPL, so that the
bundle as a whole is passed on under the GPL, version 3 (the version that Qt's and OpenSSL's licences allow). NVIDIA's
libraries, in a bundle for graphics cards, have terms of their own that do not allow this.
"""
COMMON_TEXTS = (*sorted((PACKAGING / "licences").glob("*.txt")), ROOT / "resources/models/LICENSE-Apache-2.0.txt")
INSIDE = {
    "av": "FFmpeg (LGPL-2.1-or-later) with x264 and x265 (GPL-2.0-or-later), LAME (LGPL-2.0-or-later) and other codecs",
    "cryptography": "OpenSSL (Apache-2.0)",
    "numpy": "OpenBLAS (BSD-3-Clause), libgfortran (GPL-3.0-or-later with the GCC runtime exception)",
    "soundfile": "libsndfile (LGPL-2.1-or-later), FLAC, Ogg, Vorbis and Opus (BSD-3-Clause), LAME and mpg123 (LGPL)",
    "soxr": "libsoxr (LGPL-2.1-or-later)",
    "torch": "oneDNN (Apache-2.0) and, in some builds, oneMKL (Intel's own terms); see its text for the rest",
    "samstudio": "networks with licences of their own: see resources/models/NOTICE.md",
}
"""What the wheels of these packages hold that their metadata does not tell."""


@dataclass(frozen=True)
class Licensed:
    """One part of the bundle."""

    name: str
    version: str
    licence: str
    texts: tuple[Path, ...]
    """Files with the words of the licence."""


def packages_of(sources: Iterable[str], site_packages: Path) -> list[Licensed]:
    """The Python packages that any of these files belongs to, by name. Raises OSError where metadata can't be read."""
    used, base = {os.path.realpath(source) for source in sources}, os.path.realpath(site_packages)
    found = []
    for package in distributions(path=[str(site_packages)]):
        # Tens of thousands: as text, one by one they would take a second.
        files = [str(file) for file in package.files or ()]
        if any(f"{base}{os.sep}{file}" in used for file in files if ".dist-info" not in file):
            texts = tuple(Path(base, file) for file in files if _is_licence(Path(base, file)))
            found.append(Licensed(package.name, package.version, licence_of(package), texts))
    return sorted(found, key=lambda part: part.name.lower())


def licence_of(package: Distribution) -> str:
    """What a package says of its licence: an expression, a classifier, or a short text."""
    said = package.metadata
    if expression := said.get("License-Expression"):
        return expression
    classifiers = [
        line.rpartition(" :: ")[2] for line in said.get_all("Classifier") or () if line.startswith("License")
    ]
    text = (said.get("License") or "").strip().splitlines()
    if text and len(text[0]) < 80 and len(text) == 1:
        return text[0]
    return ", ".join(classifiers) or (text[0] if text else "see its text")


def _is_licence(file: Path) -> bool:
    beside, name = file.parent.name, file.name.lower()
    named = beside.endswith(".dist-info") and name.startswith(LICENCE_NAMES)
    collected = beside == "licenses" and file.parent.parent.name.endswith(".dist-info")
    return (named or collected) and file.is_file()


def system_packages(sources: Iterable[str]) -> list[Licensed]:
    """The Debian packages that libraries come from, where dpkg is there to tell."""
    dpkg = shutil.which("dpkg-query")
    if dpkg is None:
        return []
    owners = set()
    for source in sources:
        # A library is owned under one of its two names where /lib is a link to /usr/lib.
        path = str(Path(source).resolve())
        for place in (path, path.removeprefix("/usr")):
            done = subprocess.run([dpkg, "-S", place], check=False, capture_output=True, text=True)
            if done.returncode == 0:
                owners.add(done.stdout.split(": ")[0].split(":")[0].split(",")[0])
                break
    return [_system_package(dpkg, name) for name in sorted(owners)]


def _system_package(dpkg: str, name: str) -> Licensed:
    done = subprocess.run([dpkg, "-W", "-f", "${Version}", name], check=False, capture_output=True, text=True)
    text = Path(f"/usr/share/doc/{name}/copyright")
    texts = (text,) if text.is_file() else ()
    return Licensed(name, done.stdout.strip(), licence_of_copyright(text) if texts else "see its source package", texts)


def licence_of_copyright(file: Path) -> str:
    """The licences that a Debian copyright file names, without repetition."""
    lines = file.read_text("utf-8", "replace").splitlines()
    names = dict.fromkeys(line.partition(":")[2].strip() for line in lines if line.startswith("License:"))
    return ", ".join(name for name in names if name) or "see its text"


def python_itself() -> Licensed:
    """CPython, which the bundle holds too."""
    version = sys.version.split()[0]
    places = (Path(sys.base_prefix) / "lib" / f"python{version.rpartition('.')[0]}", Path(sys.base_prefix))
    texts = tuple(path for place in places if (path := place / "LICENSE.txt").is_file())[:1]
    return Licensed("Python", version, "PSF-2.0", texts)


def bootloader(site_packages: Path) -> Licensed:
    """What starts the program: PyInstaller's, the only part of it that is in a bundle."""
    package = next(found for found in distributions(path=[str(site_packages)]) if found.name == "pyinstaller")
    licence = "GPL-2.0-or-later with an exception for the programs that it starts"
    texts = [Path(str(package.locate_file(file))) for file in package.files or () if "COPYING" in file.name]
    return Licensed("PyInstaller's bootloader", package.version, licence, tuple(texts[:1]))


def write_licences(parts: Iterable[Licensed], folder: Path, *, qt_folder: str) -> Path:
    """Write the texts and a list of them as a Markdown table; the result is the list's place."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # Qt's packages, and some others, name their licence without its text.
    for text in COMMON_TEXTS:
        shutil.copyfile(text, folder / text.name)
    lines = ["# Licences of what this bundle is made of", "", WHOLE_NOTE, QT_NOTE.format(folder=qt_folder)]
    lines += ["| part | version | licence | holds | text |", "| --- | --- | --- | --- | --- |"]
    for part in parts:
        names = []
        for name, text in _file_names(part):
            shutil.copyfile(text, folder / name)
            names.append(f"[{name}]({name})")
        cells = (part.name, part.version, part.licence.replace("|", "/"), INSIDE.get(part.name, ""), ", ".join(names))
        lines.append(f"| {' | '.join(cells)} |")
    place = folder / "LICENCES.md"
    place.write_text("\n".join([*lines, ""]), "utf-8")
    return place


def _file_names(part: Licensed) -> Iterator[tuple[str, Path]]:
    taken = set()
    safe = re.sub(r"[^\w.]+", "-", part.name)
    for text in part.texts:
        name = f"{safe}-{text.name}"
        while name in taken:
            name = f"{name}+"
        taken.add(name)
        yield name, text
