from dataclasses import replace

import pytest

from samstudio.separation.registry import engine_info
from samstudio.ui.prompt.prompt_panel import PromptPanel

ENGINES = (
    engine_info("spectral"),
    replace(engine_info("sam-audio"), unavailable="SAM Audio has no weights here: get them."),
    replace(engine_info("spectral"), name="other", title="Other", summary="Another one."),
)


@pytest.fixture
def panel(qtbot) -> PromptPanel:
    panel = PromptPanel()
    qtbot.addWidget(panel)
    panel.show_engines(ENGINES)
    panel.show()
    return panel
