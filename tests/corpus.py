"""
Untidy files as offices, programs and vandals make them, each with what has to come of it.

Files are made when they are asked for; none is kept. A count that is expected is a number, a status, or `!` and the
code of the finding that keeps it from being loaded; `counts` are of the best sheet, in the order of its rows.
"""

import codecs
import io
import json
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import xlsxwriter
import xlwt
from shapely.geometry import Point, box

from mhgis.importing.types import Field, Shape

Expected = int | str


@dataclass(frozen=True)
class Case:
    """
    A file, and what reading it has to give.

    `refused` is a part of the English sentence with which the file is turned away; then nothing else is expected.
    `findings` are those of reading: code, row (None for the whole file or sheet) and letter of the column. `said` are
    the codes of what is said of columns.
    """

    file: str
    make: Callable[[], bytes]
    refused: str | None = None
    kind: str = "csv"
    sheets: int = 1
    sheet: str | None = None
    shape: Shape = "register"
    header: tuple[int, ...] = (1,)
    rows: tuple[int, ...] = (2, 3, 4)
    totals: int = 0
    fields: tuple[Field, ...] = ("name", "code", "beds", "psychiatrists", "nurses", "year")
    counts: Mapping[Field, tuple[Expected, ...]] = field(default_factory=lambda: dict(STANDARD))
    findings: frozenset[tuple[str, int | None, str | None]] = frozenset()
    said: frozenset[str] = frozenset()
    heavy: bool = False


HEADER = ("机构名称", "行政区划代码", "开放床位", "精神科医师", "护士", "年份")
ROWS = (
    ("甲精神病医院", "620102", "320", "41", "96", "2015"),
    ("乙医院", "620103", "0", "2", "—", "2015"),
    ("丙卫生中心", "620104", "…", "<5", "12", "2015"),
)
STANDARD: dict[Field, tuple[Expected, ...]] = {
    "beds": (320, 0, "not_reported"),
    "psychiatrists": (41, 2, "suppressed"),
    "nurses": (96, "not_reported", 12),
}
AREA_HEADER = ("省", "市", "县", "机构数", "床位数")


def joined(rows, delimiter=",", end="\n"):
    return "".join(delimiter.join(row) + end for row in rows)


def text(content, encoding="utf-8", bom=b""):
    return lambda: bom + content.encode(encoding)


def standard(*, delimiter=",", encoding="utf-8", bom=b"", end="\n", before="", after=""):
    return text(before + joined((HEADER, *ROWS), delimiter, end) + after, encoding, bom)


def xlsx(*sheets, hidden=(), then=None):
    """Return the maker of a workbook: pairs of a name and rows; numbers in the rows stay numbers."""

    def make():
        file = io.BytesIO()
        with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
            for name, rows in sheets:
                sheet = book.add_worksheet(name)
                for number, row in enumerate(rows):
                    for column, value in enumerate(row):
                        if value is not None:
                            sheet.write(number, column, value)
                if name in hidden:
                    sheet.hide()
                if then:
                    then(book, sheet)
        return file.getvalue()

    return make


def numbers(rows):
    """Return rows with numbers where the text is one."""
    return [[int(cell) if cell.isdecimal() else cell for cell in row] for row in rows]


def merged(_book, sheet):
    sheet.merge_range(0, 0, 1, 0, "地区")
    sheet.merge_range(0, 1, 1, 1, "机构数")
    sheet.merge_range(0, 2, 0, 3, "床位")
    sheet.merge_range(0, 4, 0, 5, "人员")


def merged_places(_book, sheet):
    sheet.merge_range(1, 0, 3, 0, "甘肃省")
    sheet.merge_range(1, 1, 2, 1, "兰州市")


def merged_beds(_book, sheet):
    sheet.merge_range(1, 2, 2, 2, 320)


def dates(book, sheet):
    sheet.write_datetime(1, 1, date(2062, 1, 2), book.add_format({"num_format": "yyyy-mm-dd"}))


def hide_rows(_book, sheet):
    sheet.set_row(2, None, None, {"hidden": True})


def openpyxl_formulas():
    """Return a workbook whose formulas were never computed."""
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in (HEADER, ("甲医院", "620102", "=A1+1", 41, 96, 2015), ("乙医院", "620103", 20, 2, 3, 2015)):
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def computed_formulas():
    """Return a workbook whose formulas have their values, as Excel saves it."""
    rows = [HEADER, *numbers(ROWS[:1])]

    def then(_book, sheet):
        sheet.write_formula(1, 2, "=300+20", None, 320)

    return edited(xlsx(("Sheet1", rows), then=then)(), "xl/workbook.xml", b' fullCalcOnLoad="1"', b"")


def error_cells():
    def then(_book, sheet):
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")

    rows = [HEADER, *numbers(ROWS[:1])]
    return edited(xlsx(("Sheet1", rows), then=then)(), "xl/workbook.xml", b' fullCalcOnLoad="1"', b"")


def edited(archive, member, old, new):
    """Return an archive with bytes of a member replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content.replace(old, new) if name == member else content)
    return out.getvalue()


def zipped(members):
    def make():
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return file.getvalue()

    return make


def bomb():
    return zipped({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": bytes(300 * 2**20)})()


def forged():
    """Return a workbook whose directory says that a large member is small."""
    size = 80 * 2**20
    archive = bytearray(zipped({"xl/workbook.xml": b"<workbook/>", "xl/big.xml": bytes(size)})())
    checksum = zlib.crc32(bytes(10))
    for at in range(len(archive) - 4):
        if archive[at : at + 4] == struct.pack("<I", size):
            archive[at : at + 4] = struct.pack("<I", 10)
            archive[at - 8 : at - 4] = struct.pack("<I", checksum)
    return bytes(archive)


def encrypted():
    """Return the beginning of a workbook with a password: a compound file with its package encrypted."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(512)


def stray_cell():
    rows = xlsx(("Sheet1", [HEADER, *ROWS]))()
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return edited(rows, "xl/worksheets/sheet1.xml", b"</sheetData>", far)


def long_workbook(count=300_000):
    """Return a workbook of many rows, its XML written by hand."""
    letters = "ABCDEF"
    head = "".join(f'<c r="{letters[n]}1" t="inlineStr"><is><t>{name}</t></is></c>' for n, name in enumerate(HEADER))
    body = "".join(
        f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>第{row}医院</t></is></c><c r="B{row}"><v>620102</v></c>'
        f'<c r="C{row}"><v>{row % 500}</v></c><c r="D{row}"><v>{row % 50}</v></c><c r="E{row}"><v>{row % 90}</v></c>'
        f'<c r="F{row}"><v>2015</v></c></row>'
        for row in range(2, count + 2)
    )
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f'<row r="1">{head}</row>{body}</sheetData></worksheet>'
    )
    out = io.BytesIO()
    empty = io.BytesIO(xlsx(("Sheet1", [["a"]]))())
    with zipfile.ZipFile(empty) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for name in source.namelist():
            content = sheet.encode() if name == "xl/worksheets/sheet1.xml" else source.read(name)
            target.writestr(name, content)
    return out.getvalue()


def xls(rows):
    def make():
        book, file = xlwt.Workbook(), io.BytesIO()
        sheet = book.add_sheet("Sheet1")
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(number, column, value)
        book.save(file)
        return file.getvalue()

    return make


def xls_errors():
    """Return an old workbook of two sheets with a formula that failed in the first."""
    book, file = xlwt.Workbook(), io.BytesIO()
    for name in ("Sheet1", "Sheet2"):
        sheet = book.add_sheet(name)
        for number, row in enumerate((HEADER, *numbers(ROWS[:2]))):
            for column, value in enumerate(row):
                if (name, number, column) != ("Sheet1", 1, 2):
                    sheet.write(number, column, value)
    book.get_sheet("Sheet1").row(1).set_cell_error(2, "#DIV/0!")
    book.save(file)
    return file.getvalue()


def xls_that_wants_memory():
    """Return an old workbook whose sheet says that it has two thousand million rows."""
    size = b"\x00\x02\x0e\x00" + struct.pack("<I", 0)
    return xls([HEADER, *numbers(ROWS)])().replace(size + b"\x04\x00\x00\x00", size + b"\x04\x00\x00\x80")


def xlsx_that_wants_memory():
    data = xlsx(("Sheet1", [HEADER, *ROWS]))()
    return edited(data, "xl/sharedStrings.xml", b'uniqueCount="', b'uniqueCount="999999999')


def broken_parquet():
    """Return columns in which a text is no text any more."""
    file = io.BytesIO()
    plain_frame().to_parquet(file, index=False, compression=None)
    return file.getvalue().replace("乙医院".encode(), "乙".encode() + b"\xff\xfe\xfd\xfc\xfb\xfa")


def two_layers():
    """Return a GeoPackage of a layer of areas without figures and a layer of facilities."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.gpkg"
        areas()[["geometry"]].to_file(path, layer="grid", driver="GPKG")
        frame().to_file(path, layer="facilities", driver="GPKG", mode="a")
        return path.read_bytes()


def frame():
    shapes = [Point(103.83, 36.06), Point(103.78, 36.07), Point(103.63, 36.09)]
    return gpd.GeoDataFrame(pd.DataFrame([*ROWS], columns=HEADER), geometry=shapes, crs="EPSG:4326")


def areas():
    shapes = [box(103 + n, 36, 104 + n, 37) for n in range(3)]
    return frame().set_geometry(gpd.GeoSeries(shapes, crs="EPSG:4326"))


def written(table, suffix, **options):
    """Return the maker of a file that GDAL writes; of a Shapefile, all its parts but those left out, zipped."""
    left_out = options.pop("without", ())

    def make():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"data{suffix}"
            table().to_file(path, **options)
            if suffix != ".shp":
                return path.read_bytes()
            parts = {one.name: one.read_bytes() for one in Path(folder).iterdir() if one.suffix not in left_out}
            return zipped(parts)()

    return make


def short_names():
    return frame().rename(columns=dict(zip(HEADER, ("机构", "区划码", "床位", "医师", "护士", "年份"), strict=True)))


def parquet(table):
    def make():
        file = io.BytesIO()
        table().to_parquet(file, index=False)
        return file.getvalue()

    return make


def plain_frame():
    return pd.DataFrame([*ROWS], columns=HEADER)


def beds(*cells, name="床位数"):
    """Return the maker of a register whose beds are these texts, as XLSX so that any text is one cell."""
    return xlsx(("Sheet1", [["机构名称", "县", name], *([f"第{n}医院", "城关区", one] for n, one in enumerate(cells))]))


def of_beds(file, make, expected, **more):
    rows = tuple(range(2, len(expected) + 2))
    return Case(
        file, make, kind="xlsx", rows=rows, fields=("name", "county", "beds"), counts={"beds": tuple(expected)}, **more
    )


def refused(file, make, sentence):
    return Case(file, make, refused=sentence)


COUNTS: tuple[Field, ...] = ("province", "prefecture", "county", "facilities", "beds")
LANZHOU = (("甘肃省", "兰州市", "城关区", "5", "320"), ("甘肃省", "兰州市", "七里河区", "2", "0"))
OF_LANZHOU: dict[Field, tuple[Expected, ...]] = {"facilities": (5, 2), "beds": (320, 0)}
GEO: tuple[Field, ...] = ("name", "code", "beds", "psychiatrists", "nurses", "year", "lon", "lat")


def of_areas(file, make, **more):
    return Case(file, make, **{"shape": "counts", "fields": COUNTS, "counts": OF_LANZHOU, "rows": (2, 3), **more})


CONTAINERS = (
    Case("utf8.csv", standard()),
    Case("utf8-bom.csv", standard(bom=codecs.BOM_UTF8)),
    Case("gb18030.csv", standard(encoding="gb18030")),
    Case("gbk.txt", standard(encoding="gbk", delimiter="\t")),
    Case("utf16le.csv", standard(encoding="utf-16-le", bom=codecs.BOM_UTF16_LE)),
    Case("utf16be.csv", standard(encoding="utf-16-be", bom=codecs.BOM_UTF16_BE)),
    Case("utf16le-no-mark.csv", standard(encoding="utf-16-le")),
    Case("utf16be-no-mark.csv", standard(encoding="utf-16-be")),
    Case("excel-unicode.txt", standard(delimiter="\t", encoding="utf-16-le", bom=codecs.BOM_UTF16_LE, end="\r\n")),
    Case("tab.tsv", standard(delimiter="\t")),
    Case("semicolon.csv", standard(delimiter=";")),
    Case("pipe.csv", standard(delimiter="|")),
    Case("wide-comma.csv", standard(delimiter="，")),
    Case("sep-line.csv", standard(delimiter=";", before="sep=;\n"), header=(2,), rows=(3, 4, 5)),
    Case("crlf.csv", standard(end="\r\n")),
    Case("old-mac.csv", standard(end="\r")),
    Case("blank-tail.csv", standard(after=",,,,,\n" * 50)),
    Case("blank-rows.csv", standard(before="\n,,,,,\n"), header=(3,), rows=(4, 5, 6)),
    Case(
        "path-in-name/../../etc/表.csv",
        standard(),
    ),
    Case("a-csv-named.xlsx", standard()),
    Case("plain.xlsx", xlsx(("Sheet1", [HEADER, *numbers(ROWS)])), kind="xlsx"),
    Case("xlsx-named.csv", xlsx(("Sheet1", [HEADER, *ROWS])), kind="xlsx"),
    Case("plain.xls", xls([HEADER, *numbers(ROWS)]), kind="xls"),
    Case("points.geojson", written(frame, ".geojson", driver="GeoJSON"), kind="geojson", fields=GEO),
    Case("areas.geojson", written(areas, ".geojson", driver="GeoJSON"), kind="geojson", fields=GEO),
    Case(
        "projected.gpkg",
        written(lambda: frame().to_crs("EPSG:32648"), ".gpkg", driver="GPKG"),
        kind="gpkg",
        fields=GEO,
    ),
    Case(
        "gbk-without-cpg.zip",
        written(short_names, ".shp", encoding="gbk", without=(".cpg",)),
        kind="shapefile",
        fields=GEO,
    ),
    Case(
        "without-prj.zip",
        written(short_names, ".shp", encoding="utf-8", without=(".prj",)),
        kind="shapefile",
        fields=GEO,
        findings=frozenset({("crs", None, None)}),
    ),
    Case("plain.parquet", parquet(plain_frame), kind="parquet"),
    Case("two-layers.gpkg", two_layers, kind="gpkg", sheets=2, sheet="facilities", fields=GEO),
    Case("geo.parquet", parquet(frame), kind="parquet", fields=GEO),
    Case(
        "long.xlsx",
        long_workbook,
        kind="xlsx",
        rows=tuple(range(2, 300_002)),
        counts={"beds": tuple(row % 500 for row in range(2, 300_002))},
        heavy=True,
    ),
)

REFUSED = (
    refused("empty.csv", bytes, "the file is empty"),
    refused("spaces.csv", text(" \n\n \t\n"), "the file is empty"),
    refused("no-cells.xlsx", xlsx(("Sheet1", [])), "the file is empty"),
    refused("picture.xlsx", lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), "a file of the kind PNG"),
    refused("report.csv", lambda: b"%PDF-1.7\n" + bytes(100), "a file of the kind PDF"),
    refused("web.xls", text("<html><table><tr><td>床位</td></tr></table></html>"), "a file of the kind HTML"),
    refused("letter.docx", zipped({"word/document.xml": b"<document/>"}), "an archive without a table"),
    refused("bomb.xlsx", bomb, "unpacked, the file would be far larger"),
    refused("forged.xlsx", forged, "unpacked, the file would be far larger"),
    refused("slip.zip", zipped({"../../evil.shp": b"x", "evil.dbf": b"x"}), "leads out of it"),
    refused("drive.zip", zipped({"C:\\evil.shp": b"x"}), "leads out of it"),
    refused("password.xlsx", encrypted, "protected by a password"),
    refused("torn.xlsx", lambda: xlsx(("Sheet1", [HEADER, *ROWS]))()[:2000], "damaged"),
    refused("torn.geojson", text('{"type": "FeatureCollection", "features": [{'), "damaged"),
    refused("torn.parquet", lambda: b"PAR1" + bytes(50), "damaged"),
    refused("torn.gpkg", lambda: b"SQLite format 3\x00" + bytes(50), "damaged"),
    refused("wants-memory.xls", xls_that_wants_memory, "damaged"),
    refused("wants-memory.xlsx", xlsx_that_wants_memory, "damaged"),
    refused("table.ods", zipped({"mimetype": b"application/x", "content.xml": b"<x/>"}), "save the table as XLSX"),
    refused("table.xlsb", zipped({"xl/workbook.bin": b"x", "[Content_Types].xml": b"<x/>"}), "save the table as XLSX"),
    refused("torn.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "damaged"),
    refused("noise.csv", lambda: bytes(range(256)) * 8 + bytes(2000), "not a table"),
    refused("columns.csv", text(joined([["床位"] * 10_000, ["1"] * 10_000])), "10,000 columns"),
    refused("columns.xlsx", xlsx(("Sheet1", [["床位"] * 10_000, [1] * 10_000])), "10,000 columns"),
    refused("very-wide.csv", text(joined([["床位"] * 30_000, ["1"] * 30_000])), "30,000 columns"),
    refused("stray-cell.xlsx", stray_cell, "16,384 columns"),
    refused("header-only.csv", text(joined([HEADER])), "no table"),
    refused("one-column.csv", text("机构名称\n甲医院\n乙医院\n"), "no table"),
    refused("prose.csv", text("各位同事：\n请于月底前报送精神卫生资源数据。\n谢谢！\n"), "no table"),
    refused("many-sheets.xlsx", xlsx(*((f"s{n}", [["a"]]) for n in range(101))), "101 sheets"),
)

LAYOUTS = (
    of_areas(
        "titles-and-notes.csv",
        text(
            "甘肃省精神卫生资源统计表,,,,\n单位：张、家,,,,\n"
            + joined([AREA_HEADER, ("合计", "", "", "7", "320"), *LANZHOU])
            + "注：数据截至2015年末。,,,,\n资料来源：省卫生健康委,,,,\n填表人：张三,,审核：李四,,\n"
        ),
        header=(3,),
        rows=(5, 6),
        totals=1,
    ),
    of_areas(
        "totals-everywhere.csv",
        text(
            joined(
                [
                    AREA_HEADER,
                    ("全省", "", "", "7", "320"),
                    LANZHOU[0],
                    LANZHOU[1],
                    ("甘肃省", "兰州市小计", "", "7", "320"),
                    ("总　计", "", "", "7", "320"),
                ]
            )
        ),
        rows=(3, 4),
        totals=3,
    ),
    of_areas(
        "english.csv",
        text(
            "Mental health resources\n\nProvince;Prefecture;County;Number of facilities;Beds\n"
            + joined([("Gansu", "Lanzhou", "Chengguan", "5", "320"), ("Gansu", "Lanzhou", "Qilihe", "2", "0")], ";")
            + "Total;;;7;320\nSource: survey of 2015;;;;\n"
        ),
        header=(3,),
        rows=(4, 5),
        totals=1,
    ),
    of_areas(
        "traditional-big5.csv",
        text(
            joined([("省份", "城市", "縣市區", "機構數", "床位數"), *LANZHOU]).translate(
                str.maketrans("肃兰关区", "肅蘭關區")
            ),
            "big5",
        ),
    ),
    of_areas(
        "merged-header.xlsx",
        xlsx(
            ("Sheet1", [[], [None, None, "编制", "开放", "医师", "护士"], ["城关区", 5, 400, 320, 41, 96]]),
            then=merged,
        ),
        kind="xlsx",
        header=(1, 2),
        rows=(3,),
        fields=("county", "facilities", "beds", "psychiatrists", "nurses"),
        counts={"facilities": (5,), "beds": (320,), "psychiatrists": (41,), "nurses": (96,)},
        said=frozenset({"column_other"}),
    ),
    of_areas(
        "merged-header-saved-as.csv",
        text("地区,机构数,床位,,人员,\n,,编制,开放,医师,护士\n城关区,5,400,320,41,96\n"),
        header=(1, 2),
        rows=(3,),
        fields=("county", "facilities", "beds", "psychiatrists", "nurses"),
        counts={"facilities": (5,), "beds": (320,), "psychiatrists": (41,), "nurses": (96,)},
        said=frozenset({"column_other"}),
    ),
    of_areas(
        "units-row.csv",
        text(joined([AREA_HEADER, ("", "", "", "家", "张"), *LANZHOU])),
        header=(1, 2),
        rows=(3, 4),
    ),
    of_areas(
        "column-numbers.csv",
        text(joined([AREA_HEADER, ("甲", "乙", "丙", "1", "2"), *LANZHOU])),
        rows=(3, 4),
        counts=OF_LANZHOU,
    ),
    of_areas(
        "numbered-columns.csv",
        text(joined([AREA_HEADER, ("甲", "1", "2", "3", "4"), *LANZHOU])),
        rows=(3, 4),
    ),
    of_areas(
        "header-again.csv",
        text(joined([AREA_HEADER, LANZHOU[0], AREA_HEADER, LANZHOU[1]])),
        rows=(2, 4),
    ),
    of_areas(
        "of-which.csv",
        text(joined([AREA_HEADER, *LANZHOU, ("其中：公立", "", "", "3", "100")])),
    ),
    of_areas(
        "merged-places.xlsx",
        xlsx(
            (
                "Sheet1",
                [
                    AREA_HEADER,
                    [None, None, "城关区", 5, 320],
                    [None, None, "七里河区", 2, 0],
                    [None, "天水市", "秦州区", 1, 80],
                ],
            ),
            then=merged_places,
        ),
        kind="xlsx",
        rows=(2, 3, 4),
        counts={"facilities": (5, 2, 1), "beds": (320, 0, 80)},
    ),
    Case(
        "merged-beds.xlsx",
        xlsx(("Sheet1", [HEADER, *numbers([(*row[:2], "", *row[3:]) for row in ROWS[:2]])]), then=merged_beds),
        kind="xlsx",
        rows=(2, 3),
        counts={"beds": (320, 320)},
        findings=frozenset({("merged_number", 2, "C"), ("merged_number", 3, "C")}),
    ),
    Case(
        "twenty-sheets.xlsx",
        xlsx(
            *((f"说明{n}", [["说明", "见下表"]]) for n in range(12)),
            ("数据", [HEADER, *ROWS]),
            *((f"空{n}", []) for n in range(7)),
        ),
        kind="xlsx",
        sheets=20,
        sheet="数据",
    ),
    Case(
        "hidden-sheet.xlsx",
        xlsx(("可见", [HEADER, *ROWS]), ("旧", [HEADER, *ROWS, *ROWS]), hidden=("旧",)),
        kind="xlsx",
        sheets=2,
        sheet="可见",
        findings=frozenset({("hidden_sheet", None, None)}),
    ),
    Case(
        "hidden-rows.xlsx",
        xlsx(("Sheet1", [HEADER, *ROWS]), then=hide_rows),
        kind="xlsx",
        findings=frozenset({("hidden_rows", None, None)}),
    ),
    Case(
        "formulas-never-computed.xlsx",
        openpyxl_formulas,
        kind="xlsx",
        rows=(2, 3),
        counts={"beds": ("!formula", 20)},
        findings=frozenset({("formula_text", 2, "C")}),
    ),
    Case("formulas-computed.xlsx", computed_formulas, kind="xlsx", rows=(2,), counts={"beds": (320,)}),
    Case(
        "failed-formula.xls",
        xls_errors,
        kind="xls",
        sheets=2,
        sheet="Sheet1",
        rows=(2, 3),
        counts={"beds": ("!cell_error", 0)},
    ),
    Case("failed-formula.xlsx", error_cells, kind="xlsx", rows=(2,), counts={"beds": ("!cell_error",)}),
    Case(
        "dates-as-codes.xlsx",
        xlsx(("Sheet1", [HEADER, *numbers(ROWS)]), then=dates),
        kind="xlsx",
        findings=frozenset({("date", 2, "B")}),
    ),
)

TEXTS = (
    Case(
        "nul-bytes.csv",
        text(joined((HEADER, *ROWS)).replace("320", "3\x0020")),
        findings=frozenset({("invisible", 2, "C")}),
    ),
    Case(
        "right-to-left.csv",
        text(joined((HEADER, *ROWS)).replace("320", "\u200f320\u202e").replace("乙医院", "\ufeff乙\u200b医院")),
        findings=frozenset({("invisible", 2, "C"), ("invisible", 3, "A")}),
    ),
    Case(
        "injection.csv",
        text(joined((HEADER, *ROWS)).replace("甲精神病医院", "=HYPERLINK(A1)").replace("320", "=1+1")),
        counts={"beds": ("!formula", 0, "not_reported")},
        findings=frozenset({("formula_text", 2, "A"), ("formula_text", 2, "C")}),
    ),
    Case(
        "one-broken-character.csv",
        lambda: joined((HEADER, *ROWS * 10)).encode().replace("丙".encode(), b"\xe4\xb8", 1),
        rows=tuple(range(2, 32)),
        counts={"beds": (320, 0, "not_reported") * 10},
        findings=frozenset({("unreadable_text", 4, "A")}),
    ),
    Case(
        "broken-text.parquet",
        broken_parquet,
        kind="parquet",
        findings=frozenset({("unreadable_text", 3, "A")}),
    ),
    Case(
        "open-quote.csv",
        text(joined((HEADER, *ROWS)).replace("乙医院", '"乙医院')),
        findings=frozenset({("quotes", None, None)}),
    ),
    Case(
        "line-breaks-in-cells.csv",
        text(joined((HEADER, *ROWS)).replace("开放床位", '"开放\n床位"').replace("乙医院", '"乙\n医院"')),
    ),
    Case(
        "western.csv",
        text("Facility name;Code;Beds\nHôpital psychiatrique;620102;320\nÉtablissement;620103;0\n", "cp1252"),
        rows=(2, 3),
        fields=("name", "code", "beds"),
        counts={"beds": (320, 0)},
    ),
    Case(
        "thousands-with-semicolons.csv",
        text("机构名称;代码;床位数\n甲医院;620102;1,320\n乙医院;620103;2,000\n"),
        rows=(2, 3),
        fields=("name", "code", "beds"),
        counts={"beds": (1320, 2000)},
    ),
    Case(
        "lost-zeros.csv",
        text("机构名称,行政区划代码,床位数\n甲医院,6.20102E+05,3\n乙医院,0620103,4\n"),
        rows=(2, 3),
        fields=("name", "code", "beds"),
        counts={"beds": (3, 4)},
    ),
    Case(
        "degrees.csv",
        text('机构名称,经度,纬度,床位数\n甲医院,103°50′12″,"36°3\'0""N",3\n乙医院,E103.83,36.06,4\n'),
        rows=(2, 3),
        fields=("name", "lon", "lat", "beds"),
        counts={"beds": (3, 4)},
    ),
)

VALUES = (
    of_beds("zeros.xlsx", beds("0", "０", "零", "〇", "0.0", 0), [0] * 6),
    of_beds("unknown.xlsx", beds("—", "-", "…", "...", "不详", "n/a", "NA", "未知", "/", " "), ["not_reported"] * 10),
    of_beds("suppressed.xlsx", beds("<5", "＜5", "少于5", "*", "≤ 3", "5以下"), ["suppressed"] * 6),
    of_beds("wide-digits.xlsx", beds("１２０", "１，２００", "３２０张"), [120, 1200, 320]),
    of_beds("numerals.xlsx", beds("十二", "一百二十", "两千三百", "二〇", "壹佰"), [12, 120, 2300, 20, 100]),
    of_beds(
        "separators.xlsx", beds("1,234", "1 234", "1234.0", 1234.0, "12,34"), [1234, 1234, 1234, 1234, "!grouping"]
    ),
    of_beds("scales.xlsx", beds("1.2万", "1e5", "3千", "0.5万张"), [12_000, 100_000, 3_000, 5_000]),
    of_beds(
        "faults.xlsx",
        beds("12.5", "-3", "12%", "2015-03-01", "约120", "10-20", "120①", "10²", "abc", "9999999999", "无", "一"),
        [
            "!fraction",
            "!negative",
            "!percent",
            "!date",
            "!approximate",
            "!range",
            "!footnote",
            "!footnote",
            "!text",
            "!too_large",
            "!none_word",
            "!one_or_dash",
        ],
    ),
    of_beds("numbers-as-text.xlsx", beds("12", 12, 12.0, "12.0"), [12] * 4),
    of_beds(
        "unit-in-header.xlsx",
        beds("0.032", "1.2", name="床位数（万张）"),
        [320, 12_000],
        said=frozenset({"column_unit"}),
    ),
    of_areas(
        "unit-in-title.csv",
        text("资源表,,,,\n单位：千,,,,\n" + joined([AREA_HEADER, ("甘肃省", "兰州市", "城关区", "0.005", "0.32")])),
        header=(3,),
        rows=(4,),
        counts={"facilities": (5,), "beds": (320,)},
        said=frozenset({"column_unit"}),
    ),
    of_areas(
        "rates.csv",
        text(joined([(*AREA_HEADER, "每10万人床位数", "床位使用率"), *((*row, "3.2", "90") for row in LANZHOU)])),
        said=frozenset({"column_rate"}),
    ),
    Case(
        "open-and-licensed.csv",
        text("机构名称,县,编制床位,实有床位,开放床位\n甲医院,城关区,400,330,320\n"),
        rows=(2,),
        fields=("name", "county", "beds"),
        counts={"beds": (320,)},
        said=frozenset({"column_other"}),
    ),
    Case(
        "two-alike.csv",
        text("机构名称,县,床位数,床位数\n甲医院,城关区,400,320\n"),
        rows=(2,),
        fields=("name", "county"),
        counts={},
        said=frozenset({"column_ambiguous"}),
    ),
    Case(
        "unnamed-columns.csv",
        text("甲栏,乙栏,丙栏\n620102,兰州市第三人民医院,2015\n620103,兰州精神病医院,2015\n"),
        rows=(2, 3),
        fields=("code", "name", "year"),
        counts={},
        said=frozenset({"column_guess"}),
    ),
)

CASES: tuple[Case, ...] = (*CONTAINERS, *REFUSED, *LAYOUTS, *TEXTS, *VALUES)


def geojson(features):
    """Return GeoJSON of features: properties and a geometry each."""
    collection = [{"type": "Feature", "properties": one, "geometry": shape} for one, shape in features]
    return json.dumps({"type": "FeatureCollection", "features": collection}, ensure_ascii=False).encode()
