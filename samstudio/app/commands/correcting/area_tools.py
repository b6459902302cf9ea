"""The tools that select areas and paint, and their options."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction

from samstudio.app.commands.view.view import ViewCommands
from samstudio.controllers.document.document import Document
from samstudio.controllers.settings.preferences import Preferences
from samstudio.session.clip import AudioClip
from samstudio.session.take import Take
from samstudio.ui.timeline.areas.area_layer import AreaLayer
from samstudio.ui.timeline.areas.area_options import AreaOptions, AreaTool
from samstudio.ui.timeline.areas.options_bar import AreaOptionsBar

_PREFERENCE = "area_options"


class AreaToolCommands(QObject):
    """Activates the tools; keeps their options, which last."""

    noted = Signal(str)
    """What the tool that was chosen asks for."""
    withdrawn = Signal(str)
    """What a tool asked for that is no longer chosen."""
    tool_changed = Signal()
    """Another area tool is active, or none."""

    def __init__(
        self,
        document: Document,
        preferences: Preferences,
        view: ViewCommands,
        layer: AreaLayer,
        bar: AreaOptionsBar,
        actions: Mapping[str, QAction],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._preferences, self._actions = preferences, actions
        self._view, self._layer, self._bar = view, layer, bar
        self.options = AreaOptions.of_text(preferences.text(_PREFERENCE))
        """What the tools are set to."""
        for tool in AreaTool:
            actions[f"tool_{tool}"].toggled.connect(self._follow_tools)
        document.clip_changed.connect(self._follow_clip)
        document.current_take_changed.connect(self._follow_take)
        bar.options_changed.connect(self.change_options)
        layer.options_changed.connect(self.change_options)
        bar.show_options(self.options)
        layer.show_options(self.options)

    def tool_area_box(self) -> None:
        """Drags in a spectrogram select a rectangle."""
        self._begin(AreaTool.BOX)

    def tool_lasso(self) -> None:
        """Drags in a spectrogram select what they go round."""
        self._begin(AreaTool.LASSO)

    def tool_brush(self) -> None:
        """Drags in a spectrogram move the sound under them at once."""
        self._begin(AreaTool.BRUSH)

    def tool_wand(self) -> None:
        """Clicks in a spectrogram select what hangs together with their place."""
        self._begin(AreaTool.WAND)

    def tool_harmonics(self) -> None:
        """Drags in a spectrogram select bands around a line and its multiples."""
        self._begin(AreaTool.HARMONICS)

    def _begin(self, tool: AreaTool) -> None:
        # In waveforms time is selected, as with the Select tool.
        self._view.tool_select()
        self._layer.set_tool(tool)
        self._bar.show_tool(tool)
        self.tool_changed.emit()
        self.noted.emit(self._layer.hint())

    @Slot()
    def _follow_tools(self) -> None:
        """Another kind of tool was chosen."""
        if not any(self._actions[f"tool_{tool}"].isChecked() for tool in AreaTool):
            self.withdrawn.emit(self._layer.hint())
            self._layer.set_tool(None)
            self._bar.show_tool(None)
            self.tool_changed.emit()

    @Slot(object)
    def change_options(self, options: AreaOptions) -> None:
        """Work with other options from now on, and at the next start."""
        if options != self.options:
            is_turned = options.direction is not self.options.direction
            self.options = options
            self._bar.show_options(options)
            self._layer.show_options(options)
            self._preferences.set_text(_PREFERENCE, options.text())
            if is_turned:
                self.noted.emit(self._layer.hint())

    @Slot(object)
    def _follow_clip(self, clip: AudioClip | None) -> None:
        if clip is None and self._layer.tool is not None:
            self._actions["tool_select"].setChecked(True)

    @Slot(object)
    def _follow_take(self, take: Take | None) -> None:
        self._layer.set_paintable(take is not None)
