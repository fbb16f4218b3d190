"""When links are due, in which order, how answers over several days are judged, and what learners see."""

import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from guidance.catalog import search, snapshot
from guidance.catalog.models import Change, Resource, Revision, Version
from guidance.curation import link_checks, links, tasks
from guidance.curation.link_checks import PACE, HostBusy
from guidance.curation.links import LinkProblem, LinkResponse
from guidance.curation.models import LinkCheck, LinkHost
from tests.factories import make_resource, publish, resource_document, retire

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DAY = timedelta(days=1)
WORKS, GONE = {"status": 200}, {"status": 404}
MANUAL = "https://manual.example/"


class Web:
    """Answers by the first part of the host name; other hosts work. Records the URLs requested and the pauses."""

    def __init__(self, **answers):
        self.answers = answers
        self.asked, self.agents, self.waits = [], set(), []

    def __call__(self, address, *, user_agent, before):
        host = links.parse_address(address).host
        before(host)
        self.asked.append(address)
        self.agents.add(user_agent)
        told = self.answers.get(host.split(".")[0], WORKS)
        return LinkResponse(**{"address": address, "host": host, **told})

    def run(self, **options):
        return link_checks.run(ask=self, sleep=self.waits.append, **options)


@pytest.fixture
def clock(db):
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def day(clock, number, *, hour=12):
    clock.move_to(NOW + number * DAY + timedelta(hours=hour - 12))


def check_on(clock, number, answer, slug="manual", **when):
    day(clock, number, **when)
    LinkHost.objects.all().delete()
    Web(**{slug: answer}).run(slug=slug)
    return LinkCheck.objects.get(resource__slug=slug)


@pytest.fixture
def dead(clock):
    """A resource whose URL was not found on three days."""
    make_resource("manual", checked_on=date(2026, 11, 1))
    for number in range(3):
        check_on(clock, number, GONE)
    return Resource.objects.get()


# --- What is due


def test_each_published_resource_is_checked_and_due_again_in_a_week(clock):
    publish(resource_document("manual"), resource_document("book"), resource_document("draft", status="draft"))
    web = Web()
    assert web.run() == Counter(ok=2)
    assert sorted(web.asked) == ["https://book.example/", MANUAL]
    assert Web().run() == Counter()
    day(clock, 6, hour=23)
    assert Web().run() == Counter()
    day(clock, 7)
    assert Web().run() == Counter(ok=2)
    assert web.agents == {"Waymark link check (+http://testserver)"}


def test_enrolling_again_changes_nothing_and_costs_the_same_for_many(clock):
    make_resource("manual")
    link_checks.enrol(now=NOW)
    before = list(LinkCheck.objects.values())
    with CaptureQueriesContext(connection) as few:
        link_checks.enrol(now=NOW)
    assert list(LinkCheck.objects.values()) == before
    publish(*[resource_document(f"book-{number}") for number in range(20)])
    link_checks.enrol(now=NOW)
    with CaptureQueriesContext(connection) as many:
        link_checks.enrol(now=NOW)
    assert len(many) == len(few)


def test_limit_and_time_end_a_run_and_the_next_goes_on(clock):
    publish(*[resource_document(f"book-{number}") for number in range(5)])
    assert Web().run(limit=2).total() == 2
    assert Web().run(seconds=0).total() == 0
    assert Web().run(seconds=60).total() == 3


def test_one_is_checked_by_name_whether_due_or_not(clock):
    publish(resource_document("manual"), resource_document("book"))
    assert Web().run().total() == 2
    web = Web()
    assert web.run(slug="manual") == Counter(ok=1)
    assert web.asked == [MANUAL]


def test_link_in_the_hands_of_a_worker_is_taken_by_no_other_until_its_lease_is_over(clock):
    make_resource("manual")
    link_checks.enrol(now=NOW)
    assert link_checks.take(now=NOW)
    assert link_checks.take(now=NOW) is None
    assert link_checks.take(now=NOW + link_checks.LEASE)


@pytest.mark.django_db(transaction=True)
def test_workers_at_the_same_moment_take_different_links():
    publish(*[resource_document(f"book-{number}") for number in range(12)])
    link_checks.enrol(now=NOW)
    taken, start = [], threading.Barrier(4)

    def work():
        start.wait(5)
        while check := link_checks.take(now=NOW + DAY):
            taken.append(check.pk)
        connection.close()

    LinkCheck.objects.update(due_at=NOW)
    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)
    assert sorted(taken) == sorted(LinkCheck.objects.values_list("pk", flat=True))


# --- Turns


def test_turns_at_a_host_are_some_seconds_apart_for_all_who_ask(clock):
    waits = [link_checks.take_turn("a.example", now=NOW) for _ in range(4)]
    assert waits == [0 * PACE, PACE, 2 * PACE, 3 * PACE]
    assert link_checks.take_turn("b.example", now=NOW) == timedelta()
    assert link_checks.take_turn("a.example", now=NOW + 2 * PACE) == 2 * PACE
    assert link_checks.take_turn("a.example", now=NOW + 60 * PACE) == timedelta()


def test_who_would_wait_too_long_comes_back_later(clock):
    for _ in range(7):
        assert link_checks.take_turn("a.example", now=NOW) <= link_checks.MAX_WAIT
    with pytest.raises(HostBusy) as taken:
        link_checks.take_turn("a.example", now=NOW)
    assert taken.value.until == NOW + 7 * PACE


def test_links_of_one_host_are_waited_for_and_others_are_checked_meanwhile(clock):
    addresses = ["https://one.example/a", "https://one.example/b", "https://two.example/"]
    publish(*[resource_document(f"book-{n}", url=address) for n, address in enumerate(addresses)])
    web = Web()

    def sleep(seconds):
        web.waits.append(seconds)
        clock.shift(seconds)

    assert link_checks.run(ask=web, sleep=sleep).total() == 3
    assert web.asked == [addresses[0], addresses[2], addresses[1]]
    assert web.waits == [PACE.total_seconds()]


def test_link_that_leads_to_a_host_without_a_turn_is_put_off_and_keeps_what_was_known(clock):
    make_resource("manual")
    link_checks.enrol(now=NOW)

    def ask(address, *, user_agent, before):
        before("slow.example")

    LinkHost.objects.create(host="slow.example", free_at=NOW + timedelta(hours=3))
    assert link_checks.run(ask=ask, sleep=lambda seconds: None).total() == 0
    found = LinkCheck.objects.get()
    assert (found.outcome, found.due_at) == ("unchecked", NOW + timedelta(hours=3))


def test_host_that_asks_for_patience_is_left_alone_by_everybody(clock):
    publish(*[resource_document(f"book-{n}", url=f"https://busy.example/{n}") for n in range(3)])
    web = Web(busy={"status": 429, "retry_after": "7200"})
    assert web.run() == Counter(unclear=1)
    assert len(web.asked) == 1
    clock.shift(7100)
    assert Web().run().total() == 0
    clock.shift(200)
    assert Web().run(limit=1).total() == 1


@pytest.mark.parametrize(
    ("told", "host_after", "link_after"),
    [
        ({"status": 503}, timedelta(minutes=10), timedelta(days=2)),
        ({"status": 429, "retry_after": "nonsense"}, timedelta(0), timedelta(days=2)),
        ({"status": 429, "retry_after": str(5 * 86_400)}, timedelta(days=1), timedelta(days=5)),
        ({"status": 500, "retry_after": str(5 * 86_400)}, timedelta(0), timedelta(days=2)),
    ],
)
def test_patience_is_for_host_and_link(clock, told, host_after, link_after):
    make_resource("manual")
    found = check_on(clock, 0, told)
    assert found.due_at == NOW + link_after
    assert LinkHost.objects.get().free_at == NOW + max(host_after, PACE)


def test_hosts_are_forgotten_when_their_turns_are_over(clock):
    link_checks.take_turn("a.example", now=NOW)
    link_checks.enrol(now=NOW + DAY)
    assert not LinkHost.objects.exists()


# --- How answers are judged


def test_third_failure_on_another_day_is_dead(clock):
    make_resource("manual")
    states = [check_on(clock, number, GONE) for number in (0, 1, 2)]
    assert [(s.outcome, s.failures) for s in states] == [("failed", 1), ("failed", 2), ("dead", 3)]
    assert states[2].since == NOW + 2 * DAY
    assert states[1].due_at - states[1].checked_at > DAY


def test_failures_of_one_day_count_once(clock):
    make_resource("manual")
    for hour in (1, 9, 15, 23):
        found = check_on(clock, 0, GONE, hour=hour)
    assert (found.outcome, found.failures) == ("failed", 1)


@pytest.mark.parametrize(
    "told",
    [
        *({"status": status} for status in (401, 403, 429, 500, 502, 503, 999)),
        *({"problem": problem} for problem in LinkProblem if problem not in links.BROKEN),
    ],
    ids=str,
)
def test_what_proves_nothing_never_makes_dead(clock, told):
    make_resource("manual")
    make_resource("other")
    check_on(clock, 0, WORKS, "other")
    for number in range(5):
        check_on(clock, number, WORKS, "other")
        found = check_on(clock, number, told)
        assert (found.outcome, found.failures) == ("unclear", 0)


def test_failures_go_on_counting_after_what_proves_nothing_and_begin_anew_after_what_works(clock):
    make_resource("manual")
    told = [GONE, {"status": 503}, GONE, WORKS, GONE, GONE, {"status": 410}]
    found = [check_on(clock, number, answer) for number, answer in enumerate(told)]
    outcomes = ["failed", "unclear", "failed", "ok", "failed", "failed", "dead"]
    assert [(f.outcome, f.failures) for f in found] == list(zip(outcomes, [1, 1, 2, 0, 1, 2, 3], strict=True))


@pytest.mark.parametrize("problem", sorted(links.BROKEN))
def test_host_that_is_not_there_counts_only_while_others_answer(clock, problem):
    make_resource("manual")
    make_resource("other")
    for number in range(4):
        found = check_on(clock, number, {"problem": problem})
        assert (found.outcome, found.failures) == ("unclear", 0), "our own network may be down"
    for number in range(4, 7):
        check_on(clock, number, {"status": 500}, "other", hour=11)
        found = check_on(clock, number, {"problem": problem})
    assert (found.outcome, found.failures) == ("dead", 3)


def test_permanent_redirect_is_told_and_works(clock):
    make_resource("manual")
    found = check_on(clock, 0, {**WORKS, "address": "https://manual.example/new"})
    assert (found.outcome, found.final_address) == ("redirected", "https://manual.example/new")
    assert "permanently moved to https://manual.example/new" in link_checks.words(found)
    assert check_on(clock, 1, WORKS).final_address == ""


def test_every_outcome_has_words(clock):
    make_resource("manual")
    found = LinkCheck(outcome="unchecked")
    assert link_checks.words(found) == "It has not been checked yet."
    for problem in LinkProblem:
        assert link_checks.words(check_on(clock, 0, {"problem": problem})).endswith(".")
    assert link_checks.words(check_on(clock, 0, {"status": 503})) == "The host responds with 503."
    assert link_checks.words(check_on(clock, 0, GONE)) == "The host responds with 404. This has happened on 1 day."
    assert link_checks.words(check_on(clock, 0, WORKS)) == "It works."


def test_rows_that_contradict_themselves_are_refused_by_the_database(clock):
    make_resource("manual")
    link_checks.enrol(now=NOW)
    for wrong in (
        {"outcome": "ok"},
        {"outcome": "dead", "checked_at": NOW, "failures": 2, "failed_on": NOW.date()},
        {"outcome": "odd", "checked_at": NOW},
        {"failures": 1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            LinkCheck.objects.update(**wrong)


# --- What learners see


def shown_in(client, moments=count()):  # noqa: B008  one row for all tests
    # Pages are cached by revision and its time, and each test would have the same revisions at the same times.
    Revision.objects.update(at=NOW + next(moments) * timedelta(seconds=1))
    snapshot.forget()
    skill = snapshot.current().skills["python"]
    return {
        "snapshot": "manual" in snapshot.current().resources,
        "skill": "manual" in snapshot.current().resources_of["python"],
        "page of the skill": "Manual" in client.get(skill.url).text,
        "list": "Manual" in client.get("/resources/").text,
        "search": bool(search.search("manual")),
        "API": client.get("/api/v1/resources/").json()["count"] == 1,
        "API of the skill": bool(client.get("/api/v1/skills/python/").json()["resources"]),
        "API search": bool(client.get("/api/v1/search/?q=manual").json()["results"]),
        "way out": client.get(f"/out/{Resource.objects.get().pk}/").status_code == 302,
    }


def test_dead_resource_is_seen_nowhere_and_again_when_it_works(client, clock, dead):
    assert set(shown_in(client).values()) == {False}
    check_on(clock, 4, {"status": 503})
    assert set(shown_in(client).values()) == {False}
    check_on(clock, 5, WORKS)
    assert set(shown_in(client).values()) == {True}


def test_hiding_and_showing_are_revisions_and_no_versions(clock, dead):
    check_on(clock, 5, WORKS)
    told = Change.objects.filter(kind="resource").order_by("revision_id").values_list("change", "summary")
    assert list(told) == [
        ("published", "New: Manual."),
        ("retired", "Manual: its link is dead; it will be shown again when the link works."),
        ("published", "Manual: its link works again."),
    ]
    assert Revision.objects.count() == 3
    assert Version.objects.filter(kind="resource").count() == 1


def test_machine_does_not_touch_the_day_on_which_somebody_looked(clock, dead):
    check_on(clock, 5, WORKS)
    resource = Resource.objects.get()
    assert (resource.checked_on, resource.status) == (date(2026, 11, 1), "published")


def test_another_address_is_shown_at_once_and_checked_anew(client, clock, dead):
    publish(resource_document("manual", url="https://new.example/"))
    assert set(shown_in(client).values()) == {True}
    web = Web()
    day(clock, 2, hour=13)
    assert web.run() == Counter(ok=1)
    assert web.asked == ["https://new.example/"]
    found = LinkCheck.objects.get()
    assert (found.address, found.failures, found.host) == ("https://new.example/", 0, "new.example")


def test_saving_a_dead_resource_does_not_show_it(client, clock, dead):
    publish(resource_document("manual", author="Somebody else"))
    assert set(shown_in(client).values()) == {False}


def test_address_changed_while_it_was_asked_is_not_hidden(clock):
    make_resource("manual")
    for number in (0, 1):
        check_on(clock, number, GONE)
    day(clock, 2)

    def ask(address, *, user_agent, before):
        publish(resource_document("manual", url="https://new.example/"))
        return LinkResponse(address=address, status=404)

    link_checks.run(ask=ask, sleep=lambda seconds: None, slug="manual")
    assert not Resource.objects.get().is_dead
    link_checks.enrol(now=NOW + 2 * DAY)
    assert LinkCheck.objects.get().outcome == "unchecked"


def test_dead_links_are_findings_in_one_query(clock, dead):
    with CaptureQueriesContext(connection) as queries:
        [found] = link_checks.dead_links()
    assert len(queries) == 1
    assert (found.slug, found.name, found.address) == ("manual", "Manual", MANUAL)
    assert (found.since, found.words) == (
        NOW + 2 * DAY,
        "The host responds with 404. This has happened on 3 days in a row.",
    )
    retire(dead)
    assert link_checks.dead_links() == []


# --- Who runs it


def test_task_checks_a_small_batch_and_nothing_where_links_are_not_checked(settings, monkeypatch):
    called = []
    monkeypatch.setattr(link_checks, "run", lambda **options: called.append(options))
    settings.CHECK_LINKS = False
    tasks.check_links()
    assert called == []
    settings.CHECK_LINKS = True
    tasks.check_links()
    assert called == [{"limit": 30, "seconds": 45.0}]


def test_beat_wakes_the_task_where_links_are_checked(settings):
    assert settings.CHECK_LINKS
    assert settings.CELERY_BEAT_SCHEDULE["links"]["task"] == tasks.check_links.name


def test_demo_checks_no_link(settings):
    settings.CHECK_LINKS = False
    with pytest.raises(CommandError, match="works offline"):
        call_command("check_links")


@pytest.fixture
def offline(monkeypatch):
    """Makes the command use this web instead of the real one."""
    web, run = Web(lost=GONE), link_checks.run
    monkeypatch.setattr(link_checks, "run", lambda **options: run(ask=web, sleep=web.waits.append, **options))
    return web


def test_command_counts_and_names_what_does_not_work(clock, offline, capsys):
    publish(resource_document("manual"), resource_document("lost"))
    call_command("check_links")
    said = capsys.readouterr()
    assert said.out == "checked 2: ok 1, failed 1\n"
    assert said.err == "lost: failed. The host responds with 404. This has happened on 1 day.\n"
    call_command("check_links")
    assert capsys.readouterr().out == "checked 0\n"


def test_command_takes_a_limit_or_a_name(clock, offline, capsys):
    publish(resource_document("manual"), resource_document("book"))
    call_command("check_links", "--limit", "1")
    assert capsys.readouterr().out == "checked 1: ok 1\n"
    call_command("check_links", "--resource", "book")
    assert offline.asked[-1] == "https://book.example/"
    with pytest.raises(CommandError, match="no published resource"):
        call_command("check_links", "--resource", "nothing")
    LinkHost.objects.update(free_at=NOW + DAY)
    with pytest.raises(CommandError, match="checked later"):
        call_command("check_links", "--resource", "book")
