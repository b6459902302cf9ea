from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from samstudio.separation.registry import checked_settings, engine_info
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.session.region import Region
from samstudio.session.take import SeparationSettings
from samstudio.ui import parts
from samstudio.ui.parts import KeyLabel, follow_keys
from samstudio.ui.prompt.prompt_hint import count_spans, hint_for
from samstudio.ui.prompt.prompt_panel import PromptPanel
from tests.signals import emissions

PLACE = Region(0.1, 0.2, 0.3, 0.4)
PLUS, MINUS = Span(1, 2), Span(3, 4, Sign.MINUS)


def type_text(panel: PromptPanel, text: str) -> None:
    panel.field.setFocus()
    panel.field.selectAll()
    QTest.keyClicks(panel.field, text)


def test_text_is_reported_once_an_edit(panel):
    texts = emissions(panel.text_changed)
    type_text(panel, "acoustic  guitar ")
    assert texts == []
    QTest.keyClick(panel.field, Qt.Key.Key_Return)
    panel.field.clearFocus()
    assert texts == ["acoustic guitar"]


def test_shown_text_is_not_emitted_again(panel):
    texts = emissions(panel.text_changed)
    panel.show_prompt(Prompt("drums"))
    QTest.keyClick(panel.field, Qt.Key.Key_Return)
    assert panel.field.text() == "drums"
    assert texts == []


def test_separate_emits_the_text_first(panel):
    order: list[str] = []
    panel.text_changed.connect(order.append)
    panel.separate_requested.connect(lambda: order.append("separate"))
    type_text(panel, "drums")
    panel.separate_button.click()
    assert order == ["drums", "separate"]


def test_enter_in_the_text_emits_it_and_separates(panel):
    order: list[str] = []
    panel.text_changed.connect(order.append)
    panel.separate_requested.connect(lambda: order.append("separate"))
    type_text(panel, "drums")
    QTest.keyClick(panel.field, Qt.Key.Key_Return)
    assert order == ["drums", "separate"]


def test_enter_that_picks_an_earlier_prompt_does_not_separate(panel, qtbot):
    panel.show_history(("drums",))
    asked = emissions(panel.separate_requested)
    type_text(panel, "dr")
    popup = panel.field.completer().popup()
    qtbot.waitUntil(popup.isVisible)
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert panel.field.text() == "drums"
    assert asked == []


def test_history_is_walked_with_the_arrows_and_the_draft_comes_back(panel):
    panel.show_history(("drums", "voice"))
    type_text(panel, "fl")
    for key, text in (
        ("Up", "drums"),
        ("Up", "voice"),
        ("Up", "voice"),
        ("Down", "drums"),
        ("Down", "fl"),
        ("Down", "fl"),
    ):
        QTest.keyClick(panel.field, getattr(Qt.Key, f"Key_{key}"))
        assert panel.field.text() == text


def test_escape_closes_the_list_and_then_leaves_the_field_with_what_was_typed(panel, qtbot):
    panel.show_prompt(Prompt("drums"))
    panel.show_history(("flute and drum",))
    texts = emissions(panel.text_changed)
    panel.activateWindow()
    panel.field.setFocus()
    panel.field.selectAll()
    QTest.keyClicks(panel.field, "flut")
    popup = panel.field.completer().popup()
    qtbot.waitUntil(popup.isVisible)
    QTest.keyClick(popup, Qt.Key.Key_Down)
    assert panel.field.text() == "flute and drum"
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    assert not popup.isVisible()
    assert panel.field.hasFocus()
    assert panel.field.text() == "flut"
    QTest.keyClick(panel.field, Qt.Key.Key_Escape)
    assert not panel.field.hasFocus()
    assert panel.field.text() == "flut"
    assert texts == ["flut"]


def test_typing_completes_from_the_history(panel):
    panel.show_history(("acoustic guitar", "voice"))
    completer = panel.field.completer()
    completer.setCompletionPrefix("guit")
    assert completer.completionCount() == 1
    assert completer.currentCompletion() == "acoustic guitar"


def test_an_engine_that_cannot_run_is_shown_with_its_reason(panel):
    chooser = panel.engine_chooser
    item = chooser.model().item(1)
    assert [chooser.itemText(row) for row in range(chooser.count())] == [
        "Spectral (embedded)",
        "SAM Audio",
        "Other (embedded)",
        "Set up SAM Audio…",
    ]
    assert not item.isEnabled()
    assert "no weights" in item.toolTip()
    assert "no weights" in item.data(Qt.ItemDataRole.AccessibleTextRole)


def test_choosing_an_engine_asks_for_it_and_changes_nothing_else(panel):
    panel.show_settings(SeparationSettings(device="cpu", seed=7, silent_in_minus=False))
    chosen, changed = emissions(panel.engine_chosen), emissions(panel.settings_changed)
    panel.engine_chooser.setCurrentIndex(2)
    panel.engine_chooser.activated.emit(2)
    assert (chosen, changed) == (["other"], [])


def test_advanced_settings_are_reported(panel):
    emitted = emissions(panel.settings_changed)
    advanced = panel.advanced
    advanced.silent.click()
    advanced.next_seed.click()
    advanced.device.setCurrentIndex(advanced.device.findData("cpu"))
    advanced.device.activated.emit(1)
    assert emitted[0] == SeparationSettings(silent_in_minus=False)
    assert emitted[1] == SeparationSettings(silent_in_minus=False, seed=1)
    assert emitted[2] == SeparationSettings(silent_in_minus=False, seed=1, device="cpu")


def test_shown_settings_are_not_emitted_again(panel):
    emitted = emissions(panel.settings_changed)
    panel.show_settings(SeparationSettings("other", "cuda:1", 5, silent_in_minus=False))
    assert emitted == []
    assert panel.engine_chooser.engine == "other"
    assert panel.advanced.device.currentData() == "cuda:1"
    assert panel.advanced.seed.value() == 5
    assert not panel.advanced.silent.isChecked()


def test_progress_takes_the_place_of_separate(panel):
    panel.show_progress("Learning the sound", 0.25, 14.0)
    running = panel.running
    assert not panel.separate_button.isVisible()
    assert running.bar.value() == 250
    assert running.stage.text() == "Learning the sound"
    assert running.left.text() == "25% · about 15 s left"
    asked = emissions(panel.cancel_requested)
    running.cancel_button.click()
    assert len(asked) == 1
    panel.show_idle()
    assert panel.separate_button.isVisible()
    assert not running.isVisible()


def test_cancel_is_not_where_separate_was(panel, qtbot):
    panel.resize(300, 500)
    place = panel.separate_button.geometry().center()
    panel.show_progress("Separating", 0.0, None)
    QTest.qWait(0)
    panel.layout().activate()
    cancel = panel.running.cancel_button
    top = cancel.mapTo(panel, cancel.rect().topLeft()).y()
    assert top > place.y()


def test_an_error_stays_until_dismissed(panel):
    panel.show_error("The graphics card is out of memory: choose the processor.")
    assert panel.error.isVisible()
    assert "out of memory" in panel.error.text
    assert panel.error.accessibleName().startswith("Error: ")
    assert panel._hint.isHidden(), "it would say much the same"
    close = panel.error.findChild(QAbstractButton)
    close.click()
    assert not panel.error.isVisible()
    assert not panel._hint.isHidden()


def test_error_text_is_never_markup(panel):
    panel.show_error("<b>file</b>.wav")
    assert panel.error._text.textFormat() == Qt.TextFormat.PlainText


def test_a_low_panel_scrolls_and_hides_nothing_sideways(panel):
    panel._fold.setChecked(True)
    panel.resize(panel.minimumSizeHint())
    panel.show_error("One sentence that is long enough to need more than a single line of the panel.")
    QTest.qWait(1)
    area = panel._area
    assert area.verticalScrollBar().maximum() > 0
    assert area.widget().width() <= area.viewport().width()


def test_separate_needs_a_recording(panel):
    panel.show_ready(ready=False)
    assert not panel.separate_button.isEnabled()


def test_an_engines_own_settings_are_shown_for_it_alone(panel):
    panel._fold.setChecked(True)
    assert list(panel.advanced.engine_form.fields) == ["listener", "best_guess"]
    panel.show_settings(SeparationSettings("sam-audio"))
    form = panel.advanced.engine_form
    assert form.isVisible()
    changed = emissions(panel.settings_changed)
    form.fields["watermark"].box.click()
    assert changed == [checked_settings(SeparationSettings("sam-audio", options={"watermark": False}))]
    panel.show_settings(SeparationSettings())
    assert not form.isVisible()


def test_marks_are_counted():
    box = replace(PLUS, low=100.0, high=200.0)
    prompt = Prompt("x", (PLUS, PLUS, MINUS, box, replace(MINUS, muted=True)))
    assert count_spans(prompt) == (2, 1, 1)


def test_a_rectangle_is_counted_with_the_spans(panel):
    panel.show_prompt(Prompt("x", (PLUS,)).with_region(PLACE))
    assert "rectangle" in panel._span_counts.text()
    assert panel._span_counts.accessibleName().endswith("and a rectangle in the video")
    panel.show_prompt(Prompt("x", (PLUS,)))
    assert "rectangle" not in panel._span_counts.text() + panel._span_counts.accessibleName()


def test_a_place_alone_leads_on_from_an_engine_that_cannot_see(panel):
    panel.show_prompt(Prompt().with_region(PLACE))
    panel.show_error("The spectral engine does not use the video.")
    assert panel.next_steps.mark_button.isVisibleTo(panel)


def test_the_hint_follows_what_is_typed_and_marked(panel):
    panel.show_prompt(Prompt("", (PLUS,)))
    assert "mark a − span" in panel._hint.text()
    assert "1 plus, 0 minus" in panel._span_counts.accessibleName()
    panel.show_prompt(Prompt())
    assert "Say what the sound is" in panel._hint.text()
    type_text(panel, "flute")
    assert panel._hint.text().startswith("Heard as Flute, ")
    type_text(panel, "xyzzy")
    assert "“xyzzy” is not in the word list" in panel._hint.text()


def test_known_words_are_offered_while_typing(panel, qtbot):
    type_text(panel, "acoustic g")
    completer = panel.field.completer()
    qtbot.waitUntil(lambda: completer.popup().isVisible())
    assert completer.completionModel().index(0, 0).data() == "acoustic guitar"


@pytest.mark.parametrize(
    ("prompt", "engine", "part"),
    [
        (Prompt(), "spectral", "Say what"),
        (Prompt("", (PLUS, MINUS)), "spectral", "background from the − spans."),
        (Prompt("", (MINUS,)), "spectral", "mark with + where"),
        (Prompt("", (replace(PLUS, muted=True),)), "spectral", "Say what"),
        (Prompt("flute"), "sam-audio", "text and the spans"),
        (Prompt().with_regions(PLACE), "spectral", "does not use the video"),
        (Prompt("", (PLUS, MINUS)).with_regions(PLACE), "spectral", "background from the − spans."),
        (Prompt().with_regions(PLACE), "sam-audio", "the object in the video"),
    ],
)
def test_hints(prompt, engine, part):
    assert part in hint_for(prompt, engine_info(engine))


REFUSAL = "This engine does not understand “bassoon”."


def test_a_refusal_goes_once_another_text_is_typed(panel):
    panel.show_error(REFUSAL)
    assert panel.error.isVisible()
    type_text(panel, "s")
    assert not panel.error.isVisible()


@pytest.mark.parametrize("prompt", [Prompt("speech"), Prompt("bassoon", (PLUS,))])
def test_a_refusal_goes_once_text_or_marks_change(panel, prompt):
    panel.show_prompt(Prompt("bassoon"))
    panel.show_error(REFUSAL)
    panel.show_prompt(Prompt("bassoon"))
    assert panel.error.isVisible(), "nothing has changed"
    panel.show_prompt(prompt)
    assert not panel.error.isVisible()


def test_a_refusal_goes_once_engine_or_settings_change(panel):
    panel.show_error(REFUSAL)
    panel.show_settings(SeparationSettings())
    assert panel.error.isVisible(), "nothing has changed"
    panel.show_settings(checked_settings(SeparationSettings(seed=3)))
    assert not panel.error.isVisible()


def test_the_examples_are_what_the_engine_understands_and_do_not_look_typed(panel):
    words = engine_info("spectral").words
    assert panel.field.placeholderText() == f"e.g. {', '.join(words[:3])}"
    assert panel.field.font().italic()
    type_text(panel, words[0])
    assert not panel.field.font().italic()
    panel.field.clear()
    assert panel.field.font().italic()


def test_a_click_beside_the_open_list_of_words_does_what_it_does_without_it(panel, qtbot):
    panel.show_history(("bird", "bass drum"))
    panel.field.setFocus()
    QTest.keyClicks(panel.field, "b")
    popup = panel.field.completer().popup()
    qtbot.waitUntil(popup.isVisible)
    button = panel.separate_button
    # To the window, as a person's click comes: to the button itself it would not meet the list.
    place = button.mapTo(panel, button.rect().center())
    assert not popup.geometry().contains(button.mapToGlobal(button.rect().center()))
    with qtbot.waitSignal(panel.separate_requested):
        QTest.mouseClick(panel.windowHandle(), Qt.MouseButton.LeftButton, pos=place)
    assert not popup.isVisible()


def test_no_list_covers_what_a_whole_phrase_is_heard_as(panel, qtbot):
    panel.show_history(("dog barking", "dog"))
    panel.field.setFocus()
    popup = panel.field.completer().popup()
    QTest.keyClicks(panel.field, "do")
    qtbot.waitUntil(popup.isVisible)
    QTest.keyClicks(panel.field, "g")
    qtbot.waitUntil(lambda: not popup.isVisible())
    assert panel._hint.text().startswith("Heard as")
    QTest.keyClicks(panel.field, " bar")
    qtbot.waitUntil(popup.isVisible)


def test_ctrl_t_brings_the_text_into_sight_where_advanced_is_open(panel, qtbot):
    panel.resize(300, 260)
    panel._fold.click()
    scroll = panel._area.verticalScrollBar()
    qtbot.waitUntil(lambda: scroll.value() > 0)
    assert panel.field.visibleRegion().isEmpty()
    panel.edit_text()
    qtbot.waitUntil(lambda: panel.field.visibleRegion().boundingRect() == panel.field.rect())


def test_the_key_of_the_field_is_shown_beside_it(panel):
    label = next(part for part in panel.findChildren(KeyLabel) if part.isVisible())
    keys = dict(parts._keys)
    try:
        follow_keys({"edit_text": ("Ctrl+J",)})
        assert label.text() == "Ctrl+J"
        follow_keys({"edit_text": ()})
        assert label.text() == ""
    finally:
        follow_keys(keys)
