"""What the pages of saved ads show: how close the learner is to each ad, and what the ad asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from guidance.catalog.kinds import MAX_LEVEL, Role, Skill
from guidance.catalog.text import any_of
from guidance.progress.ads import MAX_ADS, Closeness, closeness
from guidance.progress.learner_rows import CUES, AdSkill, SavedAd
from guidance.progress.learner_state import LearnerState
from guidance.progress.models import SavedAd as SavedAdRow
from guidance.progress.models import SavedAdSkill
from guidance.progress.text import goal_title, role_before


@dataclass(frozen=True, slots=True)
class RankedAd:
    ad: SavedAd
    role: Role | None  # whose path the plan follows
    close: Closeness
    missing: list[Skill]  # heaviest first
    is_goal: bool


@dataclass(frozen=True, slots=True)
class AdsPage:
    ads: list[RankedAd]
    most: int
    goal: str  # name of the goal; empty without one
    back: str  # name of the role to return to if an ad is the goal


@dataclass(frozen=True, slots=True)
class AdRow:
    """A skill of an ad."""

    skill: Skill
    item: AdSkill
    level: int  # of the learner
    others: list[Skill]  # its alternatives

    @property
    def alternatives(self) -> str:
        return any_of([skill.name for skill in self.others])

    @property
    def cue(self) -> str:
        return str(SavedAdSkill.Cue(self.item.cue).label)


@dataclass(frozen=True, slots=True)
class AdPage:
    ranked: RankedAd
    rows: list[AdRow]  # required first, then named, then optional; skills taken out are last
    back: str

    levels: tuple[int, ...] = tuple(range(1, MAX_LEVEL + 1))  # levels that an ad may ask for

    @property
    def seniority(self) -> str:
        seniority = self.ranked.ad.seniority
        return str(SavedAdRow.Seniority(seniority).label) if seniority else ""


def unsaved_ad(values: Mapping[str, Any], today: date) -> SavedAd:
    """Returns an ad as read from a visitor's text. It is stored only in their draft."""
    return SavedAd(
        id=0,
        title=values["title"],
        employer=values["employer"],
        role=values["role"],
        seniority=values["seniority"],
        skills=tuple(values["skills"]),
        on=today,
    )


def ads_page(state: LearnerState) -> AdsPage:
    """Returns the saved ads, closest first: by the share of the ad's weight that the learner has reached, then by hours."""
    ranked = [_ranked(ad, state) for ad in state.ads]
    ranked.sort(key=lambda item: (-item.close.share, item.close.hours, -item.ad.id))
    return AdsPage(ranked, MAX_ADS, goal_title(state), role_before(state))


def ad_page(ad: SavedAd, state: LearnerState) -> AdPage:
    skills = state.snapshot.skills
    rows = [
        AdRow(
            skill=skills[item.skill],
            item=item,
            level=state.levels.get(item.skill, 0),
            others=[
                skills[other.skill]
                for other in ad.asked
                if other.choice is not None and other.choice == item.choice and other.skill != item.skill
            ],
        )
        for item in sorted(ad.skills, key=lambda item: (item.is_out, CUES.index(item.cue)))
    ]
    return AdPage(_ranked(ad, state), rows, role_before(state))


def _ranked(ad: SavedAd, state: LearnerState) -> RankedAd:
    close = closeness(ad, state.snapshot, state.levels, state.logged)
    return RankedAd(
        ad=ad,
        role=state.snapshot.roles[ad.role] if ad.role else None,
        close=close,
        missing=[state.snapshot.skills[slug] for slug in close.missing],
        is_goal=bool(state.goal and state.goal.ad and state.goal.ad.id == ad.id),
    )
