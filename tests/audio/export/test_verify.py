"""Null depth and delay are measured on the files that were written."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest
import soundfile

from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.errors import AudioError
from samstudio.audio.export import render_chain
from samstudio.audio.export.verify import delay_of, measure_null
from tests.audio.export.run_export import run
from tests.audio.made_files import noise


def test_the_null_is_measured_not_claimed(request_for, clip):
    request = request_for()
    wrong = request.stems["residual"].copy()
    wrong[100_000, 1] += 0.01
    report = run(replace(request, stems={**request.stems, "residual": wrong}))
    assert report.null_db == pytest.approx(-40.0, abs=0.001)


def test_null_depth_from_files(request_for, clip):
    report = run(request_for(start=1000, stop=90_000))
    paths = report.paths["target"], report.paths["residual"]
    assert measure_null(clip.samples, *paths, start=1000) == -inf
    assert measure_null(clip.samples, *paths, start=1001) > -40.0
    with pytest.raises(AudioError, match="differ in length"):
        measure_null(clip.samples[:50_000], *paths)
    paths[1].write_bytes(b"RIFF")
    with pytest.raises(AudioError, match="cannot be read back"):
        measure_null(clip.samples, *paths)


def test_what_was_written_is_on_time(request_for):
    for audio_format in (AudioFormat(), AudioFormat("flac", "16"), AudioFormat("ogg", "lossy")):
        assert run(request_for(format=audio_format, start=70_000)).delay == 0
    silent = {name: samples * 0 for name, samples in request_for().stems.items()}
    assert run(request_for(stems=silent, existing="replace")).delay is None


def test_a_late_channel_is_reported_where_the_first_is_silent(tmp_path):
    centre = np.zeros((48000, 3), np.float32)
    centre[:, 2] = noise(48000, channels=1)[:, 0]
    path = tmp_path / "late.wav"
    soundfile.write(path, np.roll(centre, 7, axis=0), 48000, "FLOAT")
    assert delay_of(path, iter([centre])) == 7


def test_a_silent_stem_leaves_the_delay_to_the_others(request_for, clip):
    stems = {"target": np.zeros_like(clip.samples), "residual": clip.samples}
    assert run(request_for(stems=stems)).delay == 0
    assert run(request_for(stems={"target": stems["target"]}, existing="replace")).delay is None


def test_a_late_file_is_reported(request_for, monkeypatch):
    blocks = render_chain.RenderChain.blocks
    shift = {"frames": 7}

    def late(self, samples):
        moved = np.roll(samples, shift["frames"], 0)
        # Only what is written is late; what it is compared with later is not.
        shift["frames"] = 0
        return blocks(self, moved)

    monkeypatch.setattr(render_chain.RenderChain, "blocks", late)
    assert run(request_for(stems={"mix": noise(150_001)})).delay == 7
