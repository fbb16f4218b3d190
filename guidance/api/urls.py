"""URLs below `/api/`."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import URLPattern, URLResolver, include, path, re_path, resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import RedirectView

from guidance.api import (
    batches,
    catalogue,
    details,
    discovery,
    docs,
    dump,
    feed,
    index,
    limits,
    match,
    placement,
    plan,
    readiness,
    resources,
    roles,
    skills,
)
from guidance.api.counted import rate_limited
from guidance.api.errors import not_found
from guidance.api.me import (
    account,
    ads,
    calendar,
    checks,
    dashboard,
    evidence,
    history,
    levels,
    projects,
    proof,
    reminders,
    reviews,
    study,
)
from guidance.api.me import plan as me_plan
from guidance.api.origins import with_cors

app_name = "api"


@csrf_exempt
@login_not_required
@rate_limited(limits.CATALOGUE)
def unknown(request: HttpRequest) -> HttpResponse:
    """Handles unknown URLs: returns a problem instead of the site's 404 page, or a redirect if only the trailing slash is
    missing."""
    path = request.path_info
    if request.method in ("GET", "HEAD") and path[-1] != "/" and resolve(f"{path}/").func is not unknown:
        return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
    return with_cors(not_found(request))


me: list[URLPattern] = [
    path("", account.AccountView.as_view(), name="me"),
    path("goal/", me_plan.GoalView.as_view(), name="own-goal"),
    path("levels/", levels.LevelList.as_view(), name="own-levels"),
    path("levels/<slug:skill>/", levels.LevelItem.as_view(), name="own-level"),
    path("sessions/", study.SessionList.as_view(), name="own-sessions"),
    path("sessions/restore/", study.SessionRestore.as_view(), name="own-session-restore"),
    path("sessions/<int:id>/", study.SessionItem.as_view(), name="own-session"),
    path("assessments/", levels.AssessmentList.as_view(), name="own-assessments"),
    path("ads/", ads.AdList.as_view(), name="own-ads"),
    path("ads/<int:id>/", ads.AdItem.as_view(), name="own-ad"),
    path("ads/<int:id>/goal/", ads.AdGoal.as_view(), name="own-ad-goal"),
    path("assessments/<int:id>/", levels.AssessmentItem.as_view(), name="own-assessment"),
    path("assessments/<int:id>/undo/", levels.AssessmentUndo.as_view(), name="own-assessment-undo"),
    path("history/", history.HistoryList.as_view(), name="own-history"),
    path("notices/", history.NoticesView.as_view(), name="own-notices"),
    path("evidence/", evidence.EvidenceList.as_view(), name="own-evidence"),
    path("evidence/<int:id>/", evidence.EvidenceItem.as_view(), name="own-evidence-item"),
    path("projects/", projects.WorkList.as_view(), name="own-works"),
    path("projects/<slug:slug>/", projects.WorkView.as_view(), name="own-work"),
    path("projects/<slug:slug>/levels/", projects.ProvenLevelList.as_view(), name="own-work-levels"),
    path("resources/", projects.TickList.as_view(), name="own-ticks"),
    path("resources/<int:id>/", projects.TickView.as_view(), name="own-tick"),
    path("units/", study.UnitList.as_view(), name="own-units"),
    path("units/<slug:skill>/<int:level>/<slug:id>/", study.UnitItem.as_view(), name="own-unit"),
    path("checks/", checks.CheckList.as_view(), name="own-checks"),
    path("checks/<int:id>/", checks.CheckItemView.as_view(), name="own-check"),
    path("checks/<int:id>/answers/", checks.CheckAnswerList.as_view(), name="own-check-answers"),
    path("notes/", levels.NoteList.as_view(), name="own-notes"),
    path("notes/<slug:skill>/", levels.NoteView.as_view(), name="own-note"),
    path("readiness/", me_plan.MeReadinessView.as_view(), name="own-readiness"),
    path("plan/", me_plan.MePlanView.as_view(), name="own-plan"),
    path("plan/overrides/", me_plan.OverrideList.as_view(), name="own-overrides"),
    path("plan/overrides/<slug:skill>/", me_plan.OverrideView.as_view(), name="own-override"),
    path("reviews/", reviews.ReviewList.as_view(), name="own-reviews"),
    path("dashboard/", dashboard.DashboardView.as_view(), name="own-dashboard"),
    path("reminders/", reminders.ReminderList.as_view(), name="own-reminders"),
    path("reminders/<slug:kind>/", reminders.ReminderView.as_view(), name="own-reminder"),
    path("deliveries/", reminders.DeliveryList.as_view(), name="own-deliveries"),
    path("calendar/", calendar.CalendarView.as_view(), name="own-calendar"),
    path("proof-page/", proof.ProofPageView.as_view(), name="own-proof-page"),
    path("export/", account.ExportView.as_view(), name="own-export"),
    path("import/", account.ImportView.as_view(), name="own-import"),
    path("tokens/", account.TokenList.as_view(), name="own-tokens"),
    path("tokens/<int:id>/", account.TokenItem.as_view(), name="own-token"),
]

v1: list[URLPattern | URLResolver] = [
    path("", index.IndexView.as_view(), name="index"),
    path("me/", include(me)),
    path("areas/", catalogue.AreaList.as_view(), name="areas"),
    path("areas/<slug:slug>/", details.AreaItem.as_view(), name="area"),
    path("skills/", skills.SkillList.as_view(), name="skills"),
    path("skills/<slug:slug>/", skills.SkillItem.as_view(), name="skill"),
    path("roles/", roles.RoleList.as_view(), name="roles"),
    path("roles/compare/", roles.RoleComparison.as_view(), name="compare"),
    path("roles/<slug:slug>/", roles.RoleItem.as_view(), name="role"),
    path("industries/", catalogue.IndustryList.as_view(), name="industries"),
    path("industries/<slug:slug>/", catalogue.IndustryItem.as_view(), name="industry"),
    path("resources/", resources.ResourceList.as_view(), name="resources"),
    path("resources/<slug:slug>/", details.ResourceItem.as_view(), name="resource"),
    path("projects/", catalogue.ProjectList.as_view(), name="projects"),
    path("projects/<slug:slug>/", catalogue.ProjectItem.as_view(), name="project"),
    path("milestones/", roles.MilestoneList.as_view(), name="milestones"),
    path("milestones/<slug:slug>/", roles.MilestoneItem.as_view(), name="milestone"),
    path("guides/", catalogue.GuideList.as_view(), name="guides"),
    path("guides/<slug:slug>/", catalogue.GuideItem.as_view(), name="guide"),
    path("questions/", catalogue.QuestionList.as_view(), name="questions"),
    path("questions/<slug:slug>/", details.QuestionItem.as_view(), name="question"),
    path("starting-points/", catalogue.StartingPointList.as_view(), name="starting-points"),
    path("starting-points/<slug:slug>/", details.StartingPointItem.as_view(), name="starting-point"),
    path("facts/", details.FactList.as_view(), name="facts"),
    path("facts/<slug:slug>/", details.FactItem.as_view(), name="fact"),
    path("graph/", discovery.GraphView.as_view(), name="graph"),
    path("search/", discovery.SearchView.as_view(), name="search"),
    path("match/", match.MatchView.as_view(), name="match"),
    path("placement/", placement.PlacementView.as_view(), name="placement"),
    path("readiness/", readiness.ReadinessView.as_view(), name="readiness"),
    path("readiness/batch/", batches.ReadinessBatch.as_view(), name="readiness-batch"),
    path("plan/", plan.PlanView.as_view(), name="plan"),
    path("plan/batch/", batches.PlanBatch.as_view(), name="plan-batch"),
    path("changes/", discovery.ChangeList.as_view(), name="changes"),
    path("dump/", dump.DumpView.as_view(), name="dump"),
    path("changes/feed/", feed.ChangesFeed.as_view(), name="changes-feed"),
]

urlpatterns = [
    path("v1/", include(v1)),
    path("schema/", docs.SchemaView.as_view(), name="schema"),
    path("docs/", docs.page, name="docs"),
    path("docs/guide/", docs.guide, name="guide"),
    path("", login_not_required(RedirectView.as_view(pattern_name="api:docs"))),
    re_path("", unknown),
]
