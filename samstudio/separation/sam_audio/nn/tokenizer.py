"""The tokenizer that lies beside a text model's weights."""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from samstudio.separation.engine import SeparationError


class Tokenizer:
    """Texts to token ids, as the tokenizer.json in a model's folder has it; padded to the longest text."""

    def __init__(self, folder: Path, max_length: int) -> None:
        """What is longer than `max_length` tokens is cut. Raises SeparationError."""
        from tokenizers import Tokenizer

        file = folder / "tokenizer.json"
        if not file.is_file():
            raise SeparationError(f"{file} is missing: the text of a prompt can't be read without it.")
        try:
            self._tokenizer: Tokenizer = Tokenizer.from_file(str(file))
        except Exception as error:  # the library raises plain Exception
            raise SeparationError(f"{file} is damaged: {error}.") from error
        self._tokenizer.enable_padding()
        self._tokenizer.enable_truncation(max_length)

    def tokenize(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Token ids (B, S), int64, end marks included, and their mask (B, S), True where there is a token."""
        encodings = self._tokenizer.encode_batch(list(texts))
        ids = torch.tensor([encoding.ids for encoding in encodings])
        mask = torch.tensor([encoding.attention_mask for encoding in encodings])
        return ids, mask.bool()
