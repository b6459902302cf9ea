import gc

import pytest
import soundfile
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QMessageBox

from samstudio.app.editor import make_container
from samstudio.audio.playback.player import Player
from samstudio.session.prompt import Sign, Span
from tests.app.editing import make_window
from tests.audio.playback.fake_stream import FakeCard


@pytest.fixture(autouse=True)
def _no_waiting_for_answers(monkeypatch):
    """A question that no test answers fails instead of waiting for ever."""

    def refuse(box):
        raise AssertionError(f"nobody answers: {box.text()}")

    monkeypatch.setattr(QMessageBox, "exec", refuse)


@pytest.fixture
def window(qtbot, fake_engine):
    # What tests before left goes here, not on some worker's thread, which must not take timers down. Their window goes
    # first: pytest-qt only asks for its deletion, and until then it holds all the rest.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    # What is left stays: no need to look through it before every test.
    gc.freeze()
    container = make_container()
    window = make_window(container)
    qtbot.addWidget(window, before_close_func=lambda window: window.container.document.recordings.close_all())
    with qtbot.waitExposed(window):
        window.show()
    yield window
    container.shut_down()


@pytest.fixture
def tone_file(tmp_path, tone_clip):
    path = tmp_path / "Ton – 音.wav"
    soundfile.write(path, tone_clip.samples, tone_clip.sample_rate, subtype="FLOAT")
    return path


@pytest.fixture
def opened(window, tone_file, qtbot):
    with qtbot.waitSignal(window.container.clip_loader.completed):
        window.commands.files.open_path(tone_file)
    return window


@pytest.fixture
def worked_in(opened, qtbot):
    """The window with a recording, spans, edits and two takes."""
    for words in ("tone", "hum"):
        opened.commands.spans.change_text(words)
        with qtbot.waitSignal(opened.container.separator.finished):
            opened.actions_by_name["separate"].trigger()
        qtbot.waitUntil(lambda: not opened.container.separator.is_running)
    for span in (Span(0.25, 0.5), Span(0.75, 1.0, Sign.MINUS), Span(1.2, 1.4, low=200.0, high=900.0)):
        opened.commands.spans.add(span)
    opened.container.selection.select_range((0.5, 1.0))
    with qtbot.waitActive(opened):
        opened.activateWindow()
    return opened


@pytest.fixture
def card(monkeypatch):
    """A sound card that is pulled by hand; every player of the window plays to it."""
    made = FakeCard(block=480)
    before = Player.__init__
    monkeypatch.setattr(Player, "__init__", lambda player, *_: before(player, made.open, made.clock))
    monkeypatch.setattr(
        "samstudio.controllers.playback.transport.device_status", lambda choice, *_: f"Sound: {choice.key or 'default'}"
    )
    return made
