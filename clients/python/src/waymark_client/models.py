"""What the API accepts and returns. Generated from its schema by `generate_client.py`; do not edit by hand."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Account(TypedDict):
    email: str
    name: str
    """Your name on the site; may be empty."""
    time_zone: str
    """Your time zone, such as Europe/Berlin. It decides when your days begin."""
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
    """Slug of the closest role, whose path the plan follows; null if none of our roles fits."""
    seniority: SeniorityRank | None
    skills: list[AdSkill]
    """In the order of the ad."""
    is_goal: bool
    closeness: Closeness
    has_text: bool
    """True if the text of the ad is stored."""
    on: str
    """The date on which you saved the ad, in your time zone."""
    at: str


class AdChangeQuestion(TypedDict):
    employer: NotRequired[str]
    """The employer's name, on one line; may be empty."""
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
    """Slug of the closest role, whose path the plan follows; null if none of our roles fits."""
    seniority: SeniorityRank | None
    skills: list[AdSkill]
    """In the order of the ad."""
    is_goal: bool
    closeness: Closeness
    has_text: bool
    """True if the text of the ad is stored."""
    on: str
    """The date on which you saved the ad, in your time zone."""
    at: str
    text: str
    """Empty if the text is not stored."""


class AdQuestion(TypedDict):
    employer: NotRequired[str]
    """The employer's name, on one line; may be empty."""
    role: NotRequired[str | None]
    """Slug of the role whose path the plan follows."""
    seniority: NotRequired[SeniorityRank | None]
    skills: NotRequired[list[AdSkillQuestion]]
    title: NotRequired[str]
    """If you leave it out, it is read from the text; if the text has no title, it is the name of the role."""
    text: NotRequired[str]
    """The text of the ad. Fields that you do not send are read from it."""
    keep_text: NotRequired[bool]
    """With `true`, the text is stored; otherwise it is only read. Default: false."""
    event_id: NotRequired[str]
    """An id of your own for this event. An event that you send twice is stored once."""


class AdSkill(TypedDict):
    skill: str
    """Slug."""
    level: int
    """The level that the ad requires."""
    cue: CueEnum | None
    """Whether the ad requires or welcomes the skill; null if the ad only names it."""
    choice: int | None
    """Skills with the same number are alternatives; null if the skill has no alternatives."""
    out: bool
    """True if you left the skill out, so that it does not count."""


class AdSkillQuestion(TypedDict):
    skill: str
    """Slug."""
    level: int
    """The level that the ad requires."""
    cue: NotRequired[CueEnum | None]
    """Null if the ad only names the skill."""
    choice: NotRequired[int | None]
    """Give skills that are alternatives the same number."""
    out: NotRequired[bool]
    """True to leave the skill out of the count. Default: false."""


class Ads(TypedDict):
    next: str | None
    """Always null, because there is only one page."""
    results: list[Ad]


class Aim(TypedDict):
    role: str | None
    """Slug; null if it is no longer in the catalogue."""
    industry: str | None
    """Slug; null if there is none."""
    ad: int | None
    """Id of the saved job ad that was the goal; null if there is none."""


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
    """The record's name in URLs. If it changes, the old URL redirects."""
    name: str
    summary: str
    """One or two sentences; may be empty."""
    updated_at: str
    url: str
    """URL of the record's page."""
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
    """Total number of records on all pages."""
    next: str | None
    """URL of the next page; null on the last page."""
    previous: str | None
    """URL of the previous page; null on the first page."""
    results: list[Area]


class Assessment(TypedDict):
    id: int
    event_id: str
    skill: str
    """Slug."""
    level: int
    """The level after this change."""
    kind: AssessmentKind
    """How we know the level: your own word, your CV, a check or a project."""
    up_to: int | None
    """The level that a check or a project shows; null if it equals `level`."""
    project: str | None
    """Slug of the project that shows the level; null if there is none."""
    undoes: int | None
    """Id of the assessment that this one undoes: `level` and `kind` are the values that count again."""
    on: str
    """The date of the assessment, in your time zone."""
    at: str


type AssessmentKind = Literal["self", "cv", "check", "project"]


class AssessmentPage(TypedDict):
    next: str | None
    """URL of the next page; null on the last page."""
    results: list[Assessment]


class Because(TypedDict):
    required_by: list[str]
    """Slugs of the required skills that need this step, highest weight first, including the step's own skill."""
    unlocks: list[str]
    """Slugs of skills in the plan that need this level before you can start them."""
    project: str | None
    """Slug of the milestone's project, if it needs this step."""


class ByDeadline(TypedDict):
    path: Followed
    """If you follow the plan as it is."""
    shorter: Shorter | None
    """Another order that gains at least one more point by then; null if there is none."""
    hours_per_week_needed: float | None
    """Hours a week that would finish everything by then, in quarters of an hour; null if even 80 are not enough."""


type ByEnum = Literal["name", "words", "similarity"]


class BySource(TypedDict):
    """The points of the readiness, by how we know the levels. Each level up to a target adds the same share of its
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
    """When the current address was created; null if there is none."""


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
    """The newest revision. When `next` is null, you have all changes up to this revision; send it as `since` next
    time.
    """
    state: str
    """Identifies this installation's responses at that revision. Send it together with the next `since`."""
    restart: bool
    """True if your copy cannot be brought up to date: the revision `since` does not exist yet, or `state` does not
    belong to it because the installation was restored or upgraded. Read the whole catalogue again.
    """
    next: str | None
    """URL of the next page of changes; null on the last page."""
    results: list[Change]
    """Oldest first."""


class Check(TypedDict):
    id: int
    skill: str
    """Slug."""
    level: int
    purpose: PurposeEnum
    on: str
    """The day on which the check started, in your time zone."""
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
    """URL of the source; may be empty."""
    check: RunningCheck


class CheckAnswerRequest(TypedDict):
    item: str
    """Id of the current question."""
    answer: list[str]
    """Ids of the options you pick (for `order`, in your order), or only the text of a typed answer."""


class CheckOption(TypedDict):
    id: str
    text: str


class CheckPage(TypedDict):
    next: str | None
    """URL of the next page; null on the last page."""
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
    """Hours to cover the rest, including the prerequisites you lack but no projects."""
    missing: list[str]
    """Slugs of the skills you lack, highest weight first."""


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
    """In the order of your request."""
    requirements: list[ComparedSkill]
    """Every skill that at least one of the roles requires: first by how many roles require it, then by importance."""


class Consent(TypedDict):
    version: str
    """Send this as `consent` to turn on a reminder."""
    words: str
    """The text that you agree to."""


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
    """From 0 to 100; null if you have no goal."""
    evidenced: float | None
    """The part of the readiness that projects prove."""
    by_source: BySource | None
    """Your readiness, by how we know your levels."""
    next_steps: list[Step]
    """The first 5 steps of the plan."""
    finish: str | None
    """End of the plan; null if it has no steps."""
    on_time: bool | None
    """Null if there is no deadline."""
    pace: Pace | None
    """Planned and actual study time; null if you have no goal."""
    streak: Streak | None
    """Null if you have no goal."""
    reviews: list[Review]
    """Reviews that are due, in the order of the plan."""
    questions: list[Reached]
    """Levels that you may have reached, because you have logged their hours or done their units."""
    moves: list[Move]
    """Levels that changed in the last 28 days, largest change first."""
    areas: list[AreaMinutes]
    """Minutes in the last 28 days, most first."""
    news: list[News]
    """Changes to the catalogue that affect your goal, since you set it."""
    notices: list[News]
    """Changes that affect your plan, your levels, or skills that you pinned, postponed or skipped, until you have
    seen them on the page.
    """


class Degree(TypedDict):
    text: str
    """As written in the text."""
    cue: CueEnum
    """Whether the degree is required or welcome."""


class Delivery(TypedDict):
    id: int
    kind: ReminderKind
    on: str
    """The date of the reminder, in your time zone."""
    due_at: str
    state: StateEnum
    reason: ReasonEnum | None
    """Why no email was sent; null in any other state."""
    attempts: int
    sent_at: str | None


class DeliveryPage(TypedDict):
    next: str | None
    """URL of the next page; null on the last page."""
    results: list[Delivery]


class Done(TypedDict):
    kind: DoneKindEnum
    """`skill`: evidence was added, or the `unit` was ticked. `resource`: the resource was ticked. `project`: work
    was saved.
    """
    slug: str | None
    """Slug; null if it is no longer in the catalogue."""
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
    """The required level of the prerequisite."""


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
    """The operation's URL. Replace the parts in braces."""
    summary: str


class Evidence(TypedDict):
    id: int
    event_id: str
    kind: EvidenceKind
    """`work`: something you made. `certificate`: something that someone else confirmed."""
    skill: str
    """Slug."""
    project: str | None
    """Slug of the project that the work belongs to; null if there is none."""
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
    """The date on which you added it, in your time zone."""
    at: str


class EvidenceChangeQuestion(TypedDict):
    """The part of evidence that can be changed later."""

    url: NotRequired[str]
    """Link to something you made, or to the certificate. Work needs this, `text` or both. Default: empty."""
    text: NotRequired[str]
    """What the work shows. Default: empty."""
    name: NotRequired[str]
    """Name of the certificate. Certificates need this. Default: empty."""
    issuer: NotRequired[str]
    """Who issued the certificate. Certificates need this. Default: empty."""
    issued_on: NotRequired[str | None]
    """Date of the certificate. Certificates need this."""


type EvidenceKind = Literal["work", "certificate"]


class EvidencePage(TypedDict):
    next: str | None
    """URL of the next page; null on the last page."""
    results: list[Evidence]


class EvidenceQuestion(TypedDict):
    """The part of evidence that can be changed later."""

    url: NotRequired[str]
    """Link to something you made, or to the certificate. Work needs this, `text` or both. Default: empty."""
    text: NotRequired[str]
    """What the work shows. Default: empty."""
    name: NotRequired[str]
    """Name of the certificate. Certificates need this. Default: empty."""
    issuer: NotRequired[str]
    """Who issued the certificate. Certificates need this. Default: empty."""
    issued_on: NotRequired[str | None]
    """Date of the certificate. Certificates need this."""
    skill: str
    """Slug."""
    kind: NotRequired[EvidenceKind]
    """`work`: something you made. `certificate`: something that someone else confirmed; it changes no level.
    Default: `work`.
    """
    project: NotRequired[str | None]
    """Slug of the project that the work belongs to."""
    event_id: NotRequired[str]
    """An id of your own for this event. An event that you send twice is stored once."""


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
    """The equivalent entries in other taxonomies."""

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
    """Where you can read the figure."""
    year: int
    """The year that the figure describes."""
    secondary: bool
    """True if we read the figure on a page that reports the original."""
    caveat: str
    """What to keep in mind about the figure; may be empty."""


class FactDetail(TypedDict):
    """A dated figure with its source."""

    slug: str
    statement: str
    source: str
    url: str
    """Where you can read the figure."""
    year: int
    """The year that the figure describes."""
    secondary: bool
    """True if we read the figure on a page that reports the original."""
    caveat: str
    """What to keep in mind about the figure; may be empty."""
    name: str
    """What the figure measures."""
    updated_at: str


class FactDetailPage(TypedDict):
    count: int
    """Total number of records on all pages."""
    next: str | None
    """URL of the next page; null on the last page."""
    previous: str | None
    """URL of the previous page; null on the first page."""
    results: list[FactDetail]


class FinishedCheck(TypedDict):
    skill: str | None
    """Slug; null if it is no longer in the catalogue."""
    level: int
    purpose: PurposeEnum
    passed: bool
    right: int
    of: int


class Followed(TypedDict):
    milestone: str | None
    """Slug of the last milestone that is complete by then; null if none is."""
    readiness: float
    """From 0 to 100."""


class Forecast(TypedDict):
    weeks: int
    """Number of weeks that the forecast is based on."""
    pace: int
    """Minutes per week in these weeks."""
    earliest: str | None
    """The finish date at the pace of the faster half of these weeks; null if it is more than ten years away."""
    expected: str | None
    latest: str | None
    """The finish date at the pace of the slower half of these weeks; null if it is more than ten years away."""


type FormatEnum = Literal["waymark-export/1"]


class Found(TypedDict):
    skill: str
    text: str
    """As written in the text."""
    start: int
    """Offset of its start, in code points."""
    end: int
    """Offset of its end, in code points."""
    cue: CueEnum | None
    """Whether the text requires or welcomes the skill; null if it does not say."""


class Gain(TypedDict):
    skill: str
    to_level: int
    hours: float
    """Hours to that level, including the prerequisites you lack."""
    points: float
    """Points that the level adds."""
    points_per_hour: float


class Goal(TypedDict):
    role: str | None
    """Slug; null if the role has been retired."""
    industry: str | None
    """Slug; null if there is none."""
    ad: int | None
    """Id of the saved ad that is your goal, planned along the path of `role`; null if the goal is the role."""
    hours_per_week: float
    weekdays: list[int]
    """1 is Monday."""
    deadline: str | None
    weekly_target: int
    """The minimum number of minutes you want to study each week."""
    days_off: list[str]
    """Days off, today and later."""
    since: str
    """The date from which the goal counts."""
    choices: dict[str, str]
    """The skill you picked for each choice, by slug of the choice. Choices for which you picked no skill are missing
    here; `GET /me/plan/` has the planned skill for each choice.
    """
    projects: dict[str, str]
    """The project you picked for a milestone, by slug of the milestone."""
    milestone_order: list[str]
    """Slugs of the milestones you moved, in your order; empty if you keep the order of the role."""
    skip_milestones: list[str]
    """Slugs of the milestones you skip."""


class GoalQuestion(TypedDict):
    """How someone wants the path to differ."""

    choices: NotRequired[dict[str, str]]
    """The skill to plan for a choice of the role, by slug of the choice."""
    projects: NotRequired[dict[str, str]]
    """The project to plan for a milestone, by slug of the milestone."""
    milestone_order: NotRequired[list[str]]
    """Slugs of milestones in the order you want. They share the places that they have in the role's path, in this
    order; the other milestones stay in place.
    """
    skip_milestones: NotRequired[list[str]]
    """Slugs of milestones to skip: levels that only they teach are left out."""
    role: str
    """Slug of the role."""
    industry: NotRequired[str | None]
    """Slug of the industry. The default is none."""
    ad: NotRequired[int | None]
    """Id of a saved ad to make your goal, planned along the path of `role` and without an industry. If you leave
    this out, the goal is the role.
    """
    hours_per_week: float
    """Hours a week, spread evenly over the study days."""
    weekdays: NotRequired[list[int]]
    """Study days, from 1 for Monday to 7 for Sunday. The default is every day."""
    deadline: NotRequired[str | None]
    """Today or later, in your time zone. The default is none."""
    weekly_target: NotRequired[int | None]
    """Minutes a week. If you leave this out, your previous target stays, as far as the hours allow; without a
    target, it equals the hours.
    """
    days_off: NotRequired[list[str]]
    """Replaces your days off, today and later. If you leave this out, they stay."""


class Graph(TypedDict):
    revision: int
    nodes: list[Node]
    """All published skills, prerequisites first."""
    edges: list[Edge]
    """The edges contain no cycle."""


class Guide(TypedDict):
    slug: str
    """The record's name in URLs. If it changes, the old URL redirects."""
    name: str
    summary: str
    """One or two sentences; may be empty."""
    updated_at: str
    url: str
    """URL of the record's page."""
    tldr: str
    """A summary of the guide in a few sentences."""


class GuideDetail(TypedDict):
    slug: str
    """The record's name in URLs. If it changes, the old URL redirects."""
    name: str
    summary: str
    """One or two sentences; may be empty."""
    updated_at: str
    url: str
    """URL of the record's page."""
    tldr: str
    """A summary of the guide in a few sentences."""
    takeaways: list[str]
    body: str
    """Markdown; may be empty."""
    facts: list[Fact]
    """The figures that the guide uses, with their sources."""


class GuidePage(TypedDict):
    count: int
    """Total number of records on all pages."""
    next: str | None
    """URL of the next page; null on the last page."""
    previous: str | None
    """URL of the previous page; null on the first page."""
    results: list[Guide]


class HistoryAssessment(TypedDict):
    id: int
    event_id: str
    skill: str
    """Slug."""
    level: int
    """The level after this change."""
    kind: AssessmentKind
    """How we know the level: your own word, your CV, a check or a project."""
    up_to: int | None
    """The level that a check or a project shows; null if it equals `level`."""
    project: str | None
    """Slug of the project that shows the level; null if there is none."""
    undoes: int | None
    """Id of the assessment that this one undoes: `level` and `kind` are the values that count again."""
    on: str
    """The date of the assessment, in your time zone."""
    at: str
    latest: bool
    """True if this is the latest assessment of its skill, so that you can undo it."""


class HistoryDay(TypedDict):
    on: str
    """The day, in your time zone."""
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
    """URL of the next page; null on the last page."""
    results: list[HistoryDay]


class Hit(TypedDict):
    kind: HitKindEnum
    slug: str
    name: str
    summary: str
    """May be empty."""
    url: str
    """URL of the record's page."""
    score: float
    """Higher is better. Only comparable within one response."""
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
    """The record's name in URLs. If it changes, the old URL redirects."""
    name: str
    summary: str
    """One or two sentences; may be empty."""
    updated_at: str
    url: str
    """URL of the record's page."""
    skill_count: int
    """Skills that this industry emphasises."""


class IndustryDetail(TypedDict):
    slug: str
    """The record's name in URLs. If it changes, the old URL redirects."""
    name: str
    summary: str
    """One or two sentences; may be empty."""
    updated_at: str
    url: str
    """URL of the record's page."""
    skill_count: int
    """Skills that this industry emphasises."""
    body: str
    """Markdown; may be empty."""
    use_cases: list[UseCase]
    considerations: list[Consideration]
    requirements: list[Requirement]
    """What the industry requires in addition to any role, with target levels."""
    milestone: Named | None
    """The milestone that the industry adds to every path; null if it adds none."""
    emphases: list[Emphasis]
    """Skills that this industry emphasises, strongest emphasis first."""
    facts: list[Fact]
    projects: list[Named]
    """Projects set in this industry."""


class IndustryPage(TypedDict):
    count: int
    """Total number of records on all pages."""
    next: str | None
    """URL of the next page; null on the last page."""
    previous: str | None
    """URL of the previous page; null on the first page."""
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
    """The attribution that a copy must give."""


class Line(TypedDict):
    text: str
    ticked: bool


class Match(TypedDict):
    matches: list[Found]
    """In the order of the text, without overlaps and without skills that the text rules out."""
    skills: list[Mentioned]
    """In the order in which the text first mentions them."""
    title: str | None
    """Title of the job; null if none was recognised."""
    employer: str | None
    place: str | None
    language: str
    """ISO 639 code, or `und` if it is unknown. Cues, years and degrees are recognised in `en` and `de`."""
    roles: list[RoleGuess]
    """Roles that the ad is about, best match first; empty if it is about none of our roles."""
    seniority: Seniority | None
    years: list[Years]
    """Years of experience, in the order of the text."""
    degree: Degree | None
    choices: list[list[str]]
    """Slugs of skills that are alternatives: the text requires any one of them."""
    gap: NotRequired[list[Missing]]
    """If you send `levels` or `role`: the skills below their target, in the order of `skills`."""
    gap_hours: NotRequired[float]
    """Hours for the whole gap: less than the sum if skills share a prerequisite that you lack."""
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
    """The record's name in URLs. If it changes, the old URL redirects."""
    name: str
    summary: str
    """One or two sentences; may be empty."""
    updated_at: str
    url: str
    """URL of the record's page."""
    outcome: str
    """What you can do afterwards."""


class MilestoneDetail(TypedDict):
    slug: str
    """The record's name in URLs. If it changes, the old URL redirects."""
    name: str
    summary: str
    """One or two sentences; may be empty."""
    updated_at: str
    url: str
    """URL of the record's page."""
    outcome: str
    """What you can do afterwards."""
    body: str
    """Markdown; may be empty."""
    steps: list[SkillLevel]
    """Levels to reach, in teaching order."""
    projects: list[Named]
    """Projects that prove the milestone; one is enough."""
    roles: list[Named]
    """Roles whose path includes this milestone."""
    industries: list[Named]
    """Industries that add this milestone to the path of a role."""


class MilestonePage(TypedDict):
    count: int
    """Total number of records on all pages."""
    next: str | None
    """URL of the next page; null on the last page."""
    previous: str | None
    """URL of the previous page; null on the first page."""
    results: list[Milestone]


class Missing(TypedDict):
    skill: str
    level: int
    target: int
    hours: float
    """Hours to the target level, including the prerequisites you lack."""


class Move(TypedDict):
    skill: str
    before: int
    level: int
    on: str
    points: float
    """Points by which the level changed your readiness."""


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
    """When the current address was created; null if there is none."""
    url: str
    """The address. Anyone who has it can read your plan. Only this response shows it."""


class NewToken(TypedDict):
    id: int
    name: str
    scopes: list[ScopesEnum]
    """`write` includes `read`."""
    prefix: str
    """The first characters of the token, so that you can recognise it."""
    created_at: str
    renewed_at: str | None
    """When the token was last renewed; null if never."""
    expires_at: str
    """When the token expires."""
    last_used_at: str | None
    """When the token was last used, to the minute; null if never."""
    token: str
    """The token, to send as `Authorization: Bearer …`. It is shown only once."""


class News(TypedDict):
    kind: RecordKind
    slug: str
    """The record's current name; empty if the record no longer exists."""
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
    """Number of the question, starting at 1."""
    of: int
    """Maximum number of questions; there may be fewer."""


class NextReview(TypedDict):
    skill: str
    """Slug."""
    level: int
    """The level up to which a check or project has shown the skill."""
    touched_on: str
    """When you last assessed or studied the skill."""
    due_on: str
    """The first day on which less than 80% of the level is expected to remain."""
    worth_refresh: bool
    """True if you did not pass the last review and have not studied since. Your level stays the same."""
    is_due: bool
    planned_on: str | None
    """The day of the review in your plan, which uses at most a fifth of each week for reviews. Null if you have no
    goal, and for reviews that are due in more than four weeks.
    """
    left: float
    """The expected share of the level that you still remember, from 0 to 1."""
    half_life: int
    """Number of days without use after which half of the level remains."""
    passed: int
    """Number of reviews of this level that you passed. Each doubles the half-life."""
    since: str
    """The day from which forgetting counts: when the level was last proved, or when you last studied the skill or
    one that builds on it.
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
    """Empty if there is no note."""
    updated_at: str | None
    """Null if there is no note."""


class NotePage(TypedDict):
    next: str | None
    """URL of the next page; null on the last page."""
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
    """URL of the next page; null on the last page."""
    results: list[Override]


class OverrideQuestion(TypedDict):
    kind: OverrideKind
    """`pin`: the skill comes first, with its prerequisites. `skip`: no step of the skill is planned. `later`: the
    skill comes after everything that does not depend on it.
    """


class OwnLevel(TypedDict):
    skill: str
    """Slug."""
    level: int
    kind: AssessmentKind
    """How we know the level: your own word, your CV, a check or a project."""
    sources: list[AssessmentKind]
    """How we know each level from 1 up to `level`: the strongest source of each."""
    since: str | None
    """When the level last changed; null if never."""
    minutes: int
    """Minutes studied since `level` last changed."""
    total_minutes: int
    """Total minutes studied."""
    touched_on: str | None
    """The date of the last assessment or session, whichever is later; null if there is neither."""


class OwnLevelPage(TypedDict):
    next: str | None
    """URL of the next page; null on the last page."""
    results: list[OwnLevel]


class OwnPlan(TypedDict):
    milestones: list[Stage]
    """In the order of the plan, without the milestones you skip."""
    steps: list[Step]
    """Steps in order, each one level of a skill or a project."""
    choices: dict[str, str]
    """The skill planned for each choice, by slug of the choice."""
    total_hours: float
    finish: str | None
    """End of the last step; null if there are no steps."""
    on_time: bool | None
    """Null if there is no deadline."""
    by_deadline: ByDeadline | None
    """If the plan is late: what you reach by the deadline; otherwise null."""
    hours_per_week_needed: NotRequired[float]
    """If the plan is late: hours a week that would meet the deadline, in steps of a quarter of an hour. Missing if
    even 80 are not enough.
    """
    drop_to_meet_deadline: list[str] | None
    """Deprecated and always null: a deadline changes the order of steps but leaves none out."""
    unreachable: list[Unreachable]
    """Skills that you cannot start because you skip something they need."""
    ignored: NotRequired[list[str]]
    """Slugs in `levels` that match no skill."""
    pin: list[str]
    """Slugs of the skills that you pinned, in order."""
    skip: list[str]
    """Slugs of the skills you skip."""
    later: list[str]
    """Slugs of the skills you postponed."""
    reviews: list[PlannedReview]
    """Reviews that are due within four weeks, by day. They come before steps and take at most a fifth of a week's
    hours.
    """


class OwnReadiness(TypedDict):
    readiness: float
    """From 0 to 100: the sum of the points of all terms."""
    evidenced: float
    """The part of the readiness that projects prove."""
    by_source: BySource
    """The readiness, by how we know the levels."""
    terms: list[Term]
    """One term for each requirement, highest weight first."""
    gains: list[Gain]
    """The next level of each skill below its target, most points per hour first."""
    also_asked_for: list[str]
    """Slugs of skills that the industry emphasises and the role does not require."""
    ignored: NotRequired[list[str]]
    """Slugs in `levels` that match no skill."""


class Pace(TypedDict):
    recent: Recent
    forecast: Forecast | None
    """Null until there are three whole weeks to base it on."""


class Password(TypedDict):
    """The part of a body that `confirm_password` needs."""

    password: NotRequired[str]
    """Your password. Not needed if you entered it on a page in the last five minutes. Default: empty."""


class Placement(TypedDict):
    question: NextQuestion | None
    """The next question; null after the last question, or when there is little left to find out."""
    levels: dict[str, int]
    """Levels that the learner answered with `yes`, or has with a probability of 0.85 or more if no answer speaks
    against it, by slug of the skill. Levels you sent are left out.
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
    """Levels that you already know, by slug of the skill. There are no questions about them or their prerequisites."""
    answers: NotRequired[list[Answer]]
    """The answers so far, in any order. An answer about a level that the goal does not need changes nothing."""


class Plan(TypedDict):
    milestones: list[Stage]
    """In the order of the plan, without the milestones you skip."""
    steps: list[Step]
    """Steps in order, each one level of a skill or a project."""
    choices: dict[str, str]
    """The skill planned for each choice, by slug of the choice."""
    total_hours: float
    finish: str | None
    """End of the last step; null if there are no steps."""
    on_time: bool | None
    """Null if there is no deadline."""
    by_deadline: ByDeadline | None
    """If the plan is late: what you reach by the deadline; otherwise null."""
    hours_per_week_needed: NotRequired[float]
    """If the plan is late: hours a week that would meet the deadline, in steps of a quarter of an hour. Missing if
    even 80 are not enough.
    """
    drop_to_meet_deadline: list[str] | None
    """Deprecated and always null: a deadline changes the order of steps but leaves none out."""
    unreachable: list[Unreachable]
    """Skills that you cannot start because you skip something they need."""
    ignored: NotRequired[list[str]]
    """Slugs in `levels` that match no skill."""


class PlanBatch(TypedDict):
    results: list[Plan]
    """In the order of `requests`."""


class PlanBatchRequest(TypedDict):
    requests: list[PlanQuestion]
    """1 to 50 requests."""


class PlanQuestion(TypedDict):
    """How someone wants the path to differ."""

    choices: NotRequired[dict[str, str]]
    """The skill to plan for a choice of the role, by slug of the choice."""
    projects: NotRequired[dict[str, str]]
    """The project to plan for a milestone, by slug of the milestone."""
    milestone_order: NotRequired[list[str]]
    """Slugs of milestones in the order you want. They share the places that they have in the role's path, in this
    order; the other milestones stay in place.
    """
    skip_milestones: NotRequired[list[str]]
    """Slugs of milestones to skip: levels that only they teach are left out."""
    role: str
    """Slug of the role."""
    industry: NotRequired[str]
    """Slug of the industry, which changes the weights."""
    levels: NotRequired[dict[str, int]]
    """Your level of each skill, by slug. A skill that you leave out is at the level that the other skills imply, or
    otherwise at 0.
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
    """URL that identifies the kind of problem and leads to its description."""
    title: str
    """The name of the HTTP status."""
    status: int
    detail: str
    """What is wrong with this request."""
    instance: str
    """The path that you requested."""
    errors: NotRequired[dict[str, Any]]
    """With 400: what is wrong with each parameter or field."""


class Profile(TypedDict):
    name: NotRequired[str]
    """Your name on the site; may be empty."""
    time_zone: NotRequired[str]
    """Your time zone, by its IANA name. It decides when your days begin."""


class Project(TypedDict):
    slug: str
    """The record's name in URLs. If it changes, the old URL redirects."""
    name: str
    summary: str
    """One or two sentences; may be empty."""
    updated_at: str
    url: str
    """URL of the record's page."""
    hours: float
    proves: list[SkillLevel]
    """The levels that the finished project proves."""
    industries: list[Named]
    """The industries in which the project is set."""


class ProjectDetail(TypedDict):
    slug: str
    """The record's name in URLs. If it changes, the old URL redirects."""
    name: str
    summary: str
    """One or two sentences; may be empty."""
    updated_at: str
    url: str
    """URL of the record's page."""
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
    """Total number of records on all pages."""
    next: str | None
    """URL of the next page; null on the last page."""
    previous: str | None
    """URL of the previous page; null on the first page."""
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
    """Shows your readiness for that role, by source."""
    skills: SkillsEnum
    """Which levels the page shows: `none`, `proved` (those that a check or project shows), or `all`, which includes
    levels that are not checked: self-reported, those of the chosen background, and implied ones.
    """
    projects: bool
    """Shows projects with a link to your work."""
    certificates: bool
    """Shows your certificates."""
    updated_at: str | None
    """Null before you save the page."""


class ProofPageQuestion(TypedDict):
    public: bool
    """Whether the page is on. You can save it while it is off."""
    name: NotRequired[str | None]
    """The name in the address. No one else may have used it. If it is null or left out, you get a secret name, which
    stays the same once it exists.
    """
    display_name: NotRequired[str]
    """Your name on the page. Default: empty."""
    role: NotRequired[bool]
    """Shows the role of your goal. Default: true."""
    readiness: NotRequired[bool]
    """Shows your readiness for that role, by source; needs `role`. Default: true."""
    skills: NotRequired[SkillsEnum]
    """`none`, `proved` or `all`. Default: `proved`."""
    projects: NotRequired[bool]
    """Shows projects with a link to your work. Default: true."""
    certificates: NotRequired[bool]
    """Shows your certificates. Default: true."""


class ProvenLevel(TypedDict):
    skill: str
    """Slug."""
    level: int
    """The level that the project proves."""
    shown: bool
    """True if this project, another project or a check has already proved it."""


class ProvenLevelPage(TypedDict):
    next: str | None
    """URL of the next page; null on the last page."""
    results: list[ProvenLevel]


class ProvenLevelsQuestion(TypedDict):
    skills: list[str]
    """Slugs of the skills whose level you confirm."""


type PurposeEnum = Literal["check", "review"]


class Question(TypedDict):
    slug: str
    """The record's name in URLs. If it changes, the old URL redirects."""
    name: str
    """The question."""
    summary: str
    """One or two sentences; may be empty."""
    updated_at: str
    url: str
    """URL of the record's page."""
    body: str
    """The answer, in Markdown."""


class QuestionPage(TypedDict):
    count: int
    """Total number of records on all pages."""
    next: str | None
    """URL of the next page; null on the last page."""
    previous: str | None
    """URL of the previous page; null on the first page."""
    results: list[Question]


class Reached(TypedDict):
    skill: str
    level: int
    hours: float
    """Hours logged since the previous level."""
    effort: float
    """Hours that the level usually takes."""


class Readiness(TypedDict):
    readiness: float
    """From 0 to 100: the sum of the points of all terms."""
    evidenced: float
    """The part of the readiness that projects prove; 0 for levels you sent."""
    by_source: BySource
    """The readiness, by how we know the levels."""
    terms: list[Term]
    """One term for each requirement, highest weight first."""
    gains: list[Gain]
    """The next level of each skill below its target, most points per hour first."""
    also_asked_for: list[str]
    """Slugs of skills that the industry emphasises and the role does not require."""
    ignored: NotRequired[list[str]]
    """Slugs in `levels` that match no skill."""


class ReadinessBatch(TypedDict):
    results: list[Readiness]
    """In the order of `requests`."""


class ReadinessBatchRequest(TypedDict):
    requests: list[ReadinessQuestion]
    """1 to 50 requests."""


class ReadinessQuestion(TypedDict):
    role: str
    """Slug of the role."""
    industry: NotRequired[str]
    """Slug of the industry, which changes the weights."""
    levels: NotRequired[dict[str, int]]
    """Your level of each skill, by slug. A skill that you leave out is at the level that the other skills imply, or
    otherwise at 0.
    """


class Reason(TypedDict):
    id: str
    """Id of an option."""
    text: str
    right: bool
    """For `order`, false for every option: they are in the right order."""
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
    """Minutes planned for the last 28 days, including today, but not for days before your first goal."""
    done: int
    """Minutes studied on these days."""
    short: int
    """Minutes that were planned but not done."""
    behind: bool
    """True if you are behind by a week's planned minutes or more."""


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
    """Quiet hours, when no reminder of any kind is sent; null if there are none."""
    quiet_until: str | None
    paused_until: str | None
    """The first date on which emails of this kind are sent again."""
    agreed_at: str | None
    """When you last turned on the reminder."""
    next_at: str | None
    """When the next email is due; null if the reminder is off."""
    consent: Consent


type ReminderKind = Literal["weekly", "behind", "review", "study"]


class ReminderPage(TypedDict):
    next: str | None
    """URL of the next page; null on the last page."""
    results: list[Reminder]


class ReminderQuestion(TypedDict):
    on: bool
    consent: NotRequired[str]
    """Needed to turn the reminder on: the version of the consent text that the learner has read and agrees to. Show
    the learner the text first.
    """
    at: NotRequired[str]
    """The time, in your time zone. If you leave this out, it stays."""
    weekdays: NotRequired[list[int]]
    """From 1 for Monday to 7 for Sunday. If you leave this out, the days stay."""
    paused_until: NotRequired[str | None]
    """A future date, or null. If you leave this out, it stays."""
    quiet_from: NotRequired[str | None]
    """Start of the quiet hours in your time zone, when no reminder of any kind is sent. If this and `quiet_until`
    are null, there are no quiet hours. If you leave out both, they stay.
    """
    quiet_until: NotRequired[str | None]
    """End of the quiet hours; needs `quiet_from`."""


class RemovedSession(TypedDict):
    restore: str
    """Send this to `POST /me/sessions/restore/` to restore the session as it was."""


class RenewalQuestion(TypedDict):
    """The part of a body that `confirm_password` needs."""

    password: NotRequired[str]
    """Your password. Not needed if you entered it on a page in the last five minutes. Default: empty."""
    expires_in_days: NotRequired[int]
    """The number of days after which it expires. Default: 30."""


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
    """The URL of the resource."""
    out: str
    """The same URL as a redirect through Waymark, which tracks nothing."""
    author: str
    year: int | None
    hours: float
    """Hours to work through the resource."""
    cost: Price | Literal[0] | None
    """0 if the resource is free, null if the price is unknown."""
    free: bool | None
    """False if the resource costs money, even if `cost` is null; null if unknown."""
    language: str
    """Language in which it is written or spoken, such as en."""
    programming_language: str
    """Programming language, such as python; empty if it does not matter."""
    affiliate: bool
    """True if Waymark earns a commission when you buy after following `out`."""
    checked_on: str | None
    """When someone last opened the URL; null if no one has."""
    skills: list[ResourceSkill]
    """The skills it teaches, and the levels it leads from and to."""
    summary: str
    """May be empty."""
    body: str
    """Markdown; may be empty."""
    updated_at: str


class ResourcePage(TypedDict):
    count: int
    """Total number of records on all pages."""
    next: str | None
    """URL of the next page; null on the last page."""
    previous: str | None
    """URL of the previous page; null on the first page."""
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
    """The text in the response to the removal of the session."""


class Review(TypedDict):
    skill: str
    """Slug."""
    level: int
    """The level up to which a check or project has shown the skill."""
    touched_on: str
    """When you last assessed or studied the skill."""
    due_on: str
    """The first day on which less than 80% of the level is expected to remain."""
    worth_refresh: bool
    """True if you did not pass the last review and have not studied since. Your level stays the same."""


class Reviews(TypedDict):
    minutes: int
    """Minutes that one review takes."""
    reviews: list[NextReview]
    """The next review of each skill that was checked or shown, most urgent first."""


class Role(TypedDict):
    slug: str
    """The record's name in URLs. If it changes, the old URL redirects."""
    name: str
    summary: str
    """One or two sentences; may be empty."""
    updated_at: str
    url: str
    """URL of the record's page."""
    skill_count: int
    """Number of skills that the role requires."""


class RoleDetail(TypedDict):
    slug: str
    """The record's name in URLs. If it changes, the old URL redirects."""
    name: str
    summary: str
    """One or two sentences; may be empty."""
    updated_at: str
    url: str
    """URL of the record's page."""
    skill_count: int
    """Number of skills that the role requires."""
    body: str
    """Markdown; may be empty."""
    requirements: list[Requirement]
    """Target levels, most important first."""
    choices: list[Choice]
    """Requirements that any one of several skills can meet."""
    milestones: list[Named]
    """The milestones of the path, in teaching order."""
    apply_after: str | None
    """Slug of the milestone after which you can start applying; null if there is none."""
    day: list[Activity]
    """A day in the life."""
    neighbours: list[Neighbour]
    """Roles that this role is often confused with."""
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
    """Total number of records on all pages."""
    next: str | None
    """URL of the next page; null on the last page."""
    previous: str | None
    """URL of the previous page; null on the first page."""
    results: list[Role]


class RunningCheck(TypedDict):
    id: int
    skill: str
    """Slug."""
    level: int
    purpose: PurposeEnum
    on: str
    """The day on which the check started, in your time zone."""
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
    """Number of that question, starting at 1."""


type ScopesEnum = Literal["read", "write"]


class Seniority(TypedDict):
    rank: SeniorityRank
    text: str
    """As written in the text."""
    in_title: bool
    """Whether the title states it."""


type SeniorityRank = Literal["junior", "mid", "senior", "lead"]


class Session(TypedDict):
    id: int
    event_id: str
    skill: str | None
    """Slug; null if the session only counts for the resource."""
    resource: int | None
    """Id; null if there is none."""
    minutes: int
    on: str
    """The date of the session, in your time zone."""
    at: str
    """When the session was logged."""


class SessionPage(TypedDict):
    next: str | None
    """URL of the next page; null on the last page."""
    results: list[Session]


class SessionQuestion(TypedDict):
    skill: NotRequired[str | None]
    """Slug of the skill. You can leave it out if you send a resource."""
    resource: NotRequired[int | None]
    """Id of the resource you studied with."""
    minutes: int
    on: NotRequired[str]
    """The date, today or earlier. The default is today in your time zone."""
    event_id: NotRequired[str]
    """An id of your own for this event. An event that you send twice is stored once."""


class Shorter(TypedDict):
    readiness: float
    """Readiness at the deadline, from 0 to 100."""
    steps: list[StepName]
    """The steps before the deadline, in order."""


class Skill(TypedDict):
    slug: str
    """The record's name in URLs. If it changes, the old URL redirects."""
    name: str
    area: str
    """Slug of the skill's area."""
    kind: SkillKind
    horizon: SkillHorizon
    summary: str
    aliases: list[str]
    """Other names that people use for the skill."""
    effort: list[float]
    """Hours from level 0 to 1, 1 to 2, 2 to 3 and 3 to 4."""
    demand: int | None
    """Per cent of the counted job ads that name the skill; null if unknown."""
    updated_at: str
    url: str
    """URL of the skill's page."""


class SkillDetail(TypedDict):
    slug: str
    """The record's name in URLs. If it changes, the old URL redirects."""
    name: str
    area: str
    """Slug of the skill's area."""
    kind: SkillKind
    horizon: SkillHorizon
    summary: str
    aliases: list[str]
    """Other names that people use for the skill."""
    effort: list[float]
    """Hours from level 0 to 1, 1 to 2, 2 to 3 and 3 to 4."""
    demand: int | None
    """Per cent of the counted job ads that name the skill; null if unknown."""
    updated_at: str
    url: str
    """URL of the skill's page."""
    body: str
    """Markdown; may be empty."""
    levels: list[Level]
    units: dict[str, list[Unit]]
    """For each level, the units that lead to it, in order."""
    prerequisites: list[SkillLevel]
    """Prerequisites: levels to reach before you start this skill."""
    unlocks: list[SkillLevel]
    """Skills that need this skill, with the level they need."""
    roles: list[SkillRole]
    """Roles that require this skill, most important first."""
    industries: list[SkillIndustry]
    """Industries that emphasise this skill."""
    resources: list[SkillResource]
    """Resources: first those that the units use, then lowest level first and free before paid."""
    projects: list[SkillProject]
    """Projects that prove a level of this skill."""
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
    """Total number of records on all pages."""
    next: str | None
    """URL of the next page; null on the last page."""
    previous: str | None
    """URL of the previous page; null on the first page."""
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
    """The URL of the resource."""
    out: str
    """The same URL as a redirect through Waymark, which tracks nothing."""
    hours: float
    cost: Price | Literal[0] | None
    """0 if the resource is free, null if the price is unknown."""
    free: bool | None
    """False if the resource costs money, even if `cost` is null; null if unknown."""
    programming_language: str
    """Programming language, such as python; empty if it does not matter."""
    affiliate: bool
    """True if Waymark earns a commission when you buy after following `out`."""
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
    """What you can do afterwards."""
    start: str | None
    """Null if there is nothing left to do."""
    end: str | None
    hours: float
    """Hours left, including the project."""
    readiness_after: float
    """From 0 to 100."""
    project: str | None
    """Slug of the planned project; null if no project is planned."""
    done: bool
    left_out: list[str]
    """Slugs of its skills that the plan leaves out because of what you skip. The outcome then promises more than the
    plan teaches.
    """


class StartingPoint(TypedDict):
    slug: str
    """The record's name in URLs. If it changes, the old URL redirects."""
    name: str
    summary: str
    """One or two sentences; may be empty."""
    updated_at: str
    url: str
    """URL of the record's page."""
    body: str
    """Markdown; may be empty."""
    levels: list[SkillLevel]
    """What people with this background can usually already do."""


class StartingPointPage(TypedDict):
    count: int
    """Total number of records on all pages."""
    next: str | None
    """URL of the next page; null on the last page."""
    previous: str | None
    """URL of the previous page; null on the first page."""
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
    """Id of the unit, unique within its level."""
    type: UnitType
    text: str
    """What to do or build, in paragraphs, lists (lines that begin with “- ”) and code (between lines of ```); for a
    unit to read, its name.
    """
    resource: str | None
    """Slug of the resource to read; null for other types."""
    part: str
    """The part of the resource to read; empty for all of it."""
    minutes: int
    untried: bool
    """True if the unit needs an outside service, so that we have not run it ourselves."""
    done: bool
    """True if you have ticked the unit. Always false in a plan that belongs to no learner."""


class Streak(TypedDict):
    weeks: int
    """Weeks in a row that reached the weekly target or were saved by a freeze."""
    longest: int
    freezes: int
    """Number of freezes left. Each freeze saves a missed week."""
    minutes: int
    """Minutes studied in the current week. In the week of your first goal, only from its day on."""
    target: int
    """The weekly target in minutes. In the week of your first goal, it is reduced to the study days that were left,
    or to 0 if there were none.
    """


class Studied(TypedDict):
    kind: StudiedKindEnum
    slug: str | None
    """Slug; null if it is no longer in the catalogue."""
    name: str
    minutes: int


type StudiedKindEnum = Literal["skill", "resource"]


class Table(TypedDict):
    """How many rows of one table were imported."""

    added: int
    changed: int
    """Rows that a later row replaces."""
    there: int
    """Rows that were already there, or are older than the existing rows."""


class Tables(TypedDict):
    saved_ads: Table
    goals: Table
    days_off: Table
    assessments: Table
    """Levels, and how you reached them."""
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
    """Null if the role does not require the skill."""
    importance: int | None


class Term(TypedDict):
    skill: str
    """Slug of the skill; for a choice, slug of the member that covers most."""
    choice: str | None
    """Slug of the choice; null for a single skill."""
    level: int
    target: int
    importance: int
    emphasis: float
    """Emphasis of the industry; 0 if there is none."""
    weight: float
    """importance × (1 + emphasis)"""
    coverage: float
    """level ÷ target, at most 1"""
    points: float
    """100 × weight × coverage ÷ the sum of the weights"""
    source: str | None
    """How we know the level: implied, self, cv, check or project. Null at level 0 and for levels you sent."""
    sources: list[str]
    """How we know each level from 1 up to `level`. Empty at level 0 and for levels you sent."""


class Tick(TypedDict):
    id: int
    slug: str
    done: bool
    done_at: str | None
    """Null if it is not ticked."""


class TickPage(TypedDict):
    next: str | None
    """URL of the next page; null on the last page."""
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
    """When the token was last renewed; null if never."""
    expires_at: str
    """When the token expires."""
    last_used_at: str | None
    """When the token was last used, to the minute; null if never."""


class TokenPage(TypedDict):
    next: str | None
    """URL of the next page; null on the last page."""
    results: list[Token]


class TokenQuestion(TypedDict):
    """The part of a body that `confirm_password` needs."""

    password: NotRequired[str]
    """Your password. Not needed if you entered it on a page in the last five minutes. Default: empty."""
    expires_in_days: NotRequired[int]
    """The number of days after which it expires. Default: 30."""
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
    """Id of the unit, unique within its level."""
    type: UnitType
    text: str
    """What to do or build, in paragraphs, lists (lines that begin with “- ”) and code (between lines of ```); for a
    unit to read, its name.
    """
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
    """The unit's text when you ticked it."""
    minutes: int
    """Minutes logged with the unit; 0 if none."""
    session: int | None
    """Id of the study session that logged these minutes; null if there is none, or if it has been removed."""
    on: str
    """The date on which you ticked the unit, in your time zone."""
    at: str


class UnitTickPage(TypedDict):
    next: str | None
    """URL of the next page; null on the last page."""
    results: list[UnitTick]


class UnitTickQuestion(TypedDict):
    minutes: NotRequired[int]
    """Minutes to log instead of the unit's remaining minutes; 0 logs nothing."""


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
    """URL of the next page; null on the last page."""
    results: list[Work]


class WorkQuestion(TypedDict):
    ticked: list[str]
    """The lines of the checklist that are done, word for word. All other lines become unticked."""
    url: NotRequired[str]
    """Link to your work. Default: empty."""


class Years(TypedDict):
    minimum: float | None
    maximum: float | None
    of: str
    """What the years refer to, in the words of the text; may be empty."""
    skill: str | None
    """Slug of the skill, if the years refer to one."""
    cue: CueEnum
    """Whether these years are required or welcome."""
    start: int
    """Offset of their start, in code points."""
    end: int
    """Offset of their end, in code points."""


class Price(TypedDict):
    amount: float
    currency: str
