"""The tokenizer that lies beside a text model's weights."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import torch
from torch import Tensor

from samstudio.separation.engine import SeparationError
from samstudio.session.text.quoting import one_line


class Tokenizer:
    """Texts to token ids, as the tokenizer.json in a model's folder has it; padded to the longest text."""

    def __init__(self, folder: Path, max_length: int, vocabulary: int) -> None:
        """What is longer than `max_length` tokens is cut; the model knows `vocabulary` of them.

        Raises SeparationError.
        """
        from tokenizers import Tokenizer

        file = folder / "tokenizer.json"
        if not file.is_file():
            raise SeparationError(f"{file} is missing: the text of a prompt can't be read without it.")
        self._file, self._vocabulary = file, vocabulary
        with _damage_of(file):
            self._tokenizer: Tokenizer = Tokenizer.from_file(str(file))
            self._tokenizer.enable_padding()
            self._tokenizer.enable_truncation(max_length)

    def tokenize(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Token ids (B, S), int64, end marks included, and their mask (B, S), True where there is a token.

        Raises SeparationError for words that a damaged file cannot be used for.
        """
        with _damage_of(self._file):
            encodings = self._tokenizer.encode_batch(list(texts))
        ids = torch.tensor([encoding.ids for encoding in encodings])
        if ids.numel() and int(ids.max()) >= self._vocabulary:
            raise SeparationError(
                f"{self._file} does not fit its model, which knows {self._vocabulary} tokens: the text has the token "
                f"{int(ids.max())}."
            )
        mask = torch.tensor([encoding.attention_mask for encoding in encodings])
        return ids, mask.bool()


@contextmanager
def _damage_of(file: Path) -> Iterator[None]:
    """Whatever the library raises, as a SeparationError: plain Exception, or a panic of its Rust code."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        raise SeparationError(f"{file} is damaged: {one_line(str(error)).rstrip('.')}.") from error
