"""What a plan leaves out because of what the learner skips, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guidance.catalog.text import names
from guidance.progress.learner_state import GoalState, LearnerState
from guidance.progress.plan import Stage


def missing_to_apply(goal_state: GoalState, state: LearnerState) -> str:
    """Returns what the plan leaves out although applying makes sense only with it; empty if nothing."""
    missing = goal_state.plan.missing
    if not missing:
        return ""
    text = ngettext(
        "Before you apply, you also need {skills}. Your plan leaves it out because of what you skip.",
        "Before you apply, you also need {skills}. Your plan leaves them out because of what you skip.",
        len(missing),
    )
    return text.format(skills=names([state.snapshot.skills[slug] for slug in missing]))


def left_out(stage: Stage, state: LearnerState) -> str:
    """Returns which skills of the milestone the plan leaves out; empty if none."""
    if not stage.left_out:
        return ""
    skills = names([state.snapshot.skills[slug] for slug in stage.left_out])
    return _("Without {skills}: left out because of what you skip.").format(skills=skills)
