"""Every write to a learner's own data.

Each write starts with `lock_and_bump`, which locks the learner's `Progress` and increments its version. So one learner's
writes run one after another, two identical simultaneous writes create one row, and stale cached values are recognised. An event
whose `event_id` already exists changes nothing, and the stored one is returned. Removed events leave no trace, so the same id
creates the event again.

Merged records count as one: reads follow the merge, rows stay as they are. Events (assessments, sessions, evidence) stay with
their original record, so that `recompute_skill` can recalculate the skills if a merge is undone. Only a split moves events,
and every moved row records where it came from (`splits`).

`now` is the moment of the write; the learner's date follows from it and their time zone.
"""

from guidance.progress.services.ads import (
    RESTORABLE,
    change_ad,
    delete_removed,
    leave_ad,
    make_ad_goal,
    remove_ad,
    restore_ad,
    save_ad,
    set_ad_skills,
)
from guidance.progress.services.base import lock, web_address
from guidance.progress.services.checks import (
    CheckState,
    answer_item,
    begin_check,
    begin_review,
    check_days,
    check_state,
    close_reports,
    finish_check,
    open_check,
    reopen_reports,
    report_item,
)
from guidance.progress.services.evidence import (
    add_certificate,
    add_evidence,
    change_certificate,
    change_evidence,
    remove_evidence,
)
from guidance.progress.services.goals import (
    MAX_DAYS_OFF,
    override,
    pick_project,
    pick_skill,
    planned_minutes,
    set_days_off,
    set_goal,
    set_path,
    update_wishes,
)
from guidance.progress.services.history_import import History, ImportCounts, import_history
from guidance.progress.services.levels import (
    assess,
    assess_all,
    pass_check,
    raise_levels,
    recompute_skill,
    split_skills,
    undo_assessment,
    undo_assessments,
)
from guidance.progress.services.profile import (
    feed_digest,
    make_calendar_address,
    mark_changes_seen,
    record_activity,
    revoke_calendar_address,
    save_profile,
)
from guidance.progress.services.projects import prove_by_project, save_project_work, tick_resource, write_note
from guidance.progress.services.proof import (
    SHOWN_ON_PROOF_PAGE,
    has_secret_name,
    name_problem,
    new_proof_address,
    proof_page_at,
    revoke_proof_page,
    save_proof_page,
    take_down_proof_page,
    turn_on_proof_page,
)
from guidance.progress.services.reviews import finish_review
from guidance.progress.services.splits import (
    BOTH,
    GOES,
    STAYS,
    SplitHistory,
    rejoin_history,
    split_history,
    split_late_units,
)
from guidance.progress.services.study import log_study, remove_session, tick_unit, untick_unit

__all__ = [
    "BOTH",
    "GOES",
    "MAX_DAYS_OFF",
    "RESTORABLE",
    "SHOWN_ON_PROOF_PAGE",
    "STAYS",
    "CheckState",
    "History",
    "ImportCounts",
    "SplitHistory",
    "add_certificate",
    "add_evidence",
    "answer_item",
    "assess",
    "assess_all",
    "begin_check",
    "begin_review",
    "change_ad",
    "change_certificate",
    "change_evidence",
    "check_days",
    "check_state",
    "close_reports",
    "delete_removed",
    "feed_digest",
    "finish_check",
    "finish_review",
    "has_secret_name",
    "import_history",
    "leave_ad",
    "lock",
    "log_study",
    "make_ad_goal",
    "make_calendar_address",
    "mark_changes_seen",
    "name_problem",
    "new_proof_address",
    "open_check",
    "override",
    "pass_check",
    "pick_project",
    "pick_skill",
    "planned_minutes",
    "proof_page_at",
    "prove_by_project",
    "raise_levels",
    "recompute_skill",
    "record_activity",
    "rejoin_history",
    "remove_ad",
    "remove_evidence",
    "remove_session",
    "reopen_reports",
    "report_item",
    "restore_ad",
    "revoke_calendar_address",
    "revoke_proof_page",
    "save_ad",
    "save_profile",
    "save_project_work",
    "save_proof_page",
    "set_ad_skills",
    "set_days_off",
    "set_goal",
    "set_path",
    "split_history",
    "split_late_units",
    "split_skills",
    "take_down_proof_page",
    "tick_resource",
    "tick_unit",
    "turn_on_proof_page",
    "undo_assessment",
    "undo_assessments",
    "untick_unit",
    "update_wishes",
    "web_address",
    "write_note",
]
