"""Enables the actions whose requirements are met."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from samstudio.app.action_spec import ActionSpec, show_tip
from samstudio.app.requirements import CLIP, Requirement, Situation
from samstudio.ui.prompt.prompt_panel import PromptPanel


class ActionStates(QObject):
    """Keeps the actions, and the buttons to separate in the prompt panel, enabled or disabled."""

    def __init__(
        self, specs: Sequence[ActionSpec], actions: Mapping[str, QAction], situation: Situation, prompt: PromptPanel
    ) -> None:
        super().__init__(prompt)
        self._specs, self._actions, self._situation, self._prompt = specs, actions, situation, prompt
        self._requirements = {CLIP, *(spec.needs for spec in specs)}
        self._met: set[Requirement] | None = None

    @Slot()
    def update(self) -> None:
        """Something has changed that a requirement may depend on."""
        # Far more often than not, none of the few requirements that the many actions share is affected.
        met = {requirement for requirement in self._requirements if requirement.is_met(self._situation)}
        if met == self._met:
            return
        is_first, self._met = self._met is None, met
        for spec in self._specs:
            action, enabled = self._actions[spec.name], spec.needs in met
            if action.isEnabled() != enabled or is_first:
                action.setEnabled(enabled)
                show_tip(spec, action)
        self._prompt.partial.show_offers({spec.name for spec in self._specs if spec.needs in met})
        self._prompt.show_ready(ready=CLIP in met)
