from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from guidance.catalog import snapshot as catalogue
from guidance.catalog.affiliates import tagged


@login_not_required
@require_safe
def out(request: HttpRequest, pk: int) -> HttpResponse:
    """On to a resource. Only to published ones, so nobody can borrow our name to lead elsewhere; who follows is not noted."""
    resource = next((item for item in catalogue.current().resources.values() if item.id == pk), None)
    if resource is None:
        raise Http404
    response = HttpResponseRedirect(tagged(resource.address) if resource.affiliate else resource.address)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "public, max-age=0, s-maxage=1"
    return response
