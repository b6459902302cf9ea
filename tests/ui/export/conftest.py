"""An export dialog over a recording of a minute."""

import pytest

from samstudio.ui.export.export_choices import ExportChoices, ExportSource
from samstudio.ui.export.export_dialog import ExportDialog

SOURCE = ExportSource("song", "Take 2", 48000, 2, 60.0, (10.0, 20.5))


@pytest.fixture
def choices(tmp_path) -> ExportChoices:
    return ExportChoices(tmp_path)


@pytest.fixture
def dialog(qtbot, choices) -> ExportDialog:
    dialog = ExportDialog(SOURCE, choices)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog
