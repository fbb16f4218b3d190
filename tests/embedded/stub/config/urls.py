from django.http import HttpRequest, HttpResponse
from django.urls import path
from notes.models import Note


def readyz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ready")


def notes(request: HttpRequest) -> HttpResponse:
    """POST saves a note, GET lists the notes. Tests check that they survive."""
    if request.method == "POST":
        Note.objects.create(text=request.body.decode())
    return HttpResponse("\n".join(note.text for note in Note.objects.order_by("pk")))


urlpatterns = [path("readyz", readyz), path("", notes)]
