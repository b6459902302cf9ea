"""The menu of a lane: what it shows, how high its waveform is, its spans, and which lanes there are."""

from dataclasses import replace
from functools import partial

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from samstudio.session.session import LaneContent, LaneView
from samstudio.ui.timeline.lanes.lane_stack import LaneStack

_CONTENTS = {
    LaneContent.WAVEFORM: "Waveform",
    LaneContent.SPECTROGRAM: "Spectrogram",
    LaneContent.BOTH: "Waveform over spectrogram",
}
_STEP = 2**0.5


def lane_menu(stack: LaneStack, name: str, parent: QWidget) -> QMenu:
    """The menu of the lane of that name."""
    lane = stack.lanes[name]
    menu = QMenu(parent)
    # A name may hold an ampersand, which is no key.
    menu.setAccessibleName(f"{lane.title}: lane menu")
    contents = QActionGroup(menu)
    for content, title in _CONTENTS.items():
        action = menu.addAction(title)
        action.setCheckable(True)
        action.setChecked(lane.view.content is content)
        action.setActionGroup(contents)
        action.triggered.connect(partial(_change, stack, replace(lane.view, content=content), name))
    menu.addSeparator()
    spans = menu.addAction("Show spans")
    spans.setCheckable(True)
    spans.setChecked(lane.view.has_spans)
    spans.triggered.connect(partial(_change, stack, replace(lane.view, has_spans=not lane.view.has_spans), name))
    menu.addSeparator()
    heights = (
        ("Increase waveform height", _STEP),
        ("Decrease waveform height", 1.0 / _STEP),
        ("Reset waveform height", 0.0),
    )
    for title, factor in heights:
        action = menu.addAction(title)
        action.setEnabled(lane.view.content is not LaneContent.SPECTROGRAM)
        action.triggered.connect(partial(_scale, stack, name, factor))
    menu.addSeparator()
    hide = menu.addAction("Hide lane")
    hide.setEnabled(len(stack.visible_lanes) > 1)
    hide.triggered.connect(partial(_change, stack, replace(lane.view, is_hidden=True), name))
    menu.addMenu(_lanes_menu(stack, menu))
    return menu


def _lanes_menu(stack: LaneStack, parent: QMenu) -> QMenu:
    menu = QMenu("Show lanes", parent)
    available = [lane for lane in stack.lanes.values() if lane.has_sound]
    for lane in available:
        action = menu.addAction(lane.title.replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(not lane.isHidden())
        action.setEnabled(lane.isHidden() or len(stack.visible_lanes) > 1)
        view = replace(lane.view, is_hidden=not lane.isHidden())
        action.triggered.connect(partial(_change, stack, view, lane.name))
    menu.addSeparator()
    everything = menu.addAction("All lanes")
    everything.setEnabled(any(lane.isHidden() for lane in available))
    everything.triggered.connect(partial(_show_all, stack))
    return menu


def _change(stack: LaneStack, view: LaneView, name: str) -> None:
    stack.change_view(name, view)


def _scale(stack: LaneStack, name: str, factor: float) -> None:
    stack.scale_waveforms(factor, name)


def _show_all(stack: LaneStack) -> None:
    for name, view in stack.views.items():
        stack.change_view(name, replace(view, is_hidden=False))
