from pathlib import Path

import numpy as np
import pytest

from samstudio.session.clip import AudioClip


def test_clip_knows_its_measures():
    clip = AudioClip(np.zeros((66150, 2), np.float32), 44100, Path("/music/song.final.wav"))
    assert (clip.frames, clip.channels) == (66150, 2)
    assert clip.duration == pytest.approx(1.5)
    assert clip.name == "song.final"


def test_clip_without_a_file_has_a_name():
    assert AudioClip(np.zeros((1, 1), np.float32), 8000).name == "untitled"
