"""Makes what finds and follows objects; torch is imported only now."""

from samstudio.separation.engine import SeparationError
from samstudio.separation.video.contract import Segmenter, Tracker


def make_segmenter() -> Segmenter:
    """The segmenter whose weights come with the program. Raises SeparationError."""
    from samstudio.separation.video.mobilesam.segmenter import MobileSam

    return MobileSam()


def make_tracker() -> Tracker:
    """The tracker on that segmenter. Raises SeparationError."""
    raise SeparationError("This version cannot follow objects yet: mark them where they are heard.")
