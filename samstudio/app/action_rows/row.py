"""A row of the table of actions."""

from collections.abc import Callable
from dataclasses import dataclass, field

from samstudio.app.action_spec import ActionSpec
from samstudio.app.commands.commands import Commands


@dataclass(frozen=True)
class ActionRow(ActionSpec):
    """An action and its command."""

    callback: Callable[[Commands], Callable[..., object]] = field(kw_only=True)
    """Which of the commands it calls. A checkable action passes whether it is checked, a tool passes nothing."""
