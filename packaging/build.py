#!/usr/bin/env python3
"""Build SAM Studio as a program that needs no Python: a folder, and this system's packages of it.

python3 packaging/build.py                   for the system that this runs on, with PyTorch for the processor
python3 packaging/build.py --torch cuda      with PyTorch for graphics cards (5 GB)
python3 packaging/build.py --index PLACE     where PyTorch is: the address of an index, or a folder of wheels
python3 packaging/build.py --only folder     the folder alone; `--only packages`: packages of the folder that is there

Each system's bundle is built on that system, with the Python that runs this script. Everything goes into build/bundle.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from bundle import licences, linux, macos, windows
from bundle.leave_out import MODULES, module_size
from bundle.plan import (
    BUILD,
    EXTRAS,
    IDENTIFIER,
    PACKAGING,
    ROOT,
    Project,
    index_options,
    is_cuda,
    read_project,
    this_system,
)

BIN = "Scripts" if os.name == "nt" else "bin"
EXE = ".exe" if os.name == "nt" else ""
TOOLS = ("pyinstaller>=6.22,<7", "pyinstaller-hooks-contrib>=2026.9", "sphinx>=8", "myst-parser>=4", "furo>=2025.7")
ASK_TORCH = "import torch; print(torch.__version__, torch.version.cuda or '')"
ROOM_GB = {"cpu": 6, "cuda": 20}
FACTS = "facts.json"


def say(text: str) -> None:
    """Tell what goes on."""
    print(f"build.py: {text}", file=sys.stderr, flush=True)


def run(*command: str | Path, **options: object) -> None:
    """Run a command; a failure ends the build."""
    subprocess.run([str(word) for word in command], check=True, **options)


def make_environment(project: Project, torch: str, index: str | None) -> Path:
    """An environment with the program from its wheel, PyTorch and PyInstaller; the result is its Python."""
    folder = BUILD / "environment"
    python, uv = folder / BIN / f"python{EXE}", folder / BIN / f"uv{EXE}"
    venv.create(folder, clear=True, with_pip=True)
    run(python, "-m", "pip", "install", "--quiet", "uv")
    install = [uv, "pip", "install", "--quiet", "--python", python]
    if index is not None:
        # From there alone: elsewhere there may be a newer version of the other kind.
        run(*install, *index_options(index), "--no-deps", project.torch)
    wheels = BUILD / "wheels"
    shutil.rmtree(wheels, ignore_errors=True)
    run(uv, "build", "--quiet", "--wheel", "--out-dir", wheels, "--python", python, ROOT)
    wheel = next(wheels.glob("*.whl"))
    # PyTorch's own requirements were left out above where it came alone; uv adds them here.
    run(*install, f"{project.name}[{EXTRAS}] @ {wheel.as_uri()}", *TOOLS)
    # The guide is made with the program, and so after it was put into the wheel.
    run(python, "-m", "docs.guide", site_packages(python) / "samstudio/resources/guide", cwd=ROOT)
    version, _, cuda = (
        subprocess.run([str(python), "-c", ASK_TORCH], check=True, capture_output=True, text=True)
        .stdout.strip()
        .partition(" ")
    )
    if torch == "cuda" and not is_cuda(version, cuda):
        sys.exit(f"build.py: PyTorch {version} has no CUDA; --index says where a build with it is.")
    if torch == "cpu" and is_cuda(version, cuda):
        say(
            f"PyTorch {version} is the build for CUDA {cuda}: no other can be had without --index. The bundle gets it "
            "without the libraries that a processor does not need, and graphics cards are not used."
        )
    say(f"PyTorch {version}")
    return python


def site_packages(python: Path) -> Path:
    """Where the packages of an environment are."""
    asked = subprocess.run(
        [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    )
    return Path(asked.stdout.strip())


def system_libraries(system: str) -> list[str]:
    """Libraries that come from the building machine; PortAudio is opened by name, which no analysis finds."""
    if system != "linux":
        return []
    found = [
        Path(folder) / "libportaudio.so.2"
        for folder in ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib")
    ]
    there = [str(path) for path in found if path.exists()]
    if not there:
        say("PortAudio (libportaudio2) is not installed here: the bundle plays sound only where the system has it.")
    return there[:1]


def program_folder(system: str) -> Path:
    """Where PyInstaller puts the program."""
    return BUILD / "made" / ("SAM Studio.app" if system == "macos" else "samstudio")


def freeze(python: Path, project: Project, system: str, torch: str) -> tuple[Path, dict]:
    """Run PyInstaller; the result is the folder with the program, and what was collected."""
    made, report = BUILD / "made", BUILD / "report.json"
    asked = subprocess.run([str(python), "-c", ASK_TORCH], check=True, capture_output=True, text=True).stdout.split()
    hidden = BUILD / "no-cuda"
    hidden.touch()
    plan = {
        "system": system,
        "torch": torch,
        "version": project.version,
        "identifier": IDENTIFIER,
        "libraries": system_libraries(system),
        "beside": [str(hidden)] if torch == "cpu" and is_cuda(asked[0], "".join(asked[1:])) else [],
        "report": str(report),
        "icon": "",
        "version_file": "",
        "identity": os.environ.get("SAMSTUDIO_SIGNED_BY", ""),
        "entitlements": "",
        "info_plist": {},
    }
    if system == "windows":
        plan |= windows.plan(project, python, BUILD)
    if system == "macos":
        plan |= macos.plan(project, python, BUILD)
    run(
        python,
        "-m",
        "PyInstaller",
        "--noconfirm",
        "--log-level",
        "WARN",
        "--distpath",
        made,
        "--workpath",
        BUILD / "work",
        PACKAGING / "bundle" / "samstudio.spec",
        # Not in the checkout, whose package would be found before the installed one.
        cwd=BUILD,
        env={**os.environ, "SAMSTUDIO_PLAN": json.dumps(plan)},
    )
    return program_folder(system), json.loads(report.read_text("utf-8"))


def write_licences(folder: Path, report: dict, packages: Path, system: str) -> int:
    """Put the list of licences into the bundle; the result is the number of its parts."""
    sources = [source for _, source in report["files"]]
    # A library that belongs to no package of the environment came from the system.
    own = str(packages)
    foreign = [source for place, source in report["files"] if not source.startswith(own) and ".so" in place]
    parts = [
        licences.python_itself(),
        licences.bootloader(packages),
        # Of PyInstaller its bootloader alone ships, and the hooks that it runs.
        *(
            part
            for part in licences.packages_of([*sources, *report["module_files"]], packages)
            if part.name != "pyinstaller"
        ),
        *licences.system_packages(foreign),
    ]
    # What lies beside Contents would break an app's signature.
    place, qt = (
        ("Contents/Resources/licences", "Contents/Frameworks") if system == "macos" else ("licences", "_internal")
    )
    licences.write_licences(parts, folder / place, qt_folder=f"{qt}/PySide6")
    return len(parts)


def size_of(folder: Path) -> int:
    """The bytes of all files in a folder, each counted once."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum({(path.stat().st_dev, path.stat().st_ino): path.stat().st_size for path in files}.values())


def left_out(report: dict, packages: Path) -> dict[str, int]:
    """Bytes by what was left out: files of those that PyInstaller chose, and modules that are installed."""
    modules = {name: module_size(name, packages) for name in MODULES}
    return {**report["left_out"], **{name: size for name, size in modules.items() if size}}


def make_packages(folder: Path, project: Project, system: str) -> list[Path]:
    """This system's packages of the folder."""
    if system == "windows":
        return windows.make_installer(folder, project, BUILD, say)
    if system == "macos":
        return macos.make_image(folder, project, BUILD, say)
    share = BUILD / "share"
    shutil.rmtree(share, ignore_errors=True)
    linux.write_share(share, project, ROOT / "resources/icons/samstudio.svg")
    for text in linux.check_share(share):
        say(text)
    packages = [linux.make_tar(folder, share, project, BUILD)]
    if shutil.which("dpkg-deb"):
        packages.append(linux.make_deb(folder, share, project, BUILD))
    else:
        say("dpkg-deb is not installed: no .deb was made")
    return packages


def main() -> int:
    """Do what the command line says; the result is the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("system", nargs="?", choices=("linux", "windows", "macos"), default=this_system())
    parser.add_argument("--torch", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--index", help="an index's address or a folder of wheels, for PyTorch alone")
    parser.add_argument("--only", choices=("folder", "packages"), help="the first half, or the second")
    options = parser.parse_args()
    if options.system != this_system():
        parser.error(f"a bundle for {options.system} is built on {options.system}; this is {this_system()}")
    BUILD.mkdir(parents=True, exist_ok=True)
    if (free := shutil.disk_usage(BUILD).free / 1e9) < ROOM_GB[options.torch]:
        parser.error(f"{ROOM_GB[options.torch]} GB are needed in {BUILD} and {free:.0f} GB are free")
    project = read_project()
    if options.only == "packages":
        folder = program_folder(options.system)
        facts = json.loads((BUILD / FACTS).read_text("utf-8"))
    else:
        python = make_environment(project, options.torch, options.index)
        packages = site_packages(python)
        folder, report = freeze(python, project, options.system, options.torch)
        count = write_licences(folder, report, packages, options.system)
        facts = {"folder": size_of(folder), "licensed_parts": count, "left_out": left_out(report, packages)}
        (BUILD / FACTS).write_text(json.dumps(facts, indent=2), "utf-8")
    made = [] if options.only == "folder" else make_packages(folder, project, options.system)
    facts |= {package.name: package.stat().st_size for package in made}
    (BUILD / FACTS).write_text(json.dumps(facts, indent=2), "utf-8")
    say(f"{folder}: {facts['folder'] / 1e6:.0f} MB, {facts['licensed_parts']} parts with licences")
    for package in made:
        say(f"{package}: {package.stat().st_size / 1e6:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
