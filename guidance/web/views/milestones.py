from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Milestone, Skill, Snapshot
from guidance.web import jsonld
from guidance.web.pages import find, public_page


@dataclass(frozen=True, slots=True)
class MilestoneStep:
    skill: Skill
    level: int

    @property
    def text(self) -> str:
        """What a person at that level can do."""
        return self.skill.level_texts[self.level - 1]

    @property
    def hours(self) -> float:
        return self.skill.effort[self.level - 1]


def steps_of(milestone: Milestone, snapshot: Snapshot) -> list[MilestoneStep]:
    return [MilestoneStep(snapshot.skills[slug], level) for slug, level in milestone.steps]


@public_page()
def milestone(request: HttpRequest, snapshot: Snapshot, slug: str) -> HttpResponse:
    milestone = find(snapshot, snapshot.milestones, Kind.MILESTONE, slug)
    steps = steps_of(milestone, snapshot)
    context = {
        "milestone": milestone,
        "steps": steps,
        "hours": sum(step.hours for step in steps),
        "projects": [snapshot.projects[slug] for slug in milestone.projects],
        "roles": [role for role in snapshot.roles.values() if milestone.slug in role.milestones],
        "industries": [item for item in snapshot.industries.values() if item.milestone == milestone.slug],
        "json_ld": jsonld.script(
            jsonld.breadcrumbs([(_("Roles"), reverse("web:roles")), (milestone.name, milestone.url)])
        ),
    }
    return render(request, "web/milestone.html", context)
