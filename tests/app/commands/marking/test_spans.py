"""Marking in the window: several spans at once, keys alone, suggested spans."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.session.take import SeparationSettings, Sound, Stems, Take
from samstudio.ui.spans.span_table import SIGN
from samstudio.ui.theme import apply_theme

KEY, MODIFIER = Qt.Key, Qt.KeyboardModifier
SPANS = (Span(0.1, 0.3), Span(0.5, 0.7), Span(0.9, 1.1, Sign.MINUS))


@pytest.fixture
def marked(opened):
    opened.container.document.edit_prompt("Mark", Prompt("", SPANS))
    opened.timeline.setFocus()
    return opened


def spans(window) -> tuple[Span, ...]:
    return window.container.document.prompt.spans


def steps(window) -> list[str]:
    stack = window.container.document.undo_stack
    return [stack.text(number) for number in range(1, stack.count())]


def run(window, *names: str) -> None:
    for name in names:
        assert window.actions_by_name[name].isEnabled(), name
        window.actions_by_name[name].trigger()


def test_selected_spans_are_changed_together_each_time_in_one_step(marked):
    marked.container.selection.select_spans((0, 2))
    run(marked, "flip_span", "mute_span", "duplicate_span")
    flipped = replace(SPANS[0], sign=Sign.MINUS, muted=True), replace(SPANS[2], sign=Sign.PLUS, muted=True)
    assert spans(marked)[:3] == (flipped[0], SPANS[1], flipped[1])
    assert [span.start for span in spans(marked)[3:]] == [pytest.approx(1.0), pytest.approx(1.8)]
    assert marked.container.selection.spans == (3, 4)
    run(marked, "delete_span")
    assert steps(marked) == ["Flip 2 spans", "Mute 2 spans", "Duplicate 2 spans", "Delete 2 spans"]
    marked.container.document.undo_stack.setIndex(1)
    assert spans(marked) == SPANS


def test_all_spans_are_selected_shown_as_such_and_given_a_sign_by_key(marked, qtbot):
    run(marked, "select_all_spans")
    assert marked.container.selection.spans == (0, 1, 2)
    assert marked.span_layer.context.selected == (0, 1, 2)
    assert marked.span_list.selected == (0, 1, 2)
    # A key gives them a sign where no time is selected.
    qtbot.keyClick(marked.timeline, KEY.Key_N)
    assert {span.sign for span in spans(marked)} == {Sign.MINUS}
    assert len(spans(marked)) == 3


def test_a_split_at_the_playhead_and_a_merge_undo_each_other_or_say_why_not(marked):
    marked.container.transport.seek(0.6)
    run(marked, "split_span")
    assert spans(marked) == (SPANS[0], Span(0.5, 0.6), Span(0.6, 0.7), SPANS[2])
    assert marked.container.selection.spans == (1, 2)
    run(marked, "merge_spans")
    assert spans(marked) == SPANS
    assert steps(marked) == ["Split span", "Merge spans"]
    notes = []
    marked.commands.spans.noted.connect(notes.append)
    marked.container.selection.select_span(0)
    marked.container.transport.seek(1.5)
    run(marked, "split_span", "merge_spans")
    assert spans(marked) == SPANS
    assert [note.split(":")[0] for note in notes] == [
        "The playhead is not inside a selected span",
        "Nothing to merge",
    ]
    # One that is put on top decides.
    marked.container.selection.select_span(0)
    run(marked, "raise_span")
    assert spans(marked) == (*SPANS[1:], SPANS[0])
    assert marked.container.selection.spans == (2,)


def test_a_span_that_is_stepped_to_is_scrolled_into_view_and_one_that_is_seen_moves_no_view(marked):
    marked.timeline.zoom_to(0.0, 0.05)
    run(marked, "next_span")
    start, end = marked.timeline.visible_range
    assert start <= 0.2 <= end
    assert end - start == pytest.approx(0.05)
    marked.container.selection.select_spans(())
    marked.timeline.zoom_to(0.2, 0.8)
    marked.container.selection.select_span(0)
    assert marked.timeline.visible_range == (pytest.approx(0.2), pytest.approx(0.8))


@pytest.fixture
def haunted(marked):
    """With a take whose model heard the sound at three places."""
    silence = np.zeros((96000, 2), np.float32)
    predicted = (Span(1.2, 1.3), Span(1.4, 1.5), Span(1.6, 1.7))
    marked.container.document.add_take(
        Take("Take", Prompt(), SeparationSettings(), Sound(Stems(silence, silence)), 1.0, 96000, predicted=predicted)
    )
    return marked


def test_suggestions_are_decided_one_by_one_by_key(haunted, qtbot):
    timeline, alt_shift = haunted.timeline, MODIFIER.AltModifier | MODIFIER.ShiftModifier
    assert not haunted.actions_by_name["accept_suggestion"].isEnabled()
    qtbot.keyClick(timeline, KEY.Key_Right, alt_shift)
    assert haunted.container.selection.suggestion == 0
    qtbot.keyClick(timeline, KEY.Key_A)
    assert spans(haunted)[-1] == Span(1.2, 1.3)
    # The next one is selected: one key after the other decides them all.
    qtbot.keyClick(timeline, KEY.Key_A, MODIFIER.ShiftModifier)
    assert spans(haunted)[-1] == Span(1.4, 1.5, Sign.MINUS)
    qtbot.keyClick(timeline, KEY.Key_X)
    assert haunted.container.suggested_spans.spans == ()
    assert len(spans(haunted)) == 5
    assert steps(haunted) == ["Accept suggested span as +", "Accept suggested span as −", "Dismiss suggested span"]


def test_suggestions_are_accepted_at_once_brought_back_and_dismissed_by_delete(haunted):
    run(haunted, "accept_all_suggestions")
    assert len(spans(haunted)) == 6
    assert haunted.container.selection.spans == (3, 4, 5)
    run(haunted, "undo")
    assert spans(haunted) == SPANS
    assert len(haunted.span_layer.context.suggestions) == 3
    # Delete dismisses the selected one and goes on to the next.
    haunted.container.selection.select_suggestion(1)
    run(haunted, "delete_span")
    assert haunted.container.selection.suggestion == 1
    run(haunted, "delete_span", "delete_span")
    assert haunted.container.suggested_spans.spans == ()
    assert spans(haunted) == SPANS


def test_suggestions_are_listed_have_menus_and_are_gone_without_their_take(haunted, qapp):
    from samstudio.ui.timeline.spans.gesture_context import MenuTarget

    haunted.container.selection.select_span(0)
    for ground, name in (
        (MenuTarget.SPAN, "split_span"),
        (MenuTarget.SUGGESTION, "accept_suggestion"),
        (MenuTarget.SELECTION, "mark_plus"),
        (MenuTarget.EMPTY, "tool_box"),
    ):
        haunted.commands.span_menus.show(ground, haunted.timeline.mapToGlobal(haunted.timeline.rect().center()))
        menu = haunted.findChildren(QMenu)[-1]
        assert haunted.actions_by_name[name] in menu.actions()
        menu.close()
    # Their signs fit into their column.
    before = qapp.styleSheet()
    apply_theme(qapp, "dark")
    view, table = haunted.span_list.view, haunted.span_list.table
    haunted.span_list.view.fit_columns()
    assert view.sizeHintForIndex(table.index(3, SIGN)).width() <= view.columnWidth(SIGN)
    qapp.setStyleSheet(before)
    # Without their take they are gone.
    assert haunted.span_layer.context.suggestions == haunted.container.suggested_spans.spans
    assert haunted.span_list.table.rowCount() == 6
    haunted.container.document.select_take(None)
    assert haunted.span_layer.context.suggestions == ()
    assert haunted.span_list.table.rowCount() == 3


def test_the_models_eye_is_listed_and_drawn_and_comes_back(marked):
    from samstudio.ui.spans.span_table import MODEL_FRAMES

    view = marked.span_list.view
    assert view.isColumnHidden(MODEL_FRAMES)
    marked.actions_by_name["model_frames"].setChecked(True)
    assert not view.isColumnHidden(MODEL_FRAMES)
    assert marked.container.preferences.flag("model_frames", default=False)
    marked.commands.separation.change_settings(SeparationSettings("sam-audio"))
    marked.actions_by_name["model_frames"].setChecked(False)
    assert not view.isColumnHidden(MODEL_FRAMES)


def test_without_a_selection_the_keys_say_what_to_do(opened, qtbot):
    opened.timeline.setFocus()
    for key, sign in ((KEY.Key_P, "+"), (KEY.Key_N, "-")):
        qtbot.keyClick(opened.timeline, key)
        message = opened.status.currentMessage()
        assert message.startswith(f"Nothing is selected to mark as {sign}: drag over the recording")
        assert spans(opened) == ()
