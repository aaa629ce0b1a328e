"""Where the table is in a sheet; templates that are filled in and sent back."""

import io

import openpyxl
import pytest

from mhgis.errors import SchemaError
from mhgis.importing import columns, layout, templates
from mhgis.importing.read import read

REGISTER = "机构名称,县,床位数\n"


def table_of(content, **options):
    return layout.find_table(read(content.encode(), "a.csv").sheets[0], **options)


@pytest.mark.parametrize(
    "label",
    [
        "合计",
        "总计",
        "小计",
        "共计",
        "合 计",
        "总　计",
        "全国",
        "全省",
        "全市合计",
        "甘肃省合计",
        "兰州市小计",
        "Total",
        "TOTAL",
        "Grand total",
        "Subtotal",
        "Sum",
        "Total, Gansu",
        "合計",
        "总计：",
    ],
)
def test_totals_are_kept_apart(label):
    table = table_of(f"县,机构数,床位数\n{label.replace(',', '，')},3,9\n城关区,3,9\n")
    assert list(table.totals.index) == [2]
    assert list(table.body.index) == [3]


@pytest.mark.parametrize(
    "name",
    [
        "全国重点医院",
        "总计算中心医院",
        "全省精神卫生中心",
        "Total Care Hospital Group",
        "合计县",
        "国家医院",
        "National Hospital",
    ],
)
def test_names_that_only_sound_like_totals_stay(name):
    table = table_of(f"{REGISTER}{name},城关区,3\n乙医院,城关区,4\n")
    assert list(table.body.index) == [2, 3]


@pytest.mark.parametrize(
    "note",
    [
        "注：含民营机构",
        "注1：含民营机构",
        "资料来源：省卫健委",
        "Source: survey",
        "Note. Survey of 2015.",
        "填表人：张三",
        "* 含民营机构的床位数据",
        "说明：数据截至年末",
        "备注：略",
    ],
)
def test_notes_are_left_out_with_the_reason(note):
    table = table_of(f"{REGISTER}甲医院,城关区,3\n{note},,\n")
    assert list(table.body.index) == [2]
    assert table.left_out[["row", "why", "text"]].to_numpy().tolist() == [[3, "note", note]]


def test_a_row_with_nothing_but_a_name_stays():
    # nobody reported its beds; it is no note
    assert list(table_of(f"{REGISTER}甲医院,城关区,3\n乙医院,,\n").body.index) == [2, 3]


def test_what_surrounds_a_table_is_accounted_for():
    table = table_of(f"资源表,,\n,,\n{REGISTER}甲医院,城关区,3\n,,\n{REGISTER}乙医院,城关区,4\n")
    assert table.left_out[["row", "why"]].to_numpy().tolist() == [
        [1, "title"],
        [2, "blank"],
        [5, "blank"],
        [6, "header"],
    ]
    assert table.names == ("机构名称", "县", "床位数")


def test_three_header_rows_are_joined():
    table = table_of("县,资源,,\n,床位,,医师\n,编制,开放,\n城关区,4,3,2\n")
    assert table.header_rows == (1, 2, 3)
    assert table.names == ("县", "资源 / 床位 / 编制", "资源 / 床位 / 开放", "资源 / 医师")


def test_a_row_of_words_is_no_second_header():
    table = table_of("机构名称,县,机构类别\n甲医院,城关区,专科医院\n乙医院,城关区,综合医院\n")
    assert (table.header_rows, list(table.body.index)) == ((1,), [2, 3])


def test_columns_without_a_known_name_are_still_a_table():
    table = table_of("报表\n甲栏,乙栏,丙栏\n东,3,4\n西,5,6\n")
    assert (table.header_rows, list(table.body.index)) == ((2,), [3, 4])


def test_the_header_can_be_named():
    table = table_of("机构名称,床位数\n旧名,旧数\n甲医院,3\n", header_row=2)
    assert (table.header_rows, table.names) == ((2,), ("旧名", "旧数"))


def test_positions_are_those_of_the_sheet():
    table = table_of(",机构名称,,床位数\n,甲医院,,3\n")
    assert table.names == ("", "机构名称", "", "床位数")
    assert dict(columns.recognise(table).positions) == {"name": 1, "beds": 3}


def test_no_table_is_one_sentence():
    with pytest.raises(SchemaError, match=r"^a.csv: no table: .* Expected: .* Choose another sheet"):
        table_of("只有一句话\n")
    with pytest.raises(SchemaError, match="没有找到表格"):
        table_of("只有一句话\n", lang="zh")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("shape", ["register", "counts"])
def test_a_template_is_understood_and_its_examples_are_not_loaded(shape, lang):
    data = templates.template(shape, lang)
    assert data == templates.template(shape, lang)
    book = read(data, "form.xlsx")
    table = layout.find_table(layout.best_sheet(book))
    found = columns.recognise(table)
    assert book.findings.empty
    assert found.shape == shape
    assert len(found.positions) == len(table.names) - 1
    assert table.body.empty
    assert table.left_out["why"].tolist() == ["example", "example"]
    assert len(book.sheets) == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("shape", ["register", "counts"])
def test_a_template_that_is_filled_in_below_its_examples_loads_only_what_was_filled_in(shape, lang):
    book = openpyxl.load_workbook(io.BytesIO(templates.template(shape, lang)))
    form = book.worksheets[0]
    form.append([one.value for one in form[2]][:-1])
    file = io.BytesIO()
    book.save(file)
    table = layout.find_table(layout.best_sheet(read(file.getvalue(), "form.xlsx")))
    assert list(table.body.index) == [4]
