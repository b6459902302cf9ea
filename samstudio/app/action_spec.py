"""What an action of the window is, and the Qt actions that are made from the table of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QActionGroup, QHelpEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

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
        action = actions[spec.name]
        action.setShortcuts([QKeySequence(key) for key in keys[spec.name]])
        show_tip(spec, action)


def show_tip(spec: ActionSpec, action: QAction) -> None:
    """Give an action its tooltip: name and key, what it does, and while it is disabled what it needs."""
    key = action.shortcut().toString()
    lines = [f"{spec.text.rstrip('…')} ({native_keys(key)})" if key else spec.text.rstrip("…")]
    lines.append(EXPLANATIONS.get(spec.name, ""))
    if not action.isEnabled() and spec.needs.text:
        lines.append(f"{spec.needs.text[0].upper()}{spec.needs.text[1:]}.")
    action.setToolTip("\n".join(line for line in lines if line))


class ActionMenu(QMenu):
    """A menu that tells of a disabled action what it needs; the others say enough by their names."""

    def event(self, event: QEvent) -> bool:
        """Show the tooltip of a disabled action alone."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            action = self.actionAt(event.pos())
            self.setToolTipsVisible(action is not None and not action.isEnabled())
        return super().event(event)


def make_menus(bar: QMenuBar, specs: Iterable[ActionSpec], actions: Mapping[str, QAction]) -> dict[str, QMenu]:
    """Fill the menu bar; the menus and the submenus by their names."""
    menus: dict[str, QMenu] = {group: ActionMenu(group, bar) for group in GROUPS}
    for spec in specs:
        menu, is_new = menus[spec.group], spec.submenu not in menus
        if spec.separated and (is_new or not spec.submenu):
            menu.addSeparator()
        if spec.submenu and is_new:
            menus[spec.submenu] = ActionMenu(spec.submenu, menu)
            menu.addMenu(menus[spec.submenu])
        menus[spec.submenu or spec.group].addAction(actions[spec.name])
    for group in GROUPS:
        bar.addMenu(menus[group])
    return menus
