import pytest
import soundfile

from samstudio.app.main import make_window
from samstudio.app.studio import Studio


@pytest.fixture
def window(qtbot, fake_engine):
    studio = Studio()
    window = make_window(studio)
    qtbot.addWidget(window, before_close_func=lambda window: window.studio.document.mark_kept())
    with qtbot.waitExposed(window):
        window.show()
    yield window
    studio.shut_down()


@pytest.fixture
def tone_file(tmp_path, tone_clip):
    path = tmp_path / "Ton – 音.wav"
    soundfile.write(path, tone_clip.samples, tone_clip.sample_rate, subtype="FLOAT")
    return path


@pytest.fixture
def opened(window, tone_file, qtbot):
    with qtbot.waitSignal(window.studio.opener.completed):
        window.files.open_path(tone_file)
    return window
