"""Build the guide, as HTML that needs no network, where the program looks for it: python -m docs.guide [FOLDER]."""

import shutil
import sys
import tempfile
from pathlib import Path

from sphinx.cmd.build import build_main

from samstudio.app.commands.view.guide import GUIDE


def main() -> int:
    """Return the exit status; a warning is an error. The goal is replaced as a whole, and only by a whole guide."""
    goal = Path(sys.argv[1]) if len(sys.argv) > 1 else GUIDE.parent
    goal.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=goal.parent, prefix=".guide-") as passing:
        built = Path(passing, "html")
        options = ["-q", "-W", "--keep-going", "-b", "html", "-d", str(Path(passing, "doctrees"))]
        if status := build_main([*options, str(Path(__file__).parent), str(built)]):
            return status
        shutil.rmtree(goal, ignore_errors=True)
        built.rename(goal)
    return 0


if __name__ == "__main__":
    sys.exit(main())
