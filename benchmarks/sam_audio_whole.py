"""A whole separation by SAM Audio at its published size, and a second one of the same clip by another prompt.

    python benchmarks/sam_audio_whole.py [--seconds 10] [--threads 1] [--dtype float32] [--steps 1] [--drafts]
                                         [--folder DIR]

How long each stage takes, its longest step, its peak memory, and the time until the first sound. The second prompt
finds the model loaded and the clip encoded. With drafts all of the clip is in view, and their stage tells their cost.

A checkpoint of the small model's shapes is made from seeds, as the golden data describe (folder in SAMSTUDIO_GOLDEN,
default ../shared/golden), with a text encoder of a few thousand weights; it takes 2.4 GB of disk in a temporary folder,
or in DIR, where it is kept and found again. Steps are the solver's: each adds two evaluations of the field, and no
memory. A step between two yields is what a cancel waits for; its time is the thread's processor time, so that a busy
machine does not count. Memory is that of the process (resident, mapped files included), as Linux tells it. Prints a
table in Markdown.
"""

import argparse
import json
import sys
import tempfile
import threading
import time
from collections import defaultdict
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from samstudio.separation.cache.clip_cache import ClipCache
from samstudio.separation.engine import SeparationRequest, StemChunk
from samstudio.separation.sam_audio.config import SIZES
from samstudio.separation.sam_audio.engine import SamAudioEngine
from samstudio.separation.sam_audio.pipeline.drafts import DRAFTING
from samstudio.session.prompt import Prompt, Span
from samstudio.session.take import SeparationSettings
from tests.separation.sam_audio.golden import seeded_weights
from tests.separation.sam_audio.made_up_model import write_text_encoder

FIELD_AND_CODEC = (
    "audio_codec.",
    "proj.",
    "memory_proj.",
    "align_masked_video.",
    "embed_anchors.",
    "transformer.",
)
RATE = 48000
LOOKS_PER_SECOND = 50


@dataclass
class Cost:
    """Of one stage: seconds, those of processor time, the longest step's of these, bytes."""

    took: float = 0.0
    processor: float = 0.0
    longest: float = 0.0
    peak: int = 0


@dataclass
class InView:
    """All of a clip of so many frames is looked at."""

    length: int

    def frames(self) -> tuple[int, int]:
        return 0, self.length


def write_small_model(folder: Path) -> None:
    """The seeded small model as a folder of weights, unless it is there."""
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / "config.json").exists():
        return
    torch.save(seeded_weights(FIELD_AND_CODEC), folder / "checkpoint.pt")
    write_text_encoder(folder / "t5", 768)
    small = SIZES["small"]
    config = {
        "text_encoder": {"name": "t5", "dim": 768},
        "transformer": {"dim": small.dim, "n_heads": small.n_heads, "n_layers": small.n_layers},
        "span_predictor": None,
    }
    (folder / "config.json").write_text(json.dumps(config))


def resident() -> int:
    """Bytes of memory that this process takes up."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024


class Watch:
    """Notes what each stage of a separation costs."""

    def __init__(self) -> None:
        self.costs: defaultdict[str, Cost] = defaultdict(Cost)
        self.stage = "Beginning"
        self.first_sound = self.first_sound_processor = 0.0
        """Seconds until there were stems to play, drafts apart, and of them those of processor time."""
        self.first_draft = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def _look(self) -> None:
        while not self._ended.wait(1 / LOOKS_PER_SECOND):
            cost = self.costs[self.stage]
            cost.peak = max(cost.peak, resident())

    def walk(self, engine: SamAudioEngine, request: SeparationRequest) -> None:
        """Separate."""
        self._thread.start()
        begun, first = time.perf_counter(), time.thread_time()
        clock, processor = time.perf_counter(), time.thread_time()
        for step in engine.separate(request):
            self.stage = getattr(step, "stage", self.stage).partition(":")[0]
            if isinstance(step, StemChunk) and step.is_draft:
                self.first_draft = self.first_draft or time.perf_counter() - begun
            elif isinstance(step, StemChunk) and not self.first_sound:
                self.first_sound = time.perf_counter() - begun
                self.first_sound_processor = time.thread_time() - first
            cost = self.costs[self.stage]
            cost.took += time.perf_counter() - clock
            cost.processor += time.thread_time() - processor
            cost.longest = max(cost.longest, time.thread_time() - processor)
            cost.peak = max(cost.peak, resident())
            clock, processor = time.perf_counter(), time.thread_time()
        self._ended.set()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--dtype", choices=("float32", "bfloat16"), default="float32")
    parser.add_argument("--steps", type=int, default=1)
    parser.add_argument("--drafts", action="store_true")
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    with nullcontext(arguments.folder) if arguments.folder else tempfile.TemporaryDirectory() as folder:
        # In a process of its own the making would not count; in this one its memory is given back before it begins.
        write_small_model(Path(folder))
        noise = 0.1 * np.random.default_rng(0).standard_normal((round(arguments.seconds * RATE), 1))
        choices = {"model": str(folder), "steps": arguments.steps}
        settings = SeparationSettings("sam-audio", "cpu", options=choices)
        engine = SamAudioEngine(dtype=getattr(torch, arguments.dtype), cache=ClipCache())
        print(f"{arguments.seconds:g} s of sound, {arguments.dtype}, CPU, {arguments.threads} thread(s)")
        for prompt in (Prompt("man speaking", (Span(1.0, 2.0),)), Prompt("dog barking", (Span(2.0, 3.0),))):
            watch = Watch()
            focus = InView(len(noise)) if arguments.drafts else None
            watch.walk(engine, SeparationRequest(noise.astype(np.float32), RATE, prompt, settings, focus=focus))
            report(prompt.text, watch)


def report(text: str, watch: Watch) -> None:
    """Print the table of a prompt."""
    processor = f"{watch.first_sound_processor:.1f} s of processor time"
    print(f"\n“{text}”: first sound after {watch.first_sound:.1f} s ({processor})")
    took = sum(cost.processor for cost in watch.costs.values())
    if DRAFTING in watch.costs:
        share = watch.costs[DRAFTING].processor / took
        print(
            f"The first draft came after {watch.first_draft:.1f} s; drafts took {share:.1%} of {took:.1f} s of "
            "processor time."
        )
    print()
    print("| stage | seconds | of processor time | longest step, s | peak GB |\n| --- | --- | --- | --- | --- |")
    for stage, cost in watch.costs.items():
        print(f"| {stage} | {cost.took:.1f} | {cost.processor:.1f} | {cost.longest:.2f} | {cost.peak / 2**30:.2f} |")


if __name__ == "__main__":
    main()
