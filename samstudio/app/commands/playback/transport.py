"""Playing, seeking, and the choice of the stem that plays."""

from PySide6.QtCore import QObject, Slot

from samstudio.controllers.document.document import Document
from samstudio.controllers.document.selection import Selection
from samstudio.controllers.playback.mixing import Mixing
from samstudio.controllers.playback.transport import Transport
from samstudio.controllers.settings.preferences import Preferences
from samstudio.session.take import Stem

_FINE_STEP = 0.04
"""Seconds."""


class TransportCommands(QObject):
    """Plays, seeks, and chooses the stem that plays alone."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        transport: Transport,
        mixing: Mixing,
        preferences: Preferences,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document, self._selection, self._preferences = document, selection, preferences
        self._transport, self._mixing = transport, mixing

    @Slot()
    def play(self) -> None:
        """Play the selected time once, from the playhead where none is selected; or stop."""
        if self._transport.playing or self._selection.range is None:
            self._transport.toggle()
        else:
            self._transport.play_range(*self._selection.range)

    def play_on(self) -> None:
        """Play from the playhead on, whatever is selected; or stop."""
        self._transport.toggle()

    def stop_playing(self) -> None:
        """Stop; the playhead stays at the audible position."""
        self._transport.stop()

    def shuttle_on(self) -> None:
        """Play forward, faster each time."""
        self._transport.shuttle_faster(1)

    def shuttle_back(self) -> None:
        """Play backwards, faster each time."""
        self._transport.shuttle_faster(-1)

    def shuttle_slow_on(self) -> None:
        """Play forward at half the speed."""
        self._transport.shuttle(0.5)

    def shuttle_slow_back(self) -> None:
        """Play backwards at half the speed."""
        self._transport.shuttle(-0.5)

    def play_selection(self) -> None:
        """Play the selection, or the selected spans or suggested span, once."""
        stretch = self._selection.stretch
        if stretch is None:
            self.play()
        else:
            self._transport.play_range(*stretch)

    @Slot(bool)
    def loop(self, looping: bool) -> None:
        """Loop the selection, or the whole clip where nothing is selected."""
        clip = self._document.clip
        if clip is None:
            return
        self._transport.set_loop((self._selection.range or (0.0, clip.duration)) if looping else None)

    @Slot(bool)
    def return_on_stop(self, returns: bool) -> None:
        """Whether the playhead goes back to where playing began."""
        self._transport.set_returning(returns)
        self._preferences.set_flag("return_on_stop", value=returns)

    @Slot(object)
    def follow_selection(self, _range: object) -> None:
        """Let a running loop follow the selection."""
        if self._transport.loop is not None:
            self.loop(True)

    def go_start(self) -> None:
        """Playhead to the start."""
        self._transport.seek(0.0)

    def go_end(self) -> None:
        """Playhead to the end."""
        if self._document.clip is not None:
            self._transport.seek(self._document.clip.duration)

    def back(self) -> None:
        """One second back."""
        self._transport.step(-1.0)

    def forward(self) -> None:
        """One second forward."""
        self._transport.step(1.0)

    def back_far(self) -> None:
        """Five seconds back."""
        self._transport.step(-5.0)

    def forward_far(self) -> None:
        """Five seconds forward."""
        self._transport.step(5.0)

    def back_fine(self) -> None:
        """40 ms back."""
        self._transport.step(-_FINE_STEP)

    def forward_fine(self) -> None:
        """40 ms forward."""
        self._transport.step(_FINE_STEP)

    def hear_clip(self) -> None:
        """The recording as it is."""
        self._mixing.audition(Stem.CLIP)

    def hear_target(self) -> None:
        """The target alone."""
        self._mixing.audition(Stem.TARGET)

    def hear_residual(self) -> None:
        """The residual alone."""
        self._mixing.audition(Stem.RESIDUAL)

    def hear_mix(self) -> None:
        """Every strip as its fader and mute say."""
        self._mixing.set_mix(self._mixing.mix.soloed(None))
