import pytest

from samstudio.audio.errors import AudioError
from samstudio.audio.export.file_names import (
    MAX_NAME_BYTES,
    fill_template,
    numbered,
    safe_name,
    shortened_note,
    stem_paths,
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("acoustic guitar", "acoustic guitar"),
        ("Ünï 漢字 🎸", "Ünï 漢字 🎸"),
        ('a/b\\c:d*e?f"g<h>i|j\nk\0l', "a_b_c_d_e_f_g_h_i_j_k_l"),
        ("../../etc/passwd", "_.._etc_passwd"),
        (" .hidden. ", "hidden"),
        ("con", "con_"),
        ("LPT1.txt", "LPT1.txt_"),
        ("console", "console"),
        ("...", "untitled"),
        ("", "untitled"),
        ("e\u0301", "é"),
        ("caf\udce9", "caf_"),
    ],
)
def test_safe_names(text, name):
    assert safe_name(text) == name


@pytest.mark.parametrize("text", ["n" * 999, "漢" * 999, "n" * (MAX_NAME_BYTES - 1) + "🎸", "caf\udce9"])
def test_safe_names_fit_and_can_be_written(tmp_path, text):
    name = safe_name(text)
    assert 0 < len(name.encode()) <= MAX_NAME_BYTES
    (tmp_path / name).touch()


def test_templates():
    fields = {"clip": "My {stem}", "stem": "target"}
    assert fill_template("{clip}_{stem}", fields) == "My {stem}_target"
    with pytest.raises(AudioError, match=r"has no field \{clip.path\}: use \{clip\} \{stem\}"):
        fill_template("{clip.path}", fields)


@pytest.mark.parametrize("clip", ["n" * 250, "漢" * 80, "caf\udce9" * 60])
@pytest.mark.parametrize("template", ["{clip}_{take}_{stem}", "{clip} {clip} {take} {stem}"])
def test_a_long_name_gives_way_to_what_distinguishes_files(tmp_path, clip, template):
    fields = {"clip": clip, "take": "Take 12"}
    paths = stem_paths(tmp_path, template, ("target", "residual"), fields, ".wav")
    for stem, path in paths.items():
        assert path.stem.endswith(("Take 12_" if "_" in template else "Take 12 ") + stem)
        assert len(path.stem.encode()) <= MAX_NAME_BYTES
        path.touch()


def test_numbers_are_common_and_free(tmp_path):
    paths = {stem: tmp_path / f"a_{stem}.wav" for stem in ("target", "residual")}
    assert numbered(paths) == paths
    paths["residual"].touch()
    (tmp_path / "a_target (2).wav").touch()
    assert [path.name for path in numbered(paths).values()] == ["a_target (3).wav", "a_residual (3).wav"]


def test_long_names_that_differ_stay_different_and_are_reported(tmp_path):
    fields = {"clip": "Song", "take": ""}
    stems = [f"{'a very long prompt ' * 15}{number}" for number in range(3)]
    paths = stem_paths(tmp_path, "{clip}_{stem}", stems, fields, ".wav")
    assert len({path.name.casefold() for path in paths.values()}) == 3
    for path in paths.values():
        assert len(path.stem.encode()) <= MAX_NAME_BYTES
        path.touch()
    note = shortened_note("{clip}_{stem}", stems, fields)
    assert note == "The name “Song_a very long prompt a very long prom…” is longer than 200 bytes, and was shortened."
    assert shortened_note("{clip}_{stem}", ["target"], fields) == ""


def test_stems_can_have_other_names_in_their_files(tmp_path):
    fields = {"clip": "podcast", "take": "Take 3"}
    paths = stem_paths(tmp_path, "{clip}_{stem}", ("target", "residual"), fields, ".wav", {"target": "speech"})
    assert [path.name for path in paths.values()] == ["podcast_speech.wav", "podcast_residual.wav"]
