"""Adds checks as a source of levels, and a source for each slice of a level.

During a deployment both releases write, and the previous one does not know the columns `checked_to` and `shown_to` and leaves
them unchanged. So triggers keep them consistent with the level and its source, using the assessments where those say more.
They also mark what that release writes as stated (0007), except for levels that come only from checks and projects.
"""

import django.core.validators
from django.db import migrations, models
from django.db.models import F, Q

FORWARD = """
CREATE OR REPLACE FUNCTION progress_state_level() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.stated := NEW.level > 0 AND NEW.kind IN ('self', 'cv') OR EXISTS (
        SELECT FROM progress_assessment AS said
        WHERE said.learner_id = NEW.learner_id AND said.skill_id = NEW.skill_id AND said.undoes_id IS NULL
          AND said.kind IN ('self', 'cv')
          AND NOT EXISTS (SELECT FROM progress_assessment AS undoing WHERE undoing.undoes_id = said.id)
    );
    RETURN NEW;
END
$$;

-- Up to which level assessments of this kind hold: each as far as no later one is lower.
CREATE FUNCTION progress_slices_of(of_learner bigint, of_skill bigint, of_kind text) RETURNS smallint LANGUAGE sql STABLE AS $$
    SELECT coalesce(max(least(up_to, lowest)), 0)::smallint FROM (
        SELECT said.kind, coalesce(said.up_to, said.level) AS up_to,
            min(said.level) OVER (ORDER BY said.id ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS lowest
        FROM progress_assessment AS said
        WHERE said.learner_id = of_learner AND said.skill_id = of_skill AND said.undoes_id IS NULL
          AND NOT EXISTS (SELECT FROM progress_assessment AS undoing WHERE undoing.undoes_id = said.id)
    ) AS in_force WHERE kind = of_kind
$$;

CREATE FUNCTION progress_slices_of_level() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.checked_to := least(NEW.checked_to, NEW.level);
    NEW.shown_to := least(NEW.shown_to, NEW.level);
    IF NEW.kind = 'project' AND NEW.shown_to < NEW.level THEN
        NEW.shown_to := least(progress_slices_of(NEW.learner_id, NEW.skill_id, 'project'), NEW.level);
        IF NEW.shown_to = 0 THEN  -- the assessments are those of a skill that was merged into this one
            NEW.shown_to := NEW.level;
        END IF;
    ELSIF NEW.kind = 'check' AND NEW.checked_to < NEW.level THEN
        NEW.checked_to := least(progress_slices_of(NEW.learner_id, NEW.skill_id, 'check'), NEW.level);
        IF NEW.checked_to = 0 THEN
            NEW.checked_to := NEW.level;
        END IF;
    END IF;
    IF NEW.level > 0 THEN
        NEW.kind := CASE
            WHEN NEW.shown_to = NEW.level THEN 'project'
            WHEN NEW.checked_to = NEW.level THEN 'check'
            WHEN NEW.kind IN ('self', 'cv') THEN NEW.kind
            ELSE 'self'
        END;
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER learner_skill_slices BEFORE INSERT OR UPDATE ON progress_learnerskill
FOR EACH ROW WHEN (
    NEW.checked_to > NEW.level OR NEW.shown_to > NEW.level OR NEW.level > 0 AND NEW.kind <> CASE
        WHEN NEW.shown_to = NEW.level THEN 'project'
        WHEN NEW.checked_to = NEW.level THEN 'check'
        WHEN NEW.kind IN ('self', 'cv') THEN NEW.kind
        ELSE ''
    END
) EXECUTE FUNCTION progress_slices_of_level();

UPDATE progress_learnerskill AS row
SET shown_to = CASE
        WHEN kind = 'project' THEN level
        ELSE least(progress_slices_of(learner_id, skill_id, 'project'), level)
    END,
    stated = stated AND (kind <> 'project' OR EXISTS (
        SELECT FROM progress_assessment AS said
        WHERE said.learner_id = row.learner_id AND said.skill_id = row.skill_id AND said.undoes_id IS NULL
          AND said.kind IN ('self', 'cv')
          AND NOT EXISTS (SELECT FROM progress_assessment AS undoing WHERE undoing.undoes_id = said.id)
    ))
WHERE level > 0 AND (kind = 'project' OR EXISTS (
    SELECT FROM progress_assessment AS said
    WHERE said.learner_id = row.learner_id AND said.skill_id = row.skill_id AND said.kind = 'project'
));
"""

BACKWARD = """
DROP TRIGGER learner_skill_slices ON progress_learnerskill;
DROP FUNCTION progress_slices_of_level();
DROP FUNCTION progress_slices_of(bigint, bigint, text);

CREATE OR REPLACE FUNCTION progress_state_level() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.stated := NEW.level > 0 OR EXISTS (
        SELECT FROM progress_assessment AS said
        WHERE said.learner_id = NEW.learner_id AND said.skill_id = NEW.skill_id AND said.undoes_id IS NULL
          AND NOT EXISTS (SELECT FROM progress_assessment AS undoing WHERE undoing.undoes_id = said.id)
    );
    RETURN NEW;
END
$$;

UPDATE progress_assessment SET kind = 'self' WHERE kind = 'check';
UPDATE progress_learnerskill SET kind = 'self' WHERE kind = 'check';
UPDATE progress_learnerskill SET stated = true WHERE level > 0 AND NOT stated;
"""

KINDS = [("self", "own judgement"), ("cv", "CV"), ("check", "check"), ("project", "project")]


def level(lowest, **options):
    validators = [
        django.core.validators.MinValueValidator(lowest),
        django.core.validators.MaxValueValidator(4),
    ]
    return models.PositiveSmallIntegerField(validators=validators, **options)


class Migration(migrations.Migration):
    dependencies = [("progress", "0010_quick_checks")]

    operations = [
        migrations.AlterField("assessment", "kind", models.CharField(choices=KINDS, max_length=8, verbose_name="source")),
        migrations.AddField(
            "assessment",
            "up_to",
            level(
                1,
                blank=True,
                help_text="The level up to which a check or a project shows the skill; empty: the whole level.",
                null=True,
                verbose_name="up to",
            ),
        ),
        migrations.AlterField(
            "learnerskill",
            "kind",
            models.CharField(choices=KINDS, default="self", max_length=8, verbose_name="source"),
        ),
        migrations.AlterField(
            "learnerskill",
            "stated",
            models.BooleanField(
                db_default=False,
                default=False,
                help_text="Whether the learner stated a level, including 0, or only logged time, passed checks and did projects.",
                verbose_name="stated",
            ),
        ),
        migrations.AddField(
            "learnerskill",
            "checked_to",
            level(0, db_default=0, default=0, help_text="Level up to which a check was passed.", verbose_name="checked up to"),
        ),
        migrations.AddField(
            "learnerskill",
            "shown_to",
            level(0, db_default=0, default=0, help_text="Level up to which a project shows the skill.", verbose_name="shown up to"),
        ),
        migrations.RemoveConstraint("assessment", "assessment_kind_known"),
        migrations.RemoveConstraint("learnerskill", "learner_skill_kind_known"),
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.AddConstraint(
            "assessment",
            models.CheckConstraint(
                condition=Q(kind__in=["self", "cv", "check", "project"]), name="assessment_kind_known"
            ),
        ),
        migrations.AddConstraint(
            "assessment",
            models.CheckConstraint(
                condition=Q(up_to__isnull=True)
                | Q(kind__in=["check", "project"], up_to__gte=1, up_to__lte=F("level")),
                name="assessment_up_to_its_level",
            ),
        ),
        migrations.AddConstraint(
            "learnerskill",
            models.CheckConstraint(
                condition=Q(kind__in=["self", "cv", "check", "project"]), name="learner_skill_kind_known"
            ),
        ),
        migrations.AddConstraint(
            "learnerskill",
            models.CheckConstraint(
                condition=Q(checked_to__lte=F("level"), shown_to__lte=F("level")), name="learner_skill_slices_of_level"
            ),
        ),
        migrations.AddConstraint(
            "learnerskill",
            models.CheckConstraint(
                condition=Q(level=0)
                | Q(kind="project", shown_to=F("level"))
                | Q(kind="check", checked_to=F("level"), shown_to__lt=F("level"))
                | Q(kind__in=["self", "cv"], checked_to__lt=F("level"), shown_to__lt=F("level")),
                name="learner_skill_kind_of_highest_slice",
            ),
        ),
    ]
