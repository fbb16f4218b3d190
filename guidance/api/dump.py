"""The whole catalogue of a revision, or what changed since another revision, as one file: JSON Lines or an SQLite database.

A file is created at its first request, line by line, so that a web process never holds the whole file. It is stored compressed
with its edition, and later requests in any process send the stored file (decision 46).
"""

import hashlib
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from django.conf import settings
from django.db import DatabaseError, transaction
from django.http import HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from accounts import database
from guidance.api import answers, cached
from guidance.api.answers import must_restart
from guidance.api.cached import RevisionResponses, dumps
from guidance.api.schema import Operation, describe
from guidance.api.shapes import moment
from guidance.api.views import CACHEABLE, PublicView, RevisionQuery, SinceQuery, newest_for
from guidance.catalog import licence
from guidance.catalog.kinds import KINDS
from guidance.catalog.models import Change, Edition, EditionFile
from guidance.catalog.snapshot import Snapshot
from guidance.compression import COMPRESSORS, DECOMPRESS

BLOCK = 64 * 1024
IMMUTABLE = {**CACHEABLE, "Cache-Control": "public, max-age=3600, immutable"}  # the minimum time an edition is stored
Format, Encoding = EditionFile.Format, EditionFile.Encoding
MEDIA_TYPES = {Format.JSON_LINES: "application/jsonl", Format.SQLITE: "application/vnd.sqlite3"}
SUFFIXES = {Format.JSON_LINES: "jsonl", Format.SQLITE: "db"}

_making = threading.Lock()  # a process creates one file at a time


# --- JSON Lines


def head(snapshot: Snapshot, since: int | None = None) -> dict[str, Any]:
    """Returns the first line, which describes the file and states its licence."""
    return {
        "kind": "catalogue",
        "since": since,
        "revision": snapshot.revision,
        "at": moment(snapshot.at) if snapshot.at else None,
        "state": answers.state(snapshot),
        "source": settings.SITE_URL,
        "licence": licence.NAME,
        "licence_url": licence.ADDRESS,
        "attribution": licence.attribution(settings.SITE_URL),
    }


def record_line(kind: str, slug: str, answer: bytes) -> bytes:
    return b'{"kind":%b,"slug":%b,"record":%b}' % (dumps(kind), dumps(slug), answer)


def redirect_line(kind: str, slug: str, into: str) -> bytes:
    return dumps({"kind": kind, "slug": slug, "into": into})


def lines(snapshot: Snapshot) -> Iterator[bytes]:
    """Yields the lines of a whole catalogue: every record, then every redirect."""
    yield dumps(head(snapshot))
    for kind, slug, answer in answers.answers(snapshot):
        yield record_line(kind, slug, dumps(answer))
    for (kind, slug), into in answers.redirects(snapshot):
        yield redirect_line(kind, slug, into)


def lines_since(snapshot: Snapshot, since: int) -> Iterator[bytes]:
    """Yields the lines that a copy of the revision `since` lacks."""
    yield dumps(head(snapshot, since))
    changes = Change.objects.filter(revision__gt=since, revision__lte=snapshot.revision, kind__in=[*answers.VIEWS])
    for kind, slug in changes.order_by("kind", "slug").values_list("kind", "slug").distinct():
        if slug in snapshot.of_kind(kind):
            yield record_line(kind, slug, dumps(answers.answer(snapshot, kind, slug)))
        elif (kind, slug) in snapshot.redirects:
            yield redirect_line(kind, slug, snapshot.redirects[kind, slug])
        else:
            yield dumps({"kind": kind, "slug": slug, "gone": True})


# --- SQLite


TABLES = """
CREATE TABLE catalogue (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE record (kind TEXT, slug TEXT, answer TEXT NOT NULL, PRIMARY KEY (kind, slug)) WITHOUT ROWID;
CREATE TABLE redirect (kind TEXT, slug TEXT, "into" TEXT NOT NULL, PRIMARY KEY (kind, slug)) WITHOUT ROWID;
"""


def write_sqlite(snapshot: Snapshot, path: Path) -> None:
    """Writes the lines as rows, and for each kind a view with the fields of its responses as columns."""
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(TABLES)
        database.executemany("INSERT INTO catalogue VALUES (?, ?)", head(snapshot).items())
        database.executemany(
            "INSERT INTO record VALUES (?, ?, ?)",
            ((kind, slug, dumps(answer).decode()) for kind, slug, answer in answers.answers(snapshot)),
        )
        database.executemany(
            "INSERT INTO redirect VALUES (?, ?, ?)",
            ((kind, slug, into) for (kind, slug), into in answers.redirects(snapshot)),
        )
        for kind, view in answers.VIEWS.items():
            columns = ", ".join(f"json_extract(answer, '$.{name}') AS \"{name}\"" for name in view.query.shape().fields)
            view_of_kind = [
                "CREATE VIEW",
                KINDS[kind].PLURAL,
                "AS SELECT",
                columns,
                f"FROM record WHERE kind = '{kind}'",
            ]
            database.execute(" ".join(view_of_kind))


# --- Files


def blocks(snapshot: Snapshot, form: str) -> Iterator[bytes]:
    """Yields the uncompressed bytes of a file."""
    if form == Format.JSON_LINES:
        yield from (line + b"\n" for line in lines(snapshot))
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / "waymark.db"
        write_sqlite(snapshot, path)
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                yield block


def made(snapshot: Snapshot, form: str, encoding: str) -> EditionFile:
    digest = hashlib.blake2b(digest_size=12)
    compressor = COMPRESSORS[encoding]()
    content = bytearray()
    for block in blocks(snapshot, form):
        digest.update(block)
        content += compressor.compress(block)
    content += compressor.flush()
    return EditionFile(
        edition_id=snapshot.revision,
        format=form,
        encoding=encoding,
        state=answers.state(snapshot),
        etag=f'"{digest.hexdigest()}"',
        content=bytes(content),
    )


def find_or_make(snapshot: Snapshot, form: str, encoding: str) -> EditionFile:
    """Returns the stored file, or creates it. Its content is loaded on access. If the database is read-only, the file is not
    stored."""
    stored = EditionFile.objects.filter(
        edition_id=snapshot.revision, format=form, encoding=encoding, state=answers.state(snapshot)
    ).defer("content")
    file = stored.first()
    if file is not None:
        return file
    with _making:
        if (file := stored.first()) is not None:
            return file
        file = made(snapshot, form, encoding)
        try:
            with transaction.atomic():
                if Edition.objects.filter(pk=snapshot.revision).exists():  # an empty catalogue has no edition
                    EditionFile.objects.bulk_create([file], ignore_conflicts=True)
        except DatabaseError as error:
            if not database.is_write_refused(error):
                raise
        return stored.first() or file


class JsonLinesRenderer(BaseRenderer):
    media_type = MEDIA_TYPES[Format.JSON_LINES]
    format = Format.JSON_LINES


class NdjsonRenderer(JsonLinesRenderer):
    media_type = "application/x-ndjson"


class SqliteRenderer(BaseRenderer):
    media_type = MEDIA_TYPES[Format.SQLITE]
    format = Format.SQLITE


class DumpQuery(RevisionQuery, SinceQuery):
    format = serializers.ChoiceField(
        Format.choices,
        required=False,
        help_text="File format. If you leave it out, `Accept` decides; the default is JSON Lines.",
    )

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        if values["since"] and values.get("format") == Format.SQLITE:
            raise serializers.ValidationError({"since": ["Changes are only available as JSON Lines."]})
        return values


@describe(
    get=Operation(
        "read_dump",
        "Read everything",
        "The whole catalogue of a revision as one file, or only what has changed since your copy. In JSON Lines, the "
        "first line has the revision, its `state`, the licence and the attribution. Every other line has the `kind` "
        "and `slug` of a record, and in `record` the response of the record's own URL; for a slug that redirects, it "
        "has the new slug in `into`. If you send `since` and `state` from the first line of your copy, you get only "
        "the lines that changed; delete the records whose lines have `gone`. If your copy cannot be brought up to "
        "date, you get everything, and `since` in the first line is null. In SQLite, the tables `catalogue`, `record` "
        "and `redirect` contain the same data, and a view for each kind, such as `skills`, has the kind's fields as "
        "columns. `Accept-Encoding` can be zstd (a fifth of the size) or gzip (a quarter of the size).",
        None,
        files={
            MEDIA_TYPES[Format.JSON_LINES]: OpenApiTypes.BINARY
        },  # for two types, generators would create an untyped union
        call="?format=jsonl",
    )
)
class DumpView(PublicView):
    query = DumpQuery
    renderer_classes = (JsonLinesRenderer, NdjsonRenderer, SqliteRenderer)

    @classmethod
    def responses(cls, parameters: Mapping[str, Any]) -> RevisionResponses:
        return super().responses(parameters) if "revision" in parameters else newest_for(parameters)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return super().perform_content_negotiation(request, force=force or "format" in request.query_params)

    def get(self, request: Request, **address: str) -> HttpResponseBase:
        parameters = self.parameters(request._request)
        responses = self.responses(parameters)
        asked, accepted = self.query.read(parameters), cast(Any, request.accepted_renderer)
        since, form = asked["since"], Format(asked.get("format", accepted.format))
        headers = {**(IMMUTABLE if "revision" in parameters else CACHEABLE), "Vary": "Accept, Accept-Encoding"}
        headers["Content-Type"] = MEDIA_TYPES[form]
        if since and form == Format.JSON_LINES and not must_restart(responses.snapshot, since, asked.get("state")):
            return self._changed(request, responses, since, headers)
        return _file(request, responses.snapshot, form, headers)

    def _changed(
        self, request: Request, responses: RevisionResponses, since: int, headers: Mapping[str, str]
    ) -> HttpResponseBase:
        key = (type(self), since)
        response = responses.get(key)
        if response is None:
            response = responses.store(key, b"".join(line + b"\n" for line in lines_since(responses.snapshot, since)))
        return response.to_http(request, headers)


def _file(request: Request, snapshot: Snapshot, form: EditionFile.Format, headers: dict[str, str]) -> HttpResponseBase:
    taken = request.META.get("HTTP_ACCEPT_ENCODING", "")
    encoding = Encoding.ZSTD if "zstd" in taken else Encoding.GZIP
    file = find_or_make(snapshot, form, encoding)
    tags = request.META.get("HTTP_IF_NONE_MATCH")
    if tags is not None and cached.matches(tags, file.etag):
        return HttpResponseNotModified(headers={**headers, "ETag": file.etag})
    headers["Content-Disposition"] = f'attachment; filename="waymark-{snapshot.revision}.{SUFFIXES[form]}"'
    content = bytes(file.content)
    if encoding not in taken:
        return HttpResponse(DECOMPRESS[encoding](content), headers={**headers, "ETag": file.etag})
    return HttpResponse(content, headers={**headers, "Content-Encoding": str(encoding), "ETag": f"W/{file.etag}"})
