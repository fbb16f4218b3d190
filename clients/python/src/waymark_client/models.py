"""What the API reads and answers. Generated from its schema by `generate_client.py`; not to be changed by hand."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Account(TypedDict):
    email: str
    name: str
    """Your name on the pages; may be empty."""
    time_zone: str
    """Your time zone, which decides when your days begin, such as Europe/Berlin."""
    today: str
    """Today's date in your time zone."""
    joined_at: str


class Activity(TypedDict):
    time: str
    """When the hour begins."""
    minutes: int
    activity: str


class Ad(TypedDict):
    id: int
    event_id: str
    title: str
    employer: str
    """May be empty."""
    role: str | None
    """Slug of the closest role, whose path the plan follows; null if none of ours fits."""
    seniority: SeniorityRank | None
    skills: list[AdSkill]
    """In the order of the ad."""
    is_goal: bool
    closeness: Closeness
    has_text: bool
    """True if the text of the ad is stored."""
    on: str
    """The date in your time zone."""
    at: str


class AdChangeQuestion(TypedDict):
    employer: NotRequired[str]
    """In one line; may be empty."""
    role: NotRequired[str | None]
    """Slug of the role whose path the plan follows."""
    seniority: NotRequired[SeniorityRank | None]
    skills: NotRequired[list[AdSkillQuestion]]
    title: NotRequired[str]
    text: NotRequired[str]
    """Send an empty text to delete the stored one."""


class AdItem(TypedDict):
    id: int
    event_id: str
    title: str
    employer: str
    """May be empty."""
    role: str | None
    """Slug of the closest role, whose path the plan follows; null if none of ours fits."""
    seniority: SeniorityRank | None
    skills: list[AdSkill]
    """In the order of the ad."""
    is_goal: bool
    closeness: Closeness
    has_text: bool
    """True if the text of the ad is stored."""
    on: str
    """The date in your time zone."""
    at: str
    text: str
    """Empty if the text is not stored."""


class AdQuestion(TypedDict):
    employer: NotRequired[str]
    """In one line; may be empty."""
    role: NotRequired[str | None]
    """Slug of the role whose path the plan follows."""
    seniority: NotRequired[SeniorityRank | None]
    skills: NotRequired[list[AdSkillQuestion]]
    title: NotRequired[str]
    """If you leave it out, it is read from the text, or else it is the name of the role."""
    text: NotRequired[str]
    """The text of the ad. Fields that you do not send are read from it."""
    keep_text: NotRequired[bool]
    """With `true`, the text is stored; otherwise it is only read. When left out: false."""
    event_id: NotRequired[str]
    """Yours for this event: what comes twice is stored once."""


class AdSkill(TypedDict):
    skill: str
    """Slug."""
    level: int
    """The level that the ad asks for."""
    cue: CueEnum | None
    """Whether the ad requires it or welcomes it; null if it only names it."""
    choice: int | None
    """Skills with the same number are alternatives; null if the skill is no alternative."""
    out: bool
    """True if you took it out, so that it does not count."""


class AdSkillQuestion(TypedDict):
    skill: str
    """Slug."""
    level: int
    """The level that the ad asks for."""
    cue: NotRequired[CueEnum | None]
    """Null if the ad only names the skill."""
    choice: NotRequired[int | None]
    """Give skills that are alternatives the same number."""
    out: NotRequired[bool]
    """True to leave the skill out of the count. When left out: false."""


class Ads(TypedDict):
    next: str | None
    """Always null, since there is only one page."""
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
    """Slug of the skill that the question is about."""
    level: int
    """Level that the question is about."""
    answer: AnswerEnum
    """Whether the learner can do what the question asks."""


type AnswerEnum = Literal["yes", "partly", "no", "unsure"]


class Area(TypedDict):
    slug: str
    """Its name in URLs. If it has to change, the old URL redirects."""
    name: str
    summary: str
    """One or two sentences; may be empty."""
    updated_at: str
    url: str
    """Address of the page about it."""
    letter: str
    """A letter from A to Z that stands for the area on the skill map."""
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
    """Number of records on all pages."""
    next: str | None
    """Address of the next page; null on the last."""
    previous: str | None
    """Address of the previous page; null on the first."""
    results: list[Area]


class Assessment(TypedDict):
    id: int
    event_id: str
    skill: str
    """Slug."""
    level: int
    """The level afterwards."""
    kind: AssessmentKind
    """How we know it: your own word, your CV, a check or a project."""
    up_to: int | None
    """The level that a check or a project shows; null if it is `level`."""
    project: str | None
    """Slug of the project that shows it; null without one."""
    undoes: int | None
    """Id of the assessment that this one undoes: `level` and `kind` are those that count again."""
    on: str
    """The date in your time zone."""
    at: str


type AssessmentKind = Literal["self", "cv", "check", "project"]


class AssessmentPage(TypedDict):
    next: str | None
    """Address of the next page; null on the last."""
    results: list[Assessment]


class Because(TypedDict):
    required_by: list[str]
    """Slugs of the required skills that need this step, the heaviest first, including its own skill."""
    unlocks: list[str]
    """Slugs of skills in the plan that need this level before they can begin."""
    project: str | None
    """Slug of the milestone's project, if it needs this step."""


class ByDeadline(TypedDict):
    path: Followed
    """If you follow the plan as it is."""
    shorter: Shorter | None
    """Another order that leads at least a point further by then; null if there is none."""
    hours_per_week_needed: float | None
    """Hours a week that would finish everything by then, in quarters of an hour; null if even 80 are not enough."""


type ByEnum = Literal["name", "words", "similarity"]


class BySource(TypedDict):
    """The points of the readiness by how we know the levels. Each level up to a target brings the same part of its
    points.
    """

    self: float
    """Points from your own word, or from levels you sent."""
    cv: float
    """Points from your CV."""
    check: float
    """Points from checks you passed."""
    project: float
    """Points from projects."""
    implied: float
    """Points from levels that other levels imply."""


class Calendar(TypedDict):
    created_at: str | None
    """When the present address was made; null if there is none."""


class Change(TypedDict):
    revision: int
    at: str
    kind: ChangeKindEnum
    slug: str
    change: ChangeKind
    into: NotRequired[str]
    """With `merged`: the slug of the record that it was merged into."""
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
    """The newest revision. When `next` is null you have all changes up to it; send it as `since` next time."""
    state: str
    """Identifies what this installation answers at that revision. Send it with the next `since`."""
    restart: bool
    """True if your copy cannot be brought up to date: the revision `since` does not exist yet, or `state` does not
    belong to it because the installation was restored or upgraded. Read the whole catalogue again.
    """
    next: str | None
    """Address of the next page of changes; null on the last."""
    results: list[Change]
    """Oldest first."""


class Check(TypedDict):
    id: int
    skill: str
    """Slug."""
    level: int
    purpose: PurposeEnum
    on: str
    """The day on which it began, in your time zone."""
    of: int
    """Number of questions."""
    needed: int
    """Number of right answers needed to pass."""
    answered: int
    right: int
    passed: bool | None
    """Null until the check is finished."""


class CheckAnswer(TypedDict):
    item: str
    right: bool
    answer: list[str]
    """Your answer in words."""
    solution: str | None
    """The right answer, if it is typed."""
    why: str
    """May be empty."""
    options: list[Reason]
    source: str
    """Address of the source; may be empty."""
    check: RunningCheck


class CheckAnswerRequest(TypedDict):
    item: str
    """Id of the question that is asked now."""
    answer: list[str]
    """Ids of the options you pick, for `order` in your order; for a typed answer, the text alone."""


class CheckOption(TypedDict):
    id: str
    text: str


class CheckPage(TypedDict):
    next: str | None
    """Address of the next page; null on the last."""
    results: list[Check]


class CheckQuestion(TypedDict):
    item: str
    kind: CheckQuestionKindEnum
    """`choice`: pick one option. `several`: pick all that apply. `order`: put all options in order. `number` and
    `output`: type the answer.
    """
    question: str
    code: str
    """May be empty."""
    unit: str
    """Unit of the number; may be empty."""
    options: list[CheckOption]
    """Empty if the answer is typed."""


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
    """Skills that meet the requirement, with the level each needs."""


class Closeness(TypedDict):
    share: float
    """The share of the ad's weight that your levels cover, from 0 to 1."""
    met: int
    """How many terms your levels cover; a choice counts as one."""
    terms: int
    hours: float
    """Hours to cover the rest, with the prerequisites you lack and without projects."""
    missing: list[str]
    """Slugs of the skills you lack, the heaviest first."""


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
    """One level for each role, in the order of `roles`."""


class Comparison(TypedDict):
    """Requirements side by side."""

    roles: list[ComparedRole]
    """In the order in which you asked for them."""
    requirements: list[ComparedSkill]
    """Every skill that at least one of them requires: those that most of them require first, then by importance."""


class Consent(TypedDict):
    version: str
    """Send it as `consent` to turn a kind on."""
    words: str
    """What you agree to by that."""


class Consideration(TypedDict):
    topic: TopicEnum
    label: str
    """The topic, as a heading."""
    text: str
    """Markdown; may be empty."""


type CueEnum = Literal["must", "nice"]


class Dashboard(TypedDict):
    today: str
    """Today in your time zone."""
    readiness: float | None
    """From 0 to 100; null without a goal."""
    evidenced: float | None
    """The part that projects prove."""
    by_source: BySource | None
    """Your readiness, split by how we know the levels."""
    next_steps: list[Step]
    """The first 5 of the plan."""
    finish: str | None
    """End of the plan; null if it has no steps."""
    on_time: bool | None
    """Null without a deadline."""
    pace: Pace | None
    """Planned and actual study time; null without a goal."""
    streak: Streak | None
    """Null without a goal."""
    reviews: list[Review]
    """Reviews that are due, in the order of the plan."""
    questions: list[Reached]
    """Levels whose hours you have logged, so that you may have reached them."""
    moves: list[Move]
    """Levels that changed in the last 28 days, the largest change first."""
    areas: list[AreaMinutes]
    """Minutes in the last 28 days, the most first."""
    news: list[News]
    """Changes of the catalogue since you set your goal that affect it."""
    notices: list[News]
    """Changes that affect your plan, your levels, or skills that you pinned, put off or skip, until you have seen
    them on the page.
    """


class Degree(TypedDict):
    text: str
    """As written in the text."""
    cue: CueEnum
    """Whether it is required or welcome."""


class Delivery(TypedDict):
    id: int
    kind: ReminderKind
    on: str
    """In your time zone."""
    due_at: str
    state: StateEnum
    reason: ReasonEnum | None
    """Why no mail was sent; null in any other state."""
    attempts: int
    sent_at: str | None


class DeliveryPage(TypedDict):
    next: str | None
    """Address of the next page; null on the last."""
    results: list[Delivery]


class Done(TypedDict):
    kind: DoneKindEnum
    """`skill`: evidence was added, or the `unit` was ticked. `resource`: the resource was ticked. `project`: work
    was saved.
    """
    slug: str | None
    """Slug; null when the catalogue no longer has it."""
    name: str
    unit: str
    """The text of a ticked unit; otherwise empty."""
    lines: int
    """Number of ticked lines in the project's checklist."""


type DoneKindEnum = Literal["skill", "resource", "project"]


class Doubt(TypedDict):
    skill: str
    """Slug."""
    level: int
    probability: float
    """The probability that the learner has this level, in thousandths."""


class Edge(TypedDict):
    skill: str
    """Slug of a skill."""
    requires: str
    """Slug of a prerequisite: a skill to learn before this one."""
    level: int
    """The level of the prerequisite that is needed."""


class Emphasis(TypedDict):
    slug: str
    name: str
    weight: float
    """Added to a skill's importance: 0.5 makes it half as important again."""
    why: str


class Entry(TypedDict):
    id: str
    """The operation's name in the schema."""
    method: MethodEnum
    href: str
    """The operation's address. Replace the parts in braces."""
    summary: str


class Evidence(TypedDict):
    id: int
    event_id: str
    kind: EvidenceKind
    """`work`: something you made. `certificate`: something that others confirmed."""
    skill: str
    """Slug."""
    project: str | None
    """Slug of the project that the work belongs to; null without one."""
    url: str
    """Link to the work or the certificate; may be empty."""
    text: str
    """What the work shows; may be empty."""
    name: str
    """Name of the certificate; empty for work."""
    issuer: str
    """Who issued the certificate; empty for work."""
    issued_on: str | None
    """The date of the certificate; null for work."""
    on: str
    """The date in your time zone."""
    at: str


class EvidenceChangeQuestion(TypedDict):
    """What can be changed later."""

    url: NotRequired[str]
    """Link to something you made, or to the certificate. Work needs this, `text` or both. When left out: empty."""
    text: NotRequired[str]
    """What the work shows. When left out: empty."""
    name: NotRequired[str]
    """Name of the certificate, which needs one. When left out: empty."""
    issuer: NotRequired[str]
    """Who issued the certificate, which needs an issuer. When left out: empty."""
    issued_on: NotRequired[str | None]
    """Date of the certificate, which needs one."""


type EvidenceKind = Literal["work", "certificate"]


class EvidencePage(TypedDict):
    next: str | None
    """Address of the next page; null on the last."""
    results: list[Evidence]


class EvidenceQuestion(TypedDict):
    """What can be changed later."""

    url: NotRequired[str]
    """Link to something you made, or to the certificate. Work needs this, `text` or both. When left out: empty."""
    text: NotRequired[str]
    """What the work shows. When left out: empty."""
    name: NotRequired[str]
    """Name of the certificate, which needs one. When left out: empty."""
    issuer: NotRequired[str]
    """Who issued the certificate, which needs an issuer. When left out: empty."""
    issued_on: NotRequired[str | None]
    """Date of the certificate, which needs one."""
    skill: str
    """Slug."""
    kind: NotRequired[EvidenceKind]
    """`work`: something you made. `certificate`: something that others confirmed; it changes no level. When left
    out: `work`.
    """
    project: NotRequired[str | None]
    """Slug of the project that the work belongs to."""
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
    """True if we read it on a page that reports the original."""
    caveat: str
    """What to keep in mind about it; may be empty."""


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
    """True if we read it on a page that reports the original."""
    caveat: str
    """What to keep in mind about it; may be empty."""
    name: str
    """What the figure is about."""
    updated_at: str


class FactDetailPage(TypedDict):
    count: int
    """Number of records on all pages."""
    next: str | None
    """Address of the next page; null on the last."""
    previous: str | None
    """Address of the previous page; null on the first."""
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
    """Slug of the last milestone complete by then; null if none is."""
    readiness: float
    """From 0 to 100."""


class Forecast(TypedDict):
    weeks: int
    """Number of weeks that the forecast is based on."""
    pace: int
    """Minutes a week in these weeks."""
    earliest: str | None
    """The date at the pace of the faster half of these weeks; null if it is more than ten years away."""
    expected: str | None
    latest: str | None
    """The date at the pace of the slower half of these weeks; null if it is more than ten years away."""


type FormatEnum = Literal["waymark-export/1"]


class Found(TypedDict):
    skill: str
    text: str
    """As written in the text."""
    start: int
    """Where it starts, in code points."""
    end: int
    """Where it ends, in code points."""
    cue: CueEnum | None
    """Whether the text requires it or welcomes it; null if it does not say."""


class Gain(TypedDict):
    skill: str
    to_level: int
    hours: float
    """Hours to that level, with the prerequisites you lack."""
    points: float
    """Points that the level adds."""
    points_per_hour: float


class Goal(TypedDict):
    role: str | None
    """Slug; null if the role has been retired."""
    industry: str | None
    """Slug; null without one."""
    ad: int | None
    """Id of the saved ad that is your goal, planned along the path of `role`; null if the goal is the role."""
    hours_per_week: float
    weekdays: list[int]
    """1 is Monday."""
    deadline: str | None
    weekly_target: int
    """The minutes you want to reach at least, each week."""
    days_off: list[str]
    """Days off, from today on."""
    since: str
    """The date from which the goal is in force."""
    choices: dict[str, str]
    """The skill you picked for each choice, by slug of the choice. Choices in which you did not pick are missing
    here; `GET /me/plan/` has the skill that is planned for each.
    """
    projects: dict[str, str]
    """The project you picked for a milestone, by slug of the milestone."""
    milestone_order: list[str]
    """Slugs of the milestones you moved, in your order; empty if you keep the order of the role."""
    skip_milestones: list[str]
    """Slugs of the milestones you skip."""


class GoalQuestion(TypedDict):
    """What somebody wants different on the path."""

    choices: NotRequired[dict[str, str]]
    """The skill to plan for a choice of the role, by slug of the choice."""
    projects: NotRequired[dict[str, str]]
    """The project to plan for a milestone, by slug of the milestone."""
    milestone_order: NotRequired[list[str]]
    """Slugs of milestones in the order you want. They take the places that they have in the role, in this order."""
    skip_milestones: NotRequired[list[str]]
    """Slugs of milestones to skip: what only they teach is left out."""
    role: str
    """Slug of the role."""
    industry: NotRequired[str | None]
    """Slug of the industry. The default is none."""
    ad: NotRequired[int | None]
    """Id of a saved ad to make your goal, planned along the path of `role` and without an industry. If you leave it
    out, the goal is the role.
    """
    hours_per_week: float
    """Hours a week, spread evenly over the study days."""
    weekdays: NotRequired[list[int]]
    """Study days, from 1 for Monday to 7 for Sunday. The default is every day."""
    deadline: NotRequired[str | None]
    """Today or later, in your time zone. The default is none."""
    weekly_target: NotRequired[int | None]
    """Minutes a week. If you leave it out, the target you chose before stays, as far as the hours allow; without
    one, it is the hours.
    """
    days_off: NotRequired[list[str]]
    """Replace your days off from today on. If you leave them out, they stay."""


class Graph(TypedDict):
    revision: int
    nodes: list[Node]
    """All published skills, prerequisites first."""
    edges: list[Edge]
    """The edges contain no cycle."""


class Guide(TypedDict):
    slug: str
    """Its name in URLs. If it has to change, the old URL redirects."""
    name: str
    summary: str
    """One or two sentences; may be empty."""
    updated_at: str
    url: str
    """Address of the page about it."""
    tldr: str
    """A summary of the guide in a few sentences."""


class GuideDetail(TypedDict):
    slug: str
    """Its name in URLs. If it has to change, the old URL redirects."""
    name: str
    summary: str
    """One or two sentences; may be empty."""
    updated_at: str
    url: str
    """Address of the page about it."""
    tldr: str
    """A summary of the guide in a few sentences."""
    takeaways: list[str]
    body: str
    """Markdown; may be empty."""
    facts: list[Fact]
    """The figures that the guide uses, with their sources."""


class GuidePage(TypedDict):
    count: int
    """Number of records on all pages."""
    next: str | None
    """Address of the next page; null on the last."""
    previous: str | None
    """Address of the previous page; null on the first."""
    results: list[Guide]


class HistoryAssessment(TypedDict):
    id: int
    event_id: str
    skill: str
    """Slug."""
    level: int
    """The level afterwards."""
    kind: AssessmentKind
    """How we know it: your own word, your CV, a check or a project."""
    up_to: int | None
    """The level that a check or a project shows; null if it is `level`."""
    project: str | None
    """Slug of the project that shows it; null without one."""
    undoes: int | None
    """Id of the assessment that this one undoes: `level` and `kind` are those that count again."""
    on: str
    """The date in your time zone."""
    at: str
    latest: bool
    """True if it is the latest assessment of its skill, so that you can undo it."""


class HistoryDay(TypedDict):
    on: str
    """In your time zone."""
    minutes: int
    """What you studied on this day."""
    studied: list[Studied]
    assessments: list[HistoryAssessment]
    goals: list[Aim]
    """Goals that were set on this day."""
    done: list[Done]
    checks: list[FinishedCheck]
    """Checks and reviews that were finished on this day."""


class HistoryDayPage(TypedDict):
    next: str | None
    """Address of the next page; null on the last."""
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
    """What matched: the exact name, words in the text, or a similar name."""


type HitKindEnum = Literal[
    "area", "skill", "resource", "milestone", "role", "industry", "project", "starting-point", "guide", "question"
]


class Hits(TypedDict):
    count: int
    """Number of hits in `results`."""
    results: list[Hit]
    """Best first."""


class Import(TypedDict):
    dry_run: bool
    """True if nothing was stored."""
    tables: Tables


class Index(TypedDict):
    revision: int
    """The newest revision of the catalogue."""
    docs: str
    """The API reference."""
    schema: str
    """The OpenAPI schema."""
    licence: Licence
    """Licence of the catalogue."""
    operations: list[Entry]


class Industry(TypedDict):
    slug: str
    """Its name in URLs. If it has to change, the old URL redirects."""
    name: str
    summary: str
    """One or two sentences; may be empty."""
    updated_at: str
    url: str
    """Address of the page about it."""
    skill_count: int
    """Skills that this industry emphasises."""


class IndustryDetail(TypedDict):
    slug: str
    """Its name in URLs. If it has to change, the old URL redirects."""
    name: str
    summary: str
    """One or two sentences; may be empty."""
    updated_at: str
    url: str
    """Address of the page about it."""
    skill_count: int
    """Skills that this industry emphasises."""
    body: str
    """Markdown; may be empty."""
    use_cases: list[UseCase]
    considerations: list[Consideration]
    requirements: list[Requirement]
    """What the industry asks for on top of any role, with target levels."""
    milestone: Named | None
    """The milestone that the industry adds to every path; null if it adds none."""
    emphases: list[Emphasis]
    """Skills that this industry emphasises, the most emphasised first."""
    facts: list[Fact]
    projects: list[Named]
    """Projects set in this industry."""


class IndustryPage(TypedDict):
    count: int
    """Number of records on all pages."""
    next: str | None
    """Address of the next page; null on the last."""
    previous: str | None
    """Address of the previous page; null on the first."""
    results: list[Industry]


class Level(TypedDict):
    level: int
    hours: float
    """Hours from the level below."""
    text: str
    """What a person can do at this level."""


class LevelQuestion(TypedDict):
    level: int
    """Your level, in your own judgement."""


class Licence(TypedDict):
    name: str
    url: str
    attribution: str
    """The attribution to give with a copy."""


class Line(TypedDict):
    text: str
    ticked: bool


class Match(TypedDict):
    matches: list[Found]
    """In the order of the text, without overlaps and without skills that the text rules out."""
    skills: list[Mentioned]
    """In the order in which the text mentions them first."""
    title: str | None
    """Title of the job; null if none was recognised."""
    employer: str | None
    place: str | None
    language: str
    """ISO 639 code, or `und` if it is unknown. Cues, years and degrees are recognised in `en` and `de`."""
    roles: list[RoleGuess]
    """Roles that the ad is about, best match first; empty if it is about none of ours."""
    seniority: Seniority | None
    years: list[Years]
    """Years of experience, in the order of the text."""
    degree: Degree | None
    choices: list[list[str]]
    """Slugs of skills that are alternatives: the text asks for any one of them."""
    gap: NotRequired[list[Missing]]
    """If you send `levels` or `role`: the skills below their target, in the order of `skills`."""
    gap_hours: NotRequired[float]
    """Hours for the whole gap. Less than the sum if skills share a prerequisite that you lack."""
    ignored: NotRequired[list[str]]
    """Slugs in `levels` that match no skill."""


class MatchQuestion(TypedDict):
    text: str
    """The job ad or CV as plain text, with at most 100,000 code points."""
    levels: NotRequired[dict[str, int]]
    """Your level of each skill, by slug. Skills that you leave out are at level 0."""
    role: NotRequired[str]
    """Slug of the role whose levels are the targets."""


class Mentioned(TypedDict):
    skill: str
    name: str
    mentions: int
    cue: CueEnum | None
    """The strongest cue among the mentions."""


type MethodEnum = Literal["DELETE", "GET", "POST", "PUT"]


class Milestone(TypedDict):
    slug: str
    """Its name in URLs. If it has to change, the old URL redirects."""
    name: str
    summary: str
    """One or two sentences; may be empty."""
    updated_at: str
    url: str
    """Address of the page about it."""
    outcome: str
    """What you can show afterwards."""


class MilestoneDetail(TypedDict):
    slug: str
    """Its name in URLs. If it has to change, the old URL redirects."""
    name: str
    summary: str
    """One or two sentences; may be empty."""
    updated_at: str
    url: str
    """Address of the page about it."""
    outcome: str
    """What you can show afterwards."""
    body: str
    """Markdown; may be empty."""
    steps: list[SkillLevel]
    """Levels to reach, in teaching order."""
    projects: list[Named]
    """Projects that prove the milestone; one is enough."""
    roles: list[Named]
    """Roles whose path includes it."""
    industries: list[Named]
    """Industries that add it to the path of a role."""


class MilestonePage(TypedDict):
    count: int
    """Number of records on all pages."""
    next: str | None
    """Address of the next page; null on the last."""
    previous: str | None
    """Address of the previous page; null on the first."""
    results: list[Milestone]


class Missing(TypedDict):
    skill: str
    level: int
    target: int
    hours: float
    """Hours to the target level, with the prerequisites you lack."""


class Move(TypedDict):
    skill: str
    before: int
    level: int
    on: str
    points: float
    """Points by which it changed your readiness."""


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
    """When the present address was made; null if there is none."""
    url: str
    """The address. Anyone who has it can read your plan. Only this answer shows it."""


class NewToken(TypedDict):
    id: int
    name: str
    scopes: list[ScopesEnum]
    """`write` includes `read`."""
    prefix: str
    """The first characters of the token, so that you can recognise it."""
    created_at: str
    renewed_at: str | None
    """When it was last renewed; null if never."""
    expires_at: str
    """When it expires."""
    last_used_at: str | None
    """When it was last used, to the minute; null if never."""
    token: str
    """The token, to be sent as `Authorization: Bearer …`. It is shown only once."""


class News(TypedDict):
    kind: RecordKind
    slug: str
    """The record's present name; empty if the record no longer exists."""
    change: ChangeKind
    summary: str
    """May be empty."""
    on: str


class NextQuestion(TypedDict):
    skill: str
    """Slug."""
    level: int
    text: str
    """The description of the level as a question."""
    number: int
    """The first question is 1."""
    of: int
    """The largest number of questions; there may be fewer."""


class NextReview(TypedDict):
    skill: str
    """Slug."""
    level: int
    """The level up to which a check or project has shown the skill."""
    touched_on: str
    """When you last assessed or studied the skill."""
    due_on: str
    """The first day on which less than 80 % of the level is expected to be left."""
    worth_refresh: bool
    """True if you did not pass the last review and have not studied since. The level stays."""
    is_due: bool
    planned_on: str | None
    """The day in your plan, which keeps at most a fifth of each week for reviews. Null without a goal, and for
    reviews that are due in more than four weeks.
    """
    left: float
    """The expected share of the level that you still remember, from 0 to 1."""
    half_life: int
    """Number of days without use after which half of the level is left."""
    passed: int
    """Number of reviews of this level that you passed. Each doubles the half-life."""
    since: str
    """The day from which forgetting is counted: when the level was last proved, or when you last studied the skill
    or one that builds on it.
    """


class Node(TypedDict):
    slug: str
    name: str
    area: str
    """Slug of the skill's area."""
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
    """Null without a note."""


class NotePage(TypedDict):
    next: str | None
    """Address of the next page; null on the last."""
    results: list[Note]


class NoteQuestion(TypedDict):
    text: str
    """Replaces the note. An empty text removes it."""


class Notices(TypedDict):
    revision: int
    """The newest revision of the catalogue."""
    seen_revision: int
    """The revision up to which you have seen the changes."""
    notices: list[News]
    """As in the dashboard."""


class NoticesQuestion(TypedDict):
    seen_revision: int
    """The `revision` of the notices you have read."""


class Override(TypedDict):
    skill: str
    """Slug."""
    kind: OverrideKind


type OverrideKind = Literal["pin", "skip", "later"]


class OverridePage(TypedDict):
    next: str | None
    """Address of the next page; null on the last."""
    results: list[Override]


class OverrideQuestion(TypedDict):
    kind: OverrideKind
    """`pin`: comes first, with what it needs. `skip`: no step of it is planned. `later`: comes after everything that
    does not depend on it.
    """


class OwnLevel(TypedDict):
    skill: str
    """Slug."""
    level: int
    kind: AssessmentKind
    """How we know it: your own word, your CV, a check or a project."""
    sources: list[AssessmentKind]
    """How we know level 1, 2 and so on, up to `level`: the strongest source of each."""
    since: str | None
    """When the level last changed; null if never."""
    minutes: int
    """Minutes studied since then."""
    total_minutes: int
    """Minutes studied in all."""
    touched_on: str | None
    """The date of the last assessment or session, whichever is later; null without either."""


class OwnLevelPage(TypedDict):
    next: str | None
    """Address of the next page; null on the last."""
    results: list[OwnLevel]


class OwnPlan(TypedDict):
    milestones: list[Stage]
    """In the order of the plan, without the ones you skip."""
    steps: list[Step]
    """Steps in order, each one level of a skill or a project."""
    choices: dict[str, str]
    """The skill planned for each choice, by slug of the choice."""
    total_hours: float
    finish: str | None
    """End of the last step; null if there are no steps."""
    on_time: bool | None
    """Null without a deadline."""
    by_deadline: ByDeadline | None
    """If the plan is late: what you reach by the deadline; otherwise null."""
    hours_per_week_needed: NotRequired[float]
    """If the plan is late: hours a week that would meet the deadline, in quarters of an hour. Missing if even 80 are
    not enough.
    """
    drop_to_meet_deadline: list[str] | None
    """Deprecated and always null: a deadline changes the order of steps, and leaves none out."""
    unreachable: list[Unreachable]
    """Skills that cannot begin because you skip something they need."""
    ignored: NotRequired[list[str]]
    """Slugs in `levels` that match no skill."""
    pin: list[str]
    """Slugs of the skills you want first, in order."""
    skip: list[str]
    """Slugs of the skills you skip."""
    later: list[str]
    """Slugs of the skills you put off."""
    reviews: list[PlannedReview]
    """Reviews that are due within four weeks, by day. They come before steps and take at most a fifth of a week's
    hours.
    """


class OwnReadiness(TypedDict):
    readiness: float
    """From 0 to 100: the sum of the points of all terms."""
    evidenced: float
    """The part that projects prove."""
    by_source: BySource
    """The readiness, split by how we know the levels."""
    terms: list[Term]
    """One term for each requirement, the heaviest first."""
    gains: list[Gain]
    """The next level of each skill below its target, the most points per hour first."""
    also_asked_for: list[str]
    """Slugs of skills that the industry emphasises and the role does not require."""
    ignored: NotRequired[list[str]]
    """Slugs in `levels` that match no skill."""


class Pace(TypedDict):
    recent: Recent
    forecast: Forecast | None
    """Null until there are three weeks to go by."""


class Password(TypedDict):
    """The part of a body that `confirm_password` needs."""

    password: NotRequired[str]
    """Your password. Not needed if you typed it on a page in the last five minutes. When left out: empty."""


class Placement(TypedDict):
    question: NextQuestion | None
    """The next question; null after the last, or when there is little left to find out."""
    levels: dict[str, int]
    """Levels that the learner answered with `yes`, or has with a probability of 0.85 or more without another answer,
    by slug of the skill. Levels you sent are left out.
    """
    unsure: list[Doubt]
    """Levels to ask the learner about directly, by slug of the skill."""
    hours_from_nothing: float
    """Hours of the plan for someone who starts from zero."""
    hours_left: float
    """Hours of the plan with `levels` and the levels you sent."""
    ignored: NotRequired[list[str]]
    """Slugs in `levels` that match no skill."""


class PlacementQuestion(TypedDict):
    role: str
    """Slug of the role."""
    industry: NotRequired[str]
    """Slug of the industry."""
    levels: NotRequired[dict[str, int]]
    """Levels that you know already, by slug of the skill. They and their prerequisites are not asked about."""
    answers: NotRequired[list[Answer]]
    """The answers so far, in any order. An answer about a level that the goal does not need changes nothing."""


class Plan(TypedDict):
    milestones: list[Stage]
    """In the order of the plan, without the ones you skip."""
    steps: list[Step]
    """Steps in order, each one level of a skill or a project."""
    choices: dict[str, str]
    """The skill planned for each choice, by slug of the choice."""
    total_hours: float
    finish: str | None
    """End of the last step; null if there are no steps."""
    on_time: bool | None
    """Null without a deadline."""
    by_deadline: ByDeadline | None
    """If the plan is late: what you reach by the deadline; otherwise null."""
    hours_per_week_needed: NotRequired[float]
    """If the plan is late: hours a week that would meet the deadline, in quarters of an hour. Missing if even 80 are
    not enough.
    """
    drop_to_meet_deadline: list[str] | None
    """Deprecated and always null: a deadline changes the order of steps, and leaves none out."""
    unreachable: list[Unreachable]
    """Skills that cannot begin because you skip something they need."""
    ignored: NotRequired[list[str]]
    """Slugs in `levels` that match no skill."""


class PlanBatch(TypedDict):
    results: list[Plan]
    """In the order of `requests`."""


class PlanBatchRequest(TypedDict):
    requests: list[PlanQuestion]
    """1 to 50 of them."""


class PlanQuestion(TypedDict):
    """What somebody wants different on the path."""

    choices: NotRequired[dict[str, str]]
    """The skill to plan for a choice of the role, by slug of the choice."""
    projects: NotRequired[dict[str, str]]
    """The project to plan for a milestone, by slug of the milestone."""
    milestone_order: NotRequired[list[str]]
    """Slugs of milestones in the order you want. They take the places that they have in the role, in this order."""
    skip_milestones: NotRequired[list[str]]
    """Slugs of milestones to skip: what only they teach is left out."""
    role: str
    """Slug of the role."""
    industry: NotRequired[str]
    """Slug of the industry, which changes the weights."""
    levels: NotRequired[dict[str, int]]
    """Your level of each skill, by slug. A skill that you leave out is at the level that the others imply, or else
    at 0.
    """
    hours_per_week: float
    """Hours a week, spread evenly over the study days."""
    weekdays: NotRequired[list[int]]
    """Study days, from 1 for Monday to 7 for Sunday. The default is every day."""
    start: NotRequired[str]
    """The first day. The default is today in UTC."""
    deadline: NotRequired[str]
    """The last day for study; not before the start."""
    days_off: NotRequired[list[str]]
    """Days without study. Their hours are lost."""
    skip: NotRequired[list[str]]
    """Slugs of skills for which no step is planned."""
    pin: NotRequired[list[str]]
    """Slugs of skills that come first, in this order, with their prerequisites."""
    later: NotRequired[list[str]]
    """Slugs of skills that come after everything that does not depend on them."""


class PlannedReview(TypedDict):
    skill: str
    """Slug."""
    level: int
    on: str
    """The study day that has room for the review."""
    due_on: str
    minutes: int


class Problem(TypedDict):
    """An error (RFC 9457)."""

    type: str
    """Identifies the kind of problem; it is the address of a description."""
    title: str
    """The name of the HTTP status."""
    status: int
    detail: str
    """What is wrong with this request."""
    instance: str
    """The path that you asked for."""
    errors: NotRequired[dict[str, Any]]
    """With 400: what is wrong with each parameter or field."""


class Profile(TypedDict):
    name: NotRequired[str]
    """Your name on the pages; may be empty."""
    time_zone: NotRequired[str]
    """Your time zone, by its IANA name. It decides when your days begin."""


class Project(TypedDict):
    slug: str
    """Its name in URLs. If it has to change, the old URL redirects."""
    name: str
    summary: str
    """One or two sentences; may be empty."""
    updated_at: str
    url: str
    """Address of the page about it."""
    hours: float
    proves: list[SkillLevel]
    """The levels that the finished project proves."""
    industries: list[Named]
    """The industries in which the project is set."""


class ProjectDetail(TypedDict):
    slug: str
    """Its name in URLs. If it has to change, the old URL redirects."""
    name: str
    summary: str
    """One or two sentences; may be empty."""
    updated_at: str
    url: str
    """Address of the page about it."""
    hours: float
    proves: list[SkillLevel]
    """The levels that the finished project proves."""
    industries: list[Named]
    """The industries in which the project is set."""
    body: str
    """Markdown; may be empty."""
    checklist: list[str]
    """The project is done when every line of this list is true."""


class ProjectPage(TypedDict):
    count: int
    """Number of records on all pages."""
    next: str | None
    """Address of the next page; null on the last."""
    previous: str | None
    """Address of the previous page; null on the first."""
    results: list[Project]


class ProofPage(TypedDict):
    public: bool
    """True if the page is on: anyone who has the address can read it."""
    name: str | None
    """The name in the address; null before you save the page."""
    url: str | None
    """The address of the page; null before you save it."""
    taken_down_at: str | None
    """When the operator took the page down; null if it is not taken down."""
    display_name: str
    """Your name on the page; may be empty."""
    role: bool
    """Shows the role of your goal."""
    readiness: bool
    """Shows your readiness for that role, split by source."""
    skills: SkillsEnum
    """Which skills the page shows: none, those that a check or project proves, or all."""
    projects: bool
    """Shows projects with a link to your work."""
    certificates: bool
    """Shows your certificates."""
    updated_at: str | None
    """Null before you save the page."""


class ProofPageQuestion(TypedDict):
    public: bool
    """Turns the page on. You can save it while it is off."""
    name: NotRequired[str | None]
    """The name in the address, which nobody else has used. Null, or leaving it out, means a secret one, which stays
    the same once it exists.
    """
    display_name: NotRequired[str]
    """Your name on the page. When left out: empty."""
    role: NotRequired[bool]
    """Shows the role of your goal. When left out: true."""
    readiness: NotRequired[bool]
    """Shows your readiness for that role, split by source; needs `role`. When left out: true."""
    skills: NotRequired[SkillsEnum]
    """`none`, `proved` or `all`. When left out: `proved`."""
    projects: NotRequired[bool]
    """Shows projects with a link to your work. When left out: true."""
    certificates: NotRequired[bool]
    """Shows your certificates. When left out: true."""


class ProvenLevel(TypedDict):
    skill: str
    """Slug."""
    level: int
    """The level that the project proves."""
    shown: bool
    """True if this project, another one or a check has proved it already."""


class ProvenLevelPage(TypedDict):
    next: str | None
    """Address of the next page; null on the last."""
    results: list[ProvenLevel]


class ProvenLevelsQuestion(TypedDict):
    skills: list[str]
    """Slugs of the skills whose level you confirm."""


type PurposeEnum = Literal["check", "review"]


class Question(TypedDict):
    slug: str
    """Its name in URLs. If it has to change, the old URL redirects."""
    name: str
    """The question."""
    summary: str
    """One or two sentences; may be empty."""
    updated_at: str
    url: str
    """Address of the page about it."""
    body: str
    """The answer, in Markdown."""


class QuestionPage(TypedDict):
    count: int
    """Number of records on all pages."""
    next: str | None
    """Address of the next page; null on the last."""
    previous: str | None
    """Address of the previous page; null on the first."""
    results: list[Question]


class Reached(TypedDict):
    skill: str
    level: int
    hours: float
    """Hours logged since the level before."""
    effort: float
    """Hours that the level takes."""


class Readiness(TypedDict):
    readiness: float
    """From 0 to 100: the sum of the points of all terms."""
    evidenced: float
    """The part that projects prove; 0 for levels you sent."""
    by_source: BySource
    """The readiness, split by how we know the levels."""
    terms: list[Term]
    """One term for each requirement, the heaviest first."""
    gains: list[Gain]
    """The next level of each skill below its target, the most points per hour first."""
    also_asked_for: list[str]
    """Slugs of skills that the industry emphasises and the role does not require."""
    ignored: NotRequired[list[str]]
    """Slugs in `levels` that match no skill."""


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
    """Slug of the industry, which changes the weights."""
    levels: NotRequired[dict[str, int]]
    """Your level of each skill, by slug. A skill that you leave out is at the level that the others imply, or else
    at 0.
    """


class Reason(TypedDict):
    id: str
    """Id of an option."""
    text: str
    right: bool
    """For `order`, false for every option: they stand in the right order."""
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
    """Minutes planned for the last 28 days, including today."""
    done: int
    """Minutes studied on these days."""
    short: int
    """Minutes that were planned and not done."""
    behind: bool
    """True if you are behind by a week's minutes or more."""


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
    """The time, in your time zone."""
    weekdays: list[int]
    """1 is Monday."""
    quiet_from: str | None
    """Quiet hours, in which no mail of any kind is sent; null without any."""
    quiet_until: str | None
    paused_until: str | None
    """The first date on which mails of this kind are sent again."""
    agreed_at: str | None
    """When you last turned it on."""
    next_at: str | None
    """When the next mail is due; null if the reminder is off."""
    consent: Consent


type ReminderKind = Literal["weekly", "behind", "review", "study"]


class ReminderPage(TypedDict):
    next: str | None
    """Address of the next page; null on the last."""
    results: list[Reminder]


class ReminderQuestion(TypedDict):
    on: bool
    consent: NotRequired[str]
    """Needed to turn the reminder on: the version of the consent text that the learner has read and agrees to. Show
    them the text first.
    """
    at: NotRequired[str]
    """The time, in your time zone. If you leave it out, it stays."""
    weekdays: NotRequired[list[int]]
    """From 1 for Monday to 7 for Sunday. If you leave them out, they stay."""
    paused_until: NotRequired[str | None]
    """A future date, or null. If you leave it out, it stays."""
    quiet_from: NotRequired[str | None]
    """Start of the quiet hours in your time zone, in which no mail of any kind is sent. Null, together with
    `quiet_until`, means none. If you leave both out, they stay.
    """
    quiet_until: NotRequired[str | None]
    """End of the quiet hours; needs `quiet_from`."""


class RemovedSession(TypedDict):
    restore: str
    """Send this to `POST /me/sessions/restore/` to restore the session as it was."""


class RenewalQuestion(TypedDict):
    """The part of a body that `confirm_password` needs."""

    password: NotRequired[str]
    """Your password. Not needed if you typed it on a page in the last five minutes. When left out: empty."""
    expires_in_days: NotRequired[int]
    """The number of days after which it expires. When left out: 30."""


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
    """Id of the resource, as in `/me/resources/{id}/`."""
    slug: str
    name: str
    type: ResourceType
    url: str
    """The address of the resource."""
    out: str
    """The same address by way of Waymark, which counts no one."""
    author: str
    year: int | None
    hours: float
    """Hours to work through it."""
    cost: Price | Literal[0] | None
    """0 when it is free, null when the price is not known."""
    free: bool | None
    """False when it costs money, also where `cost` is null; null when nobody knows."""
    language: str
    """Language it is written or spoken in, such as en."""
    programming_language: str
    """Programming language, such as python; empty if it does not matter."""
    affiliate: bool
    """True if Waymark earns something when you buy after following `out`."""
    checked_on: str | None
    """When somebody last opened the address; null if nobody has."""
    skills: list[ResourceSkill]
    """The skills it teaches, and from which level to which."""
    summary: str
    """May be empty."""
    body: str
    """Markdown; may be empty."""
    updated_at: str


class ResourcePage(TypedDict):
    count: int
    """Number of records on all pages."""
    next: str | None
    """Address of the next page; null on the last."""
    previous: str | None
    """Address of the previous page; null on the first."""
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
    """The text that the removal of the session answered with."""


class Review(TypedDict):
    skill: str
    """Slug."""
    level: int
    """The level up to which a check or project has shown the skill."""
    touched_on: str
    """When you last assessed or studied the skill."""
    due_on: str
    """The first day on which less than 80 % of the level is expected to be left."""
    worth_refresh: bool
    """True if you did not pass the last review and have not studied since. The level stays."""


class Reviews(TypedDict):
    minutes: int
    """Minutes that one review takes."""
    reviews: list[NextReview]
    """The next review of each skill that was checked or shown, the most urgent first."""


class Role(TypedDict):
    slug: str
    """Its name in URLs. If it has to change, the old URL redirects."""
    name: str
    summary: str
    """One or two sentences; may be empty."""
    updated_at: str
    url: str
    """Address of the page about it."""
    skill_count: int
    """Number of skills that the role requires."""


class RoleDetail(TypedDict):
    slug: str
    """Its name in URLs. If it has to change, the old URL redirects."""
    name: str
    summary: str
    """One or two sentences; may be empty."""
    updated_at: str
    url: str
    """Address of the page about it."""
    skill_count: int
    """Number of skills that the role requires."""
    body: str
    """Markdown; may be empty."""
    requirements: list[Requirement]
    """Target levels, most important first."""
    choices: list[Choice]
    """Requirements that can be met by any one of several skills."""
    milestones: list[Named]
    """The milestones of the path, in teaching order."""
    apply_after: str | None
    """Slug of the milestone after which you can start applying; null if we do not say."""
    day: list[Activity]
    """A day in the life."""
    neighbours: list[Neighbour]
    """Roles that it is often confused with."""
    facts: list[Fact]
    """The outlook for the role, in figures."""
    external: External


class RoleGuess(TypedDict):
    role: str
    """Slug of the role."""
    name: str
    why: WhyEnum
    """What the guess is based on."""


class RolePage(TypedDict):
    count: int
    """Number of records on all pages."""
    next: str | None
    """Address of the next page; null on the last."""
    previous: str | None
    """Address of the previous page; null on the first."""
    results: list[Role]


class RunningCheck(TypedDict):
    id: int
    skill: str
    """Slug."""
    level: int
    purpose: PurposeEnum
    on: str
    """The day on which it began, in your time zone."""
    of: int
    """Number of questions."""
    needed: int
    """Number of right answers needed to pass."""
    answered: int
    right: int
    passed: bool | None
    """Null until the check is finished."""
    question: CheckQuestion | None
    """The next question; null after the last."""
    number: int | None
    """Number of that question, from 1."""


type ScopesEnum = Literal["read", "write"]


class Seniority(TypedDict):
    rank: SeniorityRank
    text: str
    """As written in the text."""
    in_title: bool
    """Whether it is stated in the title."""


type SeniorityRank = Literal["junior", "mid", "senior", "lead"]


class Session(TypedDict):
    id: int
    event_id: str
    skill: str | None
    """Slug; null if the session counts only for the resource."""
    resource: int | None
    """Id; null without one."""
    minutes: int
    on: str
    """The date in your time zone."""
    at: str
    """When it was logged."""


class SessionPage(TypedDict):
    next: str | None
    """Address of the next page; null on the last."""
    results: list[Session]


class SessionQuestion(TypedDict):
    skill: NotRequired[str | None]
    """Slug. With a resource, you can leave it out."""
    resource: NotRequired[int | None]
    """Id of the resource you studied with."""
    minutes: int
    on: NotRequired[str]
    """The date, today or earlier. The default is today in your time zone."""
    event_id: NotRequired[str]
    """Yours for this event: what comes twice is stored once."""


class Shorter(TypedDict):
    readiness: float
    """Readiness at the deadline, from 0 to 100."""
    steps: list[StepName]
    """The steps before the deadline, in order."""


class Skill(TypedDict):
    slug: str
    """Its name in URLs. If it has to change, the old URL redirects."""
    name: str
    area: str
    """Slug of its area."""
    kind: SkillKind
    horizon: SkillHorizon
    summary: str
    aliases: list[str]
    """Other names that people use for it."""
    effort: list[float]
    """Hours from level 0 to 1, 1 to 2, 2 to 3 and 3 to 4."""
    demand: int | None
    """Per cent of the counted job ads that name the skill; null if unknown."""
    updated_at: str
    url: str
    """Address of the page about it."""


class SkillDetail(TypedDict):
    slug: str
    """Its name in URLs. If it has to change, the old URL redirects."""
    name: str
    area: str
    """Slug of its area."""
    kind: SkillKind
    horizon: SkillHorizon
    summary: str
    aliases: list[str]
    """Other names that people use for it."""
    effort: list[float]
    """Hours from level 0 to 1, 1 to 2, 2 to 3 and 3 to 4."""
    demand: int | None
    """Per cent of the counted job ads that name the skill; null if unknown."""
    updated_at: str
    url: str
    """Address of the page about it."""
    body: str
    """Markdown; may be empty."""
    levels: list[Level]
    units: dict[str, list[Unit]]
    """For each level, the units that lead to it, in order."""
    prerequisites: list[SkillLevel]
    """Prerequisites: levels to reach before you begin this skill."""
    unlocks: list[SkillLevel]
    """Skills that need this one, with the level they need."""
    roles: list[SkillRole]
    """Roles that ask for it, the most important first."""
    industries: list[SkillIndustry]
    """Industries that emphasise it."""
    resources: list[SkillResource]
    """Lowest level first, and free before paid."""
    projects: list[SkillProject]
    """Projects that prove a level of it."""
    external: External


type SkillHorizon = Literal["core", "advanced", "emerging"]


class SkillIndustry(TypedDict):
    slug: str
    name: str
    weight: float
    """Added to the skill's importance: 0.5 makes it half as important again."""
    why: str


type SkillKind = Literal["concept", "tool", "practice"]


class SkillLevel(TypedDict):
    """A skill at a level."""

    slug: str
    name: str
    level: int


class SkillPage(TypedDict):
    count: int
    """Number of records on all pages."""
    next: str | None
    """Address of the next page; null on the last."""
    previous: str | None
    """Address of the previous page; null on the first."""
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
    """The address of the resource."""
    out: str
    """The same address by way of Waymark, which counts no one."""
    hours: float
    cost: Price | Literal[0] | None
    """0 when it is free, null when the price is not known."""
    free: bool | None
    """False when it costs money, also where `cost` is null; null when nobody knows."""
    programming_language: str
    """Programming language, such as python; empty if it does not matter."""
    affiliate: bool
    """True if Waymark earns something when you buy after following `out`."""
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
    """Null if there is nothing left to do."""
    end: str | None
    hours: float
    """Hours left, including the project."""
    readiness_after: float
    """From 0 to 100."""
    project: str | None
    """Slug of the planned project; null if none is planned."""
    done: bool


class StartingPoint(TypedDict):
    slug: str
    """Its name in URLs. If it has to change, the old URL redirects."""
    name: str
    summary: str
    """One or two sentences; may be empty."""
    updated_at: str
    url: str
    """Address of the page about it."""
    body: str
    """Markdown; may be empty."""
    levels: list[SkillLevel]
    """What people with this background can usually do already."""


class StartingPointPage(TypedDict):
    count: int
    """Number of records on all pages."""
    next: str | None
    """Address of the next page; null on the last."""
    previous: str | None
    """Address of the previous page; null on the first."""
    results: list[StartingPoint]


type StateEnum = Literal["due", "claimed", "sending", "sent", "failed", "expired", "cancelled"]


class Step(TypedDict):
    milestone: str | None
    """Slug; null if the role has no milestones."""
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
    """The units of the step, in order. Only the first step has them unless you ask for `units=all`."""


class StepName(TypedDict):
    skill: str | None
    """Slug; null for a project."""
    level: int
    """0 for a project."""
    project: str | None
    """Slug; null for a level of a skill."""


class StepUnit(TypedDict):
    id: str
    """Id of the unit, unique in its level."""
    type: UnitType
    text: str
    """What to do or build; for something to read, its name."""
    resource: str | None
    """Slug of the resource to read; null for other types."""
    part: str
    """The part of the resource to read; empty for all of it."""
    minutes: int
    untried: bool
    """True if the unit needs an outside service, so that we have not run it ourselves."""
    done: bool
    """True if you have ticked it. Always false in a plan for no particular learner."""


class Streak(TypedDict):
    weeks: int
    """Weeks in a row that reached the weekly target or were saved by a freeze."""
    longest: int
    freezes: int
    """Number of freezes left, each of which saves a missed week."""
    minutes: int
    """Minutes studied in the current week."""
    target: int
    """The weekly target in minutes. In the week of your first goal it is reduced to the study days that were left,
    and 0 if there were none.
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
    """Rows that a later row replaces."""
    there: int
    """Rows that were already there, or are older than what is there."""


class Tables(TypedDict):
    saved_ads: Table
    goals: Table
    days_off: Table
    assessments: Table
    """The levels, and how they were reached."""
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
    """Null if the role does not ask for the skill."""
    importance: int | None


class Term(TypedDict):
    skill: str
    """Slug of the skill; for a choice, of the member that covers most."""
    choice: str | None
    """Slug of the choice; null if one skill is asked for."""
    level: int
    target: int
    importance: int
    emphasis: float
    """Emphasis of the industry; 0 without one."""
    weight: float
    """importance × (1 + emphasis)"""
    coverage: float
    """level ÷ target, at most 1"""
    points: float
    """100 × weight × coverage ÷ the sum of the weights"""
    source: str | None
    """How we know the level: implied, self, cv, check or project. Null at level 0 and for levels you sent."""
    sources: list[str]
    """How we know level 1, 2 and so on, up to `level`. Empty at level 0 and for levels you sent."""


class Tick(TypedDict):
    id: int
    slug: str
    done: bool
    done_at: str | None
    """Null if it is not ticked."""


class TickPage(TypedDict):
    next: str | None
    """Address of the next page; null on the last."""
    results: list[Tick]


class TickQuestion(TypedDict):
    done: bool


class Token(TypedDict):
    id: int
    name: str
    scopes: list[ScopesEnum]
    """`write` includes `read`."""
    prefix: str
    """The first characters of the token, so that you can recognise it."""
    created_at: str
    renewed_at: str | None
    """When it was last renewed; null if never."""
    expires_at: str
    """When it expires."""
    last_used_at: str | None
    """When it was last used, to the minute; null if never."""


class TokenPage(TypedDict):
    next: str | None
    """Address of the next page; null on the last."""
    results: list[Token]


class TokenQuestion(TypedDict):
    """The part of a body that `confirm_password` needs."""

    password: NotRequired[str]
    """Your password. Not needed if you typed it on a page in the last five minutes. When left out: empty."""
    expires_in_days: NotRequired[int]
    """The number of days after which it expires. When left out: 30."""
    name: str
    """What the token is for, in one line."""
    scopes: list[ScopesEnum]
    """`write` includes `read`."""


type TopicEnum = Literal[
    "regulation", "privacy", "safety", "latency", "explainability", "security", "data", "cost", "fairness"
]


class UndoRequest(TypedDict):
    event_id: NotRequired[str]
    """An id of your own for this event. An event that you send twice is stored once."""


class Unit(TypedDict):
    id: str
    """Id of the unit, unique in its level."""
    type: UnitType
    text: str
    """What to do or build; for something to read, its name."""
    resource: str | None
    """Slug of the resource to read; null for other types."""
    part: str
    """The part of the resource to read; empty for all of it."""
    minutes: int
    untried: bool
    """True if the unit needs an outside service, so that we have not run it ourselves."""


class UnitTick(TypedDict):
    skill: str
    """Slug."""
    level: int
    id: str
    """Id of the unit, which the catalogue may no longer have."""
    type: UnitType
    text: str
    """What the unit said when you ticked it."""
    minutes: int
    """Minutes logged with the unit; 0 if none."""
    session: int | None
    """Id of the study session that logged them; null without one, or if it has been removed."""
    on: str
    """The date in your time zone."""
    at: str


class UnitTickPage(TypedDict):
    next: str | None
    """Address of the next page; null on the last."""
    results: list[UnitTick]


class UnitTickQuestion(TypedDict):
    minutes: NotRequired[int]
    """Minutes to log instead of what is left of the unit; 0 logs nothing."""


type UnitType = Literal["read", "do", "build"]


class Unreachable(TypedDict):
    skill: str
    because: str
    """Slug of the skipped skill that it needs."""


class UseCase(TypedDict):
    name: str
    text: str
    """Markdown; may be empty."""


type WhyEnum = Literal["title", "skills"]


class Work(TypedDict):
    project: str
    """Slug."""
    checklist: list[Line]
    """The lines of the checklist, in order."""
    url: str
    """Link to your work; may be empty."""
    complete: bool
    """True if every line is ticked."""
    updated_at: str | None
    """Null if you have saved nothing yet."""


class WorkPage(TypedDict):
    next: str | None
    """Address of the next page; null on the last."""
    results: list[Work]


class WorkQuestion(TypedDict):
    ticked: list[str]
    """The lines of the checklist that are done, word for word. All other lines become unticked."""
    url: NotRequired[str]
    """Link to your work. When left out: empty."""


class Years(TypedDict):
    minimum: float | None
    maximum: float | None
    of: str
    """What the years refer to, in the words of the text; may be empty."""
    skill: str | None
    """Slug of the skill, if the years refer to one."""
    cue: CueEnum
    """Whether they are required or welcome."""
    start: int
    """Where they start, in code points."""
    end: int
    """Where they end, in code points."""


class Price(TypedDict):
    amount: float
    currency: str
