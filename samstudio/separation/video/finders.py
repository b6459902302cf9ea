"""Makes what finds and follows objects, once each; torch is imported only now."""

from functools import cache

from samstudio.separation.video.contract import Segmenter, Tracker


@cache
def make_segmenter() -> Segmenter:
    """The segmenter whose weights come with the program. Raises SeparationError."""
    from samstudio.separation.video.mobilesam.segmenter import MobileSam

    return MobileSam()


@cache
def make_tracker() -> Tracker:
    """The tracker on that segmenter. Raises SeparationError."""
    from samstudio.separation.video.mobilesam.segmenter import MobileSam
    from samstudio.separation.video.tracking.tracker import FeatureTracker

    return FeatureTracker(MobileSam())
