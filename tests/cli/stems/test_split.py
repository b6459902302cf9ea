"""`split`: parts that sum to the recording, whatever is refused."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from samstudio.cli.errors import Exit
from samstudio.separation.engine import NotHeardError, StemChunk
from tests.audio.export.daw.reading import dawproject_tracks, reaper_project, reaper_tracks, valid_project


class Splitting:
    """Takes half of what it is given, and knows no “horn”; `asked` are the texts and what they were taken from."""

    def __init__(self, interrupted_at: str = "") -> None:
        self.asked = []
        self._interrupted_at = interrupted_at

    def separate(self, request):
        text = request.prompt.text
        self.asked.append((text, np.array(request.samples)))
        if text == "horn":
            raise NotHeardError("“horn” is not heard.")
        if text == self._interrupted_at:
            raise KeyboardInterrupt
        target = request.samples * np.float32(0.5)
        yield StemChunk(0, target, request.samples - target)


@pytest.fixture
def splitting(engine) -> Splitting:
    made = Splitting()
    engine(made)
    return made


def sound(path):
    return soundfile.read(path, dtype="float32", always_2d=True)[0]


def sum_of(paths):
    """In the order in which the chain was separated, backwards: only so float32 loses nothing."""
    *parts, rest = map(sound, paths)
    for part in reversed(parts):
        rest = rest + part
    return rest


def test_each_part_is_taken_out_of_what_is_left_and_all_sum_to_the_recording(run, recording, splitting, tmp_path):
    source = recording()
    ran = run("split", source, "--into", "vocals, lead guitar,bass,the rest", "-o", tmp_path / "out")
    names = ["song_vocals.wav", "song_lead_guitar.wav", "song_bass.wav", "song_rest.wav"]
    assert (ran.code, ran.out, ran.err) == (0, [str(tmp_path / "out" / name) for name in names], [])
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(names)
    assert [text for text, _ in splitting.asked] == ["vocals", "lead guitar", "bass"]
    assert (splitting.asked[1][1] == splitting.asked[0][1] - sound(ran.out[0])).all()
    assert (sum_of(ran.out) == sound(source)).all()
    assert soundfile.info(ran.out[0]).subtype == "FLOAT"


def test_what_is_refused_is_told_and_stays_in_the_rest(run, recording, splitting, tmp_path):
    ran = run("split", recording(), "--into", "vocals,horn,bass", "-o", tmp_path / "out", "--json")
    assert ran.code == Exit.SEPARATION
    assert ran.err == ["“horn”: “horn” is not heard. It stays in the rest.", "2 of 3 parts were separated."]
    made = json.loads(ran.out[0])
    assert list(made["parts"]) == ["vocals", "bass", "rest"]
    assert made["refused"] == {"horn": "“horn” is not heard."}
    assert (made["null_db"], made["exact"], made["frames"]) == (None, True, 16000)
    assert (sum_of(made["parts"].values()) == sound(tmp_path / "song.wav")).all()
    assert not (tmp_path / "out/song_horn.wav").exists()


def test_where_nothing_is_found_nothing_is_written(run, recording, splitting, tmp_path):
    ran = run("split", recording(), "--into", "horn", "-o", tmp_path / "out")
    assert ran.code == Exit.SEPARATION
    assert ran.err[-1] == "samstudio: No part was found, so nothing is written."
    assert not (tmp_path / "out").exists()


def test_a_word_that_is_not_known_is_told_as_by_separate(run, recording, tmp_path):
    sentence = run("separate", recording(), "--prompt", "gwrzl", "-o", tmp_path / "one").sentence
    ran = run("split", recording(), "--into", "gwrzl", "-o", tmp_path / "out")
    assert sentence.startswith("samstudio: “gwrzl” is not in the word list")
    assert ran.err[0] == f"“gwrzl”: {sentence.removeprefix('samstudio: ')} It stays in the rest."


def test_a_split_that_is_interrupted_keeps_the_parts_that_are_finished(run, recording, engine, tmp_path):
    engine(Splitting(interrupted_at="bass"))
    ran = run("split", recording(), "--into", "vocals,bass,drums", "-o", tmp_path / "out")
    assert ran.code == Exit.INTERRUPTED
    assert [Path(path).name for path in ran.out] == ["song_vocals.wav", "song_rest.wav"]
    assert (sum_of(ran.out) == sound(tmp_path / "song.wav")).all()
    engine(Splitting(interrupted_at="bass"))
    assert run("split", recording(), "--into", "bass", "-o", tmp_path / "none").code == Exit.INTERRUPTED
    assert not (tmp_path / "none").exists()


def test_projects_with_a_track_for_each_part_in_colours_of_their_own(run, recording, splitting, tmp_path):
    words = ("--into", "vocals,drums", "--daw-project", "--format", "flac", "--json")
    made = json.loads(run("split", recording(), *words, "-o", tmp_path / "out").out[0])
    assert made["null_db"] is None
    names = ["song_vocals.flac", "song_drums.flac", "song_rest.flac"]
    tracks = dawproject_tracks(valid_project(Path(made["dawproject"])))
    assert [Path(track.file).name for track in tracks] == names
    assert len({track.color for track in tracks}) == 3
    assert [track.file for track in reaper_tracks(reaper_project(Path(made["rpp"])))[1:]] == names
    assert Path(made["rpp"]).name == "song.rpp"


def test_bad_lists_and_files_that_exist_are_refused_before_the_work(run, recording, splitting, tmp_path):
    source = recording()
    for words in ("", " , ", "the rest", "a/b,a:b", ",".join(f"w{n}" for n in range(17))):
        assert run("split", source, "--into", words, "-o", tmp_path).code == Exit.USAGE
    (tmp_path / "song_rest.wav").write_text("mine")
    ran = run("split", source, "--into", "vocals", "-o", tmp_path)
    assert (ran.code, "song_rest.wav" in ran.sentence, splitting.asked) == (Exit.OUTPUT, True, [])
    assert run("split", source, "--into", "vocals", "-o", tmp_path, "--overwrite").code == 0
