# Which skills pay for your hours? The catalogue and a plan as tables, cell by cell.
#
#     pip install pandas ./clients/python
#     python docs/examples/explore_with_pandas.py http://localhost:8000 ai-engineer
#
# Each `# %%` begins a cell: VS Code, Spyder and PyCharm run them one by one, and `jupytext --to ipynb` turns the file into a notebook.

# %% Where Waymark runs, and the role to explore
import sys

import pandas as pd
from waymark_client import Client

site = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000"
role = sys.argv[2] if len(sys.argv) > 2 else "ai-engineer"
waymark = Client(site)

# %% Every skill, page by page, as a table
skills = pd.DataFrame(waymark.iter_skills(page_size=200)).set_index("slug")
skills["hours"] = skills["effort"].map(sum)
print(f"{len(skills)} skills\n")

# %% What each area takes, and how often job ads name its skills
areas = skills.groupby("area").agg(skills=("name", "size"), hours=("hours", "sum"), demand=("demand", "median"))
print(areas.sort_values("demand", ascending=False).head(10), "\n")

# %% What the role requires: first the skills that most job ads name for each hour they take
required = pd.DataFrame(waymark.read_role(role)["requirements"]).set_index("slug")
asked = required[["level", "importance"]].join(skills[["demand", "effort"]])
asked["hours"] = [sum(effort[:level]) for effort, level in zip(asked["effort"], asked["level"], strict=True)]
asked["demand_per_hour"] = asked["demand"] / asked["hours"]
print(asked.drop(columns="effort").sort_values("demand_per_hour", ascending=False).head(10), "\n")

# %% A plan from zero, at eight hours a week: how ready you are at the end of each month
plan = waymark.plan({"role": role, "hours_per_week": 8})
steps = pd.DataFrame(plan["steps"])
steps["end"] = pd.to_datetime(steps["end"])
months = steps.groupby(steps["end"].dt.to_period("M")).agg(hours=("hours", "sum"), ready=("readiness_after", "last"))
print(months, "\n")
print(f"{plan['total_hours']:.0f} hours; done on {plan['finish']}")
