"""What SAM Audio does on a graphics card, measured against its goals, as one report to read and to send.

    python benchmarks/gpu_check.py [--device cuda] [--size small base large] [--seconds 30] [--output gpu_check.md]
    python benchmarks/gpu_check.py --device cpu --size tiny        (a trial run of the script, without a card)

Every line is written as soon as it is found, on the screen and into the file of `--output`, which is the one to send:
beside the figures it names the card, the system and the version of PyTorch, and nothing else of the machine.

No weights are needed: each model is made of random numbers in a temporary folder (bfloat16: 1.2, 2.5 and 6.1 GB of
disk). Measured for each size: encoding, decoding and evaluating the field, each against the card's own matrix products;
the evaluation against float32 without TF32; the memory of a whole separation; how long a GUI thread waits while an
engine thread works; torch.compile, its start included; and a separation with too little memory, which must come out as
it does with enough. Efficiency = operations / time / rate of matrix products in the same type; the codec's float32
convolutions may use TF32, so its products may, too.
"""

import argparse
import gc
import json
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PySide6.QtCore import QCoreApplication, Qt, QThread, QTimer

sys.path.insert(0, str(Path(__file__).parents[1]))

from samstudio.separation.devices import choose_device, device_title, empty_cache
from samstudio.separation.engine import Notice, SeparationError, SeparationRequest, StemChunk
from samstudio.separation.nn.codec import names
from samstudio.separation.nn.codec.codec import Codec
from samstudio.separation.nn.codec.watermark import GAIN, Watermark
from samstudio.separation.sam_audio.config import SIZES, load_config
from samstudio.separation.sam_audio.engine import SamAudioEngine
from samstudio.separation.sam_audio.nn.vector_field import VectorField
from samstudio.separation.sam_audio.pipeline.anchors import prompt_anchors, window_anchors
from samstudio.separation.sam_audio.runtime.cost_model import Costs
from samstudio.separation.sam_audio.runtime.memory_budget import MOST_FRAMES, precision
from samstudio.separation.sam_audio.runtime.model_parts import Model
from samstudio.separation.sam_audio.sampling.solver import SolverPlan
from samstudio.session.prompt import Prompt, Span
from samstudio.session.take import SeparationSettings
from tests.separation.sam_audio.made_up_model import renamed, write_model, write_text_encoder

NO_CARD = (
    "PyTorch {version} finds no graphics card on this machine: install a build of it for your card, or try the script "
    "with --device cpu --size tiny."
)
MEMORY_GOALS = {"small": 2.5, "base": 4.0, "large": 8.0}
"""GB of a whole separation in bfloat16."""
SPEED_GOAL, BATCH_GOAL, STALL_GOAL = 3.0, 0.5, 20.0
"""Times float32; efficiency of a batch of windows; milliseconds that the GUI thread waits at most."""
SAME_TO_ROUNDING = 0.05
"""Relative difference that smaller pieces and another device may make in bfloat16."""
TICK = 4
"""Milliseconds between two ticks of the GUI thread's timer."""
STEPS = 2
"""Of the solver in a whole separation: more take longer, and no more memory."""
NOT_RUN = "not run: needs a graphics card"


@dataclass(frozen=True)
class Finding:
    """A line of the report; `met`: whether the goal was reached, None where there is none or it was not run."""

    what: str
    found: str
    goal: str = ""
    met: bool | None = None

    @property
    def row(self) -> str:
        """As a row of a table."""
        verdict = {True: "yes", False: "NO", None: ""}[self.met]
        return f"| {self.what} | {self.found} | {self.goal} | {verdict} |"


def write_random_model(folder: Path, size: str) -> Path:
    """A folder of weights of a published size, all random; `tiny` is that of the tests."""
    if size == "tiny":
        return write_model(folder)
    folder.mkdir(parents=True)
    dit = SIZES[size]
    config = {
        "text_encoder": {"name": "t5", "dim": 768},
        "transformer": {"dim": dit.dim, "n_heads": dit.n_heads, "n_layers": dit.n_layers},
        "span_predictor": None,
    }
    (folder / "config.json").write_text(json.dumps(config))
    sizes = load_config(folder)
    codec = sizes.audio_codec
    with torch.device("meta"):
        parts = VectorField(sizes), Codec(codec), Watermark(codec)
    field, sound, mark = ({name: random(t) for name, t in part.state_dict().items()} for part in parts)
    table = {f"encoder.{ours}": theirs for ours, theirs in names.encoder_names(codec).items()}
    table |= {f"decoder.{ours}": theirs for ours, theirs in names.decoder_names(codec).items()}
    weights = {**field, **renamed(sound, table), **renamed(mark, names.watermark_names(codec))}
    torch.save(weights, folder / "checkpoint.pt")
    write_text_encoder(folder / "t5", 768)
    return folder


def random(shape_of: torch.Tensor) -> torch.Tensor:
    """Numbers that keep the size of what goes through a layer; norms and the like are about 1."""
    shape = shape_of.shape
    scale = shape[1:].numel() ** -0.5 if len(shape) > 1 else 0.1
    return torch.randn(shape, dtype=torch.bfloat16).mul_(scale).add_(float(len(shape) == 1))


def wait(device: torch.device) -> None:
    """Until all that was asked of the device is done."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    if device.type == "mps":
        torch.mps.synchronize()


def seconds_of(work: Callable[[], object], device: torch.device, repeat: int = 3) -> float:
    """The best of some runs after one that does not count."""
    took = []
    for _ in range(1 + repeat):
        wait(device)
        start = time.perf_counter()
        work()
        wait(device)
        took.append(time.perf_counter() - start)
    return min(took[1:])


def matmul_rate(dtype: torch.dtype, device: torch.device, size: int) -> float:
    """10^9 operations per second of big products."""
    a, b = (torch.randn(size, size, device=device).to(dtype) for _ in "ab")
    return 2e-9 * size**3 / seconds_of(lambda: a @ b, device)


def codec_rate(device: torch.device, size: int) -> float:
    """The same for float32, in TF32 where convolutions are computed in it."""
    products = torch.backends.cuda.matmul
    before, products.allow_tf32 = products.allow_tf32, torch.backends.cudnn.allow_tf32
    try:
        return matmul_rate(torch.float32, device, size)
    finally:
        products.allow_tf32 = before


class Bench:
    """The measurements on one model."""

    def __init__(self, folder: Path, size: str, device: torch.device, seconds: float) -> None:
        self.folder, self.size, self.device, self.seconds = folder, size, device, seconds
        self.dtype = precision(device)
        self._one_evaluation: float | None = None
        """Seconds."""
        self.samples = 0.1 * np.random.default_rng(0).standard_normal((round(48000 * seconds), 1), dtype=np.float32)
        self.product_size = 256 if size == "tiny" else 8192 if device.type != "cpu" else 1536

    @property
    def is_card(self) -> bool:
        """Whether it is one whose memory can be measured and limited."""
        return self.device.type == "cuda"

    def findings(self) -> Iterator[Finding]:
        """All lines of the report about this model; where one group fails, the others are still measured."""
        for name, group in (("stages", self._stages), ("float32", self._against_float32), ("whole", self._whole)):
            try:
                yield from group()
            except (RuntimeError, SeparationError) as error:
                # Such as a card that is too small for it. A message may name the folder of the weights.
                told = str(error).partition("\n")[0].replace(str(self.folder), "the model")
                yield Finding(name, f"ended: {told}", met=False)
            # Only here, after the exception is gone, is the memory free again.
            gc.collect()
            empty_cache()

    def _stages(self) -> Iterator[Finding]:
        model = Model(self.folder, self.device, self.dtype)
        codec, config = model.codec, model.config
        frames = self._stage_frames(model)
        costs = Costs.of(config.audio_codec, config.transformer, frames, watermark=True)
        rate32, rate = (
            codec_rate(self.device, self.product_size),
            matmul_rate(self.dtype, self.device, self.product_size),
        )
        wav = 0.1 * torch.randn(1, 1, frames * codec.config.hop)
        features = 0.5 * torch.randn(2, codec.config.codebook_dim, frames)
        message = torch.zeros(2, 16)

        def decode() -> None:
            dry = codec.decoder.part(features, 0, frames)
            (dry + GAIN * model.watermark(dry, message)).cpu()

        yield self._stage("encode", lambda: codec.encoder.part(wav, 0, frames).cpu(), costs.encode * frames, rate32)
        yield self._stage("decode both, marked", decode, 2 * costs.decode * frames, rate32)
        windows = max(1, min(8, MOST_FRAMES // frames)) if self.device.type != "cpu" else 2
        one = self._evaluation(model.field, model, frames, 1)
        took = self._one_evaluation = seconds_of(one, self.device)
        yield self._stage("one evaluation", one, costs.evaluate * frames, rate)
        many = self._evaluation(model.field, model, frames, windows)
        batch = self._stage(f"{windows} windows", many, windows * costs.evaluate * frames, rate, goal=BATCH_GOAL)
        yield batch
        yield from self._compiled(model, frames, took)

    def _stage_frames(self, model: Model) -> int:
        return round(model.config.audio_codec.frame_rate * min(self.seconds, 10.0))

    def _stage(
        self, name: str, work: Callable[[], object], gflop: float, rate: float, goal: float | None = None
    ) -> Finding:
        took = seconds_of(work, self.device)
        efficiency = gflop / took / rate
        found = f"{1000 * took:.1f} ms, {efficiency:.2f} of {rate:.0f} GFLOP/s"
        if goal is None or not self.is_card:
            return Finding(name, found)
        return Finding(name, found, f"above {goal:g}", efficiency > goal)

    def _evaluation(self, field: VectorField, model: Model, frames: int, windows: int) -> Callable[[], object]:
        """An evaluation of that many windows; what it needs is made before."""
        config = model.config
        channels = config.transformer.out_channels
        codec = config.audio_codec
        tokens = prompt_anchors(Prompt("", (Span(0.2, 0.4),)), frames, codec.sample_rate, codec.hop)
        ids, alignment = window_anchors(tokens, [range(frames)] * windows)
        condition = field.condition(torch.randn(windows, frames, channels), ids, alignment)
        schedule = field.schedule(SolverPlan().times, torch.randn(1, 6, config.text_encoder.dim))
        noisy = torch.randn(windows, frames, channels, device=self.device)
        return lambda: field.evaluate(noisy, condition, schedule, 0)

    def _against_float32(self) -> Iterator[Finding]:
        took = self._one_evaluation
        if took is None:
            return
        exact = Model(self.folder, self.device, torch.float32)
        took32 = seconds_of(self._evaluation(exact.field, exact, self._stage_frames(exact), 1), self.device)
        found = f"{took32 / took:.1f} times as fast as float32 ({1000 * took32:.1f} ms)"
        if not self.is_card or self.dtype is torch.float32:
            yield Finding("type", f"{self.dtype}: {found}".replace("torch.", ""))
        else:
            yield Finding("bfloat16", found, f"{SPEED_GOAL:g} times", took32 / took >= SPEED_GOAL)

    def _compiled(self, model: Model, frames: int, took: float) -> Iterator[Finding]:
        """Whether compiling the layers pays its start within the evaluations of one window."""
        if not self.is_card:
            yield Finding("torch.compile", NOT_RUN)
            return
        plain = [layer.forward for layer in model.field.transformer.layers]
        try:
            for layer in model.field.transformer.layers:
                layer.forward = torch.compile(layer.forward)  # type: ignore[method-assign]
            work = self._evaluation(model.field, model, frames, 1)
            start = time.perf_counter()
            work()
            wait(self.device)
            begun = time.perf_counter() - start
            gain = took - seconds_of(work, self.device)
            evaluations = len(SolverPlan().times)
            pays = "pays" if gain * evaluations > begun else "does not pay"
            found = (
                f"{begun:.1f} s to begin, {1000 * gain:+.1f} ms gained for each of {evaluations} evaluations: {pays}"
            )
            yield Finding("torch.compile", found)
        except Exception as error:  # noqa: BLE001 - a report of what it lacks is what is wanted
            yield Finding("torch.compile", f"failed: {str(error).splitlines()[0]}")
        finally:
            for layer, forward in zip(model.field.transformer.layers, plain, strict=True):
                layer.forward = forward  # type: ignore[method-assign]
            torch.compiler.reset()

    # Whole separations

    def _request(self) -> SeparationRequest:
        options: dict[str, str | int] = {"model": str(self.folder), "steps": STEPS, "presence_gate": False}
        settings = SeparationSettings("sam-audio", str(self.device), options=options)
        return SeparationRequest(self.samples, 48000, Prompt("man speaking", (Span(0.2, 0.6),)), settings)

    def _whole(self) -> Iterator[Finding]:
        """Memory and stalls of a whole separation, and one with too little memory."""
        if self.is_card:
            torch.cuda.reset_peak_memory_stats(self.device)
        thread = EngineThread(SamAudioEngine(), self._request())
        begun = time.perf_counter()
        stalls = thread.run_under_a_timer()
        took = time.perf_counter() - begun
        if thread.failure:
            raise SeparationError(thread.failure)
        yield Finding("whole separation", f"{took:.1f} s with loading, {STEPS} steps")
        goal = f"below {STALL_GOAL:g} ms"
        found = f"longest {1000 * max(stalls):.1f} ms, 99 % below {1000 * np.quantile(stalls, 0.99):.1f} ms"
        yield Finding("GUI thread waits", found, goal, 1000 * max(stalls) < STALL_GOAL)
        if not self.is_card:
            yield Finding("memory", NOT_RUN)
            yield Finding("too little memory", NOT_RUN)
            return
        peak = torch.cuda.max_memory_allocated(self.device)
        most = MEMORY_GOALS.get(self.size, 1.0)
        yield Finding("memory", f"{peak / 1e9:.2f} GB", f"{most:g} GB", peak <= most * 1e9)
        kept = torch.cuda.memory_allocated(self.device)
        # The first model would take the room that the second one is to have.
        thread.forget_engine()
        yield self._squeezed(kept + (peak - kept) // 2, thread.target)

    def _squeezed(self, limit: int, wanted: np.ndarray) -> Finding:
        """The same separation with at most `limit` bytes."""
        gc.collect()
        empty_cache()
        total = torch.cuda.get_device_properties(self.device).total_memory
        torch.cuda.set_per_process_memory_fraction(limit / total, self.device)
        try:
            thread = EngineThread(SamAudioEngine(), self._request())
            thread.run_under_a_timer()
        finally:
            torch.cuda.set_per_process_memory_fraction(1.0, self.device)
        name, goal = f"at most {limit / 1e9:.2f} GB", "steps down, same result"
        if thread.failure:
            return Finding(name, f"ended: {thread.failure}", goal, met=False)
        difference = float(np.linalg.norm(thread.target - wanted) / np.linalg.norm(wanted))
        said = [text for text in thread.notices if "memory" in text]
        found = f"{' '.join(said) or 'nothing had to be changed'} Relative difference {difference:.1e}"
        return Finding(name, found, goal, bool(said) and difference < SAME_TO_ROUNDING)


class EngineThread(QThread):
    """A separation on a thread of its own, as the window runs it."""

    def __init__(self, engine: SamAudioEngine, request: SeparationRequest) -> None:
        super().__init__()
        self._engine: SamAudioEngine | None = engine
        self._request = request
        self.notices: list[str] = []
        self.failure = ""
        self.target = np.zeros((0, 1), np.float32)

    def run(self) -> None:
        """Separate."""
        chunks = []
        try:
            assert self._engine is not None
            for step in self._engine.separate(self._request):
                if isinstance(step, StemChunk):
                    chunks.append(step.target)
                elif isinstance(step, Notice):
                    self.notices.append(step.text)
        except (SeparationError, RuntimeError) as error:
            self.failure = str(error)
            return
        self.target = np.concatenate(chunks)

    def forget_engine(self) -> None:
        """Give its model back."""
        self._engine = None

    def run_under_a_timer(self) -> list[float]:
        """Run, with an event loop on this thread; how much later than due each tick of its timer came, in seconds."""
        app = QCoreApplication.instance() or QCoreApplication([])
        late, last = [0.0], [time.perf_counter()]

        def tick() -> None:
            now = time.perf_counter()
            late.append(max(0.0, now - last[0] - TICK / 1000))
            last[0] = now

        timer = QTimer()
        # The usual timers of Windows come every 16 ms.
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(tick)
        timer.start(TICK)
        self.finished.connect(app.quit)
        self.start()
        app.exec()
        self.wait()
        return late


def report(device: torch.device, sizes: list[str], seconds: float) -> Iterator[str]:
    """The lines of the report, as they are found."""
    cuda = f", CUDA {torch.version.cuda}" if torch.version.cuda else ""
    rocm = f", ROCm {torch.version.hip}" if torch.version.hip else ""
    yield f"# SAM Audio on {device_title(device)}\n"
    yield f"PyTorch {torch.__version__}{cuda}{rocm}, {platform.platform()}, {precision(device)}".replace("torch.", "")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(write_random_model(Path(folder) / "model", size), size, device, seconds)
            yield f"\n## {size}, {seconds:g} s of sound\n\n| what | found | goal | met |\n| --- | --- | --- | --- |"
            for finding in bench.findings():
                yield finding.row


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="auto")
    parser.add_argument("--size", nargs="+", choices=("tiny", *SIZES), default=list(SIZES))
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--output", type=Path, default=Path("gpu_check.md"), help="the report (default: %(default)s)")
    arguments = parser.parse_args(argv)
    try:
        device = choose_device(arguments.device)
    except SeparationError as error:
        print(error)
        return 1
    if device.type == "cpu" and arguments.device != "cpu":
        print(NO_CARD.format(version=torch.__version__))
        return 1
    torch.manual_seed(0)
    torch.backends.cuda.matmul.allow_tf32 = False
    with arguments.output.open("w", encoding="utf-8") as file:
        for line in report(device, arguments.size, arguments.seconds):
            print(line, flush=True)
            # At once: a driver that ends the process leaves what was found before.
            file.write(f"{line}\n")
            file.flush()
    print(f"\nSaved as {arguments.output}: please send it with an issue.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
