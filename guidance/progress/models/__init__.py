"""What a learner knows, does and plans.

A learner is a user. Every row is deleted with the account, except that a hash of the proof page's name stays so that the name is
not used again. Catalogue records are never deleted, so references to them stay valid. A merged skill is read as the skill it was
merged into (`Snapshot.slugs`), which keeps a merge reversible.

Events (assessments, study sessions, evidence, goals) are only added, or undone as a whole. `LearnerSkill` and `StudyDay` are
sums of events, stored in the same transaction, so that no page has to add up a history.
"""

from guidance.progress.models.ads import MAX_AD_TEXT, MAX_AD_TITLE, MAX_EMPLOYER, AdMilestone, SavedAd, SavedAdSkill
from guidance.progress.models.base import (
    MAX_CERTIFICATE,
    MAX_EVIDENCE,
    MAX_KEY,
    MAX_REPORT,
    MAX_REVISION,
    MAX_TEXT,
    MAX_URL,
    MINUTES_OF_A_DAY,
    MINUTES_OF_A_WEEK,
    Event,
    Owned,
    max_length,
)
from guidance.progress.models.checks import CheckAnswer, ItemReport, QuickCheck
from guidance.progress.models.goals import (
    CalendarFeed,
    CompletedMilestone,
    DayOff,
    Goal,
    PathWishes,
    PlanOverride,
    Progress,
    StoredResponse,
)
from guidance.progress.models.history import (
    Assessment,
    Evidence,
    LearnerSkill,
    Note,
    ProjectWork,
    ResourceState,
    StudyDay,
    StudySession,
    UnitTick,
)
from guidance.progress.models.proof import MAX_PROOF_NAME, MIN_PROOF_NAME, PROOF_NAME, ProofPage, ProofPageName

__all__ = [
    "MAX_AD_TEXT",
    "MAX_AD_TITLE",
    "MAX_CERTIFICATE",
    "MAX_EMPLOYER",
    "MAX_EVIDENCE",
    "MAX_KEY",
    "MAX_PROOF_NAME",
    "MAX_REPORT",
    "MAX_REVISION",
    "MAX_TEXT",
    "MAX_URL",
    "MINUTES_OF_A_DAY",
    "MINUTES_OF_A_WEEK",
    "MIN_PROOF_NAME",
    "PROOF_NAME",
    "AdMilestone",
    "Assessment",
    "CalendarFeed",
    "CheckAnswer",
    "CompletedMilestone",
    "DayOff",
    "Event",
    "Evidence",
    "Goal",
    "ItemReport",
    "LearnerSkill",
    "Note",
    "Owned",
    "PathWishes",
    "PlanOverride",
    "Progress",
    "ProjectWork",
    "ProofPage",
    "ProofPageName",
    "QuickCheck",
    "ResourceState",
    "SavedAd",
    "SavedAdSkill",
    "StoredResponse",
    "StudyDay",
    "StudySession",
    "UnitTick",
    "max_length",
]
