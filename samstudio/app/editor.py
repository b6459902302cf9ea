"""The editor that `main` runs: controllers, window and commands, built once and connected."""

from samstudio.app.action_states import ActionStates
from samstudio.app.actions import ACTIONS, default_keys
from samstudio.app.bindings.recordings import connect_recordings
from samstudio.app.bindings.requests import connect_actions, connect_requests
from samstudio.app.bindings.updates import connect_action_states, connect_updates
from samstudio.app.commands.commands import Commands
from samstudio.app.container import Container
from samstudio.app.main_window import MainWindow
from samstudio.app.requirements import Situation
from samstudio.app.view_updates import ViewUpdates


def make_container() -> Container:
    """The controllers, with the keys of the table of actions."""
    return Container(default_keys())


class Editor:
    """The window on a container's controllers, as it was left at the last start. Not shown yet."""

    def __init__(self, container: Container) -> None:
        self.container = container
        self.window = MainWindow(ACTIONS)
        self.commands = Commands(container, self.window)
        self.updates = updates = ViewUpdates(container, self.commands, self.window)
        situation = Situation(
            container.document,
            container.selection,
            container.suggested_spans,
            container.separation_queue,
            container.audition,
            container.areas,
            self.window.prompt_panel.wording,
        )
        states = ActionStates(ACTIONS, self.window.actions_by_name, situation, self.window.prompt_panel)
        connect_actions(ACTIONS, self.window.actions_by_name, self.commands)
        connect_requests(container, self.commands, self.window)
        connect_updates(container, self.commands, self.window, updates)
        connect_recordings(container, self.commands, self.window)
        connect_action_states(container, states)
        self.window.prompt_panel.wording.changed.connect(states.update)
        self.commands.window.restore()
        # The arrangement that was kept may have them: nothing is open now.
        for name in ("recordings", "queue"):
            self.window.docks[name].hide()
        self.commands.video.show_video(None)
        self.commands.spectrogram.restore()
        updates.show_clip(None)
        updates.show_prompt(container.document.prompt)
