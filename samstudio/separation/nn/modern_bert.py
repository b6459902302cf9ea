"""The lower layers of a ModernBERT (Warner et al. 2024): token ids in, one vector per token out.

PE-A-Frame and the Judge take the text's features from the middle of the network; the layers above are not loaded.
Shapes: B texts, S tokens, W width, H heads of d channels. Attribute names are those of the checkpoints' keys.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (its usual name)

from samstudio.separation.nn.config import ModernBertConfig
from samstudio.separation.nn.rotary import rotary_table, rotate_halves


class BertEmbeddings(nn.Module):
    """One vector per token of the vocabulary, normed."""

    def __init__(self, config: ModernBertConfig) -> None:
        super().__init__()
        # Not Embedding(...), whose random start on the meta device imports torch's compiler: seconds for nothing.
        table = torch.empty(config.vocab_size, config.hidden_size)
        self.tok_embeddings: nn.Embedding = nn.Embedding.from_pretrained(table)  # type: ignore[no-untyped-call]
        self.norm = _norm(config)

    def forward(self, ids: Tensor) -> Tensor:
        """(B, S) -> (B, S, W)."""
        return self.norm(self.tok_embeddings(ids))  # type: ignore[no-any-return]  # nn.Module calls are untyped


class BertAttention(nn.Module):
    """Self-attention with rotary positions."""

    def __init__(self, config: ModernBertConfig) -> None:
        super().__init__()
        self.heads = config.num_attention_heads
        self.Wqkv = nn.Linear(config.hidden_size, 3 * config.hidden_size, bias=False)
        self.Wo = nn.Linear(config.hidden_size, config.hidden_size, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor) -> Tensor:
        """(B, S, W), angles (S, d/2), `mask` (B, 1, 1 or S, S) of the tokens to attend to -> (B, S, W)."""
        qkv = self.Wqkv(x).view(*x.shape[:2], 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        q, k, v = qkv.unbind()  # (B, H, S, d)
        q, k = rotate_halves(q, cos, sin), rotate_halves(k, cos, sin)
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2).flatten(2)
        return self.Wo(mixed)  # type: ignore[no-any-return]


class BertGatedMLP(nn.Module):
    """Wo(gelu(first half of Wi(x)) * second half)."""

    def __init__(self, config: ModernBertConfig) -> None:
        super().__init__()
        self.Wi = nn.Linear(config.hidden_size, 2 * config.intermediate_size, bias=False)
        self.Wo = nn.Linear(config.intermediate_size, config.hidden_size, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(B, S, W) -> (B, S, W)."""
        x, gate = self.Wi(x).chunk(2, dim=-1)
        return self.Wo(F.gelu(x) * gate)  # type: ignore[no-any-return]


class BertLayer(nn.Module):
    """Pre-norm transformer layer; the first needs no norm, for the embeddings have one."""

    def __init__(self, config: ModernBertConfig, *, is_first: bool) -> None:
        super().__init__()
        self.attn_norm = nn.Identity() if is_first else _norm(config)
        self.attn = BertAttention(config)
        self.mlp_norm = _norm(config)
        self.mlp = BertGatedMLP(config)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor) -> Tensor:
        """As in BertAttention."""
        x = x + self.attn(self.attn_norm(x), cos, sin, mask)
        return x + self.mlp(self.mlp_norm(x))  # type: ignore[no-any-return]


class ModernBert(nn.Module):
    """The first `depth` layers; only all of them together are followed by the final norm."""

    def __init__(self, config: ModernBertConfig, depth: int) -> None:
        super().__init__()
        self.config = config
        self.embeddings = BertEmbeddings(config)
        self.layers = nn.ModuleList(BertLayer(config, is_first=i == 0) for i in range(depth))
        self.final_norm = _norm(config) if depth == config.num_hidden_layers else nn.Identity()

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Token ids (B, S), mask (B, S) True where there is a token -> (B, S, W)."""
        config, tokens = self.config, ids.shape[1]
        place = torch.arange(tokens, device=ids.device)
        distance = (place - place[:, None]).abs()  # (S, S)
        everywhere = mask[:, None, None]  # (B, 1, 1, S)
        # Padding far from all tokens attends to itself at least: a softmax over nothing is NaN.
        nearby = (everywhere & (distance <= config.local_attention // 2)) | (distance == 0)  # (B, 1, S, S)
        wide = (*rotary_table(tokens, config.head_dim, config.global_rope_theta, ids.device), everywhere)
        local = (*rotary_table(tokens, config.head_dim, config.local_rope_theta, ids.device), nearby)
        x = self.embeddings(ids)
        for i, layer in enumerate(self.layers):
            x = layer(x, *(local if config.is_local(i) else wide))
        return self.final_norm(x)  # type: ignore[no-any-return]


def keys_above(config: ModernBertConfig, depth: int) -> list[str]:
    """How the keys of what lies above the first `depth` layers begin."""
    above = [f"layers.{i}." for i in range(depth, config.num_hidden_layers)]
    return [*above, "final_norm."] if above else []


def _norm(config: ModernBertConfig) -> nn.LayerNorm:
    return nn.LayerNorm(config.hidden_size, config.norm_eps, bias=False)
