"""Writes evidence for levels: the learner's own links and texts, and certificates from others. Evidence does not raise a
level."""

import uuid
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from guidance.catalog.models import Project, Skill
from guidance.progress.models import Evidence
from guidance.progress.services.base import clean, lock_and_bump, save_event, stored_event, web_address


@transaction.atomic
def add_evidence(
    *,
    learner: User,
    skill: Skill,
    now: datetime,
    url: str = "",
    text: str = "",
    project: Project | None = None,
    event_id: uuid.UUID | None = None,
) -> Evidence:
    """Adds a piece of work and returns it. Raises ValidationError by field, also if there is neither a link nor a text."""
    lock_and_bump(learner)
    if stored := stored_event(Evidence, learner, event_id):
        return stored
    evidence = Evidence(learner=learner, skill=skill, project=project, at=now, on=learner.local_date(now))
    _set_work(evidence, url, text)
    return save_event(evidence, event_id)


@transaction.atomic
def add_certificate(
    *,
    learner: User,
    skill: Skill,
    name: str,
    issuer: str,
    issued_on: date,
    now: datetime,
    url: str = "",
    event_id: uuid.UUID | None = None,
) -> Evidence:
    """Adds a certificate from someone else and returns it. Raises ValidationError by field."""
    lock_and_bump(learner)
    if stored := stored_event(Evidence, learner, event_id):
        return stored
    on = learner.local_date(now)
    certificate = Evidence(learner=learner, skill=skill, kind=Evidence.EvidenceKind.CERTIFICATE, at=now, on=on)
    _set_certificate(certificate, name, issuer, issued_on, url, today=on)
    return save_event(certificate, event_id)


@transaction.atomic
def change_evidence(*, learner: User, evidence: Evidence, url: str, text: str) -> Evidence:
    """Replaces the link and the text of a piece of work. Raises ValidationError by field."""
    lock_and_bump(learner)
    _set_work(evidence, url, text)
    clean(evidence)
    evidence.save(update_fields=["url", "text"])
    return evidence


@transaction.atomic
def change_certificate(
    *, learner: User, certificate: Evidence, name: str, issuer: str, issued_on: date, now: datetime, url: str = ""
) -> Evidence:
    """Replaces the details of a certificate. Raises ValidationError by field."""
    lock_and_bump(learner)
    _set_certificate(certificate, name, issuer, issued_on, url, today=learner.local_date(now))
    clean(certificate)
    certificate.save(update_fields=["name", "issuer", "issued_on", "url"])
    return certificate


@transaction.atomic
def remove_evidence(*, learner: User, evidence: Evidence) -> None:
    lock_and_bump(learner)
    learner.evidences.filter(pk=evidence.pk).delete()


def _set_work(evidence: Evidence, url: str, text: str) -> None:
    if not url.strip() and not text.strip():
        raise ValidationError({"url": ValidationError(_("Give a link or describe it."), code="required")})
    evidence.url, evidence.text = web_address(url), text.strip()


def _set_certificate(certificate: Evidence, name: str, issuer: str, issued_on: date, url: str, *, today: date) -> None:
    problems = {}
    for field, value, message in (
        ("name", name, _("Enter the name of the certificate.")),
        ("issuer", issuer, _("Enter who issued the certificate.")),
    ):
        if not value.strip():
            problems[field] = ValidationError(message, code="required")
    if issued_on > today:
        problems["issued_on"] = ValidationError(_("Choose a day that isn’t in the future."), code="future")
    if problems:
        raise ValidationError(problems)
    certificate.name, certificate.issuer = name.strip(), issuer.strip()
    certificate.issued_on, certificate.url = issued_on, web_address(url)
