"""Memory does not grow with the length of the clip: what does lies in scratch files."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.separation.sam_audio.made_up_model import write_model


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what memory is not mapped from files")
def test_two_minutes_need_no_more_than_half_a_minute(tmp_path):
    """At 48 kHz, a minute and a half more of one channel are 17 MB."""
    model = write_model(tmp_path, encoder_dim=2, latent_dim=4, decoder_dim=12)
    command = [sys.executable, "-m", "tests.separation.sam_audio.measured_memory", str(model)]
    short, long = json.loads(subprocess.check_output(command, cwd=Path(__file__).parents[3], text=True))
    assert long < short + 9
