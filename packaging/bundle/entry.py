"""What a bundle starts: the `samstudio` command, worker processes, and `-c CODE` as in Python itself."""

import multiprocessing
import os
import sys
from pathlib import Path


def run_code(code: str, arguments: list[str]) -> None:
    """Run Python code, as `python -c` does: `doctor` starts its probes this way, and `smoke.sh` its checks."""
    sys.argv = ["-c", *arguments]
    exec(compile(code, "<string>", "exec"), {"__name__": "__main__"})


def prepare() -> None:
    """Undo what would reach other programs, and prefer an added PyTorch."""
    # The bootloader's search path is for this process; ssh and the browser need the system's own libraries.
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is not None:
        os.environ["LD_LIBRARY_PATH"] = before
    else:
        os.environ.pop("LD_LIBRARY_PATH", None)
    if (Path(__file__).parent / "no-cuda").exists():
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
