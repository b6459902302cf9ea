"""Graphics card support in the preferences of a bundle: added from made-up wheels, tried out, removed."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from samstudio.app.commands.preferences.graphics import GraphicsCommands
from samstudio.controllers.background import Background
from tests.separation.graphics_support.test_graphics_support import added, folder

__all__ = ["added", "folder"]


@pytest.fixture
def page(added, monkeypatch, qtbot, qapp):
    monkeypatch.setattr("samstudio.app.commands.preferences.graphics.of_this_program", lambda: added)
    background = Background(qapp)
    commands = GraphicsCommands(background, qapp)
    page = commands.page
    qtbot.addWidget(page)
    page.show()
    commands.show()
    yield page
    background.shut_down()
    commands.deleteLater()


def press(button, page, qtbot) -> str:
    """Click a button and wait until it has done its work; what is said then."""
    page.result.clear()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(page.result.text()) and page.add_button.isEnabled())
    return page.result.text()


def test_it_is_added_tried_out_and_removed(page, added, folder, monkeypatch, qtbot):
    assert page.state.text() == "Graphics card support is not added."
    assert not page.try_button.isEnabled()
    assert "pip download torch==2.13.0" in "".join(label.text() for label in page.findChildren(type(page.state)))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    assert press(page.add_button, page, qtbot) == "It computes on Card. It is used from the next start on."
    assert page.state.text().startswith("Graphics card support is added")
    assert not page.bar.isVisible()
    assert press(page.try_button, page, qtbot) == "It computes on Card."
    assert press(page.remove_button, page, qtbot) == "Graphics card support was removed."
    assert not added.folder.exists()


def test_a_folder_without_wheels_changes_nothing_and_says_why(page, added, tmp_path, monkeypatch, qtbot):
    (tmp_path / "empty").mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "empty"))
    assert press(page.add_button, page, qtbot).startswith("There is no wheel of PyTorch 2.13.0 for CUDA")
    assert page.result.property("look") == "error"
    assert not added.folder.exists()


def test_only_a_bundle_has_the_page(window):
    window.actions_by_name["preferences"].trigger()
    dialog = window.commands.preferences.dialog
    titles = [dialog.titles.item(row).text() for row in range(dialog.titles.count())]
    assert "Machines" in titles
    assert "Graphics card" not in titles
    dialog.close()
