from guidance.web.charts import Point, climb
from tests.web.drawings import a_skill, parse


def test_climb_goes_from_start_to_end():
    points = [Point(a_skill(), 10, 40), Point(a_skill(), 20, 100)]
    wide, narrow = parse(climb(20, points, 1))
    assert wide.find("path[@class='trail']").get("d") == "M34 151.6L269 117.2L504 14"
    assert len(wide.findall("g/circle")) == len(narrow.findall("g/circle")) == 1
