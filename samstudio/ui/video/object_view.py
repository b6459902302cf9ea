"""A video frame on which an object is marked: clicks, boxes, and what they take, by mouse and by keys."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QHelpEvent, QImage, QKeyEvent, QMouseEvent, QPainter

from samstudio.session.region import Region
from samstudio.session.video.mask_track import Mask
from samstudio.session.video.objects import Mark
from samstudio.ui.video.frame_view import FrameView
from samstudio.ui.video.mark_painting import paint_box, paint_click, paint_cross, paint_number, place
from samstudio.ui.video.mask_image import MaskLook, mask_image

STEP = 0.02
"""How far an arrow key moves the cross, as a fraction of the frame's width and height; five times as far with Shift."""
_DRAG = 5.0
"""Pixels that the mouse moves before it draws a box."""
_FINEST = 1280
"""Pixels of a mask's longer side: on a larger screen finer ones would take longer than a frame."""
_COLOURS = {
    MaskLook.MARKED: QColor(60, 235, 215),
    MaskLook.UNSURE: QColor(255, 205, 80),
    MaskLook.PREVIEW: QColor(255, 255, 255),
    MaskLook.OTHER: QColor(200, 205, 215),
}
_KEY, _NONE = Qt.Key, Qt.KeyboardModifier.NoModifier
_ALT, _SHIFT, _CTRL = (
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)
_ARROWS = {_KEY.Key_Left: (-1, 0), _KEY.Key_Right: (1, 0), _KEY.Key_Up: (0, -1), _KEY.Key_Down: (0, 1)}


class ObjectView(FrameView):
    """Shows frame, masks and marks; requests changes, edits nothing itself. Places are fractions of the picture."""

    clicked = Signal(float, float, bool)
    """A place, and whether it is of the object."""
    boxed = Signal(object)
    """Box around the object."""
    pointed = Signal(float, float, bool)
    """The place under the pointer or the cross, and whether a click there would be of the object."""
    pointed_away = Signal()
    size_requested = Signal(int)
    """A larger mask (1) or a smaller one (-1) for the marks that are there."""
    take_back_requested = Signal()
    clear_requested = Signal()
    absent_requested = Signal()
    follow_requested = Signal()
    stop_requested = Signal()
    unsure_requested = Signal(int)
    """The next (1) or previous (-1) stretch that is worth a look."""
    frame_requested = Signal(int)
    """The next (1) or previous (-1) frame."""

    def __init__(self) -> None:
        super().__init__()
        # [ and ] are not the brush's here.
        self.setProperty("keeps_brackets", True)
        self._mask: Mask | None = None
        self._look = MaskLook.MARKED
        self._preview: Mask | None = None
        self._mark: Mark | None = None
        self._pressed: QPointF | None = None
        self._dragged: QPointF | None = None
        self._cross: tuple[float, float] | None = None
        self._others: tuple[tuple[int, Mask], ...] = ()
        self._images: dict[tuple[MaskLook, int], tuple[Mask, QSize, QImage]] = {}
        self._is_following = False

    def show_mask(self, mask: Mask | None, look: MaskLook = MaskLook.MARKED) -> None:
        """Show where the object is, or that it is unknown."""
        self._mask, self._look = mask, look
        self.update()

    def show_others(self, others: tuple[tuple[int, Mask], ...]) -> None:
        """Show where other objects are: their numbers and masks."""
        self._others = others
        self.update()

    def show_preview(self, mask: Mask | None) -> None:
        """Show what a click would take, or nothing."""
        self._preview = mask
        self.update()

    def show_mark(self, mark: Mark | None) -> None:
        """Show the clicks and the box of the frame."""
        self._mark = mark
        self.update()

    @property
    def has_cross(self) -> bool:
        """Whether the keys point at a place, and not the mouse."""
        return self._cross is not None

    def show_following(self, following: bool) -> None:
        """Whether Esc has something to stop."""
        self._is_following = following

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a box; the right button says what is not of the object."""
        buttons = {Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton}
        if event.button() not in buttons or self._frame is None or self._inside(event.position()) is None:
            event.ignore()
            return
        self._cross = None
        self._pressed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw a box; with no button, ask what a click would take."""
        place = self._inside(event.position())
        self.setCursor(Qt.CursorShape.ArrowCursor if place is None else Qt.CursorShape.CrossCursor)
        if self._pressed is not None:
            far = (event.position() - self._pressed).manhattanLength() > _DRAG
            if event.buttons() & Qt.MouseButton.LeftButton and (far or self._dragged is not None):
                self._dragged = event.position()
                self.update()
        elif place is None:
            self.pointed_away.emit()
        else:
            self.pointed.emit(*place, not event.modifiers() & _ALT)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click or a box, at release."""
        pressed, dragged = self._pressed, self._dragged
        self._pressed = self._dragged = None
        if pressed is None:
            return
        if dragged is not None:
            region = Region.between(*self.fractions(pressed), *self.fractions(event.position()))
            self.boxed.emit((region.left, region.top, region.width, region.height))
        elif (place := self._inside(pressed)) is not None:
            negative = event.button() == Qt.MouseButton.RightButton or bool(event.modifiers() & _ALT)
            self.clicked.emit(*place, not negative)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is pointed at."""
        self.pointed_away.emit()
        super().leaveEvent(event)

    def _inside(self, point: QPointF) -> tuple[float, float] | None:
        """A place of the widget in the picture; None beside it."""
        if self._frame is None:
            return None
        x, y = self.fractions(point)
        return (x, y) if 0.0 <= x <= 1.0 and 0.0 <= y <= 1.0 else None

    # Keys

    def event(self, event: QEvent) -> bool:
        """Claim the keys that belong to the picture before the window's shortcuts take them, Tab among them.

        The tooltip comes only where there is no picture: it would cover what is pointed at.
        """
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and not self._image.isNull():
            return True
        if isinstance(event, QKeyEvent) and self._order(event) is not None:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self.keyPressEvent(event)
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See the gestures: the cross, the clicks, larger and smaller, taking back, following, stepping."""
        order = self._order(event)
        if order is None:
            super().keyPressEvent(event)
        else:
            order()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The cross goes with the focus."""
        self._cross = None
        self.pointed_away.emit()
        super().focusOutEvent(event)

    def _order(self, event: QKeyEvent) -> Callable[[], object] | None:
        """What a key does here; None for keys of others."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = _KEY(event.key())
        if self._frame is None:
            return None
        if key in _ARROWS and modifiers in (_NONE, _SHIFT):
            far = 5 if modifiers else 1
            return lambda: self._move_cross(far * _ARROWS[key][0], far * _ARROWS[key][1])
        if key in (_KEY.Key_Left, _KEY.Key_Right) and modifiers == _CTRL:
            return lambda: self.frame_requested.emit(_ARROWS[key][0])
        if key in (_KEY.Key_Return, _KEY.Key_Enter) and modifiers in (_NONE, _ALT):
            return lambda: self._click_cross(positive=not modifiers)
        if self._mark is not None and key in (_KEY.Key_Tab, _KEY.Key_Backtab) and modifiers in (_NONE, _SHIFT):
            return lambda: self.size_requested.emit(-1 if key == _KEY.Key_Backtab or modifiers else 1)
        return self._plain_order(key) if modifiers == _NONE else None

    def _plain_order(self, key: Qt.Key) -> Callable[[], object] | None:
        if key == _KEY.Key_Escape:
            if self._dragged is not None:
                return self._drop_drag
            return self.stop_requested.emit if self._is_following else None
        orders: dict[Qt.Key, Callable[[], object]] = {
            _KEY.Key_F: self.follow_requested.emit,
            _KEY.Key_N: self.absent_requested.emit,
            _KEY.Key_BracketLeft: lambda: self.unsure_requested.emit(-1),
            _KEY.Key_BracketRight: lambda: self.unsure_requested.emit(1),
        }
        if self._mark is not None:
            orders |= {
                _KEY.Key_Backspace: self.take_back_requested.emit,
                _KEY.Key_Delete: self.clear_requested.emit,
            }
        return orders.get(key)

    def _move_cross(self, right: int, down: int) -> None:
        x, y = self._cross or (0.5, 0.5)
        if self._cross is not None:
            x, y = min(max(x + right * STEP, 0.0), 1.0), min(max(y + down * STEP, 0.0), 1.0)
        self._cross = x, y
        self.pointed.emit(x, y, True)
        self.update()

    def _click_cross(self, *, positive: bool) -> None:
        if self._cross is None:
            self._move_cross(0, 0)
        else:
            self.clicked.emit(*self._cross, positive)

    def _drop_drag(self) -> None:
        self._pressed = self._dragged = None
        self.update()

    # Looks

    def paint_marks(self, painter: QPainter, image_rect: QRectF) -> None:
        """Masks, the marks they come from, the box that is drawn and the cross."""
        for number, mask in self._others:
            if mask.any():
                self._paint_mask(painter, image_rect, mask, MaskLook.OTHER, number)
                paint_number(painter, image_rect, mask, number)
        if self._mask is not None:
            self._paint_mask(painter, image_rect, self._mask, self._look)
        if self._preview is not None:
            self._paint_mask(painter, image_rect, self._preview, MaskLook.PREVIEW)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._mark is not None:
            if self._mark.box is not None:
                left, top, width, height = self._mark.box
                begin, end = place(image_rect, left, top), place(image_rect, left + width, top + height)
                paint_box(painter, QRectF(begin, end), Qt.PenStyle.DashLine)
            for click in self._mark.clicks:
                paint_click(painter, place(image_rect, click.x, click.y), positive=click.positive)
        if self._pressed is not None and self._dragged is not None:
            drawn = QRectF(self._pressed, self._dragged).normalized().intersected(image_rect)
            paint_box(painter, drawn, Qt.PenStyle.SolidLine)
        if self._cross is not None:
            paint_cross(painter, place(image_rect, *self._cross))

    def _paint_mask(self, painter: QPainter, rect: QRectF, mask: Mask, look: MaskLook, number: int = 0) -> None:
        size = (rect.size() * self.devicePixelRatioF()).toSize()
        if size.width() > _FINEST or size.height() > _FINEST:
            size.scale(_FINEST, _FINEST, Qt.AspectRatioMode.KeepAspectRatio)
        made = self._images.get((look, number))
        if made is None or made[0] is not mask or made[1] != size:
            made = self._images[look, number] = mask, size, mask_image(mask, size, _COLOURS[look], look)
        painter.drawImage(rect, made[2])
