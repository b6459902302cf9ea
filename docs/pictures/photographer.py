"""One application on one screen, photographed in every state of an album.

usage: python -m docs.pictures.photographer readme|states FOLDER HOME [NAME ...]
"""

import sys
import traceback
from pathlib import Path

from docs.pictures import readme, states
from docs.pictures.studio import Studio

THEMES = ("dark", "light")


def main() -> int:
    """Return the exit status."""
    album, folder, home, *names = sys.argv[1:]
    goal, studio = Path(folder), Studio(Path(home), maximized=album == "states")
    pictures = readme.PICTURES if album == "readme" else states.PICTURES
    failures = 0
    for name in names or pictures:
        try:
            studio.start_over()
            if album == "readme":
                part = pictures[name](studio)
                studio.settle()
                studio.save_screen(goal / f"{name}.png", part)
                sys.stdout.write(f"{goal.name} {name}\n")
                continue
            pictures[name](studio)
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
