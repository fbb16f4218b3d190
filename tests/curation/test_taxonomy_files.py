import pytest

from guidance.curation.taxonomy_files import Table, TableError

COMMAS = Table(("a.csv", "a_en.csv"), ("id", "name"), ("note",))
TABS = Table(("a.txt",), ("id", "name"), tabs=True, text="name")


@pytest.mark.parametrize("name", ["a.csv", "a_en.csv"])
def test_rows_are_numbered_by_the_line_they_begin_on(tmp_path, name):
    (tmp_path / name).write_bytes(b'\xef\xbb\xbfname,id\r\n"x\r\ny",1\r\n\r\n z ,2\r\n')
    assert list(COMMAS.rows(tmp_path)) == [
        (2, {"id": "1", "name": "x\r\ny", "note": ""}),
        (5, {"id": "2", "name": "z", "note": ""}),
    ]


def test_tabbed_rows_know_no_quotes_and_no_line_ends_but_one(tmp_path):
    (tmp_path / "a.txt").write_bytes('id\tname\r\n1\t"a\u2028b\r\n2\tc\rd\te\r\n'.encode())
    assert [row["name"] for _, row in TABS.rows(tmp_path)] == ['"a\u2028b', "c\rd e"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "a.csv:1: no column id, name"),
        (b"id,label\n", "a.csv:1: no column name; there are: id, label"),
        (b"id,name\n1,a\n2\n", "a.csv:3: 1 fields, while line 1 names 2"),
        (b"id,name\n1,a\n2,b,c\n", "a.csv:3: 3 fields, while line 1 names 2"),
        (b'id,name\n1,a\n2,"b\n3,c\n', "a.csv:3: unexpected end of data"),
        (b'id,name\n1,"a" b\n', "a.csv:2: "),
        (b"id,name\n1,a\n2,\xff\n", "a.csv:1: not in UTF-8"),
        (b"id,name\n1,a\x00\n", "a.csv:2: a NUL character"),
    ],
)
def test_what_cannot_be_read_is_told_with_file_and_line(tmp_path, content, message):
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(TableError) as error:
        list(COMMAS.rows(tmp_path))
    assert message in str(error.value)


def test_missing_file_is_told_with_all_its_names(tmp_path):
    with pytest.raises(TableError, match=r"there is no a\.csv or a_en\.csv here"):
        COMMAS.check(tmp_path)
