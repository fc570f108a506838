//! What people report, in their own words: a table of items, subjects and phrases.

/// One kind of matter that people report.
#[derive(Debug, Clone, Copy)]
pub(super) struct Template {
    /// The catalogue's item.
    pub(super) item: &'static str,
    /// How often it comes up, against the others.
    pub(super) weight: u64,
    /// Ways to name the thing.
    pub(super) subjects: &'static [&'static str],
    /// Ways to say what is wrong with it.
    pub(super) troubles: &'static [&'static str],
}

const fn template(
    item: &'static str,
    weight: u64,
    subjects: &'static [&'static str],
    troubles: &'static [&'static str],
) -> Template {
    Template { item, weight, subjects, troubles }
}

/// What is reported on ordinary days: all categories of the catalogue that people write about.
pub(super) const TEMPLATES: [Template; 30] = [
    template(
        "G01009",
        14,
        &["垃圾", "一大堆垃圾", "生活垃圾"],
        &["没人清理", "堆了好几天了，味道很大", "散在路边"],
    ),
    template(
        "G01010",
        6,
        &["渣土", "建筑垃圾", "装修垃圾"],
        &["倒在路边", "堆着没人管", "挡了半边路"],
    ),
    template("G01011", 5, &["路面", "这条街"], &["很脏，好几天没扫", "全是泥", "满地烟头和纸屑"]),
    template(
        "G01022",
        7,
        &["楼道里杂物", "旧家具", "纸箱杂物"],
        &["堆得过不去人", "乱堆，没人管", "占了公共地方"],
    ),
    template(
        "G01028",
        6,
        &["垃圾桶", "垃圾箱", "垃圾站"],
        &["满了往外溢", "好几天没清运", "旁边都是垃圾，苍蝇很多"],
    ),
    template("G01023", 2, &["死狗", "一只死猫"], &["在路边没人处理", "已经发臭了"]),
    template(
        "G02005",
        4,
        &["门口的店", "烧烤店", "水果店"],
        &["把东西摆到人行道上", "店外经营，占了便道"],
    ),
    template(
        "G02006",
        7,
        &["小摊", "流动摊贩", "卖菜的三轮车"],
        &["占道经营，堵得很", "把路占了", "早晚高峰占着非机动车道"],
    ),
    template(
        "G03013",
        9,
        &["路面", "马路", "路上"],
        &["有个大坑", "坑坑洼洼，车轮都颠坏了", "破损严重，没人修"],
    ),
    template("G03020", 2, &["供水井盖", "自来水井盖"], &["松动，一压就响", "缺了一角", "沉下去了"]),
    template(
        "G03021",
        4,
        &["井盖", "污水井盖", "下水道井盖"],
        &["丢了，太危险", "破损翘起来了", "松动，车压过去咣当响"],
    ),
    template("G03022", 2, &["雨水篦子", "雨水井篦子"], &["断了", "被堵死了，不下水"]),
    template(
        "G03031",
        10,
        &["路灯", "这一排路灯", "小区门口的路灯"],
        &["不亮，晚上很黑", "坏了一个多星期", "一闪一闪的"],
    ),
    template(
        "G04007",
        8,
        &["工地", "楼下烧烤店", "广场舞音响"],
        &["半夜还在响，睡不着觉", "噪音太大，扰民", "早上五点就开始吵"],
    ),
    template("G05007", 2, &["学校门口的小摊", "校门口小卖部"], &["卖三无食品", "食品没有日期"]),
    template("G05013", 2, &["超市", "停车场"], &["不明码标价", "标价和收费不一样"]),
    template(
        "G06001",
        3,
        &["消防通道", "疏散通道"],
        &["被车堵死了", "堆满了东西", "被人上锁围起来了"],
    ),
    template("G06003", 3, &["楼道里", "单元门口"], &["堆了很多纸壳和木头，怕着火", "全是可燃杂物"]),
    template(
        "G06004",
        6,
        &["电动车", "有人从楼上拉线"],
        &["飞线充电", "在楼道里充电，太危险", "推进电梯里上楼充电"],
    ),
    template("G06010", 2, &["电线", "楼外的线路"], &["私拉乱接", "老化了，冒过火花"]),
    template("G06030", 2, &["路口", "学校路口"], &["没有红绿灯，很危险", "标线看不清，老出事故"]),
    template("G08002", 4, &["楼上邻居", "隔壁"], &["漏水不管，协商不成", "占用公共通道，争吵多次"]),
    template(
        "G08017",
        4,
        &["物业", "小区物业"],
        &["乱收停车费，双方争执", "不开发票也不维修，业主闹意见"],
    ),
    template("G08010", 2, &["工地老板", "包工头"], &["拖欠工资三个月", "不给工人结账"]),
    template("G10021", 8, &["暖气", "家里供热"], &["不热，只有十四度", "漏水了", "停了两天"]),
    template("G10022", 6, &["自来水", "水管"], &["停水了没有通知", "漏水，流了一地", "水很浑"]),
    template("G10023", 4, &["家里", "整栋楼"], &["停电了", "电压不稳，总跳闸"]),
    template("G10024", 3, &["燃气", "煤气"], &["打不着火，没气了", "表坏了，报修没人来"]),
    template(
        "G10019",
        2,
        &["老旧小区", "我们单元"],
        &["想加装电梯，怎么申请", "加装电梯一直没有进展"],
    ),
    template(
        "G10039",
        4,
        &["医保", "养老认证", "公积金"],
        &["怎么办理，咨询一下", "政策想问问清楚"],
    ),
];

/// Waterlogging, for the storm.
pub(super) const FLOOD: Template = template(
    "G09007",
    1,
    &["路上积水", "桥洞里的水", "小区门口积水"],
    &["很深，车熄火了", "过膝盖了，过不去人", "越来越深，快进楼了", "把井盖都顶起来了"],
);

/// One fire, for the fire.
pub(super) const FIRE: Template = template(
    "G09001",
    1,
    &["着火了", "冒黑烟", "有明火"],
    &["快来人", "烟很大，楼里还有人往外跑", "火苗看得见了", "味道很呛，听见爆裂声"],
);

/// How people begin.
pub(super) const OPENINGS: [&str; 12] = [
    "",
    "",
    "",
    "你好，",
    "请问",
    "反映一下，",
    "我要投诉，",
    "麻烦管一管，",
    "师傅，",
    "领导好，",
    "急！",
    "又来反映，",
];

/// How people end.
pub(super) const ENDINGS: [&str; 10] = [
    "",
    "",
    "",
    "，请尽快处理",
    "，谢谢",
    "，希望重视",
    "！",
    "，已经反映过一次了",
    "，有照片",
    "。",
];

/// Where in a community something is.
pub(super) const SPOTS: [&str; 10] = [
    "门口",
    "北门",
    "南侧路边",
    "东边胡同",
    "广场旁边",
    "公交站旁",
    "小学对面",
    "菜市场附近",
    "河边",
    "主路上",
];

/// Characters that are mistyped for one another: same sound, or near in shape.
pub(super) const TYPOS: [(char, char); 14] = [
    ('的', '得'),
    ('在', '再'),
    ('没', '末'),
    ('理', '里'),
    ('清', '青'),
    ('坏', '环'),
    ('亮', '凉'),
    ('漏', '露'),
    ('堆', '推'),
    ('盖', '该'),
    ('积', '机'),
    ('很', '狠'),
    ('停', '亭'),
    ('修', '休'),
];

/// A few write English.
pub(super) const ENGLISH: [(&str, &str); 5] = [
    ("G03031", "The street lamp has been out for a week, it is very dark at night"),
    ("G01009", "Garbage piled up by the road, nobody has collected it"),
    ("G03013", "Big pothole in the road, my tyre was damaged"),
    ("G04007", "Construction noise in the middle of the night"),
    ("G02006", "Street vendors block the sidewalk"),
];
