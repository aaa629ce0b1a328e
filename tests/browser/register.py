"""
A register as an office keeps it, with everything that makes it untidy. All names and numbers in it are invented.

Title rows, a header of two rows with merged cells, two columns whose names say nothing, three places that could be
several, dashes and words for numbers, a row of totals, a note.
"""

import io

from xlsxwriter import Workbook

TITLE = "甘肃省精神卫生机构登记表（测试文件：机构与数字均为虚构）"
#: header of the two columns that nobody can know
BEDS, PSYCHIATRISTS = "铺位", "专科大夫"
#: prefecture, county, facilities: name, sponsor, beds, psychiatrists, nurses
ROWS = (
    ("兰州市", "七里河区", "测试一院", "公立", "120", "14", "50"),
    ("兰州市", "安宁区", "测试二院", "公立", "８０", "9", "31"),
    ("", "城关区", "测试三院", "公立", "260", "30", "99"),
    ("兰州市", "榆中县", "测试榆中站", "公立", "20", "2", "7"),
    ("天水市", "秦州区", "测试四院", "公立", "150", "15", "52"),
    ("天水市", "麦积区", "测试麦积科", "民营", "60", "—", "18"),
    ("天水市", "张家川县", "测试张家川站", "公立", "0", "1", "2"),
    ("酒泉", "肃州区", "测试五院", "公立", "110", "11", "40"),
    ("酒泉", "敦皇市", "测试敦煌科", "公立", "30", "3", "10"),
    ("平凉市", "崆峒区", "测试六院", "公立", "95", "8", "33"),
    ("庆阳市", "西峰区", "测试七院", "民营", "70", "6", "25"),
    ("庆阳市", "环县", "测试环县站", "公立", "不详", "1", "3"),
    ("定西市", "安定区", "测试八院", "公立", "88", "7", "30"),
    ("陇南市", "武都区", "测试九院", "公立", "66", "5", "21"),
    ("陇南市", "文县", "测试文县站", "公立", "15", "1", "4"),
    ("临夏州", "临夏", "测试十院", "公立", "45", "4", "15"),
    ("甘南州", "合作市", "测试十一院", "公立", "25", "2", "8"),
    ("张掖市", "甘州区", "测试十二院", "公立", "100", "10", "36"),
    ("武威市", "凉州区", "测试十三院", "公立", "140", "12", "48"),
    ("嘉峪关市", "", "测试十四院", "公立", "40", "4", "14"),
)
#: what the corrected file says instead, by facility: beds; and the facility it adds
CORRECTED = {"测试环县站": "12", "测试四院": "180"}
ADDED = ("庆阳市", "镇原县", "测试镇原站", "公立", "10", "1", "3")


def messy(*, corrected: bool = False) -> bytes:
    """Return the register as XLSX, or the corrected one."""
    rows = list(ROWS)
    if corrected:
        rows = [(*row[:4], CORRECTED.get(row[2], row[4]), *row[5:]) for row in rows] + [ADDED]
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        book.add_worksheet("说明").write(0, 0, "本表由各市州填报。测试文件。")
        sheet, bold = book.add_worksheet("机构表"), book.add_format({"bold": True, "align": "center"})
        sheet.merge_range("A1:H1", TITLE, bold)
        sheet.write("A2", "填报单位：测试单位")
        sheet.write("H2", "2023年")
        for at, name in enumerate(("序号", "机构名称")):
            sheet.merge_range(2, at, 3, at, name, bold)
        sheet.merge_range("C3:D3", "所在地", bold)
        sheet.write_row("C4", ("市州", "县区"), bold)
        sheet.merge_range("E3:E4", "性质", bold)
        sheet.merge_range("F3:H3", "规模", bold)
        sheet.write_row("F4", (BEDS, PSYCHIATRISTS, "护士"), bold)
        for number, (prefecture, county, name, sponsor, *counts) in enumerate(rows, 1):
            sheet.write(number + 3, 0, number)
            sheet.write_row(number + 3, 1, (name, prefecture, county, sponsor))
            for at, text in enumerate(counts):
                sheet.write(number + 3, 5 + at, int(text) if text.isascii() and text.isdigit() else text)
        end = len(rows) + 4
        sheet.write_row(end, 0, ("合计", "", "", "", "", *(_sum(rows, at) for at in (4, 5, 6))))
        sheet.write(end + 1, 0, "注：“—”表示未报告。机构与数字均为虚构，仅用于测试。")
    return file.getvalue()


def _sum(rows: list[tuple[str, ...]], at: int) -> int:
    return sum(int(row[at]) for row in rows if row[at].isdecimal())
