"""The preferences: each page shows what is set, changes it, and follows what is changed elsewhere."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QScrollArea

from samstudio.app.folders import cache_folder
from samstudio.audio.playback.devices import OutputChoice
from samstudio.separation.cache.kept_files import KeptFiles
from samstudio.ui.theme import theme
from samstudio.ui.time_formats import TimeFormat, TimeUnit, use_time_format


@pytest.fixture(autouse=True)
def _no_devices(monkeypatch):
    monkeypatch.setattr("samstudio.app.commands.playback.output.output_devices", lambda: ())
    monkeypatch.setattr("samstudio.app.commands.playback.output.default_output", lambda: None)
    monkeypatch.setattr("samstudio.app.commands.playback.output.rescan", lambda: None)
    yield
    use_time_format(TimeFormat())


@pytest.fixture
def preferences(window, qtbot):
    """Opened with its key."""
    with qtbot.waitActive(window):
        window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    commands = window.commands.preferences
    qtbot.waitUntil(lambda: commands.dialog is not None and commands.dialog.isVisible())
    yield commands
    commands.dialog.close()


def choose(box, row):
    """As a user does it with the keyboard."""
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(row):
        QTest.keyClick(box, Qt.Key.Key_Down)


def seen(commands, page):
    commands.dialog.show_page(page)
    return commands.dialog._pages.currentWidget()


def test_every_page_is_reached_by_the_arrow_keys_and_fits_without_scrolling(preferences, qtbot):
    dialog = preferences.dialog
    titles = dialog.titles
    qtbot.waitUntil(
        lambda: "Measuring…" not in {size.text() for size in preferences._controllers.storage.page.sizes.values()}
    )
    titles.setFocus()
    QTest.keyClick(titles, Qt.Key.Key_Home)
    shown = []
    for _ in range(titles.count()):
        page = dialog._pages.currentWidget()
        shown.append(titles.currentItem().text())
        assert isinstance(page, QScrollArea)
        assert page.verticalScrollBar().maximum() == 0, shown
        assert page.widget().minimumSizeHint().width() <= page.viewport().width(), shown
        QTest.keyClick(titles, Qt.Key.Key_Down)
    assert shown == ["Sound", "Look", "Keys", "Engines", "Machines", "Storage", "Folders"]
    # The smallest screen that is supported has 1024 x 640.
    assert dialog.height() < 620


def test_the_old_ways_lead_to_their_pages(window, preferences):
    for action, page in (("time_format", "Look"), ("playback_settings", "Sound")):
        window.actions_by_name[action].trigger()
        assert preferences.dialog.titles.currentItem().text() == page
    seen(preferences, "Engines")
    preferences.dialog.close()
    window.actions_by_name["preferences"].trigger()
    assert preferences.dialog.titles.currentItem().text() == "Engines"


def test_theme_and_time_format_are_chosen_here_or_where_they_are_seen(window, preferences):
    seen(preferences, "Look")
    form = preferences.look.time_format
    choose(form.unit, 2)
    assert window.commands.time_format.format.unit is TimeUnit.SAMPLES
    assert not form.tempo.isEnabled()
    choose(form.unit, 4)
    assert form.tempo.isEnabled()
    window.commands.time_format.change(TimeFormat(TimeUnit.SECONDS))
    assert form.unit.currentText() == "Seconds"
    # The theme here or in the menu.
    seen(preferences, "Look")
    box = preferences.look.theme
    before = theme().name
    try:
        choose(box, 1)
        assert theme().name == "light"
        assert window.actions_by_name["light_theme"].isChecked()
        window.actions_by_name["light_theme"].trigger()
        assert box.currentText() == "Dark"
    finally:
        window.actions_by_name["light_theme"].setChecked(before == "light")


def test_the_pages_of_sound_keys_and_engines(window, preferences):
    # The buffer is remembered and used.
    seen(preferences, "Sound")
    choose(preferences.output.buffer, 2)
    assert window.container.transport.output == OutputChoice(buffer=0.25)
    assert window.commands.output._chosen == OutputChoice(buffer=0.25)
    window.container.preferences.set_text("output_buffer", "7 years")
    assert window.commands.output._chosen == OutputChoice()
    # What is changed of the keys is told, and their editor opened.
    seen(preferences, "Keys")
    assert "No action has keys of your own" in preferences.keys.summary.text()
    window.container.key_map.set_keys("star_take", ("Ctrl+Alt+8",))
    assert "One action has keys of your own" in preferences.keys.summary.text()
    QTest.mouseClick(preferences.keys.edit, Qt.MouseButton.LeftButton)
    assert window.commands.keys._dialog.isVisible()
    window.commands.keys._dialog.close()
    window.container.key_map.reset_all()
    # The engines' page follows the prompt panel.
    seen(preferences, "Engines")
    chooser = preferences.engines.engine
    assert chooser.engine == window.commands.separation.settings.engine
    assert "None on this computer" in preferences.engines.models.text()
    QTest.mouseClick(preferences.engines.set_up, Qt.MouseButton.LeftButton)
    dialog = next(iter(window.commands.model_setup._dialogs.values()))
    assert dialog.isVisible()
    dialog.close()


def test_storage_is_measured_and_copied_stems_are_cleared(window, preferences, qtbot):
    page = preferences._controllers.storage.page
    folder = cache_folder() / "stems" / "0123"
    folder.mkdir(parents=True)
    (folder / "song_target.wav").write_bytes(bytes(3_000_000))
    window.commands.preferences.preferences()
    qtbot.waitUntil(lambda: page.sizes["stems"].text() == "3 MB")
    assert "free" in page.sizes["scratch"].text()
    seen(preferences, "Storage")
    QTest.mouseClick(page.clear_buttons["stems"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.sizes["stems"].text() == "Empty")
    assert not folder.exists()
    assert not page.clear_buttons["stems"].isEnabled()


def test_earlier_results_are_measured_bounded_and_cleared(window, preferences, qtbot):
    page, files = preferences._controllers.storage.page, KeptFiles()
    writer = files.begin("0123", 3_000_000)
    writer.keep(writer.write(np.zeros(750_000, np.float32)))
    window.commands.preferences.preferences()
    qtbot.waitUntil(lambda: page.sizes["results"].text() == "4 MB")
    preferences.dialog.show_page("Storage")
    box = page.limits["results"]
    assert box.accessibleName() == "Most of earlier results"
    assert box.text() == "10.0 GB"
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "2.5")
    QTest.keyClick(box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: files.most_bytes == 2_500_000_000)
    QTest.mouseClick(page.clear_buttons["results"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.sizes["results"].text() == "Empty")
    assert files.info().count == 0


def test_a_chosen_folder_is_where_the_dialogs_begin_and_any_is_shown_by_the_file_manager(
    window, preferences, monkeypatch, tmp_path
):
    seen(preferences, "Folders")
    assert preferences.folders.fields["export/folder"].text() == "Beside the recording"
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    preferences.folders._choose("export/folder")
    assert preferences.folders.fields["export/folder"].text() == str(tmp_path)
    assert window.container.preferences.text("export/folder") == str(tmp_path)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    preferences.folders._choose("export/folder")
    assert window.container.preferences.text("export/folder") == str(tmp_path)
    # The file manager shows a folder, or the next that is there.
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    preferences._controllers.storage.page.folder_requested.emit(cache_folder() / "not" / "there")
    assert len(opened) == 1
    assert str(cache_folder()).startswith(opened[0])


def test_a_machine_is_added_by_its_address_and_is_a_device_until_it_is_removed(window, preferences, monkeypatch, qtbot):
    monkeypatch.setattr("samstudio.separation.remote.extra.find_spec", lambda _name: None)
    preferences.dialog.show_page("Machines")
    page, device = preferences.machines, window.prompt_panel.advanced.device
    QTest.keyClicks(page.name, "box")
    QTest.keyClicks(page.address, "tcp://gpu1")
    QTest.keyClick(page.address, Qt.Key.Key_Return)
    assert page.note.text.startswith("Whoever reaches tcp://gpu1 could run programs there")
    page.address.selectAll()
    QTest.keyClicks(page.address, "gpu1")
    QTest.mouseClick(page.add, Qt.MouseButton.LeftButton)
    assert not page.note.text
    qtbot.waitUntil(lambda: "samstudio[cluster]" in page.parts["box"].state.text())
    choose(device, device.count() - 1)
    assert (device.currentText(), window.commands.separation.settings.device) == ("box (remote)", "remote:box")
    QTest.mouseClick(page.parts["box"].remove, Qt.MouseButton.LeftButton)
    assert page.parts == {}
    # What was chosen stays chosen: a separation says that there is no such machine.
    assert device.currentText() == "remote:box"
