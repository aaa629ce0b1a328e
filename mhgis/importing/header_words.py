"""
The words by which columns of Chinese and English tables are known, a pattern a field, the surest first.

Patterns are for names that `columns.normal_name` has made plain: half width, simplified, lower case, no marks or units.
"""
# ruff: noqa: E501 - a pattern stands on one line

import re
from collections.abc import Mapping
from typing import Final

from mhgis.importing.types import Field

#: traditional characters of headers, in simplified form
SIMPLIFIED: Final = str.maketrans(
    "機構稱級別醫師護數張縣區碼編號經緯實開職業類質屬辦單衛務領註冊執員總鎮鄉點設精療養診現縣鄰轄劃門證讀覺與體際產電話無報統計調萬億個間牀",
    "机构称级别医师护数张县区码编号经纬实开职业类质属办单卫务领注册执员总镇乡点设精疗养诊现县邻辖划门证读觉与体际产电话无报统计调万亿个间床",
)
WIDE: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}

#: a number a head is no count
RATE: Final = re.compile(
    r"每(?:十|百|千|万|\d+)|(?<! )/\s*(?:十|百|千|万|10)|per\s*(?:[\d,]+|capita|head|thousand|million|hundred)|率|比例|占比|比重|密度|"
    r"[%‰]|percent|\brate\b|\bratio\b|\bshare\b|\bdensity\b|均|mean|average"
)
UNIT: Final = re.compile(r"[(\[【〔](?P<unit>[^)\]】〕]*)[)\]】〕]")
STATED_UNIT: Final = re.compile(r"(?:单位|units?)\s*[:：]?\s*(?P<unit>.+)")
#: a unit that stands in a row of its own under the names
UNIT_PART: Final = re.compile(
    r"(?:百万|十万|[百千万])(?:张|人|名|个|家|所|间|位|床)?|(?:in )?(?:ten )?(?:thousand|million|hundred)s?|'?000s?"
)
FACTORS: Final = (
    (re.compile(r"^百万|^millions?\b"), 1_000_000),
    (re.compile(r"^十万"), 100_000),
    (re.compile(r"^[万]|^(?:in )?(?:ten thousands?|10,?000s?)\b"), 10_000),
    (re.compile(r"^千|^(?:in )?thousands?\b|^(?:in )?1,?000s?\b|^'?000s?\b"), 1_000),
    (re.compile(r"^百|^(?:in )?hundreds?\b"), 100),
)

#: patterns of normalised names, a field at a time, the best first; each with its confidence
NAMES: Final[Mapping[Field, tuple[tuple[str, float], ...]]] = {
    "facility_id": (
        (r"(?:医疗)?(?:卫生)?机构(?:id|代码|编码|编号|登记号|识别码|标识)|组织机构代码|统一社会信用代码|信用代码", 0.95),
        (r"facility ?(?:id|code|no|number)|hospital ?(?:id|code)|org(?:anisation|anization)? ?(?:id|code)", 0.95),
        (r"id", 0.6),
    ),
    "name": (
        (r"(?:医疗|精神|精神卫生|卫生|医疗卫生|填报)*+(?:机构|医院|单位|设施)(?:全)?(?:名称|名|(?<=全)称)", 1.0),
        (r"(?:facility|hospital|institution|organi[sz]ation|clinic|unit|provider) ?names?|names? of (?:the )?(?:facility|hospital|institution)", 1.0),
        (r"(?:医疗卫生|医疗|精神卫生|精神)?机构|医院|facility|hospital|institution", 0.85),
        (r"(?:全称|名称|name|title)", 0.7),
    ),
    "kind": (
        (r"(?:机构|医院|单位|设施)(?:类别|类型|性质分类|种类|分类)", 1.0),
        (r"(?:facility|hospital|institution) ?(?:type|kind|category|class)", 1.0),
        (r"类别|类型|种类|type|kind|category", 0.8),
    ),
    "sponsor": (
        (r"(?:主办|举办|主管|隶属|开办)(?:单位|主体|部门|者|方)?(?:类型|性质)?|办医主体|隶属关系|所有制(?:形式|性质)?|经济类型|登记注册类型", 0.95),
        (r"(?:机构|医院|单位|经营|办医)?性质|公立民营|公办民办|公立私立", 0.85),
        (r"sponsor(?:ship)?|owner(?:ship)?|operator|public private|sector", 0.95),
    ),
    "grade": (
        (r"(?:医院|机构)?(?:等级|级别|等次|级别等次)|评审等级", 0.95),
        (r"(?:hospital |facility )?(?:grade|tier|level)", 0.9),
    ),
    "code": (
        (r"(?:行政)?(?:区划|区域|地区|地域|县区|区县|县级|市县|统计)(?:行政区划)?(?:代码|编码|码|编号|id)|行政区划(?:代)?码?|国标码|adcode|ad code|gb ?code|admin ?code", 1.0),
        (r"(?:area|region|county|district|prefecture|city|province|division|geo|unit) ?(?:code|id|no)|xzqdm|xzqhdm|qhdm|pac", 1.0),
        (r"(?:所在|所属)?(?:省|市|县|区|省份|城市|区县)(?:代码|编码|码)", 0.9),
        (r"ref ?area|org ?unit(?: ?(?:id|code|name))?|geo(?:graphy)?", 0.9),
        (r"代码|编码|code", 0.6),
    ),
    "province": (
        (r"(?:所在|所属|机构所在)?(?:省|省份|省级|省区市|省市区|省自治区直辖市|省直辖市)(?:名称|名|行政区)?|一级(?:行政)?区划?", 1.0),
        (r"(?:name of )?(?:the )?(?:province|state|adm1|admin ?1)s? ?(?:name)?", 1.0),
    ),
    "prefecture": (
        (r"(?:所在|所属|机构所在)?(?:市|地市|地级市|地级|市州|州市|地州市|城市|市级|地区市)(?:名称|名|行政区)?", 1.0),
        (r"(?:name of )?(?:the )?(?:prefecture|city|municipality|adm2|admin ?2)(?: ?level)?s? ?(?:name)?", 1.0),
    ),
    "county": (
        (r"(?:所在|所属|机构所在)?(?:县|区县|县区|区|县级|市辖区|县市区|区县市|县级市|市县区|旗县|旗县区|县级单位|县级行政区)(?:名称|名|行政区)?", 1.0),
        (r"(?:name of )?(?:the )?(?:county|counties|district|adm3|admin ?3)(?: ?level)?s? ?(?:name)?", 1.0),
    ),
    "address": (
        (r"(?:详细|机构|单位|医院|通讯|联系|注册|经营|办公|所在)?(?:地址|住址|地点|位置)|坐落", 0.95),
        (r"(?:street |full |postal )?address|location", 0.95),
    ),
    "lon": (
        (r"东?经度|东经|longitude|long|lon|lng|坐标经度|经", 1.0),
        (r"x|x ?坐标|坐标 ?x|x ?coord(?:inate)?|point ?x|中心经度", 0.8),
    ),
    "lat": (
        (r"北?纬度|北纬|latitude|lat|坐标纬度|纬", 1.0),
        (r"y|y ?坐标|坐标 ?y|y ?coord(?:inate)?|point ?y|中心纬度", 0.8),
    ),
    "year": (
        (r"(?:统计|数据|报告|填报|调查|所属|上报)?(?:年度|年份|年|截止年份)|(?:survey |reporting |data )?year", 1.0),
        (r"time ?period", 0.9),
        (r"(?:统计|数据|报告|调查)(?:时间|日期|期)|时间|period", 0.7),
    ),
    "facilities": (
        (r"(?:精神卫生|精神科|精神专科|精神|医疗|医疗卫生|卫生)*+(?:机构|医院|设施)(?:总)?(?:数|数量|个数|家数|总数)", 1.0),
        (r"(?:number of |no of |n of |total )?(?:mental health |psychiatric )?(?:facilities|hospitals|institutions)(?: number| count| total)?", 1.0),
    ),
    "beds": (
        (r"精神(?:科|病|卫生|专科)?(?:实际)?开放(?:床位|病床)(?:总)?(?:数|数量)?", 1.0),
        (r"open (?:psychiatric |mental health )?beds|(?:psychiatric |mental health )?beds? (?:open|in use)", 0.99),
        (r"精神(?:科|病|卫生|专科)?(?:实有)?(?:床位|病床|床)(?:总)?(?:数|数量)?", 0.98),
        (r"(?:number of |no of |n of |total )?(?:psych(?:iatric)?|mental health) beds?(?: number| count| total)?", 0.98),
        (r"(?:实际|实有)?开放(?:床位|病床|床)?(?:总)?(?:数|数量)?", 0.95),
        (r"实有(?:床位|病床)(?:总)?(?:数|数量)?|(?:现有|年末)(?:床位|病床)(?:数)?", 0.94),
        (r"(?:床位|病床|床)(?:总)?(?:数|数量|总数)?|(?:number of |no of |n of |total )?beds?(?: number| count| total)?", 0.9),
        (r"(?:精神科?)?(?:编制|核定|批准|核准|规划|设置|注册|登记)(?:床位|病床|床)?(?:总)?(?:数|数量)?", 0.7),
        (r"(?:licen[sc]ed|registered|approved|authori[sz]ed|planned) (?:psychiatric )?beds?", 0.7),
    ),
    "psychiatrists": (
        (r"精神(?:科|病|卫生|专科)?(?:注册|执业|专业|专科)*(?:含?助理)?(?:医师|医生)(?:总)?(?:人数|数|数量)?", 1.0),
        (r"(?:number of |no of |n of |total )?(?:psychiatrists?|psych(?:iatric)? (?:doctors?|physicians?|drs?))(?: number| count| total)?", 1.0),
        (r"执业含助理(?:医师|医生)(?:总)?(?:人数|数)?", 0.85),
        (r"执业(?:医师|医生)(?:总)?(?:人数|数)?", 0.84),
        (r"(?:医师|医生|doctors?|physicians?)(?:总)?(?:人数|数|数量)?", 0.75),
    ),
    "nurses": (
        (r"精神(?:科|病|卫生|专科)?(?:注册|执业|专业|专科)*护(?:士|理人员|师)(?:总)?(?:人数|数|数量)?", 1.0),
        (r"(?:number of |no of |n of |total )?(?:psych(?:iatric)?|mental health) nurses?(?: number| count| total)?", 1.0),
        (r"(?:注册|执业)?护(?:士|理人员)(?:总)?(?:人数|数|数量)?|(?:number of |no of |total )?(?:(?:registered )?nurses?|rns?)(?: number| count| total)?", 0.9),
    ),
}  # fmt: skip
PATTERNS: Final = tuple(
    (field, re.compile(pattern), confidence) for field, patterns in NAMES.items() for pattern, confidence in patterns
)
#: names of columns that do no more than number the rows
RUNNING: Final = re.compile(
    r"(?:顺)?序号?|行号|项次|no|nr|number|s ?n|(?:row|item|serial|sr|seq(?:uence)?) ?(?:no|number)|index|#"
)
#: names of columns that say where a row is and not of which level
SOME_AREA: Final = re.compile(
    r"(?:行政)?(?:地区|区域|区划|辖区|地域|行政区|市县|单位所在地|所在地区?|所属地区?|属地|地方|各地|省市|省区市|城市及区县)(?:名称|名)?|"
    r"(?:name of )?(?:the )?(?:area|region|place|division|territory)s? ?(?:name)?"
)
LEVEL_ENDINGS: Final[tuple[tuple[Field, re.Pattern[str]], ...]] = (
    ("province", re.compile(r".+(?:省|自治区|特别行政区)|.+ (?:province|autonomous region)", re.IGNORECASE)),
    ("county", re.compile(r".+[县縣旗區区]|.+林区|.+ (?:county|district|banner)", re.IGNORECASE)),
    ("prefecture", re.compile(r".+(?:[市州盟]|地区|地區)|.+ (?:city|prefecture)", re.IGNORECASE)),
)
FACILITY_ENDING: Final = re.compile(
    r".*(?:医院|醫院|中心|诊所|门诊部|卫生院|卫生所|疗养院|院区|福利院|防治[院所站])(?:[(（].*[)）])?|"
    r".*\b(?:hospital|clinic|cent(?:er|re)|infirmary|asylum)\b.*",
    re.IGNORECASE,
)
