"""API responses as bytes, one set per catalogue revision: created once and served until the next revision."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags
from rest_framework.request import Request

from guidance.catalog import snapshot as snapshots
from guidance.catalog.kinds import Record
from guidance.catalog.snapshot import Snapshot
from guidance.lru import Lru

MAX_BYTES = 8 * 1024 * 1024  # total size of the responses that one process stores
MAX_OLDER_BYTES = 1024 * 1024  # the same limit for a revision that has been replaced
ENTRY_BYTES = 1024  # approximate size of an entry without its body and the texts in its key

Key = tuple[object, ...]
Build = Callable[[Snapshot, Any], dict[str, Any]]


def dumps(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def etag(body: bytes) -> str:
    """Returns an ETag that depends only on the content, so that responses that a revision did not change are not sent
    again."""
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def matches(tags: str, etag: str) -> bool:
    """Returns whether `If-None-Match` contains this ETag. The comparison is weak (RFC 9110, 13.1.2), because proxies that
    compress a response make its tag weak."""
    return tags == etag or any(tag.removeprefix("W/") in ("*", etag) for tag in parse_etags(tags))


@dataclass(frozen=True, slots=True)
class CachedResponse:
    body: bytes
    etag: str

    def to_http(self, request: HttpRequest | Request, headers: Mapping[str, str]) -> HttpResponseBase:
        """Returns the response, or a 304 without a body if the request's `If-None-Match` contains its ETag."""
        tags = request.META.get("HTTP_IF_NONE_MATCH")
        if tags is not None and matches(tags, self.etag):
            return HttpResponseNotModified(headers={"ETag": self.etag, **headers})
        return HttpResponse(self.body, headers={"Content-Type": "application/json", "ETag": self.etag, **headers})


class RevisionResponses:
    """The responses created from one snapshot. Threads share them; if two threads create the same response at once, the results
    are equal."""

    def __init__(self, snapshot: Snapshot, max_bytes: int) -> None:
        self.snapshot = snapshot
        self._items: dict[str, Mapping[str, bytes]] = {}
        self._responses = Lru[Key, CachedResponse](max_bytes, _weigh)

    def items(self, kind: str, build: Build) -> Mapping[str, bytes]:
        """Returns the records of a kind as they appear in its list: {slug: JSON}."""
        if kind not in self._items:
            records: Mapping[str, Record] = self.snapshot.of_kind(kind)
            self._items[kind] = {slug: dumps(build(self.snapshot, record)) for slug, record in records.items()}
        return self._items[kind]

    def get(self, key: Key) -> CachedResponse | None:
        return self._responses.get(key)

    def store(self, key: Key, body: bytes) -> CachedResponse:
        """Stores and returns the response with these bytes. The least recently used responses are dropped when space is
        needed."""
        return self._responses.put(key, CachedResponse(body, etag(body)))


def _weigh(key: Key, response: CachedResponse) -> int:
    return len(response.body) + len(str(key)) + ENTRY_BYTES


_responses: RevisionResponses | None = None
_older: RevisionResponses | None = None  # responses of the older revision that was requested last


def current() -> RevisionResponses:
    """Returns the responses of `snapshot.current()`. A new snapshot drops the responses of the previous one."""
    global _responses, _older
    snapshot = snapshots.current()
    responses = _responses
    if responses is None or responses.snapshot is not snapshot:
        _responses = responses = RevisionResponses(snapshot, MAX_BYTES)
        _older = None
    return responses


def at_revision(revision: int) -> RevisionResponses:
    """Returns the responses of a revision. Raises `snapshot.UnknownRevision` or `snapshot.RevisionGone`."""
    global _older
    newest = current()
    if revision == newest.snapshot.revision:
        return newest
    older = _older
    if older is None or older.snapshot.revision != revision:
        snapshot = snapshots.at_revision(revision)
        newest = current()
        if snapshot is newest.snapshot:
            return newest
        _older = older = RevisionResponses(snapshot, MAX_OLDER_BYTES)
    return older
