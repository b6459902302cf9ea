"""One application on one screen, photographed in every state of an album.

usage: python -m docs.pictures.photographer readme|guide|states FOLDER HOME [NAME ...]
"""

import sys
import traceback
from pathlib import Path

from docs.pictures import guide, readme, states
from docs.pictures.studio import Studio

THEMES = ("dark", "light")


def main() -> int:
    """Return the exit status."""
    album, folder, home, *names = sys.argv[1:]
    goal, studio = Path(folder), Studio(Path(home), maximized=album == "states")
    failures = 0
    parts = {"readme": readme.PICTURES, "guide": guide.PICTURES}.get(album)
    for name in names or parts or states.PICTURES:
        try:
            studio.start_over()
            if parts is not None:
                part = parts[name](studio)
                studio.settle()
                studio.save_screen(goal / f"{name}.png", part)
                sys.stdout.write(f"{goal.name} {name}\n")
                continue
            states.PICTURES[name](studio)
            for theme in THEMES:
                studio.show_theme(theme)
                studio.settle()
                studio.save_screen(goal / f"{name}-{theme}.png")
            sys.stdout.write(f"{goal.name} {name}\n")
        except Exception:  # noqa: BLE001 - the other pictures are made all the same
            failures += 1
            sys.stderr.write(f"{goal.name} {name}:\n{traceback.format_exc()}")
    studio.close()
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main())
