"""What reading a damaged or unreadable file gives: an error, or a clip with a warning."""

import re
from pathlib import Path

import pytest

from samstudio.audio.errors import AudioError
from samstudio.audio.files import load_clip, read_clip


def refusal(path: Path) -> str:
    """The sentence with which both reading and probing refuse."""
    with pytest.raises(AudioError) as refused:
        load_clip(path)
    text = str(refused.value)
    assert re.fullmatch(r"[^\n]+[:;] [^\n]+\.", text), "one sentence: what is wrong, and what to do"
    return text


def read_repaired(path: Path):
    """What could be read, and the one warning about the rest."""
    *_, last = read_clip(path)
    (warning,) = last.warnings
    return last.clip, warning
