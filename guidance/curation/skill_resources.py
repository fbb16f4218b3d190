"""The resources of a skill, from the side of the skill. Which skills a resource is for is said in the resource, so each change here
is a proposal for a resource, or a change of its draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accounts.models import User
from guidance.catalog import record_store
from guidance.catalog.documents import canonical
from guidance.catalog.models import Kind, Resource, Skill, Status
from guidance.curation import naming, proposals
from guidance.curation.models import Proposal
from guidance.curation.record_documents import NEVER_PUBLIC, document_of

type Span = tuple[int, int]  # from level, to level


@dataclass(frozen=True, slots=True)
class ProposedUse:
    """What an open proposal says of a resource and the skill, where it is not what is public."""

    proposal: Proposal
    span: Span | None  # None where the skill would be removed from the resource


@transaction.atomic
def propose_uses(
    skill: Skill, changes: Mapping[int, Span | None], *, author: User, note: str, drafts: Sequence[int] = ()
) -> list[Proposal]:
    """Propose that these resources (by primary key) take a learner of the skill along these levels, or with None no longer. Drafts
    of resources are changed. `drafts` are submitted too, as are all changes then: the skill itself is being submitted.

    Raises ValidationError, with the name of the resource, and then nothing was written.
    """
    record_store.lock()
    made = []
    for resource in Resource.objects.filter(pk__in={*changes, *drafts}).order_by("pk"):
        try:
            if resource.pk in changes:
                made += _propose_use(skill, resource, changes[resource.pk], author=author, note=note)
            if resource.pk in drafts:
                made += _submit(resource, author=author, note=note)
        except ValidationError as error:
            raise ValidationError([naming.about(resource.name, message) for message in error.messages]) from error
    return list({proposal.pk: proposal for proposal in made}.values())


def _propose_use(skill: Skill, resource: Resource, span: Span | None, *, author: User, note: str) -> list[Proposal]:
    open_one = Proposal.objects.open().of(resource).first()
    is_draft = resource.status in NEVER_PUBLIC
    document = open_one.proposed if open_one is not None and not is_draft else document_of(resource)
    uses = {slug: value for slug, value in document.data.get("skills", {}).items() if slug != skill.slug}
    if span is not None:
        uses[skill.slug] = list(span)
    data = canonical(document.kind, {**document.data, "skills": uses})
    if len(data.get("skills", {})) != len(uses):
        raise ValidationError(gettext("A resource is for five skills at most. Remove one in its own form."))
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
    """What open proposals for resources change about the skill. One statement, and one for the rows."""
    present = {
        resource: (low, high) for resource, low, high in skill.uses.values_list("resource_id", "from_level", "to_level")
    }
    found = []
    for proposal in Proposal.objects.open().filter(kind=Kind.RESOURCE).select_related("author"):
        value = proposal.proposed.data.get("skills", {}).get(skill.slug)
        span = (value[0], value[1]) if value else None
        if span != present.get(proposal.record_id):
            found.append(ProposedUse(proposal, span))
    return found
