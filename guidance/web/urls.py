from django.urls import path

from guidance.web.views import (
    data,
    guides,
    home,
    industries,
    out,
    projects,
    questions,
    resources,
    roles,
    search,
    seo,
    skills,
    theme,
)

app_name = "web"

urlpatterns = [
    path("", home.home, name="home"),
    path("skills/", skills.skills, name="skills"),
    path("skills/<slug:slug>/", skills.skill, name="skill"),
    path("roles/", roles.roles, name="roles"),
    path("roles/compare/", roles.compare, name="compare"),
    path("roles/<slug:slug>/", roles.role, name="role"),
    path("industries/", industries.industries, name="industries"),
    path("industries/<slug:slug>/", industries.industry, name="industry"),
    path("projects/", projects.projects, name="projects"),
    path("projects/<slug:slug>/", projects.project, name="project"),
    path("guides/", guides.guides, name="guides"),
    path("guides/<slug:slug>/", guides.guide, name="guide"),
    path("resources/", resources.resources, name="resources"),
    path("questions/", questions.questions, name="questions"),
    path("about-the-data/", data.about_the_data, name="about-the-data"),
    path("search/", search.search, name="search"),
    path("out/<int:pk>/", out.out, name="out"),
    path("theme/", theme.set_theme, name="set-theme"),
    path("favicon.ico", theme.favicon, name="favicon"),
    path("robots.txt", seo.robots, name="robots"),
    path("sitemap.xml", seo.sitemap, name="sitemap"),
]
