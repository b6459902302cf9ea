"""The empty window: what the program does, and the two ways to start."""

from functools import lru_cache
from math import pi, sin
from pathlib import Path

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QSpacerItem, QVBoxLayout, QWidget

from samstudio.separation.registry import engines
from samstudio.ui.icons import icon
from samstudio.ui.parts import ICON_SIZE, IconLabel, explain, label, primary_button
from samstudio.ui.prompt.prompt_hint import examples_for
from samstudio.ui.theme import blend, load_theme, notifier, theme

_STEPS = (
    ("plus", "plus", "Mark", "Drag over places where the sound is heard (+) and where it is not (−)."),
    ("rename", "accent", "Name", "Name the sound, such as “{example}”, and press Separate."),
    ("volume", "accent", "Listen", "Compare target and residual, then export them for your DAW."),
)
_BAR_STEP = 7
"""Logical pixels from one bar of the waveform to the next."""
_RECENT_SHOWN = 4
_GAPS, _MARGIN = (6, 3, 8, 5, 5), 8
"""Units of space above the buttons, the hint, the cards, the recent files and what was found, and around all."""
_LOW = 420
"""Logical pixels of height below which they are halved."""


class WelcomePage(QWidget):
    """Shows how to start; files may be dropped anywhere in the window."""

    open_requested = Signal()
    demo_requested = Signal()
    recent_requested = Signal(object)
    """Path of a file opened before."""
    set_up_requested = Signal()
    """To set up models."""

    def __init__(self) -> None:
        super().__init__()
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        self._recent_title = label("Recent", "section")
        page = QWidget()
        column = self._column = QVBoxLayout(page)
        self._gaps = [QSpacerItem(0, 0) for _ in _GAPS]
        above_buttons, above_hint, above_cards, above_recent, above_found = self._gaps
        column.addStretch(2)
        column.addLayout(self._heading())
        column.addItem(above_buttons)
        column.addLayout(self._buttons())
        column.addItem(above_hint)
        hint = label("or drop an audio or video file anywhere in this window", "dim")
        column.addWidget(hint, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addItem(above_cards)
        self._cards = self._steps()
        column.addLayout(self._cards)
        column.addItem(above_recent)
        column.addWidget(self._recent_title, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(self._recent)
        column.addItem(above_found)
        self._lowest = self._found()
        column.addLayout(self._lowest)
        column.addStretch(5)
        area = QScrollArea()
        area.setProperty("look", "clear")
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # The waveform is painted behind it.
        for ground in (page, area.viewport()):
            ground.setAutoFillBackground(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        notifier.theme_changed.connect(self._repaint)
        self.show_recent(())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window everything is closer together: what the three steps are stays in sight."""
        super().resizeEvent(event)
        share = 0.5 if self.height() < _LOW else 1.0
        for gap, units in zip(self._gaps, _GAPS, strict=True):
            gap.changeSize(0, theme().space(share * units))
        self._column.setContentsMargins(*[theme().space(share * _MARGIN)] * 4)
        self._column.invalidate()

    def _heading(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(theme().space(2))
        for text, look in (
            ("Take one sound out of a recording", "display"),
            ("Two stems that add up to the original: the sound you meant, and everything else.", "subtitle"),
        ):
            line = label(text, look, wrap=True)
            line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(line)
        return column

    def _buttons(self) -> QHBoxLayout:
        self.open_button = primary_button("Open a recording…", "open")
        explain(self.open_button, "Open a recording", action="open")
        self.open_button.clicked.connect(self.open_requested)
        self.demo_button = QPushButton("Open the demo")
        self.demo_button.setIcon(icon("demo", "text"))
        self.demo_button.setIconSize(ICON_SIZE)
        explain(self.demo_button, "Open the demo", more="A short recording with spans already drawn.")
        self.demo_button.clicked.connect(self.demo_requested)
        row = QHBoxLayout()
        row.setSpacing(theme().space(3))
        row.addStretch(1)
        for button in (self.open_button, self.demo_button):
            button.setMinimumHeight(theme().space(10))
            button.setMinimumWidth(theme().space(45))
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _steps(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme().space(3))
        row.addStretch(1)
        example = examples_for(engines()[0])[0]
        for number, (icon_name, role, title, text) in enumerate(_STEPS, 1):
            row.addWidget(_StepCard(number, icon_name, role, title, text.format(example=example)), 1000)
        row.addStretch(1)
        return row

    def _found(self) -> QVBoxLayout:
        """What was found on this computer; empty until it is."""
        self._device, self._machine = label("", "caption"), label("", "caption")
        self.models_button = QPushButton()
        self.models_button.setProperty("look", "link")
        self.models_button.hide()
        self.models_button.clicked.connect(self.set_up_requested)
        column = QVBoxLayout()
        column.setSpacing(0)
        for part in (self._device, self._machine, self.models_button):
            column.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        return column

    def show_device(self, text: str) -> None:
        """Where sound is played, or why it is not."""
        self._device.setText(text)

    def show_machine(self, text: str) -> None:
        """What separates, and its memory."""
        self._machine.setText(text)

    def show_models(self, text: str) -> None:
        """Which engines have their weights; the button leads to what sets them up."""
        self.models_button.setText(f"{text} · Set up models…")
        explain(self.models_button, text, more="Set up models: what they are for, and how to get them.")
        self.models_button.setVisible(bool(text))

    def show_recent(self, paths: tuple[Path, ...]) -> None:
        """List files opened before, latest first."""
        while item := self._recent.takeAt(0):
            if (button := item.widget()) is not None:
                button.deleteLater()
        for path in paths[:_RECENT_SHOWN]:
            button = QPushButton(path.name.replace("&", "&&"))
            button.setProperty("look", "link")
            explain(button, f"Open {path.name}", more=str(path))
            button.clicked.connect(lambda _=False, path=path: self.recent_requested.emit(path))
            self._recent.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        self._recent_title.setVisible(bool(paths))

    def paintEvent(self, event: QPaintEvent) -> None:
        """One waveform that parts into two, along the foot of the page."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), theme().color("canvas"))
        painter.setPen(Qt.PenStyle.NoPen)
        middle = self.height() * 0.86
        tall = min(self.height() * 0.11, 90.0)
        if middle - tall < self._lowest.geometry().bottom():
            # No room for it in a low window.
            return
        for color, bar in _bars(theme().name, self.width(), middle, tall):
            painter.setBrush(color)
            painter.drawRoundedRect(bar, 1.5, 1.5)

    def _repaint(self) -> None:
        self.update()


class _StepCard(QFrame):
    """One of the three steps."""

    def __init__(self, number: int, icon_name: str, role: str, title: str, text: str) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.setMinimumWidth(theme().space(36))
        self.setMaximumWidth(theme().space(56))
        head = QHBoxLayout()
        head.setSpacing(theme().space(2))
        head.addWidget(IconLabel(icon_name, role, 20))
        name: QLabel = label(f"{number}  {title}", "title")
        head.addWidget(name, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme().space(3)] * 4)
        column.setSpacing(theme().space(2))
        column.addLayout(head)
        column.addWidget(label(text, "dim", wrap=True))
        column.addStretch(1)


@lru_cache(maxsize=4)
def _bars(theme_name: str, width: int, middle: float, tall: float) -> tuple[tuple[QColor, QRectF], ...]:
    """The bars of the waveform, each with its colour; the page is painted again whenever the mouse enters a button."""
    colors = load_theme(theme_name)
    whole, bars = colors.color("text_dim"), []
    for x in range(_BAR_STEP, width, _BAR_STEP):
        part = x / width
        target, residual = _loudness(part, 3.0), _loudness(part, 11.5)
        # How far the two have parted: nothing on the left, everything on the right.
        parted = min(1.0, max(0.0, (part - 0.40) / 0.22))
        parted = parted * parted * (3.0 - 2.0 * parted)
        sides = ((-1.0, target, "plus"), (1.0, residual, "minus"))
        for sign, height, role in sides if parted else sides[:1]:
            color = blend(whole, colors.color(role), parted)
            # Both ends fade into the background.
            color.setAlphaF((0.22 + 0.28 * parted) * min(1.0, 6.0 * part, 6.0 * (1.0 - part)))
            length = 2.0 + tall * ((1.0 - parted) * (target + residual) / 2.0 + parted * height * 0.62)
            centre = middle + sign * parted * tall * 0.55
            bars.append((color, QRectF(x - 1.5, centre - length / 2.0, 3.0, length)))
    return tuple(bars)


def _loudness(part: float, seed: float) -> float:
    """0..1: a made-up envelope with beats and phrases."""
    x = part * 40.0
    beat = 0.6 + 0.4 * sin(x * 1.7 + seed)
    phrase = 0.7 + 0.3 * sin(x * 0.47 + seed * 1.7)
    grain = 0.5 + 0.5 * sin(x * 9.7 + seed * 5.0 + 2.0 * sin(x * 3.3))
    return max(0.08, beat * phrase * (0.3 + 0.7 * grain)) * (0.8 + 0.2 * sin(pi * part))
