"""Words by jieba, only where they are asked for.

The tokenizer is our own instance and reads jieba's dictionary from the installed package; its cache lies in a folder
of the user's own (or nowhere), never in the shared temporary folder where another program could put a forged one.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any

from extractor.caching import cache_folder


@lru_cache(maxsize=1)
def tokenizer() -> Any:
    """Our jieba tokenizer, made at the first call."""
    import jieba

    jieba.setLogLevel(logging.ERROR)
    tok = jieba.Tokenizer()
    folder = cache_folder()
    tok.tmp_dir = str(folder) if folder else None
    tok.cache_file = f"jieba-{jieba.__version__}.cache" if folder else None
    if folder is None:
        tok.initialize = lambda dictionary=None: _initialize_without_cache(tok)
    return tok


def _initialize_without_cache(tok: Any) -> None:
    """What `jieba.Tokenizer.initialize` does, less its cache file."""
    with tok.lock:
        if not tok.initialized:
            tok.FREQ, tok.total = tok.gen_pfdict(tok.get_dict_file())
            tok.initialized = True


def words(text: str) -> list[tuple[str, int, int]]:
    """Words of `text` with their offsets (code points, half-open), without jieba's statistical guesser."""
    return list(tokenizer().tokenize(text, HMM=False))


def is_boundary(text: str, offset: int, reach: int = 8) -> bool:
    """Whether a word ends at `offset`, judged from `reach` characters on both sides."""
    left = max(0, offset - reach)
    return any(end == offset - left for _, _, end in words(text[left:offset + reach]))
