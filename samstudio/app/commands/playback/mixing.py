"""The mixer by keyboard: the focused strip, the mix without the target, resetting mixer and loudness."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.document.document import Document
from samstudio.controllers.playback.metering import MasterMetering
from samstudio.controllers.playback.mixing import NO_STEMS, Mixing
from samstudio.session.mix import Mix
from samstudio.session.take import Stem
from samstudio.ui.mixer.mixer_panel import MixerPanel


class MixingCommands(QObject):
    """Acts on the focused strip, and on the mix as a whole."""

    noted = Signal(str)
    """A sentence for the status bar."""

    def __init__(
        self, document: Document, mixing: Mixing, metering: MasterMetering, panel: MixerPanel, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._mixing, self._metering, self._panel = mixing, metering, panel
        self._whole: Mix | None = None
        self._other: Mix | None = None
        """The mix before the reset, or before the reset was undone."""
        document.opened.connect(self._forget)

    def mute_strip(self) -> None:
        """Mute the strip that was touched last."""
        self._panel.toggle_mute_focused()

    def solo_strip(self) -> None:
        """Solo the strip that was touched last."""
        self._panel.toggle_solo_focused()

    def invert_strip(self) -> None:
        """Turn the polarity of the strip that was touched last."""
        self._panel.toggle_invert_focused()

    def solo_safe_strip(self) -> None:
        """Keep the strip that was touched last safe from others' solos."""
        self._panel.toggle_solo_safe_focused()

    def without_target(self) -> None:
        """Hear the mix without the target, and with the next press as it was before."""
        mixing = self._mixing
        if not mixing.has_stems:
            self.noted.emit(NO_STEMS)
            return
        lacking = mixing.mix.without(Stem.TARGET)
        if mixing.mix != lacking:
            self._whole = mixing.mix
            mixing.set_mix(lacking)
        else:
            target = replace(mixing.mix.strip_of(Stem.TARGET), mute=False)
            mixing.set_mix(self._whole or mixing.mix.with_strip(Stem.TARGET, target))

    def reset_mixer(self) -> None:
        """Put all strips and the master back to where they are at first."""
        mixing = self._mixing
        if mixing.mix == Mix().among(mixing.mix.strips):
            self.noted.emit("The mixer is at its defaults: there is nothing to reset.")
            return
        self._other = mixing.mix
        mixing.set_mix(Mix())
        self.noted.emit("Mixer reset. Mix > Undo mixer reset restores the previous mix.")

    def restore_mixer(self) -> None:
        """Undo mixer reset; what was made since comes back with the next press."""
        mixing, other = self._mixing, self._other
        if other is None:
            self.noted.emit("The mixer was not reset: there is nothing to undo.")
            return
        self._other = mixing.mix
        mixing.set_mix(other)
        self.noted.emit("Mixer reset undone. Choose it again to redo the reset.")

    @Slot()
    def _forget(self) -> None:
        # It was another recording's mix.
        self._other = self._whole = None

    def reset_loudness(self) -> None:
        """Start the measurement of loudness and true peak again."""
        self._metering.reset()
