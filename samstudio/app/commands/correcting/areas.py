"""What is done with the selected area: its sound is moved or played, it becomes a box of the prompt."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from samstudio.app.commands.correcting.area_tools import AreaToolCommands
from samstudio.app.commands.marking.spans import SpanCommands
from samstudio.app.commands.playback.transport import TransportCommands
from samstudio.app.commands.takes.partial_takes import PartialTakeCommands
from samstudio.app.commands.view.view import ViewCommands
from samstudio.controllers.correcting.area_mover import AreaMover
from samstudio.controllers.correcting.area_playback import AreaPlayback
from samstudio.controllers.correcting.area_selection import AreaSelection
from samstudio.controllers.document.document import Document
from samstudio.controllers.document.selection import Selection
from samstudio.controllers.playback.mixing import Mixing
from samstudio.controllers.playback.transport import Transport
from samstudio.session.areas.area import Area, Combination, Points
from samstudio.session.areas.brush import Stroke
from samstudio.session.correction import Direction
from samstudio.session.mix import Channel
from samstudio.session.prompt import Sign, Span
from samstudio.session.take import Stem
from samstudio.ui.time_text import format_band
from samstudio.ui.timeline.areas.area_hints import WORDS
from samstudio.ui.timeline.areas.area_layer import AreaLayer
from samstudio.ui.timeline.spans.readout import stretch_text
from samstudio.ui.timeline.timeline import Timeline

NOT_SEPARATED = (
    "“{}” was not separated in a part of this stroke: all the sound is in the residual there, and painting takes it "
    "from the recording itself."
)
NOTHING_TO_MOVE = "There is nothing to move yet: separate first."
ALREADY = "Nothing has changed: what this area holds was moved {} before."


class AreaCommands(QObject):
    """Acts on the selected area. Where there is none, keys that areas share with others do what they did before."""

    noted = Signal(str)
    """What is selected, in a sentence."""
    withdrawn = Signal(str)
    """What was noted, and is no longer so."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        areas: AreaSelection,
        mover: AreaMover,
        playback: AreaPlayback,
        mixing: Mixing,
        tools: AreaToolCommands,
        transport: Transport,
        others: tuple[TransportCommands, ViewCommands, SpanCommands, PartialTakeCommands],
        layer: AreaLayer,
        timeline: Timeline,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._document, self._selection, self._mixing = document, selection, mixing
        self._areas, self._mover, self._playback, self._tools = areas, mover, playback, tools
        self._transport = transport
        self._playing, self._view, self._spans, self._parts = others
        self._layer, self._timeline = layer, timeline
        self._noted = ""
        areas.area_changed.connect(self._follow_area)
        mover.moved.connect(self._confirm)

    # The area

    @Slot(object, object)
    def draw(self, area: Area, how: Combination) -> None:
        """Select what was drawn."""
        self._areas.draw(area, how)

    @Slot(object, object, object)
    def find_similar(self, channel: Channel, place: tuple[float, float], how: Combination) -> None:
        """Select what hangs together with the place that was clicked."""
        self._areas.find_similar(channel, place, self._tools.options.tolerance, how)

    @Slot(object, object, object)
    def find_harmonics(self, channel: Channel, line: Points, how: Combination) -> None:
        """Select the harmonics of a line."""
        options = self._tools.options
        self._areas.find_harmonics(channel, line, options.bands, options.follows_ridge, how)

    def area_from_selection(self) -> None:
        """Select as an area the selected time, between the frequencies in view or those of the selected box."""
        stretch, chosen = self._selection.stretch, self._selection.span
        if stretch is None:
            return
        scale = self._timeline.frequency_scale
        band = scale.low, scale.high
        if self._selection.range is None and chosen is not None:
            span = self._document.prompt.spans[chosen]
            band = band if span.low is None or span.high is None else (span.low, span.high)
        self._areas.draw(Area.box(stretch, band, self._mixing.auditioned or Stem.CLIP))

    @Slot(float)
    def click(self, seconds: float) -> None:
        """A click beside everything: no area, and the playhead is there."""
        self._areas.clear()
        self._transport.seek(seconds)

    def clear_area(self) -> None:
        """Select no area."""
        self._areas.clear()

    def escape(self) -> None:
        """Cancel what is being drawn; else clear the area; else what Esc does without one."""
        if self._layer.cancel_gesture():
            return
        if self._areas.area is not None:
            self._areas.clear()
        else:
            self._view.escape()

    @Slot(object)
    def _follow_area(self, area: Area | None) -> None:
        self._layer.show_area(area)
        if self._transport.loop is not None:
            self.loop(True)
        before, self._noted = self._noted, self.text
        if self._noted:
            self.noted.emit(self._noted)
        elif before:
            self.withdrawn.emit(before)

    @property
    def text(self) -> str:
        """The selected area's times and frequencies, '' where there is none."""
        area = self._areas.area
        return f"Area: {stretch_text(*area.times)}  ·  {format_band(*self._band(area))}" if area is not None else ""

    # Moving its sound

    def move_to_target(self) -> None:
        """Move the area's sound from the residual to the target."""
        self._move(Direction.TO_TARGET)

    def move_to_residual(self) -> None:
        """Move the area's sound from the target to the residual."""
        self._move(Direction.TO_RESIDUAL)

    def restore_area(self) -> None:
        """Put the area's sound back to where the engine had it."""
        self._move(Direction.RESTORE)

    def _move(self, direction: Direction) -> None:
        if self._document.current_take is None:
            self.noted.emit(NOTHING_TO_MOVE)
        elif self._areas.area is not None:
            options = self._tools.options
            name = f"Move area {WORDS[direction]}"
            self._mover.move(self._areas.area, direction, options.strength / 100.0, options.feather, name)

    @Slot(object, bool)
    def _confirm(self, direction: Direction, has_changed: bool) -> None:
        if has_changed:
            verb = "Put" if direction is Direction.RESTORE else "Moved"
            self.noted.emit(f"{verb} {WORDS[direction]}.")
        elif direction is not Direction.RESTORE:
            # Of an area without edits the corrector has said so.
            self.noted.emit(ALREADY.format(WORDS[direction]))

    @Slot(object, object)
    def paint(self, stroke: Stroke, direction: Direction) -> None:
        """Move the sound under a stroke of the brush; where nothing was separated, it says so."""
        clip, take = self._document.clip, self._document.current_take
        if clip is not None and take is not None:
            start, end = stroke.points[:, 0].min(), stroke.points[:, 0].max()
            left_out = take.left_out(clip.frames, clip.sample_rate)
            if any(first < end and start < last for first, last in left_out):
                self.noted.emit(NOT_SEPARATED.format(take.name))
        self._mover.paint(stroke, direction, self._tools.options.strength / 100.0, f"Paint {WORDS[direction]}")

    # Playing it

    def play_area(self) -> None:
        """Play what the area holds, and nothing else."""
        if self._areas.area is not None:
            self._playback.play(self._areas.area, self._tools.options.feather)

    def play_selection(self) -> None:
        """Play the area; or the selected box, in its frequencies only; or else the selected time."""
        box = self._selected_box()
        if self._areas.area is not None:
            self.play_area()
        elif box is not None:
            self._playback.play(box, self._tools.options.feather)
        else:
            self._playing.play_selection()

    def _selected_box(self) -> Area | None:
        if self._selection.range is not None or self._selection.span is None:
            return None
        span = self._document.prompt.spans[self._selection.span]
        if span.low is None or span.high is None:
            return None
        return Area.box((span.start, span.end), (span.low, span.high), self._mixing.auditioned or Stem.CLIP)

    def zoom_selection(self) -> None:
        """Show the time and the frequencies of the area, or what is selected without one."""
        if self._areas.area is not None:
            self._timeline.zoom_to(*self._areas.area.times)
            self._timeline.frequencies.show_band(*self._band(self._areas.area))
        else:
            self._view.zoom_selection()

    @Slot(bool)
    def loop(self, looping: bool) -> None:
        """Loop the area's time, or what is looped without one."""
        if looping and self._areas.area is not None:
            self._transport.set_loop(self._areas.area.times)
        else:
            self._playing.loop(looping)

    # What else becomes of it

    def mark_plus(self) -> None:
        """Mark the box around the area as +; without an area, what is selected."""
        self._mark_or_else(Sign.PLUS, self._spans.mark_plus)

    def mark_minus(self) -> None:
        """Mark the box around the area as -; without an area, what is selected."""
        self._mark_or_else(Sign.MINUS, self._spans.mark_minus)

    def _mark_or_else(self, sign: Sign, mark_selected: Callable[[], None]) -> None:
        if self._areas.area is not None:
            self._mark(sign)
        else:
            mark_selected()

    def plus_box_from_area(self) -> None:
        """Mark the box around the area as +."""
        self._mark(Sign.PLUS)

    def minus_box_from_area(self) -> None:
        """Mark the box around the area as -."""
        self._mark(Sign.MINUS)

    def separate_area(self) -> None:
        """Separate the time of the area alone, and of it only the frequencies."""
        if self._areas.area is not None:
            (low, high), whole = self._band(self._areas.area), self._timeline.frequencies.whole
            # The foot of a logarithmic axis stands for what lies below it, too.
            low = 0.0 if low <= whole.low else low
            band = (low, high) if low > 0.0 or high < whole.high else None
            self._parts.separate_stretch(self._areas.area.times, band)

    def _mark(self, sign: Sign) -> None:
        area, clip = self._areas.area, self._document.clip
        if area is not None and clip is not None:
            start, end = area.times
            low, high = self._band(area)
            self._spans.add(Span(max(0.0, start), min(end, clip.duration), sign, low, high))

    def _band(self, area: Area) -> tuple[float, float]:
        """Of frequencies that the recording has."""
        clip = self._document.clip
        nyquist = clip.sample_rate / 2.0 if clip is not None else area.band[1]
        return max(0.0, area.band[0]), min(area.band[1], nyquist)
