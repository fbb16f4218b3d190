from django.contrib import admin
from django.urls import include, path

from accounts import views as accounts
from config import errors, mail_reports
from config.demo import mail as demo_mail
from config.health import livez, metrics, readyz
from guidance.api.errors import or_problem
from guidance.curation.admin import home
from guidance.web import errors as error_pages

urlpatterns = [
    # Patterns are tried in order, and programs send far more requests than people do.
    path("api/", include("guidance.api.urls")),
    # `config.middleware` answers these three before URLs are resolved; they are listed here for reverse() and for readers of
    # this file.
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("demo/mail/", demo_mail.messages, name="demo-mail"),
    path("demo/mail/<str:name>/", demo_mail.message, name="demo-mail-message"),
    path("demo/mail/<str:name>/source/", demo_mail.source, name="demo-mail-source"),
    path("mail-reports/", mail_reports.take, name="mail-reports"),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    # Django's own login and logout have neither rate limits nor a second factor.
    path("admin/login/", accounts.admin_login),
    path("admin/logout/", accounts.logout),
    path("admin/password_change/", accounts.admin_password_change),
    path("admin/curation/", include("guidance.curation.admin.urls")),
    path("admin/", home.page),
    path("admin/", admin.site.urls),
    path("", include("guidance.web.urls")),
]

handler400 = or_problem(400, error_pages.bad_request)
handler403 = or_problem(403, errors.forbidden)
handler404 = or_problem(404, error_pages.not_found)
handler429 = "config.errors.too_many_requests"
handler500 = "config.errors.server_error"
