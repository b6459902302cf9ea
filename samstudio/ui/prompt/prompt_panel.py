"""What to separate: text, engine, settings, and the Separate button."""

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from samstudio.separation.engine_info import EngineInfo
from samstudio.separation.models.inventory import ModelPart
from samstudio.session.prompt import Prompt
from samstudio.session.take import SeparationSettings
from samstudio.ui.export.fitted_scroll_area import FittedScrollArea
from samstudio.ui.fold import Fold
from samstudio.ui.parts import NoticeBar, ScrolledPage, explain, field_title, label, make_panel, primary_button
from samstudio.ui.prompt.advanced_settings import AdvancedSettings
from samstudio.ui.prompt.engine_chooser import EngineChooser
from samstudio.ui.prompt.ground_bar import GroundBar
from samstudio.ui.prompt.next_steps import NextSteps
from samstudio.ui.prompt.partial_buttons import PartialButtons
from samstudio.ui.prompt.prompt_field import PromptField
from samstudio.ui.prompt.prompt_hint import count_spans, examples_for, hint_for, lacks_a_span, marked_in_video
from samstudio.ui.prompt.running_part import RunningPart
from samstudio.ui.prompt.title_with_key import title_with_key
from samstudio.ui.prompt.wording_offers import WordingOffers
from samstudio.ui.theme import notifier, theme
from samstudio.ui.time_text import unbroken

_HEIGHT_FOR_OFFERS = 230
"""Logical pixels of the panel from which there is room for more than one button."""


class PromptPanel(QWidget):
    """Shows a Prompt and SeparationSettings and requests changes; edits nothing itself."""

    text_changed = Signal(str)
    """The text, once per edit."""
    settings_changed = Signal(object)
    """SeparationSettings of the same engine."""
    engine_chosen = Signal(str)
    """The name of another engine."""
    separate_requested = Signal()
    cancel_requested = Signal()
    setup_requested = Signal()
    """Model parts are to be set up."""
    mark_requested = Signal()
    """The + span tool is to be used."""
    room_requested = Signal()
    """There is more to show, for which it may be too low by `lack`."""

    def __init__(self) -> None:
        super().__init__()
        make_panel(self)
        self._engines: tuple[EngineInfo, ...] = ()
        self._settings = SeparationSettings()
        self._prompt = Prompt()
        self.field = PromptField()
        self.field.text_committed.connect(self.text_changed)
        self.field.textChanged.connect(self._show_hint)
        self.field.textEdited.connect(self._forget_error)
        self.field.entered.connect(self._request_separation)
        self.wording = WordingOffers(self.field)
        self.engine_chooser = EngineChooser()
        self.engine_chooser.engine_chosen.connect(self.engine_chosen)
        self.engine_chooser.setup_requested.connect(self.setup_requested)
        self.error = NoticeBar()
        self.next_steps = NextSteps()
        self.next_steps.mark_requested.connect(self.mark_requested)
        self.next_steps.setup_requested.connect(self.setup_requested)
        self.next_steps.engine_requested.connect(self._on_engine_requested)
        self.error.dismissed.connect(self._forget_error)
        self._span_counts = label()
        self._span_counts.setTextFormat(Qt.TextFormat.RichText)
        self._hint = label(look="caption", wrap=True)
        self._notices = label(look="caption", wrap=True)
        self._notices.hide()
        self.advanced = AdvancedSettings()
        self.advanced.settings_changed.connect(self._change_settings)
        self.advanced.setup_requested.connect(self.setup_requested)
        self._fold = Fold(
            "Advanced",
            self.advanced,
            "Advanced settings",
            "Device, seed and what − spans mean, and the settings that the chosen engine has of its own.",
        )
        self.ground = GroundBar()
        self.partial = PartialButtons()
        self.running = RunningPart()
        self.running.cancel_requested.connect(self.cancel_requested)
        self._lay_out()
        notifier.theme_changed.connect(self._show_hint)
        self.show_idle()
        self.show_settings(self._settings)

    def _lay_out(self) -> None:
        self.separate_button = primary_button("Separate", "separate")
        more = "Take the sound out: a new take with target and residual."
        explain(self.separate_button, "Separate", more=more, action="separate")
        self.separate_button.clicked.connect(self._request_separation)
        self._fold.clicked.connect(self._show_unfolded)
        # The text is typed in it: it is in sight in the lowest panel.
        self._area = FittedScrollArea(self._page(), self.field)
        self._area.setProperty("look", "")
        self._area.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._offers = QWidget()
        offers = QVBoxLayout(self._offers)
        offers.setContentsMargins(0, 0, 0, 0)
        offers.addWidget(self.partial)
        foot = self._foot = QVBoxLayout()
        foot.setContentsMargins(theme().space(3), theme().space(1), theme().space(3), theme().space(3))
        foot.setSpacing(theme().space(2))
        for part in (self.separate_button, self._offers, self.running):
            foot.addWidget(part)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._area)
        # In sight whatever is scrolled above.
        whole.addLayout(foot)
        whole.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In the lowest panel only Separate is offered: what else can be separated, the menu has too."""
        super().resizeEvent(event)
        is_low = self.height() < _HEIGHT_FOR_OFFERS
        self._offers.setHidden(is_low)
        self.ground.show_low(is_low)

    def _page(self) -> QWidget:
        """What scrolls where the panel is low."""
        page = ScrolledPage()
        column = QVBoxLayout(page)
        column.setContentsMargins(*[theme().space(unit) for unit in (3, 3, 3, 1)])
        column.setSpacing(theme().space(2))
        for part in (
            self.ground,
            title_with_key("What is the sound?", self.field, "edit_text"),
            self.field,
            self.error,
            self.next_steps,
            self._span_counts,
            self._hint,
            self.wording,
        ):
            column.addWidget(part)
        column.addSpacing(theme().space(1))
        column.addWidget(field_title("Engine", self.engine_chooser, "section"))
        column.addWidget(self.engine_chooser)
        column.addWidget(self._notices)
        column.addWidget(self._fold, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.advanced)
        column.addStretch(1)
        return page

    def sizeHint(self) -> QSize:
        """What the dock opens with."""
        return QSize(theme().space(80), max(theme().space(110), super().sizeHint().height()))

    def show_prompt(self, prompt: Prompt) -> None:
        """Show the text, and what the spans will do."""
        if prompt != self._prompt:
            self.show_error(None)
        self._prompt = prompt
        self.field.show_text(prompt.text)
        self._show_hint()

    def show_history(self, texts: tuple[str, ...]) -> None:
        """Earlier prompts' texts, latest first."""
        self.field.show_history(texts)

    def show_engines(self, engines: tuple[EngineInfo, ...]) -> None:
        """Fill the engine chooser; one that cannot run is shown with the reason."""
        self._engines = engines
        self.engine_chooser.show_engines(engines)
        self.engine_chooser.show_engine(self._settings.engine)
        self._show_hint()

    def show_parts(self, parts: tuple[ModelPart, ...]) -> None:
        """Which model parts there are on this computer."""
        self.advanced.show_parts(parts)

    def show_settings(self, settings: SeparationSettings) -> None:
        """Show the settings without emitting anything."""
        if settings != self._settings:
            self.show_error(None)
        self._settings = settings
        self.engine_chooser.show_engine(settings.engine)
        self.advanced.show_settings(settings)
        self._show_hint()

    def show_ready(self, *, ready: bool) -> None:
        """Whether there is a recording to separate."""
        self.separate_button.setEnabled(ready)

    def show_progress(self, stage: str, fraction: float, seconds_left: float | None) -> None:
        """A separation runs: its stage, how much is done (0..1) and the time left, if known."""
        self.separate_button.hide()
        self.running.show()
        self.running.show_progress(stage, fraction, seconds_left)

    def show_idle(self) -> None:
        """No separation runs."""
        self.running.hide()
        self.separate_button.show()

    def show_error(self, sentence: str | None) -> None:
        """Show what went wrong until it is dismissed, in place of the hint, which would say much the same."""
        self.error.show_text(sentence)
        self._hint.setHidden(bool(sentence))
        self.wording.show_beside_error(bool(sentence))
        self._show_next_steps(shown=bool(sentence))
        self.room_requested.emit()

    @property
    def lack(self) -> int:
        """Logical pixels by which it is too low to show all of itself; negative: taller than that."""
        return self._area.verticalScrollBar().maximum() or min(0, self._foot.geometry().bottom() + 1 - self.height())

    def _show_next_steps(self, *, shown: bool) -> None:
        """The next steps with an engine that does not understand the text, or whose weights are missing."""
        chosen = self._chosen
        other = next((info for info in self._engines if info.accepts_any_text), None)
        stuck = chosen is not None and not chosen.accepts_any_text and lacks_a_span(self._typed)
        if not shown:
            self.next_steps.show_steps(mark=False, setup=None, use=None)
        elif stuck:
            ready = other is not None and not other.unavailable
            self.next_steps.show_steps(mark=True, setup=None if ready else other, use=other if ready else None)
        else:
            lacking = chosen if chosen is not None and chosen.unavailable else None
            self.next_steps.show_steps(mark=False, setup=lacking, use=None)

    @property
    def _chosen(self) -> EngineInfo | None:
        return next((info for info in self._engines if info.name == self._settings.engine), None)

    @property
    def _typed(self) -> Prompt:
        """The prompt with the text as it is being typed."""
        return self._prompt.with_text(self.field.text())

    def show_notices(self, notices: tuple[str, ...]) -> None:
        """What the engine notes about the quality of the result."""
        self._notices.setText(unbroken("\n".join(notices)))
        self._notices.setVisible(bool(notices))
        self.room_requested.emit()

    def edit_text(self) -> None:
        """Put the cursor into the text."""
        self._area.ensureWidgetVisible(self.field, 0, theme().space(8))
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def commit_text(self) -> None:
        """Emit text that is still being typed, before it is used."""
        self.field.commit()

    def _request_separation(self) -> None:
        self.commit_text()
        self.separate_requested.emit()

    def _forget_error(self) -> None:
        """What was refused was another text, or its message is dismissed."""
        self.show_error(None)

    def _on_engine_requested(self, name: str) -> None:
        self.show_error(None)
        self.engine_chosen.emit(name)

    def _change_settings(self, settings: SeparationSettings) -> None:
        if settings != self._settings:
            self._settings = settings
            self.advanced.show_settings(settings)
            self.settings_changed.emit(settings)

    def _show_hint(self) -> None:
        typed = self._typed
        plus, minus, boxes = count_spans(typed)
        chips = [("+", plus, "plus"), ("−", minus, "minus"), ("□", boxes, "text_dim")]
        shown = [
            f'<span style="color:{theme().color(role).name()}"><b>{sign}</b> {count}</span>'
            for sign, count, role in chips
            if count or sign != "□"
        ]
        seen = marked_in_video(typed)
        if seen:
            shown.append(f'<span style="color:{theme().color("text_dim").name()}"><b>▭</b> {seen}</span>')
        self._span_counts.setText("Spans:&nbsp;&nbsp;" + "&nbsp;&nbsp;&nbsp;".join(shown))
        counts = f"Spans: {plus} plus, {minus} minus, {boxes} boxes"
        self._span_counts.setAccessibleName(f"{counts}, and {seen} in the video" if seen else counts)
        self.wording.show_advice(typed, self._chosen)
        if self._chosen is not None:
            self._hint.setText(hint_for(typed, self._chosen, self._settings.options))
            self.field.show_examples(examples_for(self._chosen))
            self.field.complete_with(self._chosen.complete)

    def _show_unfolded(self, unfolded: bool) -> None:
        """Bring what came out below the edge into sight, once everything has its place."""
        if unfolded:
            top = self._fold.y() - theme().space(3)
            QTimer.singleShot(0, self, lambda: self._area.verticalScrollBar().setValue(top))
