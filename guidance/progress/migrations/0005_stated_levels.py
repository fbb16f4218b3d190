from django.db import migrations
from django.db.models import Exists, OuterRef


def fill(apps, schema_editor):
    """Marks levels as stated if an assessment was not undone. Goals older than milestones are credited at the next write."""
    LearnerSkill = apps.get_model("progress", "LearnerSkill")
    Assessment = apps.get_model("progress", "Assessment")
    Progress = apps.get_model("progress", "Progress")
    Goal = apps.get_model("progress", "Goal")
    standing = Assessment.objects.filter(
        learner=OuterRef("learner"), skill=OuterRef("skill"), undoes__isnull=True, undone_by__isnull=True
    )
    # A row of merged skills with a level above 0 may have its assessments on the other skills.
    LearnerSkill.objects.filter(Exists(standing)).update(stated=True)
    LearnerSkill.objects.filter(level__gt=0).update(stated=True)
    Progress.objects.filter(Exists(Goal.objects.filter(learner=OuterRef("learner")))).update(credited=False)


class Migration(migrations.Migration):
    dependencies = [("progress", "0004_path")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
