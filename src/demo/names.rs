//! Invented names: places, people, shops, telephones.

use crate::demo::dice::Dice;

/// Names of places. None of them is a place of Shijingshan.
const PLACES: [&str; 44] = [
    "青禾", "云溪", "槐安", "松岚", "竹溪", "芳洲", "锦棠", "清晏", "晴川", "秋实", "翠坪", "紫岚", "丹枫", "碧梧",
    "栖云", "听松", "沐春", "桐荫", "榆庭", "杏坪", "棠梨", "柏庄", "葵园", "菱湖", "荷塘", "永禾", "安澜", "和畅",
    "景和", "瑞云", "嘉禾", "同乐", "新泽", "广济", "静远", "朝晖", "明德", "崇礼", "惠风", "长庚", "文澜", "思源",
    "鹤鸣", "凤桐",
];
const FIRST: [&str; 30] = [
    "青", "云", "槐", "松", "枫", "兰", "竹", "芳", "锦", "晴", "秋", "翠", "紫", "丹", "碧", "望", "听", "栖", "沐",
    "桐", "榆", "梧", "杏", "棠", "梨", "柏", "葵", "菱", "荷", "柳",
];
const SECOND: [&str; 20] = [
    "禾", "溪", "岚", "亭", "坡", "塘", "庭", "泽", "湾", "渡", "屏", "洲", "汀", "营", "台", "荫", "浦", "峪", "坞",
    "堤",
];
const BEFORE: [&str; 12] = ["", "上", "下", "大", "小", "新", "老", "前", "后", "东", "西", "中"];

/// Names of old lanes, before 胡同 or 巷.
pub const LANES: [&str; 32] = [
    "老槐",
    "水井",
    "磨坊",
    "铁匠",
    "灯笼",
    "柳罐",
    "草料",
    "银丝",
    "豆汁",
    "油坊",
    "马掌",
    "竹竿",
    "绒线",
    "笸箩",
    "酱坊",
    "石碾",
    "茶叶",
    "糖坊",
    "鞍子",
    "蜡烛",
    "棉花",
    "花枝",
    "影壁",
    "双槐",
    "三眼井",
    "半亩",
    "月牙",
    "拐棒",
    "葫芦",
    "枣树",
    "金鱼",
    "纸坊",
];

const SURNAMES: [&str; 60] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马",
    "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "程", "曹", "袁", "邓", "许", "傅", "沈", "曾",
    "彭", "吕", "苏", "卢", "蒋", "蔡", "贾", "丁", "魏", "薛", "叶", "阎", "余", "潘", "杜", "戴", "夏", "钟", "汪",
    "田", "任", "姜",
];
const GIVEN_MALE: [&str; 40] = [
    "建国", "志强", "伟", "军", "国庆", "文博", "宝山", "学东", "立新", "海涛", "振华", "德全", "永利", "春生", "俊峰",
    "鹏", "浩然", "子轩", "凯", "晓东", "大勇", "长河", "金生", "家栋", "卫民", "福来", "少华", "一鸣", "庆祥", "广平",
    "连喜", "思远", "宇航", "瑞", "铁成", "树林", "彦军", "洪亮", "万里", "跃进",
];
const GIVEN_FEMALE: [&str; 40] = [
    "丽", "敏", "秀英", "桂兰", "淑珍", "晓燕", "静", "玉梅", "红霞", "春燕", "雪", "婷", "佳怡", "雨桐", "凤琴",
    "爱华", "慧", "莉", "文静", "月娥", "素芬", "小红", "金凤", "彩霞", "宝珍", "欣", "倩", "瑶", "艳玲", "国英",
    "惠兰", "思思", "梦洁", "亚男", "秋菊", "玲", "芳", "凤霞", "淑华", "瑞芳",
];

/// Chinese numerals of small numbers, as street and quarter names use them.
pub fn numeral(number: usize) -> String {
    const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    match (number / 10, number % 10) {
        (0, ones) => DIGITS[ones].to_owned(),
        (1, 0) => "十".to_owned(),
        (1, ones) => format!("十{}", DIGITS[ones]),
        (tens, 0) => format!("{}十", DIGITS[tens % 10]),
        (tens, ones) => format!("{}十{}", DIGITS[tens % 10], DIGITS[ones]),
    }
}

/// Gives every place of a town its name, no name twice.
#[derive(Debug)]
pub struct PlaceNames {
    known: Vec<&'static str>,
    made: Vec<usize>,
    next: usize,
}

impl PlaceNames {
    /// In an order of the seed's.
    pub fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed, &[2]);
        let mut known = PLACES.to_vec();
        dice.shuffle(&mut known);
        let mut made: Vec<usize> = (0..FIRST.len() * SECOND.len()).collect();
        dice.shuffle(&mut made);
        Self { known, made, next: 0 }
    }

    /// The next name.
    pub fn take(&mut self) -> String {
        loop {
            let index = self.next;
            self.next += 1;
            if let Some(name) = self.known.get(index) {
                return (*name).to_owned();
            }
            let index = index - self.known.len();
            let (round, index) = (index / self.made.len(), self.made[index % self.made.len()]);
            let name = format!("{}{}", FIRST[index % FIRST.len()], SECOND[index / FIRST.len()]);
            if !PLACES.contains(&&*name) {
                // More than 7,000 names are more than the largest town has places.
                return format!("{}{name}", BEFORE[round % BEFORE.len()]);
            }
        }
    }
}

/// A person's full name, and whether it is a woman's.
pub fn person(dice: &mut Dice) -> (String, bool) {
    let woman = dice.chance(0.5);
    let given = if woman { dice.pick(&GIVEN_FEMALE) } else { dice.pick(&GIVEN_MALE) };
    (format!("{}{given}", dice.pick(&SURNAMES)), woman)
}

/// How a caller is written down: 王女士, 李先生, now and then a full name or nobody's.
pub fn caller(dice: &mut Dice) -> String {
    let (name, woman) = person(dice);
    let surname: String = name.chars().take(1).collect();
    match dice.weighted(&[0.66, 0.14, 0.12, 0.08]) {
        0 => format!("{surname}{}", if woman { "女士" } else { "先生" }),
        1 => name,
        2 => format!("{surname}{}", if woman { "阿姨" } else { "师傅" }),
        _ => "匿名".to_owned(),
    }
}

/// A telephone number that nobody can have: 138 0000 and 010-5550 are given out to no one.
pub fn caller_phone(dice: &mut Dice) -> String {
    if dice.chance(0.8) { format!("1380000{:04}", dice.whole(10_000)) } else { office_phone(dice) }
}

/// The same with a fixed line.
pub fn office_phone(dice: &mut Dice) -> String {
    format!("010-5550{:04}", dice.whole(10_000))
}

/// Kind of point of interest, the endings of its names, and how often one meets it among shops.
pub const SHOPS: [(&str, &[&str], f64); 22] = [
    ("restaurant", &["家常菜馆", "涮肉馆", "面馆", "饺子馆", "烤鸭店", "川味小馆", "清真餐厅", "粥铺"], 16.0),
    ("fast_food", &["包子铺", "盖饭店", "早点铺", "鸡排店", "麻辣烫", "煎饼铺"], 9.0),
    ("convenience", &["便利店", "小卖部", "烟酒店", "综合商店"], 11.0),
    ("supermarket", &["超市", "生活超市", "生鲜超市"], 5.0),
    ("greengrocer", &["果蔬店", "菜店", "水果行"], 7.0),
    ("bakery", &["糕点铺", "面包房", "馒头房"], 4.0),
    ("pharmacy", &["大药房", "药店"], 4.0),
    ("hairdresser", &["理发店", "美发厅", "发艺"], 6.0),
    ("hardware", &["五金店", "建材店", "锁具店"], 4.0),
    ("laundry", &["洗衣店", "干洗店"], 3.0),
    ("clothes", &["服装店", "裁缝铺", "鞋店"], 4.0),
    ("bank", &["储蓄所"], 2.0),
    ("optician", &["眼镜店"], 1.5),
    ("mobile_phone", &["通讯店", "手机维修"], 2.0),
    ("estate_agent", &["房屋中介"], 2.0),
    ("cafe", &["咖啡馆", "奶茶店", "茶社"], 4.0),
    ("copyshop", &["图文快印"], 1.5),
    ("bicycle", &["修车铺", "电动车行"], 2.0),
    ("butcher", &["肉铺", "熟食店"], 3.0),
    ("post_depot", &["快递驿站"], 4.0),
    ("hotel", &["快捷酒店", "招待所"], 1.5),
    ("books", &["书店", "文具店"], 2.0),
];

const SHOP_WORDS: [&str; 40] = [
    "福满",
    "聚香",
    "老顺",
    "鑫旺",
    "百味",
    "佳和",
    "同盛",
    "利民",
    "康宁",
    "悦来",
    "四季",
    "阳光",
    "平安",
    "喜相逢",
    "一品",
    "万兴",
    "春晓",
    "恒源",
    "天顺",
    "诚信",
    "小李",
    "老张",
    "王记",
    "赵家",
    "邻里",
    "惠友",
    "禾香",
    "金穗",
    "满庭芳",
    "好邻居",
    "大众",
    "新民",
    "兴隆",
    "益民",
    "味之源",
    "如意",
    "德顺",
    "永和",
    "三友",
    "家家乐",
];

/// A shop: kind and name.
pub fn shop(dice: &mut Dice, place: &str) -> (&'static str, String) {
    let weights = SHOPS.map(|(_, _, weight)| weight);
    let (class, endings, _) = SHOPS[dice.weighted(&weights)];
    let ending = *dice.pick(endings);
    // Banks and chains are called after the place, so that no real firm is meant.
    let name = if class == "bank" || dice.chance(0.3) {
        format!("{place}{ending}")
    } else {
        format!("{}{ending}", dice.pick(&SHOP_WORDS))
    };
    (class, name)
}

const FIRM_WORDS: [&str; 16] = [
    "恒信",
    "同创",
    "博远",
    "华益",
    "嘉诚",
    "启明",
    "瑞通",
    "盛达",
    "天元",
    "卓立",
    "联众",
    "永兴",
    "宏图",
    "新程",
    "正和",
    "东方红",
];

/// A firm of an industrial or office block.
pub fn firm(dice: &mut Dice, place: &str) -> String {
    const TRADES: [&str; 14] = [
        "机电设备",
        "印刷包装",
        "文化传媒",
        "检测技术",
        "物流仓储",
        "信息技术",
        "建筑装饰",
        "食品加工",
        "医疗器械",
        "环保科技",
        "精密仪器",
        "汽车维修",
        "冷链配送",
        "教育咨询",
    ];
    format!("{place}{}{}公司", dice.pick(&FIRM_WORDS), dice.pick(&TRADES))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_place_has_the_name_of_another() {
        let mut names = PlaceNames::new(3);
        let all: Vec<String> = (0..6000).map(|_| names.take()).collect();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
        assert!(all.iter().take(40).all(|name| PLACES.contains(&&**name)));
    }

    #[test]
    fn numerals_are_read_aloud_as_written() {
        let said: Vec<String> = [1, 9, 10, 11, 20, 35].into_iter().map(numeral).collect();
        assert_eq!(said, ["一", "九", "十", "十一", "二十", "三十五"]);
    }
}
