from django.http import HttpRequest, HttpResponse


def history(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
