"""What was learned for earlier requests, kept for the next ones that would learn the very same.

Making a part again, or the whole after a part, then takes only as long as its windows. The key holds everything that
learning depends on, the sound itself as a digest of what is read of it, so that what comes out is the same to the bit.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from weakref import ref

import torch
from torch import Tensor

from samstudio.separation.engine import Notice
from samstudio.separation.marks import Marks
from samstudio.separation.spectral.fit import Learned
from samstudio.separation.spectral.material import Piece
from samstudio.separation.spectral.special.recognise import Treatment
from samstudio.session.clip import Samples
from samstudio.session.stretch import Stretch

MOST, MOST_BYTES = 8, 64 << 20
"""How many are kept, and their tensors' size together: one for stereo takes some 2 MB."""

Method = Treatment | Learned
"""The treatment of a special sound, or what was learned from the spans."""


@dataclass(frozen=True)
class PlanKey:
    """What learning depends on. `kind` is the kind of sound that the text names; `by_word`: there was no + span."""

    sound: bytes
    frames: int
    sample_rate: int
    device: torch.device
    plus: tuple[Stretch, ...]
    minus: tuple[Stretch, ...]
    kind: str
    by_word: bool
    seed: int

    @classmethod
    def of(
        cls,
        samples: Samples,
        sample_rate: int,
        device: torch.device,
        marks: Marks,
        kind: str,
        seed: int,
        pieces: Sequence[Piece],
        *,
        by_word: bool,
    ) -> "PlanKey":
        """The key of a request; `pieces` is all that is read of `samples` to learn from."""
        digest = hashlib.blake2b()
        for piece in pieces:
            digest.update(f"{piece.first} {piece.stretch} {tuple(piece.sound.shape)} ".encode())
            digest.update(piece.sound.cpu().contiguous().numpy().data)
        sound = digest.digest()
        return cls(sound, len(samples), sample_rate, device, marks.plus, marks.minus, kind, by_word, seed)


@dataclass(frozen=True)
class CheckVerdict:
    """Whether a result is what words name: why it is not, empty where it is, and what is to be said of it."""

    refusal: str = ""
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class _KeptPlan:
    """`verdicts`: by the words that named the sound."""

    method: Method
    samples: ref[Samples]
    verdicts: dict[str, CheckVerdict] = field(default_factory=dict)


class LearnedPlans:
    """The latest of them, for as long as the samples exist that they were learned from."""

    def __init__(self) -> None:
        self._kept: OrderedDict[PlanKey, _KeptPlan] = OrderedDict()

    def find(self, key: PlanKey) -> Method | None:
        """What was learned under this key, if it is kept."""
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        return found.method

    def verdict(self, key: PlanKey, words: str) -> CheckVerdict | None:
        """Whether the result of what was learned under this key is what the words name; None: that was not judged."""
        found = self._kept.get(key)
        return found.verdicts.get(words) if found is not None else None

    def judge(self, key: PlanKey, words: str, verdict: CheckVerdict) -> None:
        """Keep such a verdict with what was learned."""
        found = self._kept.get(key)
        if found is not None:
            found.verdicts[words] = verdict

    def keep(self, key: PlanKey, method: Method, samples: Samples) -> None:
        """Keep what was learned from `samples`, and let the oldest go where there is too much."""
        self._kept[key] = _KeptPlan(method, ref(samples, lambda _gone: self._kept.pop(key, None)))
        while len(self._kept) > MOST or sum(map(_size, self._kept.values())) > MOST_BYTES:
            self._kept.popitem(last=False)

    def __len__(self) -> int:
        return len(self._kept)


def _size(kept: _KeptPlan) -> int:
    return sum(tensor.nbytes for tensor in _tensors(kept.method))


def _tensors(value: object) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _tensors(part)
    elif is_dataclass(value):
        for name in (part.name for part in fields(value)):
            yield from _tensors(getattr(value, name))


PLANS = LearnedPlans()
"""Of this process: an engine lives for one request."""
