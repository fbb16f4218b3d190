from html import unescape

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from guidance.catalog.snapshot import Question, Snapshot
from guidance.web import jsonld, markdown
from guidance.web.pages import public_page


@public_page()
def questions(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    found = list(snapshot.questions.values())
    things = [jsonld.faq((question, plain_answer(question)) for question in found)] if found else []
    breadcrumbs = jsonld.breadcrumbs([(_("Questions"), reverse("web:questions"))])
    context = {"questions": found, "json_ld": jsonld.script(*things, breadcrumbs)}
    return render(request, "web/questions.html", context)


def plain_answer(question: Question) -> str:
    return " ".join(unescape(strip_tags(markdown.render(question.body))).split())
