"""What search engines ask for: the site map and the rules for robots."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.web.jsonld import absolute
from guidance.web.pages import public_page

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
LISTS = {
    "web:skills": Kind.SKILL,
    "web:skill-map": Kind.SKILL,
    "web:roles": Kind.ROLE,
    "web:compare": Kind.ROLE,
    "web:industries": Kind.INDUSTRY,
    "web:projects": Kind.PROJECT,
    "web:guides": Kind.GUIDE,
    "web:resources": Kind.RESOURCE,
    "web:questions": Kind.QUESTION,
    "web:about-the-data": Kind.FACT,
    "web:match": Kind.SKILL,
}
WITH_A_PAGE = (Kind.SKILL, Kind.MILESTONE, Kind.ROLE, Kind.INDUSTRY, Kind.PROJECT, Kind.GUIDE)
HIDDEN = ("/accounts/", "/admin/", "/demo/", "/out/", "/reminders/", "/search/", "/unsubscribe/", "/readyz", "/metrics")


def public_pages(snapshot: Snapshot) -> Iterator[tuple[str, datetime | None]]:
    """The path of every page that can be found without asking, and when what it shows last changed."""
    yield reverse("web:home"), snapshot.at
    for name, kind in LISTS.items():
        changed = [record.updated_at for record in snapshot.of_kind(kind).values()]
        yield reverse(name), max(changed, default=snapshot.at)
    yield reverse("web:privacy"), None
    for kind in WITH_A_PAGE:
        for record in snapshot.of_kind(kind).values():
            yield record.url, record.updated_at


@public_page()
def sitemap(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    root = ET.Element("urlset", xmlns=NAMESPACE)
    for path, changed in public_pages(snapshot):
        page = ET.SubElement(root, "url")
        ET.SubElement(page, "loc").text = absolute(path)
        if changed:
            ET.SubElement(page, "lastmod").text = changed.isoformat(timespec="seconds")
    text = ET.tostring(root, encoding="unicode", xml_declaration=False)
    return HttpResponse(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n', content_type="application/xml")


@public_page()
def robots(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    rules = [f"Disallow: {path}" for path in HIDDEN]
    lines = ["User-agent: *", *rules, "", f"Sitemap: {absolute(reverse('web:sitemap'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
