from django.db import migrations
from django.db.models import Exists, OuterRef


def fill(apps, schema_editor):
    """A level is stated where an assessment stands; goals from before there were milestones are credited at the next write."""
    LearnerSkill = apps.get_model("progress", "LearnerSkill")
    Assessment = apps.get_model("progress", "Assessment")
    Progress = apps.get_model("progress", "Progress")
    Goal = apps.get_model("progress", "Goal")
    standing = Assessment.objects.filter(
        learner=OuterRef("learner"), skill=OuterRef("skill"), undoes__isnull=True, undone_by__isnull=True
    )
    # A row at a level above 0 that stands for merged skills may have its assessments on the others.
    LearnerSkill.objects.filter(Exists(standing)).update(stated=True)
    LearnerSkill.objects.filter(level__gt=0).update(stated=True)
    Progress.objects.filter(Exists(Goal.objects.filter(learner=OuterRef("learner")))).update(credited=False)


class Migration(migrations.Migration):
    dependencies = [("progress", "0004_path")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
