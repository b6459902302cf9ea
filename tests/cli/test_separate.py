import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.encode.writer import AudioWriter
from samstudio.audio.files import load_clip
from samstudio.audio.metadata.cue import CueMarker
from samstudio.audio.metadata.tags import Metadata, metadata_of
from samstudio.cli.errors import Exit
from samstudio.separation.engine import Predicted, Scored, SeparationError, StemChunk
from samstudio.separation.registry import engine_info
from samstudio.session.prompt import Span
from samstudio.session.take import Scores
from tests.audio.made_tracks import TONES, tone_of, two_tracks
from tests.e2e.truth import ROOT, si_sdr

BENCH = Path(os.environ.get("SAMSTUDIO_BENCH", ROOT.parent / "shared" / "bench"))
needs_bench = pytest.mark.skipif(
    not (BENCH / "manifest.json").exists(), reason="the benchmark is not here (SAMSTUDIO_BENCH)"
)


class Recorder:
    """Keeps the request and passes the clip on as the target."""

    def separate(self, request):
        self.request = request
        first, last = request.wanted
        target = request.samples[first:last].copy()
        yield StemChunk(first, target, np.zeros_like(target))


class Choosing:
    """Predicts two spans and makes two candidates, the second one better."""

    def separate(self, request):
        yield Predicted((Span(0.25, 0.5), Span(1.0, 1.25)))
        yield Scored((Scores(0.1), Scores(0.9)))
        first, last = request.wanted
        for candidate, part in ((1, 0.5), (0, 0.25)):
            target = request.samples[first:last] * np.float32(part)
            yield StemChunk(first, target, request.samples[first:last] - target, candidate)


def sound(path):
    return soundfile.read(path, dtype="float32", always_2d=True)[0]


@needs_bench
def test_a_siren_in_traffic_by_its_word_alone(run, tmp_path):
    recording, truth = (BENCH / f"p10_siren_traffic_{part}.flac" for part in ("mixture", "target"))
    ran = run("separate", recording, "--prompt", "siren", "-o", tmp_path)
    assert ran.code == 0
    clip, wanted, target, residual = (sound(path) for path in (recording, truth, *ran.out))
    assert (target + residual == clip).all()
    assert si_sdr(wanted, target) > 15


def test_two_files_that_sum_to_the_recording(run, recording, engine, tmp_path):
    ran = run("separate", recording(), "--span", "+0.5:1", "-o", tmp_path / "new/out")
    target, residual = tmp_path / "new/out/song_target.wav", tmp_path / "new/out/song_residual.wav"
    assert (ran.code, ran.out) == (0, [str(target), str(residual)])
    assert (sound(target) + sound(residual) == sound(tmp_path / "song.wav")).all()
    assert sound(target).any()
    assert soundfile.info(target).subtype == "FLOAT"
    assert sorted(path.name for path in target.parent.iterdir()) == ["song_residual.wav", "song_target.wav"]


def test_what_the_engine_notes_goes_to_stderr(run, recording, engine, tmp_path):
    assert run("separate", recording(), "--span", "+0.5:1", "-o", tmp_path / "o").err == ["Halved, not separated."]


def test_of_predicted_spans_only_what_lies_in_the_range_is_reported(run, recording, engine, tmp_path):
    engine(Choosing())
    source = recording()
    for bounds, told in (("0.4:1.1", "+0.4:0.5 +1:1.1."), ("0.6:2", "+1:1.25."), ("0.6:0.9", "")):
        ran = run("separate", source, "--prompt", "dog", "--range", bounds, "-o", tmp_path / bounds)
        assert [line for line in ran.err if "spans" in line] == ([f"Predicted spans: {told}"] if told else [])


def test_the_best_candidate_is_written_and_predictions_are_reported(run, recording, engine, tmp_path):
    engine(Choosing())
    source = recording()
    ran = run("separate", source, "--prompt", "dog", "--range", "0.5:2", "-o", tmp_path / "o")
    assert ran.code == 0
    assert any("spans: +1:1.25." in line for line in ran.err)
    np.testing.assert_array_equal(sound(tmp_path / "o" / "song_target.wav"), sound(source)[4000:] * np.float32(0.5))


def test_json_is_one_object_on_the_last_line(run, recording, engine, tmp_path):
    ran = run("separate", recording(channels=1), "--span", "+0.5:1", "-o", tmp_path / "o", "--json")
    result = json.loads(ran.out[-1])
    assert set(result) == {
        "target", "residual", "engine", "seconds", "realtime_factor", "sample_rate", "channels", "frames", "null_db",
        "exact", "gain_db", "from_cache",
    }  # fmt: skip
    assert result["target"] == str(tmp_path / "o/song_target.wav")
    assert result["residual"] == str(tmp_path / "o/song_residual.wav")
    assert (result["engine"], result["sample_rate"], result["channels"]) == ("spectral", 8000, 1)
    assert result["frames"] == 16000
    assert result["realtime_factor"] == pytest.approx(result["seconds"] / 2, abs=1e-3)
    assert result["null_db"] is None
    assert result["exact"]


def test_json_measures_what_rounding_costs(run, recording, engine, tmp_path):
    ran = run("separate", recording(), "--span", "+0.5:1", "-o", tmp_path / "o", "--json", "--bits", "16")
    result = json.loads(ran.out[-1])
    assert not result["exact"]
    assert -96 < result["null_db"] < -75


@pytest.mark.parametrize("options", [["--bits", "16"], ["--format", "flac", "--bits", "16"], ["--bits", "24"]])
def test_the_spectral_engine_s_integer_stems_sum_to_a_16_bit_recording(run, tmp_path, options):
    rng = np.random.default_rng(3)
    sound_of = rng.integers(-3000, 3000, (24_000, 2)) | 1
    soundfile.write(tmp_path / "a.wav", sound_of.astype(np.int16), 16_000, "PCM_16")
    words = ["--span", "+0.25:0.75", "--span=-0.75:1.25", "--device", "cpu", "--json"]
    ran = run("separate", tmp_path / "a.wav", *words, *options, "-o", tmp_path / "o")
    result = json.loads(ran.out[-1])
    assert result["exact"]
    dtype, shift = ("int16", 0) if "16" in options else ("int32", 16)
    target, residual = (
        soundfile.read(result[stem], dtype=dtype)[0].astype(np.int64) for stem in ("target", "residual")
    )
    assert np.array_equal(target + residual, sound_of << shift)
    # The engine silences the target in - spans: there it stays so.
    assert not target[round(0.8 * 16_000) : round(1.2 * 16_000)].any()


@pytest.mark.parametrize(
    ("options", "suffix", "subtype"),
    [
        ([], "wav", "FLOAT"),
        (["--bits", "24"], "wav", "PCM_24"),
        (["--bits", "16"], "wav", "PCM_16"),
        (["--format", "flac"], "flac", "PCM_24"),
        (["--format", "flac", "--bits", "16"], "flac", "PCM_16"),
    ],
)
def test_formats(run, recording, engine, tmp_path, options, suffix, subtype):
    assert run("separate", recording(), "--span", "+0.5:1", "-o", tmp_path, *options).code == 0
    for stem in ("target", "residual"):
        assert soundfile.info(tmp_path / f"song_{stem}.{suffix}").subtype == subtype


def test_the_engine_gets_what_was_typed(run, recording, engine, tmp_path):
    engine(recorder := Recorder())
    words = ["--span", "+0.5:1", "--span=-1:1.5", "--box", "+0:1:200:400", "--span", "-0:0.5", "--prompt", "bell"]
    run("separate", recording(), *words, "--seed", "5", "--device", "cpu", "-o", tmp_path / "o")
    prompt = recorder.request.prompt
    assert prompt.text == "bell"
    assert [(span.sign.value, span.start, span.end, span.low) for span in prompt.spans] == [
        ("+", 0.5, 1, None),
        ("-", 1, 1.5, None),
        ("+", 0, 1, 200),
        ("-", 0, 0.5, None),
    ]
    assert (recorder.request.settings.seed, recorder.request.settings.device) == (5, "cpu")


def test_a_range_is_separated_alone_and_spans_outside_still_teach(run, recording, engine, tmp_path):
    engine(recorder := Recorder())
    words = ["--span", "+0.75:1.25", "--span", "-0.25:0.75", "--span", "-1.75:2"]
    ran = run("separate", recording(), *words, "--range", "0.5:1.5", "-o", tmp_path / "o")
    assert [(span.start, span.end) for span in recorder.request.prompt.spans] == [(0.75, 1.25), (0.25, 0.75), (1.75, 2)]
    assert recorder.request.frame_range == (4000, 12000)
    assert len(recorder.request.samples) == 16000
    assert (sound(tmp_path / "o/song_target.wav") == sound(tmp_path / "song.wav")[4000:12000]).all()
    assert (ran.code, ran.err) == (0, [])


def test_stamp_markers_and_recipe_stand_in_the_files_as_the_window_writes_them(run, recording, engine, tmp_path):
    recorded = tmp_path / "stamped.wav"
    notes = Metadata({"comment": "Take 3"}, 7_000_000, [CueMarker(5000, 0, "slate"), CueMarker(100, 0, "before")])
    with AudioWriter(recorded, 8000, 2, AudioFormat("wav", "24"), metadata=notes) as writer:
        writer.write(sound(recording()))
    assert run("separate", recorded, "--span", "+0.5:1", "--range", "0.5:1.5", "-o", tmp_path / "o").code == 0
    for stem in ("target", "residual"):
        with av.open(str(tmp_path / "o" / f"stamped_{stem}.wav")) as file:
            read = dict(file.metadata)
        assert read["time_reference"] == "7004000"
        recipe = read["coding_history"].strip()
        assert "engine spectral" in recipe
        assert "+0.5:1" in recipe
        assert read["comment"] == f"Take 3\n{recipe}"
        with soundfile.SoundFile(tmp_path / "o" / f"stamped_{stem}.wav") as file:
            assert file.frames == 8000
        markers = metadata_of(load_clip(tmp_path / "o" / f"stamped_{stem}.wav")).markers
        assert markers == [CueMarker(1000, 0, "slate")]


def test_a_range_of_the_spectral_engine_is_cut_out_of_the_whole(run, recording, tmp_path):
    """No span lies in the range: those elsewhere tell the engine what to look for."""
    words = ["separate", recording(), "--span", "+0.25:0.75", "--span=-1.25:1.75", "--device", "cpu"]
    assert run(*words, "-o", tmp_path / "whole").code == 0
    assert run(*words, "-o", tmp_path / "part", "--range", "0.9:1.2").code == 0
    for stem in ("target", "residual"):
        whole, part = (sound(tmp_path / folder / f"song_{stem}.wav") for folder in ("whole", "part"))
        np.testing.assert_allclose(part, whole[7200:9600], atol=1e-6)


def test_a_span_over_the_end_is_cut_and_reported(run, recording, engine, tmp_path):
    engine(recorder := Recorder())
    ran = run("separate", recording(), "--span", "+1:99", "-o", tmp_path / "o")
    assert recorder.request.prompt.spans[0].end == 2
    assert ran.sentence == "The span +1:99 was cut at the end of the recording, 2.00 s."


@pytest.mark.parametrize("name", ["Stück für Ängstliche.wav", "鳥の声.wav", "a b'c\"d.e.wav", "🎻.wav"])
def test_any_name(run, recording, engine, tmp_path, name):
    ran = run("separate", "--span", "+0:1", "-o", tmp_path / "ö", "--json", recording(name))
    assert ran.code == 0
    assert json.loads(ran.out[-1])["target"] == str(tmp_path / "ö" / f"{name[:-4]}_target.wav")
    assert (tmp_path / "ö" / f"{name[:-4]}_target.wav").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_no_text(run, recording, engine, tmp_path):
    path = tmp_path / os.fsdecode(b"gr\xfcn.wav")
    recording().rename(path)
    assert run("separate", path, "--span", "+0:1", "-o", tmp_path / "o").code == 0
    assert len(list((tmp_path / "o").iterdir())) == 2


@pytest.mark.parametrize("words", [["--mode", "faithful"], ["--residual", "exact"]])
def test_what_the_engine_does_anyway_may_be_asked_for(run, recording, engine, tmp_path, words):
    assert run("separate", recording(), "--span", "+0:1", "-o", tmp_path, *words).code == 0


def test_a_truncated_input_is_reported_and_used(run, recording, engine, tmp_path):
    path = recording()
    path.write_bytes(path.read_bytes()[:40000])
    ran = run("separate", path, "--span", "+0:0.5", "-o", tmp_path / "o")
    assert ran.code == 0
    assert any("ends early" in line for line in ran.err)


def test_another_sound_track_is_separated(run, engine, tmp_path):
    video = two_tracks(tmp_path / "two.mkv")
    engine(Recorder())
    ran = run("separate", video, "--track", "1", "--span", "+0:0.5", "-o", tmp_path / "o")
    assert ran.code == 0
    assert tone_of(sound(tmp_path / "o/two_target.wav")) == TONES[0]
    ran = run("separate", video, "--span", "+0:0.5", "-o", tmp_path / "p")
    assert ran.err[0] == "Of 2 sound tracks this one was read: 2 Commentary & more · eng · stereo (see --track)."
    assert tone_of(sound(tmp_path / "p/two_target.wav")) == TONES[1]


@pytest.mark.parametrize("track", ["0", "-1", "x", "3"])
def test_a_track_that_is_not_there_is_refused(run, engine, tmp_path, track):
    assert run(
        "separate", two_tracks(tmp_path / "two.mkv"), f"--track={track}", "--span", "+0:0.5", "-o", tmp_path
    ).code


def test_each_of_two_sounds_goes_into_files_of_its_own(run, recording, engine, tmp_path):
    asked = []

    class Asked(Recorder):
        def separate(self, request):
            asked.append(request.prompt.text)
            yield from super().separate(request)

    engine(Asked())
    ran = run("separate", recording(), "--prompt", "guitar and drums without dog", "--each", "-o", tmp_path / "o")
    assert ran.code == 0
    assert [Path(line).name for line in ran.out] == [
        "song_guitar_target.wav", "song_guitar_residual.wav", "song_drums_target.wav", "song_drums_residual.wav",
    ]  # fmt: skip
    assert asked == ["guitar without dog", "drums without dog"]
    with soundfile.SoundFile(tmp_path / "o/song_drums_target.wav") as file:
        assert "left out “dog”" in file.comment


def test_a_text_that_can_be_worded_better_is_told(run, recording, engine, tmp_path, monkeypatch):
    info = replace(engine_info("spectral"), rewrite=str.lower)
    monkeypatch.setattr("samstudio.cli.job.engine_info", lambda _name: info)
    ran = run("separate", recording(), "--prompt", "Birds", "-o", tmp_path / "o")
    assert ran.code == 0
    assert 'Try --prompt "birds".' in ran.err


def test_a_sound_that_is_refused_does_not_stop_the_next_one(run, recording, engine, tmp_path):
    class Picky(Recorder):
        def separate(self, request):
            if request.prompt.text == "piano":
                raise SeparationError("“piano” is not heard.")
            yield from super().separate(request)

    engine(Picky())
    ran = run("separate", recording(), "--prompt", "piano and bird", "--each", "-o", tmp_path / "o")
    assert ran.code == Exit.SEPARATION
    assert [Path(line).name for line in ran.out] == ["song_bird_target.wav", "song_bird_residual.wav"]
    assert "“piano”: “piano” is not heard." in ran.err
    assert "1 of 2 sounds were separated." in ran.err
