"""The settings of a separation that are seldom touched."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QHBoxLayout, QSpinBox, QWidget

from samstudio.separation.models.inventory import ModelPart
from samstudio.separation.registry import SAM_AUDIO
from samstudio.session.sam_audio_settings import SamAudioSettings
from samstudio.session.take import SeparationSettings
from samstudio.ui.parts import explain, field_title, number_box, tool_button
from samstudio.ui.prompt.sam_audio_settings import SamAudioSettingsForm
from samstudio.ui.theme import theme

_MAX_SEED = 2**31 - 1
_DEVICES = {"auto": "Automatic", "cpu": "Processor (CPU)", "cuda": "Graphics card (CUDA)"}


class AdvancedSettings(QWidget):
    """Device, seed and the meaning of − spans; of SAM Audio also how it shall work."""

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
        for name, title in _DEVICES.items():
            self.device.addItem(title, name)
        self.device.activated.connect(self._tell)
        self.seed = number_box(QSpinBox)
        self.seed.setRange(0, _MAX_SEED)
        explain(self.seed, "Seed", more="The same seed gives the same samples again; another one, another attempt.")
        self.seed.lineEdit().setTextMargins(theme().space(1.5), 0, 0, 0)
        self.seed.editingFinished.connect(self._tell)
        self.next_seed = tool_button("dice", "Another seed")
        self.next_seed.clicked.connect(self._take_next_seed)
        self.silent = QCheckBox("Target is silent in − spans")
        explain(
            self.silent,
            "Target is silent in − spans",
            more="Off: − spans only teach the engine what the background is.",
        )
        self.silent.clicked.connect(self._tell)
        self.sam_audio = SamAudioSettingsForm()
        self.sam_audio.settings_changed.connect(self._tell_sam_audio)
        self.sam_audio.setup_requested.connect(self.setup_requested)
        seed_row = QHBoxLayout()
        seed_row.addWidget(self.seed, 1)
        seed_row.addWidget(self.next_seed)
        self._grid = grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme().space(2))
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.sam_audio, 0, 0, 1, 2)
        grid.addWidget(field_title("Device", self.device), 1, 0)
        grid.addWidget(self.device, 1, 1)
        grid.addWidget(field_title("Seed", self.seed), 2, 0)
        grid.addLayout(seed_row, 2, 1)
        grid.addWidget(self.silent, 3, 0, 1, 2)

    def show_settings(self, settings: SeparationSettings) -> None:
        """Show values without telling anyone."""
        self._settings = settings
        if self.device.findData(settings.device) < 0:
            self.device.addItem(settings.device, settings.device)
        self.device.setCurrentIndex(self.device.findData(settings.device))
        self.seed.setValue(settings.seed)
        self.silent.setChecked(settings.silent_in_minus)
        self.sam_audio.show_settings(settings.sam_audio)
        is_sam_audio = settings.engine == SAM_AUDIO.name
        self.sam_audio.setVisible(is_sam_audio)
        self._grid.setColumnMinimumWidth(0, self.sam_audio.title_width if is_sam_audio else 0)

    def show_parts(self, parts: tuple[ModelPart, ...]) -> None:
        """What there is of SAM Audio on this computer."""
        self.sam_audio.show_parts(parts)

    def _tell_sam_audio(self, sam_audio: SamAudioSettings) -> None:
        self.settings_changed.emit(replace(self._settings, sam_audio=sam_audio))

    def _take_next_seed(self) -> None:
        self.seed.setValue((self.seed.value() + 1) % (_MAX_SEED + 1))
        self._tell()

    def _tell(self) -> None:
        device, seed, silent = self.device.currentData(), self.seed.value(), self.silent.isChecked()
        self.settings_changed.emit(replace(self._settings, device=device, seed=seed, silent_in_minus=silent))
