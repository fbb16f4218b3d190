"""Pages of the administration that belong to no list of it, under /admin/curation/."""

from django.urls import path

from guidance.curation.admin import bulk, graph, health

app_name = "curation"
urlpatterns = [
    path("health/", health.page, name="health"),
    path("health/<slug:kind>/<int:pk>/looked/", health.mark_reviewed, name="looked"),
    path("import/", bulk.import_records, name="import"),
    path("export/", bulk.export_records, name="export"),
    path("graph/<slug:slug>/", graph.edit, name="graph"),
]
