"""English names and search keys: the style by example, then every name of the country."""

import pandas as pd
import pytest

from mhgis import paths
from mhgis.errors import SchemaError
from mhgis.importing import area_names


def table(name):
    return pd.read_csv(paths.tables() / f"{name}.csv", dtype=str)


OVERRIDES = area_names.overrides_from(table("name_overrides"))
ETHNIC = dict(table("ethnic_names")[["name_zh", "name_en"]].itertuples(index=False, name=None))

PROVINCES = {
    "北京市": "Beijing",
    "四川省": "Sichuan",
    "陕西省": "Shaanxi",
    "山西省": "Shanxi",
    "内蒙古自治区": "Inner Mongolia",
    "新疆维吾尔自治区": "Xinjiang",
    "香港特别行政区": "Hong Kong",
}
PREFECTURES = {
    "成都市": "Chengdu",
    "六安市": "Lu'an",
    "西安市": "Xi'an",
    "蚌埠市": "Bengbu",
    "亳州市": "Bozhou",
    "濮阳市": "Puyang",
    "漯河市": "Luohe",
    "台州市": "Taizhou",
    "丽水市": "Lishui",
    "六盘水市": "Liupanshui",
    "东莞市": "Dongguan",
    "吕梁市": "Lüliang",
    "厦门市": "Xiamen",
    "重庆市": "Chongqing",
    "成安市": "Cheng'an",
    "呼和浩特市": "Hohhot",
    "包头市": "Baotou",
    "鄂尔多斯市": "Ordos",
    "呼伦贝尔市": "Hulunbuir",
    "锡林郭勒盟": "Xilingol League",
    "大兴安岭地区": "Da Hinggan Ling Prefecture",
    "齐齐哈尔市": "Qiqihar",
    "乌鲁木齐市": "Urumqi",
    "克拉玛依市": "Karamay",
    "吐鲁番市": "Turpan",
    "哈密市": "Hami",
    "阿克苏地区": "Aksu Prefecture",
    "喀什地区": "Kashgar Prefecture",
    "伊犁哈萨克自治州": "Ili Kazakh Autonomous Prefecture",
    "巴音郭楞蒙古自治州": "Bayingolin Mongol Autonomous Prefecture",
    "克孜勒苏柯尔克孜自治州": "Kizilsu Kyrgyz Autonomous Prefecture",
    "拉萨市": "Lhasa",
    "日喀则市": "Shigatse",
    "昌都市": "Qamdo",
    "林芝市": "Nyingchi",
    "山南市": "Shannan",
    "那曲市": "Nagqu",
    "阿里地区": "Ngari Prefecture",
    "阿坝藏族羌族自治州": "Aba Tibetan and Qiang Autonomous Prefecture",
    "延边朝鲜族自治州": "Yanbian Korean Autonomous Prefecture",
    "济源市": "Jiyuan",
    "神农架林区": "Shennongjia Forestry District",
    "白沙黎族自治县": "Baisha Li Autonomous County",
}
COUNTIES = {
    "武侯区": "Wuhou District",
    "义乌市": "Yiwu City",
    "东莞市": "Dongguan City",
    "济源市": "Jiyuan City",
    "津市市": "Jinshi City",
    "芒市": "Mangshi City",
    "香格里拉市": "Shangri-La City",
    "单县": "Shan County",
    "莘县": "Shen County",
    "浚县": "Xun County",
    "蔚县": "Yu County",
    "歙县": "She County",
    "黟县": "Yi County",
    "郏县": "Jia County",
    "蠡县": "Li County",
    "赣县区": "Ganxian District",
    "城区": "Cheng District",
    "矿区": "Kuang District",
    "乐清市": "Yueqing City",
    "乐陵市": "Laoling City",
    "乐亭县": "Laoting County",
    "乐平市": "Leping City",
    "洪洞县": "Hongtong County",
    "洞口县": "Dongkou County",
    "涡阳县": "Guoyang County",
    "番禺区": "Panyu District",
    "荥阳市": "Xingyang City",
    "荥经县": "Yingjing County",
    "尉犁县": "Yuli County",
    "尉氏县": "Weishi County",
    "铅山县": "Yanshan County",
    "东阿县": "Dong'e County",
    "井陉县": "Jingxing County",
    "井陉矿区": "Jingxing Mining District",
    "枞阳县": "Zongyang County",
    "泌阳县": "Biyang County",
    "大埔县": "Dabu County",
    "大城县": "Daicheng County",
    "筠连县": "Junlian County",
    "犍为县": "Qianwei County",
    "若羌县": "Ruoqiang County",
    "长子县": "Zhangzi County",
    "长垣市": "Changyuan City",
    "牟定县": "Mouding County",
    "中牟县": "Zhongmu County",
    "六合区": "Luhe District",
    "宝坻区": "Baodi District",
    "曾都区": "Zengdu District",
    "茄子河区": "Qiezihe District",
    "闵行区": "Minhang District",
    "崆峒区": "Kongtong District",
    "勐海县": "Menghai County",
    "台儿庄区": "Tai'erzhuang District",
    "六枝特区": "Liuzhi Special District",
    "浦东新区": "Pudong New Area",
    # three districts that only look like forestry districts
    "万柏林区": "Wanbailin District",
    "北林区": "Beilin District",
    "金林区": "Jinlin District",
    "彭水苗族土家族自治县": "Pengshui Miao and Tujia Autonomous County",
    "双江拉祜族佤族布朗族傣族自治县": "Shuangjiang Lahu, Va, Blang and Dai Autonomous County",
    "积石山保安族东乡族撒拉族自治县": "Jishishan Bonan, Dongxiang and Salar Autonomous County",
    "东乡族自治县": "Dongxiang Autonomous County",
    "东乡区": "Dongxiang District",
    "隆林各族自治县": "Longlin Multi-ethnic Autonomous County",
    "木垒哈萨克自治县": "Mori Kazakh Autonomous County",
    "管城回族区": "Guancheng Hui District",
    "回民区": "Huimin District",
    "土默特左旗": "Tumed Left Banner",
    "中旗": "Zhong Banner",  # named after its side, which is then no part of it
    "林右旗": "Lin Right Banner",
    "科尔沁左翼中旗": "Horqin Left Wing Middle Banner",
    "新巴尔虎右旗": "New Barag Right Banner",
    "正镶白旗": "Zhengxiangbai Banner",
    "敖汉旗": "Aohan Banner",
    "鄂温克族自治旗": "Ewenki Autonomous Banner",
    "鄂伦春自治旗": "Oroqen Autonomous Banner",
    "莫力达瓦达斡尔族自治旗": "Morin Dawa Daur Autonomous Banner",
    "达尔罕茂明安联合旗": "Darhan Muminggan United Banner",
    "大柴旦行政委员会": "Da Qaidam Administrative Committee",
}


@pytest.mark.parametrize(
    ("level", "name_zh", "name_en"),
    [
        (level, zh, en)
        for level, some in (("province", PROVINCES), ("prefecture", PREFECTURES), ("county", COUNTIES))
        for zh, en in some.items()
    ],
)
def test_name(level, name_zh, name_en):
    assert area_names.romanise(name_zh, level, OVERRIDES, ETHNIC) == name_en


def test_one_name_in_two_places():
    assert area_names.romanise("东区", "county", OVERRIDES, ETHNIC, "510402") == "Dong District"
    assert area_names.romanise("东区", "county", OVERRIDES, ETHNIC, "810102") == "Eastern District"


@pytest.mark.parametrize(
    ("name_zh", "pinyin", "initials"),
    [
        ("武侯区", "wuhouqu", "whq"),
        ("乐清市", "yueqingshi", "yqs"),
        ("六安市", "luanshi", "las"),
        ("呼和浩特市", "huhehaoteshi", "hhhts"),
        ("吕梁市", "lvliangshi", "lls"),
        ("长安区", "changanqu", "caq"),
        ("天祝藏族自治县", "tianzhuzangzuzizhixian", "tzzzzzx"),
        ("重庆市", "chongqingshi", "cqs"),
        ("厦门市", "xiamenshi", "xms"),
    ],
)
def test_search_keys(name_zh, pinyin, initials):
    assert area_names.search_keys(name_zh, OVERRIDES) == (pinyin, initials)


def test_every_county_has_a_name_and_keys():
    counties = pd.read_csv(paths.tables() / "county_population.csv", dtype=str)
    assert len(counties) == 2891
    romanised = [
        area_names.romanise(zh, "county", OVERRIDES, ETHNIC, code)
        for code, zh in counties[["area_code", "name_zh"]].itertuples(index=False)
    ]
    assert pd.Series(romanised).str.fullmatch(r"[A-Z][A-Za-zü' ,-]+").all()
    keys = pd.DataFrame([area_names.search_keys(zh, OVERRIDES) for zh in counties["name_zh"]])
    assert keys.apply(lambda column: column.str.fullmatch("[a-z]+").all()).all()
    assert (keys[1].str.len() == counties["name_zh"].str.len()).all()


def test_every_override_is_of_some_area():
    # a key that no name contains is a slip of the pen
    areas = pd.concat([table("county_population")["name_zh"], table("province_names")["name_zh"]])
    kept = " ".join([*areas, *PREFECTURES])
    idle = [key for key in OVERRIDES.stems if key not in kept]
    assert idle == []


def test_faults_of_the_table_are_found_together():
    faulty = pd.DataFrame(
        [("char", "乐", "le", ""), ("char", "乐", "yue", ""), ("word", "乐", "le", ""), ("stem", "乐清", "", "")],
        columns=["kind", "key", "pinyin", "name_en"],
    )
    with pytest.raises(SchemaError) as caught:
        area_names.overrides_from(faulty)
    assert [(fault.row, fault.column) for fault in caught.value.faults] == [(3, "key"), (4, "kind"), (5, "pinyin")]
