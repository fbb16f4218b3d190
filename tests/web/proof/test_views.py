import html
import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts import emails
from accounts.models import OutgoingMail, User
from guidance.catalog.models import Project, Skill
from guidance.progress import services
from guidance.progress.models import ProofPage
from tests import factories
from tests.web.learners import said, set_goal

pytestmark = pytest.mark.django_db
PAGE, RESUME, REPORT = "/p/lena/", "/p/lena/resume.json", "/p/lena/report/"


@pytest.fixture
def lena(db, time_machine) -> User:
    time_machine.move_to("2026-11-25T12:00:00Z", tick=False)
    factories.publish(
        factories.skill_document("python"),
        factories.project_document("report", proves={"python": 1}),
        factories.role_document("ai-engineer", requirements={"python": (2, 5)}),
    )
    learner = User.objects.create_user("lena@example.com", name="Private name")
    now = learner.date_joined
    set_goal(learner)
    services.assess(learner=learner, skill=Skill.objects.get(), level=1, now=now)
    services.save_project_work(
        learner=learner, project=Project.objects.get(), ticked=[], url="https://example.com/?a=<b>&c", now=now
    )
    services.write_note(learner=learner, skill=Skill.objects.get(), text="private note")
    services.add_evidence(learner=learner, skill=Skill.objects.get(), text="private evidence", now=now)
    shown = {"display_name": "Lena <b>Example</b>", "skills": "all"}
    services.save_proof_page(learner=learner, now=now, name="lena", is_public=True, **shown)
    return learner


def test_stranger_reads_what_the_learner_shows_and_nothing_else(lena, client, problems_of):
    response = client.get(PAGE)
    text = said(response)
    for words in ("Lena <b>Example</b>", "As of 25 November 2026.", "50.0 of 100", "level 1 of 4, aware"):
        assert words in text
    assert "Not checked (set on 25 November 2026)" in text
    assert "The learner set this level, or it is usual for the background that they picked" in text
    assert "Skills that the role “AI engineer” asks for At the target level or above: 0 of 1. Below it: 1." in text
    assert "level 1 of 4, aware (target: level 2)" in text
    assert "Levels go from 1 to 4" in text
    for secret in ("lena@example.com", "Private name", "private note", "private evidence"):
        assert secret not in response.text
    assert problems_of(response.text) == []


def test_counts_of_the_role_add_up_and_missing_skills_are_told_apart(lena, client):
    for slug in ("aws", "azure", "sql"):
        factories.publish(factories.skill_document(slug))
    cloud = {"name": "Cloud", "one_of": {"aws": 1, "azure": 1}, "importance": 3}
    needs = {"python": (1, 5), "sql": (1, 2)}
    factories.publish(factories.role_document("ai-engineer", requirements=needs, choices={"cloud": cloud}))
    text = said(client.get(PAGE))
    assert (
        "At the target level or above: 1 of 3 (checked or shown by a project: 0). Missing (2): Aws or Azure; Sql."
        in text
    )
    services.pass_check(learner=lena, skill=Skill.objects.get(slug="python"), level=1, now=lena.date_joined)
    services.save_proof_page(learner=lena, now=lena.date_joined, name="lena", is_public=True, skills="proved")
    text = said(client.get(PAGE))
    assert (
        "At the target level or above: 1 of 3. Not checked, and not shown by a project (2): Aws or Azure; Sql." in text
    )


def test_stranger_reads_what_a_check_is_its_day_and_the_last_review(lena, client, time_machine, problems_of):
    skill = Skill.objects.get()
    time_machine.move_to("2026-11-27T12:00:00Z", tick=False)
    services.pass_check(learner=lena, skill=skill, level=1, now=timezone.now())
    text = said(client.get(PAGE))
    assert "Checked with five questions on 27 November 2026" in text
    for words in ("mostly multiple-choice", "books and the web", "no one supervised the check", "on another day"):
        assert words in text
    time_machine.move_to("2027-03-01T12:00:00Z", tick=False)
    services.finish_review(learner=lena, skill=skill, passed=True, now=timezone.now())
    assert "Last reviewed on 1 March 2027: passed" in said(client.get(PAGE))
    time_machine.move_to("2027-11-27T12:00:00Z", tick=False)
    services.finish_review(learner=lena, skill=skill, passed=False, now=timezone.now())
    response = client.get(PAGE)
    text = said(response)
    assert "Last reviewed on 27 November 2027: not passed" in text
    assert "Checked with five questions on 27 November 2026" in text
    assert problems_of(response.text) == []


def test_proved_level_has_its_text_as_a_quotation(lena, client, time_machine):
    skill, quoted = Skill.objects.get(), "The words in quotation marks come from there."
    assert quoted not in said(client.get(PAGE))
    services.pass_check(learner=lena, skill=skill, level=1, now=timezone.now())
    text = said(client.get(PAGE))
    assert f"aware (target: level 2) “{skill.level_texts[0]}” Checked" in text
    assert quoted in text
    services.assess(learner=lena, skill=skill, level=2, now=timezone.now())
    text = said(client.get(PAGE))
    assert f"Level 1: “{skill.level_texts[0]}” Level 1 checked" in text
    assert skill.level_texts[1] not in text


def test_page_of_proved_levels_says_what_it_leaves_out(lena, client):
    skill, now = Skill.objects.get(), lena.date_joined
    project = Project.objects.get()
    services.assess(learner=lena, skill=skill, level=2, now=now)
    services.prove_by_project(learner=lena, project=project, levels={skill.pk: 1}, now=now)
    services.save_proof_page(learner=lena, now=now, name="lena", is_public=True, skills="proved")
    text = said(client.get(PAGE))
    assert "It includes levels that no check or project shows" in text
    assert "Shown by a project on 25 November 2026" in text
    assert "ticked its checklist. No one at Waymark looked at the work." in text
    services.save_proof_page(learner=lena, now=now, name="lena", is_public=True, skills="all")
    assert "It includes levels that no check or project shows" not in said(client.get(PAGE))


def test_no_cookie_no_cache_no_index(lena, client):
    for path in (PAGE, RESUME, REPORT):
        response = client.get(path)
        assert response.headers["Cache-Control"] == "private, no-store"
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        assert not response.cookies
    assert '<meta name="robots" content="noindex, nofollow, noarchive">' in client.get(PAGE).text
    assert "/p/" not in client.get("/robots.txt").text  # a robot has to read the page to see that it must not index it
    assert "/p/" not in client.get("/sitemap.xml").text


def test_project_links_to_the_work_and_to_its_brief(lena, client):
    text = client.get(PAGE).text
    assert '<a href="/projects/report/">Brief and checklist on Waymark</a>' in text
    [link] = re.findall(r'<a href="https://example.com[^>]*>', text)
    assert html.unescape(link) == '<a href="https://example.com/?a=<b>&c" rel="ugc nofollow noopener">'


def test_page_is_the_same_for_everybody(lena, client):
    owner = Client()
    owner.force_login(lena)
    assert owner.get(PAGE).text == client.get(PAGE).text


def test_page_that_is_off_is_not_there(lena, client):
    missing = client.get("/p/nobody/")
    services.revoke_proof_page(learner=lena, now=lena.date_joined)
    for path in (PAGE, RESUME, REPORT):
        response = client.get(path)
        assert response.status_code == 404
        assert response.headers["Cache-Control"] == "private, no-store"
        assert response.text == missing.text.replace("/p/nobody/", path)


def test_page_costs_a_few_queries(lena, client, queries):
    with queries(6):
        client.get(PAGE)
    with queries(5):  # the state of the learner is cached
        client.get(PAGE)


def test_resume_is_beside_the_page(lena, client):
    resume = client.get(RESUME).json()
    assert resume["basics"]["name"] == "Lena <b>Example</b>"
    assert resume["basics"]["url"].endswith("/p/lena/")
    assert "email" not in resume["basics"]


def test_report_reaches_the_operator_and_says_nothing_of_who_sent_it(lena, settings):
    settings.PRIVACY_CONTACT = "mailto:privacy@waymark.example?subject=x"
    stranger = Client(enforce_csrf_checks=True, headers={"User-Agent": "Telltale/1.0"})
    response = stranger.post(REPORT, {"text": "Not her.\nhttp://localhost:8000/phish"}, REMOTE_ADDR="203.0.113.9")
    assert response.status_code == 200
    assert not response.cookies
    row = OutgoingMail.objects.get()
    assert (row.user, row.address, row.context) == (
        None,
        "",
        {"page": "lena", "text": "Not her.\r\nhttp://localhost:8000/phish".replace("\r", "")},
    )
    mail = emails.compose(row)
    assert mail.to == ["privacy@waymark.example"]
    assert "/p/lena/" in mail.body
    assert "> Not her.\n> http://localhost:8000/phish" in mail.body
    assert "/admin/progress/proofpage/?q=lena" in mail.body
    assert 'href="http://localhost:8000/phish"' not in mail.alternatives[0].content
    for trace in ("203.0.113.9", "Telltale"):
        assert trace not in mail.message().as_string()


def test_report_without_a_contact_goes_to_the_sender_of_the_site(lena, settings):
    settings.PRIVACY_CONTACT, settings.SECURITY_CONTACT = "https://waymark.example/contact", ""
    settings.DEFAULT_FROM_EMAIL = "Waymark <site@waymark.example>"
    assert emails.operator_address() == "site@waymark.example"


def test_report_says_something(lena, client):
    for text in ("", "  ", "a" * 1_001):
        response = client.post(REPORT, {"text": text})
        assert response.status_code == 422
    assert not OutgoingMail.objects.exists()


def test_reports_are_limited_by_address(lena, client):
    cache.clear()
    statuses = [client.post(REPORT, {"text": "Spam"}, REMOTE_ADDR="203.0.113.9").status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    assert client.post(REPORT, {"text": "Spam"}, REMOTE_ADDR="203.0.113.10").status_code == 200
    assert OutgoingMail.objects.count() == 6
    cache.clear()


def test_administrator_takes_a_page_down_and_allows_it_again(lena, client, settings):
    settings.DEMO = True  # staff without a second factor
    boss = Client()
    boss.force_login(User.objects.create_superuser("boss@example.com"))
    page = ProofPage.objects.get()
    assert "lena" in boss.get("/admin/progress/proofpage/?q=lena").text
    for action, status in (("take_down", 404), ("allow", 200)):
        boss.post("/admin/progress/proofpage/", {"action": action, "_selected_action": [page.pk]})
        assert client.get(PAGE).status_code == status
