"""Addresses below `/api/v1/me/`."""

from django.urls import URLPattern, path

from guidance.api.me import account, dashboard, levels, plan, projects, reminders, sessions, units

own: list[URLPattern] = [
    path("", account.AccountView.as_view(), name="me"),
    path("goal/", plan.GoalView.as_view(), name="own-goal"),
    path("levels/", levels.LevelList.as_view(), name="own-levels"),
    path("levels/<slug:skill>/", levels.LevelItem.as_view(), name="own-level"),
    path("sessions/", sessions.SessionList.as_view(), name="own-sessions"),
    path("evidence/", levels.EvidenceList.as_view(), name="own-evidence"),
    path("projects/<slug:slug>/", projects.WorkView.as_view(), name="own-work"),
    path("resources/<int:id>/", projects.TickView.as_view(), name="own-tick"),
    path("units/", units.UnitList.as_view(), name="own-units"),
    path("units/<slug:skill>/<int:level>/<slug:id>/", units.UnitItem.as_view(), name="own-unit"),
    path("notes/<slug:skill>/", levels.NoteView.as_view(), name="own-note"),
    path("readiness/", plan.OwnReadinessView.as_view(), name="own-readiness"),
    path("plan/", plan.OwnPlanView.as_view(), name="own-plan"),
    path("plan/overrides/<slug:skill>/", plan.OverrideView.as_view(), name="own-override"),
    path("dashboard/", dashboard.DashboardView.as_view(), name="own-dashboard"),
    path("reminders/<slug:kind>/", reminders.ReminderView.as_view(), name="own-reminder"),
    path("deliveries/", reminders.DeliveryList.as_view(), name="own-deliveries"),
    path("export/", account.ExportView.as_view(), name="own-export"),
    path("import/", account.ImportView.as_view(), name="own-import"),
    path("tokens/", account.TokenList.as_view(), name="own-tokens"),
    path("tokens/<int:id>/", account.TokenItem.as_view(), name="own-token"),
]
