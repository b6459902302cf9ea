"""Makes what finds and follows objects, once each; torch is imported only now, transformers only for SAM 2.1."""

from functools import cache
from pathlib import Path

from samstudio.separation.torch_libraries import load_libraries
from samstudio.separation.video.contract import Segmenter, Tracker
from samstudio.separation.video.sam2.weights import find_weights


@cache
def make_segmenter() -> Segmenter:
    """The segmenter whose weights come with the program. Raises SeparationError."""
    load_libraries()
    from samstudio.separation.video.mobilesam.segmenter import MobileSam

    return MobileSam()


def make_tracker() -> Tracker:
    """SAM 2.1 where it is installed, else the tracker that comes with the program. Raises SeparationError.

    Either is given the masks of marks by a segmenter of the program, so that what is followed is what was seen.
    """
    return _tracker(find_weights())


@cache
def _tracker(weights: Path | None) -> Tracker:
    load_libraries()
    from samstudio.separation.video.mobilesam.segmenter import MobileSam
    from samstudio.separation.video.tracking.tracker import FeatureTracker, KeyFrameTracker

    if weights is None:
        return FeatureTracker(MobileSam())
    from samstudio.separation.video.sam2.finder import Sam2Finder, Sam2Network

    network = Sam2Network(weights)
    return KeyFrameTracker(MobileSam(), lambda: Sam2Finder(network), network.name)
