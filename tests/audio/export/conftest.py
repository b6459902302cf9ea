"""An exact pair of stems to export."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from samstudio.audio.export.export_request import ExportRequest
from samstudio.session.clip import AudioClip
from tests.audio.made_files import noise


@pytest.fixture
def clip() -> AudioClip:
    """A 16-bit recording of 150001 frames, with a time reference and tags."""
    samples = np.round(noise(150_001, level=0.4) * 2**15).astype(np.float32) / 2**15
    return AudioClip(samples, 48000, Path("Song: one.wav"), {"title": "Song", "comment": "Take 3"}, 7_000_000)


@pytest.fixture
def request_for(clip, tmp_path):
    """An export of an exact pair of stems."""
    target = clip.samples * np.linspace(0, 1, clip.frames, dtype=np.float32)[:, None]
    stems = {"target": target, "residual": clip.samples - target}

    def make(**changes) -> ExportRequest:
        return replace(ExportRequest(stems, clip, tmp_path), **changes)

    return make
