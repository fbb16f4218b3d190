"""URLs of the admin's pages outside its lists, under /admin/curation/."""

from django.urls import path

from guidance.curation.admin import activity, bulk, check_items, graph, health, home, inbox, proposal_emails, stalls

app_name = "curation"
urlpatterns = [
    path("go/", home.go, name="go"),
    path("activity/", activity.page, name="activity"),
    path("health/", health.page, name="health"),
    path("health/<slug:kind>/<int:pk>/looked/", health.mark_reviewed, name="looked"),
    path("health/<slug:kind>/<int:pk>/apart/<int:other>/", health.tell_apart, name="told-apart"),
    path("stalls/", stalls.page, name="stalls"),
    path("items/", check_items.page, name="items"),
    path("items/<int:pk>/<slug:key>/withdraw/", check_items.withdraw, name="withdraw-item"),
    path("items/<int:pk>/<slug:key>/put-back/", check_items.put_back, name="put-back-item"),
    path("item-reports/", check_items.reports, name="item-reports"),
    path("item-reports/<int:pk>/<slug:key>/close/", check_items.close_reports, name="close-item-reports"),
    path("item-reports/<int:pk>/<slug:key>/reopen/", check_items.reopen_reports, name="reopen-item-reports"),
    path("reports/", inbox.reports, name="reports"),
    path("reports/held/close/", inbox.close_held, name="close-held-reports"),
    path("reports/<int:pk>/", inbox.report, name="report"),
    path("import/", bulk.import_records, name="import"),
    path("export/", bulk.export_records, name="export"),
    path("proposal-emails/", proposal_emails.page, name="proposal-emails"),
    path("graph/<slug:slug>/", graph.edit, name="graph"),
]
