"""A small network that distinguishes + cells from - cells by their local features, trained for each prompt."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from samstudio.separation.nn.repeatable import total
from samstudio.separation.spectral.blocks import blocks
from samstudio.separation.spectral.evidence import LIMITS
from samstudio.separation.steps import Steps

LAYERS = (6, 8), (8, 8), (8, 1)
STEPS, BATCH = 100, 4096
LEARNING_RATE, WEIGHT_DECAY = 0.02, 0.01
FIRST_MOMENT, SECOND_MOMENT = 0.9, 0.999
TINY = 1e-12


_GROUPS = 64
"""Of a batch: a sum over one of them is never divided among threads, whose number must not decide what is learned."""


def perceptron(parameters: list[Tensor], cells: Tensor) -> Tensor:
    """(cells,) of features (cells, 6), through tanh layers with weights and biases in turn."""
    for weight, bias in zip(parameters[:-2:2], parameters[1:-2:2], strict=True):
        cells = torch.addmm(bias, cells, weight).tanh_()
    return torch.addmm(parameters[-1], cells, parameters[-2])[:, 0]


def _in_groups(parameters: list[Tensor], cells: Tensor) -> Tensor:
    """`perceptron` for a batch, as one product for each group of cells."""
    cells = cells.view(_GROUPS, -1, cells.shape[1])
    for number, (weight, bias) in enumerate(zip(parameters[::2], parameters[1::2], strict=True)):
        hidden = torch.baddbmm(bias, cells, weight.expand(_GROUPS, -1, -1))
        cells = hidden.tanh() if number < len(LAYERS) - 1 else hidden
    return cells.flatten()


@dataclass(frozen=True)
class CellNetwork:
    """The trained perceptron, and the rates that turn its output, a log ratio of densities, into evidence."""

    parameters: list[Tensor]
    rate: float
    """Magnitude a frame in the + spans over that in the - spans."""
    level: float = 1.0
    """Mean of the target's share over the - spans, which is normalised to 1."""

    def share(self, cells: Tensor) -> Tensor:
        """(cells,) the target's unnormalised density: the part that the background's own rate does not explain."""
        shares = torch.empty(len(cells), device=cells.device)
        for block in blocks(cells):
            odds = perceptron(self.parameters, cells[block]).clamp(-8, 8).exp_().mul_(self.rate)
            shares[block] = odds.sub_(min(1.0, self.rate)).clamp_(min=1e-3)
        return shares

    def __call__(self, features: Tensor) -> Tensor:
        """Log ratio (B, N) of features (6, B, N)."""
        share = self.share(features.flatten(1).T)
        return share.div_(self.level).clamp_(*LIMITS).log_().view(features.shape[1:])


class AdamW:
    """Adam with decoupled weight decay (Loshchilov & Hutter, 2019).

    torch.optim is not used because it imports torch's compiler: seconds and 150 MB for a network of 150 numbers.
    """

    def __init__(self, parameters: list[Tensor]) -> None:
        self._parameters = parameters
        self._moments = [(torch.zeros_like(parameter), torch.zeros_like(parameter)) for parameter in parameters]
        self._step = 0

    def update(self, gradients: tuple[Tensor, ...], rate: float) -> None:
        """One step with learning rate `rate`."""
        self._step += 1
        first_bias, second_bias = 1 - FIRST_MOMENT**self._step, 1 - SECOND_MOMENT**self._step
        for parameter, gradient, (first, second) in zip(self._parameters, gradients, self._moments, strict=True):
            first.lerp_(gradient, 1 - FIRST_MOMENT)
            second.lerp_(gradient.square(), 1 - SECOND_MOMENT)
            direction = (first / first_bias) / ((second / second_bias).sqrt() + 1e-8)
            parameter.data.mul_(1 - rate * WEIGHT_DECAY).sub_(rate * direction)


def train_network(
    features: Tensor, magnitude: Tensor, plus: Tensor, minus: Tensor, generator: torch.Generator
) -> Steps[CellNetwork]:
    """Train on features (6, B, N); cells are drawn by their magnitude (B, N), half of them from the + frames."""
    pools = [(features[:, :, frames].flatten(1).T, magnitude[:, frames].flatten()) for frames in (plus, minus)]
    running = [weights.double().cumsum(0) for _, weights in pools]
    parameters = [
        part.to(features.device).requires_grad_()
        for rows, columns in LAYERS
        for part in (torch.randn(rows, columns, generator=generator) / rows**0.5, torch.zeros(columns))
    ]
    labels = torch.cat((torch.ones(BATCH // 2), torch.zeros(BATCH // 2))).to(features.device)
    optimiser = AdamW(parameters)
    for step in range(STEPS):
        drawn = []
        for (cells, _), sums in zip(pools, running, strict=True):
            place = torch.rand(BATCH // 2, generator=generator, dtype=torch.float64).to(features.device) * sums[-1]
            drawn.append(cells[torch.searchsorted(sums, place).clamp(max=len(cells) - 1)])
        loss = functional.binary_cross_entropy_with_logits(_in_groups(parameters, torch.cat(drawn)), labels)
        optimiser.update(torch.autograd.grad(loss, parameters), LEARNING_RATE * (1 - step / STEPS))
        yield
    learned = [parameter.detach() for parameter in parameters]
    levels = [
        float(total(weights)) / max(1, int(frames.sum()))
        for (_, weights), frames in zip(pools, (plus, minus), strict=True)
    ]
    draft = CellNetwork(learned, levels[0] / (levels[1] + TINY))
    cells, weights = pools[1]
    level = float(total(draft.share(cells) * weights) / (total(weights) + TINY))
    return CellNetwork(learned, draft.rate, max(level, 1e-6))
