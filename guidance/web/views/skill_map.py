from django.http import HttpRequest, HttpResponse


def skill_map(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
