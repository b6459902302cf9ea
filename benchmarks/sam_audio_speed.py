"""How fast SAM Audio's parts are at their published size, each against the machine's own matrix products.

    python benchmarks/sam_audio_speed.py [--seconds 10] [--threads 1] [--dtype float32] [--device cpu] [--repeat 2]

Weights of the published shapes are made from seeds, as the golden data describe (folder in SAMSTUDIO_GOLDEN, default
../shared/golden). Efficiency = operations / time / rate of matrix products, that rate measured in the same precision
right before and after each stage, so that a busy or throttled machine shows in both. Times on one CPU thread are
processor time. Prints a table in Markdown.
"""

import argparse
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from samstudio.separation.sam_audio.codec.codec import load_codec, load_watermark
from samstudio.separation.sam_audio.codec.watermark import GAIN, Carry
from samstudio.separation.sam_audio.config import CodecConfig
from samstudio.separation.sam_audio.weights import Weights
from tests.separation.sam_audio.golden import GOLDEN, seeded_weights

# Operations per second of sound, of the reference's graph (torch's counter): one encode; one stem's decode.
ENCODE_GFLOP, DECODE_GFLOP, MARKED_GFLOP = 48.7, 109.6, 120.3


@dataclass(frozen=True)
class Stage:
    """Something to time, and how many 10^9 operations it does."""

    name: str
    gflop: float
    run: Callable[[], object]


def real_size(prefixes: tuple[str, ...]) -> Weights:
    """Seeded weights of the small model, as fixture k has them, of the keys that begin so."""
    tensors = seeded_weights(prefixes)
    return Weights(GOLDEN / "k_real_size_seeded", {key: lambda t=t: t for key, t in tensors.items()})


def codec_stages(seconds: float, dtype: torch.dtype, device: torch.device) -> Iterator[Stage]:
    """Encode a clip; decode target and residual, without and with the watermark."""
    weights, config = real_size(("audio_codec.",)), CodecConfig()
    codec = load_codec(weights, config, dtype=dtype, device=device)
    watermark = load_watermark(weights, config, dtype=dtype, device=device)
    del weights
    frames = round(seconds * config.frame_rate)
    wav = 0.1 * torch.randn(1, 1, frames * config.hop)
    features = torch.cat(list(codec.encode_long(wav))[:1] * -(-frames // 50), dim=-1)[..., :frames].repeat(2, 1, 1)
    message = torch.randint(2, (2, 16))

    def decode(*, mark: bool) -> float:
        carry: Carry = {}
        loudest = 0.0
        for dry in codec.decode_long(features):
            sound = dry + GAIN * watermark(dry, message, carry) if mark else dry
            loudest = max(loudest, float(sound.abs().max()))
        return loudest

    yield Stage("encode", ENCODE_GFLOP * seconds, lambda: [part.cpu() for part in codec.encode_long(wav)])
    yield Stage("decode both stems", 2 * DECODE_GFLOP * seconds, lambda: decode(mark=False))
    yield Stage("decode both, marked", 2 * MARKED_GFLOP * seconds, lambda: decode(mark=True))


def clock(device: torch.device) -> float:
    """Seconds, after all that was asked of the device is done."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.process_time() if device.type == "cpu" and torch.get_num_threads() == 1 else time.perf_counter()


def matmul_rate(dtype: torch.dtype, device: torch.device) -> float:
    """The best of some big products, in 10^9 operations per second."""
    size = 1536 if device.type == "cpu" else 8192
    a, b = (torch.randn(size, size, device=device, dtype=dtype) for _ in "ab")
    best = float("inf")
    for _ in range(4):
        start = clock(device)
        a @ b
        best = min(best, clock(device) - start)
    return 2e-9 * size**3 / best


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
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    dtype, device = getattr(torch, arguments.dtype), torch.device(arguments.device)
    print(f"{arguments.seconds:g} s of sound, {arguments.dtype}, {device}, {arguments.threads} thread(s)\n")
    print("| stage | seconds | efficiency | GFLOP/s of products | peak GB |\n| --- | --- | --- | --- | --- |")
    with torch.inference_mode():
        for stage in codec_stages(arguments.seconds, dtype, device):
            print(measure(stage, arguments.repeat, dtype, device), flush=True)


if __name__ == "__main__":
    main()
