"""The console: a strip for the clip and for each part of it, the master, and its loudness."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAccessible, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from samstudio.audio.playback.mixer import Levels
from samstudio.session.mix import Channel, Mix, Strip
from samstudio.session.take import Stem, Take
from samstudio.ui.accessible_roles import set_role
from samstudio.ui.mixer.channel_strip import ChannelStrip
from samstudio.ui.mixer.loudness_panel import LoudnessPanel
from samstudio.ui.mixer.strip_row import StripRow
from samstudio.ui.parts import plain_tip
from samstudio.ui.takes.take_text import part_role
from samstudio.ui.theme import notifier, theme

EARLIER = "The target of an earlier take in this chain."


class MixerPanel(QWidget):
    """Shows a Mix and requests changes; it has no access to the sound."""

    mix_changed = Signal(object)
    """The requested Mix."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Mixer")
        set_role(self, QAccessible.Role.Grouping)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._mix = Mix()
        self._stems_available = False
        self.strips: dict[Channel, ChannelStrip] = {}
        self._earlier: dict[Channel, str] = {}
        for stem in Stem:
            self._add_strip(stem, ChannelStrip(stem.value.capitalize(), f"wave_{stem.value}"))
        self.master = ChannelStrip("Master", "text_dim", is_master=True)
        self.loudness = LoudnessPanel()
        self._lay_out()
        self.master.strip_changed.connect(lambda changed: self._request(replace(self._mix, master_db=changed.gain_db)))
        notifier.theme_changed.connect(self.update)
        self._focused: Channel = Stem.TARGET
        self.set_stems_available(False)

    @property
    def focused_strip(self) -> Channel:
        """The strip that the keys M and S mean: the one touched last."""
        return self._focused

    @property
    def entry(self) -> QWidget:
        """Where the focus goes in the panel, unless it was in that strip before."""
        return self.strips[self._focused].fader

    def focus_strip(self, channel: Channel) -> None:
        """Make a strip the one that the keys mean."""
        self._focused = channel
        for key, strip in self.strips.items():
            strip.show_current(key == channel and self._stems_available)
        self._row.ensureWidgetVisible(self.strips[channel])

    def show_earlier(self, takes: Sequence[Take]) -> None:
        """Give a strip to the target of each earlier take of the chain, the first of all first; others' go."""
        earlier = {take.id: take.name for take in takes}
        roles = {take.id: part_role(take) or "rms_target" for take in takes}
        if earlier == self._earlier:
            return
        for channel, name in self._earlier.items():
            if earlier.get(channel) != name:
                gone = self.strips.pop(channel)
                gone.hide()
                gone.deleteLater()
        self._earlier = earlier
        for channel, name in earlier.items():
            if channel not in self.strips:
                strip = ChannelStrip(name, roles[channel], name_in_text=f"“{name}”")
                strip.name.setToolTip(plain_tip(f"{name}\n{EARLIER}"))
                # There is only room for the name of the sound itself.
                strip.name.setText(name.removeprefix("Take ") if " · " in name else name)
                strip.setAccessibleDescription(EARLIER)
                self._add_strip(channel, strip)
        self.strips = {channel: self.strips[channel] for channel in (*Stem, *earlier)}
        self._arrange()
        self.focus_strip(self._focused if self._focused in self.strips else Stem.TARGET)
        self.show_mix(self._mix)

    def show_mix(self, mix: Mix) -> None:
        """Show a mix; nothing is emitted."""
        self._mix = mix
        # Without stems the clip plays even if it is muted: there is nothing that it could double.
        audible = mix.among(self.strips) if self._stems_available else Mix().soloed(Stem.CLIP)
        for channel, strip in self.strips.items():
            strip.show_strip(mix.strip_of(channel))
            strip.show_audible(any(audible.gains(channel)))
        self.master.show_strip(Strip(mix.master_db))

    def show_levels(self, levels: Mapping[Channel | None, Levels]) -> None:
        """Move the meters; None is the master. What is not named falls back by itself."""
        for channel, strip in (*self.strips.items(), (None, self.master)):
            if channel in levels:
                strip.show_levels(levels[channel])

    def reset_peaks(self) -> None:
        """Forget the highest peaks and let the meters fall at once: they were those of another recording."""
        for strip in (*self.strips.values(), self.master):
            strip.reset_peaks()

    def set_stems_available(self, available: bool) -> None:
        """Without stems only the clip can play, and mute and solo have no effect."""
        self._stems_available = available
        self.strips[Stem.TARGET].setEnabled(available)
        self.strips[Stem.RESIDUAL].setEnabled(available)
        clip = self.strips[Stem.CLIP]
        for button in (clip.invert, clip.mute, clip.solo):
            button.setEnabled(available)
        self.focus_strip(self._focused)
        self.show_mix(self._mix)

    def toggle_mute_focused(self) -> None:
        """Mute the strip that the keys mean: in the mixer M does it."""
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

    def event(self, event: QEvent) -> bool:
        """While the focus is in the mixer, M is its own key."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_M and not event.modifiers():
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self.toggle_mute_focused()
                return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The panel's ground."""
        QPainter(self).fillRect(self.rect(), theme().color("panel"))

    def _add_strip(self, channel: Channel, strip: ChannelStrip) -> None:
        self.strips[channel] = strip
        strip.strip_changed.connect(lambda changed: self._request(self._mix.with_strip(channel, changed)))
        strip.solo_alone_requested.connect(lambda: self._request(self._mix.soloed(channel)))
        strip.touched.connect(lambda: self.focus_strip(channel))

    def _lay_out(self) -> None:
        self._row = StripRow()
        # Below the strips there is room for their scroll bar, so that nothing moves when it comes.
        foot = self._row.horizontalScrollBar().sizeHint().height()
        self._columns = row = QHBoxLayout(self)
        row.setContentsMargins(theme().space(2), theme().space(), theme().space(2), 0)
        row.setSpacing(0)
        row.addWidget(self._row)
        for widget, gap in ((self.master, self._row.gap), (self.loudness, 0)):
            column = QHBoxLayout()
            column.setContentsMargins(0, 0, gap, foot)
            column.addWidget(widget)
            row.addLayout(column)
        row.setStretch(1, 1)
        # On a wide screen the room that no strip takes lies beside all of them, not between them.
        row.addStretch(0)
        self._arrange()

    def _arrange(self) -> None:
        self._row.arrange(tuple(self.strips.values()))
        # All strips are equally wide, the master too.
        self._columns.setStretch(0, len(self.strips))

    @staticmethod
    def _toggle(button: QAbstractButton) -> None:
        if button.isEnabled():
            button.toggle()

    def _request(self, mix: Mix) -> None:
        self.show_mix(mix)
        self.mix_changed.emit(mix)
