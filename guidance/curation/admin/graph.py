"""The graph editor: the prerequisites of a skill and the skills that need it, up to two steps away, and a form that changes its
prerequisites.

A cycle is rejected before anything is saved, and its skills are listed. Saving works like any other change: a public record gets
a proposal, and a draft changes at once.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.forms import BaseFormSet, formset_factory
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from guidance.catalog import graph, record_store
from guidance.catalog.documents import Document, canonical
from guidance.catalog.kinds import MAX_LEVEL
from guidance.catalog.models import (
    Kind,
    Prerequisite,
    Skill,
    Status,
)
from guidance.catalog.search import normalise
from guidance.curation import permissions, prerequisite_graph, proposals, record_documents
from guidance.curation.admin.http import context, curator_page, user_of
from guidance.curation.models import Proposal

EMPTY_ROWS = 3  # number of empty rows for new prerequisites


class PrerequisiteForm(forms.Form):
    need = forms.CharField(
        label=_("Skill"),
        required=False,
        widget=forms.TextInput(attrs={"list": "all-skills", "autocomplete": "off"}),
    )
    level = forms.TypedChoiceField(
        label=_("Level"), choices=[(level, str(level)) for level in range(1, MAX_LEVEL + 1)], coerce=int, initial=1
    )
    gone = forms.BooleanField(label=_("Remove"), required=False)


class PrerequisiteFormSet(BaseFormSet):  # type: ignore[type-arg]
    """The prerequisites of a skill, by name or slug."""

    def __init__(self, *args: Any, skill: Skill, skills: "SkillGraph", **options: Any) -> None:
        super().__init__(*args, **options)
        self.skill, self.skills = skill, skills

    def clean(self) -> None:
        if any(self.errors):
            return
        needs = self.needs
        others = {slug: of for slug, of in self.skills.edges.items() if slug != self.skill.slug}
        try:
            graph.order({**others, self.skill.slug: needs})
        except graph.CycleError as error:
            names = " → ".join(self.skills.name(slug) for slug in error.cycle)
            raise ValidationError(gettext("This would make a cycle: %s.") % names) from error

    @cached_property
    def needs(self) -> dict[str, int]:
        """Returns the level by slug. Raises ValidationError."""
        nearby: dict[str, int] = {}
        for form in self.forms:
            typed = form.cleaned_data.get("need", "").strip()
            if not typed or form.cleaned_data.get("gone"):
                continue
            slug = self.skills.slug_of(typed)
            if slug is None:
                raise ValidationError(gettext("There is no published skill called “%s”.") % typed)
            if slug == self.skill.slug:
                raise ValidationError(gettext("A skill cannot be its own prerequisite."))
            if slug in nearby:
                raise ValidationError(gettext("“%s” is in the list twice.") % self.skills.name(slug))
            nearby[slug] = form.cleaned_data["level"]
        return nearby


class SkillGraph:
    """All skills that are not retired, with their prerequisites. Takes two statements."""

    def __init__(self) -> None:
        rows = list(Skill.objects.exclude(status=Status.RETIRED).values_list("slug", "name", "status"))
        self.names: Mapping[str, str] = {slug: name for slug, name, _status in rows}
        self.public = {slug for slug, _name, status in rows if status == Status.PUBLISHED}
        self.edges: dict[str, dict[str, int]] = {slug: {} for slug in self.names}
        links = Prerequisite.objects.order_by("pk").values_list("skill__slug", "requires__slug", "level")
        for slug, need, level in links:
            if slug in self.edges and need in self.edges:
                self.edges[slug][need] = level
        self._by_name = {normalise(name): slug for slug, name, _status in rows}

    def name(self, slug: str) -> str:
        return self.names.get(slug, slug)

    def slug_of(self, typed: str) -> str | None:
        slug = typed if typed in self.names else self._by_name.get(normalise(typed))
        return slug if slug in self.public else None


@curator_page
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    skill = get_object_or_404(Skill, slug=slug)
    user = user_of(request)
    skills = SkillGraph()
    proposal = Proposal.objects.open().of(skill).select_related("author").first()
    may_edit = user.has_perm("catalog.change_skill") and (proposal is None or permissions.may_write(user, proposal))
    may_edit = may_edit and skill.status != Status.RETIRED
    needs = skills.edges.get(slug, {})
    if proposal is not None:
        needs = proposal.proposed.data.get("prerequisites", {})
        skills.edges[slug] = needs
    formset_class = formset_factory(PrerequisiteForm, formset=PrerequisiteFormSet, extra=EMPTY_ROWS)
    initial = [{"need": skills.name(need), "level": level} for need, level in needs.items()]
    given: Any = {"skill": skill, "skills": skills}
    rows = formset_class(request.POST or None, initial=initial, prefix="needs", **given)
    if request.method == "POST":
        if not may_edit:
            raise PermissionDenied
        if rows.is_valid():
            return _saved(request, user, skill, skills, rows.needs)  # type: ignore[attr-defined]
    nearby = prerequisite_graph.nearby_skills(skills.edges, slug)

    def link(other: str) -> str:
        return reverse("curation:graph", args=[other])

    redundant = {need for other_skill, need in _redundant(skills.edges) if other_skill == slug}
    values = context(
        request,
        gettext("Prerequisites around %s") % skill,
        skill=skill,
        proposal=proposal,
        may_edit=may_edit,
        rows=rows,
        skills=[name for other, name in skills.names.items() if other != slug and other in skills.public],
        drawing=prerequisite_graph.draw(nearby, skills.edges, skills.names, link),
        sides=[
            (gettext("Needs"), _listed(skills, nearby.needs, skills.edges.get(slug, {}))),
            (
                gettext("Is needed by"),
                _listed(
                    skills, nearby.opens, {other_skill: skills.edges[other_skill][slug] for other_skill in nearby.opens}
                ),
            ),
            (gettext("Prerequisites of its prerequisites"), _listed(skills, nearby.needs_of_needs, {})),
            (gettext("Skills that build on the skills that need it"), _listed(skills, nearby.opens_of_opens, {})),
        ],
        redundant=sorted(skills.name(need) for need in redundant),
    )
    return TemplateResponse(request, "admin/curation/graph.html", values, status=422 if rows.is_bound else 200)


def _listed(skills: SkillGraph, slugs: Any, levels: Mapping[str, int]) -> list[tuple[str, str, int | None]]:
    return [(reverse("curation:graph", args=[slug]), skills.name(slug), levels.get(slug)) for slug in slugs]


def _redundant(edges: graph.Graph) -> set[tuple[str, str]]:
    try:
        return set(graph.redundant_edges(edges))
    except graph.CycleError:  # two unpublished proposals can form a cycle together
        return set()


def _saved(request: HttpRequest, user: User, skill: Skill, skills: SkillGraph, needs: dict[str, int]) -> HttpResponse:
    try:
        with transaction.atomic():
            record_store.lock()
            proposal = Proposal.objects.open().of(skill).first()
            document = proposal.proposed if proposal else record_documents.document_of(skill)
            data = {key: value for key, value in document.data.items() if key != "prerequisites"}
            data = canonical(Kind.SKILL, data | ({"prerequisites": needs} if needs else {}))
            _save(replace(document, data=data), skill, user)
    except proposals.NoChange as same:
        messages.info(request, same.message)
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
    else:
        text = gettext("Saved as a proposal. The public catalogue changes once it is reviewed.")
        messages.success(request, gettext("Saved.") if skill.status in record_documents.NEVER_PUBLIC else text)
        fresh = _redundant({**skills.edges, skill.slug: needs}) - _redundant(skills.edges)
        for other_skill, need in sorted(fresh):
            text = gettext("%(skill)s: %(need)s is now implied by another prerequisite and can be removed.")
            messages.warning(request, text % {"skill": skills.name(other_skill), "need": skills.name(need)})
    return HttpResponseRedirect(reverse("curation:graph", args=[skill.slug]))


def _save(document: Document, skill: Skill, user: User) -> None:
    if skill.status in record_documents.NEVER_PUBLIC:
        proposals.propose([record_documents.as_draft(document, skill.status)], author=user)
    else:
        proposals.save_proposal(skill, document, author=user)
