import pytest

from samstudio.session.prompt import Prompt
from samstudio.ui.spans.span_list import SpanListPanel
from tests.ui.spans.shown_spans import DURATION, SPANS


@pytest.fixture
def panel(qtbot) -> SpanListPanel:
    panel = SpanListPanel()
    qtbot.addWidget(panel)
    panel.resize(400, 300)
    panel.show()
    panel.show_prompt(Prompt("", SPANS), DURATION)
    return panel
