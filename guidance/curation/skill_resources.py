"""The resources of a skill, seen from the skill. The skills of a resource are stored in the resource, so each change here is a
proposal for a resource, or a change to its draft."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext, ngettext

from accounts.models import User
from guidance.catalog import record_store
from guidance.catalog.documents import Document, canonical
from guidance.catalog.models import Kind, Resource, Skill, Status
from guidance.curation import naming, proposals
from guidance.curation.models import Proposal
from guidance.curation.record_documents import NEVER_PUBLIC, as_public, base_documents, document_of

type Span = tuple[int, int]  # from level, to level


@dataclass(frozen=True, slots=True)
class ProposedUse:
    """The use of a resource for the skill in an open proposal, if it differs from the public one."""

    proposal: Proposal
    span: Span | None  # None if the skill would be removed from the resource
    others: Sequence[str] = ()  # names of other skills that it changes as well
    is_of_skills: bool = False  # whether it changes only the skills of the resource

    def goes_with_skill(self, author: User) -> bool:
        """Returns whether the proposal is submitted when this author submits the skill."""
        own_draft = self.proposal.state == Proposal.ProposalState.DRAFT and self.proposal.author_id == author.pk
        return own_draft and self.is_of_skills


@transaction.atomic
def propose_uses(
    skill: Skill,
    changes: Mapping[int, Span | None],
    *,
    author: User,
    note: str,
    submit: bool = False,
    drafts: Collection[int] = (),
) -> list[Proposal]:
    """Proposes that these resources (by primary key) take a learner of the skill from one level to another, or no longer do so
    (None). Drafts of resources are changed directly. With `submit`, the skill itself is being submitted: the changes, earlier
    proposals of the author for it, and these `drafts` of resources are submitted too.

    Raises ValidationError, with the name of the resource, and then nothing was written.
    """
    record_store.lock()
    made = []
    along: set[int] = set()
    if submit:
        before = [use.proposal.record_id for use in proposed_uses(skill) if use.goes_with_skill(author)]
        along = {*changes, *drafts, *before}
    for resource in Resource.objects.filter(pk__in={*changes, *along}).order_by("pk"):
        try:
            if resource.pk in changes:
                made += _propose_use(skill, resource, changes[resource.pk], author=author, note=note)
            if resource.pk in along:
                made += _submit(resource, author=author, note=note)
        except ValidationError as error:
            raise ValidationError([naming.about(resource.name, message) for message in error.messages]) from error
    return list({proposal.pk: proposal for proposal in made}.values())


def _propose_use(skill: Skill, resource: Resource, span: Span | None, *, author: User, note: str) -> list[Proposal]:
    open_one = Proposal.objects.open().of(resource).first()
    if open_one is not None and open_one.note:  # the earlier note is kept
        note = open_one.note if note in open_one.note else f"{open_one.note}\n{note}"
    is_draft = resource.status in NEVER_PUBLIC
    document = open_one.proposed if open_one is not None and not is_draft else document_of(resource)
    uses = {slug: value for slug, value in document.data.get("skills", {}).items() if slug != skill.slug}
    if span is not None:
        uses[skill.slug] = list(span)
    data = canonical(document.kind, {**document.data, "skills": uses})
    if len(data.get("skills", {})) != len(uses):
        raise ValidationError(
            gettext("A resource can have at most five skills. Remove one in the resource’s own form.")
        )
    try:
        if is_draft:
            return proposals.propose([replace(document, data=data)], author=author, note=note)
        return [proposals.save_proposal(resource, replace(document, data=data), author=author, note=note)]
    except proposals.NoChange:
        return []


def _submit(resource: Resource, *, author: User, note: str) -> list[Proposal]:
    proposal = Proposal.objects.open().of(resource).first()
    if proposal is None and resource.status == Status.DRAFT:
        proposal = proposals.propose_draft(Resource.objects.get(pk=resource.pk), author=author, note=note)
    if proposal is None or proposal.state not in Proposal.WITH_AUTHOR or proposal.author_id != author.pk:
        return []
    return [proposals.submit(proposal, by=author)]


def proposed_uses(skill: Skill) -> list[ProposedUse]:
    """Returns what open proposals for resources change about the skill. Takes at most four statements."""
    present = {
        resource: (low, high) for resource, low, high in skill.uses.values_list("resource_id", "from_level", "to_level")
    }
    found: list[tuple[Proposal, Span | None]] = []
    for proposal in Proposal.objects.open().filter(kind=Kind.RESOURCE).select_related("author"):
        value = proposal.proposed.data.get("skills", {}).get(skill.slug)
        span = (value[0], value[1]) if value else None
        if span != present.get(proposal.record_id):
            found.append((proposal, span))
    if not found:
        return []
    bases = base_documents([proposal for proposal, _span in found])
    others = {
        proposal.pk: _changed_skills(proposal, bases.get(proposal.pk)) - {skill.slug} for proposal, _span in found
    }
    names = dict(Skill.objects.filter(slug__in=set().union(*others.values())).values_list("slug", "name"))
    return [
        ProposedUse(
            proposal,
            span,
            sorted(names.get(slug, slug) for slug in others[proposal.pk]),
            _is_of_skills(proposal, bases.get(proposal.pk)),
        )
        for proposal, span in found
    ]


def _changed_skills(proposal: Proposal, base: Document | None) -> set[str]:
    before = base.data.get("skills", {}) if base is not None else {}
    after = proposal.proposed.data.get("skills", {})
    return {slug for slug in {*before, *after} if before.get(slug) != after.get(slug)}


def _is_of_skills(proposal: Proposal, base: Document | None) -> bool:
    if base is None:
        return False
    before, after = as_public(base), proposal.proposed
    return (before.slug, before.body, {**before.data, "skills": {}}) == (
        after.slug,
        after.body,
        {**after.data, "skills": {}},
    )


def proposed_states(slug: str) -> dict[int, str]:
    """Returns, by the resource's primary key, the state of the open proposal in which the resource has the skill."""
    rows = Proposal.objects.open().filter(kind=Kind.RESOURCE, document__contains=slug)
    return {row.record_id: row.state for row in rows if slug in row.proposed.data.get("skills", {})}


def resources_of(
    skill_id: int, chosen: Collection[int] | None, states: Mapping[int, str]
) -> tuple[list[Resource], dict[int, str]]:
    """Returns the resources of a skill, or those chosen for it, followed by resources that are only proposed for it, each with
    its state; `states` comes from `proposed_states`."""
    rows = Resource.objects.exclude(status=Status.RETIRED).only("name", "status", "cost", "paid", "dead_address", "url")
    found = list(rows.filter(uses__skill=skill_id or None) if chosen is None else rows.filter(pk__in=chosen))
    more = {*states}.difference(row.pk for row in found)
    added = list(rows.filter(pk__in=more, status=Status.PUBLISHED)) if more else []
    return found + added, {row.pk: states[row.pk] for row in added}


def proposed_sentences(states: Collection[str]) -> list[str]:
    """Returns sentences that state how many resources are only proposed for a skill."""
    submitted = sum(state in Proposal.WITH_REVIEWER for state in states)
    drafts = len(states) - submitted
    said = []
    if submitted:
        text = ngettext(
            "%d resource is proposed for this skill and isn’t public on its page yet.",
            "%d resources are proposed for this skill and aren’t public on its page yet.",
            submitted,
        )
        said.append(text % submitted)
    if drafts:
        text = ngettext(
            "%d resource is proposed for this skill in a draft that isn’t submitted.",
            "%d resources are proposed for this skill in drafts that aren’t submitted.",
            drafts,
        )
        said.append(text % drafts)
    return said
