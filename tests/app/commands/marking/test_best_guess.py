"""Words that are not heard clearly enough: the best guess, on request, as suggested spans."""

from PySide6.QtCore import QCoreApplication, Qt

from samstudio.separation.engine import NotHeardError
from samstudio.session.prompt import Span

GUESS = (Span(0.25, 0.75), Span(1.0, 1.5))


class RefusingEngine:
    def separate(self, request):
        raise NotHeardError("“dog” is not heard clearly enough.", GUESS)
        yield


def test_the_best_guess_is_suggested_and_separates_nothing_by_itself(opened, monkeypatch, qtbot):
    monkeypatch.setattr("samstudio.controllers.separation.engine_thread.create_engine", lambda _name: RefusingEngine())
    panel, document = opened.prompt_panel, opened.container.document
    qtbot.keyClicks(panel.field, "dog")
    with qtbot.waitSignal(opened.container.separator.ways_offered):
        qtbot.keyClick(panel.field, Qt.Key.Key_Return)
    QCoreApplication.processEvents()
    assert panel.next_steps.guess_button.isVisible()
    qtbot.mouseClick(panel.next_steps.guess_button, Qt.MouseButton.LeftButton)
    assert opened.container.suggested_spans.spans == GUESS
    assert document.takes == ()
    assert opened.container.selection.suggestion == 0
    opened.actions_by_name["accept_suggestion"].trigger()
    assert document.prompt.spans == (GUESS[0],)
    assert opened.container.suggested_spans.spans == (GUESS[1],)
