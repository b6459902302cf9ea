"""The scripts of packaging/ import each other as `bundle`, as they do when build.py runs."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "packaging"))
