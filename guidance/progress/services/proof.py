"""The proof page of a learner: what it shows, its address, on and off.

A name belongs to whoever used it first, and for good: they can go back to it, and nobody else ever gets it, so an address that
an employer has noted never leads to another person.
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

# Names that would be taken for a page of the site itself or of the people who run it.
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
# Words that insult wherever they are, and words that do so alone: "Scunthorpe" and "Essex" are places.
INSULTS_ANYWHERE = ("arschloch", "asshole", "bitch", "faggot", "fuck", "hitler", "nigga", "nigger")
_ALONE = """
    anal anus arse ass bastard bollocks boob boobs cock coon cunt dildo fag fotze heil hure jizz kike nazi nazis nutte penis
    piss porn porno pussy rape rapist retard scheisse sex shit slut spic tit tits tranny twat vagina wank wanker whore wichser
    xxx
"""
INSULTS_ALONE = frozenset(_ALONE.split())
LETTERS = str.maketrans("013457", "oleast")


def has_secret_name(page: ProofPage) -> bool:
    """Whether its address cannot be guessed; True before it has one."""
    return not page.name or SECRET_NAME.fullmatch(page.name) is not None


def name_problem(name: str) -> str:
    """Why a learner cannot choose this name, as a sentence; empty when they can, if it is free."""
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
    """Save what the page shows (`SHOWN_ON_PROOF_PAGE`), whether it is on, and its name. Without a name it has a secret one: the one it has, or a
    new one. Raises ValidationError by field."""
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
    """Give the page a new secret name: the old address ends. None without a page."""
    lock_and_bump(learner)
    page = ProofPage.objects.filter(learner=learner).first()
    if page is not None:
        page.name, page.updated_at = secrets.token_hex(SECRET_BYTES), now
        _claim(learner, page.name)
        page.save(update_fields=["name", "updated_at"])
    return page


@transaction.atomic
def revoke_proof_page(*, learner: User, now: datetime) -> bool:
    """Turn the page off, and return whether it was on. Its settings and its name stay the learner's."""
    lock_and_bump(learner)
    on = ProofPage.objects.filter(learner=learner, is_public=True)
    return bool(on.update(is_public=False, updated_at=now))


@transaction.atomic
def turn_on_proof_page(*, learner: User, now: datetime) -> ProofPage | None:
    """Turn the page on as it was saved last. None when none was saved. Raises ValidationError when the operator took it down."""
    lock_and_bump(learner)
    page = ProofPage.objects.filter(learner=learner).first()
    if page is not None:
        _refuse_if_taken_down(page)
        page.is_public, page.updated_at = True, now
        page.save(update_fields=["is_public", "updated_at"])
    return page


@transaction.atomic
def take_down_proof_page(*, page: ProofPage, now: datetime | None) -> None:
    """The operator takes the page down, or with None allows it again. It is then as on or off as its learner left it."""
    lock_and_bump(page.learner)
    ProofPage.objects.filter(pk=page.pk).update(taken_down_at=now)


def proof_page_at(name: str) -> ProofPage | None:
    """The page that a stranger sees at this address, with its learner; None when there is none, or not any more."""
    pages = ProofPage.objects.filter(is_public=True, taken_down_at=None, learner__is_active=True)
    return pages.select_related("learner").filter(name=name.lower()).first()


def _refuse_if_taken_down(page: ProofPage) -> None:
    if page.taken_down_at is not None:
        raise ValidationError(_("The operator of this site has taken your proof page down."), code="taken_down")


def _claim(learner: User, name: str) -> None:
    """Raises ValidationError when the name is, or was, of somebody else."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    used, _created = ProofPageName.objects.get_or_create(digest=digest, defaults={"learner": learner})
    if used.learner_id != learner.pk:
        raise ValidationError({"name": ValidationError(_("This name is taken. Choose another."), code="taken")})
