"""The transformer of PE-A-Frame and the Judge: padding, positions, norms."""

import pytest
import torch
from torch.nn import functional as F  # noqa: N812

from samstudio.separation.nn.config import PeTransformerConfig
from samstudio.separation.nn.pe_transformer import MaskedGroupNorm, PeTransformer
from samstudio.separation.nn.rotary import rotary_table, rotate_pairs
from tests.separation.sam_audio.random_weights import randomise


@pytest.fixture
def transformer() -> PeTransformer:
    config = PeTransformerConfig(hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=3)
    return randomise(PeTransformer(config))


@torch.inference_mode()
def test_a_padded_row_is_as_if_it_were_alone(transformer: PeTransformer) -> None:
    x = torch.randn(2, 9, 24, generator=torch.Generator().manual_seed(1))
    mask = torch.arange(9) < torch.tensor([[9], [5]])
    together = transformer(x, mask)
    alone = transformer(x[1:, :5])
    torch.testing.assert_close(together[1, :5], alone[0], atol=1e-5, rtol=0)
    torch.testing.assert_close(together[0], transformer(x)[0], atol=1e-5, rtol=0)


@torch.inference_mode()
def test_what_lies_in_the_padding_is_not_heard(transformer: PeTransformer) -> None:
    x = torch.randn(1, 9, 24, generator=torch.Generator().manual_seed(2))
    mask = torch.arange(9)[None] < 6
    # One residual connection leads past the convolutions, so only the valid frames are deaf to it.
    before = transformer(x, mask)[:, :6]
    x[:, 6:] += 10.0
    torch.testing.assert_close(transformer(x, mask)[:, :6], before, atol=1e-5, rtol=0)
    assert (transformer(x)[:, :6] - before).abs().max() > 0.1


@torch.inference_mode()
def test_order_matters(transformer: PeTransformer) -> None:
    x = torch.randn(1, 7, 24, generator=torch.Generator().manual_seed(3))
    assert (transformer(x.flip(1)).flip(1) - transformer(x)).abs().max() > 0.01


def test_group_norm_without_padding_is_the_ordinary_one() -> None:
    norm = randomise(MaskedGroupNorm(6))
    x = torch.randn(3, 6, 11, generator=torch.Generator().manual_seed(4)) + 2.0
    ordinary = F.group_norm(x, 1, norm.weight, norm.bias, 1e-5)
    torch.testing.assert_close(norm(x, torch.ones(3, 11, dtype=torch.bool)), ordinary, atol=1e-5, rtol=0)
    torch.testing.assert_close(norm(x, None), ordinary)


def test_rotation_depends_on_the_distance_only() -> None:
    cos, sin = rotary_table(20, 8, 20000.0, torch.device("cpu"))
    q, k = torch.randn(2, 1, 8, generator=torch.Generator().manual_seed(5)).expand(2, 20, 8)
    products = rotate_pairs(q, cos, sin) @ rotate_pairs(k, cos, sin).T
    torch.testing.assert_close(products[3, 1], products[17, 15])
    assert abs(float(products[3, 1] - products[3, 2])) > 1e-3
    torch.testing.assert_close(products[4, 4], (q[0] * k[0]).sum())


def test_rotation_turns_neighbouring_channels() -> None:
    cos, sin = rotary_table(3, 4, 100.0, torch.device("cpu"))
    turned = rotate_pairs(torch.tensor([1.0, 0.0, 0.0, 1.0]).expand(3, 4), cos, sin)[2]
    slow = torch.tensor(2 * 100.0**-0.5)  # the second of two pairs: theta^(-2/4) per position
    fast = torch.tensor(2.0)
    torch.testing.assert_close(turned, torch.stack([fast.cos(), fast.sin(), -slow.sin(), slow.cos()]))
