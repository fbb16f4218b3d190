"""The public response of every record, as served at the record's own URL. Mirrors store these responses; their hashes tell
editions apart."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from guidance.api import catalogue, details, roles, skills
from guidance.api.cached import dumps
from guidance.api.views import CatalogueView
from guidance.catalog import kinds
from guidance.catalog.editions import LEADS_TO, Marks
from guidance.catalog.models import Kind, Revision
from guidance.catalog.redirects import Key
from guidance.catalog.snapshot import Snapshot, revision_key

# Every public kind, sorted so that a record comes after most of the records that it refers to.
VIEWS: Mapping[str, type[CatalogueView]] = {
    Kind.AREA: details.AreaItem,
    Kind.FACT: details.FactItem,
    Kind.SKILL: skills.SkillItem,
    Kind.RESOURCE: details.ResourceItem,
    Kind.MILESTONE: roles.MilestoneItem,
    Kind.ROLE: roles.RoleItem,
    Kind.INDUSTRY: catalogue.IndustryItem,
    Kind.PROJECT: catalogue.ProjectItem,
    Kind.STARTING_POINT: details.StartingPointItem,
    Kind.GUIDE: catalogue.GuideItem,
    Kind.QUESTION: details.QuestionItem,
}


def answers(snapshot: Snapshot) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yields kind, slug and response of every public record."""
    for kind, view in VIEWS.items():
        whole = view().full
        for slug, record in snapshot.of_kind(kind).items():
            yield kind, slug, whole(snapshot, record)


def answer(snapshot: Snapshot, kind: str, slug: str) -> dict[str, Any]:
    return VIEWS[kind]().full(snapshot, snapshot.of_kind(kind)[slug])


def redirects(snapshot: Snapshot) -> Iterator[tuple[Key, str]]:
    """Yields (kind, old slug) and the slug that it redirects to, for public kinds."""
    return ((key, into) for key, into in sorted(snapshot.redirects.items()) if key[0] in VIEWS)


def marks(snapshot: Snapshot) -> Marks:
    """Returns the marks for `settings.CATALOGUE_MARKS`: a hash of every response. The hash leaves out `updated_at`, which
    itself depends on changes to the hash."""
    found = {
        (kind, slug): hashlib.blake2b(dumps({**answer, "updated_at": ""}), digest_size=12).hexdigest()
        for kind, slug, answer in answers(snapshot)
    }
    return {**found, **{key: LEADS_TO + into for key, into in redirects(snapshot)}}


def state(snapshot: Snapshot) -> str:
    return state_of(snapshot.revision, snapshot.at)


def state_of(revision: int, at: datetime | None) -> str:
    """Returns an identifier for this installation's responses at a revision. It changes with the database, the address and the
    release of Waymark."""
    return f"{revision_key(revision, at)}-{_form()}"


def must_restart(snapshot: Snapshot, since: int, copy: str | None) -> bool:
    """Returns whether a copy of the revision `since`, in the state `copy`, has to start over, because the changes since then
    would not bring it up to date."""
    if since > snapshot.revision:
        return True
    if copy is None:
        return False
    return copy != state_of(since, Revision.objects.filter(number=since).values_list("at", flat=True).first())


@cache
def _form() -> str:
    """Returns a digest that changes with the code and settings that produce the responses."""
    digest = hashlib.blake2b(digest_size=4)
    folders = Path(__file__).parent, Path(kinds.__file__).parent
    for file in sorted(file for folder in folders for file in folder.glob("*.py")):
        digest.update(file.read_bytes())
    digest.update(repr((settings.SITE_URL, sorted(settings.AFFILIATE_TAGS.items()))).encode())
    return digest.hexdigest()
