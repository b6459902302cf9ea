"""What the window shows when something changes in a controller that concerns more than one widget."""

from dataclasses import replace

from PySide6.QtCore import QObject, QSignalBlocker, Qt, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QMessageBox

from samstudio.app.commands.commands import Commands
from samstudio.app.container import Container
from samstudio.app.main_window import MainWindow
from samstudio.dsp.channel_layout import layout_name
from samstudio.separation.registry import engines, find_engine, frame_grid
from samstudio.session.clip import AudioClip
from samstudio.session.mix import Mix
from samstudio.session.prompt import Prompt, Span
from samstudio.session.stretch import Stretch
from samstudio.session.take import SeparationSettings, Stem, Stems, Take
from samstudio.ui.time_formats import TimeFormat, time_format, use_time_format
from samstudio.ui.timeline.spans.readout import stretch_text


class ViewUpdates(QObject):
    """Slots for changes; each shows one fact in all widgets that display it."""

    def __init__(self, container: Container, commands: Commands, window: MainWindow) -> None:
        super().__init__(window)
        self._container, self._commands, self._window = container, commands, window

    @Slot(object)
    def show_clip(self, clip: AudioClip | None) -> None:
        """Another recording, or none: then the welcome page."""
        window = self._window
        window.actions_by_name["loop"].setChecked(False)
        self._commands.spectrogram.all_frequencies()
        window.timeline.show_clip(clip)
        window.pages.setCurrentIndex(0 if clip is None else 1)
        window.history_panel.show_open(clip is not None)
        window.prompt_panel.show_error(None)
        window.prompt_panel.show_notices(())
        window.mixer_panel.reset_peaks()
        window.status.forget_recording()
        self._describe(clip)
        self.show_title()
        self.show_recent()
        recording = self._container.document.recording
        window.show_tracks(recording.tracks, recording.track)
        if clip is not None:
            window.timeline.setFocus()

    @Slot()
    def show_title(self) -> None:
        """The recording or session in the title, with a mark where something in it is not saved."""
        clip, state = self._container.document.clip, self._container.session_state
        name = self._container.document.recording.name
        # Qt puts the mark in the place of [*]; a name that holds one itself must not.
        self._window.setWindowTitle(f"{name.replace('[*]', '[* ]')}[*] — SAM Studio" if clip else "SAM Studio")
        self._window.setWindowModified(state.is_modified)

    @Slot()
    def show_recent(self) -> None:
        """Other files that were opened lately."""
        self._window.show_recent(self._container.preferences.recent_files)

    @Slot(object)
    def show_trimmed_clip(self, clip: AudioClip) -> None:
        """The same recording, its length now known exactly."""
        self._window.timeline.show_trimmed_clip(clip)
        self._window.span_list.show_prompt(self._container.document.prompt, clip.duration)
        self._describe(clip)

    def _describe(self, clip: AudioClip | None) -> None:
        window = self._window
        window.span_layer.set_duration(clip.duration if clip else 0.0)
        if clip is None:
            window.status.show_clip("")
            return
        window.takes_panel.show_clip_rate(clip.sample_rate, clip.frames)
        self._show_length(clip)

    def _show_length(self, clip: AudioClip) -> None:
        length = time_format().length_text(clip.duration)
        self._window.status.show_clip(f"{clip.sample_rate / 1000:g} kHz · {layout_name(clip.channels)} · {length}")

    @Slot(object)
    def show_prompt(self, prompt: Prompt) -> None:
        """Another text or other spans."""
        clip = self._container.document.clip
        self._window.prompt_panel.show_prompt(prompt)
        self._window.video_panel.show_prompt(prompt)
        self._window.span_layer.show_prompt(prompt)
        self._window.span_keyboard.follow_prompt()
        self._window.span_list.show_prompt(prompt, clip.duration if clip else 0.0)
        self.describe_timeline()

    @Slot()
    def describe_timeline(self) -> None:
        """What a screen reader says of the timeline; each span is read out in the list of spans."""
        spans, stretch = self._container.document.prompt.spans, self._container.selection.range
        selection = f" Selected: {stretch_text(*stretch)}." if stretch else ""
        area = f" {self._commands.areas.text}" if self._commands.areas.text else ""
        self._window.timeline.setAccessibleDescription(f"Spans: {len(spans)}, Tab goes through them.{selection}{area}")

    @Slot()
    def show_history(self) -> None:
        """Another step of the history: the menu names what would be undone and redone."""
        stack, actions = self._container.document.recordings.undo_group, self._window.actions_by_name
        actions["undo"].setText(f"Undo {_inside(stack.undoText())}".strip())
        actions["redo"].setText(f"Redo {_inside(stack.redoText())}".strip())

    @Slot(object)
    def show_onsets(self, onsets: tuple[float, ...]) -> None:
        """What span edges snap to in this clip."""
        layer, crossing = self._window.span_layer, self._container.landmarks.zero_crossing
        layer.set_snap_targets(replace(layer.context.targets, onsets=onsets, zero_crossing=crossing))

    @Slot(object)
    def show_selection(self, stretch: Stretch | None) -> None:
        """Another selected range of time."""
        window = self._window
        window.timeline.show_selection(stretch)
        window.span_layer.show_selection(stretch)
        window.transport_bar.show_selection(stretch)
        position = self._container.transport.position
        window.span_list.show_add_place(*(stretch or (position, position + 1.0)))
        self.describe_timeline()

    @Slot(object)
    def show_selected_spans(self, indices: tuple[int, ...]) -> None:
        """Other selected spans; the view scrolls to the primary one."""
        window = self._window
        window.span_layer.show_selected_spans(indices)
        window.span_keyboard.follow_selection(indices)
        window.span_list.show_selected_spans(indices)
        if indices:
            span = self._container.document.prompt.spans[indices[-1]]
            self._commands.view.reveal(span.start, span.end)

    @Slot(object)
    def show_selected_suggestion(self, index: int | None) -> None:
        """Another selected suggested span; the view scrolls to it."""
        self._window.span_layer.show_selected_suggestion(index)
        self._window.span_list.show_selected_suggestion(index)
        if index is not None:
            suggestion = self._container.suggested_spans.spans[index]
            self._commands.view.reveal(suggestion.start, suggestion.end)

    @Slot(object)
    def show_suggestions(self, suggestions: tuple[Span, ...]) -> None:
        """Other suggested spans."""
        self._window.span_layer.show_suggestions(suggestions)
        self._window.span_list.show_suggestions(suggestions)

    @Slot(object)
    def show_settings(self, settings: SeparationSettings) -> None:
        """Another engine, device or seed."""
        self._window.prompt_panel.show_engines(engines(self._commands.separation.options))
        self._window.prompt_panel.show_settings(settings)
        self._window.video_panel.show_engine(find_engine(settings.engine))
        self.show_model_frames()

    @Slot()
    def show_model_frames(self) -> None:
        """The frames of an engine that sees time in frames are listed if it is chosen, or if they are drawn."""
        engine = self._commands.separation.settings.engine
        info, grid = find_engine(engine), frame_grid(engine)
        is_drawn = self._window.actions_by_name["model_frames"].isChecked()
        is_listed = is_drawn or (info is not None and info.frames is not None)
        self._window.span_list.show_frame_grid(grid if is_listed else None)
        self._window.span_layer.show_frame_grid(grid if is_drawn else None)

    @Slot(object)
    def show_stems(self, stems: Stems | None) -> None:
        """Stems to see and hear, or none."""
        window = self._window
        # What a correction has changed, the timeline gets from the renderer when its peaks are there.
        if not self._container.audition.is_correction:
            window.timeline.show_stems(stems)
        self._show_bands()
        self._show_heard_take()
        window.transport_bar.set_stems_available(stems is not None)
        window.mixer_panel.set_stems_available(stems is not None)
        self.show_heard()

    def _show_heard_take(self) -> None:
        """Mark the take that is made, or the current one, as what the lanes show."""
        is_growing = self._container.audition.is_growing
        self._window.takes_panel.running.show_heard(heard=is_growing)
        self._window.takes_panel.rows.show_heard(heard=not is_growing)

    def _show_bands(self) -> None:
        """Mark where the stems that are shown were silenced, or were not separated."""
        timeline, document = self._window.timeline, self._container.document
        clip, take = document.clip, document.current_take
        shown = take if take is not None and take.sound.stems is self._container.audition.stems else None
        timeline.presence.show_stretches(shown.sound.absent if shown else ())
        timeline.stack.show_left_out(shown.left_out(clip.frames, clip.sample_rate) if shown and clip else ())

    @Slot(object)
    def show_earlier(self, takes: tuple[Take, ...]) -> None:
        """Other takes before the current one."""
        self._window.mixer_panel.show_earlier(takes)
        self._window.timeline.show_earlier(takes)
        self.show_heard()

    @Slot()
    def show_heard(self) -> None:
        """What plays alone."""
        mixing, is_awaited = self._container.mixing, self._container.audition.is_awaited
        self._window.transport_bar.show_audition(mixing.auditioned)
        self._window.timeline.sounds.show_heard(Stem.CLIP if is_awaited else mixing.heard_alone)

    @Slot(object)
    def show_current_take(self, take: Take | None) -> None:
        """Another take."""
        self._show_bands()
        self._window.takes_panel.show_current(take)
        self._window.prompt_panel.show_notices(take.notices if take else ())

    @Slot(object)
    def show_ground(self, ground: Take | None) -> None:
        """Another sound to separate next: the residual of a take, or the recording."""
        aside = self._container.document.recording.aside
        self._window.prompt_panel.ground.show_ground(ground.name if ground is not None else None, aside)
        self._window.span_list.show_aside(len(aside.spans) if aside is not None else 0)
        self._window.prompt_panel.room_requested.emit()

    @Slot(bool)
    def show_running(self, running: bool) -> None:
        """A separation began or ended."""
        panel, takes = self._window.prompt_panel, self._window.takes_panel
        if running:
            panel.show_error(None)
            panel.show_notices(())
            separator = self._container.separator
            panel.show_progress(*separator.progress)
            takes.show_running(separator.name)
            takes.running.show_progress(*separator.progress)
        else:
            panel.show_idle()
            takes.show_running(None)
            takes.rows.show_heard(heard=True)
            panel.show_history(self._container.preferences.prompt_history)

    @Slot(object)
    def show_loop(self, loop: Stretch | None) -> None:
        """Looping began, moved or ended."""
        self._window.transport_bar.show_loop(loop is not None)
        action = self._window.actions_by_name["loop"]
        # Not as if it had been chosen: that would loop the selection.
        with QSignalBlocker(action):
            action.setChecked(loop is not None)

    @Slot(object)
    def show_mix(self, mix: Mix) -> None:
        """Other faders, mutes or solos."""
        self._window.mixer_panel.show_mix(mix)
        self.show_heard()

    @Slot(object)
    def show_time_format(self, chosen: TimeFormat) -> None:
        """Times in another format, everywhere at once."""
        use_time_format(chosen)
        self._window.timeline.show_time_format()
        self._window.transport_bar.show_time_format()
        self._window.span_list.show_time_format()
        self._window.marker_list.show_time_format()
        self._window.takes_panel.show_time_format()
        self._window.video_panel.show_time_format()
        self._commands.takes.show_time_format()
        self.describe_timeline()
        if self._container.document.clip is not None:
            self._show_length(self._container.document.clip)

    @Slot(str)
    def show_error(self, sentence: str) -> None:
        """Something could not be done: one sentence, and everything is as it was."""
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._window, sentence))
        box = QMessageBox(QMessageBox.Icon.Warning, "SAM Studio", sentence, parent=self._window)
        # A file's name in it may hold markup.
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setObjectName("error_box")
        box.open()


def _inside(name: str) -> str:
    """The name of an edit inside a sentence."""
    return name[:1].lower() + name[1:]
