"""Updates come up: from controllers and commands to widgets."""

from samstudio.app.action_states import ActionStates
from samstudio.app.commands.commands import Commands
from samstudio.app.container import Container
from samstudio.app.main_window import MainWindow
from samstudio.app.view_updates import ViewUpdates


def connect_updates(container: Container, commands: Commands, window: MainWindow, updates: ViewUpdates) -> None:
    """Let the widgets follow controllers and commands, and show how these stand now."""
    _connect_document(container, commands, window, updates)
    _connect_selection(container, commands, window, updates)
    _connect_timeline(container, commands, window, updates)
    _connect_sessions(container, commands, window, updates)
    _connect_separation(container, commands, window, updates)
    _connect_playback(container, window, updates)
    _connect_notes(container, commands, window)
    _connect_failures(container, commands, updates)
    container.key_map.keys_changed.connect(window.show_keys)
    window.show_keys(container.key_map.keys)


def connect_action_states(container: Container, states: ActionStates) -> None:
    """Let the actions follow everything that a requirement depends on."""
    document, selection = container.document, container.selection
    for changed in (
        document.clip_changed,
        document.prompt_changed,
        document.markers_changed,
        document.takes_changed,
        document.current_take_changed,
        document.ground_changed,
        document.recordings.undo_group.indexChanged,
        selection.range_changed,
        selection.spans_changed,
        selection.suggestion_changed,
        container.suggested_spans.changed,
        container.separation_queue.changed,
        document.recordings.list_changed,
        container.areas.area_changed,
        container.audition.stems_changed,
    ):
        changed.connect(states.update)
    states.update()


def _connect_document(container: Container, commands: Commands, window: MainWindow, updates: ViewUpdates) -> None:
    document = container.document
    document.clip_changed.connect(updates.show_clip)
    document.clip_trimmed.connect(updates.show_trimmed_clip)
    document.prompt_changed.connect(updates.show_prompt)
    document.ground_changed.connect(updates.show_ground)
    document.ground_changed.connect(commands.lanes.follow_ground)
    document.current_take_changed.connect(commands.lanes.follow_ground)
    document.recordings.undo_group.indexChanged.connect(updates.show_history)
    document.takes_changed.connect(window.takes_panel.show_takes)
    document.current_take_changed.connect(updates.show_current_take)
    container.comparing.comparison_changed.connect(window.takes_panel.show_comparison)
    document.clip_grown.connect(window.timeline.show_growth)
    container.video_frames.video_changed.connect(commands.video.show_video)
    container.video_frames.video_changed.connect(commands.panels.make_room_for_video)
    container.video_frames.frame_changed.connect(window.video_panel.show_frame)
    _connect_objects(container, commands, window)
    window.history_panel.follow(document.recordings.undo_group)


def _connect_objects(container: Container, commands: Commands, window: MainWindow) -> None:
    following, looking, display = container.following, container.looking, commands.object_display
    container.video_frames.video_changed.connect(display.show_video)
    container.video_frames.frame_changed.connect(display.show_frame)
    container.document.prompt_changed.connect(commands.objects.follow_prompt)
    container.document.clip_changed.connect(commands.objects.follow_prompt)
    container.separator.running_changed.connect(commands.follow.make_way)
    container.document.opened.connect(commands.follow.recall)
    container.document.clip_completed.connect(commands.follow.recall)
    container.video_frames.frame_changed.connect(commands.objects.look_ahead)
    container.transport.playing_changed.connect(commands.objects.look_ahead)
    looking.answered.connect(commands.objects.answer)
    looking.busy_changed.connect(window.video_panel.objects.show_looking)
    following.track_changed.connect(display.show_track)
    commands.follow.offered.connect(commands.suggestions.show_guess)
    following.other_found.connect(commands.objects.show_others)
    page = window.video_panel.objects
    following.progressed.connect(page.progress.show_fraction)
    following.running_changed.connect(lambda running: page.show_following(following=running))


def _connect_selection(container: Container, commands: Commands, window: MainWindow, updates: ViewUpdates) -> None:
    selection = container.selection
    selection.range_changed.connect(updates.show_selection)
    selection.range_changed.connect(commands.transport.follow_selection)
    container.areas.area_changed.connect(updates.describe_timeline)
    container.areas.area_changed.connect(window.area_options.show_area)
    selection.spans_changed.connect(updates.show_selected_spans)
    selection.suggestion_changed.connect(updates.show_selected_suggestion)
    container.suggested_spans.changed.connect(updates.show_suggestions)
    container.suggested_spans.changed.connect(window.prompt_panel.room_requested)
    window.span_keyboard.status_changed.connect(window.status.show_hover)


def _connect_timeline(container: Container, commands: Commands, window: MainWindow, updates: ViewUpdates) -> None:
    container.timeline_renderer.peaks_changed.connect(window.timeline.show_peaks)
    container.timeline_renderer.tile_ready.connect(window.timeline.sounds.show_tile)
    container.timeline_renderer.sound_replaced.connect(window.timeline.sounds.show_replaced)
    container.landmarks.onsets_changed.connect(updates.show_onsets)
    window.actions_by_name["model_frames"].toggled.connect(updates.show_model_frames)
    commands.time_format.format_changed.connect(updates.show_time_format)
    updates.show_time_format(commands.time_format.format)
    window.timeline.hover_text_changed.connect(window.status.show_hover)
    window.span_layer.readout_changed.connect(window.status.show_hover)
    window.area_layer.readout_changed.connect(window.status.show_hover)


def _connect_sessions(container: Container, commands: Commands, window: MainWindow, updates: ViewUpdates) -> None:
    document, opener, state = container.document, container.session_opener, container.session_state
    # What is still being typed is saved, too.
    commands.sessions.commit_requested.connect(window.prompt_panel.commit_text)
    commands.sessions.noted.connect(updates.show_recent)
    commands.sessions.progressed.connect(window.status.show_progress)
    # What is being typed or drawn is of the recording that is left.
    document.recordings.leaving.connect(window.prompt_panel.commit_text)
    document.recordings.leaving.connect(window.span_layer.cancel_gesture)
    document.recordings.leaving.connect(commands.session_view.leave)
    document.opened.connect(commands.session_view.show)
    opener.length_known.connect(commands.session_view.show_length)
    container.autosave.start(commands.session_view.read)
    state.folder_changed.connect(updates.show_title)
    state.folder_changed.connect(updates.show_recent)
    state.modified_changed.connect(updates.show_title)


def _connect_separation(container: Container, commands: Commands, window: MainWindow, updates: ViewUpdates) -> None:
    separator, panel = container.separator, window.prompt_panel
    container.audition.stems_changed.connect(updates.show_stems)
    container.audition.earlier_changed.connect(updates.show_earlier)
    separator.stems_grew.connect(updates.show_heard)
    separator.drafted.connect(updates.show_heard)
    separator.running_changed.connect(updates.show_running)
    separator.progressed.connect(panel.show_progress)
    separator.progressed.connect(window.takes_panel.running.show_progress)
    separator.started.connect(commands.first_take.begin)
    # Before what is said about it.
    separator.finished.connect(commands.first_take.end)
    separator.finished.connect(commands.ready_note.announce)
    separator.failed.connect(panel.show_error)
    separator.failed.connect(panel.field.come_back)
    separator.failed.connect(lambda _sentence: panel.next_steps.offer_word(panel.field.text()))
    separator.ways_offered.connect(panel.next_steps.offer)
    separator.ways_offered.connect(panel.room_requested)
    # What is still being typed counts, wherever Separate was requested.
    commands.separation.commit_requested.connect(panel.commit_text)
    # The keys of the window must not be typed into the text.
    commands.separation.accepted.connect(panel.field.leave_to_wait)
    commands.separation.refused.connect(panel.show_error)
    commands.separation.settings_changed.connect(updates.show_settings)
    updates.show_settings(commands.separation.settings)
    container.models.parts_changed.connect(panel.show_parts)
    commands.model_setup.state_changed.connect(window.welcome.show_models)
    container.machine_described.connect(window.welcome.show_machine)
    panel.show_history(container.preferences.prompt_history)


def _connect_playback(container: Container, window: MainWindow, updates: ViewUpdates) -> None:
    transport, mixing = container.transport, container.mixing
    bar, mixer = window.transport_bar, window.mixer_panel
    transport.playing_changed.connect(bar.show_playing)
    transport.position_changed.connect(bar.show_position)
    transport.position_changed.connect(window.timeline.show_playhead)
    transport.position_changed.connect(window.span_layer.set_playhead)
    transport.speed_changed.connect(bar.show_speed)
    transport.speed_changed.connect(window.timeline.show_speed)
    transport.loop_changed.connect(updates.show_loop)
    transport.device_status_changed.connect(window.status.show_device)
    transport.device_status_changed.connect(window.welcome.show_device)
    mixing.mix_changed.connect(updates.show_mix)
    mixing.levels_changed.connect(mixer.show_levels)
    mixer.show_mix(mixing.mix)
    container.metering.reading_changed.connect(mixer.loudness.show_reading)


def _connect_notes(container: Container, commands: Commands, window: MainWindow) -> None:
    """Sentences for the status bar: notes, which fade, and warnings, which stay."""
    for noted in (
        container.corrector.noted,
        container.document.refused,
        container.mixing.audition_refused,
        container.separator.notice_added,
        # The last word on it: what it had noted before does not hold.
        container.separator.failed,
        container.areas.failed,
        container.area_mover.failed,
        container.area_playback.failed,
        window.area_layer.noted,
        commands.areas.noted,
        commands.area_tools.noted,
        commands.derived_takes.noted,
        commands.history.noted,
        commands.labels.noted,
        commands.lanes.noted,
        commands.markers.noted,
        commands.spans.noted,
        commands.objects.noted,
        commands.follow.noted,
        container.looking.failed,
        container.following.failed,
        commands.mixing.noted,
        commands.model_setup.noted,
        commands.panels.noted,
        commands.partial_takes.noted,
        commands.presence.noted,
        commands.ready_note.noted,
        commands.separation.noted,
        commands.split.noted,
        commands.sessions.noted,
        commands.stem_drag_out.noted,
        commands.takes.noted,
        commands.candidates.noted,
    ):
        noted.connect(window.status.show_note)
    commands.areas.withdrawn.connect(window.status.withdraw)
    commands.ready_note.withdrawn.connect(window.status.withdraw)
    commands.spans.withdrawn.connect(window.status.withdraw)
    commands.area_tools.withdrawn.connect(window.status.withdraw)
    for warned in (
        container.autosave.warned,
        container.clip_loader.warned,
        container.session_opener.warned,
        container.transport.device_failed,
    ):
        warned.connect(window.status.show_warning)


def _connect_failures(container: Container, commands: Commands, updates: ViewUpdates) -> None:
    """Sentences for a dialog: something that the user asked for could not be done."""
    for failed in (
        container.comping.failed,
        container.corrector.failed,
        container.presence_override.failed,
        container.session_opener.failed,
        container.session_saver.failed,
        container.stem_drag_out.failed,
        commands.files.refused,
        commands.labels.failed,
        commands.sessions.refused,
    ):
        failed.connect(updates.show_error)
