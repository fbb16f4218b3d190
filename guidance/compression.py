"""Bytes in less room. Zstandard is in the standard library from Python 3.14 on."""

import sys
import zlib
from collections.abc import Callable
from typing import Protocol

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# Prose takes a third less than with gzip. The tables are small, so that a web process needs 20 MB for a moment and not 90, and
# the window is the 8 MB that whoever reads it from the web has to bear (RFC 9659).
TIGHT: dict[int, int] = {
    zstd.CompressionParameter.compression_level: 19,
    zstd.CompressionParameter.window_log: 23,
    zstd.CompressionParameter.chain_log: 21,
    zstd.CompressionParameter.hash_log: 20,
}


class Compressor(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...

    def flush(self) -> bytes: ...


COMPRESSORS: dict[str, Callable[[], Compressor]] = {
    "zstd": lambda: zstd.ZstdCompressor(options=TIGHT),
    "gzip": lambda: zlib.compressobj(9, wbits=31),  # no time is in it
}
DECOMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "zstd": zstd.decompress,
    "gzip": lambda content: zlib.decompress(content, wbits=31),
}


def pack(content: bytes) -> bytes:
    """Quickly."""
    return zstd.compress(content)


def unpack(content: bytes) -> bytes:
    return zstd.decompress(content)
