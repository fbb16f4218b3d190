from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guidance.web import dashboard_page
from guidance.web.access import learner_of, standing_of


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    main = dashboard_page.main(request, learner_of(request), standing_of(request))
    return render(request, "web/dashboard.html", {"main": main})
