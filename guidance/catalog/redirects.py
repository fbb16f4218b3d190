"""Former slugs: where to find a record that was renamed or merged.

A `Redirect` leads from a slug that is no longer in use to a record, permanently. Every publication updates them with `after` and `save`;
a merge and its undo write their own (`curation/operations.py`).
`successor` follows the merges of a retired record. Pages and the API answer a former slug with 301 (`web/cache.py`, `api/views.py`).
"""

from collections.abc import Iterable, Mapping

from guidance.catalog.models import Record, Redirect, Status, Version

type Key = tuple[str, str]  # kind and slug
type Place = tuple[str, int]  # kind and primary key


def stored(kind: str | None = None) -> dict[Key, int]:
    """Returns {(kind, former slug): primary key of the record it leads to}, for one kind or for all."""
    redirects = Redirect.objects.all() if kind is None else Redirect.objects.filter(kind=kind)
    return {(kind, slug): pk for kind, slug, pk in redirects.values_list("kind", "slug", "record_id")}


def after(stored: Mapping[Key, int], records: Iterable[Record], before: Mapping[Place, Version]) -> dict[Key, int]:
    """Returns the redirects after these `records` are saved; `before` has their previous versions: a slug that changed leads to
    its record, and a slug that is in use again leads nowhere."""
    found = dict(stored)
    records = list(records)
    for record in records:
        old = before.get((str(record.KIND), record.pk))
        if old is not None and old.slug != record.slug:
            found[old.kind, old.slug] = record.pk
    for record in records:
        if record.status != Status.RETIRED:
            found.pop((str(record.KIND), record.slug), None)
    return found


def save(stored: Mapping[Key, int], after: Mapping[Key, int]) -> None:
    """Writes the redirects that differ from the stored ones."""
    changed = [
        Redirect(kind=kind, slug=slug, record_id=pk)
        for (kind, slug), pk in after.items()
        if stored.get((kind, slug)) != pk
    ]
    if changed:
        Redirect.objects.bulk_create(
            changed, update_conflicts=True, unique_fields=["kind", "slug"], update_fields=["record_id"]
        )
    ended = [key for key in stored if key not in after]
    for kind in {kind for kind, _slug in ended}:
        Redirect.objects.filter(kind=kind, slug__in=[slug for found, slug in ended if found == kind]).delete()


def successor(
    place: Place, published: Mapping[Place, str], retired: Mapping[Place, str], former: Mapping[Key, Place]
) -> str | None:
    """Returns the slug of a published record or, for a retired record, that of the record it was merged into, through any number
    of merges. None if no published record follows."""
    seen = set()
    while place not in published and place not in seen and place in retired:
        seen.add(place)
        place = former.get((place[0], retired[place]), place)
    return published.get(place)
