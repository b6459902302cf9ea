"""The settings of a separation that are seldom touched."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QHBoxLayout, QSpinBox, QWidget

from samstudio.separation.models.inventory import ModelPart
from samstudio.separation.registry import find_engine
from samstudio.session.engine_settings import Options
from samstudio.session.take import SeparationSettings
from samstudio.ui.parts import explain, field_title, number_box, tool_button
from samstudio.ui.prompt.engine_settings_form import EngineSettingsForm
from samstudio.ui.theme import theme

_MAX_SEED = 2**31 - 1
_DEVICES = {
    "auto": "Automatic",
    "cpu": "Processor (CPU)",
    "cuda": "Graphics card (CUDA, ROCm)",
    "mps": "Graphics card (Apple)",
}


class AdvancedSettings(QWidget):
    """Device, seed and the meaning of − spans; before them the settings that the engine has of its own."""

    settings_changed = Signal(object)
    """SeparationSettings, at every change."""
    setup_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._settings = SeparationSettings()
        self.device = QComboBox()
        explain(
            self.device, "Device", more="Where the engine computes. Automatic takes a graphics card if there is one."
        )
        self.device.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.device.setMinimumContentsLength(6)
        self.show_devices({})
        self.device.activated.connect(self._report)
        self.seed = number_box(QSpinBox)
        self.seed.setRange(0, _MAX_SEED)
        explain(self.seed, "Seed", more="The same seed gives the same samples again; another one, another attempt.")
        self.seed.lineEdit().setTextMargins(theme().space(1.5), 0, 0, 0)
        self.seed.editingFinished.connect(self._report)
        self.next_seed = tool_button("dice", "Another seed")
        self.next_seed.clicked.connect(self._on_next_seed)
        self.silent = QCheckBox("Target is silent in − spans")
        explain(
            self.silent,
            "Target is silent in − spans",
            more="Off: − spans only teach the engine what the background is.",
        )
        self.silent.clicked.connect(self._report)
        self._forms: dict[str, EngineSettingsForm] = {}
        self._parts: tuple[ModelPart, ...] = ()
        seed_row = QHBoxLayout()
        seed_row.addWidget(self.seed, 1)
        seed_row.addWidget(self.next_seed)
        self._grid = grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme().space(2))
        grid.setColumnStretch(1, 1)
        grid.addWidget(field_title("Device", self.device), 1, 0)
        grid.addWidget(self.device, 1, 1)
        grid.addWidget(field_title("Seed", self.seed), 2, 0)
        grid.addLayout(seed_row, 2, 1)
        grid.addWidget(self.silent, 3, 0, 1, 2)

    def show_settings(self, settings: SeparationSettings) -> None:
        """Show values without asking for others."""
        self._settings = settings
        self._show_device()
        self.seed.setValue(settings.seed)
        self.silent.setChecked(settings.silent_in_minus)
        form = self.engine_form
        for other in self._forms.values():
            other.setVisible(other is form)
        if form is not None:
            form.show_options(settings.options)
        self._grid.setColumnMinimumWidth(0, form.title_width if form is not None else 0)

    def show_devices(self, others: Mapping[str, str]) -> None:
        """List the devices of this machine, and `others` by what settings call them."""
        self.device.clear()
        for name, title in {**_DEVICES, **others}.items():
            self.device.addItem(title, name)
        self._show_device()

    def _show_device(self) -> None:
        if self.device.findData(self._settings.device) < 0:
            self.device.addItem(self._settings.device, self._settings.device)
        self.device.setCurrentIndex(self.device.findData(self._settings.device))

    @property
    def engine_form(self) -> EngineSettingsForm | None:
        """The form of the chosen engine's own settings, made when it is first shown; None where it has none."""
        info = find_engine(self._settings.engine)
        if info is None or not info.settings:
            return None
        if info.name not in self._forms:
            self._forms[info.name] = form = EngineSettingsForm(info)
            form.options_changed.connect(self._on_options_changed)
            form.setup_requested.connect(self.setup_requested)
            form.show_parts(self._parts)
            self._grid.addWidget(form, 0, 0, 1, 2)
        return self._forms[info.name]

    def show_parts(self, parts: tuple[ModelPart, ...]) -> None:
        """Which model parts there are on this computer."""
        self._parts = parts
        for form in self._forms.values():
            form.show_parts(parts)

    def _on_options_changed(self, options: Options) -> None:
        self.settings_changed.emit(replace(self._settings, options=options))

    def _on_next_seed(self) -> None:
        self.seed.setValue((self.seed.value() + 1) % (_MAX_SEED + 1))
        self._report()

    def _report(self) -> None:
        device, seed, silent = self.device.currentData(), self.seed.value(), self.silent.isChecked()
        self.settings_changed.emit(replace(self._settings, device=device, seed=seed, silent_in_minus=silent))
