from guidance.web.charts import CurvePoint, readiness_curve
from tests.web.drawings import a_skill, parse


def test_climb_goes_from_start_to_end():
    points = [CurvePoint(a_skill(), 10, 40), CurvePoint(a_skill(), 20, 100)]
    wide, narrow = parse(readiness_curve(20, points, 1))
    assert wide.find("path[@class='trail']").get("d") == "M34 151.6L269 117.2L504 14"
    assert len(wide.findall("g/circle")) == len(narrow.findall("g/circle")) == 1
