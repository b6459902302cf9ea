"""Requests go down: from actions and widgets to commands and controllers."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction

from samstudio.app.action_rows.row import ActionRow
from samstudio.app.commands.commands import Commands
from samstudio.app.container import Container
from samstudio.app.main_window import MainWindow


def connect_requests(container: Container, commands: Commands, window: MainWindow) -> None:
    """From widgets to commands and controllers."""
    _connect_window(commands, window)
    _connect_prompt(container, commands, window)
    _connect_takes(container, commands, window)
    _connect_recordings(commands, window)
    _connect_marking(container, commands, window)
    _connect_markers(commands, window)
    _connect_areas(commands, window)
    window.history_panel.undo_requested.connect(window.actions_by_name["undo"].trigger)
    window.history_panel.redo_requested.connect(window.actions_by_name["redo"].trigger)
    window.mixer_panel.mix_changed.connect(container.mixing.set_mix)
    window.mixer_panel.loudness.reset_requested.connect(commands.mixing.reset_loudness)
    bar = window.transport_bar
    bar.play_toggled.connect(commands.transport.play)
    bar.loop_toggled.connect(window.actions_by_name["loop"].setChecked)
    bar.start_requested.connect(commands.transport.go_start)
    bar.end_requested.connect(commands.transport.go_end)
    bar.audition_requested.connect(container.mixing.audition)


def _connect_window(commands: Commands, window: MainWindow) -> None:
    window.shown_first.connect(commands.window.arrange_first)
    window.close_requested.connect(commands.window.close)
    window.files_dropped.connect(commands.window.open_dropped)
    window.recent_requested.connect(commands.files.open_path)
    window.track_requested.connect(commands.files.open_track)
    window.welcome.open_requested.connect(commands.files.open)
    window.welcome.demo_requested.connect(commands.files.open_demo)
    window.welcome.set_up_requested.connect(commands.model_setup.set_up_models)
    window.welcome.recent_requested.connect(commands.files.open_path)


def _connect_prompt(container: Container, commands: Commands, window: MainWindow) -> None:
    prompt = window.prompt_panel
    prompt.text_changed.connect(commands.spans.change_text)
    prompt.settings_changed.connect(commands.separation.change_settings)
    prompt.separate_requested.connect(commands.separation.separate)
    prompt.wording.each_requested.connect(commands.separation.separate_each)
    prompt.setup_requested.connect(commands.model_setup.set_up_models)
    prompt.next_steps.word_requested.connect(commands.spans.change_text)
    prompt.next_steps.listener_requested.connect(commands.model_setup.add_listener)
    prompt.engine_chosen.connect(commands.separation.choose_engine)
    prompt.next_steps.guess_requested.connect(commands.suggestions.show_guess)
    prompt.field.left.connect(window.timeline.setFocus)
    prompt.mark_requested.connect(window.actions_by_name["tool_plus"].trigger)
    prompt.cancel_requested.connect(commands.separation.cancel)
    prompt.running.queue_requested.connect(commands.separation.separate)
    # When it has been laid out with that.
    prompt.room_requested.connect(lambda: QTimer.singleShot(0, window, commands.panels.make_room_for_prompt))
    prompt.partial.action_requested.connect(window.trigger)
    prompt.ground.back_requested.connect(commands.derived_takes.back_to_recording)

    video = window.video_panel.rectangles
    video.region_marked.connect(commands.video.mark)
    video.region_nudged.connect(commands.video.nudge)
    video.rest_requested.connect(commands.video.rest)
    video.clear_requested.connect(commands.video.clear)
    video.seek_requested.connect(container.transport.seek)
    _connect_objects(container, commands, window)


def _connect_objects(container: Container, commands: Commands, window: MainWindow) -> None:
    objects, follow, bar, page = commands.objects, commands.follow, window.video_panel.bar, window.video_panel.objects
    bar.chosen.connect(objects.choose)
    bar.renamed.connect(objects.rename)
    bar.add_requested.connect(objects.add)
    bar.remove_requested.connect(objects.remove)
    page.follow_requested.connect(follow.follow)
    page.stop_requested.connect(follow.stop)
    page.check_requested.connect(follow.check)
    page.frame_requested.connect(objects.step_frame)
    view = page.view
    view.clicked.connect(objects.click)
    view.boxed.connect(objects.draw_box)
    view.pointed.connect(objects.point)
    view.pointed_away.connect(commands.object_display.hide_preview)
    view.size_requested.connect(objects.resize)
    view.take_back_requested.connect(objects.take_back)
    view.clear_requested.connect(objects.clear)
    view.absent_requested.connect(objects.mark_absent)
    view.follow_requested.connect(follow.follow)
    view.stop_requested.connect(follow.stop)
    view.unsure_requested.connect(follow.step_unsure)
    view.frame_requested.connect(objects.step_frame)
    window.timeline.certainty.seek_requested.connect(container.transport.seek)


def _connect_takes(container: Container, commands: Commands, window: MainWindow) -> None:
    document = container.document
    takes = window.takes_panel
    takes.take_selected.connect(document.select_take)
    # The current one, too: while another one is made, the lanes may show that.
    takes.view.clicked.connect(container.audition.show_current_take)
    takes.view.activated.connect(container.audition.show_current_take)
    takes.running.chosen.connect(container.audition.show_take_in_making)
    takes.take_renamed.connect(document.rename_take)
    takes.take_deleted.connect(commands.takes.delete)
    takes.take_starred.connect(document.star_take)
    takes.take_noted.connect(document.note_take)
    takes.candidate_chosen.connect(commands.candidates.choose)
    takes.strength_bar.slider.previewed.connect(container.corrector.preview_strength)
    takes.strength_bar.slider.chosen.connect(container.corrector.set_strength)
    takes.other_requested.connect(commands.takes.toggle_ab)
    takes.matching_changed.connect(window.actions_by_name["match_levels"].setChecked)
    takes.running.cancel_requested.connect(commands.separation.cancel)
    takes.queued.cancel_requested.connect(commands.separation.take_out)
    takes.compare_requested.connect(commands.takes.compare_settings)
    takes.blind_test_requested.connect(commands.blind_test.blind_test)
    takes.menu_requested.connect(commands.takes.show_menu)


def _connect_recordings(commands: Commands, window: MainWindow) -> None:
    panel = window.recordings_panel
    panel.show_requested.connect(commands.recordings.show)
    panel.close_requested.connect(commands.recordings.close)
    panel.separate_requested.connect(commands.recordings.separate)
    panel.cancel_requested.connect(commands.recordings.cancel)
    panel.menu_requested.connect(commands.recordings.show_menu)
    queue = window.queue_panel
    queue.paused.connect(commands.queue.pause)
    queue.move_requested.connect(commands.queue.move)
    queue.remove_requested.connect(commands.queue.remove)
    queue.retry_requested.connect(commands.queue.retry)
    queue.show_requested.connect(commands.queue.show_recording)


def _connect_marking(container: Container, commands: Commands, window: MainWindow) -> None:
    selection, transport = container.selection, container.transport
    layer, timeline = window.span_layer, window.timeline
    timeline.ruler.menu_requested.connect(commands.time_format.show_menu)
    commands.time_format.settings_requested.connect(commands.preferences.time_format)
    layer.span_drawn.connect(commands.spans.add)
    layer.spans_edited.connect(commands.spans.change)
    layer.spans_selected.connect(selection.select_spans)
    layer.suggestion_selected.connect(selection.select_suggestion)
    layer.suggestion_accepted.connect(commands.suggestions.accept_trimmed)
    layer.selection_changed.connect(selection.select_range)
    layer.seek_requested.connect(transport.seek)
    layer.menu_requested.connect(commands.span_menus.show)
    for stem, handle in timeline.stem_handles.items():
        commands.stem_drag_out.attach(stem, handle)
    timeline.presence.menu_requested.connect(commands.presence.show_menu)
    window.span_keyboard.spans_nudged.connect(commands.spans.nudge)
    window.span_keyboard.span_stepped.connect(selection.select_span)
    timeline.seek_requested.connect(transport.seek)
    timeline.ruler.scrubbed.connect(transport.scrub)
    timeline.ruler.scrub_ended.connect(transport.end_scrub)
    timeline.selection_changed.connect(selection.select_range)
    timeline.frequency_scale_changed.connect(layer.show_scale)
    timeline.colour_bar.levels_requested.connect(commands.spectrogram.change_levels)
    timeline.frequencies.band_requested.connect(commands.spectrogram.show_band)
    window.box_zoom.stretch_requested.connect(timeline.zoom_to)
    window.box_zoom.reset_requested.connect(timeline.fit)
    timeline.stack.menu_requested.connect(commands.lanes.show_menu)
    timeline.boxes_changed.connect(window.attach_spans)
    window.attach_spans()
    timeline.view_changed.connect(container.timeline_renderer.request_views)
    timeline.view_changed.connect(lambda _views: container.separator.focus.show_view(timeline.visible_range))

    spans = window.span_list
    spans.span_added.connect(commands.spans.add)
    spans.spans_edited.connect(commands.spans.change)
    spans.spans_selected.connect(selection.select_spans)
    spans.suggestion_selected.connect(selection.select_suggestion)
    spans.action_requested.connect(window.trigger)
    spans.menu_requested.connect(commands.span_menus.show_selected)


def _connect_areas(commands: Commands, window: MainWindow) -> None:
    layer, areas, timeline = window.area_layer, commands.areas, window.timeline
    timeline.picture_boxes_changed.connect(window.attach_areas)
    timeline.frequency_scale_changed.connect(layer.show_axis)
    window.attach_areas()
    commands.area_tools.tool_changed.connect(window.attach_spans)
    layer.area_drawn.connect(areas.draw)
    layer.similar_requested.connect(areas.find_similar)
    layer.harmonics_requested.connect(areas.find_harmonics)
    layer.stroke_drawn.connect(areas.paint)
    layer.place_clicked.connect(areas.click)
    layer.menu_requested.connect(commands.area_menu.show)
    window.span_keyboard.menu_requested.connect(commands.area_menu.show_by_key)
    window.area_options.finished.connect(timeline.setFocus)


def _connect_markers(commands: Commands, window: MainWindow) -> None:
    strip, markers = window.timeline.markers, commands.markers
    strip.marker_chosen.connect(markers.go_to)
    strip.marker_moved.connect(markers.move)
    strip.rename_requested.connect(markers.rename)
    strip.marker_named.connect(markers.name)
    strip.menu_requested.connect(markers.show_menu)
    window.marker_list.go_requested.connect(markers.go_to)
    window.marker_list.marker_edited.connect(markers.change)
    window.marker_list.action_requested.connect(window.trigger)


def connect_actions(rows: Sequence[ActionRow], actions: Mapping[str, QAction], commands: Commands) -> None:
    """Let every action call its command. Raises ValueError where two would call the same."""
    callers: dict[Callable[..., object], str] = {}
    for row in rows:
        callback = row.callback(commands)
        if callback in callers:
            raise ValueError(f"{row.name} and {callers[callback]} call the same command.")
        callers[callback] = row.name
        if row.checkable:
            actions[row.name].toggled.connect(callback)
        else:
            actions[row.name].triggered.connect(_without_state(callback))


def _without_state(callback: Callable[[], object]) -> Callable[[bool], None]:
    """`callback` for a signal that also says whether the action is checked."""

    def call(_checked: bool) -> None:
        callback()

    return call
