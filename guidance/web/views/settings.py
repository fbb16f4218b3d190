from django.http import HttpRequest, HttpResponse


def settings(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def data(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
