"""During a deployment both releases write, and the previous one does not know the column `stated`: new rows get the default,
and changed rows keep their value. So a trigger sets it for a level above 0 and for a level from an assessment. Rows with only
logged time do not change.

Existing rows are filled in again, for those that were written after 0005 ran.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION progress_state_level() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.stated := NEW.level > 0 OR EXISTS (
        SELECT FROM progress_assessment AS said
        WHERE said.learner_id = NEW.learner_id AND said.skill_id = NEW.skill_id AND said.undoes_id IS NULL
          AND NOT EXISTS (SELECT FROM progress_assessment AS undoing WHERE undoing.undoes_id = said.id)
    );
    RETURN NEW;
END
$$;

CREATE TRIGGER learner_skill_stated BEFORE INSERT OR UPDATE ON progress_learnerskill
FOR EACH ROW WHEN (NOT NEW.stated) EXECUTE FUNCTION progress_state_level();

UPDATE progress_learnerskill AS row SET stated = true
WHERE NOT stated AND (
    level > 0 OR EXISTS (
        SELECT FROM progress_assessment AS said
        WHERE said.learner_id = row.learner_id AND said.skill_id = row.skill_id AND said.undoes_id IS NULL
          AND NOT EXISTS (SELECT FROM progress_assessment AS undoing WHERE undoing.undoes_id = said.id)
    )
);
"""

BACKWARD = """
DROP TRIGGER learner_skill_stated ON progress_learnerskill;
DROP FUNCTION progress_state_level();
"""


class Migration(migrations.Migration):
    dependencies = [("progress", "0006_unit_ticks")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
