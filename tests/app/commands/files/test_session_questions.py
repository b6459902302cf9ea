"""Sessions whose recording is elsewhere or another one, and sessions of unknown origin."""

import json

import numpy as np
import soundfile
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from samstudio.app.editor import make_container
from samstudio.storage.session_reader import open_session
from tests.app.commands.files.session_work import (
    answer,
    reopen,
    saved_and_closed,
    separate,
    state,
)
from tests.session.made_sessions import assert_equal


def test_a_recording_moved_along_is_found(opened, folder, tone_file, tmp_path, monkeypatch, qtbot):
    before = saved_and_closed(opened, folder, monkeypatch, qtbot)
    (tmp_path / "new").mkdir()
    tone_file.rename(tmp_path / "new" / tone_file.name)
    folder.rename(tmp_path / "new" / folder.name)
    reopen(opened, tmp_path / "new" / folder.name, qtbot)
    assert_equal(state(opened), before)
    assert not opened.isWindowModified()


def test_a_recording_that_is_gone_is_asked_for(opened, folder, tone_file, tmp_path, monkeypatch, qtbot):
    before = saved_and_closed(opened, folder, monkeypatch, qtbot)
    (tmp_path / "new").mkdir()
    moved = tone_file.rename(tmp_path / "new" / "renamed.wav")
    with qtbot.waitSignal(opened.container.session_opener.recording_missing):
        opened.commands.files.open_path(folder)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(moved), ""))
    with qtbot.waitSignal(opened.container.clip_loader.completed):
        messages = answer("session_box", "Locate…", qtbot)
    assert str(tone_file) in messages
    assert_equal(state(opened), before)
    assert opened.isWindowModified(), "its new place is worth saving"
    with qtbot.waitSignal(opened.container.session_saver.saved):
        opened.actions_by_name["save"].trigger()
    assert json.loads((folder / "session.json").read_text("utf-8"))["clip"]["path"] == "../new/renamed.wav"


def test_a_recording_with_other_sound_is_noticed(opened, folder, tone_file, tone_clip, monkeypatch, qtbot):
    saved_and_closed(opened, folder, monkeypatch, qtbot)
    soundfile.write(tone_file, tone_clip.samples * 0.5, tone_clip.sample_rate, subtype="FLOAT")
    reopen(opened, folder, qtbot)
    messages = answer("session_box", "Continue", qtbot)
    assert "has changed" in messages
    assert len(opened.container.document.takes) == 2
    assert opened.isWindowModified()
    with qtbot.waitSignal(opened.container.session_saver.saved):
        opened.actions_by_name["save"].trigger()
    asked = []
    opened.container.clip_hash.found.connect(lambda clip, _sha256: asked.append(clip))
    opened.actions_by_name["close"].trigger()
    reopen(opened, folder, qtbot)
    qtbot.waitUntil(lambda: bool(asked))
    assert not [w for w in QApplication.topLevelWidgets() if w.objectName() == "session_box" and w.isVisible()]


def test_a_recording_of_another_length_keeps_the_takes_out_also_after_a_search_that_is_cancelled(
    opened, folder, tone_file, tone_clip, monkeypatch, qtbot
):
    saved_and_closed(opened, folder, monkeypatch, qtbot)
    soundfile.write(tone_file, tone_clip.samples[:-100], tone_clip.sample_rate, subtype="FLOAT")
    with qtbot.waitSignal(opened.container.session_opener.other_recording):
        opened.commands.files.open_path(folder)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    first = answer("session_box", "Locate…", qtbot)
    assert answer("session_box", "Continue with the spans only", qtbot) == first
    assert not opened.container.session_state.is_restoring
    opened.container.document.recordings.close_all()
    # Opened anew.
    with qtbot.waitSignal(opened.container.clip_loader.completed):
        opened.commands.files.open_path(folder)
    opened.actions_by_name["save"].trigger()
    assert not opened.container.session_saver.is_saving, "the takes would have been gone"
    answer("session_box", "Continue with the spans only", qtbot)
    assert opened.container.document.takes == ()
    assert opened.container.document.prompt.text == "horn"
    assert opened.container.session_state.folder is None
    (read,) = open_session(folder)
    assert len(read.session.takes) == 2
    opened.container.document.recordings.close_all()


def test_a_session_open_elsewhere_is_saved_under_another_name_and_one_without_sound_is_left_alone(
    opened, folder, monkeypatch, qtbot
):
    saved_and_closed(opened, folder, monkeypatch, qtbot)
    other = make_container()
    assert other.session_state._locks.take(folder)
    with qtbot.waitSignal(opened.container.session_opener.warned) as warned:
        reopen(opened, folder, qtbot)
    assert "another window" in warned.args[0]
    assert opened.container.session_state.folder is None
    assert len(opened.container.document.takes) == 2
    other.shut_down()
    opened.container.document.recordings.close_all()
    # Takes without sound are reported.
    next(folder.rglob("residual.wav")).unlink()
    with qtbot.waitSignal(opened.container.session_opener.warned) as warned:
        reopen(opened, folder, qtbot)
    assert "could not come back: residual.wav is missing." in warned.args[0]
    assert len(opened.container.document.takes) == 1
    assert opened.container.session_state.folder is None
    assert opened.container.session_state.is_at_risk
    opened.container.document.recordings.close_all()


# Sessions from elsewhere


def test_what_is_no_session_is_one_sentence_and_the_window_lives_on(opened, folder, qtbot):
    folder.mkdir()
    clip = opened.container.document.clip
    for text in (
        "",
        "[" * 100_000,
        '{"format": "samstudio-session", "version": 99}',
        '{"format": "samstudio-session", "version": 1}',
        '{"format": "samstudio-session", "version": 1, "clip": {"path": NaN}}',
    ):
        (folder / "session.json").write_text(text)
        with qtbot.waitSignal(opened.container.session_opener.failed):
            opened.commands.files.open_path(folder)
        (box,) = [box for box in opened.findChildren(QMessageBox, "error_box") if box.isVisible()]
        assert box.text().endswith("."), text[:80]
        assert opened.container.document.clip is clip
        box.close()


def test_a_strangers_session_is_shown_as_plain_text_and_thousands_of_spans_open(opened, folder, monkeypatch, qtbot):
    saved_and_closed(opened, folder, monkeypatch, qtbot)
    original = (folder / "session.json").read_text("utf-8")
    facts = json.loads(original)
    facts["takes"][0]["name"] = '<img src="/dev/zero">'
    facts["clip"]["path"] = facts["clip"]["absolute"] = '<img src="/dev/zero">.wav'
    facts["view"]["spectrogram"]["fft_size"] = 1 << 40
    (folder / "session.json").write_text(json.dumps(facts), "utf-8")
    with qtbot.waitSignal(opened.container.session_opener.recording_missing):
        opened.commands.files.open_path(folder)
    messages = answer("session_box", "Cancel", qtbot)
    assert "<img" in messages
    # Thousands of spans, and numbers beyond all reason.
    facts = json.loads(original)
    facts["prompt"]["spans"] = [{"start": i / 1000, "end": (i + 1) / 1000} for i in range(2000)]
    facts["prompt"]["spans"].append({"start": 1e14, "end": 1e15, "low": 1.0, "high": 1e15})
    facts["view"] |= {"start": 1e14, "end": 1e15, "playhead": -1e15, "selection": [0.0, 1e15]}
    facts["view"]["spectrogram"]["fft_size"] = 1 << 40
    (folder / "session.json").write_text(json.dumps(facts), "utf-8")
    reopen(opened, folder, qtbot)
    opened.grab()
    assert len(opened.container.document.prompt.spans) == 2001
    assert opened.commands.spectrogram.settings.fft_size == 2048


def test_stems_that_are_no_numbers_are_drawn_and_mixed_as_far_as_they_are(opened, folder, monkeypatch, caplog, qtbot):
    saved_and_closed(opened, folder, monkeypatch, qtbot)
    for path in folder.rglob("target.wav"):
        path.chmod(0o644)
        data = bytearray(path.read_bytes())
        data[-4000:-2000] = np.full(500, np.nan, np.float32).tobytes()
        data[-2000:] = np.full(500, np.inf, np.float32).tobytes()
        path.write_bytes(data)
    reopen(opened, folder, qtbot)
    assert len(opened.container.document.takes) == 2
    qtbot.waitUntil(lambda: not opened.container.timeline_renderer.is_busy)
    opened.grab()
    assert "background work failed" not in caplog.text


def test_a_takes_name_brings_no_markup_to_its_tooltip(opened, folder, monkeypatch, qtbot):
    separate(opened, qtbot)
    opened.container.document.rename_take(0, '<img src="/dev/zero">')
    model = opened.takes_panel.view.model()
    tip = model.data(model.index(0, 0), Qt.ItemDataRole.ToolTipRole)
    assert "img" in tip
    assert "<" not in tip


def test_a_recording_on_another_computer_is_looked_for_only_when_the_user_agrees(
    opened, folder, tone_file, tmp_path, monkeypatch, qtbot
):
    saved_and_closed(opened, folder, monkeypatch, qtbot)
    facts = json.loads((folder / "session.json").read_text("utf-8"))
    moved = tone_file.rename(tmp_path / "renamed.wav")
    # On this system the same as one slash, and on others the name of a computer.
    facts["clip"] |= {"path": "", "absolute": f"/{moved}"}
    (folder / "session.json").write_text(json.dumps(facts), "utf-8")
    with qtbot.waitSignal(opened.container.session_opener.recording_missing):
        opened.commands.files.open_path(folder)
    with qtbot.waitSignal(opened.container.clip_loader.completed):
        messages = answer("session_box", "Open it", qtbot)
    assert "another computer" in messages
    assert f"/{moved}" in messages
