"""Stems beyond full scale: a finished separation is kept, at one common gain or as it is, and the user is told."""

import json

import av
import numpy as np
import pytest
import soundfile

from samstudio.cli.stems.writing import common_gain_db
from samstudio.dsp.levels import gain_factor
from samstudio.separation.engine import StemChunk


class Loud:
    """Makes a target of twice the recording, and the rest of it, in chunks."""

    def separate(self, request):
        for start in range(0, len(request.samples), 5000):
            part = request.samples[start : start + 5000]
            yield StemChunk(start, 2 * part, -part)


class Spoiled:
    """Makes a sample that is no number."""

    def separate(self, request):
        target = request.samples.copy()
        target[100] = np.nan
        yield StemChunk(0, target, request.samples - target)


class Untouched:
    """Must not be run."""

    def separate(self, request):
        pytest.fail("the work began")
        yield


def sound(path):
    return soundfile.read(path, dtype="float64", always_2d=True)[0]


INTEGERS = [["--bits", "16"], ["--bits", "24"], ["--format", "flac"], ["--format", "flac", "--bits", "16"]]


@pytest.mark.parametrize("gain", [[], ["--gain", "common"]])
@pytest.mark.parametrize("options", INTEGERS, ids=" ".join)
def test_both_stems_are_lowered_by_the_same_and_reported(run, recording, engine, tmp_path, options, gain):
    engine(Loud())
    source = recording()
    ran = run("separate", source, "--span", "+0:1", *options, *gain, "-o", tmp_path / "o", "--json")
    assert ran.code == 0
    result = json.loads(ran.out[-1])
    clip = sound(source)
    peak = 20 * np.log10(np.abs(2 * clip).max())
    assert -peak - 0.011 < result["gain_db"] < -peak
    assert ran.sentence.startswith(f"The stems go {peak:.2f} dB beyond full scale, which ")
    assert f"both were lowered by {-result['gain_db']:.2f} dB" in ran.sentence
    step = 1 / 2 ** (15 if "16" in options else 23)
    target, residual = sound(result["target"]), sound(result["residual"])
    factor = 10 ** (result["gain_db"] / 20)
    assert np.abs(target - 2 * clip * factor).max() < 2 * step
    assert np.abs(residual + clip * factor).max() < 2 * step
    assert not result["exact"]
    assert result["null_db"] < 20 * np.log10(2 * step)
    assert not result["exact"]


def test_the_gain_stands_in_the_recipe(run, recording, engine, tmp_path):
    engine(Loud())
    ran = run("separate", recording(), "--span", "+0:1", "--bits", "24", "-o", tmp_path, "--json")
    gain_db = json.loads(ran.out[-1])["gain_db"]
    for stem in ("target", "residual"):
        with av.open(str(tmp_path / f"song_{stem}.wav")) as file:
            assert file.metadata["comment"].endswith(f", gain {gain_db:+.2f} dB")


def test_what_does_not_clip_is_left_alone(run, recording, engine, tmp_path):
    ran = run("separate", recording(), "--span", "+0:1", "--bits", "24", "--gain", "common", "-o", tmp_path, "--json")
    result = json.loads(ran.out[-1])
    assert (result["gain_db"], result["exact"]) == (0.0, True)
    assert (ran.code, ran.err) == (0, ["Halved, not separated."])


def test_floats_are_left_as_they_are(run, recording, engine, tmp_path):
    engine(Loud())
    source = recording()
    ran = run("separate", source, "--span", "+0:1", "-o", tmp_path / "o", "--json")
    result = json.loads(ran.out[-1])
    assert (ran.code, ran.err, result["gain_db"]) == (0, [], 0.0)
    assert np.array_equal(sound(result["target"]), 2 * sound(source))


def test_floats_are_lowered_where_that_is_asked_for(run, recording, engine, tmp_path):
    engine(Loud())
    words = ["--span", "+0:1", "--gain", "common", "-o", tmp_path / "o", "--json"]
    ran = run("separate", recording(), *words)
    result = json.loads(ran.out[-1])
    assert result["gain_db"] < -5.0
    assert 0.99 < np.abs(sound(result["target"])).max() <= 1.0
    assert "both were lowered" in ran.sentence


@pytest.mark.parametrize("options", INTEGERS, ids=" ".join)
def test_with_no_gain_peaks_are_cut_off_and_reported(run, recording, engine, tmp_path, options):
    engine(Loud())
    source = recording()
    ran = run("separate", source, "--span", "+0:1", *options, "--gain", "none", "-o", tmp_path / "o", "--json")
    assert ran.code == 0
    assert "their peaks were cut off (--gain common lowers both stems instead" in ran.sentence
    result = json.loads(ran.out[-1])
    step = 1 / 2 ** (15 if "16" in options else 23)
    assert result["gain_db"] == 0.0
    assert np.abs(sound(result["target"]) - np.clip(2 * sound(source), -1, 1 - step)).max() < 2 * step
    # What is cut off one stem is not put into the other one.
    assert np.abs(sound(result["residual"]) + sound(source)).max() < 2 * step


@pytest.mark.parametrize("gain", ["common", "none"])
def test_what_is_no_number_is_refused(run, recording, engine, tmp_path, gain):
    engine(Spoiled())
    ran = run("separate", recording(), "--span", "+0:1", "--bits", "16", "--gain", gain, "-o", tmp_path / "o")
    assert ran.code == 6
    assert "not numbers" in ran.err[-1]
    assert not (tmp_path / "o").exists()


def test_a_batch_lowers_each_recording_by_its_own_gain_and_knows_the_option(run, recording, engine, tmp_path):
    engine(Loud())
    recording("a.wav")
    quiet = sound(recording("b.wav")) * 0.6
    soundfile.write(tmp_path / "b.wav", quiet, 8000, "PCM_24")
    (tmp_path / "m.csv").write_text("input,spans\na.wav,+0:1\nb.wav,+0:1\n")
    words = ["batch", tmp_path / "m.csv", "-o", tmp_path / "o", "--format", "flac"]
    ran = run(*words)
    assert ran.out == ["2 done, 0 had been done before, 0 failed."]
    assert [line.partition("The stems go ")[0] for line in ran.err] == ["Row 1 (a.wav): ", "Row 2 (b.wav): "]
    for name in ("a", "b"):
        assert 0.998 < np.abs(sound(tmp_path / f"o/{name}_target.flac")).max() <= 1.0
    assert run(*words).out == ["0 done, 2 had been done before, 0 failed."]
    assert run(*words, "--gain", "none").out == ["2 done, 0 had been done before, 0 failed."]


def test_the_goal_is_tried_before_the_work(run, recording, engine, tmp_path):
    """The stems are held until their gain is known: too late to learn that the folder takes no files."""
    (tmp_path / "o").mkdir()
    (tmp_path / "o/song_target.flac").mkdir()
    engine(Untouched())
    ran = run("separate", recording(), "--span", "+0:1", "--format", "flac", "--overwrite", "-o", tmp_path / "o")
    assert ran.code == 6
    assert "is a folder" in ran.sentence


@pytest.mark.parametrize("peak", [1.0 + 1e-7, 1.001, 1.5, 10 ** (0.37 / 20), 7.94328, 1e6])
def test_the_gain_brings_a_peak_just_below_full_scale(peak):
    lowered = np.float32(peak) * np.float32(gain_factor(common_gain_db(float(np.float32(peak)))))
    assert 0.9985 < lowered <= 1.0


@pytest.mark.parametrize("peak", [0.0, 0.5, 1.0, float("nan"), float("inf")])
def test_there_is_no_gain_without_need_or_sense(peak):
    assert common_gain_db(peak) == 0.0
