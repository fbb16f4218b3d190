"""“Something wrong here? Suggest a correction”: the form behind the link on every page of the catalogue.

The link is the same for everyone, so cached pages can contain it; the form is made for each visitor. Someone who sends many reports loses
none: after the first few in ten minutes, further reports are held back for a curator to look through, and only after `MAX_STORED`
in an hour is a report rejected, with its text still in the form.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts import counters
from accounts.client_ip import network
from guidance.catalog import snapshot as catalogue
from guidance.catalog.kinds.skill import Skill, Unit
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import RecordGone, RecordMoved, Snapshot, UnknownRecord
from guidance.catalog.text import day
from guidance.curation import inbox
from guidance.curation.inbox import SHOWN_ON, Subject
from guidance.curation.models import ReaderReport
from guidance.progress.units import text_of, title_of
from guidance.web.context import is_signed_in
from guidance.web.http import form_page, learner_of, next_url, redirect_with
from guidance.web.reports.forms import UNIT, CorrectionForm, wait_text

# Numbers of reports that go straight to the inbox, from one sender and from all; and the maximum stored for one sender.
MAX_AT_ONCE, AT_ONCE_SECONDS = 20, 600
MAX_OF_ALL, HOUR = 300, 3600
MAX_STORED = 1_000
MAX_UNIT_NAME = 80  # characters


@login_not_required
@never_cache
@form_page
def correction(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    snapshot = catalogue.current()
    try:
        subjects = _subjects(snapshot, kind, slug)
    except RecordMoved as moved:
        return HttpResponseRedirect(reverse("web:correction", args=[kind, moved.record.slug]))
    except (RecordGone, UnknownRecord, KeyError):
        raise Http404 from None
    first = next(iter(subjects.values()))
    back = next_url(request, first.url)
    form = CorrectionForm(
        request.POST if request.method == "POST" else None,
        subjects=[(key, _label(subject, first)) for key, subject in subjects.items()],
        has_account=is_signed_in(request),
        initial={"next": back},
    )
    status, wait = HTTPStatus.OK, ""
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            subject = subjects[form.cleaned_data["about"]]
            if before := _sent_before(request, form, subject):
                return redirect_with(request, _twice(form, before), to=back)
            seconds, is_held = _send(request, form, subject)
            if not seconds:
                return redirect_with(request, _thanks(request, form, is_held=is_held), to=back)
            status, wait = HTTPStatus.TOO_MANY_REQUESTS, wait_text(seconds)
    context = {"form": form, "subject": first, "back": back, "wait": wait, "has_choice": len(subjects) > 1}
    return render(request, "web/correction.html", context, status=status)


def _thanks(request: HttpRequest, form: CorrectionForm, *, is_held: bool) -> str:
    thanks = _("Thank you. Your report is with the curators.")
    if is_held:
        thanks = _(
            "Thank you. Your report is stored. It came very fast, with many others or with many links, so a "
            "curator first checks whether it is genuine."
        )
    if is_signed_in(request):
        text = _("{thanks} Follow its progress under {link}. If a curator answers, we also send the answer to {email}.")
        return format_html(text, thanks=thanks, email=learner_of(request).email, link=_own_reports())
    if form.cleaned_data["email"]:
        return _("{thanks} If a curator answers, we send the answer to {email}.").format(
            thanks=thanks, email=form.cleaned_data["email"]
        )
    return _("{thanks} You left no address, so you will get no answer.").format(thanks=thanks)


def _own_reports() -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse("web:own-reports"), _("Your reports"))


def _sent_before(request: HttpRequest, form: CorrectionForm, subject: Subject) -> ReaderReport | None:
    """Returns the open report with the same text that this reader sent earlier from another form. Someone without an account is
    recognised by their network, for an hour; a different email address may mean a different person."""
    found = form.cleaned_data
    learner = learner_of(request) if is_signed_in(request) else None
    alike = inbox.alike(subject, found["topic"], found["text"]).exclude(event_id=found["event_id"])
    if learner is not None:
        return alike.filter(learner=learner).first()
    known = cache.get(_key_of_words(request, subject, found))
    return alike.filter(Q(email="") | Q(email=found["email"] or F("email")), pk=known, learner=None).first()


def _key_of_words(request: HttpRequest, subject: Subject, found: Mapping[str, Any]) -> str:
    words = repr([network(request), subject.key, found["topic"], found["text"].casefold()])
    return f"reports:words:{hashlib.sha256(words.encode()).hexdigest()}"


def _twice(form: CorrectionForm, before: ReaderReport) -> str:
    if before.learner_id:
        text = _("You reported this already, on {day}. It is stored once and still open: see {link}.")
        return format_html(text, day=day(before.at), link=_own_reports())
    text = _("The same report came from your network less than an hour ago. It is stored once.")
    if address := form.cleaned_data["email"]:
        inbox.add_address(before, address)
        text = _("{text} If a curator answers, we send the answer to {email}.").format(text=text, email=address)
    return text


def _subjects(snapshot: Snapshot, kind: str, slug: str) -> dict[str, Subject]:
    """Returns the possible subjects of a report from this page: the page itself, then items on it that have no page of their
    own."""
    if kind == "page":
        shown = {page: kind for kind, page in SHOWN_ON.items()}
        records = [] if slug not in shown or slug == "resources" else snapshot.of_kind(shown[slug]).values()
        subjects = {f"page:{slug}": inbox.subject_of_page(slug)}
        return subjects | {_key(row): inbox.subject_of_record(row) for row in records}
    if kind not in Kind.values or kind in HIDDEN_KINDS:
        raise KeyError(kind)
    record = snapshot.find(kind, slug)
    subjects = {_key(record): inbox.subject_of_record(record)}
    if kind == Kind.SKILL:
        subjects |= _units(snapshot, snapshot.skills[record.slug], subjects[_key(record)])
        uses = [snapshot.resources[name] for name in snapshot.resources_of.get(record.slug, ())]
        subjects |= {_key(resource): inbox.subject_of_record(resource) for resource in uses}
    return subjects


def _units(snapshot: Snapshot, skill: Skill, subject: Subject) -> dict[str, Subject]:
    """Units are not records: a report about a unit belongs to the skill, and its text begins with the unit."""
    return {
        f"{UNIT}:{level}:{unit.key}": replace(subject, name=_unit_name(level, unit, snapshot))
        for level, units in skill.units.items()
        for unit in units
    }


def _unit_name(level: int, unit: Unit, snapshot: Snapshot) -> str:
    title = Truncator(title_of(text_of(unit, snapshot))).chars(MAX_UNIT_NAME)
    return _("Level {level}, unit “{title}”").format(level=level, title=title)


HIDDEN_KINDS = {Kind.AREA, Kind.STARTING_POINT, Kind.CHECK}  # kinds whose records have no page of their own


def _label(subject: Subject, first: Subject) -> str:
    return _("This page: {name}").format(name=subject.name) if subject == first else subject.name


def _key(record: object) -> str:
    return f"{record.KIND}:{record.slug}"  # type: ignore[attr-defined]


def _send(request: HttpRequest, form: CorrectionForm, subject: Subject) -> tuple[float, bool]:
    """Stores the report. Returns two values: the seconds to wait if this sender has sent too many, otherwise 0; and whether the
    report is held back."""
    has_account, found = is_signed_in(request), form.cleaned_data
    sender = str(learner_of(request).pk) if has_account else network(request)
    digest = hashlib.sha256(sender.encode()).hexdigest()
    stored = counters.count(f"reports:hour:{digest}", window=HOUR)
    if stored.used > MAX_STORED:
        return stored.seconds, False
    recent = counters.count(f"reports:recent:{digest}", window=AT_ONCE_SECONDS)
    is_held = form.is_suspect or recent.used > MAX_AT_ONCE
    is_held = is_held or counters.count("reports:all", window=HOUR).used > MAX_OF_ALL
    report = inbox.receive(
        subject=subject,
        topic=found["topic"],
        text=found["text"],
        learner=learner_of(request) if has_account else None,
        email=found.get("email", ""),
        event_id=found["event_id"],
        is_held=is_held,
        now=timezone.now(),
    )
    if not has_account:
        cache.set(_key_of_words(request, subject, found), report.pk, HOUR)
    return 0, report.state == ReaderReport.ReportState.HELD
