"""What the API reads and answers. Generated from its schema by `generate_client.py`; not to be changed by hand."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Account(TypedDict):
    email: str
    name: str
    """What the pages call you; may be empty."""
    time_zone: str
    """By which your days begin, such as Europe/Berlin."""
    today: str
    """The date on your wall now."""
    joined_at: str


class Activity(TypedDict):
    time: str
    """When it begins."""
    minutes: int
    activity: str


class Ad(TypedDict):
    id: int
    event_id: str
    title: str
    employer: str
    """May be empty."""
    role: str | None
    """Slug of the closest role, by which it is planned; null for none of ours."""
    seniority: SeniorityRank | None
    skills: list[AdSkill]
    """In the order of the ad."""
    is_goal: bool
    closeness: Closeness
    has_text: bool
    """Whether its text is stored."""
    on: str
    """The day, by your calendar."""
    at: str


class AdChangeQuestion(TypedDict):
    employer: NotRequired[str]
    """One line; may be empty."""
    role: NotRequired[str | None]
    """Slug of the role that it is planned by."""
    seniority: NotRequired[SeniorityRank | None]
    skills: NotRequired[list[AdSkillQuestion]]
    title: NotRequired[str]
    text: NotRequired[str]
    """Empty: it is no longer stored."""


class AdItem(TypedDict):
    id: int
    event_id: str
    title: str
    employer: str
    """May be empty."""
    role: str | None
    """Slug of the closest role, by which it is planned; null for none of ours."""
    seniority: SeniorityRank | None
    skills: list[AdSkill]
    """In the order of the ad."""
    is_goal: bool
    closeness: Closeness
    has_text: bool
    """Whether its text is stored."""
    on: str
    """The day, by your calendar."""
    at: str
    text: str
    """Empty where it is not stored."""


class AdQuestion(TypedDict):
    employer: NotRequired[str]
    """One line; may be empty."""
    role: NotRequired[str | None]
    """Slug of the role that it is planned by."""
    seniority: NotRequired[SeniorityRank | None]
    skills: NotRequired[list[AdSkillQuestion]]
    title: NotRequired[str]
    """Left out, it is read from the text, or is the role."""
    text: NotRequired[str]
    """The ad. What you do not send beside it is read from it."""
    keep_text: NotRequired[bool]
    """Stores the text; otherwise it is only read. When left out: false."""
    event_id: NotRequired[str]
    """Yours for this event: what comes twice is stored once."""


class AdSkill(TypedDict):
    skill: str
    """Slug."""
    level: int
    """That the ad asks for."""
    cue: CueEnum | None
    """Whether it is asked for or only welcome; null where the ad only names it."""
    choice: int | None
    """Skills with the same number are alternatives; null where the skill is asked for by itself."""
    out: bool
    """Whether you took it out: it does not count."""


class AdSkillQuestion(TypedDict):
    skill: str
    """Slug."""
    level: int
    """That the ad asks for."""
    cue: NotRequired[CueEnum | None]
    """null where the ad only names it."""
    choice: NotRequired[int | None]
    """The same number for skills that are alternatives."""
    out: NotRequired[bool]
    """Whether it does not count. When left out: false."""


class Ads(TypedDict):
    next: str | None
    """Always null: there is one page."""
    results: list[Ad]


class Aim(TypedDict):
    role: str | None
    """Slug; null when the catalogue no longer has it."""
    industry: str | None
    """Slug; null without one."""
    ad: int | None
    """Id of the saved job ad that was the goal; null without one."""


class Answer(TypedDict):
    skill: str
    """Slug of the skill of the question."""
    level: int
    """Level of the question."""
    answer: AnswerEnum
    """Whether the learner can do what the question asks."""


type AnswerEnum = Literal["yes", "partly", "no", "unsure"]


class Area(TypedDict):
    slug: str
    """Its name in addresses. If it has to change, the old one redirects."""
    name: str
    summary: str
    """At most a sentence or two; may be empty."""
    updated_at: str
    url: str
    """The page about it."""
    letter: str
    """The area's sign on the skill map, from A to Z."""
    family: AreaFamily
    body: str
    """Markdown; may be empty."""
    skill_count: int


type AreaFamily = Literal["foundations", "models", "running"]


class AreaMinutes(TypedDict):
    area: str
    minutes: int


class AreaPage(TypedDict):
    count: int
    """Records on all pages."""
    next: str | None
    """Address of the next page; null on the last."""
    previous: str | None
    """Address of the page before; null on the first."""
    results: list[Area]


class Assessment(TypedDict):
    id: int
    event_id: str
    skill: str
    """Slug."""
    level: int
    """After it."""
    kind: AssessmentKind
    """How we know it: own judgement, CV, check or project."""
    up_to: int | None
    """The level that a check or a project shows; null: `level`."""
    project: str | None
    """Slug of the project that shows it; null without one."""
    undoes: int | None
    """Id of the one that this undoes: `level` and `kind` are those that count again."""
    on: str
    """The day, by your calendar."""
    at: str


type AssessmentKind = Literal["self", "cv", "check", "project"]


class AssessmentPage(TypedDict):
    next: str | None
    """Address of what follows; null where nothing does."""
    results: list[Assessment]


class Because(TypedDict):
    required_by: list[str]
    """Skills asked for that need the step, heaviest first; its own too."""
    unlocks: list[str]
    """Skills of the plan that need this level before they are begun."""
    project: str | None
    """Slug of the milestone's project, where that needs it."""


class ByDeadline(TypedDict):
    path: Followed
    """Following the plan as it is."""
    shorter: Shorter | None
    """A way that leads at least a point further by then; null where there is none."""
    hours_per_week_needed: float | None
    """With which all of it is done by then, in quarters of an hour; null when 80 hours would not do."""


type ByEnum = Literal["name", "words", "similarity"]


class BySource(TypedDict):
    """The points of the readiness by how we know the levels. Each level up to a target brings the same part of its
    points.
    """

    self: float
    """You say so, or the levels were sent."""
    cv: float
    """Your CV says so."""
    check: float
    """You passed a check."""
    project: float
    """A project shows it."""
    implied: float
    """Another level rests on it."""


class Calendar(TypedDict):
    created_at: str | None
    """When the address that works was made; null: there is none."""


class Change(TypedDict):
    revision: int
    at: str
    kind: ChangeKindEnum
    slug: str
    change: ChangeKind
    into: NotRequired[str]
    """With `merged`: the slug of the record that took it in."""
    summary: str
    """May be empty."""


type ChangeKind = Literal["published", "updated", "retired", "merged"]

type ChangeKindEnum = Literal[
    "area",
    "skill",
    "resource",
    "milestone",
    "role",
    "industry",
    "project",
    "starting-point",
    "guide",
    "question",
    "fact",
]


class Changes(TypedDict):
    revision: int
    """The newest revision. When `next` is null you know all up to it: ask again `since` it."""
    state: str
    """Names what is answered at that revision; send it with the next `since`."""
    restart: bool
    """True if a copy of `since` cannot go on from here: this revision does not exist yet, or the `state` sent with
    it is none of it, since the installation was restored or upgraded. Read the catalogue anew.
    """
    next: str | None
    """Address of the changes that follow; null after the last."""
    results: list[Change]
    """Oldest first."""


class Check(TypedDict):
    id: int
    skill: str
    """Slug."""
    level: int
    purpose: PurposeEnum
    on: str
    """The day on which it began, by your calendar."""
    of: int
    """Questions."""
    needed: int
    """Right answers that pass it."""
    answered: int
    right: int
    passed: bool | None
    """Null until it is finished."""


class CheckAnswer(TypedDict):
    item: str
    right: bool
    answer: list[str]
    """Yours, in words."""
    solution: str | None
    """Where the answer is typed."""
    why: str
    """May be empty."""
    options: list[Reason]
    source: str
    """Address; may be empty."""
    check: RunningCheck


class CheckAnswerRequest(TypedDict):
    item: str
    """Of the question that is asked."""
    answer: list[str]
    """Ids of options, of an `order` in yours; where it is typed, the one text."""


class CheckOption(TypedDict):
    id: str
    text: str


class CheckPage(TypedDict):
    next: str | None
    """Address of what follows; null where nothing does."""
    results: list[Check]


class CheckQuestion(TypedDict):
    item: str
    kind: CheckQuestionKindEnum
    """`choice`: one option. `several`: all that apply. `order`: all of them, in order. `number` and `output`: typed."""
    question: str
    code: str
    """May be empty."""
    unit: str
    """Of the number that is asked for; may be empty."""
    options: list[CheckOption]
    """None where the answer is typed."""


type CheckQuestionKindEnum = Literal["choice", "several", "order", "number", "output"]


class CheckRequest(TypedDict):
    skill: str
    """Slug."""
    level: int


class Choice(TypedDict):
    """A requirement that any one of several skills meets."""

    slug: str
    name: str
    importance: int
    one_of: list[SkillLevel]
    """Skills with the level that meets it."""


class Closeness(TypedDict):
    share: float
    """Of the weight of what it asks for, what is at its level: from 0 to 1."""
    met: int
    """How many terms are at their level; a choice is one."""
    terms: int
    hours: float
    """To the rest, with prerequisites that are missing and without projects."""
    missing: list[str]
    """Slugs of skills, what weighs most first."""


class ComparedRole(TypedDict):
    slug: str
    name: str
    summary: str
    url: str


class ComparedSkill(TypedDict):
    slug: str
    name: str
    area: str
    """Slug of the skill's area."""
    targets: list[Target]
    """One for each role, in the order of `roles`."""


class Comparison(TypedDict):
    """Requirements side by side."""

    roles: list[ComparedRole]
    """In the order in which they were asked for."""
    requirements: list[ComparedSkill]
    """Every skill that one of them requires: what most of them do first, then by importance."""


class Consent(TypedDict):
    version: str
    """Send it as `consent` to turn a kind on."""
    words: str
    """What is agreed to by that."""


class Consideration(TypedDict):
    topic: TopicEnum
    label: str
    """The topic as a heading."""
    text: str
    """Markdown; may be empty."""


type CueEnum = Literal["must", "nice"]


class Dashboard(TypedDict):
    today: str
    """By your calendar."""
    readiness: float | None
    """From 0 to 100; null without a goal."""
    evidenced: float | None
    """The part whose levels a project proves."""
    by_source: BySource | None
    """The readiness in parts, by how we know the levels."""
    next_steps: list[Step]
    """The first 5 of the plan."""
    finish: str | None
    """Of the plan; null when there is no step."""
    on_time: bool | None
    """null without a deadline."""
    pace: Pace | None
    """Planned and done; null without a goal."""
    streak: Streak | None
    """null without a goal."""
    reviews: list[Review]
    """Those that are due, in the order of the plan."""
    questions: list[Reached]
    """Levels whose hours are logged: are they reached?"""
    moves: list[Move]
    """Levels that changed in the last 28 days, the largest move first."""
    areas: list[AreaMinutes]
    """Minutes of the last 28 days, most first."""
    news: list[News]
    """Changes of the catalogue since you set out that touch your goal."""
    notices: list[News]
    """Changes that touch your plan, your levels or what you put first, off or aside, until you have seen them on the
    page.
    """


class Degree(TypedDict):
    text: str
    """As it is written there."""
    cue: CueEnum
    """Whether it is asked for or only welcome."""


class Delivery(TypedDict):
    id: int
    kind: ReminderKind
    on: str
    """By your calendar."""
    due_at: str
    state: StateEnum
    reason: ReasonEnum | None
    """Why nothing was sent; null in any other state."""
    attempts: int
    sent_at: str | None


class DeliveryPage(TypedDict):
    next: str | None
    """Address of what follows; null where nothing does."""
    results: list[Delivery]


class Done(TypedDict):
    kind: DoneKindEnum
    """`skill`: evidence was added, or the `unit` was ticked. `resource`: it was ticked. `project`: work was saved."""
    slug: str | None
    """Slug; null when the catalogue no longer has it."""
    name: str
    unit: str
    """The text of a ticked unit; otherwise empty."""
    lines: int
    """Lines of the checklist of a project that are ticked."""


type DoneKindEnum = Literal["skill", "resource", "project"]


class Doubt(TypedDict):
    skill: str
    """Slug."""
    level: int
    probability: float
    """That the learner has it, in thousandths."""


class Edge(TypedDict):
    skill: str
    """Slug of a skill."""
    requires: str
    """Slug of a skill that it needs before it is begun."""
    level: int
    """The level it needs of it."""


class Emphasis(TypedDict):
    slug: str
    name: str
    weight: float
    """Added to a skill's importance: 0.5 makes it half as important again."""
    why: str


class Entry(TypedDict):
    id: str
    """Of the operation, as the schema calls it."""
    method: MethodEnum
    href: str
    """Its address; what stands in braces is to be filled in."""
    summary: str


class Evidence(TypedDict):
    id: int
    event_id: str
    kind: EvidenceKind
    """`work` of your own, or a `certificate` of someone else."""
    skill: str
    """Slug."""
    project: str | None
    """Slug of the project that it comes from; null without one."""
    url: str
    """Of the work or the credential; may be empty."""
    text: str
    """What it shows; may be empty."""
    name: str
    """Of the certificate; empty for work."""
    issuer: str
    """Of the certificate; empty for work."""
    issued_on: str | None
    """The date of the certificate; null for work."""
    on: str
    """The day, by your calendar."""
    at: str


class EvidenceChangeQuestion(TypedDict):
    """What can be changed later."""

    url: NotRequired[str]
    """Of something you made, or of the credential. Work has this, `text` or both. When left out: empty."""
    text: NotRequired[str]
    """What the work shows. When left out: empty."""
    name: NotRequired[str]
    """Of the certificate, which needs it. When left out: empty."""
    issuer: NotRequired[str]
    """Of the certificate, which needs it. When left out: empty."""
    issued_on: NotRequired[str | None]
    """The date of the certificate, which needs it."""


type EvidenceKind = Literal["work", "certificate"]


class EvidencePage(TypedDict):
    next: str | None
    """Address of what follows; null where nothing does."""
    results: list[Evidence]


class EvidenceQuestion(TypedDict):
    """What can be changed later."""

    url: NotRequired[str]
    """Of something you made, or of the credential. Work has this, `text` or both. When left out: empty."""
    text: NotRequired[str]
    """What the work shows. When left out: empty."""
    name: NotRequired[str]
    """Of the certificate, which needs it. When left out: empty."""
    issuer: NotRequired[str]
    """Of the certificate, which needs it. When left out: empty."""
    issued_on: NotRequired[str | None]
    """The date of the certificate, which needs it."""
    skill: str
    """Slug."""
    kind: NotRequired[EvidenceKind]
    """`work` of your own, or a `certificate` of someone else, which changes no level. When left out: `work`."""
    project: NotRequired[str | None]
    """Slug of the project that the work comes from."""
    event_id: NotRequired[str]
    """Yours for this event: what comes twice is stored once."""


class Export(TypedDict):
    format: FormatEnum
    made_at: NotRequired[str]
    account: NotRequired[list[dict[str, Any]]]
    email_addresses: NotRequired[list[dict[str, Any]]]
    browser_sessions: NotRequired[list[dict[str, Any]]]
    two_step_login: NotRequired[list[dict[str, Any]]]
    access_tokens: NotRequired[list[dict[str, Any]]]
    account_mails_to_be_sent: NotRequired[list[dict[str, Any]]]
    groups: NotRequired[list[dict[str, Any]]]
    permissions: NotRequired[list[dict[str, Any]]]
    goals: NotRequired[list[dict[str, Any]]]
    saved_ads: NotRequired[list[dict[str, Any]]]
    saved_ad_skills: NotRequired[list[dict[str, Any]]]
    saved_ad_milestones: NotRequired[list[dict[str, Any]]]
    days_off: NotRequired[list[dict[str, Any]]]
    assessments: NotRequired[list[dict[str, Any]]]
    levels: NotRequired[list[dict[str, Any]]]
    evidence: NotRequired[list[dict[str, Any]]]
    study_sessions: NotRequired[list[dict[str, Any]]]
    ticked_resources: NotRequired[list[dict[str, Any]]]
    ticked_units: NotRequired[list[dict[str, Any]]]
    quick_checks: NotRequired[list[dict[str, Any]]]
    check_answers: NotRequired[list[dict[str, Any]]]
    reports_of_questions: NotRequired[list[dict[str, Any]]]
    projects: NotRequired[list[dict[str, Any]]]
    notes: NotRequired[list[dict[str, Any]]]
    plan_changes: NotRequired[list[dict[str, Any]]]
    completed_milestones: NotRequired[list[dict[str, Any]]]
    path_wishes: NotRequired[list[dict[str, Any]]]
    catalogue_seen: NotRequired[list[dict[str, Any]]]
    calendar_addresses: NotRequired[list[dict[str, Any]]]
    proof_page: NotRequired[list[dict[str, Any]]]
    proof_page_names: NotRequired[list[dict[str, Any]]]
    reminders: NotRequired[list[dict[str, Any]]]
    reminder_mails: NotRequired[list[dict[str, Any]]]
    suppressed_addresses: NotRequired[list[dict[str, Any]]]
    reports_of_catalogue: NotRequired[list[dict[str, Any]]]
    reports_worked_on: NotRequired[list[dict[str, Any]]]
    catalogue_edits: NotRequired[list[dict[str, Any]]]
    catalogue_proposals: NotRequired[list[dict[str, Any]]]
    catalogue_reviews: NotRequired[list[dict[str, Any]]]
    catalogue_edits_of_proposals: NotRequired[list[dict[str, Any]]]
    catalogue_comments: NotRequired[list[dict[str, Any]]]
    emails_about_proposals: NotRequired[list[dict[str, Any]]]
    catalogue_operations: NotRequired[list[dict[str, Any]]]
    catalogue_operations_asked_for: NotRequired[list[dict[str, Any]]]
    catalogue_mappings: NotRequired[list[dict[str, Any]]]
    catalogue_bulk_edits: NotRequired[list[dict[str, Any]]]
    catalogue_looks: NotRequired[list[dict[str, Any]]]
    administration: NotRequired[list[dict[str, Any]]]
    administration_of_account: NotRequired[list[dict[str, Any]]]


class External(TypedDict):
    """The same thing in other taxonomies."""

    esco: list[str]
    """Identifiers in ESCO."""
    onet: list[str]
    """Codes in O*NET."""


class Fact(TypedDict):
    """A dated figure with its source."""

    slug: str
    statement: str
    source: str
    url: str
    """Where it can be read."""
    year: int
    """The year that the figure describes."""
    secondary: bool
    """Read on a page that reports the original."""
    caveat: str
    """What to keep in mind; may be empty."""


class FactDetail(TypedDict):
    """A dated figure with its source."""

    slug: str
    statement: str
    source: str
    url: str
    """Where it can be read."""
    year: int
    """The year that the figure describes."""
    secondary: bool
    """Read on a page that reports the original."""
    caveat: str
    """What to keep in mind; may be empty."""
    name: str
    """What the figure is about."""
    updated_at: str


class FactDetailPage(TypedDict):
    count: int
    """Records on all pages."""
    next: str | None
    """Address of the next page; null on the last."""
    previous: str | None
    """Address of the page before; null on the first."""
    results: list[FactDetail]


class FinishedCheck(TypedDict):
    skill: str | None
    """Slug; null when the catalogue no longer has it."""
    level: int
    purpose: PurposeEnum
    passed: bool
    right: int
    of: int


class Followed(TypedDict):
    milestone: str | None
    """Slug of the last one complete by then; null for none."""
    readiness: float
    """From 0 to 100."""


class Forecast(TypedDict):
    weeks: int
    """That it rests on."""
    pace: int
    """Minutes a week in these weeks."""
    earliest: str | None
    """At the pace of the faster half; null: in over ten years."""
    expected: str | None
    latest: str | None
    """At the pace of the slower half."""


type FormatEnum = Literal["waymark-export/1"]


class Found(TypedDict):
    skill: str
    text: str
    """As it is written there."""
    start: int
    """Code points of the text before it."""
    end: int
    """Code points up to its end."""
    cue: CueEnum | None
    """Whether it is asked for or only welcome; null where the text does not say."""


class Gain(TypedDict):
    skill: str
    to_level: int
    hours: float
    """To that level, with the prerequisites that are missing."""
    points: float
    """That the level itself brings."""
    points_per_hour: float


class Goal(TypedDict):
    role: str | None
    """Slug; null when the role has been retired."""
    industry: str | None
    """Slug; null without one."""
    ad: int | None
    """Id of the saved ad that is the goal, planned by `role`; null where the goal is the role."""
    hours_per_week: float
    weekdays: list[int]
    """1 is Monday."""
    deadline: str | None
    weekly_target: int
    """Minutes: the least to keep up each week."""
    days_off: list[str]
    """From today on."""
    since: str
    """From when it is in force."""
    choices: dict[str, str]
    """By slug of a choice, the skill that you picked. Those that you did not pick are missing here; `GET /me/plan/`
    has the skill that is planned for each.
    """
    projects: dict[str, str]
    """By slug of a milestone, the project that you picked."""
    milestone_order: list[str]
    """Slugs of milestones that you moved, in your order; empty for the role's."""
    skip_milestones: list[str]
    """Slugs of milestones that you skip."""


class GoalQuestion(TypedDict):
    """What somebody wants different on the path."""

    choices: NotRequired[dict[str, str]]
    """By slug of a choice of the role, the skill to plan for it."""
    projects: NotRequired[dict[str, str]]
    """By slug of a milestone, the project to plan for it."""
    milestone_order: NotRequired[list[str]]
    """Slugs of milestones in the order wanted, in the places that those named have."""
    skip_milestones: NotRequired[list[str]]
    """Slugs of milestones of which nothing is planned for its own sake."""
    role: str
    """Slug of the role."""
    industry: NotRequired[str | None]
    """Slug of the industry; none if left out."""
    ad: NotRequired[int | None]
    """Id of a saved ad to be the goal, planned by `role`; `industry` is then none. The goal is the role if left out."""
    hours_per_week: float
    """Spread evenly over the weekdays."""
    weekdays: NotRequired[list[int]]
    """The days of study, from 1 for Monday to 7 for Sunday; all when left out."""
    deadline: NotRequired[str | None]
    """From your today on; none if left out."""
    weekly_target: NotRequired[int | None]
    """Minutes. Left out, one that you chose before stays, as far as the hours allow it; otherwise the hours."""
    days_off: NotRequired[list[str]]
    """Take the place of those from today on; they stay when left out."""


class Graph(TypedDict):
    revision: int
    nodes: list[Node]
    """All published skills, prerequisites first."""
    edges: list[Edge]
    """No edge leads round in a circle."""


class Guide(TypedDict):
    slug: str
    """Its name in addresses. If it has to change, the old one redirects."""
    name: str
    summary: str
    """At most a sentence or two; may be empty."""
    updated_at: str
    url: str
    """The page about it."""
    tldr: str
    """The guide in a few sentences."""


class GuideDetail(TypedDict):
    slug: str
    """Its name in addresses. If it has to change, the old one redirects."""
    name: str
    summary: str
    """At most a sentence or two; may be empty."""
    updated_at: str
    url: str
    """The page about it."""
    tldr: str
    """The guide in a few sentences."""
    takeaways: list[str]
    body: str
    """Markdown; may be empty."""
    facts: list[Fact]
    """The figures it uses, with their sources."""


class GuidePage(TypedDict):
    count: int
    """Records on all pages."""
    next: str | None
    """Address of the next page; null on the last."""
    previous: str | None
    """Address of the page before; null on the first."""
    results: list[Guide]


class HistoryAssessment(TypedDict):
    id: int
    event_id: str
    skill: str
    """Slug."""
    level: int
    """After it."""
    kind: AssessmentKind
    """How we know it: own judgement, CV, check or project."""
    up_to: int | None
    """The level that a check or a project shows; null: `level`."""
    project: str | None
    """Slug of the project that shows it; null without one."""
    undoes: int | None
    """Id of the one that this undoes: `level` and `kind` are those that count again."""
    on: str
    """The day, by your calendar."""
    at: str
    latest: bool
    """It is the latest of its skill, so that it can be undone."""


class HistoryDay(TypedDict):
    on: str
    """By your calendar."""
    minutes: int
    """Studied on this day."""
    studied: list[Studied]
    assessments: list[HistoryAssessment]
    goals: list[Aim]
    """Goals that were set on this day."""
    done: list[Done]
    checks: list[FinishedCheck]
    """Checks and reviews that were finished on this day."""


class HistoryDayPage(TypedDict):
    next: str | None
    """Address of what follows; null where nothing does."""
    results: list[HistoryDay]


class Hit(TypedDict):
    kind: HitKindEnum
    slug: str
    name: str
    summary: str
    """May be empty."""
    url: str
    """The page about it."""
    score: float
    """Higher is better. Comparable within one answer only."""
    by: ByEnum
    """What was found: the name exactly, words of it, or a name that looks like it."""


type HitKindEnum = Literal[
    "area", "skill", "resource", "milestone", "role", "industry", "project", "starting-point", "guide", "question"
]


class Hits(TypedDict):
    count: int
    """Hits in `results`."""
    results: list[Hit]
    """Best first."""


class Import(TypedDict):
    dry_run: bool
    """Nothing was stored."""
    tables: Tables


class Index(TypedDict):
    revision: int
    """The newest revision of the catalogue."""
    docs: str
    """The reference."""
    schema: str
    """The OpenAPI document."""
    licence: Licence
    """Of the catalogue."""
    operations: list[Entry]


class Industry(TypedDict):
    slug: str
    """Its name in addresses. If it has to change, the old one redirects."""
    name: str
    summary: str
    """At most a sentence or two; may be empty."""
    updated_at: str
    url: str
    """The page about it."""
    skill_count: int
    """Skills that it weighs more than others do."""


class IndustryDetail(TypedDict):
    slug: str
    """Its name in addresses. If it has to change, the old one redirects."""
    name: str
    summary: str
    """At most a sentence or two; may be empty."""
    updated_at: str
    url: str
    """The page about it."""
    skill_count: int
    """Skills that it weighs more than others do."""
    body: str
    """Markdown; may be empty."""
    use_cases: list[UseCase]
    considerations: list[Consideration]
    requirements: list[Requirement]
    """What it asks for beside every role, at target levels."""
    milestone: Named | None
    """What it adds to every path; null where it adds none."""
    emphases: list[Emphasis]
    """Skills that it weighs more than others do, heaviest first."""
    facts: list[Fact]
    projects: list[Named]
    """Projects set in this industry."""


class IndustryPage(TypedDict):
    count: int
    """Records on all pages."""
    next: str | None
    """Address of the next page; null on the last."""
    previous: str | None
    """Address of the page before; null on the first."""
    results: list[Industry]


class Level(TypedDict):
    level: int
    hours: float
    """From the level below."""
    text: str
    """What a person can do at this level."""


class LevelQuestion(TypedDict):
    level: int
    """What you can do, by your own judgement."""


class Licence(TypedDict):
    name: str
    url: str
    attribution: str
    """What to name with a copy."""


class Line(TypedDict):
    text: str
    ticked: bool


class Match(TypedDict):
    matches: list[Found]
    """In the order of the text, not overlapping, without what it says is not wanted."""
    skills: list[Mentioned]
    """In the order of their first mention."""
    title: str | None
    """Title of the job; null where none was recognised."""
    employer: str | None
    place: str | None
    language: str
    """ISO 639 code; `und` where it is not known. Cues, years and degrees are read in `en` and `de`."""
    roles: list[RoleGuess]
    """Roles that the ad is about, best first; empty where it is about none of these."""
    seniority: Seniority | None
    years: list[Years]
    """Years of experience, in the order of the text."""
    degree: Degree | None
    choices: list[list[str]]
    """Slugs of skills of which the text asks for any one."""
    gap: NotRequired[list[Missing]]
    """When `levels` or `role` is sent: the skills below their target, in the order of `skills`."""
    gap_hours: NotRequired[float]
    """Of the whole gap; less than the sum where skills share a missing prerequisite."""
    ignored: NotRequired[list[str]]
    """Slugs in `levels` that name no skill."""


class MatchQuestion(TypedDict):
    text: str
    """The job ad or CV, plain, of at most 100,000 code points."""
    levels: NotRequired[dict[str, int]]
    """Level by slug of the skill; what is not listed is at level 0."""
    role: NotRequired[str]
    """Slug of the role whose levels are the targets."""


class Mentioned(TypedDict):
    skill: str
    name: str
    mentions: int
    cue: CueEnum | None
    """The strongest of its mentions."""


type MethodEnum = Literal["DELETE", "GET", "POST", "PUT"]


class Milestone(TypedDict):
    slug: str
    """Its name in addresses. If it has to change, the old one redirects."""
    name: str
    summary: str
    """At most a sentence or two; may be empty."""
    updated_at: str
    url: str
    """The page about it."""
    outcome: str
    """What you can show afterwards."""


class MilestoneDetail(TypedDict):
    slug: str
    """Its name in addresses. If it has to change, the old one redirects."""
    name: str
    summary: str
    """At most a sentence or two; may be empty."""
    updated_at: str
    url: str
    """The page about it."""
    outcome: str
    """What you can show afterwards."""
    body: str
    """Markdown; may be empty."""
    steps: list[SkillLevel]
    """Levels to reach, in teaching order."""
    projects: list[Named]
    """Any one of them shows the outcome."""
    roles: list[Named]
    """Roles whose path has it."""
    industries: list[Named]
    """Industries that add it to the path of a role."""


class MilestonePage(TypedDict):
    count: int
    """Records on all pages."""
    next: str | None
    """Address of the next page; null on the last."""
    previous: str | None
    """Address of the page before; null on the first."""
    results: list[Milestone]


class Missing(TypedDict):
    skill: str
    level: int
    target: int
    hours: float
    """To the target, with the prerequisites that are missing."""


class Move(TypedDict):
    skill: str
    before: int
    level: int
    on: str
    points: float
    """That it moved the readiness by."""


class Named(TypedDict):
    slug: str
    name: str


class Neighbour(TypedDict):
    slug: str
    name: str
    difference: str
    """How that role differs from this one."""


class NewCalendar(TypedDict):
    created_at: str | None
    """When the address that works was made; null: there is none."""
    url: str
    """The address: whoever has it can read your plan. It is only in this answer."""


class NewToken(TypedDict):
    id: int
    name: str
    scopes: list[ScopesEnum]
    """`write` comes with `read`."""
    prefix: str
    """How its text begins, to know it by."""
    created_at: str
    renewed_at: str | None
    """When it was last renewed; null: never."""
    expires_at: str
    """From then on it is refused."""
    last_used_at: str | None
    """To the minute; null before its first use."""
    token: str
    """What to send as `Authorization: Bearer …`. It is told this once."""


class News(TypedDict):
    kind: RecordKind
    slug: str
    """That it has today; empty where there is no such record any more."""
    change: ChangeKind
    summary: str
    """May be empty."""
    on: str


class NextQuestion(TypedDict):
    skill: str
    """Slug."""
    level: int
    text: str
    """The text of the level as a question."""
    number: int
    """The first question is 1."""
    of: int
    """The most questions there are; there may be fewer."""


class NextReview(TypedDict):
    skill: str
    """Slug."""
    level: int
    """Up to which the skill was checked or shown by a project."""
    touched_on: str
    """Of the last assessment or session."""
    due_on: str
    """The first day on which less than 80 % of the level is expected to be left."""
    worth_refresh: bool
    """The last review was not passed, and nothing was studied since. The level stays."""
    is_due: bool
    planned_on: str | None
    """The day in your plan, which leaves a fifth of each week at most to reviews; null without a goal, and for
    reviews that are due in more than four weeks.
    """
    left: float
    """The part of the level that is expected to be left, from 0 to 1."""
    half_life: int
    """Days without use after which half of the level is left."""
    passed: int
    """Reviews of this level that you passed: each doubles the half-life."""
    since: str
    """When the clock started: the day on which the level was last proved, or of study on the skill or on one that
    rests on it.
    """


class Node(TypedDict):
    slug: str
    name: str
    area: str
    """Slug of its area."""
    kind: SkillKind
    horizon: SkillHorizon
    effort: list[float]
    """Hours from level 0 to 1, 1 to 2, 2 to 3 and 3 to 4."""


class Note(TypedDict):
    skill: str
    """Slug."""
    text: str
    """Empty without a note."""
    updated_at: str | None
    """null without a note."""


class NotePage(TypedDict):
    next: str | None
    """Address of what follows; null where nothing does."""
    results: list[Note]


class NoteQuestion(TypedDict):
    text: str
    """Takes the place of what was there; an empty one removes it."""


class Notices(TypedDict):
    revision: int
    """The newest revision of the catalogue."""
    seen_revision: int
    """You have seen the changes up to this one."""
    notices: list[News]
    """As the dashboard has them."""


class NoticesQuestion(TypedDict):
    seen_revision: int
    """The `revision` of the notices that you have read."""


class Override(TypedDict):
    skill: str
    """Slug."""
    kind: OverrideKind


type OverrideKind = Literal["pin", "skip", "later"]


class OverridePage(TypedDict):
    next: str | None
    """Address of what follows; null where nothing does."""
    results: list[Override]


class OverrideQuestion(TypedDict):
    kind: OverrideKind
    """`pin`: before everything else, with what it needs. `skip`: no step of it. `later`: after everything that does
    not depend on it.
    """


class OwnLevel(TypedDict):
    skill: str
    """Slug."""
    level: int
    kind: AssessmentKind
    """How we know it: own judgement, CV, check or project."""
    sources: list[AssessmentKind]
    """How we know level 1, 2 and so on, up to `level`: the strongest source of each."""
    since: str | None
    """When the level last changed; null: never."""
    minutes: int
    """Studied since then."""
    total_minutes: int
    """Studied in all."""
    touched_on: str | None
    """The later of the last assessment and the last session; null: neither."""


class OwnLevelPage(TypedDict):
    next: str | None
    """Address of what follows; null where nothing does."""
    results: list[OwnLevel]


class OwnPlan(TypedDict):
    milestones: list[Stage]
    """In the order of the plan; those that are skipped left out."""
    steps: list[Step]
    """One level of one skill, or a project, one after the other."""
    choices: dict[str, str]
    """By slug of the choice, the skill that is planned for it."""
    total_hours: float
    finish: str | None
    """End of the last step; null when there is no step."""
    on_time: bool | None
    """null without a deadline."""
    by_deadline: ByDeadline | None
    """When late: what is reached by the deadline; otherwise null."""
    hours_per_week_needed: NotRequired[float]
    """When late: what would meet the deadline, in quarters of an hour. Missing when 80 hours would not."""
    drop_to_meet_deadline: list[str] | None
    """Deprecated and always null: a deadline decides what comes first, not what is left out."""
    unreachable: list[Unreachable]
    """Skills that cannot be begun because of what is skipped."""
    ignored: NotRequired[list[str]]
    """Slugs in `levels` that name no skill."""
    pin: list[str]
    """Slugs of skills that you want first, in order."""
    skip: list[str]
    """Slugs of skills that you skip."""
    later: list[str]
    """Slugs of skills that you put off."""
    reviews: list[PlannedReview]
    """Reviews that are due within four weeks, by day. They take a fifth of a week's hours at most, before steps."""


class OwnReadiness(TypedDict):
    readiness: float
    """From 0 to 100: the sum of the points of all terms."""
    evidenced: float
    """The part whose levels a project proves."""
    by_source: BySource
    """The readiness in parts, by how we know the levels."""
    terms: list[Term]
    """One for each requirement, heaviest first."""
    gains: list[Gain]
    """The next level of each skill below target, most points per hour first."""
    also_asked_for: list[str]
    """Slugs that the industry emphasises and the role does not require."""
    ignored: NotRequired[list[str]]
    """Slugs in `levels` that name no skill."""


class Pace(TypedDict):
    recent: Recent
    forecast: Forecast | None
    """null before there are three weeks to tell by."""


class Password(TypedDict):
    """The part of a body that `confirm_password` needs."""

    password: NotRequired[str]
    """Of your account. Not needed when a page has asked for it in the last five minutes. When left out: empty."""


class Placement(TypedDict):
    question: NextQuestion | None
    """What to ask next; null when there were enough questions, or little is left to find out."""
    levels: dict[str, int]
    """Levels that were answered with `yes`, or that the learner has with a probability of 0.85 or more and gave no
    other answer about, by slug of the skill. Sent levels are left out.
    """
    unsure: list[Doubt]
    """Levels to ask the learner about directly, by slug of the skill."""
    hours_from_nothing: float
    """Hours of the plan for someone who knows nothing."""
    hours_left: float
    """Hours of the plan with `levels` and the levels that were sent."""
    ignored: NotRequired[list[str]]
    """Slugs in `levels` that name no skill."""


class PlacementQuestion(TypedDict):
    role: str
    """Slug of the role."""
    industry: NotRequired[str]
    """Slug of the industry."""
    levels: NotRequired[dict[str, int]]
    """Levels that are known, by slug of the skill. They and what they rest on are not asked about."""
    answers: NotRequired[list[Answer]]
    """Answers so far, in any order; one to a level that the goal does not need changes nothing."""


class Plan(TypedDict):
    milestones: list[Stage]
    """In the order of the plan; those that are skipped left out."""
    steps: list[Step]
    """One level of one skill, or a project, one after the other."""
    choices: dict[str, str]
    """By slug of the choice, the skill that is planned for it."""
    total_hours: float
    finish: str | None
    """End of the last step; null when there is no step."""
    on_time: bool | None
    """null without a deadline."""
    by_deadline: ByDeadline | None
    """When late: what is reached by the deadline; otherwise null."""
    hours_per_week_needed: NotRequired[float]
    """When late: what would meet the deadline, in quarters of an hour. Missing when 80 hours would not."""
    drop_to_meet_deadline: list[str] | None
    """Deprecated and always null: a deadline decides what comes first, not what is left out."""
    unreachable: list[Unreachable]
    """Skills that cannot be begun because of what is skipped."""
    ignored: NotRequired[list[str]]
    """Slugs in `levels` that name no skill."""


class PlanBatch(TypedDict):
    results: list[Plan]
    """In the order of `requests`."""


class PlanBatchRequest(TypedDict):
    requests: list[PlanQuestion]
    """1 to 50 of them."""


class PlanQuestion(TypedDict):
    """What somebody wants different on the path."""

    choices: NotRequired[dict[str, str]]
    """By slug of a choice of the role, the skill to plan for it."""
    projects: NotRequired[dict[str, str]]
    """By slug of a milestone, the project to plan for it."""
    milestone_order: NotRequired[list[str]]
    """Slugs of milestones in the order wanted, in the places that those named have."""
    skip_milestones: NotRequired[list[str]]
    """Slugs of milestones of which nothing is planned for its own sake."""
    role: str
    """Slug of the role."""
    industry: NotRequired[str]
    """Slug of the industry, which moves the weights."""
    levels: NotRequired[dict[str, int]]
    """Level by slug of the skill. What is not listed is at the level that a listed one rests on, or at 0."""
    hours_per_week: float
    """Spread evenly over the weekdays."""
    weekdays: NotRequired[list[int]]
    """The days of study, from 1 for Monday to 7 for Sunday; all when left out."""
    start: NotRequired[str]
    """The first day; today in UTC when left out."""
    deadline: NotRequired[str]
    """The last day on which work may be done; not before the start."""
    days_off: NotRequired[list[str]]
    """Days whose hours are lost."""
    skip: NotRequired[list[str]]
    """Slugs of skills of which no step is planned."""
    pin: NotRequired[list[str]]
    """Slugs of skills that come first, with what they need, in this order."""
    later: NotRequired[list[str]]
    """Slugs of skills that come after everything that does not depend on them."""


class PlannedReview(TypedDict):
    skill: str
    """Slug."""
    level: int
    on: str
    """The study day that has room for it."""
    due_on: str
    minutes: int


class Problem(TypedDict):
    """An error (RFC 9457)."""

    type: str
    """Names the kind of problem: the address of its description."""
    title: str
    """The name of the status."""
    status: int
    detail: str
    """What is wrong with this request."""
    instance: str
    """The path that was asked for."""
    errors: NotRequired[dict[str, Any]]
    """With a 400: for each parameter or field, what is wrong with it."""


class Profile(TypedDict):
    name: NotRequired[str]
    """What the pages call you; may be empty."""
    time_zone: NotRequired[str]
    """By which your days begin, as the IANA database calls it."""


class Project(TypedDict):
    slug: str
    """Its name in addresses. If it has to change, the old one redirects."""
    name: str
    summary: str
    """At most a sentence or two; may be empty."""
    updated_at: str
    url: str
    """The page about it."""
    hours: float
    proves: list[SkillLevel]
    """The levels that the finished project shows."""
    industries: list[Named]
    """Where it is set."""


class ProjectDetail(TypedDict):
    slug: str
    """Its name in addresses. If it has to change, the old one redirects."""
    name: str
    summary: str
    """At most a sentence or two; may be empty."""
    updated_at: str
    url: str
    """The page about it."""
    hours: float
    proves: list[SkillLevel]
    """The levels that the finished project shows."""
    industries: list[Named]
    """Where it is set."""
    body: str
    """Markdown; may be empty."""
    checklist: list[str]
    """When all of it holds, it is done."""


class ProjectPage(TypedDict):
    count: int
    """Records on all pages."""
    next: str | None
    """Address of the next page; null on the last."""
    previous: str | None
    """Address of the page before; null on the first."""
    results: list[Project]


class ProofPage(TypedDict):
    public: bool
    """Whether it is on: strangers who have the address can read it."""
    name: str | None
    """In the address; null before the page was saved."""
    url: str | None
    """Its address; null before the page was saved."""
    taken_down_at: str | None
    """When the operator took it down; null: not taken down."""
    display_name: str
    """Your name on the page; may be empty."""
    role: bool
    """Shows the role of your goal."""
    readiness: bool
    """Shows your readiness for it, split by source."""
    skills: SkillsEnum
    """Shows no skills, levels that a check or a project shows, or all."""
    projects: bool
    """Shows projects with a link to the work."""
    certificates: bool
    """Shows certificates of others."""
    updated_at: str | None
    """null before the page was saved."""


class ProofPageQuestion(TypedDict):
    public: bool
    """Whether it is on. It can be saved while it is off."""
    name: NotRequired[str | None]
    """In the address, free or used by you before. null or left out: a secret one, which stays once it is there."""
    display_name: NotRequired[str]
    """Your name on the page. When left out: empty."""
    role: NotRequired[bool]
    """Shows the role of your goal. When left out: true."""
    readiness: NotRequired[bool]
    """Shows your readiness for it, split by source; needs `role`. When left out: true."""
    skills: NotRequired[SkillsEnum]
    """`none`, `proved` or `all`. When left out: `proved`."""
    projects: NotRequired[bool]
    """Shows projects with a link to the work. When left out: true."""
    certificates: NotRequired[bool]
    """Shows certificates of others. When left out: true."""


class ProvenLevel(TypedDict):
    skill: str
    """Slug."""
    level: int
    """That the project proves."""
    shown: bool
    """You have it already, by this project, another one or a check."""


class ProvenLevelPage(TypedDict):
    next: str | None
    """Address of what follows; null where nothing does."""
    results: list[ProvenLevel]


class ProvenLevelsQuestion(TypedDict):
    skills: list[str]
    """Those of which you confirm the level, by slug."""


type PurposeEnum = Literal["check", "review"]


class Question(TypedDict):
    slug: str
    """Its name in addresses. If it has to change, the old one redirects."""
    name: str
    """The question."""
    summary: str
    """At most a sentence or two; may be empty."""
    updated_at: str
    url: str
    """The page about it."""
    body: str
    """The answer, in Markdown."""


class QuestionPage(TypedDict):
    count: int
    """Records on all pages."""
    next: str | None
    """Address of the next page; null on the last."""
    previous: str | None
    """Address of the page before; null on the first."""
    results: list[Question]


class Reached(TypedDict):
    skill: str
    level: int
    hours: float
    """Logged since the level before."""
    effort: float
    """Hours that the level takes."""


class Readiness(TypedDict):
    readiness: float
    """From 0 to 100: the sum of the points of all terms."""
    evidenced: float
    """The part whose levels a project proves; 0 for levels that are sent."""
    by_source: BySource
    """The readiness in parts, by how we know the levels."""
    terms: list[Term]
    """One for each requirement, heaviest first."""
    gains: list[Gain]
    """The next level of each skill below target, most points per hour first."""
    also_asked_for: list[str]
    """Slugs that the industry emphasises and the role does not require."""
    ignored: NotRequired[list[str]]
    """Slugs in `levels` that name no skill."""


class ReadinessBatch(TypedDict):
    results: list[Readiness]
    """In the order of `requests`."""


class ReadinessBatchRequest(TypedDict):
    requests: list[ReadinessQuestion]
    """1 to 50 of them."""


class ReadinessQuestion(TypedDict):
    role: str
    """Slug of the role."""
    industry: NotRequired[str]
    """Slug of the industry, which moves the weights."""
    levels: NotRequired[dict[str, int]]
    """Level by slug of the skill. What is not listed is at the level that a listed one rests on, or at 0."""


class Reason(TypedDict):
    id: str
    """Of an option."""
    text: str
    right: bool
    """Of an `order` false for each: the options stand in the right order."""
    why: str
    """May be empty."""


type ReasonEnum = Literal[
    "off",
    "paused",
    "unverified",
    "inactive",
    "suppressed",
    "outranked",
    "nothing",
    "no-goal",
    "every-other",
    "weekly",
    "silent",
]


class Recent(TypedDict):
    planned: int
    """Minutes of the last 28 days, today among them."""
    done: int
    """Minutes of the same days."""
    short: int
    """Minutes planned and not done."""
    behind: bool
    """Short by the minutes of a week or more."""


type RecordKind = Literal[
    "area",
    "skill",
    "check",
    "resource",
    "milestone",
    "role",
    "industry",
    "project",
    "starting-point",
    "guide",
    "question",
    "fact",
]


class Reminder(TypedDict):
    kind: ReminderKind
    on: bool
    at: str
    """On your clock."""
    weekdays: list[int]
    """1 is Monday."""
    quiet_from: str | None
    """Of all kinds; null without any."""
    quiet_until: str | None
    paused_until: str | None
    """The first date with mails of this kind again."""
    agreed_at: str | None
    """When you last turned it on."""
    next_at: str | None
    """When the next one is due; null while it is off."""
    consent: Consent


type ReminderKind = Literal["weekly", "behind", "review", "study"]


class ReminderPage(TypedDict):
    next: str | None
    """Address of what follows; null where nothing does."""
    results: list[Reminder]


class ReminderQuestion(TypedDict):
    on: bool
    consent: NotRequired[str]
    """Needed to turn it on: the version of the words that the learner has read and agrees to. Show them first."""
    at: NotRequired[str]
    """On your clock; left out, it stays."""
    weekdays: NotRequired[list[int]]
    """From 1 for Monday to 7 for Sunday; left out, they stay."""
    paused_until: NotRequired[str | None]
    """A date to come, or null; left out, it stays."""
    quiet_from: NotRequired[str | None]
    """Quiet hours on your clock, in which no mail of any kind comes; null with `quiet_until`: none. Left out, they
    stay.
    """
    quiet_until: NotRequired[str | None]
    """Goes with `quiet_from`."""


class RemovedSession(TypedDict):
    restore: str
    """With it `POST /me/sessions/restore/` puts the session back as it was."""


class RenewalQuestion(TypedDict):
    """The part of a body that `confirm_password` needs."""

    password: NotRequired[str]
    """Of your account. Not needed when a page has asked for it in the last five minutes. When left out: empty."""
    expires_in_days: NotRequired[int]
    """After so many days it is refused. When left out: 30."""


class Requirement(TypedDict):
    """A skill at a level."""

    slug: str
    name: str
    level: int
    area: str
    """Slug of the skill's area."""
    importance: int


class Resource(TypedDict):
    id: int
    """Names the resource in `/me/resources/{id}/`."""
    slug: str
    name: str
    type: ResourceType
    url: str
    """Its own address."""
    out: str
    """The same by way of Waymark, which counts nobody."""
    author: str
    year: int | None
    hours: float
    """To work through it."""
    cost: Price | Literal[0] | None
    """0 when it is free, null when the price is not known."""
    free: bool | None
    """False when it costs money, also where `cost` is null; null when nobody knows."""
    language: str
    """In which it is written or spoken, such as en."""
    programming_language: str
    """Such as python; empty where it does not matter."""
    affiliate: bool
    """Waymark earns something from a purchase after following `out`."""
    checked_on: str | None
    """When somebody last opened it; null when nobody has."""
    skills: list[ResourceSkill]
    """The skills it teaches, and the levels it leads between."""
    summary: str
    """May be empty."""
    body: str
    """Markdown; may be empty."""
    updated_at: str


class ResourcePage(TypedDict):
    count: int
    """Records on all pages."""
    next: str | None
    """Address of the next page; null on the last."""
    previous: str | None
    """Address of the page before; null on the first."""
    results: list[Resource]


class ResourceSkill(TypedDict):
    slug: str
    name: str
    from_level: int
    to_level: int


type ResourceType = Literal[
    "course", "book", "documentation", "article", "video", "paper", "project", "community", "event"
]


class RestoreRequest(TypedDict):
    restore: str
    """As the removal of the session answered."""


class Review(TypedDict):
    skill: str
    """Slug."""
    level: int
    """Up to which the skill was checked or shown by a project."""
    touched_on: str
    """Of the last assessment or session."""
    due_on: str
    """The first day on which less than 80 % of the level is expected to be left."""
    worth_refresh: bool
    """The last review was not passed, and nothing was studied since. The level stays."""


class Reviews(TypedDict):
    minutes: int
    """That one review takes."""
    reviews: list[NextReview]
    """The next of each skill that was checked or shown, the first that is due first."""


class Role(TypedDict):
    slug: str
    """Its name in addresses. If it has to change, the old one redirects."""
    name: str
    summary: str
    """At most a sentence or two; may be empty."""
    updated_at: str
    url: str
    """The page about it."""
    skill_count: int
    """Skills that it requires."""


class RoleDetail(TypedDict):
    slug: str
    """Its name in addresses. If it has to change, the old one redirects."""
    name: str
    summary: str
    """At most a sentence or two; may be empty."""
    updated_at: str
    url: str
    """The page about it."""
    skill_count: int
    """Skills that it requires."""
    body: str
    """Markdown; may be empty."""
    requirements: list[Requirement]
    """Target levels, most important first."""
    choices: list[Choice]
    """Requirements that any one of several skills meets."""
    milestones: list[Named]
    """The path, in teaching order."""
    apply_after: str | None
    """Slug of the milestone after which applying makes sense; null where it is not said."""
    day: list[Activity]
    """A day in the life."""
    neighbours: list[Neighbour]
    """Roles it is confused with."""
    facts: list[Fact]
    """The outlook, in figures."""
    external: External


class RoleGuess(TypedDict):
    role: str
    """Slug of the role."""
    name: str
    why: WhyEnum
    """What the guess is made from."""


class RolePage(TypedDict):
    count: int
    """Records on all pages."""
    next: str | None
    """Address of the next page; null on the last."""
    previous: str | None
    """Address of the page before; null on the first."""
    results: list[Role]


class RunningCheck(TypedDict):
    id: int
    skill: str
    """Slug."""
    level: int
    purpose: PurposeEnum
    on: str
    """The day on which it began, by your calendar."""
    of: int
    """Questions."""
    needed: int
    """Right answers that pass it."""
    answered: int
    right: int
    passed: bool | None
    """Null until it is finished."""
    question: CheckQuestion | None
    """That comes next; null after the last."""
    number: int | None
    """Of that question, from 1."""


type ScopesEnum = Literal["read", "write"]


class Seniority(TypedDict):
    rank: SeniorityRank
    text: str
    """As it is written there."""
    in_title: bool
    """Whether the title says it."""


type SeniorityRank = Literal["junior", "mid", "senior", "lead"]


class Session(TypedDict):
    id: int
    event_id: str
    skill: str | None
    """Slug; null for what counts for the resource alone."""
    resource: int | None
    """Id; null without one."""
    minutes: int
    on: str
    """The day, by your calendar."""
    at: str
    """When it was logged."""


class SessionPage(TypedDict):
    next: str | None
    """Address of what follows; null where nothing does."""
    results: list[Session]


class SessionQuestion(TypedDict):
    skill: NotRequired[str | None]
    """Slug. It may be left out with a resource."""
    resource: NotRequired[int | None]
    """Id of the resource that it was with."""
    minutes: int
    on: NotRequired[str]
    """The day, up to your today, which it is when left out."""
    event_id: NotRequired[str]
    """Yours for this event: what comes twice is stored once."""


class Shorter(TypedDict):
    readiness: float
    """From 0 to 100, by the deadline."""
    steps: list[StepName]
    """Those that come before the deadline, in order."""


class Skill(TypedDict):
    slug: str
    """Its name in addresses. If it has to change, the old one redirects."""
    name: str
    area: str
    """Slug of its area."""
    kind: SkillKind
    horizon: SkillHorizon
    summary: str
    aliases: list[str]
    """Other names that people use."""
    effort: list[float]
    """Hours from level 0 to 1, 1 to 2, 2 to 3 and 3 to 4."""
    demand: int | None
    """Per cent of the job ads counted that name it; null when unknown."""
    updated_at: str
    url: str
    """The page about it."""


class SkillDetail(TypedDict):
    slug: str
    """Its name in addresses. If it has to change, the old one redirects."""
    name: str
    area: str
    """Slug of its area."""
    kind: SkillKind
    horizon: SkillHorizon
    summary: str
    aliases: list[str]
    """Other names that people use."""
    effort: list[float]
    """Hours from level 0 to 1, 1 to 2, 2 to 3 and 3 to 4."""
    demand: int | None
    """Per cent of the job ads counted that name it; null when unknown."""
    updated_at: str
    url: str
    """The page about it."""
    body: str
    """Markdown; may be empty."""
    levels: list[Level]
    units: dict[str, list[Unit]]
    """By level, the pieces of work that lead to it, in order."""
    prerequisites: list[SkillLevel]
    """Levels to reach before this skill is begun."""
    unlocks: list[SkillLevel]
    """Skills that need this one, and the level they need."""
    roles: list[SkillRole]
    """Roles that ask for it, most important first."""
    industries: list[SkillIndustry]
    """Industries that weigh it more than others do."""
    resources: list[SkillResource]
    """Lowest level first, free before paid."""
    projects: list[SkillProject]
    """Projects that prove a level of it."""
    external: External


type SkillHorizon = Literal["core", "advanced", "emerging"]


class SkillIndustry(TypedDict):
    slug: str
    name: str
    weight: float
    """Added to the importance: 0.5 makes it half as important again."""
    why: str


type SkillKind = Literal["concept", "tool", "practice"]


class SkillLevel(TypedDict):
    """A skill at a level."""

    slug: str
    name: str
    level: int


class SkillPage(TypedDict):
    count: int
    """Records on all pages."""
    next: str | None
    """Address of the next page; null on the last."""
    previous: str | None
    """Address of the page before; null on the first."""
    results: list[Skill]


class SkillProject(TypedDict):
    """A skill at a level."""

    slug: str
    name: str
    level: int
    hours: float


class SkillResource(TypedDict):
    slug: str
    name: str
    id: int
    type: ResourceType
    url: str
    """Its own address."""
    out: str
    """The same by way of Waymark, which counts nobody."""
    hours: float
    cost: Price | Literal[0] | None
    """0 when it is free, null when the price is not known."""
    free: bool | None
    """False when it costs money, also where `cost` is null; null when nobody knows."""
    programming_language: str
    """Such as python; empty where it does not matter."""
    affiliate: bool
    """Waymark earns something from a purchase after following `out`."""
    from_level: int
    to_level: int


class SkillRole(TypedDict):
    """A skill at a level."""

    slug: str
    name: str
    level: int
    importance: int


type SkillsEnum = Literal["none", "proved", "all"]


class Stage(TypedDict):
    milestone: str
    """Slug."""
    name: str
    outcome: str
    """What you can show afterwards."""
    start: str | None
    """null where nothing is left to do."""
    end: str | None
    hours: float
    """Left, its project included."""
    readiness_after: float
    """From 0 to 100."""
    project: str | None
    """Slug of the project that is planned; null when none is."""
    done: bool


class StartingPoint(TypedDict):
    slug: str
    """Its name in addresses. If it has to change, the old one redirects."""
    name: str
    summary: str
    """At most a sentence or two; may be empty."""
    updated_at: str
    url: str
    """The page about it."""
    body: str
    """Markdown; may be empty."""
    levels: list[SkillLevel]
    """What such a person can usually do already."""


class StartingPointPage(TypedDict):
    count: int
    """Records on all pages."""
    next: str | None
    """Address of the next page; null on the last."""
    previous: str | None
    """Address of the page before; null on the first."""
    results: list[StartingPoint]


type StateEnum = Literal["due", "claimed", "sending", "sent", "failed", "expired", "cancelled"]


class Step(TypedDict):
    milestone: str | None
    """Slug; null where the role has no milestones."""
    skill: str | None
    """Slug; null for a project."""
    project: str | None
    """Slug; null for a level of a skill."""
    from_level: int
    """0 for a project."""
    to_level: int
    """0 for a project."""
    hours: float
    start: str
    end: str
    readiness_after: float
    """From 0 to 100."""
    because: Because
    units: NotRequired[list[StepUnit]]
    """The pieces of work of the step, in order; on the first step alone unless `units=all` is asked for."""


class StepName(TypedDict):
    skill: str | None
    """Slug; null for a project."""
    level: int
    """0 for a project."""
    project: str | None
    """Slug; null for a level of a skill."""


class StepUnit(TypedDict):
    id: str
    """Unique among the units of its level."""
    type: UnitType
    text: str
    """What to do or build; of something to read, its name."""
    resource: str | None
    """Slug of the resource to read; null for other types."""
    part: str
    """Of the resource; empty for all of it."""
    minutes: int
    untried: bool
    """It needs an outside service, so we have not run it ourselves."""
    done: bool
    """Ticked; always false in a plan for nobody in particular."""


class Streak(TypedDict):
    weeks: int
    """In a row that reached the weekly target, or were kept."""
    longest: int
    freezes: int
    """Missed weeks that would be kept."""
    minutes: int
    """Of the current week."""
    target: int
    """Minutes of the current week. In the week of your first goal it is the share of the study days that were left:
    0 without one.
    """


class Studied(TypedDict):
    kind: StudiedKindEnum
    slug: str | None
    """Slug; null when the catalogue no longer has it."""
    name: str
    minutes: int


type StudiedKindEnum = Literal["skill", "resource"]


class Table(TypedDict):
    """How many rows of a table."""

    added: int
    changed: int
    """For which a later one came."""
    there: int
    """That were there before, or are older than what is."""


class Tables(TypedDict):
    saved_ads: Table
    goals: Table
    days_off: Table
    assessments: Table
    """The levels, and how they came about."""
    evidence: Table
    study_sessions: Table
    ticked_resources: Table
    ticked_units: Table
    projects: Table
    notes: Table
    plan_changes: Table
    completed_milestones: Table
    path_wishes: Table


class Target(TypedDict):
    role: str
    """Slug of the role."""
    level: int | None
    """Null when the role does not ask for the skill."""
    importance: int | None


class Term(TypedDict):
    skill: str
    """Slug; of a choice, the member that covers most."""
    choice: str | None
    """Slug of the choice; null where one skill is asked for."""
    level: int
    target: int
    importance: int
    emphasis: float
    """Of the industry; 0 without one."""
    weight: float
    """importance × (1 + emphasis)"""
    coverage: float
    """level ÷ target, at most 1"""
    points: float
    """100 × weight × coverage ÷ the sum of the weights"""
    source: str | None
    """How we know the level: implied, self, cv, check or project; null at level 0, and where it was sent."""
    sources: list[str]
    """How we know level 1, 2 and so on, up to `level`; empty at level 0, and where it was sent."""


class Tick(TypedDict):
    id: int
    slug: str
    done: bool
    done_at: str | None
    """null while it is not."""


class TickPage(TypedDict):
    next: str | None
    """Address of what follows; null where nothing does."""
    results: list[Tick]


class TickQuestion(TypedDict):
    done: bool


class Token(TypedDict):
    id: int
    name: str
    scopes: list[ScopesEnum]
    """`write` comes with `read`."""
    prefix: str
    """How its text begins, to know it by."""
    created_at: str
    renewed_at: str | None
    """When it was last renewed; null: never."""
    expires_at: str
    """From then on it is refused."""
    last_used_at: str | None
    """To the minute; null before its first use."""


class TokenPage(TypedDict):
    next: str | None
    """Address of what follows; null where nothing does."""
    results: list[Token]


class TokenQuestion(TypedDict):
    """The part of a body that `confirm_password` needs."""

    password: NotRequired[str]
    """Of your account. Not needed when a page has asked for it in the last five minutes. When left out: empty."""
    expires_in_days: NotRequired[int]
    """After so many days it is refused. When left out: 30."""
    name: str
    """What it is for, on one line."""
    scopes: list[ScopesEnum]
    """`write` includes `read`."""


type TopicEnum = Literal[
    "regulation", "privacy", "safety", "latency", "explainability", "security", "data", "cost", "fairness"
]


class UndoRequest(TypedDict):
    event_id: NotRequired[str]
    """Yours for this event: what comes twice is stored once."""


class Unit(TypedDict):
    id: str
    """Unique among the units of its level."""
    type: UnitType
    text: str
    """What to do or build; of something to read, its name."""
    resource: str | None
    """Slug of the resource to read; null for other types."""
    part: str
    """Of the resource; empty for all of it."""
    minutes: int
    untried: bool
    """It needs an outside service, so we have not run it ourselves."""


class UnitTick(TypedDict):
    skill: str
    """Slug."""
    level: int
    id: str
    """Of the unit. The catalogue may no longer have it."""
    type: UnitType
    text: str
    """What the unit said when you ticked it."""
    minutes: int
    """Logged with it; 0 for nothing."""
    session: int | None
    """Id of the study session that logged them; null without one, or once it is removed."""
    on: str
    """The day, by your calendar."""
    at: str


class UnitTickPage(TypedDict):
    next: str | None
    """Address of what follows; null where nothing does."""
    results: list[UnitTick]


class UnitTickQuestion(TypedDict):
    minutes: NotRequired[int]
    """To log in place of what is left of the unit; 0 logs nothing."""


type UnitType = Literal["read", "do", "build"]


class Unreachable(TypedDict):
    skill: str
    because: str
    """Slug of a skipped skill without which it cannot be begun."""


class UseCase(TypedDict):
    name: str
    text: str
    """Markdown; may be empty."""


type WhyEnum = Literal["title", "skills"]


class Work(TypedDict):
    project: str
    """Slug."""
    checklist: list[Line]
    """Its lines, in their order."""
    url: str
    """Of your work; may be empty."""
    complete: bool
    """Every line is ticked."""
    updated_at: str | None
    """null: nothing was saved yet."""


class WorkPage(TypedDict):
    next: str | None
    """Address of what follows; null where nothing does."""
    results: list[Work]


class WorkQuestion(TypedDict):
    ticked: list[str]
    """The lines of the checklist that are done, word for word; all others are not."""
    url: NotRequired[str]
    """Of your work. When left out: empty."""


class Years(TypedDict):
    minimum: float | None
    maximum: float | None
    of: str
    """What they are of, in the words of the text; may be empty."""
    skill: str | None
    """Slug, where they are of a skill."""
    cue: CueEnum
    """Whether they are asked for or only welcome."""
    start: int
    """Code points of the text before them."""
    end: int
    """Code points up to their end."""


class Price(TypedDict):
    amount: float
    currency: str
