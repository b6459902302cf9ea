import pytest

from samstudio.ui.mixer.mixer_panel import MixerPanel


@pytest.fixture
def panel(qtbot):
    """A console with stems; `wishes` are the mixes that it asks for."""
    made = MixerPanel()
    qtbot.addWidget(made)
    made.resize(1300, made.sizeHint().height())
    made.show()
    made.set_stems_available(True)
    made.wishes = []
    made.mix_changed.connect(made.wishes.append)
    return made
