from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea

from samstudio.ui.theme import theme
from samstudio.ui.welcome import WelcomePage


@pytest.fixture
def page(qtbot) -> WelcomePage:
    page = WelcomePage()
    qtbot.addWidget(page)
    page.resize(1000, 700)
    page.show()
    return page


def test_both_ways_to_begin(page, qtbot):
    with qtbot.waitSignal(page.open_requested, timeout=100):
        page.open_button.click()
    with qtbot.waitSignal(page.demo_requested, timeout=100):
        page.demo_button.click()


def test_recent_files_are_offered_by_name(page, qtbot):
    page.show_recent((Path("/a/old.wav"),))
    page.show_recent(tuple(Path(f"/music/{name} & more.wav") for name in "abcdef"))
    buttons = [page._recent.itemAt(row).widget() for row in range(page._recent.count())]
    assert len(buttons) == 4
    assert all(isinstance(button, QPushButton) for button in buttons)
    assert buttons[1].text() == "b && more.wav"
    with qtbot.waitSignal(page.recent_requested, timeout=100) as emitted:
        buttons[1].click()
    assert emitted.args == [Path("/music/b & more.wav")]


def test_what_was_found_is_told_and_leads_to_the_set_up(page, qtbot):
    assert not page.models_button.isVisible()
    page.show_device("Sound: Speakers")
    page.show_machine("Separates on the CPU, 8 cores")
    page.show_models("SAM Audio: not set up")
    assert page._device.text() == "Sound: Speakers"
    assert page._machine.text() == "Separates on the CPU, 8 cores"
    assert page.models_button.accessibleName() == "SAM Audio: not set up"
    assert page.models_button.text() == "SAM Audio: not set up · Set up models…"
    with qtbot.waitSignal(page.set_up_requested, timeout=100):
        page.models_button.click()


def test_a_small_window_holds_everything(page):
    page.resize(540, 200)
    QTest.qWait(1)
    (area,) = page.findChildren(QScrollArea)
    whole = area.widget()
    cards = [card.geometry() for card in whole.findChildren(QFrame) if card.property("look") == "card"]
    assert len(cards) == 3
    assert not cards[0].intersects(cards[1])
    assert not cards[1].intersects(cards[2])
    assert whole.rect().contains(cards[2])
    assert whole.width() <= area.viewport().width()
    assert area.verticalScrollBar().maximum() > 0


def test_the_waveform_parts_into_plus_and_minus(page):
    image = page.grab().toImage()
    right = [image.pixelColor(x, y) for x in range(700, 760) for y in range(500, 700)]

    def near(role: str) -> int:
        wanted, ground = theme().color(role), theme().color("canvas")
        return sum(
            color != ground and abs(color.hslHue() - wanted.hslHue()) < 15 and color.hslSaturation() > 40
            for color in right
        )

    assert near("plus") > 50
    assert near("minus") > 50


def test_in_a_low_window_the_steps_are_in_sight(page, qtbot):
    page.resize(533, 350)
    cards = [page._cards.itemAt(place).widget() for place in range(page._cards.count())]
    cards = [card for card in cards if card is not None]
    qtbot.waitUntil(lambda: all(card.visibleRegion().boundingRect() == card.rect() for card in cards))
    assert len(cards) == 3
    assert page.findChild(QScrollArea).horizontalScrollBar().maximum() == 0
