"""Who may do what on the curators' pages: the groups Curator and Reviewer, which every `migrate` updates to match this file.

Administrators are superusers and not a group: otherwise anyone who may add people to groups could make administrators.
"""

from collections.abc import Mapping
from typing import Any

from django.apps import apps as installed
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from accounts import roles
from accounts.models import User
from guidance.catalog.models import RECORD_MODELS
from guidance.catalog.rows import links_of
from guidance.curation.models import Proposal

CURATOR, REVIEWER = roles.CURATOR, roles.REVIEWER


def _curator() -> set[str]:
    """Returns the permissions to write and submit. Rows of a record are added and deleted in its form. The only records that
    curators can delete are their own drafts (`deleting`)."""
    rights = {"catalog.view_version", "catalog.view_revision", "catalog.view_change", "catalog.view_redirect"}
    rights |= {
        "curation.view_bulkedit",
        "curation.view_operation",
        "curation.view_proposal",
        "curation.view_taxonomyentry",
        "curation.view_mapping",
        "curation.view_classificationimport",
    }
    for model in RECORD_MODELS.values():
        rights |= {f"catalog.{verb}_{model._meta.model_name}" for verb in ("view", "add", "change")}
        for link in links_of(model.KIND):
            if link.model._meta.auto_created:  # part of the form, so the permission to change the record covers it
                continue
            rights |= {f"catalog.{verb}_{link.model._meta.model_name}" for verb in ("view", "add", "change", "delete")}
    return rights


def _reviewer() -> set[str]:
    """Returns the permissions of a curator who also decides what is published, and may delete drafts that were never public."""
    rights = _curator() | {"curation.review_proposal", "curation.operate", "curation.change_mapping"}
    rights |= {"curation.add_classificationimport"}
    return rights | {f"catalog.delete_{model._meta.model_name}" for model in RECORD_MODELS.values()}


RIGHTS: Mapping[str, set[str]] = {CURATOR: _curator(), REVIEWER: _reviewer()}


def make(apps: Any = installed, **options: Any) -> None:
    """Runs after `migrate`, when the permissions of all apps exist. Groups with other names are not changed."""
    try:
        group_model, permission_model = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
        apps.get_model("curation", "Proposal")
    except LookupError:  # the migrations that create these tables were reversed
        return
    there = {
        f"{label}.{codename}": pk
        for label, codename, pk in permission_model.objects.filter(
            content_type__app_label__in=["catalog", "curation"]
        ).values_list("content_type__app_label", "codename", "pk")
    }
    for name, rights in RIGHTS.items():
        group, _made = group_model.objects.get_or_create(name=name)
        group.permissions.set([there[right] for right in sorted(rights) if right in there])


REVIEW = "curation.review_proposal"
OPERATE = "curation.operate"
DECIDE_MAPPINGS = "curation.change_mapping"


def holders(permission: str) -> QuerySet[User]:
    """Returns users who have this permission now and may log in to the admin."""
    label, codename = permission.split(".")
    has = {"content_type__app_label": label, "codename": codename}
    directly = User.objects.filter(**{f"user_permissions__{name}": value for name, value in has.items()})
    by_group = User.objects.filter(**{f"groups__permissions__{name}": value for name, value in has.items()})
    allowed = Q(is_superuser=True) | Q(pk__in=directly.values("pk")) | Q(pk__in=by_group.values("pk"))
    return User.objects.filter(allowed, is_active=True, is_staff=True)


def is_only_holder(user: User, permission: str) -> bool:
    """Returns whether no one else could be the second person."""
    return user.is_active and user.has_perm(permission) and not holders(permission).exclude(pk=user.pk).exists()


def reviewers() -> QuerySet[User]:
    """Returns users who may review now."""
    return holders(REVIEW)


def is_reviewer(user: User) -> bool:
    return user.is_active and user.has_perm(REVIEW)


def is_only_reviewer(user: User) -> bool:
    """Returns whether this reviewer is the only one."""
    return is_only_holder(user, REVIEW)


def wrote(user: User, proposal: Proposal) -> bool:
    """Returns whether the proposal contains this user's own text that no one else has agreed to: the author's text, or that of an
    editor whose change the author has not seen yet."""
    return proposal.author_id == user.pk or (proposal.editor_id == user.pk and proposal.edited_at is not None)


def own_change(user: User) -> Q:
    """Returns the condition of `wrote` as a filter for proposals: this user may not decide on these while someone else can."""
    return Q(author=user) | Q(editor=user, edited_at__isnull=False)


def may_review(user: User, proposal: Proposal) -> bool:
    """Returns whether the user may review this proposal. Reviewers do not review their own changes, unless they are the only
    reviewer."""
    if not is_reviewer(user):
        return False
    return not wrote(user, proposal) or is_only_reviewer(user)


def may_write(user: User, proposal: Proposal) -> bool:
    """Returns whether the user may submit and withdraw the proposal: as its author, or as any curator if the author's account was deleted."""
    return proposal.author_id in (None, user.pk) and may_change(user, proposal)


def may_edit(user: User, proposal: Proposal) -> bool:
    """Returns whether the user may change the text: as its author, as an earlier author, or as a reviewer once it has been
    submitted."""
    if may_write(user, proposal):
        return True
    submitted = proposal.is_open and proposal.state != Proposal.ProposalState.DRAFT
    return may_change(user, proposal) and (proposal.editor_id == user.pk or (submitted and is_reviewer(user)))


def may_take_over(user: User, proposal: Proposal) -> bool:
    """Returns whether the user may become its author: as a reviewer or as an earlier author."""
    if not proposal.is_open or proposal.author_id in (None, user.pk) or not may_change(user, proposal):
        return False
    return proposal.editor_id == user.pk or is_reviewer(user)


def may_change(user: User, proposal: Proposal) -> bool:
    """Returns whether the user may change records of this kind."""
    return user.has_perm(f"catalog.change_{RECORD_MODELS[proposal.kind]._meta.model_name}")


def review_refusal(by: User) -> str:
    if is_reviewer(by):
        return gettext("You cannot review your own change if someone else can.")
    return gettext("You do not have permission to review.")


def require_review(by: User, proposal: Proposal) -> None:
    if not may_review(by, proposal):
        raise ValidationError(review_refusal(by))


def require_edit(by: User, proposal: Proposal) -> None:
    if not may_edit(by, proposal):
        raise ValidationError(gettext("Only its author or a reviewer can do that: %s.") % proposal.author)


def require_write(by: User, proposal: Proposal) -> None:
    if not may_write(by, proposal):
        raise ValidationError(gettext("Only its author can do that: %s.") % proposal.author)
