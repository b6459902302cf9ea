"""How often each level occurs in the visible spectrogram, and the range that the colour map covers."""

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QVBoxLayout, QWidget

from samstudio.dsp.spectrogram import SpectrogramSettings, shade_db
from samstudio.ui.accessible_roles import set_role
from samstudio.ui.parts import explain
from samstudio.ui.theme import notifier, theme
from samstudio.ui.timeline.paint.colour_maps import SHADES, colour_map

LOWEST_DB, HIGHEST_DB = -150.0, 6.0
"""dBFS: what the axis shows."""
_HEIGHT = 84


# pyqtgraph has no type hints.
class _LevelAxis(pg.AxisItem):  # type: ignore[misc]
    """Ticks with a minus sign, as the fields beside it have."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """The ticks' texts."""
        return [text.replace("-", "−") for text in super().tickStrings(values, scale, spacing)]


class LevelHistogram(QWidget):
    """A histogram in the colours of the map, with a region from its darkest to its brightest level to be dragged."""

    levels_dragged = Signal(float, float)
    """Level of the darkest and of the brightest colour, dBFS."""

    def __init__(self) -> None:
        super().__init__()
        self._settings = SpectrogramSettings()
        self._counts: NDArray[np.int64] = np.zeros(SHADES, np.int64)
        # The two sliders beside it set the same levels from the keyboard.
        self._view = pg.PlotWidget(enableMenu=False, axisItems={"bottom": _LevelAxis("bottom")})
        for part in (self._view, self._view.viewport()):
            part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._view)
        self.setFixedHeight(_HEIGHT)
        set_role(self, QAccessible.Role.Graphic)
        explain(
            self,
            "Levels in view",
            more="How often each level occurs in the visible part. Drag the edges to set the range of the colours, "
            "or between them to move it.",
        )
        plot = self._view.getPlotItem()
        plot.hideButtons()
        plot.hideAxis("left")
        plot.setMouseEnabled(x=False, y=False)
        plot.setXRange(LOWEST_DB, HIGHEST_DB, padding=0.0)
        plot.setYRange(0.0, 1.0, padding=0.02)
        self.curve = plot.plot(stepMode="center", fillLevel=0.0)
        self.region = pg.LinearRegionItem(swapMode="block")
        self.region.setZValue(1)
        plot.addItem(self.region)
        self.region.sigRegionChanged.connect(self._on_region_changed)
        notifier.theme_changed.connect(self._restyle)
        self._restyle()

    def sizeHint(self) -> QSize:
        """As wide as the fields above it."""
        return QSize(200, _HEIGHT)

    def show_settings(self, settings: SpectrogramSettings) -> None:
        """Show which levels the colour map covers; nothing is emitted."""
        self._settings = settings
        # pyqtgraph reports changes by code like those by the mouse.
        with QSignalBlocker(self.region):
            self.region.setRegion((settings.floor_db, settings.ceiling_db))
        self._show_curve()

    def show_counts(self, counts: NDArray[np.int64]) -> None:
        """How many pixels have each of the 256 shades, darkest first, under the settings shown last."""
        self._counts = counts
        self._show_curve()

    def _show_curve(self) -> None:
        settings = self._settings
        half = settings.range_db / (SHADES - 1) / 2.0
        edges = shade_db(0, settings) - half + np.arange(SHADES + 1) * 2.0 * half
        # The outermost shades hold all that lies outside the range: they would dwarf the rest.
        inner = self._counts[1:-1]
        self.curve.setData(edges[1:-1], np.sqrt(inner / max(1, int(inner.max(initial=0)))))
        brush = colour_map(settings.colour_map).getBrush(
            span=(settings.floor_db, settings.ceiling_db), orientation="horizontal"
        )
        self.curve.setBrush(brush)

    def _on_region_changed(self) -> None:
        floor, ceiling = self.region.getRegion()
        self.levels_dragged.emit(floor, ceiling)

    def _restyle(self, _theme: object = None) -> None:
        look = theme()
        self._view.setBackground(look.color("panel_raised"))
        axis = self._view.getPlotItem().getAxis("bottom")
        axis.setStyle(tickFont=look.font("caption"), tickLength=-4)
        axis.setPen(look.color("border"))
        axis.setTextPen(look.color("text_dim"))
        self.curve.setPen(look.color("text_dim"))
        self.region.setBrush(look.color("selection"))
        self.region.setHoverBrush(look.color("selection"))
        for line in self.region.lines:
            line.setPen(look.color("accent"), width=2)
            line.setHoverPen(look.color("focus"), width=3)
