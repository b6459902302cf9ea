from dataclasses import replace

import pytest

from samstudio.separation.engine import Notice, SeparationError
from samstudio.separation.models.inventory import all_parts
from samstudio.ui.models.models_dialog import ModelsDialog
from tests.ui.models.model_parts import READY, made_parts


@pytest.fixture(autouse=True)
def _own_library(tmp_path, monkeypatch):
    monkeypatch.setenv("SAMSTUDIO_MODELS", str(tmp_path / "models"))


def test_the_menu_opens_the_set_up_and_it_shows_what_is_missing(window, qtbot):
    window.actions_by_name["set_up_models"].trigger()
    dialog = window.findChild(ModelsDialog)
    assert dialog.isVisible()
    with qtbot.waitSignal(window.container.models.parts_changed):
        window.container.models.refresh()
    assert not any(part.is_ready for part in window.container.models.parts)


def test_a_model_that_is_chosen_is_used_remembered_and_let_go_when_it_is_gone(window):
    window.commands.model_setup.use_model("small")
    assert window.commands.separation.settings.engine == "sam-audio"
    assert window.container.preferences.separation_settings().options["model"] == "small"
    # One that is gone is let go.
    window.container.models.parts_changed.emit(all_parts())
    assert window.commands.separation.settings.options["model"] == ""


def test_an_engine_is_made_ready_as_soon_as_it_is_chosen(window, qtbot, monkeypatch):
    made = []
    monkeypatch.setattr("samstudio.controllers.separation.engine_thread.create_engine", made.append)
    window.commands.model_setup.use_model("small")
    qtbot.waitUntil(lambda: made == ["sam-audio"])
    window.commands.separation.change_settings(replace(window.commands.separation.settings, seed=7))
    window.commands.separation.choose_engine("spectral")
    qtbot.waitUntil(lambda: made == ["sam-audio", "spectral"])


def test_a_refusal_of_the_engine_is_shown_in_the_panel(opened, qtbot, monkeypatch):
    class Refusing:
        def separate(self, request):
            yield Notice("Rough: found by the word alone.")
            raise SeparationError("Mark a + span where the sound is heard.")

    monkeypatch.setattr("samstudio.controllers.separation.engine_thread.create_engine", lambda _name: Refusing())
    with qtbot.waitSignal(opened.container.separator.failed):
        opened.actions_by_name["separate"].trigger()
    assert opened.prompt_panel.error.text == "Mark a + span where the sound is heard."
    assert opened.status.currentMessage() == opened.prompt_panel.error.text
    assert opened.actions_by_name["separate"].isEnabled()


@pytest.fixture
def set_up(window, qtbot, monkeypatch):
    """Does as a download of parts that ends well."""

    def set_up(*names):
        parts = made_parts(dict.fromkeys(names, READY))
        monkeypatch.setattr("samstudio.controllers.settings.model_manager.all_parts", lambda: parts)
        for name in names:
            window.container.models.part_added.emit(name)
        with qtbot.waitSignal(window.container.models.parts_changed):
            window.container.models.refresh()

    return set_up


def test_a_model_that_was_set_up_is_the_one_in_use_and_another_choice_stays(window, set_up):
    # A helper changes no choice.
    set_up("judge")
    assert window.commands.separation.settings.engine == "spectral"
    # A model is the one in use.
    assert window.commands.separation.settings.engine == "spectral"
    set_up("small", "t5-base")
    assert window.commands.separation.settings.engine == "sam-audio"
    assert window.commands.separation.settings.options["model"] == "small"
    # Another choice stays.
    window.commands.separation.choose_engine("spectral")
    set_up("judge")
    assert window.commands.separation.settings.engine == "spectral"
