import re
from dataclasses import replace
from datetime import date
from email import message_from_bytes
from email.policy import default
from html import unescape

import pytest
import time_machine
from django.template.defaultfilters import striptags

from guidance.catalog import snapshot
from guidance.catalog.models import Role, Skill
from guidance.progress import services as progress
from guidance.reminders import tokens
from guidance.reminders.backoff import IgnoredCount
from guidance.reminders.context import ReminderContext, load
from guidance.reminders.emails import compose, week_of
from guidance.reminders.message import COLUMNS
from guidance.reminders.models import Delivery, ReminderKind
from tests import factories
from tests.reminders.learners import DAY, HOUR, NOW, TODAY, make_learner, owe, turn_on
from tests.web.conftest import Markup

pytestmark = pytest.mark.django_db
ADDRESS = "lena@example.org"
TOKEN = re.compile(r"[\w-]+:[\w-]+:[\w-]{20,}")


@pytest.fixture
def catalogue():
    """Level 1 of a skill takes 4 hours, level 2 another 12. Python needs SQL 1."""
    factories.publish(
        factories.skill_document("sql", name="SQL"),
        factories.skill_document("python", prerequisites={"sql": 1}),
        factories.skill_document("git"),
        factories.check_document("sql"),
        factories.role_document("ai-engineer", requirements={"python": (2, 5), "git": (1, 2)}),
        factories.resource_document("tutorial", name="The tutorial", type="course", skills={"python": [0, 1]}),
    )


@pytest.fixture
def learner(catalogue):
    """A learner with six hours a week, two on each of three days. It is Wednesday morning."""
    learner = make_learner(ADDRESS, time_zone="Europe/Zurich")
    assess(learner, "sql", 2, now=NOW - 40 * DAY)
    set_goal(learner, now=NOW - 30 * DAY)
    turn_on(learner, *ReminderKind, now=NOW - 20 * DAY, weekdays=(1, 3, 5))
    return learner


def set_goal(learner, now=NOW, **fields):
    known = {"role": Role.objects.get(slug="ai-engineer"), "hours_per_week": 6, "weekdays": (1, 3, 5), "now": now}
    return progress.set_goal(learner=learner, **known | fields)


def study(learner, minutes, slug="python", days_ago=0):
    skill = Skill.objects.get(slug=slug)
    progress.log_study(learner=learner, skill=skill, minutes=minutes, on=TODAY - days_ago * DAY, now=NOW)


def assess(learner, slug, level, now=NOW):
    progress.assess(learner=learner, skill=Skill.objects.get(slug=slug), level=level, now=now)


def check(learner, slug="sql", now=NOW - 70 * DAY):
    """Pass a check so long ago that a review is due."""
    progress.pass_check(learner=learner, skill=Skill.objects.get(slug=slug), level=2, now=now)


def context(learner, kind: ReminderKind = ReminderKind.STUDY, *, catalogue=None, now=NOW, **changes) -> ReminderContext:
    delivery = learner.deliveries.filter(kind=kind, on=TODAY).first() or owe(learner, kind)
    [found] = load([delivery.pk], snapshot=catalogue or snapshot.current(), now=now)
    return replace(found, **changes)


def said(learner, kind: ReminderKind = ReminderKind.STUDY, **options) -> str:
    """The text of the email, one paragraph a line."""
    text = str(compose(context(learner, kind, **options)).body)
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def html_of(message) -> str:
    [part] = message.alternatives
    assert part.mimetype == "text/html"
    return str(part.content)


def subject_of(learner, kind: ReminderKind = ReminderKind.STUDY, **options) -> str:
    return str(compose(context(learner, kind, **options)).subject)


# The next step


def test_study_says_the_step_and_what_of_it_fits_today(learner):
    assert subject_of(learner) == "Python, level 1: 2 h today"
    text = said(learner)
    assert text.startswith(
        "Your next step: Python, level 1\n\nAt 6 h a week, Mon, Wed and Fri, today’s share is 2 h.\n\n"
    )
    assert "Take The tutorial (Its authors, free, 4 h): http://testserver/out/" in text
    assert "2 h today, of 4 h left; reached on Fri 27 Nov" in text
    assert "This week: 0 h of your target of 6 h Ready now: 0.0 of 100 After this step: 35.7" in text
    assert "Why this one: Required for AI engineer: level 2, importance 5 of 5." in text
    assert "http://testserver/skills/python/" in text


def test_study_leaves_time_for_the_reviews_of_the_day(learner):
    check(learner)
    assert subject_of(learner) == "Python, level 1: 1 h 55 min today"
    text = said(learner)
    assert "At 6 h a week, Mon, Wed and Fri, today’s share is 2 h. Reviews take 5 min of it, before the step." in text
    assert "1 h 55 min today, of 4 h left; reached on Mon 30 Nov" in text


def test_study_says_the_project_of_a_milestone(learner):
    factories.publish(
        factories.project_document("report", summary="Numbers that somebody asked for.", hours=7, proves={"sql": 1}),
        factories.milestone_document("ask-data", steps=[("sql", 1)], projects=["report"]),
        factories.milestone_document("programs", steps=[("python", 1), ("python", 2), ("git", 1)]),
        factories.role_document(
            "ai-engineer", requirements={"python": (2, 5), "git": (1, 2)}, milestones=["ask-data", "programs"]
        ),
    )
    assert subject_of(learner) == "Project: Report: 2 h today"
    text = said(learner)
    assert text.startswith("Your next step: Project: Report\n\n")
    assert "Numbers that somebody asked for. (7 h): http://testserver/projects/report/" in text
    assert "Why this one: It completes “Ask data” and shows SQL 1." in text
    assert "Open the project" in text


def test_study_says_the_target_of_a_first_week(catalogue):
    learner = make_learner(ADDRESS, time_zone="Europe/Zurich")
    turn_on(learner, ReminderKind.STUDY, now=NOW - HOUR)
    set_goal(learner)  # on a Wednesday, with two of three study days to come
    assert "This week: 0 h of your target of 4 h (6 h a week from Monday)" in said(learner)
    set_goal(learner, weekdays=(1, 2))
    assert "This week: 0 h Ready now" in said(learner)


def test_study_counts_what_is_logged_today(learner):
    study(learner, 30)
    text = said(learner)
    assert "today’s share is 2 h. You’ve already logged 30 min." in text
    assert "1 h 30 min today, of 3 h 30 min left; reached on Fri 27 Nov" in text
    assert "30 min of your target of 6 h" in text
    study(learner, 90, "sql")
    text = said(learner)
    assert "You’ve already logged today’s 2 h. This is what comes next." in text
    assert "3 h 30 min left, reached on Mon 30 Nov" in text
    assert subject_of(learner) == "Next: Python, level 1"


def test_study_says_when_today_finishes_the_step(learner):
    study(learner, 150, days_ago=1)
    assert "1 h 30 min today, and this step is done" in said(learner)


def test_study_says_when_today_is_no_study_day(learner):
    set_goal(learner, weekdays=(2, 5))
    text = said(learner)
    assert "Today isn’t a study day. Next, from Fri 27 Nov." in text
    assert "4 h left, reached on Tue 1 Dec" in text
    set_goal(learner, days_off=[TODAY])
    assert "Today is a day off. Next, from Fri 27 Nov." in said(learner)


def test_study_on_every_day(learner):
    set_goal(learner, weekdays=range(1, 8), hours_per_week=7)
    assert "At 7 h a week, every day, today’s share is 1 h." in said(learner)


def test_study_without_a_resource_has_the_level_in_words(learner):
    assess(learner, "python", 1)
    assert "You can use Python at level 2." in said(learner)


def test_study_names_the_next_unit(learner):
    units = [
        {"id": "read-it", "read": "tutorial", "part": "Part 1", "minutes": 60},
        {"id": "call", "build": "A call with a timeout.", "minutes": 150},
    ]
    python = factories.make_skill("python", prerequisites={"sql": 1}, effort=[3.5, 12, 30, 60], units={1: units})
    factories.make_resource("tutorial", name="The tutorial", type="course", skills={"python": [0, 1]})
    assert "Next: Study The tutorial, Part 1 (1 h)" in said(learner)
    progress.tick_unit(learner=learner, skill=python, level=1, key="read-it", now=NOW)
    assert "Next: Build a call with a timeout (2 h 30 min)" in said(learner)
    study(learner, 150)  # without a unit, so it counts for this one
    assert "Next: Build a call with a timeout (2 h 30 min)" in said(learner)
    progress.tick_unit(learner=learner, skill=python, level=1, key="call", now=NOW)
    assert "You’ve done every unit. Have you reached level 1?" in said(learner)


def test_links_of_a_study_mail_belong_to_it(learner):
    found = context(learner)
    text = str(compose(found).body)
    done = re.search(r"Log 30 min:\nhttp://testserver/reminders/(.*)/done/", text)
    pause = re.search(r"Pause for 3 days:\nhttp://testserver/reminders/(.*)/snooze/", text)
    assert tokens.delivery(done[1]) == tokens.delivery(pause[1]) == found.delivery.pk


# Why the learner gets it


def test_each_mail_says_why_it_came(learner):
    because = "because you turned on the reminder “{}” on 5 November 2026: Mon, Wed and Fri at 07:30, Europe/Zurich."
    study(learner, 30)
    check(learner)
    for kind in (ReminderKind.STUDY, ReminderKind.WEEKLY, ReminderKind.BEHIND, ReminderKind.REVIEW):
        assert because.format(kind.label) in said(learner, kind)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, None),
        (2, None),
        (4, "Only every other email is sent, because nothing happened in Waymark after the last 4."),
        (7, "Only one email a week is sent, because nothing happened in Waymark after the last 7."),
    ],
)
def test_thinned_study_mails_say_so(learner, count, words):
    text = said(learner, ignored=IgnoredCount(count, TODAY - 8 * DAY, skipped=True))
    assert ("nothing happened" in text) == ("Log or change anything and they’ll come as before." in text) == bool(words)
    assert (words or "") in text


def test_last_notice_says_that_no_more_comes(learner):
    ignored = IgnoredCount(10, TODAY - 8 * DAY, skipped=True)
    assert subject_of(learner, ignored=ignored) == "The last email about your next step, unless you come back"
    text = said(learner, ignored=ignored)
    assert "This is the last email of this kind. You won’t get another until you log or change something" in text
    assert "This is the last email, because nothing happened in Waymark after the previous 10." in text
    assert "2 h today, of 4 h left" in text
    assert "Pause" not in text.replace("or pause", "")  # not for a reminder that no longer comes


# The week


def test_weekly_looks_back_and_ahead(learner):
    study(learner, 60, days_ago=8)  # Tuesday of the previous week
    study(learner, 90, days_ago=5)
    study(learner, 600, days_ago=1)  # not of that week
    assess(learner, "git", 1, now=NOW - 6 * DAY)
    assert subject_of(learner, ReminderKind.WEEKLY) == "Your week: 2 h 30 min of 6 h planned"
    text = said(learner, ReminderKind.WEEKLY)
    assert text.startswith("Your week, Mon 16 Nov to Sun 22 Nov\n\n2 h 30 min of 6 h planned\n\n")
    assert (
        "Readiness: 28.6 of 100 (28.6 self-reported), +28.6 in the last four weeks Streak: 1 week on target so far."
        in text
    )
    assert "What changed your readiness\n\n- Git +28.6: from level 0 to 1 on Thu 19 Nov" in text
    assert (
        "The next seven days\n\n- Python, level 1: Wed 25 Nov · 24 min · 64.3 ready after it http://testserver/" in text
    )
    assert "- Python, level 2: Wed 25 Nov to Wed 9 Dec · 12 h · 100.0 ready after it" in text
    assert "At your current pace you’ll finish around " in text


def test_weekly_without_anything_done_or_left(learner):
    assert subject_of(learner, ReminderKind.WEEKLY) == "Your week: 0 h of 6 h planned"
    assert "Readiness: 0.0 of 100, the same as four weeks ago" in said(learner, ReminderKind.WEEKLY)
    assert "If you keep to the plan, you’ll finish on 16 December 2026." in said(learner, ReminderKind.WEEKLY)
    assess(learner, "python", 2)
    assess(learner, "git", 1)
    text = said(learner, ReminderKind.WEEKLY)
    assert "Nothing is left in the plan." in text
    assert "The next seven days" not in text


def test_weekly_of_a_week_off(learner):
    days_off = [TODAY - number * DAY for number in range(1, 11)]
    learner.dayoffs.bulk_create([learner.dayoffs.model(learner=learner, day=day) for day in days_off])
    assert subject_of(learner, ReminderKind.WEEKLY) == "Your week: 0 h, and nothing was planned"


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (date(2026, 11, 23), date(2026, 11, 16), date(2026, 11, 22)),  # Monday
        (date(2026, 11, 25), date(2026, 11, 16), date(2026, 11, 22)),
        (date(2026, 11, 26), date(2026, 11, 23), date(2026, 11, 26)),  # Thursday
        (date(2026, 11, 29), date(2026, 11, 23), date(2026, 11, 29)),
    ],
)
def test_week_to_look_back_on(today, first, last):
    assert week_of(today) == (first, last)


# Falling behind


def test_behind_says_by_how_much_and_what_is_enough(learner):
    """Twenty hours of work are left, with three study days of two hours until the deadline. 24 h were planned in four weeks."""
    set_goal(learner, deadline=TODAY + 5 * DAY)
    study(learner, 60, "sql", days_ago=1)
    assert subject_of(learner, ReminderKind.BEHIND) == "23 h behind your plan"
    text = said(learner, ReminderKind.BEHIND)
    assert "In the last four weeks, you planned 24 h and logged 1 h: 23 h less" in text
    assert "At 6 h a week you’ll finish on Wednesday 16 December 2026, 16 days after your deadline." in text
    assert "Any one of these is enough to meet your deadline, 30 November 2026." in text
    assert "- Study more: 20 h a week, 14 h more than now. You’ll finish everything by 30 November 2026." in text
    assert "- Move the deadline: To 16 December 2026, or remove it: then nothing is late." in text


def test_behind_offers_a_shorter_way_until_it_is_taken(learner):
    """Only 20 of 24 hours fit before the deadline. Git and Cobol come first; Python, which takes 16, has the largest weight."""
    factories.publish(
        factories.skill_document("cobol"),
        factories.milestone_document("shared-code", steps=[("git", 1)]),
        factories.milestone_document("old-code", steps=[("cobol", 1)]),
        factories.milestone_document("programs", steps=[("python", 1), ("python", 2)]),
        factories.role_document(
            "ai-engineer",
            requirements={"python": (2, 5), "git": (1, 1), "cobol": (1, 1)},
            milestones=["shared-code", "old-code", "programs"],
        ),
    )
    set_goal(learner, deadline=date(2026, 12, 16))
    text = said(learner, ReminderKind.BEHIND)
    assert "Not everything fits in before 16 December 2026. Nothing changes until you choose." in text
    assert (
        "- Take a shorter path first: The steps that add the most points per hour come before 16 December 2026, the rest after it. You would be at 85.7 of 100 by then, instead of 64.3."
        in text
    )
    progress.set_path(learner=learner, shorter=True)
    assert "shorter way" not in said(learner, ReminderKind.BEHIND)


def test_behind_of_a_plan_that_is_late_while_nothing_is_short(learner):
    set_goal(learner, deadline=TODAY + 5 * DAY)
    study(learner, 1440, "sql", days_ago=1)
    assert subject_of(learner, ReminderKind.BEHIND) == "Your plan ends 16 days after your deadline"
    text = said(learner, ReminderKind.BEHIND)
    assert "16 December 2026 is when it ends at 6 h a week; your deadline is 30 November 2026" in text
    assert "In the last four weeks, you planned 24 h and logged 24 h." in text


def test_behind_without_a_deadline_says_what_follows(learner):
    for days_ago in (3, 10, 17, 24):
        study(learner, 120, "sql", days_ago=days_ago)
    assert subject_of(learner, ReminderKind.BEHIND) == "16 h behind your plan"
    text = said(learner, ReminderKind.BEHIND)
    assert "At your current pace you’ll finish around " in text
    assert "- Keep to the hours of your plan: At 6 h a week you’ll finish on Wednesday 16 December 2026." in text
    assert "- Plan with the hours you really have: In the last 4 weeks you studied 2 h a week on average." in text


# Reviews


def test_review_names_the_skills_and_how_long_it_takes(learner):
    check(learner)
    assert subject_of(learner, ReminderKind.REVIEW) == "Time to review SQL"
    text = said(learner, ReminderKind.REVIEW)
    assert "5 min for 1 review" in text
    assert "- SQL, level 2: Three questions, checked in September. http://testserver/skills/sql/review/" in text


def test_review_of_many_has_three_at_a_time(learner):
    check(learner)
    for number in range(7):
        factories.make_skill(f"skill-{number}")
        factories.make_check(f"skill-{number}")
        check(learner, f"skill-{number}", now=NOW - (71 + number) * DAY)
    assert subject_of(learner, ReminderKind.REVIEW) == "Time to review Skill 6, Skill 5, Skill 4 and 5 more"
    text = said(learner, ReminderKind.REVIEW)
    assert "15 min for 3 reviews" in text
    assert text.count("Three questions, checked in") == 3
    assert "5 more are due. They will be on your dashboard once these are done." in text


def test_review_says_what_is_worth_a_refresh(learner):
    check(learner)
    sql = Skill.objects.get(slug="sql")
    progress.finish_review(learner=learner, skill=sql, passed=False, now=NOW - 14 * DAY)
    assert "- SQL, level 2: Three questions, worth a refresh." in said(learner, ReminderKind.REVIEW)


# Every kind


@pytest.fixture(params=list(ReminderKind), ids=str)
def written(request, learner):
    """An email of each kind."""
    study(learner, 30)
    check(learner)
    return compose(context(learner, request.param))


def test_mail_has_its_headers(written, settings):
    delivery = Delivery.objects.get()
    raw = written.message().as_bytes()
    found = message_from_bytes(raw, policy=default)
    assert written.recipients() == [ADDRESS]
    assert found["To"] == ADDRESS
    assert found["From"] == settings.DEFAULT_FROM_EMAIL
    assert found["Message-ID"] == f"<{delivery.message_id}@testserver>"
    assert found["Date"].datetime == delivery.planned_at
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert found.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in found.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize("site", ["http://testserver", f"https://{'waymark.' * 12}example"])
def test_address_to_unsubscribe_is_in_one_piece(learner, settings, site):
    """The standard library would write a long URL as encoded words, which mail programs do not decode."""
    settings.SITE_URL = site
    raw = compose(context(learner, ReminderKind.WEEKLY)).message().as_bytes()
    [address] = re.findall(rb"^List-Unsubscribe: <(.*)>$", raw, re.MULTILINE)
    token = re.fullmatch(rf"{site}/unsubscribe/(.*)/", address.decode())[1]
    assert tokens.subscription(token) == tokens.Subscription(learner.pk, ReminderKind.WEEKLY)


@pytest.mark.parametrize("kind", list(ReminderKind))
def test_writing_asks_the_database_nothing(learner, kind, django_assert_num_queries):
    found = context(learner, kind)
    with django_assert_num_queries(0):
        compose(found).message().as_bytes()


@pytest.mark.parametrize("kind", list(ReminderKind))
def test_each_attempt_sends_the_same(learner, kind):
    with time_machine.travel(NOW, tick=False):
        first = compose(context(learner, kind))
        assert first.message().as_bytes() == compose(context(learner, kind)).message().as_bytes()
    with time_machine.travel(NOW + HOUR):
        second = compose(context(learner, kind, now=NOW + HOUR))
    for text, other in [(first.body, second.body), (html_of(first), html_of(second))]:
        assert TOKEN.sub("", text) == TOKEN.sub("", other)
    for name in ("Message-ID", "Date", "Subject"):
        assert first.message()[name] == second.message()[name]


def test_text_reads_well(written):
    for line in str(written.body).splitlines():
        assert len(line) <= COLUMNS or "http://" in line
        assert line == line.rstrip()
    assert not re.search(r"<|>|&\w+;|\n{3}", str(written.body))
    assert re.search(r"\n\n-{40}\n\nYou get this because[^<]*\n\nWaymark, http://testserver\n$", str(written.body))


def test_html_is_well_formed(written):
    markup = Markup()
    markup.feed(html_of(written))
    markup.close()
    # Mail programs need inline styles, which pages must not have.
    assert [problem for problem in markup.problems if "style" not in problem] == []
    assert markup.open == []


def test_html_has_its_styles_on_the_elements(written):
    html = html_of(written)
    assert re.search(r'<a class="go"[^>]* style="[^"]*background: #14211b', html)
    assert re.search(r'<td bgcolor="#ffc619"[^>]* style="[^"]*#ffc619', html)
    assert html.count("<style>") == 1
    assert "prefers-color-scheme: dark" in html
    assert not re.search(r"{[{%]|[%}]}|<!--", html)
    assert not re.search(r"<(img|link|script)|url\(", html)  # loads nothing and does not report that it was read


def test_text_and_html_say_the_same(written):
    html = html_of(written)
    body = html[html.index("<h1") :]
    plain = re.sub(r"http\S*", "", str(written.body))

    def numbers(text):
        return sorted(set(re.findall(r"\d+(?:[.,]\d+)*", text)))

    assert numbers(unescape(striptags(body)).replace("http://testserver", "")) == numbers(plain)
    links = [unescape(link) for link in re.findall(r'href="(.*?)"', html)]
    assert sorted(links) == sorted(re.findall(r"http\S*/(?=\n)", str(written.body)))


TURNING = "\u202a-\u202e\u2066-\u2069"
POISON = [
    "Two\r\nBcc: everybody@example.org",
    "<script>alert(1)</script>",
    "{name} {0} %(name)s %s",
    "{{ content }}{% debug %}",
    "long" * 50,
    "\u202ebackwards\u2066",
    "قواعد البيانات",
    '"quoted" & <b>bold</b>',
]


@pytest.mark.parametrize("kind", list(ReminderKind))
@pytest.mark.parametrize("name", POISON)
def test_names_do_no_harm(learner, kind, name):
    check(learner)
    known = snapshot.current()
    skills = {slug: replace(skill, name=name) for slug, skill in known.skills.items()}
    roles = {slug: replace(role, name=name) for slug, role in known.roles.items()}
    message = compose(context(learner, kind, catalogue=replace(known, skills=skills, roles=roles)))
    found = message_from_bytes(message.message().as_bytes(), policy=default)
    assert found["Bcc"] is None
    assert "\n" not in message.subject
    html = html_of(message)
    assert not re.search(rf"<script|<b>bold|[{TURNING}]", html + str(message.body).replace(name, ""))
    markup = Markup()
    markup.feed(html)
    assert markup.open == []
    whole = " ".join(re.sub(f"[{TURNING}]", "", name).split())
    if kind != ReminderKind.BEHIND:  # which names none
        assert whole in " ".join(str(message.body).split())
        assert whole in " ".join(unescape(html).split())
