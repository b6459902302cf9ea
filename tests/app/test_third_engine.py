"""An engine that only this test knows appears everywhere, made from its description alone."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtWidgets import QFileDialog

from samstudio.cli.main import main
from samstudio.separation.engine import Progress, SeparationRequest, StemChunk
from samstudio.separation.engine_info import EngineInfo, PromptPart
from samstudio.separation.models.catalogue import Role
from samstudio.separation.models.part_reader import ModelContents
from samstudio.separation.models.store import add_folder
from samstudio.separation.registry import engine_info, register, settings_table, unregister
from samstudio.session.engine_settings import ChoiceSetting, FlagSetting, NumberSetting, PartSetting, SettingChoice
from samstudio.session.prompt import Prompt, Span
from samstudio.session.text.recipe import recipe_facts, recipe_text
from samstudio.ui.takes.take_facts import take_facts
from tests.signals import emissions

TABLE = (
    PartSetting(name="weights", title="Weights", help="What it learned.", command_help="weights", role="model",
                is_required=True, in_recipe=True),
    ChoiceSetting(name="own_shape", title="Shape", help="How it cuts.", command_help="how it cuts", default="soft",
                  choices=(SettingChoice("soft", "Soft", "With fades."), SettingChoice("hard", "Hard"))),
    NumberSetting(name="own_rounds", title="Rounds", help="How often.", command_help="how often", default=3, least=1,
                  most=9),
    FlagSetting(name="own_echo", title="Keep the echo", fact="Echo", help="What rings on.", command_help="keep echoes",
                default=False),
)  # fmt: skip
CHOSEN = {"weights": "owls", "own_shape": "hard", "own_rounds": 5, "own_echo": True}


class OwlEngine:
    """Halves the sound and remembers what it was asked."""

    asked: list[SeparationRequest]

    def __init__(self) -> None:
        self.asked = []

    def separate(self, request: SeparationRequest) -> Iterator[Progress | StemChunk]:
        self.asked.append(request)
        half = request.samples[slice(*request.wanted)] * np.float32(0.5)
        yield StemChunk(request.wanted[0], half, half)
        yield Progress("Halving", 1, 1)


class OwlParts:
    """Knows its folders by a word."""

    def role(self, path: Path) -> Role | None:
        return Role.MODEL if json.loads((path / "config.json").read_text("utf-8")).get("kind") == "owl" else None

    def helpers(self, path: Path) -> Mapping[str, Role]:
        return {}

    def contents(self, path: Path) -> ModelContents:
        return ModelContents("small", "checkpoint.pt", {})

    def faults(self, path: Path, role: Role) -> Iterator[str]:
        return iter(())


@pytest.fixture
def engine(tmp_path, monkeypatch) -> Iterator[OwlEngine]:
    monkeypatch.setenv("SAMSTUDIO_MODELS", str(tmp_path / "models"))
    folder = tmp_path / "owls"
    folder.mkdir()
    (folder / "config.json").write_text('{"kind": "owl"}')
    (folder / "checkpoint.pt").write_bytes(b"owl")
    add_folder(folder)
    made = OwlEngine()
    info = EngineInfo(
        "owl-finder", "Owl Finder", "Finds owls.", lambda: made, frozenset({PromptPart.TEXT, PromptPart.SPANS}),
        words=("owl", "barn owl"), settings=TABLE, part_reader=OwlParts,
    )  # fmt: skip
    register(info)
    yield made
    unregister("owl-finder")


@pytest.fixture
def owl_window(engine, opened, qtbot, monkeypatch):
    """The window with the engine chosen, its weights found and its settings set by hand."""
    monkeypatch.setattr("samstudio.controllers.separation.engine_thread.create_engine", lambda _name: engine)
    with qtbot.waitSignal(opened.container.models.parts_changed):
        opened.container.models.refresh()
    chooser = opened.prompt_panel.engine_chooser
    row = chooser.findText("Owl Finder")
    chooser.setCurrentIndex(row)
    chooser.activated.emit(row)
    fields = opened.prompt_panel.advanced.engine_form.fields
    fields["own_shape"].box.setCurrentIndex(1)
    fields["own_shape"].box.activated.emit(1)
    fields["own_rounds"].box.setValue(5)
    fields["own_rounds"].box.editingFinished.emit()
    fields["own_echo"].box.click()
    return opened


def test_the_window_shows_it_with_form_and_hint(owl_window):
    panel = owl_window.prompt_panel
    form = panel.advanced.engine_form
    assert [field.title.text() for field in form.fields.values()] == ["Weights", "Shape", "Rounds", "Keep the echo"]
    assert form.fields["weights"].box.currentText() == "owls"
    assert form.fields["own_shape"].box.currentText() == "Hard"
    assert owl_window.commands.separation.settings.engine == "owl-finder"
    assert owl_window.commands.separation.settings.options == CHOSEN
    assert panel.field.placeholderText() == "e.g. owl, barn owl"
    panel.show_prompt(Prompt("flute"))
    assert panel._hint.text().startswith("From text alone this engine knows only owl and barn owl. For anything else")


def test_what_was_chosen_stays_when_another_engine_is_used_meanwhile(owl_window):
    separation = owl_window.commands.separation
    changed = emissions(separation.settings_changed)
    separation.choose_engine("spectral")
    assert changed[-1].options == engine_info("spectral").defaults
    separation.choose_engine("owl-finder")
    assert separation.settings.options == CHOSEN
    assert owl_window.container.preferences.engine_options()["owl-finder"] == CHOSEN
    assert owl_window.container.preferences.separation_settings().options == CHOSEN


def test_takes_recipes_and_sessions_know_it(owl_window, engine, tmp_path, monkeypatch, qtbot):
    document = owl_window.container.document
    owl_window.commands.spans.add(Span(0.5, 1.0))
    with qtbot.waitSignal(owl_window.container.separator.finished):
        owl_window.actions_by_name["separate"].trigger()
    assert engine.asked[0].settings.options == CHOSEN
    take = document.current_take
    facts = take_facts(take, None, {})
    own = {"Engine": "Owl Finder", "Weights": "owls", "Shape": "hard", "Rounds": "5", "Echo": "yes"}
    assert {name: facts[name] for name in own} == own
    assert recipe_text(take.prompt, take.settings, TABLE).endswith(
        "weights owls, own shape hard, own rounds 5, own echo true"
    )
    recipe = json.loads(json.dumps(recipe_facts(take, (), settings_table)))
    assert recipe["settings"]["options"] == CHOSEN
    folder = tmp_path / "owls.samstudio"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments, **_options: (str(folder), ""))
    saver = owl_window.container.session_saver
    with qtbot.waitSignal(saver.saving_changed, check_params_cb=lambda saving: not saving):
        owl_window.actions_by_name["save_as"].trigger()
    saved = json.loads((folder / "session.json").read_text("utf-8"))
    assert saved["takes"][0]["settings"]["options"] == saved["settings"]["options"] == CHOSEN
    owl_window.actions_by_name["close"].trigger()
    owl_window.commands.separation.choose_engine("spectral")
    with qtbot.waitSignal(document.takes_changed, check_params_cb=bool):
        owl_window.commands.files.open_path(folder)
    assert document.takes[0].settings == take.settings
    assert owl_window.commands.separation.settings == take.settings


def test_a_session_of_it_opens_where_it_is_missing(owl_window, qtbot):
    owl_window.commands.spans.add(Span(0.5, 1.0))
    with qtbot.waitSignal(owl_window.container.separator.finished):
        owl_window.actions_by_name["separate"].trigger()
    take = owl_window.container.document.current_take
    unregister("owl-finder")
    facts = take_facts(take, None, {})
    assert (facts["Engine"], facts["own_rounds"], facts["weights"]) == ("owl-finder", "5", "owls")


@pytest.fixture
def tone(tmp_path, tone_clip) -> Path:
    path = tmp_path / "tone.wav"
    soundfile.write(path, tone_clip.samples, tone_clip.sample_rate, subtype="FLOAT")
    return path


def test_the_command_line_has_its_options(engine, tone, tmp_path, capsys):
    words = ["separate", str(tone), "--engine", "owl-finder", "--span", "+0.5:1", "-o", str(tmp_path / "out")]
    own = ["--own-shape", "hard", "--own-rounds", "5", "--own-echo"]
    assert main([*words, "--weights", "owls", *own]) == 0
    assert engine.asked[0].settings.options == CHOSEN
    with soundfile.SoundFile(tmp_path / "out" / "tone_target.wav") as file:
        assert "engine owl-finder" in file.comment
        assert "own rounds 5" in file.comment
    capsys.readouterr()
    for given, sentence in (
        ([], "Owl Finder needs weights, and none are named: --weights takes their name or the folder they are in."),
        (["--weights", "owls", "--own-rounds", "10"], "Rounds can be 1 to 9, not 10."),
        (["--weights", "owls", "--steps", "3"], "The owl-finder engine has no '--steps 3': please leave it out."),
    ):
        assert main([*words, "--overwrite", *given]) != 0
        assert capsys.readouterr().err.strip() == f"samstudio: {sentence}"
    assert main(["separate", str(tone), "--span", "+0:1", "-o", str(tmp_path / "o"), "--own-echo"]) == 2
    assert "The spectral engine has no '--own-echo'" in capsys.readouterr().err


def test_the_help_lists_them(engine, capsys):
    assert main(["separate", "--help"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "owl-finder only, unless said otherwise" in text
    assert "--own-shape {soft,hard} how it cuts" in text
