"""The pictures of the documents are those that the command makes."""

import re
from pathlib import Path

from docs.pictures import readme, states

ROOT = Path(__file__).parents[1]


def test_every_picture_of_the_documents_has_its_function():
    files = {path.stem for path in (ROOT / "docs").glob("*.png")}
    assert files == set(readme.PICTURES)
    shown = set(re.findall(r"docs/([\w-]+)\.png", (ROOT / "README.md").read_text("utf-8")))
    assert shown == files


def test_every_state_says_what_it_is():
    assert len(states.PICTURES) > 30
    assert all(state.__doc__ for state in states.PICTURES.values())
