from dataclasses import replace
from pathlib import Path

import pytest

from samstudio.separation.models.catalogue import Role
from samstudio.separation.models.entries import PartState
from samstudio.separation.models.inventory import ModelPart
from samstudio.separation.registry import engine_info
from samstudio.session.engine_settings import NumberSetting, TextSetting, checked_options
from samstudio.ui.prompt.engine_settings_form import EngineSettingsForm
from tests.signals import emissions
from tests.ui.models.model_parts import READY, made_parts

INFO = engine_info("sam-audio")
PARTS = made_parts({"small": READY, "t5-base": READY, "judge": READY})


@pytest.fixture
def form(qtbot) -> EngineSettingsForm:
    form = EngineSettingsForm(INFO)
    qtbot.addWidget(form)
    form.show_parts(PARTS)
    form.show_options(options(model="small"))
    form.show()
    return form


def options(**chosen):
    """All of the engine's settings, these chosen."""
    return checked_options(INFO.settings, chosen)


def choose(choice, title: str) -> None:
    row = choice.box.findText(title)
    assert row >= 0, title
    choice.box.setCurrentIndex(row)
    choice.box.activated.emit(row)


def titles(choice) -> list[str]:
    return [choice.box.itemText(row) for row in range(choice.box.count())]


def test_every_choice_is_reported(form):
    emitted = emissions(form.options_changed)
    choose(form.fields["preset"], "Best")
    choose(form.fields["residual"], "Model")
    choose(form.fields["order"], "Streaming")
    choose(form.fields["solver"], "Euler")
    choose(form.fields["predict_spans"], "No")
    choose(form.fields["judge"], "SAM Audio Judge")
    form.fields["watermark"].box.click()
    form.fields["presence_gate"].box.click()
    for number, value in ((form.fields["steps"], 12), (form.fields["candidates"], 3)):
        number.box.setValue(value)
        number.box.editingFinished.emit()
    assert emitted[-1] == options(
        model="small",
        judge="judge",
        preset="best",
        solver="euler",
        steps=12,
        candidates=3,
        predict_spans=False,
        residual="model",
        watermark=False,
        order="streaming",
        presence_gate=False,
    )
    assert len(emitted) == 10


def test_shown_settings_come_back_unchanged(form):
    emitted = emissions(form.options_changed)
    shown = options(
        model="small", judge="judge", preset="fast", solver="euler", steps=4, candidates=2, predict_spans=True,
        residual="model",
    )  # fmt: skip
    form.show_options(shown)
    form.fields["steps"].changed.emit()
    assert emitted == []
    form.fields["presence_gate"].box.click()
    assert emitted == [shown.changed(presence_gate=False)]


def test_zero_leaves_a_number_to_the_preset(form):
    form.show_options(options(model="small", steps=8))
    emitted = emissions(form.options_changed)
    form.fields["steps"].box.setValue(0)
    form.fields["steps"].box.editingFinished.emit()
    assert form.fields["steps"].box.text() == "By the preset"
    assert emitted == [options(model="small")]


def test_every_choice_says_what_it_means(form):
    assert "seams" in form.fields["order"].meaning.text()
    choose(form.fields["order"], "Streaming")
    assert "preview" in form.fields["order"].meaning.text()
    assert "heard early" in form.fields["order"].box.toolTip()
    choose(form.fields["mode"], "Faithful")
    assert "nothing is invented" in form.fields["mode"].meaning.text()


def test_faithful_mode_shows_what_has_no_effect(form):
    form.show_options(options(model="small", residual="model"))
    emitted = emissions(form.options_changed)
    choose(form.fields["mode"], "Faithful")
    assert not form.fields["residual"].box.isEnabled()
    assert not form.fields["watermark"].box.isEnabled()
    assert "always sum" in form.fields["residual"].meaning.text()
    choose(form.fields["mode"], "Generated")
    assert form.fields["residual"].box.isEnabled()
    assert emitted[-1]["residual"] == "model"


def test_models_that_are_ready_can_be_chosen(form):
    mine = ModelPart(
        "mine", "mine", Role.MODEL, PartState.READY, 1, path=Path("/weights/mine"), is_own=True, engine="sam-audio"
    )
    gone = ModelPart(
        "gone", "gone", Role.MODEL, PartState.MISSING, 1, path=Path("/weights/gone"), is_own=True, engine="sam-audio"
    )
    form.show_parts((*PARTS, mine, gone))
    assert titles(form.fields["model"]) == ["SAM Audio small", "mine", "Set up…"]
    emitted = emissions(form.options_changed)
    choose(form.fields["model"], "mine")
    assert [options["model"] for options in emitted] == ["mine"]


def test_set_up_is_asked_for_and_not_chosen(form):
    emitted, asked = emissions(form.options_changed), emissions(form.setup_requested)
    choose(form.fields["model"], "Set up…")
    choose(form.fields["judge"], "Set up…")
    assert (len(asked), emitted) == (2, [])
    assert (form.fields["model"].value, form.fields["judge"].value) == ("small", "")


def test_a_model_that_is_gone_is_shown_as_gone(form):
    form.show_options(options(model="large"))
    assert form.fields["model"].box.currentText() == "large"
    assert "not on this computer" in form.fields["model"].meaning.text()


def test_a_model_by_its_long_name_is_the_same(form):
    form.show_options(options(model="facebook/sam-audio-small"))
    assert form.fields["model"].box.currentText() == "SAM Audio small"


def test_no_model_is_never_shown_as_one(form):
    form.show_options(options())
    assert form.fields["model"].box.currentText() == "Choose…"
    form.show_parts(made_parts())
    assert form.fields["model"].box.currentText() == "None is set up"


def test_candidates_and_drafts_need_the_joint_order(form):
    assert form.fields["candidates"].box.isEnabled()
    assert form.fields["drafts"].box.isEnabled()
    choose(form.fields["order"], "Streaming")
    assert not form.fields["candidates"].box.isEnabled()
    assert not form.fields["drafts"].box.isEnabled()


def test_all_of_it_has_names(form):
    controls = [field.box for field in form.fields.values()]
    assert len(controls) == 13
    for control in controls:
        assert control.accessibleName()
        assert control.toolTip()


def test_numbers_and_words_that_no_preset_decides(qtbot):
    table = (
        NumberSetting(name="rounds", title="Rounds", default=3, least=2, most=9, unit="times"),
        TextSetting(name="remark", title="Remark", default=""),
    )
    form = EngineSettingsForm(replace(INFO, settings=table, presets={}))
    qtbot.addWidget(form)
    emitted = emissions(form.options_changed)
    rounds, remark = form.fields["rounds"].box, form.fields["remark"].box
    assert (rounds.minimum(), rounds.maximum(), rounds.text()) == (2, 9, "3 times")
    rounds.setValue(5)
    rounds.editingFinished.emit()
    remark.setText("near the wood")
    remark.editingFinished.emit()
    remark.setText("x" * 5000)
    remark.editingFinished.emit()
    assert emitted == [{"rounds": 5, "remark": ""}, {"rounds": 5, "remark": "near the wood"}]
    assert remark.text() == "near the wood"
