from django.http import HttpRequest, HttpResponse


def plan(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
