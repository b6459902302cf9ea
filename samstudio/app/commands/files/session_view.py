"""The part of a session that the window shows: its view, and the settings of the next separation."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from math import inf
from typing import NoReturn

from PySide6.QtCore import QObject, Slot

from samstudio.app.commands.takes.separation import SeparationCommands
from samstudio.app.commands.view.spectrogram import SpectrogramCommands
from samstudio.controllers.document.document import Document
from samstudio.controllers.document.recording import Recording
from samstudio.controllers.document.selection import Selection
from samstudio.controllers.playback.transport import Transport
from samstudio.dsp.spectrogram import FFT_SIZES, SpectrogramSettings
from samstudio.session.session import ViewState
from samstudio.session.take import SeparationSettings, Stem
from samstudio.storage.json_values import SessionError, from_json
from samstudio.ui.timeline.paint.colour_maps import COLOUR_MAPS
from samstudio.ui.timeline.timeline import Timeline


class SessionView(QObject):
    """Reads it for a save or before another recording is shown, and shows it again."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        transport: Transport,
        timeline: Timeline,
        spectrogram: SpectrogramCommands,
        separation: SeparationCommands,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document, self._selection, self._transport, self._timeline = document, selection, transport, timeline
        self._spectrogram, self._separation = spectrogram, separation

    def read(self) -> tuple[ViewState, SeparationSettings]:
        """As it is now."""
        start, end = self._timeline.visible_range
        stack = self._timeline.stack
        spectrogram: Mapping[str, str | int | float] = asdict(self._spectrogram.settings)
        view = ViewState(
            max(0.0, start),
            end,
            self._selection.range,
            self._transport.position,
            spectrogram,
            self._transport.loop,
            stack.heights,
            stack.lanes[Stem.CLIP].view.gain,
            stack.views,
        )
        return view, self._separation.settings

    @Slot()
    def leave(self) -> None:
        """Keep it with the recording that is shown, for another one will be."""
        self._transport.stop()
        recording = self._document.recording
        recording.view, recording.settings = self.read()
        recording.selected_spans = self._selection.spans

    @Slot()
    def show(self) -> None:
        """Show it as it was when the recording was left, or its session saved, and separate with its settings."""
        recording = self._document.recording
        if recording.settings is not None:
            self._separation.adopt_settings(recording.settings)
        self._selection.select_spans(recording.selected_spans)
        if recording.view is not None:
            self._show_view(recording.view)

    @Slot(object)
    def show_length(self, recording: Recording) -> None:
        """The exact length of a session's recording is known only now: what lies near its end can be shown."""
        if recording is self._document.recording and recording.view is not None:
            self._show_view(recording.view)

    def _show_view(self, view: ViewState) -> None:
        if view.end > view.start:
            self._timeline.zoom_to(view.start, view.end)
        self._selection.select_range(view.selection)
        self._transport.seek(view.playhead)
        self._transport.set_loop(view.loop)
        self._timeline.stack.share_height(view.lanes)
        self._timeline.stack.show_views(view.lane_views, view.wave_gain)
        # Settings that make no sense are no reason to refuse the rest.
        with suppress(SessionError):
            self._spectrogram.change(spectrogram_settings(view.spectrogram))


def spectrogram_settings(facts: Mapping[str, str | int | float]) -> SpectrogramSettings:
    """The spectrogram's settings as a session has them. Raises SessionError where they make no sense."""
    settings: SpectrogramSettings = from_json(SpectrogramSettings, dict(facts), "view.spectrogram", _no_samples)
    is_known = settings.fft_size in FFT_SIZES and settings.colour_map in COLOUR_MAPS
    has_band = 0.0 <= settings.low_hz < (settings.high_hz or inf) < inf or settings.high_hz == 0.0 <= settings.low_hz
    if not (is_known and has_band and 1.0 <= settings.range_db <= 300.0 and abs(settings.ceiling_db) <= 300.0):
        raise SessionError("view.spectrogram is not valid.")
    return settings


def _no_samples(_name: str) -> NoReturn:
    raise SessionError("A view holds no sound.")
