"""Ensures that the prerequisite graph has no cycle, whatever code writes to it.

A constraint trigger follows the prerequisites of a new edge; if it reaches the edge's skill, it raises an error that lists the cycle.
Writers of edges wait for an advisory lock: otherwise two transactions could each add half of a cycle.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION catalog_refuse_prerequisite_cycle() RETURNS trigger LANGUAGE plpgsql
-- Each look goes by index, whatever the statistics say of a table that is just being filled.
SET enable_seqscan = off AS $$
DECLARE
    cycle text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('catalog_prerequisite'));
    IF NOT EXISTS (SELECT FROM catalog_prerequisite WHERE id = NEW.id) THEN
        RETURN NULL;  -- deferred, and deleted since
    END IF;
    IF NOT EXISTS (
        WITH RECURSIVE needed (id) AS (
            SELECT NEW.requires_id
            UNION
            SELECT edge.requires_id FROM needed JOIN catalog_prerequisite AS edge ON edge.skill_id = needed.id
        )
        SELECT FROM needed WHERE id = NEW.skill_id
    ) THEN
        RETURN NULL;
    END IF;
    WITH RECURSIVE walk (skill_id, path) AS (
        SELECT NEW.requires_id, ARRAY[NEW.skill_id, NEW.requires_id]
        UNION ALL
        SELECT edge.requires_id, walk.path || edge.requires_id
        FROM walk JOIN catalog_prerequisite AS edge USING (skill_id)
        WHERE walk.skill_id <> NEW.skill_id
          AND (edge.requires_id = NEW.skill_id OR edge.requires_id <> ALL (walk.path))
    )
    SELECT (
        SELECT string_agg(skill.slug, ' needs ' ORDER BY step.position)
        FROM unnest(walk.path) WITH ORDINALITY AS step (id, position) JOIN catalog_skill AS skill ON skill.id = step.id
    ) INTO cycle
    FROM walk WHERE walk.skill_id = NEW.skill_id LIMIT 1;
    RAISE EXCEPTION 'a prerequisite cycle: %', cycle USING ERRCODE = 'check_violation', CONSTRAINT = 'prerequisite_acyclic';
END
$$;

CREATE CONSTRAINT TRIGGER prerequisite_acyclic AFTER INSERT OR UPDATE ON catalog_prerequisite
DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION catalog_refuse_prerequisite_cycle();
"""

BACKWARD = """
DROP TRIGGER prerequisite_acyclic ON catalog_prerequisite;
DROP FUNCTION catalog_refuse_prerequisite_cycle();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]  # noqa: RUF012

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]  # noqa: RUF012
