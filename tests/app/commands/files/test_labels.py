"""Labels of other programs, from the window."""

from pathlib import Path

from samstudio.session.prompt import Sign, Span
from samstudio.storage.label_files import LABEL_FORMATS
from samstudio.ui.spans.import_dialog import ImportDialog


def _dialog(window) -> ImportDialog | None:
    return next(iter(window.findChildren(ImportDialog)), None)


def test_labels_become_spans_in_one_step_and_come_back_from_what_was_exported(opened, qtbot, tmp_path: Path) -> None:
    path = tmp_path / "labels.txt"
    path.write_text("0.1\t0.4\t+ tone\n0.5\t0.6\t- tone\n")
    document = opened.container.document
    with qtbot.waitSignal(document.prompt_changed):
        opened.commands.labels.import_path(path)
    assert document.prompt.spans == (Span(0.1, 0.4), Span(0.5, 0.6, Sign.MINUS))
    document.undo_stack.undo()
    assert document.prompt.spans == ()
    # A file without labels is refused, and nothing changes.
    path = tmp_path / "letter.csv"
    path.write_text("Dear reader")
    with qtbot.waitSignal(opened.commands.labels.failed) as refusal:
        opened.commands.labels.import_path(path)
    assert "letter.csv" in refusal.args[0]
    assert opened.container.document.prompt.spans == ()
    # Spans come back from what was exported.
    document = opened.container.document
    spans = (Span(0.125, 0.25), Span(0.5, 0.75, Sign.MINUS, muted=True))
    for label_format in LABEL_FORMATS:
        document.edit_prompt("Mark", document.prompt.with_span(spans[0]).with_span(spans[1]))
        path = tmp_path / f"spans{label_format.suffix}"
        with qtbot.waitSignal(opened.commands.labels.noted):
            opened.commands.labels.export_path(path, label_format)
        document.undo_stack.undo()
        assert document.prompt.spans == ()
        with qtbot.waitSignal(document.prompt_changed):
            opened.commands.labels.import_path(path)
        assert document.prompt.spans == spans, label_format.name
        document.undo_stack.undo()


def test_what_is_skipped_is_shown_line_by_line(opened, qtbot, tmp_path: Path) -> None:
    path = tmp_path / "labels.txt"
    path.write_text("0.1\t0.4\ttone\n0.5\t0.6\t- tone\nnonsense\n")
    opened.commands.labels.import_path(path)
    qtbot.waitUntil(lambda: _dialog(opened) is not None)
    dialog = _dialog(opened)
    places = [dialog.table.item(row, 0).text() for row in range(dialog.table.rowCount())]
    assert places == ["line 1", "line 3"]
    assert opened.container.document.prompt.spans == ()
    dialog.unsigned.setCurrentIndex(1)
    assert dialog.table.rowCount() == 1
    dialog.accept()
    assert opened.container.document.prompt.spans == (Span(0.1, 0.4), Span(0.5, 0.6, Sign.MINUS))


def test_ten_thousand_overlapping_labels_of_both_signs_are_shown_and_no_more_taken(
    opened, qtbot, tmp_path: Path
) -> None:
    path = tmp_path / "labels.txt"
    lines = [f"{i * 1e-5:.6f}\t{1 - i * 1e-5:.6f}\t{'+-'[i % 2]}\n" for i in range(10_000)]
    path.write_text("".join(lines) * 2)
    document = opened.container.document
    with qtbot.waitSignal(document.prompt_changed):
        opened.commands.labels.import_path(path)
    assert len(document.prompt.spans) == 20_000
    opened.timeline.repaint()
    # More than a session holds are refused.
    path.write_text("0.1\t0.4\t+ tone\n")
    with qtbot.waitSignal(opened.commands.labels.failed) as refusal:
        opened.commands.labels.import_path(path)
    assert "20000" in refusal.args[0]
    assert len(document.prompt.spans) == 20_000
    opened.commands.spans.delete_span()
    assert document.prompt.spans == ()
