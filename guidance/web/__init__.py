"""The pages, grouped by feature: each folder has the views, forms and view models of its pages; templates are in templates/web.

A page of the catalogue:

    @public_page("from", "industry")                 # cache.py; names every query parameter that the page knows
    def role(request, snapshot, slug):               # `snapshot` is the published catalogue of one revision
        role: Role = snapshot.find(Kind.ROLE, slug)  # its exceptions become a 301, 410 or 404
        params = QueryParams(request.GET, snapshot)  # http.py; collects what is wrong with the parameters
        return render(request, "web/role.html", {…}, status=params.status)

- `request.GET` has only the named parameters, without empty values, so unknown parameters cannot fill the page cache. A parameter
  that takes any text is named in `free=`. For an invalid value, the page is shown with a message and status 400; only answers
  with status 200 are cached.
- An anonymous visitor's page depends on its path, those parameters, the theme cookie and whether htmx sent the request, and on
  nothing else. So it has no `request.user`, no `{% csrf_token %}`, no session and no "today"; `signed_in` (context.py) is true in
  templates if the visitor is logged in.

A page of a learner: `learner_state_of(request)` (http.py) returns the learner's goal, levels and plan, which templates use
directly. A form on the page itself is a `form_page`; a button is a `post_action`. Both write through `progress.services` and
respond with `redirect_with` (303 and a message, with undo where there is one) or show the page again with status 422. Markup that
stays the same until the learner writes something is rendered by `cache.render_once`.

- htmx gets a partial of the same template: `render(request, "web/skills.html#results", …)` when `request.htmx`.
- Templates extend base.html (blocks: title, description, canonical, robots, head, main, scripts; `main` contains its own
  `<div class="wrap">`) and `{% load waymark %}`, which has the filters: `|hours`, `|day`, `|markdown`, `|link`, `|area_code` …
- Views prepare data; templates neither query nor count. A view model is a class only if it calculates something.
- CSS classes are words. static/css/waymark.css has those of all pages, another stylesheet those of a feature; no inline style or
  script. Lines of templates have at most 140 characters (tests/test_house.py).
- A feature imports `web.http`, `web.cache`, `web.forms`, `web.charts` and `web.skillmap`, and as little as possible from other
  features.
"""
