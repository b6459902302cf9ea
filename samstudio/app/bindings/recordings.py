"""The list of recordings follows document, reading and separations."""

from samstudio.app.commands.commands import Commands
from samstudio.app.container import Container
from samstudio.app.main_window import MainWindow
from samstudio.app.recording_updates import RecordingUpdates


def connect_recordings(container: Container, commands: Commands, window: MainWindow) -> None:
    """Let the list follow, and show how it stands now."""
    updates, document = RecordingUpdates(container, commands, window), container.document
    for changed in (
        document.recordings.list_changed,
        document.recordings.changed,
        container.clip_loader.completed,
    ):
        changed.connect(updates.show_list)
    for changed in (document.opened, container.separation_queue.changed):
        changed.connect(updates.show_queue)
        changed.connect(commands.queue.show)
    # One question at a time.
    commands.recovery.finished.connect(commands.queue.offer)
    container.queue_journal.warned.connect(window.status.show_warning)
    for noted in (commands.recordings.noted, commands.export_all.noted, commands.queue.noted):
        noted.connect(window.status.show_note)
    separator = container.separator
    for changed in (
        separator.drafted,
        separator.stems_grew,
        separator.running_changed,
        container.audition.stems_changed,
    ):
        changed.connect(updates.show_drafts)
    separator.stopped.connect(updates.tell_stopped)
