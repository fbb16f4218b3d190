"""The operations of the API. Generated from its schema by `generate_client.py`; not to be changed by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, Literal
from urllib.parse import quote

from waymark_client import models


class Operations:
    """Every operation, for `Client`, which sends."""

    def _read[T](self, kind: type[T], method: str, path: str, **options: Any) -> T:
        raise NotImplementedError

    def _do(self, method: str, path: str, **options: Any) -> None:
        raise NotImplementedError

    def _each(self, path: str, query: Mapping[str, Any]) -> Iterator[Any]:
        raise NotImplementedError

    def read_index(
        self,
    ) -> models.Index:
        """Read the index. Every operation with its address."""
        return self._read(models.Index, "GET", "/api/v1/")

    def list_areas(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        ordering: str | None = None,
        page: int | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> models.AreaPage:
        """List areas. The groups of skills, in the order of the skill map. Every skill is in exactly one."""
        return self._read(
            models.AreaPage,
            "GET",
            "/api/v1/areas/",
            query={
                "q": q,
                "updated_since": updated_since,
                "ordering": ordering,
                "page": page,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def iter_areas(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> Iterator[models.Area]:
        """List areas, page after page. The groups of skills, in the order of the skill map. Every skill is in
        exactly one.
        """
        return self._each(
            "/api/v1/areas/",
            {
                "q": q,
                "updated_since": updated_since,
                "ordering": ordering,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def read_area(
        self,
        slug: str,
        *,
        revision: int | None = None,
    ) -> models.Area:
        """Read an area. A group of skills."""
        return self._read(
            models.Area, "GET", f"/api/v1/areas/{quote(str(slug), safe='')}/", query={"revision": revision}
        )

    def list_skills(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        area: str | None = None,
        kind: Literal["concept", "tool", "practice"] | None = None,
        horizon: Literal["core", "advanced", "emerging"] | None = None,
        role: str | None = None,
        industry: str | None = None,
        skill: str | None = None,
        esco: str | None = None,
        onet: str | None = None,
        ordering: str | None = None,
        page: int | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> models.SkillPage:
        """List skills. All published skills by name, or those that the filters leave."""
        return self._read(
            models.SkillPage,
            "GET",
            "/api/v1/skills/",
            query={
                "q": q,
                "updated_since": updated_since,
                "area": area,
                "kind": kind,
                "horizon": horizon,
                "role": role,
                "industry": industry,
                "skill": skill,
                "esco": esco,
                "onet": onet,
                "ordering": ordering,
                "page": page,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def iter_skills(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        area: str | None = None,
        kind: Literal["concept", "tool", "practice"] | None = None,
        horizon: Literal["core", "advanced", "emerging"] | None = None,
        role: str | None = None,
        industry: str | None = None,
        skill: str | None = None,
        esco: str | None = None,
        onet: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> Iterator[models.Skill]:
        """List skills, page after page. All published skills by name, or those that the filters leave."""
        return self._each(
            "/api/v1/skills/",
            {
                "q": q,
                "updated_since": updated_since,
                "area": area,
                "kind": kind,
                "horizon": horizon,
                "role": role,
                "industry": industry,
                "skill": skill,
                "esco": esco,
                "onet": onet,
                "ordering": ordering,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def read_skill(
        self,
        slug: str,
        *,
        revision: int | None = None,
    ) -> models.SkillDetail:
        """Read a skill. Everything about a skill: its levels, what it needs and opens, who asks for it, and what to
        learn it with. With `Accept: application/ld+json` it is linked data, in the words of schema.org and SKOS.
        """
        return self._read(
            models.SkillDetail, "GET", f"/api/v1/skills/{quote(str(slug), safe='')}/", query={"revision": revision}
        )

    def list_roles(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        skill: str | None = None,
        area: str | None = None,
        esco: str | None = None,
        onet: str | None = None,
        ordering: str | None = None,
        page: int | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> models.RolePage:
        """List roles. All published roles, or those that the filters leave."""
        return self._read(
            models.RolePage,
            "GET",
            "/api/v1/roles/",
            query={
                "q": q,
                "updated_since": updated_since,
                "skill": skill,
                "area": area,
                "esco": esco,
                "onet": onet,
                "ordering": ordering,
                "page": page,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def iter_roles(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        skill: str | None = None,
        area: str | None = None,
        esco: str | None = None,
        onet: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> Iterator[models.Role]:
        """List roles, page after page. All published roles, or those that the filters leave."""
        return self._each(
            "/api/v1/roles/",
            {
                "q": q,
                "updated_since": updated_since,
                "skill": skill,
                "area": area,
                "esco": esco,
                "onet": onet,
                "ordering": ordering,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def compare_roles(
        self,
        *,
        role: list[str],
    ) -> models.Comparison:
        """Compare roles. The requirements of 2 to 6 roles side by side."""
        return self._read(models.Comparison, "GET", "/api/v1/roles/compare/", query={"role": role})

    def read_role(
        self,
        slug: str,
        *,
        revision: int | None = None,
    ) -> models.RoleDetail:
        """Read a role. What a role requires and at which level, how its day goes, and how it differs from its
        neighbours. With `Accept: application/ld+json` it is linked data, in the words of schema.org and SKOS.
        """
        return self._read(
            models.RoleDetail, "GET", f"/api/v1/roles/{quote(str(slug), safe='')}/", query={"revision": revision}
        )

    def list_industries(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        skill: str | None = None,
        area: str | None = None,
        ordering: str | None = None,
        page: int | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> models.IndustryPage:
        """List industries. All published industries, or those that the filters leave."""
        return self._read(
            models.IndustryPage,
            "GET",
            "/api/v1/industries/",
            query={
                "q": q,
                "updated_since": updated_since,
                "skill": skill,
                "area": area,
                "ordering": ordering,
                "page": page,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def iter_industries(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        skill: str | None = None,
        area: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> Iterator[models.Industry]:
        """List industries, page after page. All published industries, or those that the filters leave."""
        return self._each(
            "/api/v1/industries/",
            {
                "q": q,
                "updated_since": updated_since,
                "skill": skill,
                "area": area,
                "ordering": ordering,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def read_industry(
        self,
        slug: str,
        *,
        revision: int | None = None,
    ) -> models.IndustryDetail:
        """Read an industry. What AI is used for in an industry, what has to be considered there, and which skills
        weigh more.
        """
        return self._read(
            models.IndustryDetail,
            "GET",
            f"/api/v1/industries/{quote(str(slug), safe='')}/",
            query={"revision": revision},
        )

    def list_resources(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        skill: str | None = None,
        area: str | None = None,
        role: str | None = None,
        industry: str | None = None,
        type: Literal["course", "book", "documentation", "article", "video", "paper", "project", "community", "event"]
        | None = None,
        kind: Literal["course", "book", "documentation", "article", "video", "paper", "project", "community", "event"]
        | None = None,
        ordering: str | None = None,
        page: int | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> models.ResourcePage:
        """List resources. Courses, books, documentation, papers and more, with what they cost in hours and money."""
        return self._read(
            models.ResourcePage,
            "GET",
            "/api/v1/resources/",
            query={
                "q": q,
                "updated_since": updated_since,
                "skill": skill,
                "area": area,
                "role": role,
                "industry": industry,
                "type": type,
                "kind": kind,
                "ordering": ordering,
                "page": page,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def iter_resources(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        skill: str | None = None,
        area: str | None = None,
        role: str | None = None,
        industry: str | None = None,
        type: Literal["course", "book", "documentation", "article", "video", "paper", "project", "community", "event"]
        | None = None,
        kind: Literal["course", "book", "documentation", "article", "video", "paper", "project", "community", "event"]
        | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> Iterator[models.Resource]:
        """List resources, page after page. Courses, books, documentation, papers and more, with what they cost in
        hours and money.
        """
        return self._each(
            "/api/v1/resources/",
            {
                "q": q,
                "updated_since": updated_since,
                "skill": skill,
                "area": area,
                "role": role,
                "industry": industry,
                "type": type,
                "kind": kind,
                "ordering": ordering,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def read_resource(
        self,
        slug: str,
        *,
        revision: int | None = None,
    ) -> models.Resource:
        """Read a resource. What it teaches, and what it costs in hours and money."""
        return self._read(
            models.Resource, "GET", f"/api/v1/resources/{quote(str(slug), safe='')}/", query={"revision": revision}
        )

    def list_projects(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        skill: str | None = None,
        area: str | None = None,
        role: str | None = None,
        industry: str | None = None,
        ordering: str | None = None,
        page: int | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> models.ProjectPage:
        """List projects. All published projects, or those that the filters leave."""
        return self._read(
            models.ProjectPage,
            "GET",
            "/api/v1/projects/",
            query={
                "q": q,
                "updated_since": updated_since,
                "skill": skill,
                "area": area,
                "role": role,
                "industry": industry,
                "ordering": ordering,
                "page": page,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def iter_projects(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        skill: str | None = None,
        area: str | None = None,
        role: str | None = None,
        industry: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> Iterator[models.Project]:
        """List projects, page after page. All published projects, or those that the filters leave."""
        return self._each(
            "/api/v1/projects/",
            {
                "q": q,
                "updated_since": updated_since,
                "skill": skill,
                "area": area,
                "role": role,
                "industry": industry,
                "ordering": ordering,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def read_project(
        self,
        slug: str,
        *,
        revision: int | None = None,
    ) -> models.ProjectDetail:
        """Read a project. The brief, the checklist by which it is accepted, and the levels it then proves."""
        return self._read(
            models.ProjectDetail, "GET", f"/api/v1/projects/{quote(str(slug), safe='')}/", query={"revision": revision}
        )

    def list_milestones(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        skill: str | None = None,
        role: str | None = None,
        ordering: str | None = None,
        page: int | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> models.MilestonePage:
        """List milestones. All published milestones by name, or those that the filters leave."""
        return self._read(
            models.MilestonePage,
            "GET",
            "/api/v1/milestones/",
            query={
                "q": q,
                "updated_since": updated_since,
                "skill": skill,
                "role": role,
                "ordering": ordering,
                "page": page,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def iter_milestones(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        skill: str | None = None,
        role: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> Iterator[models.Milestone]:
        """List milestones, page after page. All published milestones by name, or those that the filters leave."""
        return self._each(
            "/api/v1/milestones/",
            {
                "q": q,
                "updated_since": updated_since,
                "skill": skill,
                "role": role,
                "ordering": ordering,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def read_milestone(
        self,
        slug: str,
        *,
        revision: int | None = None,
    ) -> models.MilestoneDetail:
        """Read a milestone. Its steps in teaching order, the projects that show it, and the roles whose path has it."""
        return self._read(
            models.MilestoneDetail,
            "GET",
            f"/api/v1/milestones/{quote(str(slug), safe='')}/",
            query={"revision": revision},
        )

    def list_guides(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        ordering: str | None = None,
        page: int | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> models.GuidePage:
        """List guides. All published guides, in the order in which they are best read."""
        return self._read(
            models.GuidePage,
            "GET",
            "/api/v1/guides/",
            query={
                "q": q,
                "updated_since": updated_since,
                "ordering": ordering,
                "page": page,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def iter_guides(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> Iterator[models.Guide]:
        """List guides, page after page. All published guides, in the order in which they are best read."""
        return self._each(
            "/api/v1/guides/",
            {
                "q": q,
                "updated_since": updated_since,
                "ordering": ordering,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def read_guide(
        self,
        slug: str,
        *,
        revision: int | None = None,
    ) -> models.GuideDetail:
        """Read a guide. The whole text as Markdown, with its key takeaways and the sources of its figures."""
        return self._read(
            models.GuideDetail, "GET", f"/api/v1/guides/{quote(str(slug), safe='')}/", query={"revision": revision}
        )

    def list_questions(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        ordering: str | None = None,
        page: int | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> models.QuestionPage:
        """List questions. Questions that people ask about the work, with answers."""
        return self._read(
            models.QuestionPage,
            "GET",
            "/api/v1/questions/",
            query={
                "q": q,
                "updated_since": updated_since,
                "ordering": ordering,
                "page": page,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def iter_questions(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> Iterator[models.Question]:
        """List questions, page after page. Questions that people ask about the work, with answers."""
        return self._each(
            "/api/v1/questions/",
            {
                "q": q,
                "updated_since": updated_since,
                "ordering": ordering,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def read_question(
        self,
        slug: str,
        *,
        revision: int | None = None,
    ) -> models.Question:
        """Read a question. With its answer."""
        return self._read(
            models.Question, "GET", f"/api/v1/questions/{quote(str(slug), safe='')}/", query={"revision": revision}
        )

    def list_starting_points(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        skill: str | None = None,
        ordering: str | None = None,
        page: int | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> models.StartingPointPage:
        """List starting points. Backgrounds to start from, with the levels they bring."""
        return self._read(
            models.StartingPointPage,
            "GET",
            "/api/v1/starting-points/",
            query={
                "q": q,
                "updated_since": updated_since,
                "skill": skill,
                "ordering": ordering,
                "page": page,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def iter_starting_points(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        skill: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> Iterator[models.StartingPoint]:
        """List starting points, page after page. Backgrounds to start from, with the levels they bring."""
        return self._each(
            "/api/v1/starting-points/",
            {
                "q": q,
                "updated_since": updated_since,
                "skill": skill,
                "ordering": ordering,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def read_starting_point(
        self,
        slug: str,
        *,
        revision: int | None = None,
    ) -> models.StartingPoint:
        """Read a starting point. A background, with the levels that it brings."""
        return self._read(
            models.StartingPoint,
            "GET",
            f"/api/v1/starting-points/{quote(str(slug), safe='')}/",
            query={"revision": revision},
        )

    def list_facts(
        self,
        *,
        updated_since: str | None = None,
        ordering: str | None = None,
        page: int | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> models.FactDetailPage:
        """List facts. Dated figures with their sources, as roles, industries and guides use them."""
        return self._read(
            models.FactDetailPage,
            "GET",
            "/api/v1/facts/",
            query={
                "updated_since": updated_since,
                "ordering": ordering,
                "page": page,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def iter_facts(
        self,
        *,
        updated_since: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> Iterator[models.FactDetail]:
        """List facts, page after page. Dated figures with their sources, as roles, industries and guides use them."""
        return self._each(
            "/api/v1/facts/",
            {"updated_since": updated_since, "ordering": ordering, "page_size": page_size, "revision": revision},
        )

    def read_fact(
        self,
        slug: str,
        *,
        revision: int | None = None,
    ) -> models.FactDetail:
        """Read a fact. A dated figure with its source."""
        return self._read(
            models.FactDetail, "GET", f"/api/v1/facts/{quote(str(slug), safe='')}/", query={"revision": revision}
        )

    def read_graph(
        self,
        *,
        revision: int | None = None,
    ) -> models.Graph:
        """Read the graph. All skills and what they need, in one answer. The graph has no cycle. With `Accept:
        application/ld+json` it is linked data, in the words of schema.org and SKOS.
        """
        return self._read(models.Graph, "GET", "/api/v1/graph/", query={"revision": revision})

    def search(
        self,
        *,
        q: str,
        kind: Literal[
            "area",
            "skill",
            "resource",
            "milestone",
            "role",
            "industry",
            "project",
            "starting-point",
            "guide",
            "question",
        ]
        | None = None,
        limit: int | None = None,
    ) -> models.Hits:
        """Search. Ranked hits over all kinds of record, by name, by words and, when there are few of these, by
        similar names.
        """
        return self._read(models.Hits, "GET", "/api/v1/search/", query={"q": q, "kind": kind, "limit": limit})

    def match(
        self,
        body: models.MatchQuestion,
    ) -> models.Match:
        """Match a job ad or a CV. The skills that a text names, where, and whether it asks for them; what else a job
        ad says (title, roles, seniority, years, degree, choices); and with your levels or a role, what is missing
        and how many hours that takes. The target of a skill is the level that the role asks for, and 2 where it
        asks for none or no role is sent. Years beside a skill set it instead (five or more: 3, one to four: 2),
        an ad for juniors lowers it by one, and one for seniors raises the role's most important skills by one, up
        to 3. Hours of a skill include the prerequisites that are missing, as in the gains of a readiness; those
        that several skills share are counted once in `gap_hours`. Nothing is stored.
        """
        return self._read(models.Match, "POST", "/api/v1/match/", body=body, repeatable=True)

    def placement(
        self,
        body: models.PlacementQuestion,
    ) -> models.Placement:
        """Place a learner. What somebody probably knows of a role, from at most 12 answers to “Can you …?”: the next
        question, the levels that are sure, and those to ask about directly. The same answers always get the same
        response. Nothing is stored.
        """
        return self._read(models.Placement, "POST", "/api/v1/placement/", body=body, repeatable=True)

    def readiness(
        self,
        body: models.ReadinessQuestion,
    ) -> models.Readiness:
        """Score readiness. How ready somebody with these levels is for a role, with every term of the score, and
        what to learn next for it. Nothing is stored.
        """
        return self._read(models.Readiness, "POST", "/api/v1/readiness/", body=body, repeatable=True)

    def readiness_batch(
        self,
        body: models.ReadinessBatchRequest,
    ) -> models.ReadinessBatch:
        """Score several readinesses. As `POST /readiness/`, for up to 50 questions. Each counts as a request towards
        the limit. If one is wrong, none is answered.
        """
        return self._read(models.ReadinessBatch, "POST", "/api/v1/readiness/batch/", body=body, repeatable=True)

    def plan(
        self,
        body: models.PlanQuestion,
        *,
        units: Literal["first", "all"] | None = None,
    ) -> models.Plan:
        """Make a plan. Dated steps from these levels to a role, by its milestones, each of which ends in a project;
        and what can be reached by a deadline that comes before the end. Nothing is stored.
        """
        return self._read(models.Plan, "POST", "/api/v1/plan/", query={"units": units}, body=body, repeatable=True)

    def plan_batch(
        self,
        body: models.PlanBatchRequest,
        *,
        units: Literal["first", "all"] | None = None,
    ) -> models.PlanBatch:
        """Make several plans. As `POST /plan/`, for up to 50 questions. Each counts as a request towards the limit.
        If one is wrong, none is answered.
        """
        return self._read(
            models.PlanBatch, "POST", "/api/v1/plan/batch/", query={"units": units}, body=body, repeatable=True
        )

    def list_changes(
        self,
        *,
        since: int | None = None,
        state: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> models.Changes:
        """List changes. What has been published, updated, retired and merged after a revision, oldest first. A
        record is listed whenever what its address answers is another than before, also where it only shows a new
        name of another record. A slug that leads to another record, because its own was renamed or merged, is
        `merged`. To keep a copy of the catalogue: read the dump once, remember its `revision` and `state`, later
        ask for the changes since then, and follow `next` until it is null. A `since` beyond the newest revision
        has no changes, and `restart` is true. A resource whose address is dead is `retired`, and `published`
        again when it works.
        """
        return self._read(
            models.Changes,
            "GET",
            "/api/v1/changes/",
            query={"since": since, "state": state, "limit": limit, "cursor": cursor},
        )

    def iter_changes(
        self,
        *,
        since: int | None = None,
        state: str | None = None,
        limit: int | None = None,
    ) -> Iterator[models.Change]:
        """List changes, page after page. What has been published, updated, retired and merged after a revision,
        oldest first. A record is listed whenever what its address answers is another than before, also where it
        only shows a new name of another record. A slug that leads to another record, because its own was renamed
        or merged, is `merged`. To keep a copy of the catalogue: read the dump once, remember its `revision` and
        `state`, later ask for the changes since then, and follow `next` until it is null. A `since` beyond the
        newest revision has no changes, and `restart` is true. A resource whose address is dead is `retired`, and
        `published` again when it works.
        """
        return self._each("/api/v1/changes/", {"since": since, "state": state, "limit": limit})

    def read_dump(
        self,
        *,
        revision: int | None = None,
        since: int | None = None,
        state: str | None = None,
        format: Literal["jsonl", "sqlite"] | None = None,
    ) -> bytes:
        """Read everything. The whole catalogue of a revision as one file, or what a copy of an earlier one lacks. As
        JSON Lines, the first line has the revision, its `state`, the licence and the attribution. Each other line
        has the `kind` and the `slug` of a record and the `record` as its own address answers; of a slug that
        leads to another one, that slug in `into`. With `since` and `state`, from the first line of your copy,
        there are only the lines that changed, and `gone` is true in those to delete. If your copy cannot go on,
        everything comes: then `since` in the first line is null. As SQLite, the tables `catalogue`, `record` and
        `redirect` have the same, and a view for each kind, such as `skills`, has the fields as columns. `Accept-
        Encoding` may have zstd, a fifth of the size, and gzip, a quarter.
        """
        return self._read(
            bytes,
            "GET",
            "/api/v1/dump/",
            query={"revision": revision, "since": since, "state": state, "format": format},
        )

    def read_account(
        self,
    ) -> models.Account:
        """Read the account. Whose token or session it is."""
        return self._read(models.Account, "GET", "/api/v1/me/")

    def change_account(
        self,
        body: models.Profile | None = None,
        *,
        if_match: str | None = None,
    ) -> models.Account:
        """Change the account. Name and time zone. What is left out stays. Days that are over keep the date that they
        had.
        """
        return self._read(models.Account, "PUT", "/api/v1/me/", headers={"If-Match": if_match}, body=body)

    def delete_account(
        self,
        body: models.Password | None = None,
        *,
        if_match: str | None = None,
    ) -> None:
        """Delete the account. The account and everything in it, at once and for good. With the session only, and the
        password.
        """
        self._do("DELETE", "/api/v1/me/", headers={"If-Match": if_match}, body=body)

    def read_goal(
        self,
    ) -> models.Goal:
        """Read the goal. The role, and the time there is for it. 404 before there is one."""
        return self._read(models.Goal, "GET", "/api/v1/me/goal/")

    def set_goal(
        self,
        body: models.GoalQuestion,
        *,
        if_match: str | None = None,
    ) -> models.Goal:
        """Set the goal. In force from your today on. What is left out is as its description says, whatever it was
        before. `choices`, `projects`, `milestone_order` and `skip_milestones` stay as they are when they are left
        out; sent, each takes the place of what you wanted for this goal. A choice or a milestone that is not part
        of the goal is refused, and so is an order in which a milestone comes before one that it needs.
        """
        return self._read(models.Goal, "PUT", "/api/v1/me/goal/", headers={"If-Match": if_match}, body=body)

    def list_levels(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> models.OwnLevelPage:
        """List levels. Every skill that you have assessed or studied, by slug. All others are at level 0."""
        return self._read(
            models.OwnLevelPage, "GET", "/api/v1/me/levels/", query={"page_size": page_size, "cursor": cursor}
        )

    def iter_levels(
        self,
        *,
        page_size: int | None = None,
    ) -> Iterator[models.OwnLevel]:
        """List levels, page after page. Every skill that you have assessed or studied, by slug. All others are at
        level 0.
        """
        return self._each("/api/v1/me/levels/", {"page_size": page_size})

    def read_level(
        self,
        skill: str,
    ) -> models.OwnLevel:
        """Read a level. Yours in a skill."""
        return self._read(models.OwnLevel, "GET", f"/api/v1/me/levels/{quote(str(skill), safe='')}/")

    def set_level(
        self,
        skill: str,
        body: models.LevelQuestion,
        *,
        if_match: str | None = None,
    ) -> models.OwnLevel:
        """Set a level. From now on, by your own judgement. Saying again what you said changes nothing, and what was
        checked or a project has shown stays so, up to this level.
        """
        return self._read(
            models.OwnLevel,
            "PUT",
            f"/api/v1/me/levels/{quote(str(skill), safe='')}/",
            headers={"If-Match": if_match},
            body=body,
        )

    def list_sessions(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> models.SessionPage:
        """List study sessions. The latest first."""
        return self._read(
            models.SessionPage,
            "GET",
            "/api/v1/me/sessions/",
            query={"page_size": page_size, "cursor": cursor, "since": since, "until": until},
        )

    def iter_sessions(
        self,
        *,
        page_size: int | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> Iterator[models.Session]:
        """List study sessions, page after page. The latest first."""
        return self._each("/api/v1/me/sessions/", {"page_size": page_size, "since": since, "until": until})

    def log_session(
        self,
        body: models.SessionQuestion,
        *,
        idempotency_key: str | None = None,
    ) -> models.Session:
        """Log a study session. Minutes on a skill, on a resource for it, or on a resource alone. A day has 1,440 of
        them.
        """
        return self._read(
            models.Session,
            "POST",
            "/api/v1/me/sessions/",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
            keyed=True,
        )

    def restore_session(
        self,
        body: models.RestoreRequest,
        *,
        idempotency_key: str | None = None,
    ) -> models.Session:
        """Restore a study session. One that was removed, with its moment, its `event_id` and its ticked unit. It
        gets another `id`.
        """
        return self._read(
            models.Session,
            "POST",
            "/api/v1/me/sessions/restore/",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
            keyed=True,
        )

    def read_session(
        self,
        id: int,
    ) -> models.Session:
        """Read a study session. One that you logged."""
        return self._read(models.Session, "GET", f"/api/v1/me/sessions/{quote(str(id), safe='')}/")

    def remove_session(
        self,
        id: int,
        *,
        if_match: str | None = None,
    ) -> models.RemovedSession:
        """Remove a study session. As if it had never been logged. Nothing of it is stored any more; the answer is
        what can put it back.
        """
        return self._read(
            models.RemovedSession,
            "DELETE",
            f"/api/v1/me/sessions/{quote(str(id), safe='')}/",
            headers={"If-Match": if_match},
        )

    def list_assessments(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> models.AssessmentPage:
        """List the history of your levels. Which level got which source when, the latest first. The levels that
        follow from it: `GET /me/levels/`.
        """
        return self._read(
            models.AssessmentPage,
            "GET",
            "/api/v1/me/assessments/",
            query={"page_size": page_size, "cursor": cursor, "since": since, "until": until},
        )

    def iter_assessments(
        self,
        *,
        page_size: int | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> Iterator[models.Assessment]:
        """List the history of your levels, page after page. Which level got which source when, the latest first. The
        levels that follow from it: `GET /me/levels/`.
        """
        return self._each("/api/v1/me/assessments/", {"page_size": page_size, "since": since, "until": until})

    def list_ads(
        self,
    ) -> models.Ads:
        """List your saved ads. The closest to your levels first: by the share of its weight that is at its levels,
        then by hours. What is asked for weighs 5, what is named 3, what is welcome 1.
        """
        return self._read(models.Ads, "GET", "/api/v1/me/ads/")

    def iter_ads(
        self,
    ) -> Iterator[models.Ad]:
        """List your saved ads, page after page. The closest to your levels first: by the share of its weight that is
        at its levels, then by hours. What is asked for weighs 5, what is named 3, what is welcome 1.
        """
        return self._each("/api/v1/me/ads/", {})

    def save_ad(
        self,
        body: models.AdQuestion | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> models.Ad:
        """Save a job ad. From its text, which is read and not stored unless `keep_text` is true, or from its skills.
        What you send beside a text counts more than what is read there. You can have 20.
        """
        return self._read(
            models.Ad, "POST", "/api/v1/me/ads/", headers={"Idempotency-Key": idempotency_key}, body=body, keyed=True
        )

    def read_ad(
        self,
        id: int,
    ) -> models.AdItem:
        """Read a saved ad. With its text where you stored it."""
        return self._read(models.AdItem, "GET", f"/api/v1/me/ads/{quote(str(id), safe='')}/")

    def change_ad(
        self,
        id: int,
        body: models.AdChangeQuestion | None = None,
        *,
        if_match: str | None = None,
    ) -> models.Ad:
        """Change a saved ad. What is left out stays as it is; `skills` take the place of all of them. Where the ad
        is your goal, the plan follows.
        """
        return self._read(
            models.Ad, "PUT", f"/api/v1/me/ads/{quote(str(id), safe='')}/", headers={"If-Match": if_match}, body=body
        )

    def remove_ad(
        self,
        id: int,
        *,
        if_match: str | None = None,
    ) -> None:
        """Delete a saved ad. You can restore it for a day on the page of your ads; then it is deleted permanently.
        Where it is your goal, the goal is the role again that it was before, or else the one that planned the ad.
        """
        self._do("DELETE", f"/api/v1/me/ads/{quote(str(id), safe='')}/", headers={"If-Match": if_match})

    def make_ad_goal(
        self,
        id: int,
        *,
        idempotency_key: str | None = None,
    ) -> models.Goal:
        """Make a saved ad your goal. With the hours, days and deadline of the goal you have, or 8 hours a week on
        any day. `PUT /me/goal/` changes them. Answers with the goal.
        """
        return self._read(
            models.Goal,
            "POST",
            f"/api/v1/me/ads/{quote(str(id), safe='')}/goal/",
            headers={"Idempotency-Key": idempotency_key},
            keyed=True,
        )

    def leave_ad_goal(
        self,
        id: int,
        *,
        if_match: str | None = None,
    ) -> None:
        """Go back from a saved ad. To the role that was your goal before, with its industry and deadline, or else
        the one that planned the ad.
        """
        self._do("DELETE", f"/api/v1/me/ads/{quote(str(id), safe='')}/goal/", headers={"If-Match": if_match})

    def read_assessment(
        self,
        id: int,
    ) -> models.Assessment:
        """Read one of the history of your levels. Which level got which source when."""
        return self._read(models.Assessment, "GET", f"/api/v1/me/assessments/{quote(str(id), safe='')}/")

    def undo_assessment(
        self,
        id: int,
        body: models.UndoRequest | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> models.Assessment:
        """Undo a level. The latest that you said, or that was found, of a skill: what was before counts again. The
        answer is the entry that undoes it. Undone twice it is undone once.
        """
        return self._read(
            models.Assessment,
            "POST",
            f"/api/v1/me/assessments/{quote(str(id), safe='')}/undo/",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
            keyed=True,
        )

    def list_history(
        self,
        *,
        before: str | None = None,
        page_size: int | None = None,
    ) -> models.HistoryDayPage:
        """Read your history. What you did on each day with anything on it, the latest first."""
        return self._read(
            models.HistoryDayPage, "GET", "/api/v1/me/history/", query={"before": before, "page_size": page_size}
        )

    def iter_history(
        self,
        *,
        before: str | None = None,
        page_size: int | None = None,
    ) -> Iterator[models.HistoryDay]:
        """Read your history, page after page. What you did on each day with anything on it, the latest first."""
        return self._each("/api/v1/me/history/", {"before": before, "page_size": page_size})

    def read_notices(
        self,
    ) -> models.Notices:
        """Read notices. Changes of the catalogue that touch your plan, your levels or what you put first, off or
        aside, and that you have not seen.
        """
        return self._read(models.Notices, "GET", "/api/v1/me/notices/")

    def see_notices(
        self,
        body: models.NoticesQuestion,
        *,
        if_match: str | None = None,
    ) -> models.Notices:
        """Mark notices as seen. Those up to a revision. What was seen stays seen."""
        return self._read(models.Notices, "PUT", "/api/v1/me/notices/", headers={"If-Match": if_match}, body=body)

    def list_evidence(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> models.EvidencePage:
        """List evidence. Your work and certificates of others, the latest first."""
        return self._read(
            models.EvidencePage,
            "GET",
            "/api/v1/me/evidence/",
            query={"page_size": page_size, "cursor": cursor, "since": since, "until": until},
        )

    def iter_evidence(
        self,
        *,
        page_size: int | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> Iterator[models.Evidence]:
        """List evidence, page after page. Your work and certificates of others, the latest first."""
        return self._each("/api/v1/me/evidence/", {"page_size": page_size, "since": since, "until": until})

    def add_evidence(
        self,
        body: models.EvidenceQuestion,
        *,
        idempotency_key: str | None = None,
    ) -> models.Evidence:
        """Add evidence. For a skill: work of your own, with a link, a text or both, or a certificate of someone
        else, with `name`, `issuer` and `issued_on`. Neither changes a level.
        """
        return self._read(
            models.Evidence,
            "POST",
            "/api/v1/me/evidence/",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
            keyed=True,
        )

    def read_evidence(
        self,
        id: int,
    ) -> models.Evidence:
        """Read evidence. Work of yours, or a certificate of someone else."""
        return self._read(models.Evidence, "GET", f"/api/v1/me/evidence/{quote(str(id), safe='')}/")

    def change_evidence(
        self,
        id: int,
        body: models.EvidenceChangeQuestion | None = None,
        *,
        if_match: str | None = None,
    ) -> models.Evidence:
        """Change evidence. The link and the text of work, or what is said of a certificate. Skill, kind and project
        stay.
        """
        return self._read(
            models.Evidence,
            "PUT",
            f"/api/v1/me/evidence/{quote(str(id), safe='')}/",
            headers={"If-Match": if_match},
            body=body,
        )

    def remove_evidence(
        self,
        id: int,
        *,
        if_match: str | None = None,
    ) -> None:
        """Remove evidence. Permanently. Levels stay as they are."""
        self._do("DELETE", f"/api/v1/me/evidence/{quote(str(id), safe='')}/", headers={"If-Match": if_match})

    def list_work(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> models.WorkPage:
        """List work on projects. Projects that you have saved something of, by slug."""
        return self._read(
            models.WorkPage, "GET", "/api/v1/me/projects/", query={"page_size": page_size, "cursor": cursor}
        )

    def iter_work(
        self,
        *,
        page_size: int | None = None,
    ) -> Iterator[models.Work]:
        """List work on projects, page after page. Projects that you have saved something of, by slug."""
        return self._each("/api/v1/me/projects/", {"page_size": page_size})

    def read_work(
        self,
        slug: str,
    ) -> models.Work:
        """Read work on a project. Its checklist, and what of it is done."""
        return self._read(models.Work, "GET", f"/api/v1/me/projects/{quote(str(slug), safe='')}/")

    def save_work(
        self,
        slug: str,
        body: models.WorkQuestion,
        *,
        if_match: str | None = None,
    ) -> models.Work:
        """Save work on a project. What is ticked from now on, and the link to it. When every line is ticked, confirm
        the levels that it proves: `POST /me/projects/{slug}/levels/`.
        """
        return self._read(
            models.Work,
            "PUT",
            f"/api/v1/me/projects/{quote(str(slug), safe='')}/",
            headers={"If-Match": if_match},
            body=body,
        )

    def list_proven_levels(
        self,
        slug: str,
    ) -> models.ProvenLevelPage:
        """List the levels that a project proves. And whether they are shown already."""
        return self._read(models.ProvenLevelPage, "GET", f"/api/v1/me/projects/{quote(str(slug), safe='')}/levels/")

    def iter_proven_levels(
        self,
        slug: str,
    ) -> Iterator[models.ProvenLevel]:
        """List the levels that a project proves, page after page. And whether they are shown already."""
        return self._each(f"/api/v1/me/projects/{quote(str(slug), safe='')}/levels/", {})

    def confirm_proven_levels(
        self,
        slug: str,
        body: models.ProvenLevelsQuestion,
        *,
        idempotency_key: str | None = None,
    ) -> models.AssessmentPage:
        """Confirm levels that a project proves. Once every line of its checklist is ticked. The link to your work
        becomes evidence of each. It takes no higher level away, and a level that is shown already is passed over.
        The answer is what it adds to the history of your levels; each entry can be undone.
        """
        return self._read(
            models.AssessmentPage,
            "POST",
            f"/api/v1/me/projects/{quote(str(slug), safe='')}/levels/",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
            keyed=True,
        )

    def iter_confirm_proven_levels(
        self,
        slug: str,
        body: models.ProvenLevelsQuestion,
    ) -> Iterator[models.Assessment]:
        """Confirm levels that a project proves, page after page. Once every line of its checklist is ticked. The
        link to your work becomes evidence of each. It takes no higher level away, and a level that is shown
        already is passed over. The answer is what it adds to the history of your levels; each entry can be
        undone.
        """
        return self._each(f"/api/v1/me/projects/{quote(str(slug), safe='')}/levels/", {})

    def list_ticks(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> models.TickPage:
        """List ticked resources. Those that you have done, by slug."""
        return self._read(
            models.TickPage, "GET", "/api/v1/me/resources/", query={"page_size": page_size, "cursor": cursor}
        )

    def iter_ticks(
        self,
        *,
        page_size: int | None = None,
    ) -> Iterator[models.Tick]:
        """List ticked resources, page after page. Those that you have done, by slug."""
        return self._each("/api/v1/me/resources/", {"page_size": page_size})

    def read_tick(
        self,
        id: int,
    ) -> models.Tick:
        """Read whether a resource is done. Whether you have ticked it, and when."""
        return self._read(models.Tick, "GET", f"/api/v1/me/resources/{quote(str(id), safe='')}/")

    def tick_resource(
        self,
        id: int,
        body: models.TickQuestion,
        *,
        if_match: str | None = None,
    ) -> models.Tick:
        """Tick a resource. As done, or as not. Ticked again it keeps its moment."""
        return self._read(
            models.Tick,
            "PUT",
            f"/api/v1/me/resources/{quote(str(id), safe='')}/",
            headers={"If-Match": if_match},
            body=body,
        )

    def list_units(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> models.UnitTickPage:
        """List ticked units. The latest first."""
        return self._read(
            models.UnitTickPage,
            "GET",
            "/api/v1/me/units/",
            query={"page_size": page_size, "cursor": cursor, "since": since, "until": until},
        )

    def iter_units(
        self,
        *,
        page_size: int | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> Iterator[models.UnitTick]:
        """List ticked units, page after page. The latest first."""
        return self._each("/api/v1/me/units/", {"page_size": page_size, "since": since, "until": until})

    def read_unit_tick(
        self,
        skill: str,
        level: int,
        id: str,
    ) -> models.UnitTick:
        """Read a ticked unit. When you ticked it, and what was logged with it. 404 without a tick."""
        return self._read(
            models.UnitTick,
            "GET",
            f"/api/v1/me/units/{quote(str(skill), safe='')}/{quote(str(level), safe='')}/{quote(str(id), safe='')}/",
        )

    def tick_unit(
        self,
        skill: str,
        level: int,
        id: str,
        body: models.UnitTickQuestion | None = None,
        *,
        if_match: str | None = None,
    ) -> models.UnitTick:
        """Tick a unit. You have done it. Its minutes are logged on the skill, less what you logged there without a
        unit and what counts for it; or those that are sent. The unit has to be of the level after yours or of one
        below. Ticked again, it stays as it is and nothing more is logged.
        """
        return self._read(
            models.UnitTick,
            "PUT",
            f"/api/v1/me/units/{quote(str(skill), safe='')}/{quote(str(level), safe='')}/{quote(str(id), safe='')}/",
            headers={"If-Match": if_match},
            body=body,
        )

    def untick_unit(
        self,
        skill: str,
        level: int,
        id: str,
        *,
        if_match: str | None = None,
    ) -> None:
        """Untick a unit. As if you had never ticked it: the session that it logged goes too. Without a tick nothing
        happens.
        """
        self._do(
            "DELETE",
            f"/api/v1/me/units/{quote(str(skill), safe='')}/{quote(str(level), safe='')}/{quote(str(id), safe='')}/",
            headers={"If-Match": if_match},
        )

    def list_checks(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> models.CheckPage:
        """List checks. Your quick checks and reviews, the latest first. With the session only."""
        return self._read(
            models.CheckPage,
            "GET",
            "/api/v1/me/checks/",
            query={"page_size": page_size, "cursor": cursor, "since": since, "until": until},
        )

    def iter_checks(
        self,
        *,
        page_size: int | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> Iterator[models.Check]:
        """List checks, page after page. Your quick checks and reviews, the latest first. With the session only."""
        return self._each("/api/v1/me/checks/", {"page_size": page_size, "since": since, "until": until})

    def begin_check(
        self,
        body: models.CheckRequest,
        *,
        idempotency_key: str | None = None,
    ) -> models.RunningCheck:
        """Begin a check. Of a level of a skill, or the one of this skill that is not finished. One check of a skill
        a day; 409 says from when on the next is possible. With the session only.
        """
        return self._read(
            models.RunningCheck,
            "POST",
            "/api/v1/me/checks/",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
            keyed=True,
        )

    def read_check(
        self,
        id: int,
    ) -> models.RunningCheck:
        """Read a check. How far it is, and the question that comes next. With the session only."""
        return self._read(models.RunningCheck, "GET", f"/api/v1/me/checks/{quote(str(id), safe='')}/")

    def answer_check(
        self,
        id: int,
        body: models.CheckAnswerRequest,
        *,
        idempotency_key: str | None = None,
    ) -> models.CheckAnswer:
        """Answer a question. The one that is asked; it says whether the answer is right, why, and what comes next.
        The last answer finishes the check. With the session only.
        """
        return self._read(
            models.CheckAnswer,
            "POST",
            f"/api/v1/me/checks/{quote(str(id), safe='')}/answers/",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
            keyed=True,
        )

    def list_notes(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> models.NotePage:
        """List notes. Yours, by slug of the skill."""
        return self._read(models.NotePage, "GET", "/api/v1/me/notes/", query={"page_size": page_size, "cursor": cursor})

    def iter_notes(
        self,
        *,
        page_size: int | None = None,
    ) -> Iterator[models.Note]:
        """List notes, page after page. Yours, by slug of the skill."""
        return self._each("/api/v1/me/notes/", {"page_size": page_size})

    def read_note(
        self,
        skill: str,
    ) -> models.Note:
        """Read a note. Yours on a skill."""
        return self._read(models.Note, "GET", f"/api/v1/me/notes/{quote(str(skill), safe='')}/")

    def write_note(
        self,
        skill: str,
        body: models.NoteQuestion,
        *,
        if_match: str | None = None,
    ) -> models.Note:
        """Write a note. On a skill, for nobody else."""
        return self._read(
            models.Note,
            "PUT",
            f"/api/v1/me/notes/{quote(str(skill), safe='')}/",
            headers={"If-Match": if_match},
            body=body,
        )

    def read_readiness(
        self,
    ) -> models.OwnReadiness:
        """Read your readiness. For your goal, term by term, and the next levels that raise it most. 404 without a
        goal.
        """
        return self._read(models.OwnReadiness, "GET", "/api/v1/me/readiness/")

    def read_plan(
        self,
        *,
        units: Literal["first", "all"] | None = None,
    ) -> models.OwnPlan:
        """Read your plan. From today to your goal, as the page has it. A deadline that is over is left out. 404
        without a goal.
        """
        return self._read(models.OwnPlan, "GET", "/api/v1/me/plan/", query={"units": units})

    def list_overrides(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> models.OverridePage:
        """List what you changed in the plan. Skills that you pinned, skip or put off, by slug. `GET /me/plan/` has
        the pins in their order.
        """
        return self._read(
            models.OverridePage, "GET", "/api/v1/me/plan/overrides/", query={"page_size": page_size, "cursor": cursor}
        )

    def iter_overrides(
        self,
        *,
        page_size: int | None = None,
    ) -> Iterator[models.Override]:
        """List what you changed in the plan, page after page. Skills that you pinned, skip or put off, by slug. `GET
        /me/plan/` has the pins in their order.
        """
        return self._each("/api/v1/me/plan/overrides/", {"page_size": page_size})

    def read_override(
        self,
        skill: str,
    ) -> models.Override:
        """Read what you changed about a skill. In your plan. 404 where nothing is changed."""
        return self._read(models.Override, "GET", f"/api/v1/me/plan/overrides/{quote(str(skill), safe='')}/")

    def override_plan(
        self,
        skill: str,
        body: models.OverrideQuestion,
        *,
        if_match: str | None = None,
    ) -> models.Override:
        """Pin, skip or put off a skill. In your plan; the last word counts. Pins come in the order in which they
        were said. The skill has to be one that your goal needs.
        """
        return self._read(
            models.Override,
            "PUT",
            f"/api/v1/me/plan/overrides/{quote(str(skill), safe='')}/",
            headers={"If-Match": if_match},
            body=body,
        )

    def restore_plan(
        self,
        skill: str,
        *,
        if_match: str | None = None,
    ) -> None:
        """Take that back. The skill is planned as any other."""
        self._do("DELETE", f"/api/v1/me/plan/overrides/{quote(str(skill), safe='')}/", headers={"If-Match": if_match})

    def list_reviews(
        self,
    ) -> models.Reviews:
        """List your reviews. Levels that were checked or shown fade when they are not used. Each has a half-life of
        6.5 months at first, which every passed review doubles, up to two years. A review has three questions,
        which are answered on the site and not here. A level that you only said has none, and neither has a skill
        with too few questions.
        """
        return self._read(models.Reviews, "GET", "/api/v1/me/reviews/")

    def read_dashboard(
        self,
    ) -> models.Dashboard:
        """Read the dashboard. Readiness, what comes next, pace, streak and what is due, as of now."""
        return self._read(models.Dashboard, "GET", "/api/v1/me/dashboard/")

    def list_reminders(
        self,
    ) -> models.ReminderPage:
        """List reminders. Each kind, set or not."""
        return self._read(models.ReminderPage, "GET", "/api/v1/me/reminders/")

    def iter_reminders(
        self,
    ) -> Iterator[models.Reminder]:
        """List reminders, page after page. Each kind, set or not."""
        return self._each("/api/v1/me/reminders/", {})

    def read_reminder(
        self,
        kind: Literal["weekly", "behind", "review", "study"],
    ) -> models.Reminder:
        """Read a reminder. When mails of this kind come. Before it is set, what would be usual."""
        return self._read(models.Reminder, "GET", f"/api/v1/me/reminders/{quote(str(kind), safe='')}/")

    def set_reminder(
        self,
        kind: Literal["weekly", "behind", "review", "study"],
        body: models.ReminderQuestion,
        *,
        if_match: str | None = None,
    ) -> models.Reminder:
        """Set a reminder. When mails of this kind come, or that none do. Reminders are off until the learner agrees
        to them: turning one on takes the version of the words that they have read.
        """
        return self._read(
            models.Reminder,
            "PUT",
            f"/api/v1/me/reminders/{quote(str(kind), safe='')}/",
            headers={"If-Match": if_match},
            body=body,
        )

    def list_deliveries(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> models.DeliveryPage:
        """List deliveries. Every reminder that was due, the latest first: sent, or why not."""
        return self._read(
            models.DeliveryPage,
            "GET",
            "/api/v1/me/deliveries/",
            query={"page_size": page_size, "cursor": cursor, "since": since, "until": until},
        )

    def iter_deliveries(
        self,
        *,
        page_size: int | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> Iterator[models.Delivery]:
        """List deliveries, page after page. Every reminder that was due, the latest first: sent, or why not."""
        return self._each("/api/v1/me/deliveries/", {"page_size": page_size, "since": since, "until": until})

    def read_calendar(
        self,
    ) -> models.Calendar:
        """Read whether there is a calendar address. And since when. The address itself is told once, when it is
        made.
        """
        return self._read(models.Calendar, "GET", "/api/v1/me/calendar/")

    def make_calendar(
        self,
    ) -> models.NewCalendar:
        """Make a calendar address. Your plan as a calendar (iCalendar), for programs that subscribe to one. An older
        address ends at once. Only a digest of it is kept, so an `Idempotency-Key` is not looked at.
        """
        return self._read(models.NewCalendar, "POST", "/api/v1/me/calendar/")

    def revoke_calendar(
        self,
        *,
        if_match: str | None = None,
    ) -> None:
        """End the calendar address. At once: it answers 404. Without one there is nothing to do."""
        self._do("DELETE", "/api/v1/me/calendar/", headers={"If-Match": if_match})

    def read_proof_page(
        self,
    ) -> models.ProofPage:
        """Read the proof page. What it shows, whether it is on, and its address. Before you save it, what it would
        show.
        """
        return self._read(models.ProofPage, "GET", "/api/v1/me/proof-page/")

    def save_proof_page(
        self,
        body: models.ProofPageQuestion,
        *,
        if_match: str | None = None,
    ) -> models.ProofPage:
        """Save the proof page. What it shows from now on, and whether it is on. A name that someone else has or had
        is refused. With another name the old address ends at once.
        """
        return self._read(models.ProofPage, "PUT", "/api/v1/me/proof-page/", headers={"If-Match": if_match}, body=body)

    def revoke_proof_page(
        self,
        *,
        if_match: str | None = None,
    ) -> None:
        """Turn the proof page off. At once: its address answers 404. Your settings and the name stay yours."""
        self._do("DELETE", "/api/v1/me/proof-page/", headers={"If-Match": if_match})

    def export(
        self,
        body: models.Password | None = None,
    ) -> models.Export:
        """Export everything. All that there is about you, as the page gives it. It changes nothing and no copy of it
        is kept, so an `Idempotency-Key` is not looked at. With the session it takes the password, with a token
        the scope `read`.
        """
        return self._read(models.Export, "POST", "/api/v1/me/export/", body=body)

    def import_(
        self,
        body: models.Export,
        *,
        dry_run: Literal["true", "false"] | None = None,
        idempotency_key: str | None = None,
    ) -> models.Import:
        """Import an export. What an export of Waymark has of saved ads, goals, days off, levels, evidence, sessions,
        ticked resources, project work, notes and changes of the plan, added to yours in one transaction: all of
        it or, when a row is wrong, nothing. Twice is once. Of what both have, the later one stays. A level that
        was checked comes back as your own judgement. The account, its logins, tokens and addresses are not read,
        and no reminder is turned on by it. At most 8 MiB and 50,000 rows.
        """
        return self._read(
            models.Import,
            "POST",
            "/api/v1/me/import/",
            query={"dry_run": dry_run},
            headers={"Idempotency-Key": idempotency_key},
            body=body,
            keyed=True,
        )

    def list_tokens(
        self,
    ) -> models.TokenPage:
        """List tokens. Your access tokens, the newest first, those that expired in the last 30 days included. With
        the session only.
        """
        return self._read(models.TokenPage, "GET", "/api/v1/me/tokens/")

    def iter_tokens(
        self,
    ) -> Iterator[models.Token]:
        """List tokens, page after page. Your access tokens, the newest first, those that expired in the last 30 days
        included. With the session only.
        """
        return self._each("/api/v1/me/tokens/", {})

    def make_token(
        self,
        body: models.TokenQuestion,
    ) -> models.NewToken:
        """Make a token. A personal access token, of which you may have 20. Its text is in this answer and nowhere
        else: only a digest is kept, so an `Idempotency-Key` is not looked at. With the session only, and with the
        password unless a page has asked for it in the last five minutes.
        """
        return self._read(models.NewToken, "POST", "/api/v1/me/tokens/", body=body)

    def read_token(
        self,
        id: int,
    ) -> models.Token:
        """Read a token. What there is to know of it, but for its text. With the session only."""
        return self._read(models.Token, "GET", f"/api/v1/me/tokens/{quote(str(id), safe='')}/")

    def renew_token(
        self,
        id: int,
        body: models.RenewalQuestion | None = None,
        *,
        if_match: str | None = None,
    ) -> models.Token:
        """Renew a token. It is good for so many days from now on, with the same text; one that has expired works
        again. With the session only, and with the password unless a page has asked for it in the last five
        minutes.
        """
        return self._read(
            models.Token,
            "PUT",
            f"/api/v1/me/tokens/{quote(str(id), safe='')}/",
            headers={"If-Match": if_match},
            body=body,
        )

    def revoke_token(
        self,
        id: int,
        *,
        if_match: str | None = None,
    ) -> None:
        """Revoke a token. It is refused from its next request on, and nothing of it is kept. With the session only."""
        self._do("DELETE", f"/api/v1/me/tokens/{quote(str(id), safe='')}/", headers={"If-Match": if_match})


class AsyncOperations:
    """Every operation, for `AsyncClient`, which sends."""

    async def _read[T](self, kind: type[T], method: str, path: str, **options: Any) -> T:
        raise NotImplementedError

    async def _do(self, method: str, path: str, **options: Any) -> None:
        raise NotImplementedError

    def _each(self, path: str, query: Mapping[str, Any]) -> AsyncIterator[Any]:
        raise NotImplementedError

    async def read_index(
        self,
    ) -> models.Index:
        """Read the index. Every operation with its address."""
        return await self._read(models.Index, "GET", "/api/v1/")

    async def list_areas(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        ordering: str | None = None,
        page: int | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> models.AreaPage:
        """List areas. The groups of skills, in the order of the skill map. Every skill is in exactly one."""
        return await self._read(
            models.AreaPage,
            "GET",
            "/api/v1/areas/",
            query={
                "q": q,
                "updated_since": updated_since,
                "ordering": ordering,
                "page": page,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def iter_areas(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> AsyncIterator[models.Area]:
        """List areas, page after page. The groups of skills, in the order of the skill map. Every skill is in
        exactly one.
        """
        return self._each(
            "/api/v1/areas/",
            {
                "q": q,
                "updated_since": updated_since,
                "ordering": ordering,
                "page_size": page_size,
                "revision": revision,
            },
        )

    async def read_area(
        self,
        slug: str,
        *,
        revision: int | None = None,
    ) -> models.Area:
        """Read an area. A group of skills."""
        return await self._read(
            models.Area, "GET", f"/api/v1/areas/{quote(str(slug), safe='')}/", query={"revision": revision}
        )

    async def list_skills(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        area: str | None = None,
        kind: Literal["concept", "tool", "practice"] | None = None,
        horizon: Literal["core", "advanced", "emerging"] | None = None,
        role: str | None = None,
        industry: str | None = None,
        skill: str | None = None,
        esco: str | None = None,
        onet: str | None = None,
        ordering: str | None = None,
        page: int | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> models.SkillPage:
        """List skills. All published skills by name, or those that the filters leave."""
        return await self._read(
            models.SkillPage,
            "GET",
            "/api/v1/skills/",
            query={
                "q": q,
                "updated_since": updated_since,
                "area": area,
                "kind": kind,
                "horizon": horizon,
                "role": role,
                "industry": industry,
                "skill": skill,
                "esco": esco,
                "onet": onet,
                "ordering": ordering,
                "page": page,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def iter_skills(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        area: str | None = None,
        kind: Literal["concept", "tool", "practice"] | None = None,
        horizon: Literal["core", "advanced", "emerging"] | None = None,
        role: str | None = None,
        industry: str | None = None,
        skill: str | None = None,
        esco: str | None = None,
        onet: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> AsyncIterator[models.Skill]:
        """List skills, page after page. All published skills by name, or those that the filters leave."""
        return self._each(
            "/api/v1/skills/",
            {
                "q": q,
                "updated_since": updated_since,
                "area": area,
                "kind": kind,
                "horizon": horizon,
                "role": role,
                "industry": industry,
                "skill": skill,
                "esco": esco,
                "onet": onet,
                "ordering": ordering,
                "page_size": page_size,
                "revision": revision,
            },
        )

    async def read_skill(
        self,
        slug: str,
        *,
        revision: int | None = None,
    ) -> models.SkillDetail:
        """Read a skill. Everything about a skill: its levels, what it needs and opens, who asks for it, and what to
        learn it with. With `Accept: application/ld+json` it is linked data, in the words of schema.org and SKOS.
        """
        return await self._read(
            models.SkillDetail, "GET", f"/api/v1/skills/{quote(str(slug), safe='')}/", query={"revision": revision}
        )

    async def list_roles(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        skill: str | None = None,
        area: str | None = None,
        esco: str | None = None,
        onet: str | None = None,
        ordering: str | None = None,
        page: int | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> models.RolePage:
        """List roles. All published roles, or those that the filters leave."""
        return await self._read(
            models.RolePage,
            "GET",
            "/api/v1/roles/",
            query={
                "q": q,
                "updated_since": updated_since,
                "skill": skill,
                "area": area,
                "esco": esco,
                "onet": onet,
                "ordering": ordering,
                "page": page,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def iter_roles(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        skill: str | None = None,
        area: str | None = None,
        esco: str | None = None,
        onet: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> AsyncIterator[models.Role]:
        """List roles, page after page. All published roles, or those that the filters leave."""
        return self._each(
            "/api/v1/roles/",
            {
                "q": q,
                "updated_since": updated_since,
                "skill": skill,
                "area": area,
                "esco": esco,
                "onet": onet,
                "ordering": ordering,
                "page_size": page_size,
                "revision": revision,
            },
        )

    async def compare_roles(
        self,
        *,
        role: list[str],
    ) -> models.Comparison:
        """Compare roles. The requirements of 2 to 6 roles side by side."""
        return await self._read(models.Comparison, "GET", "/api/v1/roles/compare/", query={"role": role})

    async def read_role(
        self,
        slug: str,
        *,
        revision: int | None = None,
    ) -> models.RoleDetail:
        """Read a role. What a role requires and at which level, how its day goes, and how it differs from its
        neighbours. With `Accept: application/ld+json` it is linked data, in the words of schema.org and SKOS.
        """
        return await self._read(
            models.RoleDetail, "GET", f"/api/v1/roles/{quote(str(slug), safe='')}/", query={"revision": revision}
        )

    async def list_industries(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        skill: str | None = None,
        area: str | None = None,
        ordering: str | None = None,
        page: int | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> models.IndustryPage:
        """List industries. All published industries, or those that the filters leave."""
        return await self._read(
            models.IndustryPage,
            "GET",
            "/api/v1/industries/",
            query={
                "q": q,
                "updated_since": updated_since,
                "skill": skill,
                "area": area,
                "ordering": ordering,
                "page": page,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def iter_industries(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        skill: str | None = None,
        area: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> AsyncIterator[models.Industry]:
        """List industries, page after page. All published industries, or those that the filters leave."""
        return self._each(
            "/api/v1/industries/",
            {
                "q": q,
                "updated_since": updated_since,
                "skill": skill,
                "area": area,
                "ordering": ordering,
                "page_size": page_size,
                "revision": revision,
            },
        )

    async def read_industry(
        self,
        slug: str,
        *,
        revision: int | None = None,
    ) -> models.IndustryDetail:
        """Read an industry. What AI is used for in an industry, what has to be considered there, and which skills
        weigh more.
        """
        return await self._read(
            models.IndustryDetail,
            "GET",
            f"/api/v1/industries/{quote(str(slug), safe='')}/",
            query={"revision": revision},
        )

    async def list_resources(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        skill: str | None = None,
        area: str | None = None,
        role: str | None = None,
        industry: str | None = None,
        type: Literal["course", "book", "documentation", "article", "video", "paper", "project", "community", "event"]
        | None = None,
        kind: Literal["course", "book", "documentation", "article", "video", "paper", "project", "community", "event"]
        | None = None,
        ordering: str | None = None,
        page: int | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> models.ResourcePage:
        """List resources. Courses, books, documentation, papers and more, with what they cost in hours and money."""
        return await self._read(
            models.ResourcePage,
            "GET",
            "/api/v1/resources/",
            query={
                "q": q,
                "updated_since": updated_since,
                "skill": skill,
                "area": area,
                "role": role,
                "industry": industry,
                "type": type,
                "kind": kind,
                "ordering": ordering,
                "page": page,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def iter_resources(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        skill: str | None = None,
        area: str | None = None,
        role: str | None = None,
        industry: str | None = None,
        type: Literal["course", "book", "documentation", "article", "video", "paper", "project", "community", "event"]
        | None = None,
        kind: Literal["course", "book", "documentation", "article", "video", "paper", "project", "community", "event"]
        | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> AsyncIterator[models.Resource]:
        """List resources, page after page. Courses, books, documentation, papers and more, with what they cost in
        hours and money.
        """
        return self._each(
            "/api/v1/resources/",
            {
                "q": q,
                "updated_since": updated_since,
                "skill": skill,
                "area": area,
                "role": role,
                "industry": industry,
                "type": type,
                "kind": kind,
                "ordering": ordering,
                "page_size": page_size,
                "revision": revision,
            },
        )

    async def read_resource(
        self,
        slug: str,
        *,
        revision: int | None = None,
    ) -> models.Resource:
        """Read a resource. What it teaches, and what it costs in hours and money."""
        return await self._read(
            models.Resource, "GET", f"/api/v1/resources/{quote(str(slug), safe='')}/", query={"revision": revision}
        )

    async def list_projects(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        skill: str | None = None,
        area: str | None = None,
        role: str | None = None,
        industry: str | None = None,
        ordering: str | None = None,
        page: int | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> models.ProjectPage:
        """List projects. All published projects, or those that the filters leave."""
        return await self._read(
            models.ProjectPage,
            "GET",
            "/api/v1/projects/",
            query={
                "q": q,
                "updated_since": updated_since,
                "skill": skill,
                "area": area,
                "role": role,
                "industry": industry,
                "ordering": ordering,
                "page": page,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def iter_projects(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        skill: str | None = None,
        area: str | None = None,
        role: str | None = None,
        industry: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> AsyncIterator[models.Project]:
        """List projects, page after page. All published projects, or those that the filters leave."""
        return self._each(
            "/api/v1/projects/",
            {
                "q": q,
                "updated_since": updated_since,
                "skill": skill,
                "area": area,
                "role": role,
                "industry": industry,
                "ordering": ordering,
                "page_size": page_size,
                "revision": revision,
            },
        )

    async def read_project(
        self,
        slug: str,
        *,
        revision: int | None = None,
    ) -> models.ProjectDetail:
        """Read a project. The brief, the checklist by which it is accepted, and the levels it then proves."""
        return await self._read(
            models.ProjectDetail, "GET", f"/api/v1/projects/{quote(str(slug), safe='')}/", query={"revision": revision}
        )

    async def list_milestones(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        skill: str | None = None,
        role: str | None = None,
        ordering: str | None = None,
        page: int | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> models.MilestonePage:
        """List milestones. All published milestones by name, or those that the filters leave."""
        return await self._read(
            models.MilestonePage,
            "GET",
            "/api/v1/milestones/",
            query={
                "q": q,
                "updated_since": updated_since,
                "skill": skill,
                "role": role,
                "ordering": ordering,
                "page": page,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def iter_milestones(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        skill: str | None = None,
        role: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> AsyncIterator[models.Milestone]:
        """List milestones, page after page. All published milestones by name, or those that the filters leave."""
        return self._each(
            "/api/v1/milestones/",
            {
                "q": q,
                "updated_since": updated_since,
                "skill": skill,
                "role": role,
                "ordering": ordering,
                "page_size": page_size,
                "revision": revision,
            },
        )

    async def read_milestone(
        self,
        slug: str,
        *,
        revision: int | None = None,
    ) -> models.MilestoneDetail:
        """Read a milestone. Its steps in teaching order, the projects that show it, and the roles whose path has it."""
        return await self._read(
            models.MilestoneDetail,
            "GET",
            f"/api/v1/milestones/{quote(str(slug), safe='')}/",
            query={"revision": revision},
        )

    async def list_guides(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        ordering: str | None = None,
        page: int | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> models.GuidePage:
        """List guides. All published guides, in the order in which they are best read."""
        return await self._read(
            models.GuidePage,
            "GET",
            "/api/v1/guides/",
            query={
                "q": q,
                "updated_since": updated_since,
                "ordering": ordering,
                "page": page,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def iter_guides(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> AsyncIterator[models.Guide]:
        """List guides, page after page. All published guides, in the order in which they are best read."""
        return self._each(
            "/api/v1/guides/",
            {
                "q": q,
                "updated_since": updated_since,
                "ordering": ordering,
                "page_size": page_size,
                "revision": revision,
            },
        )

    async def read_guide(
        self,
        slug: str,
        *,
        revision: int | None = None,
    ) -> models.GuideDetail:
        """Read a guide. The whole text as Markdown, with its key takeaways and the sources of its figures."""
        return await self._read(
            models.GuideDetail, "GET", f"/api/v1/guides/{quote(str(slug), safe='')}/", query={"revision": revision}
        )

    async def list_questions(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        ordering: str | None = None,
        page: int | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> models.QuestionPage:
        """List questions. Questions that people ask about the work, with answers."""
        return await self._read(
            models.QuestionPage,
            "GET",
            "/api/v1/questions/",
            query={
                "q": q,
                "updated_since": updated_since,
                "ordering": ordering,
                "page": page,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def iter_questions(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> AsyncIterator[models.Question]:
        """List questions, page after page. Questions that people ask about the work, with answers."""
        return self._each(
            "/api/v1/questions/",
            {
                "q": q,
                "updated_since": updated_since,
                "ordering": ordering,
                "page_size": page_size,
                "revision": revision,
            },
        )

    async def read_question(
        self,
        slug: str,
        *,
        revision: int | None = None,
    ) -> models.Question:
        """Read a question. With its answer."""
        return await self._read(
            models.Question, "GET", f"/api/v1/questions/{quote(str(slug), safe='')}/", query={"revision": revision}
        )

    async def list_starting_points(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        skill: str | None = None,
        ordering: str | None = None,
        page: int | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> models.StartingPointPage:
        """List starting points. Backgrounds to start from, with the levels they bring."""
        return await self._read(
            models.StartingPointPage,
            "GET",
            "/api/v1/starting-points/",
            query={
                "q": q,
                "updated_since": updated_since,
                "skill": skill,
                "ordering": ordering,
                "page": page,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def iter_starting_points(
        self,
        *,
        q: str | None = None,
        updated_since: str | None = None,
        skill: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> AsyncIterator[models.StartingPoint]:
        """List starting points, page after page. Backgrounds to start from, with the levels they bring."""
        return self._each(
            "/api/v1/starting-points/",
            {
                "q": q,
                "updated_since": updated_since,
                "skill": skill,
                "ordering": ordering,
                "page_size": page_size,
                "revision": revision,
            },
        )

    async def read_starting_point(
        self,
        slug: str,
        *,
        revision: int | None = None,
    ) -> models.StartingPoint:
        """Read a starting point. A background, with the levels that it brings."""
        return await self._read(
            models.StartingPoint,
            "GET",
            f"/api/v1/starting-points/{quote(str(slug), safe='')}/",
            query={"revision": revision},
        )

    async def list_facts(
        self,
        *,
        updated_since: str | None = None,
        ordering: str | None = None,
        page: int | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> models.FactDetailPage:
        """List facts. Dated figures with their sources, as roles, industries and guides use them."""
        return await self._read(
            models.FactDetailPage,
            "GET",
            "/api/v1/facts/",
            query={
                "updated_since": updated_since,
                "ordering": ordering,
                "page": page,
                "page_size": page_size,
                "revision": revision,
            },
        )

    def iter_facts(
        self,
        *,
        updated_since: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        revision: int | None = None,
    ) -> AsyncIterator[models.FactDetail]:
        """List facts, page after page. Dated figures with their sources, as roles, industries and guides use them."""
        return self._each(
            "/api/v1/facts/",
            {"updated_since": updated_since, "ordering": ordering, "page_size": page_size, "revision": revision},
        )

    async def read_fact(
        self,
        slug: str,
        *,
        revision: int | None = None,
    ) -> models.FactDetail:
        """Read a fact. A dated figure with its source."""
        return await self._read(
            models.FactDetail, "GET", f"/api/v1/facts/{quote(str(slug), safe='')}/", query={"revision": revision}
        )

    async def read_graph(
        self,
        *,
        revision: int | None = None,
    ) -> models.Graph:
        """Read the graph. All skills and what they need, in one answer. The graph has no cycle. With `Accept:
        application/ld+json` it is linked data, in the words of schema.org and SKOS.
        """
        return await self._read(models.Graph, "GET", "/api/v1/graph/", query={"revision": revision})

    async def search(
        self,
        *,
        q: str,
        kind: Literal[
            "area",
            "skill",
            "resource",
            "milestone",
            "role",
            "industry",
            "project",
            "starting-point",
            "guide",
            "question",
        ]
        | None = None,
        limit: int | None = None,
    ) -> models.Hits:
        """Search. Ranked hits over all kinds of record, by name, by words and, when there are few of these, by
        similar names.
        """
        return await self._read(models.Hits, "GET", "/api/v1/search/", query={"q": q, "kind": kind, "limit": limit})

    async def match(
        self,
        body: models.MatchQuestion,
    ) -> models.Match:
        """Match a job ad or a CV. The skills that a text names, where, and whether it asks for them; what else a job
        ad says (title, roles, seniority, years, degree, choices); and with your levels or a role, what is missing
        and how many hours that takes. The target of a skill is the level that the role asks for, and 2 where it
        asks for none or no role is sent. Years beside a skill set it instead (five or more: 3, one to four: 2),
        an ad for juniors lowers it by one, and one for seniors raises the role's most important skills by one, up
        to 3. Hours of a skill include the prerequisites that are missing, as in the gains of a readiness; those
        that several skills share are counted once in `gap_hours`. Nothing is stored.
        """
        return await self._read(models.Match, "POST", "/api/v1/match/", body=body, repeatable=True)

    async def placement(
        self,
        body: models.PlacementQuestion,
    ) -> models.Placement:
        """Place a learner. What somebody probably knows of a role, from at most 12 answers to “Can you …?”: the next
        question, the levels that are sure, and those to ask about directly. The same answers always get the same
        response. Nothing is stored.
        """
        return await self._read(models.Placement, "POST", "/api/v1/placement/", body=body, repeatable=True)

    async def readiness(
        self,
        body: models.ReadinessQuestion,
    ) -> models.Readiness:
        """Score readiness. How ready somebody with these levels is for a role, with every term of the score, and
        what to learn next for it. Nothing is stored.
        """
        return await self._read(models.Readiness, "POST", "/api/v1/readiness/", body=body, repeatable=True)

    async def readiness_batch(
        self,
        body: models.ReadinessBatchRequest,
    ) -> models.ReadinessBatch:
        """Score several readinesses. As `POST /readiness/`, for up to 50 questions. Each counts as a request towards
        the limit. If one is wrong, none is answered.
        """
        return await self._read(models.ReadinessBatch, "POST", "/api/v1/readiness/batch/", body=body, repeatable=True)

    async def plan(
        self,
        body: models.PlanQuestion,
        *,
        units: Literal["first", "all"] | None = None,
    ) -> models.Plan:
        """Make a plan. Dated steps from these levels to a role, by its milestones, each of which ends in a project;
        and what can be reached by a deadline that comes before the end. Nothing is stored.
        """
        return await self._read(
            models.Plan, "POST", "/api/v1/plan/", query={"units": units}, body=body, repeatable=True
        )

    async def plan_batch(
        self,
        body: models.PlanBatchRequest,
        *,
        units: Literal["first", "all"] | None = None,
    ) -> models.PlanBatch:
        """Make several plans. As `POST /plan/`, for up to 50 questions. Each counts as a request towards the limit.
        If one is wrong, none is answered.
        """
        return await self._read(
            models.PlanBatch, "POST", "/api/v1/plan/batch/", query={"units": units}, body=body, repeatable=True
        )

    async def list_changes(
        self,
        *,
        since: int | None = None,
        state: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> models.Changes:
        """List changes. What has been published, updated, retired and merged after a revision, oldest first. A
        record is listed whenever what its address answers is another than before, also where it only shows a new
        name of another record. A slug that leads to another record, because its own was renamed or merged, is
        `merged`. To keep a copy of the catalogue: read the dump once, remember its `revision` and `state`, later
        ask for the changes since then, and follow `next` until it is null. A `since` beyond the newest revision
        has no changes, and `restart` is true. A resource whose address is dead is `retired`, and `published`
        again when it works.
        """
        return await self._read(
            models.Changes,
            "GET",
            "/api/v1/changes/",
            query={"since": since, "state": state, "limit": limit, "cursor": cursor},
        )

    def iter_changes(
        self,
        *,
        since: int | None = None,
        state: str | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[models.Change]:
        """List changes, page after page. What has been published, updated, retired and merged after a revision,
        oldest first. A record is listed whenever what its address answers is another than before, also where it
        only shows a new name of another record. A slug that leads to another record, because its own was renamed
        or merged, is `merged`. To keep a copy of the catalogue: read the dump once, remember its `revision` and
        `state`, later ask for the changes since then, and follow `next` until it is null. A `since` beyond the
        newest revision has no changes, and `restart` is true. A resource whose address is dead is `retired`, and
        `published` again when it works.
        """
        return self._each("/api/v1/changes/", {"since": since, "state": state, "limit": limit})

    async def read_dump(
        self,
        *,
        revision: int | None = None,
        since: int | None = None,
        state: str | None = None,
        format: Literal["jsonl", "sqlite"] | None = None,
    ) -> bytes:
        """Read everything. The whole catalogue of a revision as one file, or what a copy of an earlier one lacks. As
        JSON Lines, the first line has the revision, its `state`, the licence and the attribution. Each other line
        has the `kind` and the `slug` of a record and the `record` as its own address answers; of a slug that
        leads to another one, that slug in `into`. With `since` and `state`, from the first line of your copy,
        there are only the lines that changed, and `gone` is true in those to delete. If your copy cannot go on,
        everything comes: then `since` in the first line is null. As SQLite, the tables `catalogue`, `record` and
        `redirect` have the same, and a view for each kind, such as `skills`, has the fields as columns. `Accept-
        Encoding` may have zstd, a fifth of the size, and gzip, a quarter.
        """
        return await self._read(
            bytes,
            "GET",
            "/api/v1/dump/",
            query={"revision": revision, "since": since, "state": state, "format": format},
        )

    async def read_account(
        self,
    ) -> models.Account:
        """Read the account. Whose token or session it is."""
        return await self._read(models.Account, "GET", "/api/v1/me/")

    async def change_account(
        self,
        body: models.Profile | None = None,
        *,
        if_match: str | None = None,
    ) -> models.Account:
        """Change the account. Name and time zone. What is left out stays. Days that are over keep the date that they
        had.
        """
        return await self._read(models.Account, "PUT", "/api/v1/me/", headers={"If-Match": if_match}, body=body)

    async def delete_account(
        self,
        body: models.Password | None = None,
        *,
        if_match: str | None = None,
    ) -> None:
        """Delete the account. The account and everything in it, at once and for good. With the session only, and the
        password.
        """
        await self._do("DELETE", "/api/v1/me/", headers={"If-Match": if_match}, body=body)

    async def read_goal(
        self,
    ) -> models.Goal:
        """Read the goal. The role, and the time there is for it. 404 before there is one."""
        return await self._read(models.Goal, "GET", "/api/v1/me/goal/")

    async def set_goal(
        self,
        body: models.GoalQuestion,
        *,
        if_match: str | None = None,
    ) -> models.Goal:
        """Set the goal. In force from your today on. What is left out is as its description says, whatever it was
        before. `choices`, `projects`, `milestone_order` and `skip_milestones` stay as they are when they are left
        out; sent, each takes the place of what you wanted for this goal. A choice or a milestone that is not part
        of the goal is refused, and so is an order in which a milestone comes before one that it needs.
        """
        return await self._read(models.Goal, "PUT", "/api/v1/me/goal/", headers={"If-Match": if_match}, body=body)

    async def list_levels(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> models.OwnLevelPage:
        """List levels. Every skill that you have assessed or studied, by slug. All others are at level 0."""
        return await self._read(
            models.OwnLevelPage, "GET", "/api/v1/me/levels/", query={"page_size": page_size, "cursor": cursor}
        )

    def iter_levels(
        self,
        *,
        page_size: int | None = None,
    ) -> AsyncIterator[models.OwnLevel]:
        """List levels, page after page. Every skill that you have assessed or studied, by slug. All others are at
        level 0.
        """
        return self._each("/api/v1/me/levels/", {"page_size": page_size})

    async def read_level(
        self,
        skill: str,
    ) -> models.OwnLevel:
        """Read a level. Yours in a skill."""
        return await self._read(models.OwnLevel, "GET", f"/api/v1/me/levels/{quote(str(skill), safe='')}/")

    async def set_level(
        self,
        skill: str,
        body: models.LevelQuestion,
        *,
        if_match: str | None = None,
    ) -> models.OwnLevel:
        """Set a level. From now on, by your own judgement. Saying again what you said changes nothing, and what was
        checked or a project has shown stays so, up to this level.
        """
        return await self._read(
            models.OwnLevel,
            "PUT",
            f"/api/v1/me/levels/{quote(str(skill), safe='')}/",
            headers={"If-Match": if_match},
            body=body,
        )

    async def list_sessions(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> models.SessionPage:
        """List study sessions. The latest first."""
        return await self._read(
            models.SessionPage,
            "GET",
            "/api/v1/me/sessions/",
            query={"page_size": page_size, "cursor": cursor, "since": since, "until": until},
        )

    def iter_sessions(
        self,
        *,
        page_size: int | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> AsyncIterator[models.Session]:
        """List study sessions, page after page. The latest first."""
        return self._each("/api/v1/me/sessions/", {"page_size": page_size, "since": since, "until": until})

    async def log_session(
        self,
        body: models.SessionQuestion,
        *,
        idempotency_key: str | None = None,
    ) -> models.Session:
        """Log a study session. Minutes on a skill, on a resource for it, or on a resource alone. A day has 1,440 of
        them.
        """
        return await self._read(
            models.Session,
            "POST",
            "/api/v1/me/sessions/",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
            keyed=True,
        )

    async def restore_session(
        self,
        body: models.RestoreRequest,
        *,
        idempotency_key: str | None = None,
    ) -> models.Session:
        """Restore a study session. One that was removed, with its moment, its `event_id` and its ticked unit. It
        gets another `id`.
        """
        return await self._read(
            models.Session,
            "POST",
            "/api/v1/me/sessions/restore/",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
            keyed=True,
        )

    async def read_session(
        self,
        id: int,
    ) -> models.Session:
        """Read a study session. One that you logged."""
        return await self._read(models.Session, "GET", f"/api/v1/me/sessions/{quote(str(id), safe='')}/")

    async def remove_session(
        self,
        id: int,
        *,
        if_match: str | None = None,
    ) -> models.RemovedSession:
        """Remove a study session. As if it had never been logged. Nothing of it is stored any more; the answer is
        what can put it back.
        """
        return await self._read(
            models.RemovedSession,
            "DELETE",
            f"/api/v1/me/sessions/{quote(str(id), safe='')}/",
            headers={"If-Match": if_match},
        )

    async def list_assessments(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> models.AssessmentPage:
        """List the history of your levels. Which level got which source when, the latest first. The levels that
        follow from it: `GET /me/levels/`.
        """
        return await self._read(
            models.AssessmentPage,
            "GET",
            "/api/v1/me/assessments/",
            query={"page_size": page_size, "cursor": cursor, "since": since, "until": until},
        )

    def iter_assessments(
        self,
        *,
        page_size: int | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> AsyncIterator[models.Assessment]:
        """List the history of your levels, page after page. Which level got which source when, the latest first. The
        levels that follow from it: `GET /me/levels/`.
        """
        return self._each("/api/v1/me/assessments/", {"page_size": page_size, "since": since, "until": until})

    async def list_ads(
        self,
    ) -> models.Ads:
        """List your saved ads. The closest to your levels first: by the share of its weight that is at its levels,
        then by hours. What is asked for weighs 5, what is named 3, what is welcome 1.
        """
        return await self._read(models.Ads, "GET", "/api/v1/me/ads/")

    def iter_ads(
        self,
    ) -> AsyncIterator[models.Ad]:
        """List your saved ads, page after page. The closest to your levels first: by the share of its weight that is
        at its levels, then by hours. What is asked for weighs 5, what is named 3, what is welcome 1.
        """
        return self._each("/api/v1/me/ads/", {})

    async def save_ad(
        self,
        body: models.AdQuestion | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> models.Ad:
        """Save a job ad. From its text, which is read and not stored unless `keep_text` is true, or from its skills.
        What you send beside a text counts more than what is read there. You can have 20.
        """
        return await self._read(
            models.Ad, "POST", "/api/v1/me/ads/", headers={"Idempotency-Key": idempotency_key}, body=body, keyed=True
        )

    async def read_ad(
        self,
        id: int,
    ) -> models.AdItem:
        """Read a saved ad. With its text where you stored it."""
        return await self._read(models.AdItem, "GET", f"/api/v1/me/ads/{quote(str(id), safe='')}/")

    async def change_ad(
        self,
        id: int,
        body: models.AdChangeQuestion | None = None,
        *,
        if_match: str | None = None,
    ) -> models.Ad:
        """Change a saved ad. What is left out stays as it is; `skills` take the place of all of them. Where the ad
        is your goal, the plan follows.
        """
        return await self._read(
            models.Ad, "PUT", f"/api/v1/me/ads/{quote(str(id), safe='')}/", headers={"If-Match": if_match}, body=body
        )

    async def remove_ad(
        self,
        id: int,
        *,
        if_match: str | None = None,
    ) -> None:
        """Delete a saved ad. You can restore it for a day on the page of your ads; then it is deleted permanently.
        Where it is your goal, the goal is the role again that it was before, or else the one that planned the ad.
        """
        await self._do("DELETE", f"/api/v1/me/ads/{quote(str(id), safe='')}/", headers={"If-Match": if_match})

    async def make_ad_goal(
        self,
        id: int,
        *,
        idempotency_key: str | None = None,
    ) -> models.Goal:
        """Make a saved ad your goal. With the hours, days and deadline of the goal you have, or 8 hours a week on
        any day. `PUT /me/goal/` changes them. Answers with the goal.
        """
        return await self._read(
            models.Goal,
            "POST",
            f"/api/v1/me/ads/{quote(str(id), safe='')}/goal/",
            headers={"Idempotency-Key": idempotency_key},
            keyed=True,
        )

    async def leave_ad_goal(
        self,
        id: int,
        *,
        if_match: str | None = None,
    ) -> None:
        """Go back from a saved ad. To the role that was your goal before, with its industry and deadline, or else
        the one that planned the ad.
        """
        await self._do("DELETE", f"/api/v1/me/ads/{quote(str(id), safe='')}/goal/", headers={"If-Match": if_match})

    async def read_assessment(
        self,
        id: int,
    ) -> models.Assessment:
        """Read one of the history of your levels. Which level got which source when."""
        return await self._read(models.Assessment, "GET", f"/api/v1/me/assessments/{quote(str(id), safe='')}/")

    async def undo_assessment(
        self,
        id: int,
        body: models.UndoRequest | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> models.Assessment:
        """Undo a level. The latest that you said, or that was found, of a skill: what was before counts again. The
        answer is the entry that undoes it. Undone twice it is undone once.
        """
        return await self._read(
            models.Assessment,
            "POST",
            f"/api/v1/me/assessments/{quote(str(id), safe='')}/undo/",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
            keyed=True,
        )

    async def list_history(
        self,
        *,
        before: str | None = None,
        page_size: int | None = None,
    ) -> models.HistoryDayPage:
        """Read your history. What you did on each day with anything on it, the latest first."""
        return await self._read(
            models.HistoryDayPage, "GET", "/api/v1/me/history/", query={"before": before, "page_size": page_size}
        )

    def iter_history(
        self,
        *,
        before: str | None = None,
        page_size: int | None = None,
    ) -> AsyncIterator[models.HistoryDay]:
        """Read your history, page after page. What you did on each day with anything on it, the latest first."""
        return self._each("/api/v1/me/history/", {"before": before, "page_size": page_size})

    async def read_notices(
        self,
    ) -> models.Notices:
        """Read notices. Changes of the catalogue that touch your plan, your levels or what you put first, off or
        aside, and that you have not seen.
        """
        return await self._read(models.Notices, "GET", "/api/v1/me/notices/")

    async def see_notices(
        self,
        body: models.NoticesQuestion,
        *,
        if_match: str | None = None,
    ) -> models.Notices:
        """Mark notices as seen. Those up to a revision. What was seen stays seen."""
        return await self._read(models.Notices, "PUT", "/api/v1/me/notices/", headers={"If-Match": if_match}, body=body)

    async def list_evidence(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> models.EvidencePage:
        """List evidence. Your work and certificates of others, the latest first."""
        return await self._read(
            models.EvidencePage,
            "GET",
            "/api/v1/me/evidence/",
            query={"page_size": page_size, "cursor": cursor, "since": since, "until": until},
        )

    def iter_evidence(
        self,
        *,
        page_size: int | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> AsyncIterator[models.Evidence]:
        """List evidence, page after page. Your work and certificates of others, the latest first."""
        return self._each("/api/v1/me/evidence/", {"page_size": page_size, "since": since, "until": until})

    async def add_evidence(
        self,
        body: models.EvidenceQuestion,
        *,
        idempotency_key: str | None = None,
    ) -> models.Evidence:
        """Add evidence. For a skill: work of your own, with a link, a text or both, or a certificate of someone
        else, with `name`, `issuer` and `issued_on`. Neither changes a level.
        """
        return await self._read(
            models.Evidence,
            "POST",
            "/api/v1/me/evidence/",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
            keyed=True,
        )

    async def read_evidence(
        self,
        id: int,
    ) -> models.Evidence:
        """Read evidence. Work of yours, or a certificate of someone else."""
        return await self._read(models.Evidence, "GET", f"/api/v1/me/evidence/{quote(str(id), safe='')}/")

    async def change_evidence(
        self,
        id: int,
        body: models.EvidenceChangeQuestion | None = None,
        *,
        if_match: str | None = None,
    ) -> models.Evidence:
        """Change evidence. The link and the text of work, or what is said of a certificate. Skill, kind and project
        stay.
        """
        return await self._read(
            models.Evidence,
            "PUT",
            f"/api/v1/me/evidence/{quote(str(id), safe='')}/",
            headers={"If-Match": if_match},
            body=body,
        )

    async def remove_evidence(
        self,
        id: int,
        *,
        if_match: str | None = None,
    ) -> None:
        """Remove evidence. Permanently. Levels stay as they are."""
        await self._do("DELETE", f"/api/v1/me/evidence/{quote(str(id), safe='')}/", headers={"If-Match": if_match})

    async def list_work(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> models.WorkPage:
        """List work on projects. Projects that you have saved something of, by slug."""
        return await self._read(
            models.WorkPage, "GET", "/api/v1/me/projects/", query={"page_size": page_size, "cursor": cursor}
        )

    def iter_work(
        self,
        *,
        page_size: int | None = None,
    ) -> AsyncIterator[models.Work]:
        """List work on projects, page after page. Projects that you have saved something of, by slug."""
        return self._each("/api/v1/me/projects/", {"page_size": page_size})

    async def read_work(
        self,
        slug: str,
    ) -> models.Work:
        """Read work on a project. Its checklist, and what of it is done."""
        return await self._read(models.Work, "GET", f"/api/v1/me/projects/{quote(str(slug), safe='')}/")

    async def save_work(
        self,
        slug: str,
        body: models.WorkQuestion,
        *,
        if_match: str | None = None,
    ) -> models.Work:
        """Save work on a project. What is ticked from now on, and the link to it. When every line is ticked, confirm
        the levels that it proves: `POST /me/projects/{slug}/levels/`.
        """
        return await self._read(
            models.Work,
            "PUT",
            f"/api/v1/me/projects/{quote(str(slug), safe='')}/",
            headers={"If-Match": if_match},
            body=body,
        )

    async def list_proven_levels(
        self,
        slug: str,
    ) -> models.ProvenLevelPage:
        """List the levels that a project proves. And whether they are shown already."""
        return await self._read(
            models.ProvenLevelPage, "GET", f"/api/v1/me/projects/{quote(str(slug), safe='')}/levels/"
        )

    def iter_proven_levels(
        self,
        slug: str,
    ) -> AsyncIterator[models.ProvenLevel]:
        """List the levels that a project proves, page after page. And whether they are shown already."""
        return self._each(f"/api/v1/me/projects/{quote(str(slug), safe='')}/levels/", {})

    async def confirm_proven_levels(
        self,
        slug: str,
        body: models.ProvenLevelsQuestion,
        *,
        idempotency_key: str | None = None,
    ) -> models.AssessmentPage:
        """Confirm levels that a project proves. Once every line of its checklist is ticked. The link to your work
        becomes evidence of each. It takes no higher level away, and a level that is shown already is passed over.
        The answer is what it adds to the history of your levels; each entry can be undone.
        """
        return await self._read(
            models.AssessmentPage,
            "POST",
            f"/api/v1/me/projects/{quote(str(slug), safe='')}/levels/",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
            keyed=True,
        )

    def iter_confirm_proven_levels(
        self,
        slug: str,
        body: models.ProvenLevelsQuestion,
    ) -> AsyncIterator[models.Assessment]:
        """Confirm levels that a project proves, page after page. Once every line of its checklist is ticked. The
        link to your work becomes evidence of each. It takes no higher level away, and a level that is shown
        already is passed over. The answer is what it adds to the history of your levels; each entry can be
        undone.
        """
        return self._each(f"/api/v1/me/projects/{quote(str(slug), safe='')}/levels/", {})

    async def list_ticks(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> models.TickPage:
        """List ticked resources. Those that you have done, by slug."""
        return await self._read(
            models.TickPage, "GET", "/api/v1/me/resources/", query={"page_size": page_size, "cursor": cursor}
        )

    def iter_ticks(
        self,
        *,
        page_size: int | None = None,
    ) -> AsyncIterator[models.Tick]:
        """List ticked resources, page after page. Those that you have done, by slug."""
        return self._each("/api/v1/me/resources/", {"page_size": page_size})

    async def read_tick(
        self,
        id: int,
    ) -> models.Tick:
        """Read whether a resource is done. Whether you have ticked it, and when."""
        return await self._read(models.Tick, "GET", f"/api/v1/me/resources/{quote(str(id), safe='')}/")

    async def tick_resource(
        self,
        id: int,
        body: models.TickQuestion,
        *,
        if_match: str | None = None,
    ) -> models.Tick:
        """Tick a resource. As done, or as not. Ticked again it keeps its moment."""
        return await self._read(
            models.Tick,
            "PUT",
            f"/api/v1/me/resources/{quote(str(id), safe='')}/",
            headers={"If-Match": if_match},
            body=body,
        )

    async def list_units(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> models.UnitTickPage:
        """List ticked units. The latest first."""
        return await self._read(
            models.UnitTickPage,
            "GET",
            "/api/v1/me/units/",
            query={"page_size": page_size, "cursor": cursor, "since": since, "until": until},
        )

    def iter_units(
        self,
        *,
        page_size: int | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> AsyncIterator[models.UnitTick]:
        """List ticked units, page after page. The latest first."""
        return self._each("/api/v1/me/units/", {"page_size": page_size, "since": since, "until": until})

    async def read_unit_tick(
        self,
        skill: str,
        level: int,
        id: str,
    ) -> models.UnitTick:
        """Read a ticked unit. When you ticked it, and what was logged with it. 404 without a tick."""
        return await self._read(
            models.UnitTick,
            "GET",
            f"/api/v1/me/units/{quote(str(skill), safe='')}/{quote(str(level), safe='')}/{quote(str(id), safe='')}/",
        )

    async def tick_unit(
        self,
        skill: str,
        level: int,
        id: str,
        body: models.UnitTickQuestion | None = None,
        *,
        if_match: str | None = None,
    ) -> models.UnitTick:
        """Tick a unit. You have done it. Its minutes are logged on the skill, less what you logged there without a
        unit and what counts for it; or those that are sent. The unit has to be of the level after yours or of one
        below. Ticked again, it stays as it is and nothing more is logged.
        """
        return await self._read(
            models.UnitTick,
            "PUT",
            f"/api/v1/me/units/{quote(str(skill), safe='')}/{quote(str(level), safe='')}/{quote(str(id), safe='')}/",
            headers={"If-Match": if_match},
            body=body,
        )

    async def untick_unit(
        self,
        skill: str,
        level: int,
        id: str,
        *,
        if_match: str | None = None,
    ) -> None:
        """Untick a unit. As if you had never ticked it: the session that it logged goes too. Without a tick nothing
        happens.
        """
        await self._do(
            "DELETE",
            f"/api/v1/me/units/{quote(str(skill), safe='')}/{quote(str(level), safe='')}/{quote(str(id), safe='')}/",
            headers={"If-Match": if_match},
        )

    async def list_checks(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> models.CheckPage:
        """List checks. Your quick checks and reviews, the latest first. With the session only."""
        return await self._read(
            models.CheckPage,
            "GET",
            "/api/v1/me/checks/",
            query={"page_size": page_size, "cursor": cursor, "since": since, "until": until},
        )

    def iter_checks(
        self,
        *,
        page_size: int | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> AsyncIterator[models.Check]:
        """List checks, page after page. Your quick checks and reviews, the latest first. With the session only."""
        return self._each("/api/v1/me/checks/", {"page_size": page_size, "since": since, "until": until})

    async def begin_check(
        self,
        body: models.CheckRequest,
        *,
        idempotency_key: str | None = None,
    ) -> models.RunningCheck:
        """Begin a check. Of a level of a skill, or the one of this skill that is not finished. One check of a skill
        a day; 409 says from when on the next is possible. With the session only.
        """
        return await self._read(
            models.RunningCheck,
            "POST",
            "/api/v1/me/checks/",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
            keyed=True,
        )

    async def read_check(
        self,
        id: int,
    ) -> models.RunningCheck:
        """Read a check. How far it is, and the question that comes next. With the session only."""
        return await self._read(models.RunningCheck, "GET", f"/api/v1/me/checks/{quote(str(id), safe='')}/")

    async def answer_check(
        self,
        id: int,
        body: models.CheckAnswerRequest,
        *,
        idempotency_key: str | None = None,
    ) -> models.CheckAnswer:
        """Answer a question. The one that is asked; it says whether the answer is right, why, and what comes next.
        The last answer finishes the check. With the session only.
        """
        return await self._read(
            models.CheckAnswer,
            "POST",
            f"/api/v1/me/checks/{quote(str(id), safe='')}/answers/",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
            keyed=True,
        )

    async def list_notes(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> models.NotePage:
        """List notes. Yours, by slug of the skill."""
        return await self._read(
            models.NotePage, "GET", "/api/v1/me/notes/", query={"page_size": page_size, "cursor": cursor}
        )

    def iter_notes(
        self,
        *,
        page_size: int | None = None,
    ) -> AsyncIterator[models.Note]:
        """List notes, page after page. Yours, by slug of the skill."""
        return self._each("/api/v1/me/notes/", {"page_size": page_size})

    async def read_note(
        self,
        skill: str,
    ) -> models.Note:
        """Read a note. Yours on a skill."""
        return await self._read(models.Note, "GET", f"/api/v1/me/notes/{quote(str(skill), safe='')}/")

    async def write_note(
        self,
        skill: str,
        body: models.NoteQuestion,
        *,
        if_match: str | None = None,
    ) -> models.Note:
        """Write a note. On a skill, for nobody else."""
        return await self._read(
            models.Note,
            "PUT",
            f"/api/v1/me/notes/{quote(str(skill), safe='')}/",
            headers={"If-Match": if_match},
            body=body,
        )

    async def read_readiness(
        self,
    ) -> models.OwnReadiness:
        """Read your readiness. For your goal, term by term, and the next levels that raise it most. 404 without a
        goal.
        """
        return await self._read(models.OwnReadiness, "GET", "/api/v1/me/readiness/")

    async def read_plan(
        self,
        *,
        units: Literal["first", "all"] | None = None,
    ) -> models.OwnPlan:
        """Read your plan. From today to your goal, as the page has it. A deadline that is over is left out. 404
        without a goal.
        """
        return await self._read(models.OwnPlan, "GET", "/api/v1/me/plan/", query={"units": units})

    async def list_overrides(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> models.OverridePage:
        """List what you changed in the plan. Skills that you pinned, skip or put off, by slug. `GET /me/plan/` has
        the pins in their order.
        """
        return await self._read(
            models.OverridePage, "GET", "/api/v1/me/plan/overrides/", query={"page_size": page_size, "cursor": cursor}
        )

    def iter_overrides(
        self,
        *,
        page_size: int | None = None,
    ) -> AsyncIterator[models.Override]:
        """List what you changed in the plan, page after page. Skills that you pinned, skip or put off, by slug. `GET
        /me/plan/` has the pins in their order.
        """
        return self._each("/api/v1/me/plan/overrides/", {"page_size": page_size})

    async def read_override(
        self,
        skill: str,
    ) -> models.Override:
        """Read what you changed about a skill. In your plan. 404 where nothing is changed."""
        return await self._read(models.Override, "GET", f"/api/v1/me/plan/overrides/{quote(str(skill), safe='')}/")

    async def override_plan(
        self,
        skill: str,
        body: models.OverrideQuestion,
        *,
        if_match: str | None = None,
    ) -> models.Override:
        """Pin, skip or put off a skill. In your plan; the last word counts. Pins come in the order in which they
        were said. The skill has to be one that your goal needs.
        """
        return await self._read(
            models.Override,
            "PUT",
            f"/api/v1/me/plan/overrides/{quote(str(skill), safe='')}/",
            headers={"If-Match": if_match},
            body=body,
        )

    async def restore_plan(
        self,
        skill: str,
        *,
        if_match: str | None = None,
    ) -> None:
        """Take that back. The skill is planned as any other."""
        await self._do(
            "DELETE", f"/api/v1/me/plan/overrides/{quote(str(skill), safe='')}/", headers={"If-Match": if_match}
        )

    async def list_reviews(
        self,
    ) -> models.Reviews:
        """List your reviews. Levels that were checked or shown fade when they are not used. Each has a half-life of
        6.5 months at first, which every passed review doubles, up to two years. A review has three questions,
        which are answered on the site and not here. A level that you only said has none, and neither has a skill
        with too few questions.
        """
        return await self._read(models.Reviews, "GET", "/api/v1/me/reviews/")

    async def read_dashboard(
        self,
    ) -> models.Dashboard:
        """Read the dashboard. Readiness, what comes next, pace, streak and what is due, as of now."""
        return await self._read(models.Dashboard, "GET", "/api/v1/me/dashboard/")

    async def list_reminders(
        self,
    ) -> models.ReminderPage:
        """List reminders. Each kind, set or not."""
        return await self._read(models.ReminderPage, "GET", "/api/v1/me/reminders/")

    def iter_reminders(
        self,
    ) -> AsyncIterator[models.Reminder]:
        """List reminders, page after page. Each kind, set or not."""
        return self._each("/api/v1/me/reminders/", {})

    async def read_reminder(
        self,
        kind: Literal["weekly", "behind", "review", "study"],
    ) -> models.Reminder:
        """Read a reminder. When mails of this kind come. Before it is set, what would be usual."""
        return await self._read(models.Reminder, "GET", f"/api/v1/me/reminders/{quote(str(kind), safe='')}/")

    async def set_reminder(
        self,
        kind: Literal["weekly", "behind", "review", "study"],
        body: models.ReminderQuestion,
        *,
        if_match: str | None = None,
    ) -> models.Reminder:
        """Set a reminder. When mails of this kind come, or that none do. Reminders are off until the learner agrees
        to them: turning one on takes the version of the words that they have read.
        """
        return await self._read(
            models.Reminder,
            "PUT",
            f"/api/v1/me/reminders/{quote(str(kind), safe='')}/",
            headers={"If-Match": if_match},
            body=body,
        )

    async def list_deliveries(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> models.DeliveryPage:
        """List deliveries. Every reminder that was due, the latest first: sent, or why not."""
        return await self._read(
            models.DeliveryPage,
            "GET",
            "/api/v1/me/deliveries/",
            query={"page_size": page_size, "cursor": cursor, "since": since, "until": until},
        )

    def iter_deliveries(
        self,
        *,
        page_size: int | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> AsyncIterator[models.Delivery]:
        """List deliveries, page after page. Every reminder that was due, the latest first: sent, or why not."""
        return self._each("/api/v1/me/deliveries/", {"page_size": page_size, "since": since, "until": until})

    async def read_calendar(
        self,
    ) -> models.Calendar:
        """Read whether there is a calendar address. And since when. The address itself is told once, when it is
        made.
        """
        return await self._read(models.Calendar, "GET", "/api/v1/me/calendar/")

    async def make_calendar(
        self,
    ) -> models.NewCalendar:
        """Make a calendar address. Your plan as a calendar (iCalendar), for programs that subscribe to one. An older
        address ends at once. Only a digest of it is kept, so an `Idempotency-Key` is not looked at.
        """
        return await self._read(models.NewCalendar, "POST", "/api/v1/me/calendar/")

    async def revoke_calendar(
        self,
        *,
        if_match: str | None = None,
    ) -> None:
        """End the calendar address. At once: it answers 404. Without one there is nothing to do."""
        await self._do("DELETE", "/api/v1/me/calendar/", headers={"If-Match": if_match})

    async def read_proof_page(
        self,
    ) -> models.ProofPage:
        """Read the proof page. What it shows, whether it is on, and its address. Before you save it, what it would
        show.
        """
        return await self._read(models.ProofPage, "GET", "/api/v1/me/proof-page/")

    async def save_proof_page(
        self,
        body: models.ProofPageQuestion,
        *,
        if_match: str | None = None,
    ) -> models.ProofPage:
        """Save the proof page. What it shows from now on, and whether it is on. A name that someone else has or had
        is refused. With another name the old address ends at once.
        """
        return await self._read(
            models.ProofPage, "PUT", "/api/v1/me/proof-page/", headers={"If-Match": if_match}, body=body
        )

    async def revoke_proof_page(
        self,
        *,
        if_match: str | None = None,
    ) -> None:
        """Turn the proof page off. At once: its address answers 404. Your settings and the name stay yours."""
        await self._do("DELETE", "/api/v1/me/proof-page/", headers={"If-Match": if_match})

    async def export(
        self,
        body: models.Password | None = None,
    ) -> models.Export:
        """Export everything. All that there is about you, as the page gives it. It changes nothing and no copy of it
        is kept, so an `Idempotency-Key` is not looked at. With the session it takes the password, with a token
        the scope `read`.
        """
        return await self._read(models.Export, "POST", "/api/v1/me/export/", body=body)

    async def import_(
        self,
        body: models.Export,
        *,
        dry_run: Literal["true", "false"] | None = None,
        idempotency_key: str | None = None,
    ) -> models.Import:
        """Import an export. What an export of Waymark has of saved ads, goals, days off, levels, evidence, sessions,
        ticked resources, project work, notes and changes of the plan, added to yours in one transaction: all of
        it or, when a row is wrong, nothing. Twice is once. Of what both have, the later one stays. A level that
        was checked comes back as your own judgement. The account, its logins, tokens and addresses are not read,
        and no reminder is turned on by it. At most 8 MiB and 50,000 rows.
        """
        return await self._read(
            models.Import,
            "POST",
            "/api/v1/me/import/",
            query={"dry_run": dry_run},
            headers={"Idempotency-Key": idempotency_key},
            body=body,
            keyed=True,
        )

    async def list_tokens(
        self,
    ) -> models.TokenPage:
        """List tokens. Your access tokens, the newest first, those that expired in the last 30 days included. With
        the session only.
        """
        return await self._read(models.TokenPage, "GET", "/api/v1/me/tokens/")

    def iter_tokens(
        self,
    ) -> AsyncIterator[models.Token]:
        """List tokens, page after page. Your access tokens, the newest first, those that expired in the last 30 days
        included. With the session only.
        """
        return self._each("/api/v1/me/tokens/", {})

    async def make_token(
        self,
        body: models.TokenQuestion,
    ) -> models.NewToken:
        """Make a token. A personal access token, of which you may have 20. Its text is in this answer and nowhere
        else: only a digest is kept, so an `Idempotency-Key` is not looked at. With the session only, and with the
        password unless a page has asked for it in the last five minutes.
        """
        return await self._read(models.NewToken, "POST", "/api/v1/me/tokens/", body=body)

    async def read_token(
        self,
        id: int,
    ) -> models.Token:
        """Read a token. What there is to know of it, but for its text. With the session only."""
        return await self._read(models.Token, "GET", f"/api/v1/me/tokens/{quote(str(id), safe='')}/")

    async def renew_token(
        self,
        id: int,
        body: models.RenewalQuestion | None = None,
        *,
        if_match: str | None = None,
    ) -> models.Token:
        """Renew a token. It is good for so many days from now on, with the same text; one that has expired works
        again. With the session only, and with the password unless a page has asked for it in the last five
        minutes.
        """
        return await self._read(
            models.Token,
            "PUT",
            f"/api/v1/me/tokens/{quote(str(id), safe='')}/",
            headers={"If-Match": if_match},
            body=body,
        )

    async def revoke_token(
        self,
        id: int,
        *,
        if_match: str | None = None,
    ) -> None:
        """Revoke a token. It is refused from its next request on, and nothing of it is kept. With the session only."""
        await self._do("DELETE", f"/api/v1/me/tokens/{quote(str(id), safe='')}/", headers={"If-Match": if_match})
