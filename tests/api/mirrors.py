"""A mirror that runs the example of `docs/api.md` itself, and a curator who publishes in the meantime."""

import importlib.util
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.test import Client

from accounts.models import User
from guidance.catalog import record_store, snapshot
from guidance.catalog.models import RECORD_MODELS, Kind, Resource
from guidance.curation import operations
from guidance.curation.models import Operation
from guidance.curation.operations import OperationRejected, plan_merge, plan_rename, plan_retire
from tests.curation.merges import NOW
from tests.factories import DOCUMENTS, publish

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "follow_the_catalogue.py"
_spec = importlib.util.spec_from_file_location("follow_the_catalogue", EXAMPLE)
recipe: Any = importlib.util.module_from_spec(_spec)  # type: ignore[arg-type]
_spec.loader.exec_module(recipe)  # type: ignore[union-attr]


class Mirror:
    def __init__(self, client: Client) -> None:
        self.client, self.copy, self.first = client, recipe.Copy(), ""

    def follow(self) -> dict[str, Any]:
        """Update the mirror. Returns the first line of the response."""
        response = self.client.get(f"/api/v1/dump/{recipe.question(self.first)}")
        assert response.status_code == 200, response.content
        self.first = recipe.apply(self.copy, response.content.decode().splitlines())
        head: dict[str, Any] = json.loads(self.first)
        return head

    @property
    def revision(self) -> int:
        return int(json.loads(self.first)["revision"])


def fresh(client: Client, parameters: str = "") -> dict[tuple[str, str], str]:
    """The lines of a whole dump, by kind and slug."""
    response = client.get(f"/api/v1/dump/?format=jsonl{parameters}")
    assert response.status_code == 200, response.content
    lines = response.content.decode().splitlines()[1:]
    return {(entry["kind"], entry["slug"]): line for line in lines for entry in [json.loads(line)]}


def changes(client: Client, since: int, limit: int = 7) -> Iterator[dict[str, Any]]:
    path = f"/api/v1/changes/?since={since}&limit={limit}"
    while path:
        answer = client.get(path).json()
        yield from answer["results"]
        path = answer["next"]


class Curator:
    """Publishes something at random: edits, new records, renames, merges, retirements, returns, dead addresses."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.user = User.objects.create_user("curator@example.org", is_staff=True)
        self.done: list[str] = []

    def publish(self) -> None:
        """Publish once; if the rules forbid the random choice, choose again."""
        deeds: list[Callable[[], bool]] = [self.edit] * 5
        deeds += [
            self.rename,
            self.rename,
            self.merge,
            self.retire,
            self.restore,
            self.restore,
            self.break_address,
            self.add,
        ]
        before = record_store.state()
        while record_store.state() == before:
            deed = self.random.choice(deeds)
            if deed():
                self.done.append(deed.__name__)
        snapshot.forget()

    def pick(self, *kinds: str) -> tuple[str, str]:
        kind = self.random.choice(kinds or sorted(DOCUMENTS.keys() - {Kind.CHECK}))
        slugs = list(RECORD_MODELS[kind].objects.published().order_by("slug").values_list("slug", flat=True))
        return (kind, self.random.choice(slugs)) if slugs else self.pick(Kind.SKILL, Kind.AREA)

    def edit(self) -> bool:
        kind, slug = self.pick()
        [document] = record_store.documents_of(kind, [RECORD_MODELS[kind].objects.get(slug=slug)])
        key = self.random.choice(["name", "summary"])
        if kind == Kind.FACT:
            key = "statement" if "statement" in document.data else key
        publish(replace(document, data={**document.data, key: f"{slug} {self.random.randrange(10**6)}"}))
        return True

    def add(self) -> bool:
        skill, area = self.pick(Kind.SKILL)[1], self.pick(Kind.AREA)[1]
        kind, named = self.random.choice(
            [
                (Kind.SKILL, {"area": area, "prerequisites": {skill: 1}}),
                (Kind.RESOURCE, {"skills": {skill: [0, 2]}}),
                (Kind.PROJECT, {"proves": {skill: 2}}),
                (Kind.FACT, {}),
            ]
        )
        publish(DOCUMENTS[kind](f"new-{self.random.randrange(10**6)}", **named))
        return True

    def rename(self) -> bool:
        kind, slug = self.pick()
        # Few numbers, so that some renames take a slug that was used before.
        new = f"renamed-{self.random.randrange(20)}"
        return self._do(plan_rename(kind, slug, new, f"Renamed {self.random.randrange(10**6)}"))

    def merge(self) -> bool:
        (kind, slug), (_, into) = self.pick(Kind.SKILL), self.pick(Kind.SKILL)
        if self.random.random() < 0.3:
            (kind, slug), (_, into) = self.pick(Kind.RESOURCE), self.pick(Kind.RESOURCE)
        return slug != into and self._do(plan_merge(kind, slug, into))

    def retire(self) -> bool:
        return self._do(plan_retire(*self.pick(Kind.SKILL, Kind.RESOURCE, Kind.FACT, Kind.GUIDE, Kind.PROJECT)))

    def restore(self) -> bool:
        done = list(Operation.objects.filter(undone_at=None).order_by("pk"))
        if not done:
            return False
        try:
            operations.undo(self.random.choice(done), by=self.user, now=NOW)
        except OperationRejected:
            return False
        return True

    def break_address(self) -> bool:
        resource = self.random.choice(list(Resource.objects.published().order_by("pk")))
        return bool(record_store.set_dead(resource=resource.pk, address=resource.url, dead=not resource.is_dead))

    def _do(self, plan: operations.OperationPlan) -> bool:
        if plan.problems:
            return False
        operations.apply(plan.request, plan.digest, by=self.user, now=NOW)
        return True


def check_that_a_mirror_cannot_drift(client: Client, *, publications: int, seed: int) -> list[str]:
    """Check that a mirror which follows now and then has the whole catalogue while a curator publishes. Returns what was published."""
    curator, mirror, chance = Curator(seed), Mirror(client), random.Random(seed)
    assert mirror.follow()["since"] is None
    for _ in range(publications):
        curator.publish()
        if chance.random() < 0.4:
            _follow(mirror, client, chance)
    _follow(mirror, client, chance)
    return curator.done


def _follow(mirror: Mirror, client: Client, chance: random.Random) -> None:
    before, known = mirror.revision, dict(mirror.copy)
    assert mirror.follow()["since"] == before, "it goes on from where it was"
    whole = fresh(client)
    differing = [(mirror.copy.get(key), whole.get(key)) for key in mirror.copy.keys() | whole.keys()]
    differing = [lines for lines in differing if lines[0] != lines[1]]
    assert not differing, differing[0]
    assert fresh(client, f"&revision={before}") == known, "what was published does not change"
    # The feed lists every record that differs, with the right kind of change.
    last = {(change["kind"], change["slug"]): change for change in changes(client, before)}
    assert {key for key in whole.keys() | known.keys() if whole.get(key) != known.get(key)} <= last.keys()
    for key, change in last.items():
        entry = json.loads(whole.get(key, "{}"))
        expected = {"published", "updated"} if "record" in entry else {"merged"} if "into" in entry else {"retired"}
        assert change["change"] in expected, change
        assert change.get("into") == entry.get("into")
