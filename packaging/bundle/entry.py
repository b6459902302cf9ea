"""What a bundle starts: the `samstudio` command, worker processes, and `-c CODE` as in Python itself."""

import multiprocessing
import os
import sys
from pathlib import Path


def run_code(code: str, arguments: list[str]) -> None:
    """Run Python code, as `python -c` does: `doctor` starts its probes this way, and `smoke.sh` its checks."""
    sys.argv = ["-c", *arguments]
    exec(compile(code, "<string>", "exec"), {"__name__": "__main__"})


def added_packages() -> Path | None:
    """The packages of the graphics card support, where it is whole and of this version of PyTorch.

    `samstudio/separation/graphics_support` makes the folder, and names another one while it tries it out.
    """
    if tried := os.environ.get("SAMSTUDIO_GRAPHICS"):
        return Path(tried)
    folder = Path(sys.executable).parent / "graphics"
    try:
        version = (folder / "ready").read_text("utf-8").split()[0]
    except (OSError, IndexError):
        return None
    own = [path.name.split("-")[1].partition("+")[0] for path in Path(__file__).parent.glob("torch-*.dist-info")]
    return folder / "packages" if [version] == own else None


def prepare() -> None:
    """Undo what would reach other programs, and prefer the PyTorch that was added."""
    # The bootloader's search path is for this process; ssh and the browser need the system's own libraries.
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is not None:
        os.environ["LD_LIBRARY_PATH"] = before
    else:
        os.environ.pop("LD_LIBRARY_PATH", None)
    # Without this, this program started by itself would take the search path for set.
    os.environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"
    added = added_packages()
    if added is not None:
        # Before the bundle's own, so that its PyTorch is the one that is imported.
        sys.path.insert(0, str(added))
    elif (Path(__file__).parent / "no-cuda").exists():
        # A CUDA build of PyTorch without CUDA's libraries: it would fail at the first use of a card.
        os.environ["CUDA_VISIBLE_DEVICES"] = ""


if __name__ == "__main__":
    prepare()
    multiprocessing.freeze_support()
    if sys.argv[1:2] == ["-c"]:
        run_code(sys.argv[2], sys.argv[3:])
    else:
        from samstudio.cli.main import main

        sys.exit(main())
