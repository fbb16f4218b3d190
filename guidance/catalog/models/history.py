"""The history of records: versions, revisions with their changes, and redirects; and the search index."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guidance.catalog.models.base import (
    Kind,
)


class Version(models.Model):
    """A record's pack document at a point in time. Versions are never changed or deleted."""

    class VersionSource(models.TextChoices):
        PACK = "pack", _("the content pack")
        CURATOR = "curator", _("a person")
        FOLLOWS = "follows", _("follows another record")  # it shows the other record's new name; no one edited it

    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    record_id = models.BigIntegerField(_("record"))
    slug = models.CharField(_("slug"), max_length=80)
    number = models.PositiveIntegerField(_("number"))
    document = models.TextField(_("document"))
    source = models.CharField(_("written by"), max_length=8, choices=VersionSource)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author")
    )
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering: ClassVar = ["kind", "record_id", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "record_id", "number"], name="version_number_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.slug}, version {self.number}"


class Revision(models.Model):
    """A number that grows by one whenever published content changes. Numbers are assigned under a lock, so they are committed
    in order."""

    number = models.PositiveBigIntegerField(_("number"), primary_key=True)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering: ClassVar = ["-number"]

    def __str__(self) -> str:
        return str(self.number)


class Change(models.Model):
    """What one revision changed about one record."""

    class ChangeType(models.TextChoices):
        PUBLISHED = "published", _("published")
        UPDATED = "updated", _("updated")
        RETIRED = "retired", _("retired")
        MERGED = "merged", _("merged")

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="changes")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    slug = models.CharField(_("slug"), max_length=80)
    change = models.CharField(_("change"), max_length=10, choices=ChangeType)
    into = models.CharField(_("into"), max_length=80, blank=True)
    summary = models.CharField(_("summary"), max_length=300)
    matters = models.BooleanField(
        _("matters to learners"),
        default=False,
        db_default=False,
        help_text=_("Whether plans, levels or names may differ from before."),
    )
    derived = models.BooleanField(
        _("derived"),
        default=False,
        db_default=False,
        help_text=_(
            "Whether it only follows from a change to another record. For programs that keep a copy of the catalogue."
        ),
    )

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering: ClassVar = ["-revision", "kind", "slug"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["revision", "kind", "slug"], name="change_unique"),
            models.CheckConstraint(condition=Q(change="merged") ^ Q(into=""), name="change_into_when_merged"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.slug} {self.change}"


class Edition(models.Model):
    """Everything that a revision published (`catalog/editions.py`). The newest edition is kept, and replaced editions for at
    least an hour."""

    revision = models.OneToOneField(Revision, models.CASCADE, primary_key=True, related_name="+")
    content = models.BinaryField(_("content"))
    marks = models.BinaryField(_("marks of the responses"))
    replaced_at = models.DateTimeField(_("replaced"), null=True, blank=True)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")

    def __str__(self) -> str:
        return str(self.revision_id)


class EditionFile(models.Model):
    """An edition as one compressed file to download, created when it is first requested."""

    class Format(models.TextChoices):
        JSON_LINES = "jsonl", _("JSON Lines")
        SQLITE = "sqlite", _("SQLite")

    class Encoding(models.TextChoices):
        ZSTD = "zstd", _("Zstandard")
        GZIP = "gzip", _("gzip")

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="files")
    format = models.CharField(_("format"), max_length=8, choices=Format)
    encoding = models.CharField(_("encoding"), max_length=4, choices=Encoding)
    state = models.CharField(_("state"), max_length=80)
    etag = models.CharField(_("ETag"), max_length=40)
    content = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("file of an edition")
        verbose_name_plural = _("files of editions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "format", "encoding", "state"], name="editionfile_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.format}"


class Redirect(models.Model):
    """A former slug of a record, or of a record that was merged into it. It leads to the record permanently."""

    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    slug = models.CharField(_("slug"), max_length=80)
    record_id = models.BigIntegerField(_("record"))

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")
        ordering: ClassVar = ["kind", "slug"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "slug"], name="redirect_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.slug}"


class SearchEntry(models.Model):
    """The searchable text of one published record, updated by `search.index` in the transaction that publishes it."""

    kind = models.CharField(max_length=16, choices=Kind)
    record_id = models.BigIntegerField()
    slug = models.CharField(max_length=80)
    name = models.TextField()
    aliases = models.TextField(blank=True)
    summary = models.TextField(blank=True)
    body = models.TextField(blank=True)
    vector = models.GeneratedField(
        expression=SearchVector("name", "aliases", config="simple", weight="A")
        + SearchVector("name", "aliases", config="english", weight="B")
        + SearchVector("summary", config="english", weight="C")
        + SearchVector("body", config="english", weight="D"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "record_id"], name="searchentry_unique"),
        ]
        indexes: ClassVar = [GinIndex(fields=["vector"], name="searchentry_vector")]

    def __str__(self) -> str:
        return self.name


class SearchName(models.Model):
    """A normalised name or alias of a search entry, for exact matches and misspellings."""

    entry = models.ForeignKey(SearchEntry, models.CASCADE, related_name="names")
    name = models.TextField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "name"], name="searchname_unique"),
        ]
        indexes: ClassVar = [GinIndex(OpClass("name", name="gin_trgm_ops"), name="searchname_trigrams")]

    def __str__(self) -> str:
        return self.name
