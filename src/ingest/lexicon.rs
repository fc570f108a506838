//! Word lists for evidence: form labels, words that say nothing, makes, colours, bodies.

/// What the value behind a form's label is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Make,
    Colour,
    Body,
    /// A choice from the form's own list: one word of evidence.
    Choice,
    /// What the sender wrote.
    Text,
    /// Nothing to compare.
    Skip,
}

/// Labels that forms put before their values, in lower case, without the colon.
const LABELS: &[(&str, Field)] = &[
    ("make of the abandoned car", Field::Make),
    ("make", Field::Make),
    ("color of the abandoned car", Field::Colour),
    ("color", Field::Colour),
    ("model of the abandoned car", Field::Body),
    ("model", Field::Body),
    ("type of vehicle", Field::Body),
    ("license plate number if available", Field::Skip),
    ("license plate state if available", Field::Skip),
    ("vehicle license plate registration", Field::Skip),
    ("vehicle license plate state", Field::Skip),
    ("how is the car parked illegally", Field::Choice),
    ("unshovelled location", Field::Text),
    ("unshoveled location", Field::Text),
    ("exact location", Field::Text),
    ("city owned", Field::Skip),
    ("the closest intersecting street", Field::Text),
    ("what is the nearest cross street", Field::Text),
    ("details", Field::Text),
    ("additional details/comments", Field::Text),
    ("please provide details", Field::Text),
    ("what is the nature of the problem", Field::Text),
    ("description of the problem", Field::Text),
    ("description", Field::Text),
    ("the user entered the address", Field::Text),
    ("agency name", Field::Text),
    ("case (sr) type", Field::Skip),
    ("sr type", Field::Skip),
    ("referred to", Field::Skip),
    ("车辆品牌", Field::Make),
    ("车辆颜色", Field::Colour),
    ("车型", Field::Body),
    ("号牌号码", Field::Skip),
    ("诉求内容", Field::Text),
    ("问题描述", Field::Text),
];

/// Latin words that say nothing of the matter.
const STOP: &[&str] = &[
    "a", "am", "an", "and", "are", "as", "at", "be", "been", "by", "can", "could", "for", "from",
    "has", "have", "he", "her", "his", "i", "im", "in", "is", "it", "it's", "its", "ive", "just",
    "me", "my", "no", "not", "of", "on", "or", "our", "please", "pls", "she", "so", "that", "the",
    "their", "them", "there", "there's", "they", "this", "to", "very", "was", "we", "were", "who",
    "will", "with", "would", "you", "your", "also",
];

/// Pairs of Chinese characters that say nothing of the matter.
const STOP_PAIRS: &[&str] = &[
    "您好", "你好", "请问", "反映", "市民", "来电", "希望", "相关", "关部", "部门", "处理", "尽快",
    "解决", "问题", "情况", "表示", "我们", "这个", "一个", "谢谢", "请求", "核实", "诉求", "进行",
];

/// Makes, each with the name that stands for it.
const MAKES: &[(&str, &str)] = &[
    ("acura", "acura"),
    ("audi", "audi"),
    ("benz", "mercedes"),
    ("bmw", "bmw"),
    ("buick", "buick"),
    ("cadillac", "cadillac"),
    ("chev", "chevrolet"),
    ("chevrolet", "chevrolet"),
    ("chevy", "chevrolet"),
    ("chrysler", "chrysler"),
    ("dodge", "dodge"),
    ("ford", "ford"),
    ("gmc", "gmc"),
    ("honda", "honda"),
    ("hyundai", "hyundai"),
    ("infiniti", "infiniti"),
    ("infinity", "infiniti"),
    ("isuzu", "isuzu"),
    ("jaguar", "jaguar"),
    ("jeep", "jeep"),
    ("kawasaki", "kawasaki"),
    ("kia", "kia"),
    ("lexus", "lexus"),
    ("lincoln", "lincoln"),
    ("mazda", "mazda"),
    ("mercedes", "mercedes"),
    ("mercury", "mercury"),
    ("merz", "mercedes"),
    ("mitsubishi", "mitsubishi"),
    ("nissan", "nissan"),
    ("oldsmobile", "oldsmobile"),
    ("plymouth", "plymouth"),
    ("pontiac", "pontiac"),
    ("porsche", "porsche"),
    ("saab", "saab"),
    ("saturn", "saturn"),
    ("subaru", "subaru"),
    ("suzuki", "suzuki"),
    ("toyota", "toyota"),
    ("volkswagen", "volkswagen"),
    ("volvo", "volvo"),
    ("vw", "volkswagen"),
    ("yamaha", "yamaha"),
    ("大众", "volkswagen"),
    ("丰田", "toyota"),
    ("本田", "honda"),
    ("日产", "nissan"),
    ("别克", "buick"),
    ("福特", "ford"),
    ("奔驰", "mercedes"),
    ("宝马", "bmw"),
    ("奥迪", "audi"),
    ("现代", "hyundai"),
    ("起亚", "kia"),
    ("长安", "changan"),
    ("五菱", "wuling"),
    ("哈弗", "haval"),
    ("吉利", "geely"),
    ("奇瑞", "chery"),
    ("红旗", "hongqi"),
    ("捷达", "volkswagen"),
    ("金杯", "jinbei"),
    ("江淮", "jac"),
];

/// Colours, each with the family that stands for it.
const COLOURS: &[(&str, &str)] = &[
    ("beige", "brown"),
    ("black", "black"),
    ("blue", "blue"),
    ("brown", "brown"),
    ("brown/gold/tan", "brown"),
    ("browngoldtan", "brown"),
    ("burgundy", "red"),
    ("gold", "brown"),
    ("gray", "grey"),
    ("green", "green"),
    ("grey", "grey"),
    ("grey/silver", "grey"),
    ("greysilver", "grey"),
    ("maroon", "red"),
    ("orange", "red"),
    ("purple", "purple"),
    ("red", "red"),
    ("red/orange", "red"),
    ("redorange", "red"),
    ("silver", "grey"),
    ("tan", "brown"),
    ("white", "white"),
    ("yellow", "yellow"),
    ("白色", "white"),
    ("黑色", "black"),
    ("银色", "grey"),
    ("灰色", "grey"),
    ("红色", "red"),
    ("蓝色", "blue"),
    ("绿色", "green"),
    ("黄色", "yellow"),
    ("棕色", "brown"),
    ("紫色", "purple"),
];

/// Bodies, each with the kind that stands for it.
const BODIES: &[(&str, &str)] = &[
    ("2dr", "car"),
    ("4dr", "car"),
    ("boat", "boat"),
    ("bus", "bus"),
    ("conv", "car"),
    ("convertible", "car"),
    ("cycle", "cycle"),
    ("minivan", "van"),
    ("moped", "cycle"),
    ("motorcycle", "cycle"),
    ("pickup", "truck"),
    ("pu", "truck"),
    ("rv", "rv"),
    ("scooter", "cycle"),
    ("sedan", "car"),
    ("suv", "suv"),
    ("sw", "wagon"),
    ("tk", "truck"),
    ("trail", "trailer"),
    ("trailer", "trailer"),
    ("truck", "truck"),
    ("van", "van"),
    ("wagon", "wagon"),
    ("轿车", "car"),
    ("货车", "truck"),
    ("面包", "van"),
    ("客车", "bus"),
    ("摩托", "cycle"),
    ("电动", "cycle"),
    ("三轮", "tricycle"),
];

/// The field a label names.
pub(super) fn label(label: &str) -> Option<Field> {
    LABELS.iter().find(|(known, _)| *known == label).map(|(_, field)| *field)
}

/// Whether a word or pair says nothing.
pub(super) fn says_nothing(word: &str) -> bool {
    STOP.contains(&word) || STOP_PAIRS.contains(&word)
}

/// The make a word names.
pub(super) fn make(word: &str) -> Option<&'static str> {
    standing_for(MAKES, word)
}

/// The family of colours a word names.
pub(super) fn colour(word: &str) -> Option<&'static str> {
    standing_for(COLOURS, word)
}

/// The kind of body a word names.
pub(super) fn body(word: &str) -> Option<&'static str> {
    standing_for(BODIES, word)
}

fn standing_for(list: &[(&str, &'static str)], word: &str) -> Option<&'static str> {
    list.iter().find(|(known, _)| *known == word).map(|(_, stands)| *stands)
}
