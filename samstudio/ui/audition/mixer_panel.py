"""The console: a strip for clip, target and residual, the master, and its loudness."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from samstudio.audio.mixer import Levels
from samstudio.session.mix import Mix, Strip
from samstudio.session.take import Stem
from samstudio.ui.accessible_roles import set_role
from samstudio.ui.audition.channel_strip import ChannelStrip
from samstudio.ui.audition.loudness_panel import LoudnessPanel
from samstudio.ui.theme import notifier, theme


class MixerPanel(QWidget):
    """Shows a Mix and asks for another; knows no sound."""

    mix_changed = Signal(object)
    """The Mix it shall become."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Mixer")
        set_role(self, QAccessible.Role.Grouping)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._mix = Mix()
        self._stems_available = False
        self.strips = {stem: ChannelStrip(stem.value.capitalize(), f"wave_{stem.value}") for stem in Stem}
        self.master = ChannelStrip("Master", "text_dim", is_master=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme().space(2), theme().space(), theme().space(2), theme().space(2))
        row.setSpacing(theme().space(1.5))
        for stem, strip in self.strips.items():
            row.addWidget(strip, 1)
            strip.strip_changed.connect(lambda wished, stem=stem: self._ask(self._mix.with_strip(stem, wished)))
            strip.touched.connect(lambda stem=stem: self.focus_strip(stem))
        row.addWidget(self.master, 1)
        self.loudness = LoudnessPanel()
        row.addWidget(self.loudness)
        self.master.strip_changed.connect(lambda wished: self._ask(replace(self._mix, master_db=wished.gain_db)))
        notifier.theme_changed.connect(self.update)
        self._focused = Stem.TARGET
        self.set_stems_available(False)

    @property
    def focused_strip(self) -> Stem:
        """The strip that the keys M and S mean: the one touched last."""
        return self._focused

    def focus_strip(self, stem: Stem) -> None:
        """Make a strip the one that the keys mean."""
        self._focused = stem
        for key, strip in self.strips.items():
            strip.show_current(key is stem and self._stems_available)

    def show_mix(self, mix: Mix) -> None:
        """Show a mix; nothing is emitted."""
        self._mix = mix
        # Alone, the clip is heard whatever its mute says: there is nothing that it could double.
        alone = Mix().soloed(Stem.CLIP)
        for stem, strip in self.strips.items():
            strip.show_strip(mix.strips[stem])
            strip.show_heard(any((mix if self._stems_available else alone).gains(stem)))
        self.master.show_strip(Strip(mix.master_db))

    def show_levels(self, levels: Mapping[Stem | None, Levels]) -> None:
        """Move the meters; None is the master. What is not named falls back by itself."""
        for stem, strip in (*self.strips.items(), (None, self.master)):
            if stem in levels:
                strip.show_levels(levels[stem])

    def set_stems_available(self, available: bool) -> None:
        """Without stems there is only the clip to be heard, and nothing to mute or solo it against."""
        self._stems_available = available
        self.strips[Stem.TARGET].setEnabled(available)
        self.strips[Stem.RESIDUAL].setEnabled(available)
        clip = self.strips[Stem.CLIP]
        for button in (clip.invert, clip.mute, clip.solo):
            button.setEnabled(available)
        self.focus_strip(self._focused)
        self.show_mix(self._mix)

    def toggle_mute_focused(self) -> None:
        """What the key M does."""
        self._toggle(self.strips[self._focused].mute)

    def toggle_solo_focused(self) -> None:
        """What the key S does."""
        self._toggle(self.strips[self._focused].solo)

    def toggle_invert_focused(self) -> None:
        """Turn the polarity of the strip that the keys mean."""
        self._toggle(self.strips[self._focused].invert)

    def toggle_solo_safe_focused(self) -> None:
        """Keep the strip that the keys mean safe from others' solos, or no longer."""
        if self.strips[self._focused].solo.isEnabled():
            self.strips[self._focused].toggle_solo_safe()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The panel's ground."""
        QPainter(self).fillRect(self.rect(), theme().color("panel"))

    @staticmethod
    def _toggle(button: QWidget) -> None:
        if button.isEnabled():
            button.toggle()

    def _ask(self, mix: Mix) -> None:
        self.show_mix(mix)
        self.mix_changed.emit(mix)
