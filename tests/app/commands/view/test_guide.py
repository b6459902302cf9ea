"""The guide is opened from the sheet of keys, in the system's browser, and its absence is told."""

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox

from samstudio.app.commands.view import guide


def test_the_sheet_of_keys_opens_the_guide(window, monkeypatch, tmp_path):
    page, opened, said = tmp_path / "index.html", [], []
    monkeypatch.setattr(guide, "GUIDE", page)
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url) or len(opened) == 1)
    monkeypatch.setattr(QMessageBox, "information", lambda *words: said.append(words[-1]))
    window.actions_by_name["shortcuts"].trigger()
    press = window.commands.keys._sheet.guide_button.click
    press()
    assert opened == []
    assert "was not built" in said.pop()
    page.touch()
    press()
    assert opened == [QUrl.fromLocalFile(str(page))]
    assert said == []
    press()
    assert said == [f"No browser could be opened. The guide is here: {page}"]
