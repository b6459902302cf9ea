"""What an action of the window is, and the Qt actions that are made from the table of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QWidget

from samstudio.app.action_texts import EXPLANATIONS
from samstudio.app.requirements import NOTHING, Requirement
from samstudio.ui.icons import icon
from samstudio.ui.parts import native_keys

GROUPS = ("&File", "&Edit", "&Mark", "&View", "&Play", "Mi&x", "&Separate", "&Correct", "&Takes", "&Help")
"""The menus, from left to right."""
FILE, EDIT, MARK, VIEW, PLAY, MIX, SEPARATE, CORRECT, TAKES, HELP = GROUPS
PANELS = "Panels"
"""The submenu of the view that shows and hides them, too."""


@dataclass(frozen=True)
class ActionSpec:
    """How an action is shown: `name` is what the code calls it, `group` its menu, the first of `keys` the one shown."""

    name: str
    group: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    checkable: bool = False
    is_tool: bool = False
    """Whether it is one of the checkable tools, of which exactly one is active."""
    separated: bool = False
    """Whether a line stands above it in its menu, or above its submenu if it is the first there."""
    submenu: str = ""
    """The menu inside its menu that has it: so each menu is one column on a screen of 720 pixels."""
    needs: Requirement = NOTHING
    repeats: bool = True
    """Whether it is done again and again while its key is held."""


def make_actions(specs: Iterable[ActionSpec], parent: QWidget) -> dict[str, QAction]:
    """A QAction for each row of the table, by name, working wherever the focus is in `parent`."""
    actions: dict[str, QAction] = {}
    tools = QActionGroup(parent)
    for spec in specs:
        if spec.name in actions:
            raise ValueError(f"Two actions are called {spec.name}.")
        action = QAction(spec.text, parent)
        action.setObjectName(spec.name)
        action.setCheckable(spec.checkable or spec.is_tool)
        action.setAutoRepeat(spec.repeats)
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        if spec.icon:
            action.setIcon(icon(spec.icon))
        # Menus have no icons, as in professional editors; the toolbar has them.
        action.setIconVisibleInMenu(False)
        if spec.is_tool:
            tools.addAction(action)
        parent.addAction(action)
        actions[spec.name] = action
    show_keys(specs, actions, {spec.name: spec.keys for spec in specs})
    return actions


def show_keys(specs: Iterable[ActionSpec], actions: Mapping[str, QAction], keys: Mapping[str, tuple[str, ...]]) -> None:
    """Give the actions their keys, and the tooltips that name the first of them and say what the action does."""
    for spec in specs:
        action, own = actions[spec.name], keys[spec.name]
        action.setShortcuts([QKeySequence(key) for key in own])
        title, more = spec.text.rstrip("…"), EXPLANATIONS.get(spec.name, "")
        named = f"{title} ({native_keys(own[0])})" if own else title
        action.setToolTip(f"{named}\n{more}" if more else named)
