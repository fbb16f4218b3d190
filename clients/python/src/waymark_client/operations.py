"""The operations of the API. Generated from its schema by `generate_client.py`; do not edit by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, Literal
from urllib.parse import quote

from waymark_client import models


class Operations:
    """The operations of the API, for `Client`, which sends the requests. A method of a paginated operation returns
    one page; its `iter_…` method yields the records of all pages.
    """

    def _read[T](self, kind: type[T], method: str, path: str, **options: Any) -> T:
        raise NotImplementedError

    def _do(self, method: str, path: str, **options: Any) -> None:
        raise NotImplementedError

    def _each(self, path: str, query: Mapping[str, Any]) -> Iterator[Any]:
        raise NotImplementedError

    def read_index(
        self,
    ) -> models.Index:
        """Read the index. Every operation with its URL."""
        return self._read(models.Index, "GET", "/api/v1/")

    def read_account(
        self,
    ) -> models.Account:
        """Read the account. The account that the token or session belongs to."""
        return self._read(models.Account, "GET", "/api/v1/me/")

    def change_account(
        self,
        body: models.Profile | None = None,
        *,
        if_match: str | None = None,
    ) -> models.Account:
        """Change the account. You can change your name and time zone. Fields that you leave out stay as they are.
        Past days keep their dates.
        """
        return self._read(models.Account, "PUT", "/api/v1/me/", headers={"If-Match": if_match}, body=body)

    def delete_account(
        self,
        body: models.Password | None = None,
        *,
        if_match: str | None = None,
    ) -> None:
        """Delete the account. The account and everything in it are deleted immediately and permanently. Requires a
        session and the password.
        """
        self._do("DELETE", "/api/v1/me/", headers={"If-Match": if_match}, body=body)

    def read_goal(
        self,
    ) -> models.Goal:
        """Read the goal. The role, and the time you have for it. Returns 404 if you have no goal."""
        return self._read(models.Goal, "GET", "/api/v1/me/goal/")

    def set_goal(
        self,
        body: models.GoalQuestion,
        *,
        if_match: str | None = None,
    ) -> models.Goal:
        """Set the goal. The goal counts from today, in your time zone. Most fields that you leave out get the
        default in their description. `choices`, `projects`, `milestone_order` and `skip_milestones` stay as they
        are if you leave them out; if you send one, it replaces the previous value. A choice or milestone that is
        not part of the goal is refused, and so is an order in which a milestone comes before one that it needs.
        """
        return self._read(models.Goal, "PUT", "/api/v1/me/goal/", headers={"If-Match": if_match}, body=body)

    def list_levels(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> models.OwnLevelPage:
        """List levels. Every skill that you have assessed or studied, sorted by slug. All other skills are at level
        0.
        """
        return self._read(
            models.OwnLevelPage, "GET", "/api/v1/me/levels/", query={"page_size": page_size, "cursor": cursor}
        )

    def iter_levels(
        self,
        *,
        page_size: int | None = None,
    ) -> Iterator[models.OwnLevel]:
        """List levels. Every skill that you have assessed or studied, sorted by slug. All other skills are at level
        0.
        """
        return self._each("/api/v1/me/levels/", {"page_size": page_size})

    def read_level(
        self,
        skill: str,
    ) -> models.OwnLevel:
        """Read a level. Your level in a skill."""
        return self._read(models.OwnLevel, "GET", f"/api/v1/me/levels/{quote(str(skill), safe='')}/")

    def set_level(
        self,
        skill: str,
        body: models.LevelQuestion,
        *,
        if_match: str | None = None,
    ) -> models.OwnLevel:
        """Set a level. This is your level from now on, in your own judgement. Sending the same level again changes
        nothing. Levels that a check or project has shown still count, up to this level.
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
        """List study sessions. Your study sessions, latest first."""
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
        """List study sessions. Your study sessions, latest first."""
        return self._each("/api/v1/me/sessions/", {"page_size": page_size, "since": since, "until": until})

    def log_session(
        self,
        body: models.SessionQuestion,
        *,
        idempotency_key: str | None = None,
    ) -> models.Session:
        """Log a study session. You can log minutes on a skill, on a resource for it, or on a resource alone, up to
        1,440 minutes a day.
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
        """Restore a study session. A session that you removed gets its time, `event_id` and ticked unit again, but a
        new `id`.
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
        """Read a study session. A session that you logged."""
        return self._read(models.Session, "GET", f"/api/v1/me/sessions/{quote(str(id), safe='')}/")

    def remove_session(
        self,
        id: int,
        *,
        if_match: str | None = None,
    ) -> models.RemovedSession:
        """Remove a study session. Afterwards, it is as if you had never logged the session. We no longer store any
        part of it; the response contains what you need to restore it.
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
        """List your level history. When each of your levels changed and how we know the level, latest first. `GET
        /me/levels/` returns your current levels.
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
        """List your level history. When each of your levels changed and how we know the level, latest first. `GET
        /me/levels/` returns your current levels.
        """
        return self._each("/api/v1/me/assessments/", {"page_size": page_size, "since": since, "until": until})

    def list_ads(
        self,
    ) -> models.Ads:
        """List your saved ads. The ad closest to your levels comes first: ads are sorted by the share of their
        weight that your levels cover, then by hours. A required skill has weight 5, a skill that is only named 3,
        and a welcome skill 1.
        """
        return self._read(models.Ads, "GET", "/api/v1/me/ads/")

    def iter_ads(
        self,
    ) -> Iterator[models.Ad]:
        """List your saved ads. The ad closest to your levels comes first: ads are sorted by the share of their
        weight that your levels cover, then by hours. A required skill has weight 5, a skill that is only named 3,
        and a welcome skill 1.
        """
        return self._each("/api/v1/me/ads/", {})

    def save_ad(
        self,
        body: models.AdQuestion | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> models.Ad:
        """Save a job ad. Send the text of the ad, which is read but not stored unless `keep_text` is true, or its
        skills. Values that you send override values read from the text. You can save up to 20 ads.
        """
        return self._read(
            models.Ad, "POST", "/api/v1/me/ads/", headers={"Idempotency-Key": idempotency_key}, body=body, keyed=True
        )

    def read_ad(
        self,
        id: int,
    ) -> models.AdItem:
        """Read a saved ad. A saved ad, with its text if you stored it."""
        return self._read(models.AdItem, "GET", f"/api/v1/me/ads/{quote(str(id), safe='')}/")

    def change_ad(
        self,
        id: int,
        body: models.AdChangeQuestion | None = None,
        *,
        if_match: str | None = None,
    ) -> models.Ad:
        """Change a saved ad. Fields that you leave out stay as they are; `skills` replaces all skills. If the ad is
        your goal, your plan changes with it.
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
        """Delete a saved ad. For a day, you can restore the ad on the page of your ads; after that, it is deleted
        permanently. If the ad is your goal, your goal becomes the role that was your goal before, or otherwise
        the role whose path the ad's plan followed.
        """
        self._do("DELETE", f"/api/v1/me/ads/{quote(str(id), safe='')}/", headers={"If-Match": if_match})

    def make_ad_goal(
        self,
        id: int,
        *,
        idempotency_key: str | None = None,
    ) -> models.Goal:
        """Make a saved ad your goal. The goal keeps the hours, days and deadline of your current goal, or has 8
        hours a week on any day if you have no goal. `PUT /me/goal/` changes them. Returns the goal.
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
        """Stop using a saved ad as your goal. Your goal becomes the role that was your goal before, with its
        industry and deadline, or otherwise the role whose path the ad's plan followed.
        """
        self._do("DELETE", f"/api/v1/me/ads/{quote(str(id), safe='')}/goal/", headers={"If-Match": if_match})

    def read_assessment(
        self,
        id: int,
    ) -> models.Assessment:
        """Read an entry in your level history. When a level changed, and how we know the level."""
        return self._read(models.Assessment, "GET", f"/api/v1/me/assessments/{quote(str(id), safe='')}/")

    def undo_assessment(
        self,
        id: int,
        body: models.UndoRequest | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> models.Assessment:
        """Undo a level. The latest assessment of a skill no longer counts, whether it came from you, a check or a
        project; the previous one counts again. Returns the entry that undoes it. Undoing it twice has no further
        effect.
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
        """Read your history. What you did, day by day, latest first. Days on which you did nothing are left out."""
        return self._read(
            models.HistoryDayPage, "GET", "/api/v1/me/history/", query={"before": before, "page_size": page_size}
        )

    def iter_history(
        self,
        *,
        before: str | None = None,
        page_size: int | None = None,
    ) -> Iterator[models.HistoryDay]:
        """Read your history. What you did, day by day, latest first. Days on which you did nothing are left out."""
        return self._each("/api/v1/me/history/", {"before": before, "page_size": page_size})

    def read_notices(
        self,
    ) -> models.Notices:
        """Read notices. Changes to the catalogue that you have not seen and that affect your plan, your levels, or
        skills that you pinned, postponed or skipped.
        """
        return self._read(models.Notices, "GET", "/api/v1/me/notices/")

    def see_notices(
        self,
        body: models.NoticesQuestion,
        *,
        if_match: str | None = None,
    ) -> models.Notices:
        """Mark notices as seen. All notices up to a revision count as seen, permanently."""
        return self._read(models.Notices, "PUT", "/api/v1/me/notices/", headers={"If-Match": if_match}, body=body)

    def list_evidence(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> models.EvidencePage:
        """List evidence. Your work and your certificates, latest first."""
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
        """List evidence. Your work and your certificates, latest first."""
        return self._each("/api/v1/me/evidence/", {"page_size": page_size, "since": since, "until": until})

    def add_evidence(
        self,
        body: models.EvidenceQuestion,
        *,
        idempotency_key: str | None = None,
    ) -> models.Evidence:
        """Add evidence. Evidence for a skill is your own work, with a link, a text or both, or a certificate, with
        `name`, `issuer` and `issued_on`. Neither changes a level.
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
        """Read evidence. Something you made, or a certificate."""
        return self._read(models.Evidence, "GET", f"/api/v1/me/evidence/{quote(str(id), safe='')}/")

    def change_evidence(
        self,
        id: int,
        body: models.EvidenceChangeQuestion | None = None,
        *,
        if_match: str | None = None,
    ) -> models.Evidence:
        """Change evidence. You can change the link and text of your work, or the details of a certificate. Skill,
        kind and project stay the same.
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
        """Remove evidence. This is permanent. Levels stay as they are."""
        self._do("DELETE", f"/api/v1/me/evidence/{quote(str(id), safe='')}/", headers={"If-Match": if_match})

    def list_work(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> models.WorkPage:
        """List work on projects. Projects on which you have saved work, sorted by slug."""
        return self._read(
            models.WorkPage, "GET", "/api/v1/me/projects/", query={"page_size": page_size, "cursor": cursor}
        )

    def iter_work(
        self,
        *,
        page_size: int | None = None,
    ) -> Iterator[models.Work]:
        """List work on projects. Projects on which you have saved work, sorted by slug."""
        return self._each("/api/v1/me/projects/", {"page_size": page_size})

    def read_work(
        self,
        slug: str,
    ) -> models.Work:
        """Read work on a project. The checklist, and the lines of it that are done."""
        return self._read(models.Work, "GET", f"/api/v1/me/projects/{quote(str(slug), safe='')}/")

    def save_work(
        self,
        slug: str,
        body: models.WorkQuestion,
        *,
        if_match: str | None = None,
    ) -> models.Work:
        """Save work on a project. Send the lines that are ticked, and the link to your work. When every line is
        ticked, confirm the levels that the project proves with `POST /me/projects/{slug}/levels/`.
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
        """List the levels that a project proves. The levels, and whether each has already been proved."""
        return self._read(models.ProvenLevelPage, "GET", f"/api/v1/me/projects/{quote(str(slug), safe='')}/levels/")

    def iter_proven_levels(
        self,
        slug: str,
    ) -> Iterator[models.ProvenLevel]:
        """List the levels that a project proves. The levels, and whether each has already been proved."""
        return self._each(f"/api/v1/me/projects/{quote(str(slug), safe='')}/levels/", {})

    def confirm_proven_levels(
        self,
        slug: str,
        body: models.ProvenLevelsQuestion,
        *,
        idempotency_key: str | None = None,
    ) -> models.AssessmentPage:
        """Confirm levels that a project proves. Every line of the checklist must be ticked first. The link to your
        work becomes evidence of each level. A higher level stays, and a level that is already proved is ignored.
        Returns the entries that were added to your level history; you can undo each of them.
        """
        return self._read(
            models.AssessmentPage,
            "POST",
            f"/api/v1/me/projects/{quote(str(slug), safe='')}/levels/",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
            keyed=True,
        )

    def list_ticks(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> models.TickPage:
        """List ticked resources. Resources that you have finished, sorted by slug."""
        return self._read(
            models.TickPage, "GET", "/api/v1/me/resources/", query={"page_size": page_size, "cursor": cursor}
        )

    def iter_ticks(
        self,
        *,
        page_size: int | None = None,
    ) -> Iterator[models.Tick]:
        """List ticked resources. Resources that you have finished, sorted by slug."""
        return self._each("/api/v1/me/resources/", {"page_size": page_size})

    def read_tick(
        self,
        id: int,
    ) -> models.Tick:
        """Read whether a resource is done. Whether you have ticked the resource, and when."""
        return self._read(models.Tick, "GET", f"/api/v1/me/resources/{quote(str(id), safe='')}/")

    def tick_resource(
        self,
        id: int,
        body: models.TickQuestion,
        *,
        if_match: str | None = None,
    ) -> models.Tick:
        """Tick a resource. Marks a resource as finished or not finished. A resource that was ticked before keeps the
        time of the first tick.
        """
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
        """List ticked units. The units you have ticked, latest first."""
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
        """List ticked units. The units you have ticked, latest first."""
        return self._each("/api/v1/me/units/", {"page_size": page_size, "since": since, "until": until})

    def read_unit_tick(
        self,
        skill: str,
        level: int,
        id: str,
    ) -> models.UnitTick:
        """Read a ticked unit. When you ticked the unit, and what was logged with it. Returns 404 if the unit is not
        ticked.
        """
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
        """Tick a unit. Marks the unit as done. Logs the unit's minutes on the skill, minus the minutes that you have
        already logged there without a unit; or logs the minutes you send. The unit must lead to the level after
        yours, or to a lower level. Ticking it again changes nothing.
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
        """Untick a unit. Afterwards, it is as if you had never ticked the unit: the session that it logged is also
        removed. If the unit is not ticked, nothing happens.
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
        """List checks. Your quick checks and reviews, latest first. Requires a session."""
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
        """List checks. Your quick checks and reviews, latest first. Requires a session."""
        return self._each("/api/v1/me/checks/", {"page_size": page_size, "since": since, "until": until})

    def begin_check(
        self,
        body: models.CheckRequest,
        *,
        idempotency_key: str | None = None,
    ) -> models.RunningCheck:
        """Start a check. If the skill has an unfinished check, you continue that one. You can check a skill once a
        day; 409 states when the next check is possible. Requires a session.
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
        """Read a check. The progress of the check, and the next question. Requires a session."""
        return self._read(models.RunningCheck, "GET", f"/api/v1/me/checks/{quote(str(id), safe='')}/")

    def answer_check(
        self,
        id: int,
        body: models.CheckAnswerRequest,
        *,
        idempotency_key: str | None = None,
    ) -> models.CheckAnswer:
        """Answer a question. The response tells you whether you are right, why, and what comes next. The last
        question finishes the check. Requires a session.
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
        """List notes. Your notes, sorted by the slug of the skill."""
        return self._read(models.NotePage, "GET", "/api/v1/me/notes/", query={"page_size": page_size, "cursor": cursor})

    def iter_notes(
        self,
        *,
        page_size: int | None = None,
    ) -> Iterator[models.Note]:
        """List notes. Your notes, sorted by the slug of the skill."""
        return self._each("/api/v1/me/notes/", {"page_size": page_size})

    def read_note(
        self,
        skill: str,
    ) -> models.Note:
        """Read a note. Your note on a skill."""
        return self._read(models.Note, "GET", f"/api/v1/me/notes/{quote(str(skill), safe='')}/")

    def write_note(
        self,
        skill: str,
        body: models.NoteQuestion,
        *,
        if_match: str | None = None,
    ) -> models.Note:
        """Write a note. A note on a skill, which only you can read."""
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
        """Read your readiness. Your readiness for your goal, term by term, with the next levels that raise it most.
        Returns 404 if you have no goal.
        """
        return self._read(models.OwnReadiness, "GET", "/api/v1/me/readiness/")

    def read_plan(
        self,
        *,
        units: Literal["first", "all"] | None = None,
    ) -> models.OwnPlan:
        """Read your plan. Your plan from today to your goal, as on the site. A deadline in the past is ignored.
        Returns 404 if you have no goal.
        """
        return self._read(models.OwnPlan, "GET", "/api/v1/me/plan/", query={"units": units})

    def list_overrides(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> models.OverridePage:
        """List your changes to the plan. Skills that you pinned, skipped or postponed, sorted by slug. `GET
        /me/plan/` has the pins in their order.
        """
        return self._read(
            models.OverridePage, "GET", "/api/v1/me/plan/overrides/", query={"page_size": page_size, "cursor": cursor}
        )

    def iter_overrides(
        self,
        *,
        page_size: int | None = None,
    ) -> Iterator[models.Override]:
        """List your changes to the plan. Skills that you pinned, skipped or postponed, sorted by slug. `GET
        /me/plan/` has the pins in their order.
        """
        return self._each("/api/v1/me/plan/overrides/", {"page_size": page_size})

    def read_override(
        self,
        skill: str,
    ) -> models.Override:
        """Read your change to a skill. How you changed the skill in your plan. Returns 404 if you did not change it."""
        return self._read(models.Override, "GET", f"/api/v1/me/plan/overrides/{quote(str(skill), safe='')}/")

    def override_plan(
        self,
        skill: str,
        body: models.OverrideQuestion,
        *,
        if_match: str | None = None,
    ) -> models.Override:
        """Pin, skip or postpone a skill. The latest request for a skill counts, and pins keep the order in which you
        made them. Your goal must need the skill.
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
        """Undo your change to a skill. Your plan treats the skill like any other again."""
        self._do("DELETE", f"/api/v1/me/plan/overrides/{quote(str(skill), safe='')}/", headers={"If-Match": if_match})

    def list_reviews(
        self,
    ) -> models.Reviews:
        """List your reviews. Levels that a check or project has shown fade if you do not use them. Each level starts
        with a half-life of 6.5 months; every review you pass doubles it, up to two years. A review has three
        questions, which you answer on the site, not through the API. Levels based only on your own word have no
        reviews, nor do skills with too few questions.
        """
        return self._read(models.Reviews, "GET", "/api/v1/me/reviews/")

    def read_dashboard(
        self,
    ) -> models.Dashboard:
        """Read the dashboard. Readiness, what comes next, pace, streak and what is due now."""
        return self._read(models.Dashboard, "GET", "/api/v1/me/dashboard/")

    def list_reminders(
        self,
    ) -> models.ReminderPage:
        """List reminders. Every kind, whether or not you have set it up."""
        return self._read(models.ReminderPage, "GET", "/api/v1/me/reminders/")

    def iter_reminders(
        self,
    ) -> Iterator[models.Reminder]:
        """List reminders. Every kind, whether or not you have set it up."""
        return self._each("/api/v1/me/reminders/", {})

    def read_reminder(
        self,
        kind: Literal["weekly", "behind", "review", "study"],
    ) -> models.Reminder:
        """Read a reminder. When emails of this kind are sent. Before you set up the reminder, these are the usual
        times.
        """
        return self._read(models.Reminder, "GET", f"/api/v1/me/reminders/{quote(str(kind), safe='')}/")

    def set_reminder(
        self,
        kind: Literal["weekly", "behind", "review", "study"],
        body: models.ReminderQuestion,
        *,
        if_match: str | None = None,
    ) -> models.Reminder:
        """Set a reminder. You choose when emails of this kind are sent, or turn them off. Reminders are off until
        the learner agrees to them: to turn one on, send the version of the consent text that the learner has
        read.
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
        """List deliveries. Every reminder that was due, latest first, with the reason if it was not sent."""
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
        """List deliveries. Every reminder that was due, latest first, with the reason if it was not sent."""
        return self._each("/api/v1/me/deliveries/", {"page_size": page_size, "since": since, "until": until})

    def read_calendar(
        self,
    ) -> models.Calendar:
        """Read about the calendar address. Whether there is an address, and since when. The address itself is shown
        only once, when it is created.
        """
        return self._read(models.Calendar, "GET", "/api/v1/me/calendar/")

    def make_calendar(
        self,
    ) -> models.NewCalendar:
        """Create a calendar address. The address is a secret URL of your plan as a calendar (iCalendar), to which
        other programs can subscribe. Any older address stops working. We store only a digest of the address, so
        an `Idempotency-Key` is ignored.
        """
        return self._read(models.NewCalendar, "POST", "/api/v1/me/calendar/")

    def revoke_calendar(
        self,
        *,
        if_match: str | None = None,
    ) -> None:
        """Delete the calendar address. The address responds with 404 from now on. If there is none, nothing happens."""
        self._do("DELETE", "/api/v1/me/calendar/", headers={"If-Match": if_match})

    def read_proof_page(
        self,
    ) -> models.ProofPage:
        """Read the proof page. What the page shows, whether it is on, and its address. Before you save the page,
        this is what it would show.
        """
        return self._read(models.ProofPage, "GET", "/api/v1/me/proof-page/")

    def save_proof_page(
        self,
        body: models.ProofPageQuestion,
        *,
        if_match: str | None = None,
    ) -> models.ProofPage:
        """Save the proof page. You choose what the page shows, and whether it is on. A name that someone else has or
        had is refused. If you change the name, the old address stops working immediately.
        """
        return self._read(models.ProofPage, "PUT", "/api/v1/me/proof-page/", headers={"If-Match": if_match}, body=body)

    def revoke_proof_page(
        self,
        *,
        if_match: str | None = None,
    ) -> None:
        """Turn the proof page off. Takes effect immediately: the address responds with 404. You keep your settings
        and the name.
        """
        self._do("DELETE", "/api/v1/me/proof-page/", headers={"If-Match": if_match})

    def export(
        self,
        body: models.Password | None = None,
    ) -> models.Export:
        """Export everything. Everything we store about you, as in the export on the site. The request changes
        nothing and we keep no copy, so an `Idempotency-Key` is ignored. A session needs the password, a token the
        scope `read`.
        """
        return self._read(models.Export, "POST", "/api/v1/me/export/", body=body)

    def import_(
        self,
        body: models.Export,
        *,
        dry_run: Literal["true", "false"] | None = None,
        idempotency_key: str | None = None,
    ) -> models.Import:
        """Import an export. Adds the saved ads, goals, days off, levels, evidence, sessions, ticked resources,
        project work, notes and plan changes of a Waymark export to your data in one transaction: all of them or,
        if a row is invalid, none. Importing the same export twice adds nothing. If both have an entry, the later
        one is kept. A level that was checked is imported as your own judgement. The account, its logins, tokens
        and addresses are not read, and no reminder is turned on. At most 8 MiB and 50,000 rows.
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
        """List tokens. Your access tokens, newest first, including tokens that expired in the last 30 days. Requires
        a session.
        """
        return self._read(models.TokenPage, "GET", "/api/v1/me/tokens/")

    def iter_tokens(
        self,
    ) -> Iterator[models.Token]:
        """List tokens. Your access tokens, newest first, including tokens that expired in the last 30 days. Requires
        a session.
        """
        return self._each("/api/v1/me/tokens/", {})

    def make_token(
        self,
        body: models.TokenQuestion,
    ) -> models.NewToken:
        """Create a token. You can have up to 20 personal access tokens. Only this response contains the token's
        text, because we store only a digest; so an `Idempotency-Key` is ignored. Requires a session, and the
        password unless you entered it on a page in the last five minutes.
        """
        return self._read(models.NewToken, "POST", "/api/v1/me/tokens/", body=body)

    def read_token(
        self,
        id: int,
    ) -> models.Token:
        """Read a token. Everything about the token except its text. Requires a session."""
        return self._read(models.Token, "GET", f"/api/v1/me/tokens/{quote(str(id), safe='')}/")

    def renew_token(
        self,
        id: int,
        body: models.RenewalQuestion | None = None,
        *,
        if_match: str | None = None,
    ) -> models.Token:
        """Renew a token. Makes the token valid for this many days from now. Its text stays the same, and an expired
        token works again. Requires a session, and the password unless you entered it on a page in the last five
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
        """Revoke a token. The token stops working immediately and is deleted. Requires a session."""
        self._do("DELETE", f"/api/v1/me/tokens/{quote(str(id), safe='')}/", headers={"If-Match": if_match})

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
        """List areas. The groups into which skills are sorted, in the order of the skill map. Every skill belongs to
        exactly one.
        """
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
        """List areas. The groups into which skills are sorted, in the order of the skill map. Every skill belongs to
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
        """List skills. All published skills by name, or the skills that match the filters."""
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
        """List skills. All published skills by name, or the skills that match the filters."""
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
        """Read a skill. Everything about a skill: its levels, what it needs and leads to, which roles and industries
        require it, and how to learn it. With `Accept: application/ld+json`, you get linked data in the
        vocabularies of schema.org and SKOS.
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
        """List roles. All published roles, or those that match the filters."""
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
        """List roles. All published roles, or those that match the filters."""
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
        """Read a role. What a role requires and at which level, what a day looks like, and how the role differs from
        similar roles. With `Accept: application/ld+json`, you get linked data in the vocabularies of schema.org
        and SKOS.
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
        """List industries. All published industries, or those that match the filters."""
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
        """List industries. All published industries, or those that match the filters."""
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
        """Read an industry. What the industry uses AI for, what to watch out for, and which skills it emphasises."""
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
        """List resources. Courses, books, documentation, papers and more, with what they cost in hours and money."""
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
        """Read a resource. What the resource teaches, and what it costs in hours and money."""
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
        """List projects. All published projects, or those that match the filters."""
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
        """List projects. All published projects, or those that match the filters."""
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
        """Read a project. The brief, the checklist for the finished work, and the levels that the project proves."""
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
        """List milestones. All published milestones by name, or those that match the filters."""
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
        """List milestones. All published milestones by name, or those that match the filters."""
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
        """Read a milestone. Its steps in teaching order, the projects that prove it, and the roles whose path
        includes it.
        """
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
        """List guides. All published guides, in the order in which we suggest reading them."""
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
        """List guides. All published guides, in the order in which we suggest reading them."""
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
        """List questions. Questions that people ask about the work, with answers."""
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
        """Read a question. A question with its answer."""
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
        """List starting points. Backgrounds that people come from, with the levels they usually have."""
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
        """List starting points. Backgrounds that people come from, with the levels they usually have."""
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
        """Read a starting point. A background that people come from, with the levels they usually have."""
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
        """List facts. Dated figures with their sources, as roles, industries and guides use them."""
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
        """Read the graph. All skills and their prerequisites, in one response. The graph has no cycle. With `Accept:
        application/ld+json`, you get linked data in the vocabularies of schema.org and SKOS.
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
        """Search. Hits among all kinds of records, best first: matching names and words and, if there are few,
        similar names.
        """
        return self._read(models.Hits, "GET", "/api/v1/search/", query={"q": q, "kind": kind, "limit": limit})

    def match(
        self,
        body: models.MatchQuestion,
    ) -> models.Match:
        """Match a job ad or a CV. The skills that a text names, where it names them, and whether it requires them;
        what else a job ad says (title, roles, seniority, years, degree, choices); and, with your levels or a
        role, what you lack and how many hours that takes. The target of a skill is the level that the role
        requires, or 2 if the role does not require it or you send no role. Years stated for a skill override that
        (five or more: 3, one to four: 2). An ad for juniors lowers the target by one; an ad for seniors raises
        the role's most important skills by one, up to 3. The hours of a skill include the prerequisites you lack,
        as in the `gains` of your readiness; `gap_hours` counts a shared prerequisite only once. Nothing is
        stored.
        """
        return self._read(models.Match, "POST", "/api/v1/match/", body=body, repeatable=True)

    def placement(
        self,
        body: models.PlacementQuestion,
    ) -> models.Placement:
        """Place a learner. What someone probably knows for a role, from at most 12 answers to “Can you …?”: the next
        question, the levels that are almost certain, and the levels to ask about directly. The same answers
        always give the same response. Nothing is stored.
        """
        return self._read(models.Placement, "POST", "/api/v1/placement/", body=body, repeatable=True)

    def readiness(
        self,
        body: models.ReadinessQuestion,
    ) -> models.Readiness:
        """Score readiness. How ready someone with these levels is for a role, with every term of the score and the
        levels that raise it most. Nothing is stored.
        """
        return self._read(models.Readiness, "POST", "/api/v1/readiness/", body=body, repeatable=True)

    def readiness_batch(
        self,
        body: models.ReadinessBatchRequest,
    ) -> models.ReadinessBatch:
        """Calculate several readiness scores. Like `POST /readiness/`, for up to 50 requests. Each counts as one
        request towards the limit. If one is invalid, the whole batch is refused.
        """
        return self._read(models.ReadinessBatch, "POST", "/api/v1/readiness/batch/", body=body, repeatable=True)

    def plan(
        self,
        body: models.PlanQuestion,
        *,
        units: Literal["first", "all"] | None = None,
    ) -> models.Plan:
        """Make a plan. Dated steps from your levels to a role, along its milestones, each of which ends in a
        project; and what you reach by a deadline before the end of the plan. Nothing is stored.
        """
        return self._read(models.Plan, "POST", "/api/v1/plan/", query={"units": units}, body=body, repeatable=True)

    def plan_batch(
        self,
        body: models.PlanBatchRequest,
        *,
        units: Literal["first", "all"] | None = None,
    ) -> models.PlanBatch:
        """Make several plans. Like `POST /plan/`, for up to 50 requests. Each counts as one request towards the
        limit. If one is invalid, the whole batch is refused.
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
        """List changes. What was published, updated, retired or merged after a revision, oldest first. A record is
        listed whenever the response at its URL differs from before, even if only the name of another record in it
        has changed. A slug that redirects, because its record was renamed or merged, is listed as `merged`. To
        keep a copy of the catalogue, read the dump once and remember its `revision` and `state`. Later, ask for
        the changes since then and follow `next` until it is null. If `since` is beyond the newest revision, there
        are no changes and `restart` is true. A resource whose link is dead is listed as `retired`, and as
        `published` when the link works again.
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
        """List changes. What was published, updated, retired or merged after a revision, oldest first. A record is
        listed whenever the response at its URL differs from before, even if only the name of another record in it
        has changed. A slug that redirects, because its record was renamed or merged, is listed as `merged`. To
        keep a copy of the catalogue, read the dump once and remember its `revision` and `state`. Later, ask for
        the changes since then and follow `next` until it is null. If `since` is beyond the newest revision, there
        are no changes and `restart` is true. A resource whose link is dead is listed as `retired`, and as
        `published` when the link works again.
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
        """Read everything. The whole catalogue of a revision as one file, or only what has changed since your copy.
        In JSON Lines, the first line has the revision, its `state`, the licence and the attribution. Every other
        line has the `kind` and `slug` of a record, and in `record` the response of the record's own URL; for a
        slug that redirects, it has the new slug in `into`. If you send `since` and `state` from the first line of
        your copy, you get only the lines that changed; delete the records whose lines have `gone`. If your copy
        cannot be brought up to date, you get everything, and `since` in the first line is null. In SQLite, the
        tables `catalogue`, `record` and `redirect` contain the same data, and a view for each kind, such as
        `skills`, has the kind's fields as columns. `Accept-Encoding` can be zstd (a fifth of the size) or gzip (a
        quarter of the size).
        """
        return self._read(
            bytes,
            "GET",
            "/api/v1/dump/",
            query={"revision": revision, "since": since, "state": state, "format": format},
        )


class AsyncOperations:
    """The operations of the API, for `AsyncClient`, which sends the requests. A method of a paginated operation
    returns one page; its `iter_…` method yields the records of all pages.
    """

    async def _read[T](self, kind: type[T], method: str, path: str, **options: Any) -> T:
        raise NotImplementedError

    async def _do(self, method: str, path: str, **options: Any) -> None:
        raise NotImplementedError

    def _each(self, path: str, query: Mapping[str, Any]) -> AsyncIterator[Any]:
        raise NotImplementedError

    async def read_index(
        self,
    ) -> models.Index:
        """Read the index. Every operation with its URL."""
        return await self._read(models.Index, "GET", "/api/v1/")

    async def read_account(
        self,
    ) -> models.Account:
        """Read the account. The account that the token or session belongs to."""
        return await self._read(models.Account, "GET", "/api/v1/me/")

    async def change_account(
        self,
        body: models.Profile | None = None,
        *,
        if_match: str | None = None,
    ) -> models.Account:
        """Change the account. You can change your name and time zone. Fields that you leave out stay as they are.
        Past days keep their dates.
        """
        return await self._read(models.Account, "PUT", "/api/v1/me/", headers={"If-Match": if_match}, body=body)

    async def delete_account(
        self,
        body: models.Password | None = None,
        *,
        if_match: str | None = None,
    ) -> None:
        """Delete the account. The account and everything in it are deleted immediately and permanently. Requires a
        session and the password.
        """
        await self._do("DELETE", "/api/v1/me/", headers={"If-Match": if_match}, body=body)

    async def read_goal(
        self,
    ) -> models.Goal:
        """Read the goal. The role, and the time you have for it. Returns 404 if you have no goal."""
        return await self._read(models.Goal, "GET", "/api/v1/me/goal/")

    async def set_goal(
        self,
        body: models.GoalQuestion,
        *,
        if_match: str | None = None,
    ) -> models.Goal:
        """Set the goal. The goal counts from today, in your time zone. Most fields that you leave out get the
        default in their description. `choices`, `projects`, `milestone_order` and `skip_milestones` stay as they
        are if you leave them out; if you send one, it replaces the previous value. A choice or milestone that is
        not part of the goal is refused, and so is an order in which a milestone comes before one that it needs.
        """
        return await self._read(models.Goal, "PUT", "/api/v1/me/goal/", headers={"If-Match": if_match}, body=body)

    async def list_levels(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> models.OwnLevelPage:
        """List levels. Every skill that you have assessed or studied, sorted by slug. All other skills are at level
        0.
        """
        return await self._read(
            models.OwnLevelPage, "GET", "/api/v1/me/levels/", query={"page_size": page_size, "cursor": cursor}
        )

    def iter_levels(
        self,
        *,
        page_size: int | None = None,
    ) -> AsyncIterator[models.OwnLevel]:
        """List levels. Every skill that you have assessed or studied, sorted by slug. All other skills are at level
        0.
        """
        return self._each("/api/v1/me/levels/", {"page_size": page_size})

    async def read_level(
        self,
        skill: str,
    ) -> models.OwnLevel:
        """Read a level. Your level in a skill."""
        return await self._read(models.OwnLevel, "GET", f"/api/v1/me/levels/{quote(str(skill), safe='')}/")

    async def set_level(
        self,
        skill: str,
        body: models.LevelQuestion,
        *,
        if_match: str | None = None,
    ) -> models.OwnLevel:
        """Set a level. This is your level from now on, in your own judgement. Sending the same level again changes
        nothing. Levels that a check or project has shown still count, up to this level.
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
        """List study sessions. Your study sessions, latest first."""
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
        """List study sessions. Your study sessions, latest first."""
        return self._each("/api/v1/me/sessions/", {"page_size": page_size, "since": since, "until": until})

    async def log_session(
        self,
        body: models.SessionQuestion,
        *,
        idempotency_key: str | None = None,
    ) -> models.Session:
        """Log a study session. You can log minutes on a skill, on a resource for it, or on a resource alone, up to
        1,440 minutes a day.
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
        """Restore a study session. A session that you removed gets its time, `event_id` and ticked unit again, but a
        new `id`.
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
        """Read a study session. A session that you logged."""
        return await self._read(models.Session, "GET", f"/api/v1/me/sessions/{quote(str(id), safe='')}/")

    async def remove_session(
        self,
        id: int,
        *,
        if_match: str | None = None,
    ) -> models.RemovedSession:
        """Remove a study session. Afterwards, it is as if you had never logged the session. We no longer store any
        part of it; the response contains what you need to restore it.
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
        """List your level history. When each of your levels changed and how we know the level, latest first. `GET
        /me/levels/` returns your current levels.
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
        """List your level history. When each of your levels changed and how we know the level, latest first. `GET
        /me/levels/` returns your current levels.
        """
        return self._each("/api/v1/me/assessments/", {"page_size": page_size, "since": since, "until": until})

    async def list_ads(
        self,
    ) -> models.Ads:
        """List your saved ads. The ad closest to your levels comes first: ads are sorted by the share of their
        weight that your levels cover, then by hours. A required skill has weight 5, a skill that is only named 3,
        and a welcome skill 1.
        """
        return await self._read(models.Ads, "GET", "/api/v1/me/ads/")

    def iter_ads(
        self,
    ) -> AsyncIterator[models.Ad]:
        """List your saved ads. The ad closest to your levels comes first: ads are sorted by the share of their
        weight that your levels cover, then by hours. A required skill has weight 5, a skill that is only named 3,
        and a welcome skill 1.
        """
        return self._each("/api/v1/me/ads/", {})

    async def save_ad(
        self,
        body: models.AdQuestion | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> models.Ad:
        """Save a job ad. Send the text of the ad, which is read but not stored unless `keep_text` is true, or its
        skills. Values that you send override values read from the text. You can save up to 20 ads.
        """
        return await self._read(
            models.Ad, "POST", "/api/v1/me/ads/", headers={"Idempotency-Key": idempotency_key}, body=body, keyed=True
        )

    async def read_ad(
        self,
        id: int,
    ) -> models.AdItem:
        """Read a saved ad. A saved ad, with its text if you stored it."""
        return await self._read(models.AdItem, "GET", f"/api/v1/me/ads/{quote(str(id), safe='')}/")

    async def change_ad(
        self,
        id: int,
        body: models.AdChangeQuestion | None = None,
        *,
        if_match: str | None = None,
    ) -> models.Ad:
        """Change a saved ad. Fields that you leave out stay as they are; `skills` replaces all skills. If the ad is
        your goal, your plan changes with it.
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
        """Delete a saved ad. For a day, you can restore the ad on the page of your ads; after that, it is deleted
        permanently. If the ad is your goal, your goal becomes the role that was your goal before, or otherwise
        the role whose path the ad's plan followed.
        """
        await self._do("DELETE", f"/api/v1/me/ads/{quote(str(id), safe='')}/", headers={"If-Match": if_match})

    async def make_ad_goal(
        self,
        id: int,
        *,
        idempotency_key: str | None = None,
    ) -> models.Goal:
        """Make a saved ad your goal. The goal keeps the hours, days and deadline of your current goal, or has 8
        hours a week on any day if you have no goal. `PUT /me/goal/` changes them. Returns the goal.
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
        """Stop using a saved ad as your goal. Your goal becomes the role that was your goal before, with its
        industry and deadline, or otherwise the role whose path the ad's plan followed.
        """
        await self._do("DELETE", f"/api/v1/me/ads/{quote(str(id), safe='')}/goal/", headers={"If-Match": if_match})

    async def read_assessment(
        self,
        id: int,
    ) -> models.Assessment:
        """Read an entry in your level history. When a level changed, and how we know the level."""
        return await self._read(models.Assessment, "GET", f"/api/v1/me/assessments/{quote(str(id), safe='')}/")

    async def undo_assessment(
        self,
        id: int,
        body: models.UndoRequest | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> models.Assessment:
        """Undo a level. The latest assessment of a skill no longer counts, whether it came from you, a check or a
        project; the previous one counts again. Returns the entry that undoes it. Undoing it twice has no further
        effect.
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
        """Read your history. What you did, day by day, latest first. Days on which you did nothing are left out."""
        return await self._read(
            models.HistoryDayPage, "GET", "/api/v1/me/history/", query={"before": before, "page_size": page_size}
        )

    def iter_history(
        self,
        *,
        before: str | None = None,
        page_size: int | None = None,
    ) -> AsyncIterator[models.HistoryDay]:
        """Read your history. What you did, day by day, latest first. Days on which you did nothing are left out."""
        return self._each("/api/v1/me/history/", {"before": before, "page_size": page_size})

    async def read_notices(
        self,
    ) -> models.Notices:
        """Read notices. Changes to the catalogue that you have not seen and that affect your plan, your levels, or
        skills that you pinned, postponed or skipped.
        """
        return await self._read(models.Notices, "GET", "/api/v1/me/notices/")

    async def see_notices(
        self,
        body: models.NoticesQuestion,
        *,
        if_match: str | None = None,
    ) -> models.Notices:
        """Mark notices as seen. All notices up to a revision count as seen, permanently."""
        return await self._read(models.Notices, "PUT", "/api/v1/me/notices/", headers={"If-Match": if_match}, body=body)

    async def list_evidence(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> models.EvidencePage:
        """List evidence. Your work and your certificates, latest first."""
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
        """List evidence. Your work and your certificates, latest first."""
        return self._each("/api/v1/me/evidence/", {"page_size": page_size, "since": since, "until": until})

    async def add_evidence(
        self,
        body: models.EvidenceQuestion,
        *,
        idempotency_key: str | None = None,
    ) -> models.Evidence:
        """Add evidence. Evidence for a skill is your own work, with a link, a text or both, or a certificate, with
        `name`, `issuer` and `issued_on`. Neither changes a level.
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
        """Read evidence. Something you made, or a certificate."""
        return await self._read(models.Evidence, "GET", f"/api/v1/me/evidence/{quote(str(id), safe='')}/")

    async def change_evidence(
        self,
        id: int,
        body: models.EvidenceChangeQuestion | None = None,
        *,
        if_match: str | None = None,
    ) -> models.Evidence:
        """Change evidence. You can change the link and text of your work, or the details of a certificate. Skill,
        kind and project stay the same.
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
        """Remove evidence. This is permanent. Levels stay as they are."""
        await self._do("DELETE", f"/api/v1/me/evidence/{quote(str(id), safe='')}/", headers={"If-Match": if_match})

    async def list_work(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> models.WorkPage:
        """List work on projects. Projects on which you have saved work, sorted by slug."""
        return await self._read(
            models.WorkPage, "GET", "/api/v1/me/projects/", query={"page_size": page_size, "cursor": cursor}
        )

    def iter_work(
        self,
        *,
        page_size: int | None = None,
    ) -> AsyncIterator[models.Work]:
        """List work on projects. Projects on which you have saved work, sorted by slug."""
        return self._each("/api/v1/me/projects/", {"page_size": page_size})

    async def read_work(
        self,
        slug: str,
    ) -> models.Work:
        """Read work on a project. The checklist, and the lines of it that are done."""
        return await self._read(models.Work, "GET", f"/api/v1/me/projects/{quote(str(slug), safe='')}/")

    async def save_work(
        self,
        slug: str,
        body: models.WorkQuestion,
        *,
        if_match: str | None = None,
    ) -> models.Work:
        """Save work on a project. Send the lines that are ticked, and the link to your work. When every line is
        ticked, confirm the levels that the project proves with `POST /me/projects/{slug}/levels/`.
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
        """List the levels that a project proves. The levels, and whether each has already been proved."""
        return await self._read(
            models.ProvenLevelPage, "GET", f"/api/v1/me/projects/{quote(str(slug), safe='')}/levels/"
        )

    def iter_proven_levels(
        self,
        slug: str,
    ) -> AsyncIterator[models.ProvenLevel]:
        """List the levels that a project proves. The levels, and whether each has already been proved."""
        return self._each(f"/api/v1/me/projects/{quote(str(slug), safe='')}/levels/", {})

    async def confirm_proven_levels(
        self,
        slug: str,
        body: models.ProvenLevelsQuestion,
        *,
        idempotency_key: str | None = None,
    ) -> models.AssessmentPage:
        """Confirm levels that a project proves. Every line of the checklist must be ticked first. The link to your
        work becomes evidence of each level. A higher level stays, and a level that is already proved is ignored.
        Returns the entries that were added to your level history; you can undo each of them.
        """
        return await self._read(
            models.AssessmentPage,
            "POST",
            f"/api/v1/me/projects/{quote(str(slug), safe='')}/levels/",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
            keyed=True,
        )

    async def list_ticks(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> models.TickPage:
        """List ticked resources. Resources that you have finished, sorted by slug."""
        return await self._read(
            models.TickPage, "GET", "/api/v1/me/resources/", query={"page_size": page_size, "cursor": cursor}
        )

    def iter_ticks(
        self,
        *,
        page_size: int | None = None,
    ) -> AsyncIterator[models.Tick]:
        """List ticked resources. Resources that you have finished, sorted by slug."""
        return self._each("/api/v1/me/resources/", {"page_size": page_size})

    async def read_tick(
        self,
        id: int,
    ) -> models.Tick:
        """Read whether a resource is done. Whether you have ticked the resource, and when."""
        return await self._read(models.Tick, "GET", f"/api/v1/me/resources/{quote(str(id), safe='')}/")

    async def tick_resource(
        self,
        id: int,
        body: models.TickQuestion,
        *,
        if_match: str | None = None,
    ) -> models.Tick:
        """Tick a resource. Marks a resource as finished or not finished. A resource that was ticked before keeps the
        time of the first tick.
        """
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
        """List ticked units. The units you have ticked, latest first."""
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
        """List ticked units. The units you have ticked, latest first."""
        return self._each("/api/v1/me/units/", {"page_size": page_size, "since": since, "until": until})

    async def read_unit_tick(
        self,
        skill: str,
        level: int,
        id: str,
    ) -> models.UnitTick:
        """Read a ticked unit. When you ticked the unit, and what was logged with it. Returns 404 if the unit is not
        ticked.
        """
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
        """Tick a unit. Marks the unit as done. Logs the unit's minutes on the skill, minus the minutes that you have
        already logged there without a unit; or logs the minutes you send. The unit must lead to the level after
        yours, or to a lower level. Ticking it again changes nothing.
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
        """Untick a unit. Afterwards, it is as if you had never ticked the unit: the session that it logged is also
        removed. If the unit is not ticked, nothing happens.
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
        """List checks. Your quick checks and reviews, latest first. Requires a session."""
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
        """List checks. Your quick checks and reviews, latest first. Requires a session."""
        return self._each("/api/v1/me/checks/", {"page_size": page_size, "since": since, "until": until})

    async def begin_check(
        self,
        body: models.CheckRequest,
        *,
        idempotency_key: str | None = None,
    ) -> models.RunningCheck:
        """Start a check. If the skill has an unfinished check, you continue that one. You can check a skill once a
        day; 409 states when the next check is possible. Requires a session.
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
        """Read a check. The progress of the check, and the next question. Requires a session."""
        return await self._read(models.RunningCheck, "GET", f"/api/v1/me/checks/{quote(str(id), safe='')}/")

    async def answer_check(
        self,
        id: int,
        body: models.CheckAnswerRequest,
        *,
        idempotency_key: str | None = None,
    ) -> models.CheckAnswer:
        """Answer a question. The response tells you whether you are right, why, and what comes next. The last
        question finishes the check. Requires a session.
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
        """List notes. Your notes, sorted by the slug of the skill."""
        return await self._read(
            models.NotePage, "GET", "/api/v1/me/notes/", query={"page_size": page_size, "cursor": cursor}
        )

    def iter_notes(
        self,
        *,
        page_size: int | None = None,
    ) -> AsyncIterator[models.Note]:
        """List notes. Your notes, sorted by the slug of the skill."""
        return self._each("/api/v1/me/notes/", {"page_size": page_size})

    async def read_note(
        self,
        skill: str,
    ) -> models.Note:
        """Read a note. Your note on a skill."""
        return await self._read(models.Note, "GET", f"/api/v1/me/notes/{quote(str(skill), safe='')}/")

    async def write_note(
        self,
        skill: str,
        body: models.NoteQuestion,
        *,
        if_match: str | None = None,
    ) -> models.Note:
        """Write a note. A note on a skill, which only you can read."""
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
        """Read your readiness. Your readiness for your goal, term by term, with the next levels that raise it most.
        Returns 404 if you have no goal.
        """
        return await self._read(models.OwnReadiness, "GET", "/api/v1/me/readiness/")

    async def read_plan(
        self,
        *,
        units: Literal["first", "all"] | None = None,
    ) -> models.OwnPlan:
        """Read your plan. Your plan from today to your goal, as on the site. A deadline in the past is ignored.
        Returns 404 if you have no goal.
        """
        return await self._read(models.OwnPlan, "GET", "/api/v1/me/plan/", query={"units": units})

    async def list_overrides(
        self,
        *,
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> models.OverridePage:
        """List your changes to the plan. Skills that you pinned, skipped or postponed, sorted by slug. `GET
        /me/plan/` has the pins in their order.
        """
        return await self._read(
            models.OverridePage, "GET", "/api/v1/me/plan/overrides/", query={"page_size": page_size, "cursor": cursor}
        )

    def iter_overrides(
        self,
        *,
        page_size: int | None = None,
    ) -> AsyncIterator[models.Override]:
        """List your changes to the plan. Skills that you pinned, skipped or postponed, sorted by slug. `GET
        /me/plan/` has the pins in their order.
        """
        return self._each("/api/v1/me/plan/overrides/", {"page_size": page_size})

    async def read_override(
        self,
        skill: str,
    ) -> models.Override:
        """Read your change to a skill. How you changed the skill in your plan. Returns 404 if you did not change it."""
        return await self._read(models.Override, "GET", f"/api/v1/me/plan/overrides/{quote(str(skill), safe='')}/")

    async def override_plan(
        self,
        skill: str,
        body: models.OverrideQuestion,
        *,
        if_match: str | None = None,
    ) -> models.Override:
        """Pin, skip or postpone a skill. The latest request for a skill counts, and pins keep the order in which you
        made them. Your goal must need the skill.
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
        """Undo your change to a skill. Your plan treats the skill like any other again."""
        await self._do(
            "DELETE", f"/api/v1/me/plan/overrides/{quote(str(skill), safe='')}/", headers={"If-Match": if_match}
        )

    async def list_reviews(
        self,
    ) -> models.Reviews:
        """List your reviews. Levels that a check or project has shown fade if you do not use them. Each level starts
        with a half-life of 6.5 months; every review you pass doubles it, up to two years. A review has three
        questions, which you answer on the site, not through the API. Levels based only on your own word have no
        reviews, nor do skills with too few questions.
        """
        return await self._read(models.Reviews, "GET", "/api/v1/me/reviews/")

    async def read_dashboard(
        self,
    ) -> models.Dashboard:
        """Read the dashboard. Readiness, what comes next, pace, streak and what is due now."""
        return await self._read(models.Dashboard, "GET", "/api/v1/me/dashboard/")

    async def list_reminders(
        self,
    ) -> models.ReminderPage:
        """List reminders. Every kind, whether or not you have set it up."""
        return await self._read(models.ReminderPage, "GET", "/api/v1/me/reminders/")

    def iter_reminders(
        self,
    ) -> AsyncIterator[models.Reminder]:
        """List reminders. Every kind, whether or not you have set it up."""
        return self._each("/api/v1/me/reminders/", {})

    async def read_reminder(
        self,
        kind: Literal["weekly", "behind", "review", "study"],
    ) -> models.Reminder:
        """Read a reminder. When emails of this kind are sent. Before you set up the reminder, these are the usual
        times.
        """
        return await self._read(models.Reminder, "GET", f"/api/v1/me/reminders/{quote(str(kind), safe='')}/")

    async def set_reminder(
        self,
        kind: Literal["weekly", "behind", "review", "study"],
        body: models.ReminderQuestion,
        *,
        if_match: str | None = None,
    ) -> models.Reminder:
        """Set a reminder. You choose when emails of this kind are sent, or turn them off. Reminders are off until
        the learner agrees to them: to turn one on, send the version of the consent text that the learner has
        read.
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
        """List deliveries. Every reminder that was due, latest first, with the reason if it was not sent."""
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
        """List deliveries. Every reminder that was due, latest first, with the reason if it was not sent."""
        return self._each("/api/v1/me/deliveries/", {"page_size": page_size, "since": since, "until": until})

    async def read_calendar(
        self,
    ) -> models.Calendar:
        """Read about the calendar address. Whether there is an address, and since when. The address itself is shown
        only once, when it is created.
        """
        return await self._read(models.Calendar, "GET", "/api/v1/me/calendar/")

    async def make_calendar(
        self,
    ) -> models.NewCalendar:
        """Create a calendar address. The address is a secret URL of your plan as a calendar (iCalendar), to which
        other programs can subscribe. Any older address stops working. We store only a digest of the address, so
        an `Idempotency-Key` is ignored.
        """
        return await self._read(models.NewCalendar, "POST", "/api/v1/me/calendar/")

    async def revoke_calendar(
        self,
        *,
        if_match: str | None = None,
    ) -> None:
        """Delete the calendar address. The address responds with 404 from now on. If there is none, nothing happens."""
        await self._do("DELETE", "/api/v1/me/calendar/", headers={"If-Match": if_match})

    async def read_proof_page(
        self,
    ) -> models.ProofPage:
        """Read the proof page. What the page shows, whether it is on, and its address. Before you save the page,
        this is what it would show.
        """
        return await self._read(models.ProofPage, "GET", "/api/v1/me/proof-page/")

    async def save_proof_page(
        self,
        body: models.ProofPageQuestion,
        *,
        if_match: str | None = None,
    ) -> models.ProofPage:
        """Save the proof page. You choose what the page shows, and whether it is on. A name that someone else has or
        had is refused. If you change the name, the old address stops working immediately.
        """
        return await self._read(
            models.ProofPage, "PUT", "/api/v1/me/proof-page/", headers={"If-Match": if_match}, body=body
        )

    async def revoke_proof_page(
        self,
        *,
        if_match: str | None = None,
    ) -> None:
        """Turn the proof page off. Takes effect immediately: the address responds with 404. You keep your settings
        and the name.
        """
        await self._do("DELETE", "/api/v1/me/proof-page/", headers={"If-Match": if_match})

    async def export(
        self,
        body: models.Password | None = None,
    ) -> models.Export:
        """Export everything. Everything we store about you, as in the export on the site. The request changes
        nothing and we keep no copy, so an `Idempotency-Key` is ignored. A session needs the password, a token the
        scope `read`.
        """
        return await self._read(models.Export, "POST", "/api/v1/me/export/", body=body)

    async def import_(
        self,
        body: models.Export,
        *,
        dry_run: Literal["true", "false"] | None = None,
        idempotency_key: str | None = None,
    ) -> models.Import:
        """Import an export. Adds the saved ads, goals, days off, levels, evidence, sessions, ticked resources,
        project work, notes and plan changes of a Waymark export to your data in one transaction: all of them or,
        if a row is invalid, none. Importing the same export twice adds nothing. If both have an entry, the later
        one is kept. A level that was checked is imported as your own judgement. The account, its logins, tokens
        and addresses are not read, and no reminder is turned on. At most 8 MiB and 50,000 rows.
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
        """List tokens. Your access tokens, newest first, including tokens that expired in the last 30 days. Requires
        a session.
        """
        return await self._read(models.TokenPage, "GET", "/api/v1/me/tokens/")

    def iter_tokens(
        self,
    ) -> AsyncIterator[models.Token]:
        """List tokens. Your access tokens, newest first, including tokens that expired in the last 30 days. Requires
        a session.
        """
        return self._each("/api/v1/me/tokens/", {})

    async def make_token(
        self,
        body: models.TokenQuestion,
    ) -> models.NewToken:
        """Create a token. You can have up to 20 personal access tokens. Only this response contains the token's
        text, because we store only a digest; so an `Idempotency-Key` is ignored. Requires a session, and the
        password unless you entered it on a page in the last five minutes.
        """
        return await self._read(models.NewToken, "POST", "/api/v1/me/tokens/", body=body)

    async def read_token(
        self,
        id: int,
    ) -> models.Token:
        """Read a token. Everything about the token except its text. Requires a session."""
        return await self._read(models.Token, "GET", f"/api/v1/me/tokens/{quote(str(id), safe='')}/")

    async def renew_token(
        self,
        id: int,
        body: models.RenewalQuestion | None = None,
        *,
        if_match: str | None = None,
    ) -> models.Token:
        """Renew a token. Makes the token valid for this many days from now. Its text stays the same, and an expired
        token works again. Requires a session, and the password unless you entered it on a page in the last five
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
        """Revoke a token. The token stops working immediately and is deleted. Requires a session."""
        await self._do("DELETE", f"/api/v1/me/tokens/{quote(str(id), safe='')}/", headers={"If-Match": if_match})

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
        """List areas. The groups into which skills are sorted, in the order of the skill map. Every skill belongs to
        exactly one.
        """
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
        """List areas. The groups into which skills are sorted, in the order of the skill map. Every skill belongs to
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
        """List skills. All published skills by name, or the skills that match the filters."""
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
        """List skills. All published skills by name, or the skills that match the filters."""
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
        """Read a skill. Everything about a skill: its levels, what it needs and leads to, which roles and industries
        require it, and how to learn it. With `Accept: application/ld+json`, you get linked data in the
        vocabularies of schema.org and SKOS.
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
        """List roles. All published roles, or those that match the filters."""
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
        """List roles. All published roles, or those that match the filters."""
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
        """Read a role. What a role requires and at which level, what a day looks like, and how the role differs from
        similar roles. With `Accept: application/ld+json`, you get linked data in the vocabularies of schema.org
        and SKOS.
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
        """List industries. All published industries, or those that match the filters."""
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
        """List industries. All published industries, or those that match the filters."""
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
        """Read an industry. What the industry uses AI for, what to watch out for, and which skills it emphasises."""
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
        """List resources. Courses, books, documentation, papers and more, with what they cost in hours and money."""
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
        """Read a resource. What the resource teaches, and what it costs in hours and money."""
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
        """List projects. All published projects, or those that match the filters."""
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
        """List projects. All published projects, or those that match the filters."""
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
        """Read a project. The brief, the checklist for the finished work, and the levels that the project proves."""
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
        """List milestones. All published milestones by name, or those that match the filters."""
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
        """List milestones. All published milestones by name, or those that match the filters."""
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
        """Read a milestone. Its steps in teaching order, the projects that prove it, and the roles whose path
        includes it.
        """
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
        """List guides. All published guides, in the order in which we suggest reading them."""
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
        """List guides. All published guides, in the order in which we suggest reading them."""
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
        """List questions. Questions that people ask about the work, with answers."""
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
        """Read a question. A question with its answer."""
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
        """List starting points. Backgrounds that people come from, with the levels they usually have."""
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
        """List starting points. Backgrounds that people come from, with the levels they usually have."""
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
        """Read a starting point. A background that people come from, with the levels they usually have."""
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
        """List facts. Dated figures with their sources, as roles, industries and guides use them."""
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
        """Read the graph. All skills and their prerequisites, in one response. The graph has no cycle. With `Accept:
        application/ld+json`, you get linked data in the vocabularies of schema.org and SKOS.
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
        """Search. Hits among all kinds of records, best first: matching names and words and, if there are few,
        similar names.
        """
        return await self._read(models.Hits, "GET", "/api/v1/search/", query={"q": q, "kind": kind, "limit": limit})

    async def match(
        self,
        body: models.MatchQuestion,
    ) -> models.Match:
        """Match a job ad or a CV. The skills that a text names, where it names them, and whether it requires them;
        what else a job ad says (title, roles, seniority, years, degree, choices); and, with your levels or a
        role, what you lack and how many hours that takes. The target of a skill is the level that the role
        requires, or 2 if the role does not require it or you send no role. Years stated for a skill override that
        (five or more: 3, one to four: 2). An ad for juniors lowers the target by one; an ad for seniors raises
        the role's most important skills by one, up to 3. The hours of a skill include the prerequisites you lack,
        as in the `gains` of your readiness; `gap_hours` counts a shared prerequisite only once. Nothing is
        stored.
        """
        return await self._read(models.Match, "POST", "/api/v1/match/", body=body, repeatable=True)

    async def placement(
        self,
        body: models.PlacementQuestion,
    ) -> models.Placement:
        """Place a learner. What someone probably knows for a role, from at most 12 answers to “Can you …?”: the next
        question, the levels that are almost certain, and the levels to ask about directly. The same answers
        always give the same response. Nothing is stored.
        """
        return await self._read(models.Placement, "POST", "/api/v1/placement/", body=body, repeatable=True)

    async def readiness(
        self,
        body: models.ReadinessQuestion,
    ) -> models.Readiness:
        """Score readiness. How ready someone with these levels is for a role, with every term of the score and the
        levels that raise it most. Nothing is stored.
        """
        return await self._read(models.Readiness, "POST", "/api/v1/readiness/", body=body, repeatable=True)

    async def readiness_batch(
        self,
        body: models.ReadinessBatchRequest,
    ) -> models.ReadinessBatch:
        """Calculate several readiness scores. Like `POST /readiness/`, for up to 50 requests. Each counts as one
        request towards the limit. If one is invalid, the whole batch is refused.
        """
        return await self._read(models.ReadinessBatch, "POST", "/api/v1/readiness/batch/", body=body, repeatable=True)

    async def plan(
        self,
        body: models.PlanQuestion,
        *,
        units: Literal["first", "all"] | None = None,
    ) -> models.Plan:
        """Make a plan. Dated steps from your levels to a role, along its milestones, each of which ends in a
        project; and what you reach by a deadline before the end of the plan. Nothing is stored.
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
        """Make several plans. Like `POST /plan/`, for up to 50 requests. Each counts as one request towards the
        limit. If one is invalid, the whole batch is refused.
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
        """List changes. What was published, updated, retired or merged after a revision, oldest first. A record is
        listed whenever the response at its URL differs from before, even if only the name of another record in it
        has changed. A slug that redirects, because its record was renamed or merged, is listed as `merged`. To
        keep a copy of the catalogue, read the dump once and remember its `revision` and `state`. Later, ask for
        the changes since then and follow `next` until it is null. If `since` is beyond the newest revision, there
        are no changes and `restart` is true. A resource whose link is dead is listed as `retired`, and as
        `published` when the link works again.
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
        """List changes. What was published, updated, retired or merged after a revision, oldest first. A record is
        listed whenever the response at its URL differs from before, even if only the name of another record in it
        has changed. A slug that redirects, because its record was renamed or merged, is listed as `merged`. To
        keep a copy of the catalogue, read the dump once and remember its `revision` and `state`. Later, ask for
        the changes since then and follow `next` until it is null. If `since` is beyond the newest revision, there
        are no changes and `restart` is true. A resource whose link is dead is listed as `retired`, and as
        `published` when the link works again.
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
        """Read everything. The whole catalogue of a revision as one file, or only what has changed since your copy.
        In JSON Lines, the first line has the revision, its `state`, the licence and the attribution. Every other
        line has the `kind` and `slug` of a record, and in `record` the response of the record's own URL; for a
        slug that redirects, it has the new slug in `into`. If you send `since` and `state` from the first line of
        your copy, you get only the lines that changed; delete the records whose lines have `gone`. If your copy
        cannot be brought up to date, you get everything, and `since` in the first line is null. In SQLite, the
        tables `catalogue`, `record` and `redirect` contain the same data, and a view for each kind, such as
        `skills`, has the kind's fields as columns. `Accept-Encoding` can be zstd (a fifth of the size) or gzip (a
        quarter of the size).
        """
        return await self._read(
            bytes,
            "GET",
            "/api/v1/dump/",
            query={"revision": revision, "since": since, "state": state, "format": format},
        )
