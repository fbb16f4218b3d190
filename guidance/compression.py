"""Compresses bytes. Zstandard is part of the standard library since Python 3.14."""

import sys
import zlib
from collections.abc import Callable
from typing import Protocol

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# Prose takes a third less space than with gzip. The tables are small, so that a web process briefly needs 20 MB instead of 90.
# The window is 8 MB, the size that every client on the web must support (RFC 9659).
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
    "gzip": lambda: zlib.compressobj(9, wbits=31),  # the output contains no timestamp
}
DECOMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "zstd": zstd.decompress,
    "gzip": lambda content: zlib.decompress(content, wbits=31),
}


def pack(content: bytes) -> bytes:
    """Compresses quickly, with the default level."""
    return zstd.compress(content)


def unpack(content: bytes) -> bytes:
    return zstd.decompress(content)
