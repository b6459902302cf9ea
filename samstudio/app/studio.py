"""Everything that lives behind the window, built once."""

from PySide6.QtCore import QObject, Slot

from samstudio.controllers.background import Background
from samstudio.controllers.document import Document
from samstudio.controllers.opener import Opener
from samstudio.controllers.pictures import Pictures
from samstudio.controllers.preferences import Preferences
from samstudio.controllers.selection import Selection
from samstudio.controllers.separator import Separator
from samstudio.controllers.transport import Transport


class Studio(QObject):
    """The controllers, and the news they tell each other."""

    def __init__(self) -> None:
        super().__init__()
        self.preferences = Preferences(self)
        self.background = Background(self)
        self.document = Document(self)
        self.opener = Opener(self.background, self)
        self.pictures = Pictures(self)
        self.selection = Selection(self)
        self.separator = Separator(self)
        self.transport = Transport(self)

    @Slot()
    def warm_up(self) -> None:
        """Get ready what takes a moment, once the window is seen."""
        self.separator.warm_up(self.preferences.separation_settings().engine)

    def shut_down(self) -> None:
        """Stop the sound and end every thread."""
        self.transport.stop()
        self.opener.cancel()
        self.separator.shut_down()
        self.background.shut_down()
