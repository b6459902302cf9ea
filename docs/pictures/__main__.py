"""Make the documents' pictures, or every state of the window at every size, scale and theme.

    python -m docs.pictures                     the README's pictures, into docs/
    python -m docs.pictures --guide             the guide's pictures, into docs/guide/pictures
    python -m docs.pictures --matrix FOLDER     every state, into FOLDER/SIZE-SCALE/STATE-THEME.png

`--only` names the pictures or states to make, `--sizes` and `--scales` those of the matrix. The takes that most states
show are separated first, which takes minutes on a busy computer; with `--home` they are kept there for the next run.
Needs Xvfb and openbox.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path

from docs.pictures import guide, readme, states
from docs.pictures.screen import screen

DOCS = Path(__file__).parents[1]
SIZES = ("1280x720", "1366x768", "1920x1080", "3840x2160")
SCALES = ("1", "1.25", "1.5")
SCREEN = "1600x1100"
HOME = Path(tempfile.gettempdir()) / "samstudio-pictures"
"""Always the same, because pictures show where files are."""


def main() -> int:
    """Return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m docs.pictures", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--guide", action="store_true")
    parser.add_argument("--matrix", type=Path, metavar="FOLDER")
    parser.add_argument("--home", type=Path, metavar="FOLDER", help="the matrix's files and takes, made if it is new")
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", choices=[*readme.PICTURES, *guide.PICTURES, *states.PICTURES]
    )
    parser.add_argument("--sizes", nargs="+", default=SIZES, metavar="WIDTHxHEIGHT")
    parser.add_argument("--scales", nargs="+", default=SCALES)
    arguments = parser.parse_args()
    names = arguments.only or []
    if arguments.matrix is None:
        HOME.mkdir()
        try:
            album, goal = ("guide", DOCS / "guide/pictures") if arguments.guide else ("readme", DOCS)
            return photograph(album, SCREEN, "1", goal, HOME, names)
        finally:
            shutil.rmtree(HOME)
    failures = 0
    with tempfile.TemporaryDirectory(prefix="pictures-") as passing:
        home = (arguments.home or Path(passing)).resolve()
        home.mkdir(parents=True, exist_ok=True)
        for size, scale in product(arguments.sizes, arguments.scales):
            goal = arguments.matrix.resolve() / f"{size}-{scale}"
            goal.mkdir(parents=True, exist_ok=True)
            failures += photograph("states", size, scale, goal, home, names)
    return int(failures > 0)


def photograph(album: str, size: str, scale: str, goal: Path, home: Path, names: list[str]) -> int:
    """Run the application on a screen of its own; the exit status says whether every picture was made."""
    command = [sys.executable, "-m", "docs.pictures.photographer", album, str(goal), str(home), *names]
    with screen(size, scale, home) as environment:
        return subprocess.run(command, env=environment, cwd=DOCS.parent, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
