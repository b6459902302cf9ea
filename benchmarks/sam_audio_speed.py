"""How fast SAM Audio's parts are at their published size, each against the machine's own matrix products.

    python benchmarks/sam_audio_speed.py [--seconds 10] [--threads 1] [--dtype float32] [--device cpu] [--repeat 2]
                                         [--parts codec field] [--size small] [--windows 1]

Weights of the small model's shapes are made from seeds, as the golden data describe (folder in SAMSTUDIO_GOLDEN,
default ../shared/golden); the field of the larger sizes gets plain random ones. `--windows` are evaluated as one batch.
Efficiency = operations / time / rate of matrix products, that rate measured in the same precision right before and
after each stage, so that a busy or throttled machine shows in both. Times on one CPU thread are processor time. Prints
a table in Markdown.
"""

import argparse
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from samstudio.separation.models.checkpoint import Checkpoint, load_module
from samstudio.separation.nn.codec.codec import load_codec, load_watermark
from samstudio.separation.nn.codec.watermark import GAIN, Carry
from samstudio.separation.nn.config import CodecConfig
from samstudio.separation.sam_audio.config import SIZES, SamAudioConfig
from samstudio.separation.sam_audio.nn.vector_field import VectorField
from samstudio.separation.sam_audio.pipeline.anchors import prompt_anchors, window_anchors
from samstudio.separation.sam_audio.pipeline.decoding import DECODED_FRAMES
from samstudio.separation.sam_audio.pipeline.encoding import ENCODED_FRAMES
from samstudio.separation.sam_audio.sampling.solver import SolverPlan
from samstudio.session.prompt import Prompt, Span
from tests.separation.sam_audio.golden import GOLDEN, seeded_weights

# Operations per second of sound, of the reference's graph (torch's counter): one encode; one stem's decode.
ENCODE_GFLOP, DECODE_GFLOP, MARKED_GFLOP = 48.7, 109.6, 120.3
# Operations of the reference for one evaluation of 250 frames.
EVALUATION_GFLOP = {"small": 212.5, "base": 497.0, "large": 1273.0}
FIELD_KEYS = ("proj.", "memory_proj.", "align_masked_video.", "embed_anchors.", "transformer.")


@dataclass(frozen=True)
class Stage:
    """Something to time, and how many 10^9 operations it does."""

    name: str
    gflop: float
    run: Callable[[], object]


def real_size(prefixes: tuple[str, ...]) -> Checkpoint:
    """Seeded weights of the small model, as fixture k has them, of the keys that begin so."""
    tensors = seeded_weights(prefixes)
    return Checkpoint(GOLDEN / "k_real_size_seeded", {key: partial(tensors.__getitem__, key) for key in tensors})


def codec_stages(seconds: float, dtype: torch.dtype, device: torch.device) -> Iterator[Stage]:
    """Encode a clip; decode target and residual, without and with the watermark."""
    weights, config = real_size(("audio_codec.",)), CodecConfig()
    codec = load_codec(weights, config, dtype=dtype, device=device)
    watermark = load_watermark(weights, config, dtype=dtype, device=device)
    del weights
    frames = round(seconds * config.frame_rate)
    wav = 0.1 * torch.randn(1, 1, frames * config.hop)
    features = 0.5 * torch.randn(2, config.codebook_dim, frames)
    message = torch.randint(2, (2, 16))

    def decode(*, mark: bool) -> float:
        carry: Carry = {}
        loudest = 0.0
        for start in range(0, frames, DECODED_FRAMES):
            dry = codec.decoder.part(features, start, min(start + DECODED_FRAMES, frames))
            sound = dry + GAIN * watermark(dry, message, carry) if mark else dry
            loudest = max(loudest, float(sound.abs().max()))
        return loudest

    def encode() -> None:
        for start in range(0, frames, ENCODED_FRAMES):
            codec.encoder.part(wav, start, min(start + ENCODED_FRAMES, frames)).cpu()

    yield Stage("encode", ENCODE_GFLOP * seconds, encode)
    yield Stage("decode both stems", 2 * DECODE_GFLOP * seconds, lambda: decode(mark=False))
    yield Stage("decode both, marked", 2 * MARKED_GFLOP * seconds, lambda: decode(mark=True))


def real_field(size: str, dtype: torch.dtype, device: torch.device) -> VectorField:
    """The vector field of a published size."""
    config = SamAudioConfig(transformer=SIZES[size])
    with torch.device("meta"):
        field = VectorField(config)
    if size == "small":
        load_module(field, real_size(FIELD_KEYS), "")
    else:
        shapes = {key: tensor.shape for key, tensor in field.state_dict().items()}
        random = {key: 0.02 * torch.randn(shape) + (len(shape) == 1) for key, shape in shapes.items()}
        field.load_state_dict(random, assign=True)
        del random
    return field.arrange(device, dtype)


def field_stages(size: str, seconds: float, windows: int, dtype: torch.dtype, device: torch.device) -> Iterator[Stage]:
    """One evaluation of a batch of windows; what it needs is made before, once."""
    field = real_field(size, dtype, device)
    frames = round(25 * seconds)
    tokens = prompt_anchors(Prompt("", (Span(0.2 * seconds, 0.4 * seconds),)), frames, 48000, 1920)
    ids, alignment = window_anchors(tokens, [range(frames)] * windows)
    condition = field.condition(torch.randn(windows, frames, 256), ids, alignment)
    schedule = field.schedule(SolverPlan().times, torch.randn(1, 6, 768))
    schedule.at(0)
    noisy = torch.randn(windows, frames, 256, device=device)
    # Attention's part grows with the square of the length; the rest is the same for each frame.
    transformer = SIZES[size]
    attention = 4e-9 * transformer.n_layers * transformer.dim
    rest = EVALUATION_GFLOP[size] / 250 - attention * 250
    gflop = windows * frames * (rest + attention * frames)
    yield Stage("one evaluation", gflop, lambda: field.evaluate(noisy, condition, schedule, 0))


def clock(device: torch.device) -> float:
    """Seconds, after all that was asked of the device is done."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.process_time() if device.type == "cpu" and torch.get_num_threads() == 1 else time.perf_counter()


def matmul_rate(dtype: torch.dtype, device: torch.device) -> float:
    """What big products do over half a second, in 10^9 operations per second."""
    size = 1536 if device.type == "cpu" else 8192
    a, b = (torch.randn(size, size, device=device, dtype=dtype) for _ in "ab")
    a @ b
    count, start, took = 0, clock(device), 0.0
    while took < 0.5:
        a @ b
        count, took = count + 1, clock(device) - start
    return 2e-9 * size**3 * count / took


def measure(stage: Stage, repeat: int, dtype: torch.dtype, device: torch.device) -> str:
    """One row of the table: the best of `repeat` runs by efficiency."""
    if device.type == "cuda":
        stage.run()
        torch.cuda.reset_peak_memory_stats(device)
    rows = []
    for _ in range(repeat):
        before = matmul_rate(dtype, device)
        start = clock(device)
        stage.run()
        took = clock(device) - start
        rate = (before + matmul_rate(dtype, device)) / 2
        rows.append((stage.gflop / took / rate, took, rate))
    efficiency, took, rate = max(rows)
    cuda = device.type == "cuda"
    peak = (
        torch.cuda.max_memory_allocated(device) if cuda else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    )
    return f"| {stage.name} | {took:.2f} | {efficiency:.2f} | {rate:.0f} | {peak / 2**30:.2f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--dtype", choices=("float32", "bfloat16", "float16"), default="float32")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--parts", nargs="+", choices=("codec", "field"), default=["codec", "field"])
    parser.add_argument("--size", choices=tuple(SIZES), default="small")
    parser.add_argument("--windows", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    dtype, device = getattr(torch, arguments.dtype), torch.device(arguments.device)
    print(f"{arguments.seconds:g} s of sound, {arguments.dtype}, {device}, {arguments.threads} thread(s)\n")
    print("| stage | seconds | efficiency | GFLOP/s of products | peak GB |\n| --- | --- | --- | --- | --- |")
    with torch.inference_mode():
        if "codec" in arguments.parts:
            for stage in codec_stages(arguments.seconds, dtype, device):
                print(measure(stage, arguments.repeat, dtype, device), flush=True)
        if "field" in arguments.parts:
            for stage in field_stages(arguments.size, arguments.seconds, arguments.windows, dtype, device):
                print(measure(stage, arguments.repeat, dtype, device), flush=True)


if __name__ == "__main__":
    main()
