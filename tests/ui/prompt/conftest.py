import pytest

from samstudio.separation.registry import EngineInfo
from samstudio.ui.prompt.prompt_panel import PromptPanel

ENGINES = (
    EngineInfo("spectral", "Spectral", "Learns from spans."),
    EngineInfo("sam-audio", "SAM Audio", "Meta's model.", "SAM Audio has no weights here: get them."),
    EngineInfo("other", "Other", "Another one."),
)


@pytest.fixture
def panel(qtbot) -> PromptPanel:
    panel = PromptPanel()
    qtbot.addWidget(panel)
    panel.show_engines(ENGINES)
    panel.show()
    return panel
