import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.models import RECORD_MODELS, Skill
from guidance.curation.models import Operation
from guidance.curation.operations import plan_rename
from guidance.curation.permissions import CURATOR
from tests.curation.merges import NOW, do, many_learners, publish_dockers
from tests.factories import make_guide, make_skill, publish, resource_document, skill_document

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


@pytest.fixture
def catalogue() -> None:
    publish_dockers()


def new(what: str, slug: str = "docker-compose", kind: str = "skill") -> str:
    return reverse("admin:curation_operation_new", args=[what, kind, RECORD_MODELS[kind].objects.get(slug=slug).pk])


def carry_out(client: Client, address: str, **asked):
    digest = client.get(address, asked).context["plan"].digest
    response = client.post(f"{address}?{'&'.join(f'{k}={v}' for k, v in asked.items())}", {"digest": digest})
    snapshot.forget()
    return response


def test_chapters_of_a_resource_that_becomes_part_of_another_are_to_be_checked(reviewer):
    units = {1: [{"id": "begin", "read": "docs", "part": "Parts 1 to 4", "minutes": 60}]}
    publish(
        resource_document("docs", skills={"linux": [0, 1]}),
        resource_document("manual", skills={"linux": [0, 1]}),
        skill_document("linux", units=units),
    )
    shown = reviewer.get(new("merge", "docs", "resource"), {"into": "manual"}).text
    form = reverse("admin:catalog_skill_change", args=[Skill.objects.get(slug="linux").pk])
    assert f'<a href="{form}#section-units">Linux, level 1</a>: Parts 1 to 4' in shown
    assert "They will name the same chapter of “Manual” instead." in shown
    other_way = reviewer.get(new("merge", "manual", "resource"), {"into": "docs"}).text
    assert "Chapters to check" not in other_way


def test_merge_from_the_form_over_the_dry_run_to_the_undo(reviewer):
    many_learners(3)
    page = reviewer.get(reverse("admin:catalog_skill_change", args=[Skill.objects.get(slug="docker-compose").pk])).text
    assert new("merge") in page
    form = reviewer.get(new("merge"))
    assert 'value="docker"' in form.text
    assert '<option value="docker" selected>' in reviewer.get(new("merge"), {"partner": "docker"}).text
    assert 'value="docker-compose"' not in form.text
    shown = reviewer.get(new("merge"), {"into": "docker", "note": "The same thing."}).text
    assert "3 learners with a level in both" in shown
    assert "Role “Mlops engineer”" in shown
    assert not Operation.objects.exists()
    done = carry_out(reviewer, new("merge"), into="docker", note="The same thing.")
    operation = Operation.objects.get()
    assert (done.status_code, operation.note, operation.by.email) == (302, "The same thing.", "reviewer@example.org")
    listed = reviewer.get(reverse("admin:curation_operation_changelist")).text
    assert "Skill “Docker Compose” was merged into “Docker”" in listed
    undo = reverse("admin:curation_operation_undo", args=[operation.pk])
    assert undo in reviewer.get(done.url).text
    assert "exactly what they were before" in reviewer.get(undo).text
    assert reviewer.post(undo).status_code == 302
    assert Skill.objects.get(slug="docker-compose").status == "published"
    assert undo not in reviewer.get(done.url).text


def test_merge_can_be_turned_round(reviewer):
    form = reviewer.get(new("merge"), {"partner": "docker"})
    assert "“Docker” stays, and “Docker Compose” becomes part of it." in form.text
    turned = new("merge", "docker") + "?partner=docker-compose"
    assert f'href="{turned}"' in form.text
    assert f'href="{turned}"' in reviewer.get(new("merge"), {"into": "docker"}).text
    assert "“Docker Compose” stays, and “Docker” becomes part of it." in reviewer.get(turned).text


def test_what_it_is_merged_into_is_completed_as_it_is_typed(enter, reviewer):
    form = reviewer.get(new("merge"))
    into = form.context["form"].form["into"]
    address = into.field.widget.attrs["data-ajax--url"]
    assert "admin/js/autocomplete.js" in form.text
    found = reviewer.get(address, {"term": "docker"}).json()["results"]
    assert found == [{"id": "docker", "text": "Docker (docker)"}]  # and not itself
    assert len(into.field.choices) == Skill.objects.published().count()  # without JavaScript, with the empty one
    assert enter(CURATOR).get(address, {"term": "docker"}).status_code == 403
    assert reviewer.get(address.replace("/skill/", "/thing/")).status_code == 404


def test_two_that_share_no_skill_are_looked_at_again(reviewer):
    publish(
        resource_document("docs", skills={"linux": [0, 1]}),
        resource_document("guide", skills={"linux": [1, 2], "docker": [0, 1]}),
        resource_document("manual", skills={"docker": [0, 1]}),
    )
    assert (
        "“Docs” and “Manual” share no skill." in reviewer.get(new("merge", "docs", "resource"), {"into": "manual"}).text
    )
    for what, slug, into in (("merge", "docs", "guide"), ("retire", "manual", "guide")):
        assert "share no skill" not in reviewer.get(new(what, slug, "resource"), {"into": into}).text
    assert "share no skill" in reviewer.get(new("retire", "docs", "resource"), {"into": "manual"}).text


def test_rename_and_retire_by_form(reviewer):
    publish(skill_document("lonely"))
    address = new("rename", "lonely")
    assert carry_out(reviewer, address, name="Alone", slug="alone", keep_name="on").status_code == 302
    skill = Skill.objects.get(slug="alone")
    assert [alias.name for alias in skill.aliases.all()] == ["Lonely"]
    assert carry_out(reviewer, new("retire", "alone"), into="", note="").status_code == 302
    assert Skill.objects.get(slug="alone").status == "retired"
    page = reviewer.get(reverse("admin:catalog_skill_change", args=[skill.pk])).text
    assert "operation/new" not in page
    undo = reverse("admin:curation_operation_undo", args=[Operation.objects.get(what="retire").pk])
    assert f'<a href="{undo}">Restore it…</a>' in page
    assert "It is retired: readers no longer see it." in page
    assert "Skill “Alone” was retired, by Reviewer, " in page
    assert "Restore “Alone”" in reviewer.get(undo).text


def test_rename_of_what_has_no_aliases(reviewer):
    make_guide("one")
    assert "keep_name" not in reviewer.get(new("rename", "one", "guide")).text
    assert carry_out(reviewer, new("rename", "one", "guide"), name="One", slug="two").status_code == 302


def test_what_cannot_be_is_said_and_offers_no_button(reviewer):
    make_skill("x", prerequisites={"docker": 1})
    publish(skill_document("linux", prerequisites={"x": 1}), skill_document("docker"))
    response = reviewer.get(new("merge", "docker"), {"into": "linux"})
    assert "a prerequisite cycle: " in response.text
    assert "digest" not in response.text
    assert reviewer.post(new("merge", "docker") + "?into=linux", {"digest": "0"}).status_code == 200
    assert not Operation.objects.exists()


def test_what_was_not_shown_is_not_done_and_shown_again(reviewer):
    response = reviewer.post(new("merge") + "?into=docker", {"digest": "of another day"})
    assert response.status_code == 200
    assert "has changed since" in response.text
    assert response.context["plan"].digest in response.text
    assert not Operation.objects.exists()


def test_undo_is_refused_with_the_list(reviewer):
    carry_out(reviewer, new("merge"), into="docker")
    publish(skill_document("helm", summary="Another one.", prerequisites={"docker": 1, "kubernetes": 1}))
    undo = reverse("admin:curation_operation_undo", args=[Operation.objects.get().pk])
    for response in (reviewer.get(undo), reviewer.post(undo)):
        assert "skill helm was changed since" in response.text
        assert 'type="submit" value="Undo it"' not in response.text
    assert Operation.objects.get().undone_at is None


def test_curator_reads_the_list_and_does_nothing(enter, reviewer):
    carry_out(reviewer, new("merge"), into="docker")
    curator, operation = enter(CURATOR), Operation.objects.get()
    assert curator.get(reverse("admin:curation_operation_changelist")).status_code == 200
    page = curator.get(reverse("admin:curation_operation_change", args=[operation.pk]))
    assert (page.status_code, "undo/" in page.text) == (200, False)
    for address in (new("merge", "helm"), new("rename", "helm"), new("retire", "helm")):
        assert curator.get(address).status_code == 403
        assert curator.post(address + "?into=linux", {"digest": "0"}).status_code == 403
    undo = reverse("admin:curation_operation_undo", args=[operation.pk])
    assert (curator.get(undo).status_code, curator.post(undo).status_code) == (403, 403)
    record = reverse("admin:catalog_skill_change", args=[Skill.objects.get(slug="helm").pk])
    assert "operation/new" not in curator.get(record).text


@pytest.mark.parametrize(
    "path", ["new/split/skill/0/", "new/merge/thing/1/", "new/merge/skill/0/", "0/undo/", "0/change/"]
)
def test_what_is_not_there_is_not_found(reviewer, path):
    assert reviewer.get(f"{reverse('admin:curation_operation_changelist')}{path}").status_code == 404


def test_list_of_a_hundred_takes_few_queries(reviewer):
    by = User.objects.get(email="reviewer@example.org")
    first = do(plan_rename("skill", "linux", "gnu-linux", "GNU/Linux"), by)
    first.undone_by, first.undone_at = by, NOW
    Operation.objects.bulk_create(
        Operation(**{f.name: getattr(first, f.name) for f in Operation._meta.fields if f.name != "id"})
        for _ in range(99)
    )
    with CaptureQueriesContext(connection) as captured:
        page = reviewer.get(reverse("admin:curation_operation_changelist")).text
    assert len(re.findall(r"was renamed; its slug is gnu-linux", page)) == 100
    assert len(captured) <= 15
