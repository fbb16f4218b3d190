from django.urls import path

from guidance.web.account import history as account_history
from guidance.web.account import views as account_views
from guidance.web.ads import views as ads_views
from guidance.web.catalogue import pages, resources
from guidance.web.catalogue import site as catalogue_site
from guidance.web.dashboard import views as dashboard_views
from guidance.web.match import views as match_views
from guidance.web.onboarding import views as onboarding_views
from guidance.web.plan import calendar_feed
from guidance.web.plan import views as plan_views
from guidance.web.projects import views as projects_views
from guidance.web.proof import settings as proof_settings
from guidance.web.proof import views as proof_views
from guidance.web.reminders import links
from guidance.web.reminders import views as reminders_views
from guidance.web.reports import views as reports_views
from guidance.web.reports.own import own_reports
from guidance.web.roles import views as roles_views
from guidance.web.skills import checks, levels, log
from guidance.web.skills import evidence as skills_evidence
from guidance.web.skills import map as skills_map
from guidance.web.skills import views as skills_views

app_name = "web"

urlpatterns = [
    path("", pages.home, name="home"),
    path("skills/", skills_views.skills, name="skills"),
    path("skills/map/", skills_map.skill_map, name="skill-map"),
    path("skills/<slug:slug>/", skills_views.skill, name="skill"),
    path("skills/<slug:slug>/level/", skills_views.assess, name="assess"),
    path("skills/<slug:slug>/units/<int:level>/<slug:key>/", skills_views.tick, name="tick-unit"),
    path("skills/<slug:slug>/units/<int:level>/<slug:key>/undo/", skills_views.untick, name="untick-unit"),
    path("skills/<slug:slug>/evidence/", skills_evidence.add_evidence, name="add-evidence"),
    path("skills/<slug:slug>/certificates/", skills_evidence.add_certificate, name="add-certificate"),
    path("evidence/<int:pk>/", skills_evidence.edit_evidence, name="evidence"),
    path("evidence/<int:pk>/remove/", skills_evidence.remove_evidence, name="remove-evidence"),
    path("skills/<slug:slug>/check/", checks.check, name="check"),
    path("skills/<slug:slug>/review/", checks.review, name="review"),
    path("checks/<int:pk>/", checks.quick_check, name="quick-check"),
    path("checks/<int:pk>/report/", checks.report, name="report-item"),
    path("skills/<slug:slug>/note/", skills_views.note, name="note"),
    path("roles/", roles_views.roles, name="roles"),
    path("roles/compare/", roles_views.compare, name="compare"),
    path("roles/<slug:slug>/", roles_views.role, name="role"),
    path("industries/", roles_views.industries, name="industries"),
    path("industries/<slug:slug>/", roles_views.industry, name="industry"),
    path("projects/", projects_views.projects, name="projects"),
    path("projects/<slug:slug>/", projects_views.project, name="project"),
    path("projects/<slug:slug>/work/", projects_views.save_work, name="project-work"),
    path("projects/<slug:slug>/prove/", projects_views.prove, name="prove"),
    path("projects/<slug:slug>/disprove/", projects_views.disprove, name="disprove"),
    path("milestones/<slug:slug>/", roles_views.milestone, name="milestone"),
    path("guides/", pages.guides, name="guides"),
    path("guides/<slug:slug>/", pages.guide, name="guide"),
    path("resources/", resources.resources, name="resources"),
    path("resources/<int:pk>/tick/", skills_views.tick_resource, name="tick-resource"),
    path("questions/", pages.questions, name="questions"),
    path("about-the-data/", pages.about_the_data, name="about-the-data"),
    path("privacy/", catalogue_site.privacy, name="privacy"),
    path(".well-known/security.txt", catalogue_site.security_txt, name="security-txt"),
    path("search/", resources.search, name="search"),
    path("match/", match_views.match, name="match"),
    path("match/levels/", match_views.levels, name="match-levels"),
    path("ads/", ads_views.ads, name="ads"),
    path("ads/save/", ads_views.save, name="ad-save"),
    path("ads/leave/", ads_views.leave, name="ad-leave"),
    path("ads/<int:pk>/", ads_views.ad, name="ad"),
    path("ads/<int:pk>/skills/", ads_views.skills, name="ad-skills"),
    path("ads/<int:pk>/goal/", ads_views.make_goal, name="ad-goal"),
    path("ads/<int:pk>/remove/", ads_views.remove, name="ad-remove"),
    path("ads/<int:pk>/restore/", ads_views.restore, name="ad-restore"),
    path("start/", onboarding_views.start, name="start"),
    path("start/cv/", onboarding_views.cv, name="start-cv"),
    path("start/questions/", onboarding_views.questions, name="start-questions"),
    path("start/placement/", onboarding_views.placement, name="start-placement"),
    path("start/levels/", onboarding_views.levels, name="start-levels"),
    path("start/goal/", onboarding_views.goal, name="start-goal"),
    path("start/plan/", onboarding_views.plan, name="start-plan"),
    path("start/keep/", onboarding_views.keep, name="start-keep"),
    path("start/discard/", onboarding_views.discard, name="start-discard"),
    path("dashboard/", dashboard_views.dashboard, name="dashboard"),
    path("dashboard/seen/", dashboard_views.seen, name="changes-seen"),
    path("levels/", levels.levels, name="levels"),
    path("levels/undo/", levels.undo, name="undo-levels"),
    path("plan/", plan_views.plan, name="plan"),
    path("plan/goal/", plan_views.goal, name="goal"),
    path("plan/adjust/", plan_views.adjust, name="plan-adjust"),
    path("plan/overrides/", plan_views.overrides, name="overrides"),
    path("plan/overrides/<slug:slug>/", plan_views.override, name="override"),
    path("plan/choices/<slug:slug>/", plan_views.choice, name="choice"),
    path("plan/milestones/", plan_views.milestones, name="plan-milestones"),
    path("plan/milestones/<slug:slug>/project/", plan_views.milestone_project, name="milestone-project"),
    path("plan/calendar/", calendar_feed.address, name="calendar-address"),
    path("plan/calendar/revoke/", calendar_feed.revoke, name="calendar-revoke"),
    path("plan/calendar/<slug:token>.ics", calendar_feed.feed, name="calendar-feed"),
    path("log/", log.log, name="log"),
    path("log/restore/", log.restore_session, name="restore-session"),
    path("log/<int:pk>/remove/", log.remove_session, name="remove-session"),
    path("history/", account_history.history, name="history"),
    path("history/assessments/<int:pk>/undo/", skills_views.undo_assessment, name="undo-assessment"),
    path("settings/", account_views.settings, name="settings"),
    path("settings/reminders/", reminders_views.reminders, name="reminders"),
    path("settings/reminders/history/", reminders_views.history, name="reminder-history"),
    path("settings/reminders/answer/", reminders_views.answer, name="reminder-answer"),
    path("settings/reminders/resume/", reminders_views.resume, name="reminder-resume"),
    path("settings/reminders/zone/", reminders_views.use_zone, name="reminder-zone"),
    path("settings/reminders/address/", reminders_views.address_works, name="reminder-address"),
    path("settings/reminders/test/", reminders_views.send_test, name="reminder-test"),
    path("settings/tokens/", account_views.tokens, name="tokens"),
    path("settings/tokens/new/", account_views.new_token, name="new-token"),
    path("settings/tokens/<int:pk>/revoke/", account_views.revoke_token, name="revoke-token"),
    path("settings/logins/", account_views.logins, name="logins"),
    path("settings/logins/end/", account_views.end_login, name="end-login"),
    path("settings/logins/end-others/", account_views.end_other_logins, name="end-other-logins"),
    path("settings/proof-page/", proof_settings.proof_settings, name="proof-settings"),
    path("settings/proof-page/on/", proof_settings.turn_on, name="proof-on"),
    path("settings/proof-page/off/", proof_settings.turn_off, name="proof-off"),
    path("settings/proof-page/address/", proof_settings.new_address, name="proof-address"),
    path("settings/reports/", own_reports, name="own-reports"),
    path("settings/data/", account_views.data, name="data"),
    path("settings/data/waymark.<str:form>", account_views.export, name="export"),
    path("settings/data/import/", account_views.import_history, name="import"),
    path("settings/data/delete/", account_views.erase, name="erase"),
    path("unsubscribe/<str:token>/", links.unsubscribe, name="unsubscribe"),
    path("reminders/<str:token>/done/", links.log_done, name="reminder-done"),
    path("reminders/<str:token>/snooze/", links.snooze, name="reminder-snooze"),
    path("p/<slug:name>/", proof_views.proof, name="proof"),
    path("p/<slug:name>/resume.json", proof_views.resume, name="proof-resume"),
    path("p/<slug:name>/report/", proof_views.report, name="proof-report"),
    path("report/<slug:kind>/<slug:slug>/", reports_views.correction, name="correction"),
    path("out/<int:pk>/", catalogue_site.out, name="out"),
    path("theme/", catalogue_site.set_theme, name="set-theme"),
    path("favicon.ico", catalogue_site.favicon, name="favicon"),
    path("robots.txt", catalogue_site.robots, name="robots"),
    path("sitemap.xml", catalogue_site.sitemap, name="sitemap"),
]
