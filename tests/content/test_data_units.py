"""Claims of the units on pandas, data cleaning, NumPy and exploring, tested with pandas 3.1, NumPy 2.4, pyarrow 26 and openpyxl 3.1.

Waymark itself needs none of them. The tests run if they are installed: `.venv/bin/pip install pandas pyarrow openpyxl`.
"""

import difflib
import io
import sqlite3
import unicodedata
from time import perf_counter
from typing import Any

import pytest

from tests.content.figures import code_of, text_of

pd = pytest.importorskip("pandas", minversion="3.0")
np = pytest.importorskip("numpy", minversion="2.0")
pytest.importorskip("pyarrow")
openpyxl = pytest.importorskip("openpyxl")


def seconds(function: Any) -> float:
    start = perf_counter()
    function()
    return perf_counter() - start


def test_a_missing_amount_changes_count_and_type():
    text = text_of("pandas", 1, "first-table")
    lines = ["day,shop,product,amount", *(f"2026-03-{day:02},North,tea,{10 * day}" for day in range(1, 11))]
    whole = pd.read_csv(io.StringIO("\n".join(lines)))
    lines[5] = "2026-03-05,North,tea,"
    lacking = pd.read_csv(io.StringIO("\n".join(lines)))
    assert whole.shape == lacking.shape == (10, 4)
    assert (whole["amount"].dtype, lacking["amount"].dtype, lacking["amount"].count()) == ("int64", "float64", 9)
    assert "shape stays (10, 4), the count of the amount falls to 9" in text


def test_selecting_aligning_and_grouping_do_what_the_units_say():
    table = pd.DataFrame({"a": [1, 2, 3], "b": [4, 5, 6]}, index=[10, 20, 30])
    assert (len(table.loc[10:20]), len(table.iloc[0:1])) == (2, 1)
    with pytest.raises(ValueError, match="ambiguous"):
        bool(table[table["a"] > 1 and table["b"] > 1])
    one, other = pd.Series([1, 2, 3], index=list("xyz")), pd.Series([10, 20, 30], index=list("zyx"))
    assert (one + other).tolist() == [31, 22, 13]
    assert (one.to_numpy() + other.to_numpy()).tolist() == [11, 22, 33]
    sales = pd.DataFrame({"shop": ["North", "North", "South", "South", None], "amount": [10, 20, 30, 50, 40]})
    assert sales.groupby("shop")["amount"].sum().sum() == 110
    assert sales.groupby("shop", dropna=False)["amount"].sum().sum() == sales["amount"].sum() == 150
    assert "31, 22, 13" in text_of("pandas", 1, "what-the-index-does")
    assert "110 against 150" in text_of("pandas", 1, "group-and-prove")


def test_parquet_brings_back_what_csv_loses(tmp_path):
    assert "the three columns that only the Parquet file brought back right" in text_of(
        "pandas", 1, "four-broken-columns"
    )
    table = pd.read_csv(
        io.StringIO("code;country;price;day\n007;NA;1,50;03/04/2026\n"),
        sep=";",
        dtype={"code": str},
        keep_default_na=False,
        na_values=[""],
        decimal=",",
        parse_dates=["day"],
        date_format="%d/%m/%Y",
    )
    assert table.iloc[0].tolist() == ["007", "NA", 1.5, pd.Timestamp("2026-04-03")]
    table.to_parquet(tmp_path / "x.parquet")
    table.to_csv(tmp_path / "x.csv", index=False)
    parquet, csv = pd.read_parquet(tmp_path / "x.parquet"), pd.read_csv(tmp_path / "x.csv")
    assert [name for name in table if not parquet[name].equals(table[name])] == []
    assert [name for name in table if not csv[name].equals(table[name])] == ["code", "country", "day"]


def test_joins_multiply_and_match_missing_keys():
    orders = pd.DataFrame({"customer": [1, 1, 2, 3], "amount": [10, 20, 30, 40]})
    cities = pd.DataFrame({"customer": [1, 2, 2, 3], "city": ["Bern", "Rome", "Roma", "Oslo"]})
    merged = orders.merge(cities, on="customer", how="left")
    assert (len(merged), orders["amount"].sum(), merged["amount"].sum()) == (5, 100, 130)
    with pytest.raises(pd.errors.MergeError, match=r"customer\s+2"):
        orders.merge(cities, on="customer", how="left", validate="many_to_one")
    left, right = pd.DataFrame({"key": [None, None], "x": [1, 2]}), pd.DataFrame({"key": [None], "y": [3]})
    with sqlite3.connect(":memory:") as database:
        left.to_sql("l", database, index=False)
        right.to_sql("r", database, index=False)
        found = pd.read_sql("SELECT * FROM l JOIN r USING (key)", database)
    assert (len(left.merge(right, on="key")), len(found)) == (2, 0)
    with pytest.raises(ValueError, match="int64 and str"):
        orders.merge(cities.assign(customer=cities["customer"].astype(str)), on="customer")
    keys = pd.DataFrame({"key": ["a", "b", "c "]}), pd.DataFrame({"key": ["a", "c", "d"]})
    assert keys[0].merge(keys[1], on="key", how="left_anti")["key"].tolist() == ["b", "c "]
    assert "the total grows from 100 to 130" in text_of("pandas", 2, "join-that-multiplies")


def test_a_double_entry_stops_pivot_and_is_averaged_by_pivot_table():
    assert "pivot_table answer 20" in text_of("pandas", 2, "wide-and-long")
    table = pd.DataFrame({"shop": ["A", "A", "B"], "month": ["Jan", "Jan", "Feb"], "sales": [10, 30, 5]})
    with pytest.raises(ValueError, match="duplicate"):
        table.pivot(index="shop", columns="month", values="sales")
    wide = table.pivot_table(index="shop", columns="month", values="sales")
    assert (wide.loc["A", "Jan"], wide.columns.tolist()) == (20, ["Feb", "Jan"])


@pytest.mark.parametrize("quarters", [2, 3])
def test_the_sheet_made_for_people_becomes_a_long_table(tmp_path, quarters):
    assert "header=[1, 2]" in text_of("pandas", 2, "sheet-made-for-people")
    book = openpyxl.Workbook()
    sheet, numbers = book.active, list(range(1, 2 * quarters + 1))
    for row in (
        ["Sales 2026"],
        ["Shop", *(cell for number in range(1, quarters + 1) for cell in (f"Q{number}", None))],
        [None, *["Tea", "Coffee"] * quarters],
        ["North", *numbers],
        ["South", *numbers],
        ["Total", *(2 * number for number in numbers)],
        ["Figures for June are estimates"],
    ):
        sheet.append(row)
    for number in range(quarters):
        sheet.merge_cells(start_row=2, end_row=2, start_column=2 + 2 * number, end_column=3 + 2 * number)
    book.save(tmp_path / "x.xlsx")
    table = pd.read_excel(tmp_path / "x.xlsx", header=[1, 2], index_col=0).dropna(how="all").astype(int)
    body = table.drop(index="Total").rename_axis(index="shop", columns=["quarter", "product"])
    long = body.stack(["quarter", "product"]).rename("sales").reset_index()
    assert (len(long), long["sales"].sum()) == (4 * quarters, table.loc["Total"].sum())


def test_named_functions_and_whole_columns_are_faster_than_loops():
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"group": rng.integers(0, 1000, 100_000), "value": rng.random(100_000)})
    grouped = table.groupby("group")["value"]
    assert seconds(lambda: grouped.transform(lambda values: values.sum())) > 5 * seconds(
        lambda: grouped.transform("sum")
    )
    assert "at least five times faster than the lambda" in text_of("pandas", 2, "beside-each-row")
    values, size = table["value"], 10_000
    low, high = values < 0.3, values > 0.7
    loop = seconds(lambda: [row["value"] < 0.3 for _, row in table.head(size).iterrows()]) * len(table) / size
    assert loop > 20 * seconds(lambda: np.select([low, high], ["low", "high"], "middle"))
    assert loop > 20 * seconds(lambda: values.case_when([(low, 0), (high, 1)]))
    assert "at least twenty times faster" in text_of("pandas", 2, "no-row-loops")


def test_dates_and_empty_weeks_are_those_of_the_unit():
    text = text_of("pandas", 2, "dates-that-disagree")
    assert pd.to_datetime("03/04/2026") == pd.Timestamp(2026, 3, 4)
    assert pd.to_datetime("03/04/2026", dayfirst=True) == pd.Timestamp(2026, 4, 3)
    texts = pd.Series(["2026-02-28", "2026-02-30", "soon"])
    assert pd.to_datetime(texts, format="%Y-%m-%d", errors="coerce").isna().tolist() == [False, True, True]
    days = pd.Series([5, 7, 9], index=pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-22"]))
    weeks, present = days.resample("W").sum(), days.groupby(days.index.isocalendar().week).sum()
    assert (len(weeks), weeks.mean(), len(present), present.mean()) == (4, 5.25, 2, 10.5)
    assert "four weeks" in text
    assert "the mean week is 5.25, not 10.5" in text


def test_ordered_categories_sort_count_and_save_memory():
    assert "less than a tenth of the memory" in text_of("pandas", 2, "ordered-categories")
    order = pd.CategoricalDtype(["small", "medium", "large", "huge"], ordered=True)
    sizes = pd.Series(["large", "small", "medium"])
    assert sizes.sort_values().tolist() == ["large", "medium", "small"]
    assert sizes.astype(order).sort_values().tolist() == ["small", "medium", "large"]
    assert (sizes.astype(order) > "small").sum() == 2
    assert sizes.astype(order).to_frame("size").groupby("size", observed=False).size()["huge"] == 0
    many = pd.Series(np.random.default_rng(1).choice(["small", "medium", "large"], 100_000))
    assert 10 * many.astype("category").memory_usage(deep=True) < many.memory_usage(deep=True)


def test_older_advice_no_longer_works(capsys):
    text = text_of("pandas", 2, "older-advice")
    assert "the first two change nothing and warn" in text
    *start, chained, filled, copied, text_dtype, by_month, forward = code_of(text)[0].splitlines()
    names: dict[str, Any] = {}
    exec("\n".join(start), names)
    table = names["df"]
    for line in (chained, filled):
        with pytest.warns(pd.errors.ChainedAssignmentError):
            exec(line, names)
    assert (table["a"].isna().sum(), table["a"].max()) == (1, 3)
    exec(copied, names)
    exec(text_dtype, names)
    assert capsys.readouterr().out == "False\n"
    with pytest.raises(ValueError, match="Invalid frequency"):
        exec(by_month, names)
    with pytest.raises(TypeError, match="method"):
        exec(forward, names)
    table.loc[table["a"] > 1, "a"] = 0
    assert table["a"].max() == 1
    part = table[table["a"] == 1]
    part["b"] = 1
    assert (list(table), table["name"].dtype == object) == (["a", "name"], False)
    for frequency in ("Q", "H"):
        with pytest.raises(ValueError, match="Invalid frequency"):
            pd.Series([1], index=pd.to_datetime(["2026-01-01"])).resample(frequency)
    with pytest.raises(TypeError, match="axis"):
        table.groupby(["x", "y", "z"], axis="columns")
    assert not hasattr(table, "applymap")
    assert table.assign(b=pd.col("a") + 1)["b"].max() == 2


def test_planted_faults_are_counted_as_the_unit_says():
    assert "count 2, 1, 3, 2, 3 and 4" in text_of("data-cleaning", 1, "planted-faults")
    born = pd.Timestamp("1980-01-01") + pd.to_timedelta(range(30), unit="D")
    members = pd.DataFrame({"id": range(30), "born": born, "city": ["Bern", "Oslo", "Rome"] * 10, "fee": 50})
    members["joined"] = pd.Timestamp("2020-01-01")
    members.loc[[0, 1], "born"] = pd.NaT
    members.loc[2, "id"] = 4
    members.loc[[3, 4, 5], "fee"] = [-20, 999, 999]
    members.loc[[6, 9], "city"] = ["Berne", "BERN"]
    members.loc[[7, 8, 10], "city"] += " "
    members.loc[[12, 13, 14, 15], "joined"] = pd.Timestamp("1970-01-01")
    bare = members["city"].str.strip()
    assert [
        members["born"].isna().sum(),
        members["id"].duplicated().sum(),
        (~members["fee"].between(0, 200)).sum(),
        bare.value_counts().iloc[3:].sum(),
        (members["city"] != bare).sum(),
        (members["joined"] < members["born"]).sum(),
    ] == [2, 1, 3, 2, 3, 4]


def test_spellings_names_and_excel_days_are_those_of_the_units():
    text, marked = text_of("data-cleaning", 1, "spellings"), "Ko\u0308ln"
    assert "“K\u00f6ln”" in text
    assert (len(marked), marked == "K\u00f6ln", unicodedata.normalize("NFC", marked) == "K\u00f6ln") == (5, False, True)
    assert pd.Series([marked, "K\u00f6ln"]).str.normalize("NFC").nunique() == 1
    text = text_of("data-cleaning", 2, "same-person-twice")
    for one, other in (("Jon Smith", "John Smith"), ("Peter Schmidt", "Petra Schmidt")):
        assert f"{difflib.SequenceMatcher(None, one, other).ratio():.2f}" in text
    assert "1 January 2026" in text_of("data-cleaning", 2, "numbers-in-text")
    assert pd.to_datetime(46023, unit="D", origin="1899-12-30") == pd.Timestamp(2026, 1, 1)


def test_means_with_and_without_the_missing_parcels_are_those_of_the_unit():
    text, days = text_of("data-cleaning", 2, "four-answers"), pd.Series([2, 2, 3, 3, 3, 4, 4, 5, None, None])
    assert f"Their mean is {days.mean():.2f} without" in text
    assert f"and {days.fillna(days.median()).mean():.1f} with the median" in text
    assert f"the mean is {days.fillna(pd.Series({8: 9, 9: 11})).mean():.1f}" in text


@pytest.mark.parametrize("seed", range(3))
def test_three_ways_of_going_missing_mislead_as_the_unit_says(seed):
    text = text_of("data-cleaning", 2, "missing-in-three-ways")
    assert "about 2,700, 2,865 and 2,475, and" in text
    (code,) = code_of(text)
    scope: dict[str, Any] = {}
    exec(code.replace("default_rng(1)", f"default_rng({seed})"), scope)
    age, income, chance = scope["age"], pd.Series(scope["income"]), scope["chance"]
    dropped, filled = [], []
    for limit in (0.3, np.where(age < 40, 0.6, 0.1), np.where(income > income.median(), 0.6, 0.1)):
        left = income.mask(chance < limit)
        dropped.append(left.mean())
        filled.append(left.fillna(left.groupby(age < 40).transform("mean")).mean())
        assert left.fillna(left.mean()).std() < 0.9 * income.std()
    assert dropped == pytest.approx([2700, 2865, 2475], abs=25)
    assert filled == pytest.approx([2700, 2700, 2565], abs=25)


def test_the_heights_hide_their_outliers_from_the_standard_deviation():
    text = text_of("data-cleaning", 2, "explain-before-dropping")
    (code,) = code_of(text)
    scope: dict[str, Any] = {}
    exec(code, scope)
    heights = scope["heights"]
    scores = (heights - heights.mean()) / heights.std()
    assert scores.abs().max() < 9 / 10**0.5 < 2.85
    distance = (heights - heights.median()).abs()
    far = distance / distance.median()
    assert f"gives {far[7]:.1f} for 1.72 and {far[9]:.0f} for 1730" in text


def test_arrays_have_the_shapes_and_types_that_the_units_ask_for():
    made = [np.array(value) for value in ([1, 2, 3], [1, 2.5], [True, 2], [1, "a"])]
    assert [array.dtype.kind for array in made] == ["i", "f", "i", "U"]
    assert (np.arange(0, 1, 0.25).size, np.linspace(0, 1, 5).size) == (4, 5)
    table = np.arange(24).reshape(4, 6)
    assert table[:, 1].tolist() == [1, 7, 13, 19]
    assert (table[table % 5 == 0].size, table[2:3].shape, table[::-1, ::2].shape) == (5, (1, 6), (4, 3))
    assert (np.shares_memory(table, table[0]), np.shares_memory(table, table[[1]])) == (True, False)
    sums = table.sum(axis=0), table.sum(axis=1), table.sum(axis=1, keepdims=True), table.reshape(-1, 3)
    assert [array.shape for array in sums] == [(6,), (4,), (4, 1), (8, 3)]
    with pytest.raises(ValueError, match="reshape"):
        table.reshape(5, -1)
    assert (table.reshape(6, 4) != table.T).any()
    assert "(6,), (4,), (4, 1), (8, 3) and an error" in text_of("numpy", 1, "axes-and-reshaping")


def test_two_of_the_ten_pairs_of_shapes_are_errors():
    assert "two of which are errors" in text_of("numpy", 1, "predict-ten-shapes")
    pairs = [((3, 1), (3,)), ((5, 4), (4,)), ((5, 4), (5,)), ((5, 1), (1, 4)), ((2, 3, 4), (3, 4)), ((2, 3, 4), (3, 1))]
    pairs += [((2, 3, 4), (2, 1)), ((1,), (7,)), ((4, 1, 3), (2, 1)), ((6,), (6, 1))]
    found: list[Any] = []
    for pair in pairs:
        try:
            found.append(np.broadcast_shapes(*pair))
        except ValueError:
            found.append(None)
    assert found == [(3, 3), (5, 4), None, (5, 4), (2, 3, 4), (2, 3, 4), None, (7,), (4, 2, 3), (6, 6)]


def test_an_expression_replaces_the_loop_over_points():
    text = text_of("numpy", 1, "loop-to-expression")
    assert "about 3.14" in text
    scope: dict[str, Any] = {}
    exec("\n".join(code_of(text)), scope)
    points = scope["points"]
    assert points.shape == (100_000, 2)

    def loop() -> list[float]:
        return [((x - 0.5) ** 2 + (y - 0.5) ** 2) ** 0.5 for x, y in points.tolist()]

    def whole() -> Any:
        return np.sqrt(((points - 0.5) ** 2).sum(axis=1))

    assert np.allclose(loop(), whole())
    assert seconds(loop) > 10 * min(seconds(whole) for _ in range(3))
    assert f"{4 * (whole() < 0.5).mean():.2f}" == "3.14"


def test_columns_with_one_mean_and_spread_have_different_medians():
    text = text_of("exploratory-data-analysis", 1, "same-mean-and-spread")
    assert "mean 50 and standard deviation 10" in text
    scope: dict[str, Any] = {}
    exec("\n".join(code_of(text)), scope)
    drawn = scope["df"]
    summary = (50 + 10 * (drawn - drawn.mean()) / drawn.std()).describe()
    assert summary.loc["mean"].tolist() == pytest.approx([50] * 3)
    assert summary.loc["std"].tolist() == pytest.approx([10] * 3)
    assert summary.loc["50%", "skewed"] < 48
    assert summary.loc["75%", "two"] - summary.loc["25%", "two"] > 18


def test_a_relation_turns_round_inside_the_groups():
    assert "0.70 for all and -1 in each group" in text_of("exploratory-data-analysis", 1, "pairs-and-groups")
    x = pd.Series(range(20))
    y = (10 - x).where(x < 10, 40 - x)
    assert [x.corr(y), x[:10].corr(y[:10]), x[10:].corr(y[10:])] == pytest.approx([0.70, -1, -1], abs=0.005)
