"""The mix as it plays, as samples for a file."""

from collections.abc import Generator

from samstudio.audio.export.render_chain import BLOCK
from samstudio.audio.playback.mixer import Mixer
from samstudio.audio.playback.tracks import StemSet, tracks_of
from samstudio.session.clip import AudioClip, Samples
from samstudio.session.mix import Mix, Strip
from samstudio.session.scratch import forget_pages, scratch_array


def bounce(mix: Mix, clip: AudioClip, stem_set: StemSet | None) -> Generator[tuple[int, Samples], None, None]:
    """Render the whole clip through the mixer that plays it, yielding frames done and the disk-backed stereo sound.

    The result is what the sound card gets, frame for frame, at the clip's rate. Raises ScratchError.
    """
    mixer = Mixer(clip.sample_rate)
    mixer.set_tracks(tuple(tracks_of(mix, clip, stem_set).values()), Strip(mix.master_db).amplitude)
    out = scratch_array(clip.frames, 2)
    for start in range(0, clip.frames, BLOCK):
        mixer.render(start, out[start : start + BLOCK])
        for samples in (out, clip.samples, *(stem_set.samples if stem_set is not None else ())):
            forget_pages(samples)
        yield min(start + BLOCK, clip.frames), out
