"""The pages. How one is made:

    @public_page("from", "industry")                  # pages.py; names every query parameter the page knows
    def role(request, snapshot, slug):                # `snapshot` is the published catalogue of one revision
        role = find(snapshot, snapshot.roles, Kind.ROLE, slug)     # 301, 410 and 404 are its business
        return render(request, "web/role.html", {…})

- `request.GET` holds the named parameters only, without empty values, so an unknown one is ignored and cannot spoil the
  page cache. A parameter that is free text is named in `free=`. A wrong value of a known filter
  shows the page with a message, status 400 (answers other than 200 are not kept).
- A page for anonymous visitors may not depend on anything but its address, those parameters, the theme cookie and
  whether htmx asks. So: no `request.user`, no `{% csrf_token %}`, no session and no "today" in it; use `signed_in` (context.py)
  for what only a signed-in visitor sees.
- htmx gets a partial of the same template: `render(request, "web/skills.html#results", …)` when `request.htmx`.
- Templates extend base.html (blocks: title, description, canonical, robots, head, main, scripts; `main` brings its own
  `<div class="wrap">`) and `{% load waymark %}`: `|hours`, `|day`, `|markdown`, `|link`, `|area_code`, `|cost`, `|level_name`.
- Views prepare; templates neither query nor count. Classes are those of static/css/waymark.css; no inline style or script.
"""
