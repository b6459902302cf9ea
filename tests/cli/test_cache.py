"""The cache on the command line: a hit is told, its size is told, and it can be cleared."""

import json
from hashlib import sha256

from samstudio.cli.stems.writing import FROM_CACHE
from samstudio.separation.cache.kept_files import KeptFiles


def test_a_second_time_it_comes_from_the_cache(run, recording, tmp_path):
    arguments = ("separate", recording(), "--span", "+0.2:0.8", "--json", "-o")
    first, again = run(*arguments, tmp_path / "first"), run(*arguments, tmp_path / "again")
    assert [json.loads(ran.out[-1])["from_cache"] for ran in (first, again)] == [False, True]
    assert FROM_CACHE not in first.err
    assert FROM_CACHE in again.err
    for stem in ("target", "residual"):
        paths = [tmp_path / folder / f"song_{stem}.wav" for folder in ("first", "again")]
        assert paths[0].read_bytes() == paths[1].read_bytes()


def test_info_and_clear(run, recording, tmp_path):
    run("separate", recording(), "--span", "+0.2:0.8", "-o", tmp_path / "out")
    info = run("cache", "info")
    assert info.out == run("cache").out
    assert info.out[0].endswith(str(KeptFiles().folder))
    assert info.out[1].split() == ["Results:", "1"]
    assert info.out[3].split() == ["At", "most:", "10.0", "GB"]
    cleared = run("cache", "clear")
    assert cleared.out[0].startswith("1 results removed")
    assert run("cache").out[2].split() == ["Size:", "0"]
    assert run("cache", "clear").out == ["0 results removed."]


def test_a_folder_that_cannot_be_read(run):
    folder = KeptFiles().folder
    folder.parent.mkdir(parents=True)
    folder.write_bytes(b"a file")
    assert run("cache").code == 3
    assert run("cache", "clear").sentence.endswith(
        f"“{folder}” cannot be read (Not a directory): check its permissions."
    )


def test_the_manifests_of_both_commands_are_alike(run, recording, tmp_path):
    song, sheet = recording(), tmp_path / "m.csv"
    sheet.write_text("input,spans\nsong.wav,+0.2:0.8\n")
    run("separate", song, "--span", "+0.2:0.8", "--manifest", "-o", tmp_path / "one")
    run("batch", sheet, "-o", tmp_path / "many")
    one, many = (json.loads((tmp_path / name / "song_manifest.json").read_text("utf-8")) for name in ("one", "many"))
    assert (one["from_cache"], many["from_cache"]) == (False, True)
    for name in ("input", "outputs", "prompt", "settings", "machine", "range"):
        assert one[name] == many[name]
    for stem, made in many["outputs"].items():
        assert made["file"] == f"song_{stem}.wav"
        assert made["sha256"] == sha256((tmp_path / "many" / made["file"]).read_bytes()).hexdigest()
    assert one["input"]["sha256"] == sha256(song.read_bytes()).hexdigest()
    again = run("separate", song, "--span", "+0.2:0.8", "--manifest", "-o", tmp_path / "one")
    assert "exists" in again.sentence
