"""Adds what the scheduling of reviews needs for each skill. A release that does not know the columns leaves them unchanged, and
the scheduling falls back on `touched_on`."""

from django.db import migrations, models

FORWARD = """
UPDATE progress_learnerskill AS row
SET studied_on = (
        SELECT max("on") FROM progress_studysession AS session
        WHERE session.learner_id = row.learner_id AND session.skill_id = row.skill_id
    ),
    proved_on = CASE WHEN shown_to > 0 OR checked_to > 0 THEN coalesce((
        SELECT max(said."on") FROM progress_assessment AS said
        WHERE said.learner_id = row.learner_id AND said.skill_id = row.skill_id AND said.undoes_id IS NULL
          AND said.kind IN ('check', 'project')
          AND NOT EXISTS (SELECT FROM progress_assessment AS undoing WHERE undoing.undoes_id = said.id)
    ), touched_on) END;
"""


class Migration(migrations.Migration):
    dependencies = [("progress", "0012_proof_page")]

    operations = [
        migrations.AddField(
            "learnerskill",
            "proved_on",
            models.DateField(
                blank=True,
                help_text="When a check, a project or a review last proved the level that is checked or shown.",
                null=True,
                verbose_name="proved on",
            ),
        ),
        migrations.AddField(
            "learnerskill",
            "studied_on",
            models.DateField(
                blank=True, help_text="The day of the last session.", null=True, verbose_name="studied on"
            ),
        ),
        migrations.AddField(
            "learnerskill",
            "reviewed_on",
            models.DateField(
                blank=True,
                help_text="When the last review was finished, passed or not.",
                null=True,
                verbose_name="reviewed on",
            ),
        ),
        migrations.AddField(
            "learnerskill",
            "reviews_passed",
            models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="Since that level was first checked or shown.",
                verbose_name="reviews passed",
            ),
        ),
        migrations.AddField(
            "learnerskill",
            "review_failed",
            models.BooleanField(
                db_default=False,
                default=False,
                help_text="The last review was not passed, and nothing was studied since.",
                verbose_name="worth a refresh",
            ),
        ),
        migrations.AddConstraint(
            "learnerskill",
            models.CheckConstraint(
                condition=models.Q(reviewed_on__isnull=False) | models.Q(reviews_passed=0, review_failed=False),
                name="learner_skill_reviewed_some_day",
            ),
        ),
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
    ]
