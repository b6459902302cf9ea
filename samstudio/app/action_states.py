"""Enables the actions whose requirements are met."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from samstudio.app.action_spec import ActionSpec
from samstudio.app.requirements import CLIP, Situation
from samstudio.ui.prompt.prompt_panel import PromptPanel


class ActionStates(QObject):
    """Keeps the actions, and the buttons to separate in the prompt panel, enabled or disabled."""

    def __init__(
        self, specs: Sequence[ActionSpec], actions: Mapping[str, QAction], situation: Situation, prompt: PromptPanel
    ) -> None:
        super().__init__(prompt)
        self._specs, self._actions, self._situation, self._prompt = specs, actions, situation, prompt

    @Slot()
    def update(self) -> None:
        """Something has changed that a requirement may depend on."""
        offered = {spec.name for spec in self._specs if spec.needs.is_met(self._situation)}
        for name, action in self._actions.items():
            action.setEnabled(name in offered)
        self._prompt.partial.show_offers(offered)
        self._prompt.show_ready(ready=CLIP.is_met(self._situation))
