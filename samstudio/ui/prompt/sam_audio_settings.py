"""How SAM Audio shall work: the model, how much effort, what the stems are made of."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QVBoxLayout, QWidget

from samstudio.separation.models.catalogue import Role, known_model
from samstudio.separation.models.inventory import ModelPart
from samstudio.session.sam_audio_settings import Mode, Preset, ResidualKind, SamAudioSettings, WindowOrder
from samstudio.ui.models.model_text import title_of
from samstudio.ui.parts import explain, label
from samstudio.ui.prompt.setting_fields import PRESET_DECIDES, Choice, Number
from samstudio.ui.theme import theme

MOST_STEPS, MOST_CANDIDATES = 256, 16
"""What the engine takes at most."""
_SETUP = object()

_PRESETS = {
    Preset.FAST: ("Fast", "Half the steps: to find out quickly whether it works."),
    Preset.BALANCED: ("Balanced", "The steps that the published model takes."),
    Preset.BEST: (
        "Best",
        "Finds the sound's spans, and lets the judge choose among candidates; takes several times as long.",
    ),
}
_MODES = {
    Mode.GENERATED: ("Generated", "The target is the model's own sound, made anew at the recording's rate."),
    Mode.FAITHFUL: (
        "Faithful",
        "The model only steers a mask on the recording: stereo image, bandwidth and timing stay, nothing is invented.",
    ),
}
_RESIDUALS = {
    ResidualKind.EXACT: ("Exact", "Target and residual sum to the clip, to the last bit."),
    ResidualKind.MODEL: ("Model", "The residual that the model made itself; the two need not sum to the clip."),
}
_FAITHFUL_RESIDUAL = "In faithful mode target and residual always sum to the clip."
_ORDERS = {
    WindowOrder.JOINT: ("Joint", "For the final result: all windows agree at every step, so there are no seams."),
    WindowOrder.STREAMING: ("Streaming", "For a preview: window after window with cross-fades, heard early."),
}
_SOLVERS = {
    None: (PRESET_DECIDES, ""),
    "midpoint": ("Midpoint", "Two evaluations a step."),
    "euler": ("Euler", "One evaluation a step: half the time, less exact."),
}
_PREDICTIONS = {None: (PRESET_DECIDES, ""), True: ("Yes", ""), False: ("No", "")}


class SamAudioSettingsForm(QWidget):
    """Shows SamAudioSettings and asks for others."""

    settings_changed = Signal(object)
    """SamAudioSettings, at every change."""
    setup_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._settings = SamAudioSettings()
        self._parts: tuple[ModelPart, ...] = ()
        self.model = Choice("Model", {}, "The weights that separate. Larger is better and slower.")
        self.preset = Choice("Preset", _PRESETS, "How much work a result is worth.")
        self.mode = Choice("Target", _MODES, "What the target is made of.")
        self.residual = Choice("Residual", _RESIDUALS, "What the rest is made of.")
        self.order = Choice("Order", _ORDERS, "How the windows of a long recording are solved.")
        self.watermark = QCheckBox("Inaudible watermark")
        explain(
            self.watermark, "Inaudible watermark", more="Marks generated sound as such, as the published model does."
        )
        self.presence_gate = QCheckBox("Silence the target where it is absent")
        explain(
            self.presence_gate,
            "Silence the target where it is absent",
            more="Where neither marks nor the model's own target say that the sound is there, the target is silent.",
        )
        self.solver = Choice("Solver", _SOLVERS, "How the model's equation is solved.")
        self.steps = Number("Steps", MOST_STEPS, "More is finer and takes longer.")
        self.judge = Choice("Judge", {}, "Scores candidates and picks the best.")
        self.candidates = Number("Candidates", MOST_CANDIDATES, "How many results the judge chooses from.")
        self.predict_spans = Choice("Find spans", _PREDICTIONS, "Whether PE-A-Frame looks for the sound first.")
        self._lay_out()
        self._connect()
        self.show_settings(self._settings)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme().space(2))
        grid.setVerticalSpacing(theme().space(2))
        grid.setColumnStretch(1, 1)
        checks = QVBoxLayout()
        checks.setSpacing(theme().space(1))
        for box in (self.watermark, self.presence_gate):
            checks.addWidget(box)
        row = 0
        for field in (self.model, self.preset, self.mode, self.residual, self.order):
            row = field.place(grid, row)
        grid.addLayout(checks, row, 0, 1, 2)
        grid.addWidget(label("Override the preset", "section"), row + 1, 0, 1, 2)
        row += 2
        for override in (self.solver, self.steps, self.predict_spans, self.judge, self.candidates):
            row = override.place(grid, row)

    def _connect(self) -> None:
        for choice in (self.preset, self.mode, self.residual, self.order, self.solver, self.predict_spans):
            choice.box.activated.connect(self._tell)
        for choice in (self.model, self.judge):
            choice.box.activated.connect(self._tell_part)
        for number in (self.steps, self.candidates):
            number.box.editingFinished.connect(self._tell)
        for box in (self.watermark, self.presence_gate):
            box.clicked.connect(self._tell)

    @property
    def title_width(self) -> int:
        """Of the widest title, for others to stand in line with."""
        fields = (self.model, self.preset, self.mode, self.residual, self.order, self.solver, self.steps)
        more = (self.predict_spans, self.judge, self.candidates)
        return max(field.title.sizeHint().width() for field in (*fields, *more))

    def show_parts(self, parts: tuple[ModelPart, ...]) -> None:
        """What can be chosen: the parts that are ready."""
        self._parts = parts
        self.show_settings(self._settings)

    def show_settings(self, settings: SamAudioSettings) -> None:
        """Show values without telling anyone."""
        self._settings = settings
        self._show_ready(self.model, Role.MODEL, settings.model, "None is set up")
        self._show_ready(self.judge, Role.JUDGE, settings.judge, "None")
        for choice, value in (
            (self.preset, settings.preset),
            (self.mode, settings.mode),
            (self.residual, settings.residual),
            (self.order, settings.order),
            (self.solver, settings.solver),
            (self.predict_spans, settings.predict_spans),
        ):
            choice.show_value(value)
        self.steps.show_value(settings.steps)
        self.candidates.show_value(settings.candidates)
        self.watermark.setChecked(settings.watermark)
        self.presence_gate.setChecked(settings.presence_gate)
        faithful = settings.mode is Mode.FAITHFUL
        # What has no effect now is shown as it is kept, and cannot be touched.
        self.watermark.setEnabled(not faithful)
        self.residual.box.setEnabled(not faithful)
        if faithful:
            self.residual.meaning.setText(_FAITHFUL_RESIDUAL)
        self.candidates.box.setEnabled(bool(settings.judge))

    def _show_ready(self, choice: Choice, role: Role, chosen: str, none: str) -> None:
        """Fill a chooser with the ready parts of a role, what is chosen even if it isn't ready, and the way on."""
        titles: dict[Any, tuple[str, str]] = {
            part.name: (title_of(part), "") for part in self._parts if part.role is role and part.is_ready
        }
        known = known_model(chosen)
        chosen = known.names[0] if known else chosen
        if chosen and chosen not in titles:
            gone = bool(self._parts) and not Path(chosen).expanduser().exists()
            titles[chosen] = (Path(chosen).name, "It is not on this computer: set it up." if gone else "")
        if role is Role.JUDGE or not chosen:
            titles = {"": ("Choose…" if titles and role is Role.MODEL else none, ""), **titles}
        choice.show_titles({**titles, _SETUP: ("Set up…", "")})
        choice.show_value(chosen)

    def _tell_part(self) -> None:
        if _SETUP in (self.model.value, self.judge.value):
            self.show_settings(self._settings)
            self.setup_requested.emit()
        else:
            self._tell()

    def _tell(self) -> None:
        new = replace(
            self._settings,
            model=self.model.value,
            judge=self.judge.value,
            preset=self.preset.value,
            solver=self.solver.value,
            steps=self.steps.value,
            candidates=self.candidates.value,
            predict_spans=self.predict_spans.value,
            mode=self.mode.value,
            residual=self.residual.value,
            watermark=self.watermark.isChecked(),
            order=self.order.value,
            presence_gate=self.presence_gate.isChecked(),
        )
        if new != self._settings:
            self.show_settings(new)
            self.settings_changed.emit(new)
