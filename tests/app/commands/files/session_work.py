"""What the tests of sessions, of their recordings and of recovery do with the window."""

from dataclasses import replace

from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.session.session import LaneContent
from samstudio.session.take import SeparationSettings, Stem


def separate(window, qtbot):
    with qtbot.waitSignal(window.container.separator.finished):
        window.actions_by_name["separate"].trigger()
    qtbot.waitUntil(lambda: not window.container.separator.is_running)


def mark(window, *spans: Span, text: str = "bell"):
    window.container.document.edit_prompt("Mark", Prompt(text, spans))


def save_as(window, folder, monkeypatch, qtbot):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(folder), ""))
    with qtbot.waitSignal(window.container.session_saver.saved):
        window.actions_by_name["save_as"].trigger()
    qtbot.waitUntil(lambda: not window.container.session_saver.is_saving)


def reopen(window, path, qtbot):
    with qtbot.waitSignal(window.container.clip_loader.completed):
        window.commands.files.open_path(path)
    qtbot.waitUntil(lambda: not window.container.session_state.is_restoring)


def answer(name: str, label: str, qtbot) -> str:
    """Press a button of the question that stands in the window; what it says."""

    def boxes():
        return [w for w in QApplication.topLevelWidgets() if w.objectName() == name and w.isVisible()]

    qtbot.waitUntil(lambda: bool(boxes()))
    (box,) = boxes()
    messages = f"{box.text()} {box.informativeText()}"
    next(button for button in box.buttons() if button.text().replace("&", "") == label).click()
    return messages


def answer_next(label: str, monkeypatch) -> list[str]:
    """Answer the next question that waits for its answer."""
    asked = []

    def exec_(box):
        asked.append(box.text())
        next(button for button in box.buttons() if button.text().replace("&", "") == label).click()

    monkeypatch.setattr(QMessageBox, "exec", exec_)
    return asked


def worked_on(window, qtbot) -> tuple:
    """A document with something of everything."""
    container = window.container
    mark(window, Span(0.25, 0.5), Span(0.75, 1.0, Sign.MINUS, 100.0, 900.0, muted=True))
    separate(window, qtbot)
    mark(window, Span(0.1, 0.5), text="horn")
    separate(window, qtbot)
    container.document.set_suggestions(container.document.takes[0].id, (Span(1.1, 1.2),))
    container.document.set_suggestions(container.document.takes[1].id, ())
    container.document.rename_take(0, "The bell")
    container.document.select_take(0)
    container.mixing.set_mix(container.mixing.mix.soloed(Stem.TARGET))
    container.selection.select_range((0.5, 0.75))
    container.transport.set_loop((0.5, 0.75))
    container.transport.seek(0.625)
    window.timeline.zoom_to(0.25, 1.25)
    stack = window.timeline.stack
    stack.scale_waveforms(4.0)
    stack.scale_waveforms(2.0, Stem.TARGET)
    stack.change_view(Stem.TARGET, replace(stack.lanes[Stem.TARGET].view, content=LaneContent.BOTH, has_spans=False))
    stack.setSizes([200, 60, 100, 100])
    window.commands.separation.change_settings(SeparationSettings("sam-audio", seed=11, options={"steps": 9}))
    return state(window)


def state(window) -> tuple:
    container, stack = window.container, window.timeline.stack
    current = container.document.current_take
    return (
        container.document.prompt,
        container.document.takes,
        current and current.id,
        container.mixing.mix,
        window.timeline.visible_range,
        container.selection.range,
        container.transport.position,
        window.commands.spectrogram.settings,
        container.transport.loop,
        # The window's other parts take a few pixels more or less.
        {name: round(height / stack.height(), 1) for name, height in stack.heights.items()},
        stack.views,
        window.commands.separation.settings,
    )


def saved_and_closed(window, folder, monkeypatch, qtbot):
    before = worked_on(window, qtbot)
    save_as(window, folder, monkeypatch, qtbot)
    window.actions_by_name["close"].trigger()
    return before
