"""The latest changes to the catalogue as an Atom feed (RFC 4287), for feed readers."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from drf_spectacular.utils import extend_schema

from guidance.api.cached import RevisionResponses
from guidance.api.shapes import address
from guidance.api.views import PublicView
from guidance.catalog import licence
from guidance.catalog.models import Change, Kind
from guidance.catalog.snapshot import Snapshot

ENTRIES = 100
NOT_TOLD = (Kind.CHECK, Kind.FACT)
VERBS = {
    Change.ChangeType.PUBLISHED: "New",
    Change.ChangeType.UPDATED: "Changed",
    Change.ChangeType.RETIRED: "Retired",
    Change.ChangeType.MERGED: "Merged",
}


@extend_schema(exclude=True)  # not JSON
class ChangesFeed(PublicView):
    media_type = "application/atom+xml"

    def body(self, responses: RevisionResponses, query: dict[str, Any], sent: Mapping[str, Any], **path: str) -> bytes:
        snapshot = responses.snapshot
        feed = Atom1Feed(
            title="Changes to Waymark’s catalogue",
            link=address("/"),
            description="Skills, roles, projects and more that were published, changed, merged or retired.",
            language="en",
            feed_url=address(reverse("api:changes-feed")),
            feed_guid=_tag("changes"),
            feed_copyright=licence.attribution(address("")),
        )
        rows = (
            Change.objects.filter(revision__lte=snapshot.revision)
            .exclude(kind__in=NOT_TOLD)
            .exclude(derived=True, matters=False)  # derived changes are for copies of the catalogue and are not news
            .order_by("-revision_id", "-id")
            .values_list("id", "revision__at", "kind", "slug", "change", "into", "summary")
        )
        for pk, at, kind, slug, change, into, summary in rows[:ENTRIES]:
            name, url = _subject(snapshot, kind, into or slug)
            what = f"{VERBS[Change.ChangeType(change)]}: {slug if into else name}"
            feed.add_item(
                title=f"{what}, now part of {name}" if into else what,
                link=url,
                description=summary,
                unique_id=_tag(f"change-{pk}"),
                updateddate=at.astimezone(UTC),
                pubdate=at.astimezone(UTC),
                categories=[str(Kind(kind).label)],
            )
        return feed.writeString("utf-8").encode()


def _subject(snapshot: Snapshot, kind: str, slug: str) -> tuple[str, str]:
    """Returns the name and URL of the current record; if it no longer exists, the slug and the URL of the site."""
    record = snapshot.of_kind(kind).get(snapshot.latest_slug(kind, slug))
    return (record.name, address(record.url)) if record else (slug, address("/"))


def _tag(name: str) -> str:
    """Returns an identifier that does not change with the address of the feed (RFC 4151)."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},2026:{name}"
