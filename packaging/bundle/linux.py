"""The Linux files round a bundle: desktop entry, AppStream metadata, icons, .deb and portable .tar."""

import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from bundle.plan import IDENTIFIER, PACKAGING, ROOT, Project

MIME_TYPES = (
    *("audio/x-wav", "audio/vnd.wave", "audio/x-aiff", "audio/x-caf", "audio/basic", "audio/flac", "audio/ogg"),
    *("audio/x-vorbis+ogg", "audio/x-opus+ogg", "audio/mpeg", "audio/mp2", "audio/mp4", "audio/aac", "audio/x-ms-wma"),
    *("audio/x-wavpack", "audio/x-ape", "audio/ac3", "audio/x-matroska", "video/mp4", "video/quicktime"),
    *("video/x-matroska", "video/webm", "video/x-msvideo", "video/x-ms-wmv", "video/x-flv", "video/mpeg", "video/mp2t"),
    "video/3gpp",
    # A session is a folder.
    "inode/directory",
)
DEPENDS = (
    *(
        "libc6 (>= @GLIBC@)",
        "libgl1",
        "libegl1",
        "libxkbcommon0",
        "libxkbcommon-x11-0",
        "libdbus-1-3",
        "libfontconfig1",
    ),
    *("libglib2.0-0t64 | libglib2.0-0", "libxcb-cursor0", "libxcb-icccm4", "libxcb-keysyms1", "libxcb-shape0"),
    "libasound2t64 | libasound2",
)
"""Debian's names of what is left to the system: drivers, fonts, and what finds its parts where the system has them."""


def fill(text: str, values: dict[str, str]) -> str:
    """A template with its `@NAME@` replaced. Raises KeyError for a name without a value."""
    return re.sub(r"@([A-Z]+)@", lambda match: values[match[1]], text)


def write_share(share: Path, project: Project, icon: Path) -> None:
    """Write what belongs under /usr/share: desktop entry, AppStream metadata and the scalable icon."""
    values = {
        "MIME": "".join(f"{name};" for name in MIME_TYPES),
        "VERSION": project.version,
        "DATE": changed_on(),
    }
    for source, folder in (("samstudio.desktop", "applications"), (f"{IDENTIFIER}.metainfo.xml", "metainfo")):
        place = share / folder / source
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(fill((PACKAGING / "linux" / source).read_text("utf-8"), values), "utf-8")
    scalable = share / "icons/hicolor/scalable/apps/samstudio.svg"
    scalable.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(icon, scalable)


def changed_on() -> str:
    """The day of the newest commit: the same tree gives the same files."""
    done = subprocess.run(["git", "log", "-1", "--format=%cs"], cwd=ROOT, check=False, capture_output=True, text=True)
    return done.stdout.strip() or datetime.now(UTC).date().isoformat()


def check_share(share: Path) -> list[str]:
    """What desktop-file-validate and appstreamcli say against the files; a missing tool is said too."""
    checks = {
        "desktop-file-validate": [str(share / "applications/samstudio.desktop")],
        "appstreamcli": ["validate", "--no-net", str(share / f"metainfo/{IDENTIFIER}.metainfo.xml")],
    }
    said = []
    for tool, arguments in checks.items():
        if shutil.which(tool) is None:
            said.append(f"{tool} is not installed: not checked")
            continue
        done = subprocess.run([tool, *arguments], check=False, capture_output=True, text=True)
        if done.returncode:
            said.append(f"{tool}: {(done.stdout + done.stderr).strip()}")
    return said


def needed_glibc(libraries: Iterable[Path]) -> str:
    """The oldest C library that has every symbol these files ask for, e.g. `2.34`."""
    newest = (2, 17)
    for library in libraries:
        for found in re.findall(rb"GLIBC_(\d+)\.(\d+)", library.read_bytes()):
            newest = max(newest, (int(found[0]), int(found[1])))
    return f"{newest[0]}.{newest[1]}"


def control(project: Project, size: int, glibc: str, architecture: str) -> str:
    """The control file of the .deb; `size` in bytes."""
    return (
        f"Package: {project.name}\n"
        f"Version: {project.version}\n"
        f"Architecture: {architecture}\n"
        "Maintainer: The SAM Studio authors <samstudio@localhost>\n"
        f"Installed-Size: {size // 1024}\n"
        f"Depends: {fill(', '.join(DEPENDS), {'GLIBC': glibc})}\n"
        "Recommends: openssh-client, xdg-utils\n"
        "Section: sound\n"
        "Priority: optional\n"
        "Description: takes one sound out of a recording\n"
        f" {project.summary}\n"
        " .\n"
        " Everything that it needs but the system's own libraries is in /opt/samstudio.\n"
    )


def make_deb(bundle: Path, share: Path, project: Project, folder: Path) -> Path:
    """The .deb of a bundle. Raises CalledProcessError where dpkg-deb fails."""
    tree = folder / "deb"
    shutil.rmtree(tree, ignore_errors=True)
    (tree / "opt").mkdir(parents=True)
    # Hard links: the bundle is too large for another copy.
    shutil.copytree(bundle, tree / "opt/samstudio", copy_function=os.link, symlinks=True)
    shutil.copytree(share, tree / "usr/share")
    (tree / "usr/bin").mkdir()
    (tree / "usr/bin/samstudio").symlink_to("/opt/samstudio/samstudio")
    documents = tree / f"usr/share/doc/{project.name}"
    documents.mkdir(parents=True)
    shutil.copyfile(ROOT / "LICENSE", documents / "copyright")
    # The list is at the same place in every kind of bundle.
    (documents / "licences").symlink_to("/opt/samstudio/licences")
    size = sum(path.lstat().st_size for path in tree.rglob("*") if path.is_file() and not path.is_symlink())
    libraries = [path for path in bundle.rglob("*") if ".so" in path.name and not path.is_symlink()]
    architecture = ask("dpkg", "--print-architecture")
    (tree / "DEBIAN").mkdir()
    # What the program added to its own folder is removed with it.
    after = tree / "DEBIAN/postrm"
    after.write_text('#!/bin/sh\nset -e\n[ "$1" = upgrade ] || rm -rf /opt/samstudio/graphics*\n', "utf-8")
    after.chmod(0o755)
    glibc = needed_glibc([*libraries, bundle / "samstudio"])
    (tree / "DEBIAN/control").write_text(control(project, size, glibc, architecture), "utf-8")
    package = folder / f"{project.name}_{project.version}_{architecture}.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z10", "--build", str(tree), str(package)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    shutil.rmtree(tree)
    return package


def make_tar(bundle: Path, share: Path, project: Project, folder: Path) -> Path:
    """The portable archive: the bundle, what belongs under share, and a script that puts it into the menu."""
    name = f"{project.name}-{project.version}-linux-{os.uname().machine}"
    place = folder / f"{name}.tar.gz"

    def owned(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        return entry

    with tarfile.open(place, "w:gz", compresslevel=6) as archive:
        archive.add(bundle, name, filter=owned)
        archive.add(share, f"{name}/share", filter=owned)
        archive.add(PACKAGING / "linux/menu.sh", f"{name}/menu.sh", filter=owned)
    return place


def ask(*command: str) -> str:
    """What a command prints. Raises CalledProcessError where it fails."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
