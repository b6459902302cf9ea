import os
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings

from samstudio.controllers.settings.key_map import KeyMap
from samstudio.controllers.settings.preferences import Preferences
from samstudio.separation.registry import checked_settings
from samstudio.session.take import SeparationSettings

MADE = Path(__file__).parents[2] / "storage" / "version_1"
CHOSEN = checked_settings(
    SeparationSettings("sam-audio", "cpu", 7, False, {"model": "tiny", "mode": "faithful", "steps": 4})
)
SPECTRAL = checked_settings(SeparationSettings("spectral")).options


def test_values_come_back_at_the_next_start(qapp):
    first = Preferences()
    first.set_text("theme", "light")
    first.set_flag("follow", value=False)
    first.set_bytes("window", QByteArray(b"\x00\x01"))
    first.set_separation_settings(CHOSEN, {"sam-audio": CHOSEN.options, "spectral": SPECTRAL})
    again = Preferences()
    assert again.text("theme") == "light"
    assert again.flag("follow", default=True) is False
    assert again.bytes("window") == QByteArray(b"\x00\x01")
    assert again.separation_settings() == CHOSEN
    assert again.engine_options() == {"spectral": SPECTRAL, "sam-audio": CHOSEN.options}


def test_recent_files_are_unique_latest_first_and_existing(qapp, tmp_path):
    preferences = Preferences()
    paths = [tmp_path / name for name in ("a.wav", "b.wav", "gone.wav")]
    for path in paths[:2]:
        path.touch()
    for path in (*paths, paths[0]):
        preferences.add_recent_file(path)
    assert Preferences().recent_files == (paths[0], paths[1])


def test_one_recent_file_survives_the_settings_file(qapp, tmp_path):
    (tmp_path / "only.wav").touch()
    Preferences().add_recent_file(tmp_path / "only.wav")
    assert Preferences().recent_files == (tmp_path / "only.wav",)


def test_history_ignores_blanks_and_is_bounded(qapp):
    preferences = Preferences()
    for number in range(40):
        preferences.add_to_prompt_history(f"sound {number}")
    preferences.add_to_prompt_history("   ")
    assert preferences.prompt_history[0] == "sound 39"
    assert len(preferences.prompt_history) == 30


def test_a_damaged_settings_file_gives_the_defaults(qapp):
    preferences = Preferences()
    for damaged in ("not json", '{"unknown": 1}', '{"sam_audio": 3}', "[]", '{"engine": "gone"}', '{"options": 3}'):
        preferences.set_text("separation", damaged)
        assert preferences.separation_settings() == checked_settings(SeparationSettings())
    assert isinstance(preferences.recent_files, tuple)
    assert Path() not in preferences.recent_files


def test_what_the_version_before_remembered_is_still_known(qapp):
    preferences = Preferences()
    preferences._store.clear()
    made = QSettings(str(MADE / "preferences.ini"), QSettings.Format.IniFormat)
    for key in made.allKeys():
        preferences._store.setValue(key, made.value(key))
    settings = preferences.separation_settings()
    assert (settings.engine, settings.device, settings.seed) == ("sam-audio", "cpu", 3)
    chosen = {"model": "/home/user/models/tiny", "judge": "/home/user/models/judge", "solver": "euler", "steps": 1,
              "candidates": 2, "predict_spans": True, "watermark": False}  # fmt: skip
    assert settings == checked_settings(SeparationSettings("sam-audio", "cpu", 3, options=chosen))
    assert preferences.engine_options() == {"spectral": SPECTRAL, "sam-audio": settings.options}
    keys = KeyMap({"accept_suggestion": ("A",), "set_up_models": (), "play": ("Space",)}, preferences).keys
    assert keys == {"accept_suggestion": ("Ctrl+Alt+G",), "set_up_models": ("Ctrl+Alt+U",), "play": ("F9",)}


@pytest.mark.skipif(os.name != "posix", reason="needs permissions")
def test_settings_are_their_users_alone(qapp):
    preferences = Preferences()
    preferences.add_to_prompt_history("a secret")
    preferences._store.sync()
    file = Path(preferences._store.fileName())
    assert "a secret" in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
