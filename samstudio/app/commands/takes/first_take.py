"""What is heard of a recording's first take, and so seen in the spectrogram, while the user has chosen nothing."""

from PySide6.QtCore import QObject, Slot

from samstudio.controllers.document.document import Document
from samstudio.controllers.playback.mixing import Mixing
from samstudio.controllers.playback.transport import Transport
from samstudio.session.mix import Mix
from samstudio.session.take import Stem


class FirstTake(QObject):
    """Chooses the clip while the first take is made, and its target when it is there.

    Both stems together would sound like the clip, with no key lit: nothing would tell that there is a result. What
    plays goes on as it is.
    """

    def __init__(self, document: Document, mixing: Mixing, transport: Transport, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._mixing, self._transport = document, mixing, transport

    @Slot()
    def begin(self) -> None:
        """A separation begins: both stems are the clip as yet."""
        if not self._document.takes and self._mixing.mix == Mix():
            self._mixing.audition(Stem.CLIP)

    @Slot()
    def end(self) -> None:
        """A separation has ended with a take."""
        is_first = len(self._document.takes) == 1
        if is_first and self._mixing.mix in (Mix(), Mix().soloed(Stem.CLIP)) and not self._transport.playing:
            self._mixing.audition(Stem.TARGET)
