from pathlib import Path

from samstudio.assets import asset, folder_beside


def test_what_is_made_goes_beside_the_recording_but_not_into_the_program(tmp_path):
    assert folder_beside(tmp_path / "song.wav") == tmp_path
    assert folder_beside(asset("demo/demo.flac")) == Path.home()
    assert folder_beside(None) == Path.home()
