import pytest
from PySide6.QtCore import Qt

from samstudio.ui.takes.compare_dialog import DIFFERS, CompareDialog, ComparedTake
from samstudio.ui.theme import apply_theme, load_theme, theme

ONE = ComparedTake("1", "One", {"Engine": "Spectral", "Seed": "0", "Time": "1 s"})
TWO = ComparedTake("2", "Two", {"Engine": "SAM Audio", "Model": "large", "Seed": "0", "Time": "1 s"})
THREE = ComparedTake("3", "Three", {"Engine": "Spectral", "Seed": "7", "Time": "1 s"})


@pytest.fixture
def dialog(qtbot) -> CompareDialog:
    dialog = CompareDialog()
    qtbot.addWidget(dialog)
    dialog.show_takes((ONE, TWO, THREE))
    dialog.show_pair("1", "2")
    return dialog


def lines(dialog: CompareDialog) -> list[tuple[str, ...]]:
    table = dialog.table
    return [tuple(table.item(row, column).text() for column in range(4)) for row in range(table.rowCount())]


def test_what_differs_is_marked_by_a_sign(dialog):
    assert lines(dialog) == [
        ("Engine", DIFFERS, "Spectral", "SAM Audio"),
        ("Model", DIFFERS, "—", "large"),
        ("Seed", "", "0", "0"),
        ("Time", "", "1 s", "1 s"),
    ]
    assert dialog.table.item(0, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "Engine, differs"
    assert dialog.summary.text() == f"{DIFFERS} 2 of these differ"


def test_only_what_differs_can_be_shown(dialog):
    dialog.only_differences.setChecked(True)
    assert [line[0] for line in lines(dialog)] == ["Engine", "Model"]


def test_any_two_takes_can_be_chosen_and_the_choice_stays(dialog):
    dialog.choosers[1].setCurrentIndex(2)
    assert [line for line in lines(dialog) if line[1]] == [("Seed", DIFFERS, "0", "7")]
    dialog.show_takes((ONE, THREE))
    assert [chooser.currentText() for chooser in dialog.choosers] == ["One", "Three"]


def test_takes_that_are_gone_leave_an_empty_table(dialog):
    dialog.show_takes(())
    assert lines(dialog) == []


def test_in_another_theme_the_cells_have_its_colours(dialog, qapp):
    def colours():
        return [dialog.table.item(row, column).foreground().color() for row in range(4) for column in (0, 1)]

    apply_theme(qapp, "dark")
    dialog.table.selectRow(2)
    assert colours() == [theme().color("text_dim"), theme().color("warning")] * 4
    apply_theme(qapp, "light")
    assert colours() == [load_theme("light").color("text_dim"), load_theme("light").color("warning")] * 4
    assert dialog.table.currentRow() == 2
    apply_theme(qapp, "dark")


def test_a_row_of_several_lines_has_air(dialog):
    long = ComparedTake(
        "4", "Four", {**ONE.facts, "Engine": "residual of a take with a long name that needs two lines"}
    )
    dialog.show_takes((long, TWO))
    dialog.show()
    table = dialog.table
    one_line, needed = table.rowHeight(1), table.sizeHintForRow(0)
    assert one_line == max(table.sizeHintForRow(1), table.verticalHeader().minimumSectionSize())
    assert one_line < needed < table.rowHeight(0)
