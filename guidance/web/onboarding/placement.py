"""The pages of the placement: a question, and the result of the answers."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext_lazy

from guidance.catalog import graph
from guidance.catalog.kinds import Role, Skill
from guidance.catalog.snapshot import Snapshot
from guidance.catalog.text import ability, can_you
from guidance.progress.checks import can_check
from guidance.progress.learner_state import LearnerState
from guidance.progress.placement import (
    MAX_QUESTIONS,
    NO,
    PARTLY,
    UNSURE,
    YES,
    Placement,
    Population,
    hours_to_study,
    ticked_levels,
)
from guidance.progress.plausible import Level
from guidance.progress.populations import population_of
from guidance.web.onboarding.drafts import Draft

ANSWER_TEXTS: Mapping[str, tuple[object, object]] = {
    YES: (gettext_lazy("Yes"), gettext_lazy("I have done it, and I could do it again.")),
    PARTLY: (gettext_lazy("Partly"), gettext_lazy("With help, or only some of it.")),
    NO: (gettext_lazy("No"), gettext_lazy("I have not done it.")),
    UNSURE: (gettext_lazy("Not sure"), gettext_lazy("I don’t know what it asks for.")),
}
DOUBTFUL = 2  # maximum claims suggested for a check
PASSED, CURRENT, OPEN = "on", "go", ""  # state of a question in the row of dots


@dataclass(frozen=True, slots=True)
class AnswerOption:
    value: str
    name: object
    text: object
    chosen: bool


@dataclass(frozen=True, slots=True)
class PlacementQuestion:
    skill: Skill
    level: int
    text: str
    number: int
    most: int
    dots: list[str]
    options: list[AnswerOption]
    before: Level | None  # the previous question


@dataclass(frozen=True, slots=True)
class PlacementLine:
    """A level that can be ticked."""

    skill: Skill
    level: int
    ticked: bool

    @property
    def value(self) -> str:
        return line_value((self.skill.slug, self.level))

    @property
    def text(self) -> str:
        return ability(self.skill.level_texts[self.level - 1])


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known so far, in figures. If every line stays as it is shown, `left` are the hours of the plan."""

    before: int  # hours of study saved by what was known before the answers
    added: int  # hours of study saved by the answers
    left: int
    settled: int  # number of levels decided
    levels: int

    @property
    def saved(self) -> int:
        return self.before + self.added

    @property
    def from_nothing(self) -> int:
        return self.saved + self.left


@dataclass(frozen=True)
class DraftPlacement:
    """The placement for a draft whose goal has a role."""

    draft: Draft
    snapshot: Snapshot
    account: LearnerState | None

    @cached_property
    def role(self) -> Role:
        return self.snapshot.roles[self.draft.role or ""]

    @cached_property
    def population(self) -> Population:
        industry = self.snapshot.industries[self.draft.industry] if self.draft.industry else None
        return population_of(self.snapshot, self.role, industry)

    @cached_property
    def known(self) -> Mapping[str, int]:
        """Returns the effective levels that come not from these questions but from the account, the background and the CV."""
        stated = dict(self.account.stated) if self.account else {}
        for slug, level in (*self.draft.to_confirm.items(), *self.draft.unplaced.items()):
            stated[slug] = max(level, stated.get(slug, 0))
        return graph.with_implied(self.snapshot.graph, stated, self.account.at_least if self.account else None)

    @property
    def begun(self) -> bool:
        """Returns whether the background, the CV or the page of levels gave the draft any level."""
        return any(self.draft.unplaced.values()) or bool(self.draft.to_confirm)

    @property
    def next_level(self) -> Level | None:
        return self.population.next_question(self.draft.answers, self.known)

    @property
    def answered(self) -> list[Level]:
        return [(answer.skill, answer.level) for answer in self.draft.answers]

    def may_ask(self, level: Level) -> bool:
        """Returns whether the level belongs to the goal and was, or may still be, asked about."""
        slug, number = level
        if number > self.population.scope.get(slug, 0):
            return False
        return level in self.answered or len(self.answered) < MAX_QUESTIONS

    def question(self, level: Level) -> PlacementQuestion:
        answered = self.answered
        place = answered.index(level) if level in answered else len(answered)
        given = self.draft.answers[place].answer if level in answered else None
        slug, number = level
        skill = self.snapshot.skills[slug]
        return PlacementQuestion(
            skill=skill,
            level=number,
            text=can_you(skill.level_texts[number - 1]),
            number=place + 1,
            most=MAX_QUESTIONS,
            dots=[CURRENT if dot == place else PASSED if dot < len(answered) else OPEN for dot in range(MAX_QUESTIONS)],
            options=[AnswerOption(value, *texts, value == given) for value, texts in ANSWER_TEXTS.items()],
            before=answered[place - 1] if place else None,
        )

    @cached_property
    def found(self) -> Placement:
        return self.population.place(self.draft.answers, self.known)

    @cached_property
    def progress(self) -> Progress:
        found = self.found
        stated = ticked_levels(found, {*found.sure.items(), *found.ticked}, self.snapshot.graph)
        more = {slug: level for slug, level in stated.items() if level > self.known.get(slug, -1)}
        there = graph.with_implied(self.snapshot.graph, {**self.known, **more})
        from_nothing = round(hours_to_study(self.population.curriculum, self.snapshot.effort, {}))
        begun, left = (
            min(
                round(hours_to_study(self.population.curriculum, self.snapshot.effort_for(levels), levels)),
                from_nothing,
            )
            for levels in (self.known, there)
        )
        left = min(left, begun)
        return Progress(from_nothing - begun, begun - left, left, found.settled, len(self.population.levels))

    @property
    def sure(self) -> list[PlacementLine]:
        return self._lines(self.found.sure.items(), ticked=self.found.sure.items())

    @property
    def said(self) -> list[PlacementLine]:
        """Returns the sure lines that the learner answered with “Yes”."""
        return [line for line in self.sure if (line.skill.slug, line.level) in self._said_yes]

    @property
    def inferred(self) -> list[PlacementLine]:
        """Returns the sure lines that the learner was not asked about."""
        return [line for line in self.sure if (line.skill.slug, line.level) not in self._said_yes]

    @property
    def _said_yes(self) -> set[Level]:
        return {(answer.skill, answer.level) for answer in self.draft.answers if answer.answer == YES}

    @property
    def doubts(self) -> list[PlacementLine]:
        return self._lines(self.found.doubts, ticked=self.found.ticked)

    @property
    def rest(self) -> list[PlacementLine]:
        return self._lines(self.found.rest, ticked=())

    @property
    def doubtful(self) -> list[PlacementLine]:
        """Returns the claims that we are least sure of, among those ticked initially that a quick check can show."""
        items = self.snapshot.items_of

        def is_checkable(line: PlacementLine) -> bool:
            own, below = ((line.skill.slug, level) for level in (line.level, line.level - 1))
            return can_check(items.get(own, ()), items.get(below, ()))

        ticked = [line for line in (*self.sure, *self.doubts) if line.ticked and is_checkable(line)]
        ticked.sort(key=lambda line: (self.found.probabilities[line.skill.slug, line.level], line.skill.slug))
        return ticked[:DOUBTFUL]

    @property
    def from_account(self) -> int:
        """Returns how many of the levels that the goal needs the account already has."""
        if self.account is None:
            return 0
        return sum(self.account.levels.get(slug, 0) > 0 for slug in self.population.scope)

    def stated(self, ticked: Iterable[str]) -> dict[str, int]:
        """Returns the levels stated by these lines of a form. Lines that are not part of this placement are ignored."""
        found = self.found
        lines = {line_value(line): line for line in (*found.sure.items(), *found.doubts, *found.rest)}
        return ticked_levels(found, {lines[value] for value in ticked if value in lines}, self.snapshot.graph)

    def _lines(self, lines: Iterable[Level], ticked: Collection[Level]) -> list[PlacementLine]:
        """Sorts the lines by area and, within an area, by name."""
        place = {slug: number for number, slug in enumerate(self.snapshot.areas)}
        skills = self.snapshot.skills
        made = [PlacementLine(skills[slug], level, (slug, level) in ticked) for slug, level in lines]
        return sorted(made, key=lambda line: (place[line.skill.area.slug], line.skill.name.casefold(), line.level))


def line_value(line: Level) -> str:
    return f"{line[0]}:{line[1]}"
