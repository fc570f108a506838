//! Word lists for evidence: form labels, words that say nothing, makes, colours, bodies.
//!
//! All but the labels ascend, because they are searched by halves.

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
    "a", "also", "am", "an", "and", "are", "as", "at", "be", "been", "by", "can", "could", "for",
    "from", "has", "have", "he", "her", "his", "i", "im", "in", "is", "it", "it's", "its", "ive",
    "just", "me", "my", "no", "not", "of", "on", "or", "our", "please", "pls", "she", "so", "that",
    "the", "their", "them", "there", "there's", "they", "this", "to", "very", "was", "we", "were",
    "who", "will", "with", "would", "you", "your",
];

/// Pairs of Chinese characters that say nothing of the matter.
const STOP_PAIRS: &[&str] = &[
    "一个", "你好", "关部", "反映", "处理", "尽快", "市民", "希望", "您好", "情况", "我们", "来电",
    "核实", "相关", "表示", "解决", "诉求", "请求", "请问", "谢谢", "这个", "进行", "部门", "问题",
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
    ("丰田", "toyota"),
    ("五菱", "wuling"),
    ("别克", "buick"),
    ("吉利", "geely"),
    ("哈弗", "haval"),
    ("大众", "volkswagen"),
    ("奇瑞", "chery"),
    ("奔驰", "mercedes"),
    ("奥迪", "audi"),
    ("宝马", "bmw"),
    ("捷达", "volkswagen"),
    ("日产", "nissan"),
    ("本田", "honda"),
    ("江淮", "jac"),
    ("现代", "hyundai"),
    ("福特", "ford"),
    ("红旗", "hongqi"),
    ("起亚", "kia"),
    ("金杯", "jinbei"),
    ("长安", "changan"),
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
    ("棕色", "brown"),
    ("灰色", "grey"),
    ("白色", "white"),
    ("紫色", "purple"),
    ("红色", "red"),
    ("绿色", "green"),
    ("蓝色", "blue"),
    ("银色", "grey"),
    ("黄色", "yellow"),
    ("黑色", "black"),
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
    ("三轮", "tricycle"),
    ("客车", "bus"),
    ("摩托", "cycle"),
    ("电动", "cycle"),
    ("货车", "truck"),
    ("轿车", "car"),
    ("面包", "van"),
];

/// Which words are in a list below, each by a bit that few others share.
const KNOWN: [u64; 64] = {
    let mut known = [0; 64];
    let mut at = 0;
    while at < STOP.len() {
        known = with(known, STOP[at]);
        at += 1;
    }
    at = 0;
    while at < STOP_PAIRS.len() {
        known = with(known, STOP_PAIRS[at]);
        at += 1;
    }
    let lists = [MAKES, COLOURS, BODIES];
    let mut list = 0;
    while list < lists.len() {
        at = 0;
        while at < lists[list].len() {
            known = with(known, lists[list][at].0);
            at += 1;
        }
        list += 1;
    }
    known
};

const fn with(mut known: [u64; 64], word: &str) -> [u64; 64] {
    let bit = bit_of(word.as_bytes());
    known[bit / 64] |= 1 << (bit % 64);
    known
}

/// One of 4,096.
#[expect(clippy::cast_possible_truncation, reason = "of 12 bits")]
const fn bit_of(word: &[u8]) -> usize {
    let mut mixed = word.len() as u32;
    let mut at = 0;
    while at < word.len() {
        mixed = mixed.wrapping_mul(31).wrapping_add(word[at] as u32);
        at += 1;
    }
    (mixed.wrapping_mul(0x9e37_79b1) >> 20) as usize
}

/// Whether any list may have a word; where not, none has.
pub(super) fn may_know(word: &str) -> bool {
    let bit = bit_of(word.as_bytes());
    KNOWN.get(bit / 64).is_some_and(|bits| bits >> (bit % 64) & 1 == 1)
}

/// The field a label names.
pub(super) fn label(label: &str) -> Option<Field> {
    LABELS.iter().find(|(known, _)| *known == label).map(|(_, field)| *field)
}

/// Whether a word or pair says nothing.
pub(super) fn says_nothing(word: &str) -> bool {
    let list = if word.is_ascii() { STOP } else { STOP_PAIRS };
    list.binary_search(&word).is_ok()
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
    let at = list.binary_search_by_key(&word, |(known, _)| known).ok()?;
    list.get(at).map(|(_, stands)| *stands)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_searched_by_halves_ascend() {
        assert!(STOP.is_sorted() && STOP_PAIRS.is_sorted());
        assert!([MAKES, COLOURS, BODIES].iter().all(|list| list.is_sorted()));
        assert_eq!(
            (make("大众"), colour("银色"), body("货车")),
            (Some("volkswagen"), Some("grey"), Some("truck"))
        );
        let standing = [MAKES, COLOURS, BODIES].into_iter().flatten().map(|(word, _)| word);
        assert!(STOP.iter().chain(STOP_PAIRS).chain(standing).all(|word| may_know(word)));
        let others = ["sidewalk", "pothole", "shovel", "corner", "street", "snow", "路灯", "井盖"];
        assert!(others.iter().filter(|word| may_know(word)).count() < 2);
    }
}
