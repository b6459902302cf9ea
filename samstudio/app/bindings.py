"""Introduces the widgets to the controllers: wishes go down, news comes up. The only place where both are named."""

from samstudio.app.actions import ACTIONS
from samstudio.app.main_window import MainWindow
from samstudio.app.view_updates import ViewUpdates


def connect_requests(window: MainWindow) -> None:
    """From widgets and actions to commands and controllers."""
    _connect_actions(window)
    _connect_marking(window)
    document, transport = window.studio.document, window.studio.transport

    prompt = window.prompt_panel
    prompt.text_changed.connect(window.marks.change_text)
    prompt.settings_changed.connect(window.separation.change_settings)
    prompt.separate_requested.connect(window.separation.separate)
    # Words still being typed count, wherever Separate was asked for.
    window.separation.asked.connect(prompt.commit_text)
    prompt.setup_requested.connect(window.setup.set_up_sam_audio)
    prompt.mark_requested.connect(window.actions_by_name["tool_plus"].trigger)
    prompt.cancel_requested.connect(window.separation.cancel)

    picture = window.video_panel
    picture.region_marked.connect(window.picture.mark)
    picture.region_nudged.connect(window.picture.nudge)
    picture.rest_requested.connect(window.picture.rest)
    picture.clear_requested.connect(window.picture.clear)
    picture.seek_requested.connect(transport.seek)

    takes = window.takes_panel
    takes.take_selected.connect(document.select_take)
    takes.take_renamed.connect(document.rename_take)
    takes.take_deleted.connect(window.take_commands.delete)
    takes.take_starred.connect(document.star_take)
    takes.take_noted.connect(document.note_take)
    takes.candidate_chosen.connect(document.choose_candidate)
    takes.other_requested.connect(window.take_commands.toggle_ab)
    takes.matching_changed.connect(window.actions_by_name["match_levels"].setChecked)
    takes.compare_requested.connect(window.take_commands.compare_settings)
    takes.blind_test_requested.connect(window.blind_tests.blind_test)
    takes.menu_requested.connect(window.take_commands.show_menu)

    window.mixer_panel.mix_changed.connect(window.studio.mixing.set_mix)
    bar = window.transport_bar
    bar.play_toggled.connect(transport.toggle)
    bar.loop_toggled.connect(window.actions_by_name["loop"].setChecked)
    bar.start_requested.connect(window.hearing.go_start)
    bar.end_requested.connect(window.hearing.go_end)
    bar.audition_requested.connect(window.studio.mixing.audition)

    window.welcome.open_requested.connect(window.files.open)
    window.welcome.demo_requested.connect(window.files.open_demo)
    window.welcome.recent_requested.connect(window.files.open_path)


def _connect_marking(window: MainWindow) -> None:
    selection, transport = window.studio.selection, window.studio.transport
    layer, timeline = window.span_layer, window.timeline
    layer.span_drawn.connect(window.marks.add)
    layer.spans_edited.connect(window.marks.change)
    layer.spans_selected.connect(selection.select_spans)
    layer.suggestion_selected.connect(selection.select_suggestion)
    layer.suggestion_accepted.connect(window.suggestions.accept_trimmed)
    layer.selection_changed.connect(selection.select_range)
    layer.seek_requested.connect(transport.seek)
    layer.menu_requested.connect(window.span_menus.show)
    for stem, handle in timeline.stem_handles.items():
        window.stem_drag_out.attach(stem, handle)
    timeline.presence.menu_requested.connect(window.presence.show_menu)
    window.span_keyboard.spans_nudged.connect(window.marks.nudge)
    window.span_keyboard.span_stepped.connect(selection.select_span)
    timeline.seek_requested.connect(transport.seek)
    timeline.selection_changed.connect(selection.select_range)
    timeline.frequency_scale_changed.connect(window.attach_spans)
    timeline.view_changed.connect(window.studio.pictures.request_view)

    spans = window.span_list
    spans.span_added.connect(window.marks.add)
    spans.spans_edited.connect(window.marks.change)
    spans.spans_selected.connect(selection.select_spans)
    spans.suggestion_selected.connect(selection.select_suggestion)
    spans.action_requested.connect(lambda name: window.actions_by_name[name].trigger())
    spans.menu_requested.connect(window.span_menus.show_selected)


def _connect_actions(window: MainWindow) -> None:
    """Each action to the method of its name, wherever that is."""
    homes = (
        window.files,
        window.sessions,
        window.exporting,
        window.stem_drag_out,
        window.labels,
        window.times,
        window.marks,
        window.suggestions,
        window.viewing,
        window.hearing,
        window.mixing,
        window.playback,
        window.separation,
        window.take_commands,
        window.blind_tests,
        window.setup,
        window.history,
        window.keys,
        window.palette_commands,
        window.panels,
        window.presence,
        window.takes_from_takes,
        window,
    )
    for spec in ACTIONS:
        method = next(getattr(home, spec.name) for home in homes if hasattr(home, spec.name))
        action = window.actions_by_name[spec.name]
        if spec.checkable and not spec.name.startswith("tool_"):
            action.toggled.connect(method)
        else:
            action.triggered.connect(lambda _checked=False, method=method: method())


def connect_updates(window: MainWindow, news: ViewUpdates) -> None:
    """From controllers to widgets."""
    _connect_document(window, news)
    _connect_sessions(window, news)
    _connect_reading(window, news)
    _connect_separation(window, news)
    _connect_hearing(window, news)
    _connect_keys(window)
    _connect_history(window)
    window.studio.pictures.peaks_changed.connect(window.timeline.show_peaks)
    window.studio.pictures.tile_ready.connect(window.timeline.show_tile)
    window.studio.video_frames.film_changed.connect(window.picture.show_film)
    window.studio.video_frames.frame_changed.connect(window.video_panel.show_frame)
    window.studio.landmarks.onsets_changed.connect(news.show_onsets)
    window.times.format_changed.connect(news.show_time_format)
    window.timeline.ruler.menu_requested.connect(window.times.show_menu)
    news.show_time_format(window.times.format)
    window.timeline.hover_text_changed.connect(window.status.show_hover)
    window.span_layer.readout_changed.connect(window.status.show_hover)


def _connect_document(window: MainWindow, news: ViewUpdates) -> None:
    document, selection = window.studio.document, window.studio.selection
    document.clip_changed.connect(news.show_clip)
    document.clip_trimmed.connect(news.show_trimmed_clip)
    document.prompt_changed.connect(news.show_prompt)
    document.undo_stack.indexChanged.connect(news.show_history)
    document.takes_changed.connect(window.takes_panel.show_takes)
    document.current_take_changed.connect(news.show_current_take)
    window.studio.comparing.comparison_changed.connect(news.show_comparison)
    window.take_commands.noted.connect(window.status.show_note)
    window.panels.noted.connect(window.status.show_note)
    window.presence.noted.connect(window.status.show_note)
    window.takes_from_takes.noted.connect(window.status.show_note)
    document.refused.connect(window.status.show_note)
    window.studio.comping.failed.connect(news.show_error)
    window.studio.presence_override.failed.connect(news.show_error)
    selection.range_changed.connect(news.show_selection)
    selection.range_changed.connect(window.hearing.follow_selection)
    selection.spans_changed.connect(news.show_selected_spans)
    selection.suggestion_changed.connect(news.show_selected_suggestion)
    window.studio.suggestions.changed.connect(news.show_suggestions)
    window.marks.noted.connect(window.status.show_note)
    window.actions_by_name["model_frames"].toggled.connect(news.show_model_frames)
    window.span_keyboard.status_changed.connect(window.status.show_hover)


def _connect_history(window: MainWindow) -> None:
    window.history_panel.follow(window.studio.document.undo_stack)
    window.history_panel.undo_requested.connect(window.actions_by_name["undo"].trigger)
    window.history_panel.redo_requested.connect(window.actions_by_name["redo"].trigger)
    window.history.noted.connect(window.status.show_note)


def _connect_keys(window: MainWindow) -> None:
    window.studio.key_map.keys_changed.connect(window.show_keys)
    window.show_keys(window.studio.key_map.keys)


def _connect_sessions(window: MainWindow, news: ViewUpdates) -> None:
    opener, state, status = window.studio.session_opener, window.studio.session_state, window.status
    # Words still being typed are saved, too.
    window.sessions.asked.connect(window.prompt_panel.commit_text)
    window.sessions.refused.connect(news.show_error)
    window.sessions.noted.connect(status.show_note)
    window.sessions.noted.connect(window.show_recent)
    window.sessions.progressed.connect(status.show_progress)
    opener.opened.connect(window.session_view.adopt)
    opener.length_known.connect(window.session_view.show)
    opener.warned.connect(status.show_warning)
    opener.failed.connect(news.show_error)
    window.studio.autosave.start(window.session_view.read)
    window.studio.autosave.warned.connect(status.show_warning)
    window.studio.session_saver.failed.connect(news.show_error)
    state.folder_changed.connect(news.show_title)
    state.folder_changed.connect(window.show_recent)
    state.modified_changed.connect(news.show_title)


def _connect_reading(window: MainWindow, news: ViewUpdates) -> None:
    clip_loader = window.studio.clip_loader
    clip_loader.grown.connect(window.timeline.show_growth)
    clip_loader.completed.connect(news.show_allowed_actions)
    clip_loader.warned.connect(window.status.show_warning)
    clip_loader.failed.connect(news.show_error)


def _connect_separation(window: MainWindow, news: ViewUpdates) -> None:
    separator, panel = window.studio.separator, window.prompt_panel
    window.studio.stems_changed.connect(news.show_stems)
    window.studio.earlier_changed.connect(news.show_earlier)
    separator.running_changed.connect(news.show_running)
    separator.progressed.connect(panel.show_progress)
    separator.notice_added.connect(window.status.show_note)
    separator.finished.connect(news.announce_take)
    separator.failed.connect(panel.show_error)
    window.separation.refused.connect(panel.show_error)
    window.separation.noted.connect(window.status.show_note)
    window.studio.weights.parts_changed.connect(panel.show_parts)
    window.setup.noted.connect(window.status.show_note)
    window.labels.noted.connect(window.status.show_note)
    window.labels.failed.connect(news.show_error)
    window.stem_drag_out.noted.connect(window.status.show_note)
    window.studio.stem_drag_out.failed.connect(news.show_error)
    window.separation.settings_changed.connect(news.show_settings)
    news.show_settings(window.separation.settings)
    panel.show_history(window.studio.preferences.prompt_history)


def _connect_hearing(window: MainWindow, news: ViewUpdates) -> None:
    transport, mixing = window.studio.transport, window.studio.mixing
    bar, mixer = window.transport_bar, window.mixer_panel
    transport.playing_changed.connect(bar.show_playing)
    transport.position_changed.connect(bar.show_position)
    transport.speed_changed.connect(bar.show_speed)
    transport.speed_changed.connect(window.timeline.show_speed)
    transport.position_changed.connect(window.timeline.show_playhead)
    transport.position_changed.connect(window.span_layer.set_playhead)
    transport.loop_changed.connect(news.show_loop)
    mixing.mix_changed.connect(news.show_mix)
    mixing.levels_changed.connect(mixer.show_levels)
    mixing.audition_refused.connect(window.status.show_note)
    mixer.show_mix(mixing.mix)
    transport.device_failed.connect(window.status.show_warning)
    transport.device_status_changed.connect(window.status.show_device)
    window.studio.metering.reading_changed.connect(mixer.loudness.show_reading)
    mixer.loudness.reset_requested.connect(window.mixing.reset_loudness)
    window.mixing.noted.connect(window.status.show_note)
