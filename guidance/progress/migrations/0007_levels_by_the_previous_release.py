"""While a release takes the place of the previous one, both write, and the previous one knows no column `stated`: it leaves it
at the default where it makes a row, and as it is where it changes one. So the database states what has to be: a level above
0, and a level that an assessment gave. What only logged time is left alone.

The rows from before are filled in again, for those that were written after 0005 had looked.
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
