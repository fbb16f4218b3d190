from django.http import HttpRequest, HttpResponse


def log(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
