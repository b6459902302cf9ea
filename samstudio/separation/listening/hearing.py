"""What is heard in a clip: the classes of YAMNet and the speech of Silero VAD over time, in bounded memory.

N patches, M chunks of 32 ms.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from samstudio.assets import asset
from samstudio.separation.cache.content import sound_digest
from samstudio.separation.cache.kept_arrays import clip_key, find_arrays, keep_arrays
from samstudio.separation.cache.kept_files import KeptFiles
from samstudio.separation.listening import voice_activity, yamnet
from samstudio.separation.listening.last_heard import LastHeard
from samstudio.separation.listening.mono import mono_blocks
from samstudio.separation.listening.voice_activity import VoiceActivity
from samstudio.separation.listening.yamnet import Yamnet, log_mel, mel_filters
from samstudio.separation.models.checkpoint import load_module, open_weights
from samstudio.separation.steps import mapped
from samstudio.session.clip import Samples
from samstudio.session.scratch import scratch_array
from samstudio.session.stretch import Stretch

BATCH = 32
"""Patches that go through the network together; more do not fit the cache."""
PATCH_HOPS = ((300.0, 12), (1200.0, 24), (float("inf"), 48))
"""(seconds of a clip up to which it holds, mel frames from patch to patch): longer clips are heard more coarsely."""
_MARGIN = 7680
"""Samples of silence before and after the clip, so that its first and last moment lie in the middle of a patch."""
_PATCH_SAMPLES = (yamnet.PATCH_FRAMES - 1) * yamnet.HOP + yamnet.TRANSFORM


@dataclass(frozen=True, eq=False)
class Heard:
    """`logits` float32 (N, 521) around the `times` (N,) in seconds; `speech` (M,), its probability in each 32 ms."""

    logits: NDArray[np.float32]
    times: NDArray[np.float64]
    speech: NDArray[np.float32]

    def loudest(self, classes: Sequence[int]) -> NDArray[np.float32]:
        """(N,): the logits of that one of some classes that is heard most clearly."""
        loudest: NDArray[np.float32] = self.logits[:, list(classes)].max(axis=1)
        return loudest

    def within(self, stretches: Sequence[Stretch]) -> "Heard":
        """What is heard in some stretches (seconds)."""
        chunks = (np.arange(len(self.speech)) + 0.5) * voice_activity.CHUNK_SECONDS
        patches, speech = (inside(times, stretches) for times in (self.times, chunks))
        return Heard(self.logits[patches], self.times[patches], self.speech[speech])


def inside(times: NDArray[np.floating], stretches: Sequence[Stretch]) -> NDArray[np.bool_]:
    """Which of the times (seconds) lie in any of the stretches."""
    found = np.zeros(len(times), np.bool_)
    for start, end in stretches:
        found |= (times >= start) & (times < end)
    return found


def heard_in(samples: Samples, sample_rate: int) -> Generator[float, None, Heard]:
    """What `listen` hears in a clip, kept for the clip listened to last: the next word about it costs nothing."""
    kept = _kept.get(samples)
    if kept is None:
        kept = yield from _found_or_heard(samples, sample_rate)
        _kept.keep(samples, kept)
    return kept


def _found_or_heard(samples: Samples, sample_rate: int) -> Generator[float, None, Heard]:
    """As another process has heard it, or an earlier start of this one; else listened to now."""
    files = KeptFiles()
    if not files.most_bytes:
        return (yield from listen(samples, sample_rate))
    digest = yield from mapped(sound_digest(samples, sample_rate), lambda _nothing: 0.0)
    key = clip_key("heard", digest, torch.device("cpu"))
    found = yield from mapped(find_arrays(files, key), lambda _fraction: 0.0)
    if found is not None and set(found) == {"logits", "times", "speech"}:
        return Heard(**found)
    heard = yield from listen(samples, sample_rate)
    keep_arrays(files, key, {"logits": heard.logits, "times": heard.times, "speech": heard.speech})
    return heard


_kept = LastHeard[Heard]()


def listen(samples: Samples, sample_rate: int) -> Generator[float, None, Heard]:
    """Listen to sound (frames, channels), see `mono_blocks`; yields the fraction done. Raises ScratchError."""
    duration = len(samples) / sample_rate
    hop = next(hop for longest, hop in PATCH_HOPS if duration <= longest)
    classes, voice = _ClassStream(duration, hop), _VoiceStream()
    for pushed, _fraction in mono_blocks(samples, sample_rate, yamnet.RATE):
        voice.push(pushed)
        # By what is classified, not by what is read: that takes nearly all of the time.
        yield classes.part
        for _ in classes.push(pushed):
            yield classes.part
    for _ in classes.push(torch.zeros(_MARGIN + _PATCH_SAMPLES), is_last=True):
        yield classes.part
    logits = classes.logits
    centres = np.arange(len(logits), dtype=np.float64) * hop + yamnet.PATCH_FRAMES / 2
    times = centres * yamnet.FRAME_SECONDS - _MARGIN / yamnet.RATE
    return Heard(logits, times, voice.speech)


class _ClassStream:
    """Logits of the patches of a stream of sound at 16 kHz, the first of them half before its begin."""

    def __init__(self, duration: float, hop: int) -> None:
        self._hop = hop * yamnet.HOP
        # One patch for every time within the clip.
        self._count = int(duration * yamnet.RATE / self._hop) + 1
        self.logits = scratch_array(self._count, yamnet.CLASSES)
        self._done = 0
        self._held = torch.zeros(_MARGIN)
        self._filters = mel_filters()

    @property
    def part(self) -> float:
        """How much of the stream is classified, 0..1."""
        return self._done / self._count

    def push(self, sound: Tensor, *, is_last: bool = False) -> Generator[None, None, None]:
        """Take more of the stream, yielding after each batch of patches."""
        self._held = torch.cat((self._held, sound))
        while self._done < self._count:
            ready = (len(self._held) - _PATCH_SAMPLES) // self._hop + 1
            count = min(ready, BATCH, self._count - self._done)
            if count < (1 if is_last else BATCH):
                return
            piece = self._held[: (count - 1) * self._hop + _PATCH_SAMPLES]
            patches = log_mel(piece, self._filters).unfold(0, yamnet.PATCH_FRAMES, self._hop // yamnet.HOP)
            found = yamnet_network()(patches[:count].transpose(1, 2))
            self.logits[self._done : self._done + count] = found.numpy()
            self._done += count
            self._held = self._held[count * self._hop :]
            yield


class _VoiceStream:
    """The probability of speech in a stream of sound at 16 kHz."""

    def __init__(self) -> None:
        self._held = torch.zeros(voice_activity.CONTEXT)
        self._state: tuple[Tensor, Tensor] | None = None
        self._found: list[NDArray[np.float32]] = []

    def push(self, sound: Tensor) -> None:
        """Take more of the stream."""
        self._held = torch.cat((self._held, sound))
        chunks = (len(self._held) - voice_activity.CONTEXT) // voice_activity.CHUNK
        if chunks:
            end = chunks * voice_activity.CHUNK
            found, self._state = voice_network()(self._held[: voice_activity.CONTEXT + end], self._state)
            self._found.append(found.numpy())
            self._held = self._held[end:]

    @property
    def speech(self) -> NDArray[np.float32]:
        """(M,) of all whole chunks."""
        return np.concatenate(self._found) if self._found else np.zeros(0, np.float32)


@cache
def yamnet_network() -> Yamnet:
    """YAMNet with its weights."""
    with torch.device("meta"):
        network = Yamnet()
    load_module(network, open_weights(asset("models/yamnet.safetensors")), "")
    # Two thirds of the time on a CPU.
    return network.eval().requires_grad_(requires_grad=False).to(memory_format=torch.channels_last)


@cache
def voice_network() -> VoiceActivity:
    """Silero VAD with its weights."""
    with torch.device("meta"):
        network = VoiceActivity()
    load_module(network, open_weights(asset("models/silero_vad.safetensors")), "")
    return network.eval().requires_grad_(requires_grad=False)
