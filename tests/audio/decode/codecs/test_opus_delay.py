"""Opus begins where its own header says, whatever rate was encoded and whatever the container's delay comes to."""

import numpy as np
import pytest
import soxr

from samstudio.audio.files import read_clip
from tests.audio.decode.mangled import lag
from tests.audio.made_files import encode, noise


@pytest.mark.parametrize("suffix", ["mka", "mkv", "ogg"])
@pytest.mark.parametrize("rate", [8000, 16000, 24000, 48000])
def test_opus_of_every_rate_begins_in_its_place(tmp_path, rate, suffix):
    rough = noise(4 * rate, 1, 0, 0.5)[:, 0]
    samples = np.convolve(rough, np.hanning(9) / 4, "same").astype(np.float32)
    path = tmp_path / f"a.{suffix}"
    encode(path, "libopus", samples[:, None], rate)
    if suffix != "ogg":
        # As FFmpeg 5 writes it: samples at 48 kHz divided by how much lower the rate is.
        name, content = b"\x56\xaa\x83", path.read_bytes()
        delay = content[content.index(name) + 3 :][:3]
        wrong = int.from_bytes(delay, "big") * rate // 48000
        path.write_bytes(content.replace(name + delay, name + wrong.to_bytes(3, "big")))
    *_, last = read_clip(path)
    assert last.warnings == ()
    meant = soxr.resample(samples, rate, 48000)
    assert abs(lag(last.clip.samples[:, 0], meant, 24_000)) <= 1
    assert last.clip.frames == pytest.approx(4 * 48000, abs=1000)
