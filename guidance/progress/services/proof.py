"""Writes the proof page of a learner: what it shows, its URL, and whether it is on.

A name permanently belongs to the learner who used it first: they can return to it and no one else ever gets it, so that a URL
that an employer has saved never leads to another person.
"""

import hashlib
import re
import secrets
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from guidance.progress.models import ProofPage, ProofPageName
from guidance.progress.services.base import lock_and_bump

SECRET_BYTES = 10
SECRET_NAME = re.compile(f"[0-9a-f]{{{2 * SECRET_BYTES}}}")
SHOWN_ON_PROOF_PAGE = (
    "display_name",
    "shows_role",
    "shows_readiness",
    "skills",
    "shows_projects",
    "shows_certificates",
)

# Names that could be mistaken for a page of the site or of its operators.
_RESERVED = """
    about abuse account accounts admin administration administrator anonymous api app auth billing blog bot career careers
    certificate certificates certified check checks contact curator curators dashboard data delete demo docs edit email
    error example faq feed feedback guest guide guides help home hr imprint index info inbox job jobs learner learners legal
    list login logout mail match me mcp media milestones moderator mod name new news nobody none null official operator
    owner page password plan preview press privacy private profile project projects proof public report reports reset
    resources resume robots role roles root sales search security settings shop signup sitemap skill skills somebody staff
    start static status support sysadmin system team terms test trust undefined unknown unsubscribe user users verified
    verify waymark webmaster welcome www you industries evidence
"""
RESERVED = frozenset(_RESERVED.split())
# Words that are insulting anywhere in a name, and words that are insulting only on their own: "Scunthorpe" and "Essex" are
# places.
INSULTS_ANYWHERE = ("arschloch", "asshole", "bitch", "faggot", "fuck", "hitler", "nigga", "nigger")
_ALONE = """
    anal anus arse ass bastard bollocks boob boobs cock coon cunt dildo fag fotze heil hure jizz kike nazi nazis nutte penis
    piss porn porno pussy rape rapist retard scheisse sex shit slut spic tit tits tranny twat vagina wank wanker whore wichser
    xxx
"""
INSULTS_ALONE = frozenset(_ALONE.split())
LETTERS = str.maketrans("013457", "oleast")


def has_secret_name(page: ProofPage) -> bool:
    """Returns whether the page's URL cannot be guessed; True while it has none."""
    return not page.name or SECRET_NAME.fullmatch(page.name) is not None


def name_problem(name: str) -> str:
    """Returns a sentence that states why a learner cannot choose this name; empty if they can, provided that it is free."""
    parts, plain = name.split("-"), name.translate(LETTERS)
    joined = plain.replace("-", "")
    if name in RESERVED or "waymark" in parts:
        return _("This name is reserved. Choose another.")
    words = {*plain.split("-"), *parts, joined}
    if words & INSULTS_ALONE or any(insult in joined for insult in INSULTS_ANYWHERE):
        return _("This name could offend people. Choose another.")
    return ""


@transaction.atomic
def save_proof_page(*, learner: User, now: datetime, name: str | None, is_public: bool, **shown: Any) -> ProofPage:
    """Saves what the page shows (`SHOWN_ON_PROOF_PAGE`), whether it is on, and its name. Without `name`, the page keeps its
    secret name or gets a new one. Raises ValidationError by field."""
    lock_and_bump(learner)
    page = ProofPage.objects.filter(learner=learner).first() or ProofPage(learner=learner)
    chosen = (name or "").strip().lower()
    if is_public:
        _refuse_if_taken_down(page)
    if chosen and chosen != page.name:
        if problem := name_problem(chosen):
            raise ValidationError({"name": ValidationError(problem, code="reserved")})
        page.name = chosen
    elif not chosen and (not page.name or not has_secret_name(page)):
        page.name = secrets.token_hex(SECRET_BYTES)
    for field, value in shown.items():
        assert field in SHOWN_ON_PROOF_PAGE
        setattr(page, field, value)
    page.display_name = page.display_name.strip()
    page.is_public, page.updated_at = is_public, now
    page.full_clean(exclude=["learner"], validate_unique=False, validate_constraints=False)
    _claim(learner, page.name)
    page.save()
    return page


@transaction.atomic
def new_proof_address(*, learner: User, now: datetime) -> ProofPage | None:
    """Gives the page a new secret name, so that the old URL no longer works. Returns None if there is no page."""
    lock_and_bump(learner)
    page = ProofPage.objects.filter(learner=learner).first()
    if page is not None:
        page.name, page.updated_at = secrets.token_hex(SECRET_BYTES), now
        _claim(learner, page.name)
        page.save(update_fields=["name", "updated_at"])
    return page


@transaction.atomic
def revoke_proof_page(*, learner: User, now: datetime) -> bool:
    """Turns the page off and returns whether it was on. Settings and name stay stored."""
    lock_and_bump(learner)
    on = ProofPage.objects.filter(learner=learner, is_public=True)
    return bool(on.update(is_public=False, updated_at=now))


@transaction.atomic
def turn_on_proof_page(*, learner: User, now: datetime) -> ProofPage | None:
    """Turns the page on with its saved settings. Returns None if there is no page. Raises ValidationError if the operator
    took it down."""
    lock_and_bump(learner)
    page = ProofPage.objects.filter(learner=learner).first()
    if page is not None:
        _refuse_if_taken_down(page)
        page.is_public, page.updated_at = True, now
        page.save(update_fields=["is_public", "updated_at"])
    return page


@transaction.atomic
def take_down_proof_page(*, page: ProofPage, now: datetime | None) -> None:
    """Takes the page down for the operator, or allows it again if `now` is None. The learner's own setting, on or off, does not
    change."""
    lock_and_bump(page.learner)
    ProofPage.objects.filter(pk=page.pk).update(taken_down_at=now)


def proof_page_at(name: str) -> ProofPage | None:
    """Returns the page that a stranger sees at this URL, with its learner; None if there is no public page."""
    pages = ProofPage.objects.filter(is_public=True, taken_down_at=None, learner__is_active=True)
    return pages.select_related("learner").filter(name=name.lower()).first()


def _refuse_if_taken_down(page: ProofPage) -> None:
    if page.taken_down_at is not None:
        raise ValidationError(_("The operator of this site has taken your proof page down."), code="taken_down")


def _claim(learner: User, name: str) -> None:
    """Reserves the name for the learner. Raises ValidationError if it belongs or belonged to someone else."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    used, _created = ProofPageName.objects.get_or_create(digest=digest, defaults={"learner": learner})
    if used.learner_id != learner.pk:
        raise ValidationError({"name": ValidationError(_("This name is taken. Choose another."), code="taken")})
