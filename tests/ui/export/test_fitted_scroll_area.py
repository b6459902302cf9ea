"""A scroll area that is as high as its page."""

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout

from samstudio.ui.export.fitted_scroll_area import FittedScrollArea
from samstudio.ui.parts import ScrolledPage, label


def test_a_bar_that_was_needed_goes_where_the_hint_is_followed(qtbot):
    page = ScrolledPage()
    text = label("one two three four five six seven eight nine ten", wrap=True)
    column = QVBoxLayout(page)
    column.addWidget(text)
    area = FittedScrollArea(page)
    qtbot.addWidget(area)
    # So wide that the text has one more line beside the bar.
    widths = range(60, 400)
    bar = area.verticalScrollBar().sizeHint().width()
    width = next(w for w in widths if page.heightForWidth(w) < page.heightForWidth(w - bar))
    area.resize(width, 10)
    area.show()
    QTest.qWait(1)
    assert area.verticalScrollBar().maximum() > 0
    area.resize(width, area.sizeHint().height())
    QTest.qWait(1)
    assert area.verticalScrollBar().maximum() == 0
