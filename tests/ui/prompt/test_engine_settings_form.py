from dataclasses import replace
from pathlib import Path

import pytest

from samstudio.separation.models.catalogue import Role
from samstudio.separation.models.entries import PartState
from samstudio.separation.models.inventory import ModelPart
from samstudio.session.sam_audio_settings import Mode, Preset, ResidualKind, SamAudioSettings, WindowOrder
from samstudio.ui.prompt.sam_audio_settings import MOST_CANDIDATES, MOST_STEPS, SamAudioSettingsForm
from tests.signals import heard
from tests.ui.models.model_parts import READY, made_parts

PARTS = made_parts({"small": READY, "t5-base": READY, "judge": READY})


@pytest.fixture
def form(qtbot) -> SamAudioSettingsForm:
    form = SamAudioSettingsForm()
    qtbot.addWidget(form)
    form.show_parts(PARTS)
    form.show_settings(SamAudioSettings(model="small"))
    form.show()
    return form


def choose(choice, title: str) -> None:
    row = choice.box.findText(title)
    assert row >= 0, title
    choice.box.setCurrentIndex(row)
    choice.box.activated.emit(row)


def titles(choice) -> list[str]:
    return [choice.box.itemText(row) for row in range(choice.box.count())]


def test_every_choice_is_told(form):
    told = heard(form.settings_changed)
    choose(form.preset, "Best")
    choose(form.residual, "Model")
    choose(form.order, "Streaming")
    choose(form.solver, "Euler")
    choose(form.predict_spans, "No")
    choose(form.judge, "SAM Audio Judge")
    form.watermark.click()
    form.presence_gate.click()
    for number, value in ((form.steps, 12), (form.candidates, 3)):
        number.box.setValue(value)
        number.box.editingFinished.emit()
    assert told[-1] == SamAudioSettings(
        model="small",
        judge="judge",
        preset=Preset.BEST,
        solver="euler",
        steps=12,
        candidates=3,
        predict_spans=False,
        residual=ResidualKind.MODEL,
        watermark=False,
        order=WindowOrder.STREAMING,
        presence_gate=False,
    )
    assert len(told) == 10


def test_shown_settings_come_back_unchanged(form):
    told = heard(form.settings_changed)
    shown = SamAudioSettings("small", "judge", Preset.FAST, "euler", 4, 2, True, Mode.GENERATED, ResidualKind.MODEL)
    form.show_settings(shown)
    form._tell()
    assert told == []
    form.presence_gate.click()
    assert told == [replace(shown, presence_gate=False)]


def test_zero_leaves_a_number_to_the_preset(form):
    form.show_settings(SamAudioSettings(model="small", steps=8))
    told = heard(form.settings_changed)
    form.steps.box.setValue(0)
    form.steps.box.editingFinished.emit()
    assert form.steps.box.text() == "As the preset"
    assert told == [SamAudioSettings(model="small")]


def test_every_choice_says_what_it_means(form):
    assert "seams" in form.order.meaning.text()
    choose(form.order, "Streaming")
    assert "preview" in form.order.meaning.text()
    assert "heard early" in form.order.box.toolTip()
    choose(form.mode, "Faithful")
    assert "nothing is invented" in form.mode.meaning.text()


def test_faithful_mode_shows_what_has_no_effect(form):
    form.show_settings(SamAudioSettings(model="small", residual=ResidualKind.MODEL))
    told = heard(form.settings_changed)
    choose(form.mode, "Faithful")
    assert not form.residual.box.isEnabled()
    assert not form.watermark.isEnabled()
    assert "always sum" in form.residual.meaning.text()
    choose(form.mode, "Generated")
    assert form.residual.box.isEnabled()
    assert told[-1].residual is ResidualKind.MODEL


def test_models_that_are_ready_can_be_chosen(form):
    mine = ModelPart("mine", "mine", Role.MODEL, PartState.READY, 1, path=Path("/weights/mine"), is_own=True)
    gone = ModelPart("gone", "gone", Role.MODEL, PartState.MISSING, 1, path=Path("/weights/gone"), is_own=True)
    form.show_parts((*PARTS, mine, gone))
    assert titles(form.model) == ["SAM Audio small", "mine", "Set up…"]
    told = heard(form.settings_changed)
    choose(form.model, "mine")
    assert [settings.model for settings in told] == ["mine"]


def test_set_up_is_asked_for_and_not_chosen(form):
    told, asked = heard(form.settings_changed), heard(form.setup_requested)
    choose(form.model, "Set up…")
    choose(form.judge, "Set up…")
    assert (len(asked), told) == (2, [])
    assert (form.model.value, form.judge.value) == ("small", "")


def test_a_model_that_is_gone_is_shown_as_gone(form):
    form.show_settings(SamAudioSettings(model="large"))
    assert form.model.box.currentText() == "large"
    assert "not on this computer" in form.model.meaning.text()


def test_a_model_by_its_long_name_is_the_same(form):
    form.show_settings(SamAudioSettings(model="facebook/sam-audio-small"))
    assert form.model.box.currentText() == "SAM Audio small"


def test_no_model_is_never_shown_as_one(form):
    form.show_settings(SamAudioSettings())
    assert form.model.box.currentText() == "Choose…"
    form.show_parts(made_parts())
    assert form.model.box.currentText() == "None is set up"


def test_candidates_need_a_judge(form):
    assert not form.candidates.box.isEnabled()
    choose(form.judge, "SAM Audio Judge")
    assert form.candidates.box.isEnabled()


def test_limits_are_the_engine_s():
    from samstudio.separation.sam_audio import presets

    assert (presets.MOST_STEPS, presets.MOST_CANDIDATES) == (MOST_STEPS, MOST_CANDIDATES)


def test_all_of_it_has_names(form):
    controls = [form.watermark, form.presence_gate]
    controls += [field.box for field in vars(form).values() if hasattr(field, "box")]
    assert len(controls) == 12
    for control in controls:
        assert control.accessibleName()
        assert control.toolTip()
