//! The language of the command bar, as one table: what is typed, and what it means.
//!
//! A line is a command word and what belongs to it, or anything else, which is searched for:
//!
//! * a number goes where it leads: a case number (11 digits) to the case, a cell (15) or a component (16) to its place;
//!   part of a number narrows the queue;
//! * a command is its first word, in Chinese, in English, as pinyin or as the first letters of the pinyin: `派遣`,
//!   `dispatch`, `paiqian`, `pq`;
//! * anything else, and whatever follows a `/`, is searched for in the queue.
//!
//! The window lists [`COMMANDS`] as its help and completes with [`complete`]; `update` carries a line out.

use std::sync::LazyLock;

use pinyin::ToPinyin;

use crate::app::state::{QueueFilter, Seat, TextScale, ThemeChoice};
use crate::app::tools::Tool;
use crate::base::text::Lang;
use crate::domain::case::ActKind;
use crate::map::side::Side;
use crate::map::style::LayerGroup;

/// What a command does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verb {
    /// A step with the case in hand.
    Act(ActKind),
    /// Go to a seat.
    Seat(Seat),
    /// Narrow the queue.
    Filter(QueueFilter),
    /// Begin a report: the call centre's sheet.
    NewReport,
    /// Send the report being taken.
    Submit,
    /// Throw the report being taken away.
    ClearDraft,
    /// Show the whole street.
    Fit,
    /// Bring a place named in words to the middle of the map.
    GoTo,
    /// Show or hide a layer.
    Layer,
    /// Show or hide the overview of the whole map.
    Overview,
    /// Put a second map beside the first, or put it away.
    Beside,
    /// Take one of two maps in hand.
    InHand(Side),
    /// Show a view kept by name.
    Bookmark,
    /// Keep the present view by name.
    KeepView,
    /// Cut a section through the pipelines.
    Section,
    /// Show the cases of some days.
    Span,
    /// Print a sheet.
    Sheet,
    /// Take a tool of the map in hand.
    Tool(Tool),
    /// The tab of data: what comes in.
    BringIn,
    /// The tab of data: what goes out.
    BringOut,
    /// The conflict inbox.
    Inbox,
    /// Try the connection now.
    Sync,
    /// Light or dark.
    Theme(ThemeChoice),
    /// Language.
    Lang(Lang),
    /// Size of text.
    TextScale,
    /// The list of commands.
    Help,
    /// End the session.
    Logout,
}

/// What stands behind the command word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Args {
    /// Nothing.
    None,
    /// An opinion, which may be left out.
    Opinion,
    /// A reason, which may not.
    Reason,
    /// What was done.
    Result,
    /// An officer by name or number; the nearest on duty when left out; then a message.
    Officer,
    /// 属实, 不属实 or 无法核实; then an opinion.
    Found,
    /// 通过, 不通过 or 无法核查; then an opinion.
    Check,
    /// A condition by its words or key; the reported one when left out; then an opinion.
    Condition,
    /// A department by name or code, `@` and an officer if one is named; then an opinion.
    Department,
    /// 免核实 if no look on the spot is needed; then an opinion.
    Waiver,
    /// A place in words.
    Place,
    /// A layer by name.
    Layer,
    /// A name.
    Name,
    /// 100, 125 or 150.
    Size,
    /// Two places, or nothing.
    Ends,
    /// A span of days, or nothing.
    Span,
    /// A file, or nothing.
    File,
}

/// One command.
#[derive(Debug)]
pub struct BarCommand {
    /// What it does.
    pub verb: Verb,
    /// Its words; the first Chinese and the first English one are shown.
    words: &'static [&'static str],
    /// What belongs to it.
    pub args: Args,
    /// Key of the text table under which it is explained.
    help_key: &'static str,
}

impl BarCommand {
    /// The word to show in a language.
    pub fn word(&self, lang: Lang) -> &'static str {
        let own = |word: &&&str| word.is_ascii() == (lang == Lang::En);
        self.words.iter().find(own).or(self.words.first()).copied().unwrap_or_default()
    }

    /// All words by which it is called, pinyin included.
    pub fn words(&self) -> Vec<String> {
        let mut all: Vec<String> = self.words.iter().map(|word| (*word).to_owned()).collect();
        all.extend(self.words.iter().filter(|word| !word.is_ascii()).map(|word| sounds(word).0));
        all
    }

    /// What belongs to it, as a pattern.
    pub fn pattern(&self, lang: Lang) -> &'static str {
        match self.args {
            Args::None => "",
            Args::Opinion => lang.text("app.bar.args.opinion"),
            Args::Reason => lang.text("app.bar.args.reason"),
            Args::Result => lang.text("app.bar.args.result"),
            Args::Officer => lang.text("app.bar.args.officer"),
            Args::Found => lang.text("app.bar.args.found"),
            Args::Check => lang.text("app.bar.args.check"),
            Args::Condition => lang.text("app.bar.args.condition"),
            Args::Department => lang.text("app.bar.args.department"),
            Args::Waiver => lang.text("app.bar.args.waiver"),
            Args::Place => lang.text("app.bar.args.place"),
            Args::Layer => lang.text("app.bar.args.layer"),
            Args::Name => lang.text("app.bar.args.name"),
            Args::Size => lang.text("app.bar.args.size"),
            Args::Ends => lang.text("app.bar.args.ends"),
            Args::Span => lang.text("app.bar.args.span"),
            Args::File => lang.text("app.bar.args.file"),
        }
    }

    /// What it is for.
    pub fn help(&self, lang: Lang) -> &'static str {
        lang.text(self.help_key)
    }

    /// What may be typed to call it, in lower case.
    fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for word in self.words {
            names.push(word.to_lowercase());
            if !word.is_ascii() {
                let (whole, initials) = sounds(word);
                names.extend([whole, initials]);
            }
        }
        names
    }
}

/// Pinyin without tones, and its first letters.
fn sounds(word: &str) -> (String, String) {
    let syllables: Vec<&str> = word.to_pinyin().flatten().map(pinyin::Pinyin::plain).collect();
    let initials = syllables.iter().filter_map(|syllable| syllable.chars().next()).collect();
    (syllables.concat(), initials)
}

macro_rules! commands {
    ($($verb:expr, $args:ident, $help:literal: $($word:literal)+;)*) => {
        /// All commands, in the order in which help lists them.
        pub const COMMANDS: &[BarCommand] = &[
            $(BarCommand { verb: $verb, words: &[$($word),+], args: Args::$args, help_key: $help }),*
        ];
    };
}

commands! {
    Verb::NewReport, None, "app.bar.help.new_report": "登记" "新案" "new";
    Verb::Submit, None, "app.bar.help.submit": "提交" "submit";
    Verb::ClearDraft, None, "app.bar.help.clear_draft": "清空" "clear";
    Verb::Act(ActKind::SendVerify), Officer, "app.bar.help.act": "发核实" "verify";
    Verb::Act(ActKind::VerifyReply), Found, "app.bar.help.act": "核实反馈" "verified";
    Verb::Act(ActKind::Accept), Waiver, "app.bar.help.act": "受理" "accept";
    Verb::Act(ActKind::Reject), Reason, "app.bar.help.act": "不予受理" "reject";
    Verb::Act(ActKind::File), Condition, "app.bar.help.act": "立案" "file";
    Verb::Act(ActKind::Void), Reason, "app.bar.help.act": "作废" "void";
    Verb::Act(ActKind::Dispatch), Department, "app.bar.help.act": "派遣" "派单" "dispatch";
    Verb::Act(ActKind::Sign), Opinion, "app.bar.help.act": "签收" "sign";
    Verb::Act(ActKind::AskReturn), Reason, "app.bar.help.act": "申请回退" "回退" "return";
    Verb::Act(ActKind::AgreeReturn), Opinion, "app.bar.help.act": "同意回退" "同意" "agree";
    Verb::Act(ActKind::RefuseReturn), Reason, "app.bar.help.act": "不同意回退" "不同意" "refuse";
    Verb::Act(ActKind::Finish), Result, "app.bar.help.act": "处置完成" "完成" "finish";
    Verb::Act(ActKind::ToCheck), Opinion, "app.bar.help.act": "转核查" "tocheck";
    Verb::Act(ActKind::SendBack), Reason, "app.bar.help.act": "退回返工" "退回" "sendback";
    Verb::Act(ActKind::SendCheck), Officer, "app.bar.help.act": "发核查" "check";
    Verb::Act(ActKind::CheckReply), Check, "app.bar.help.act": "核查反馈" "checked";
    Verb::Act(ActKind::Close), Opinion, "app.bar.help.act": "结案" "close";
    Verb::Act(ActKind::Rework), Reason, "app.bar.help.act": "返工" "rework";
    Verb::Act(ActKind::Recheck), Reason, "app.bar.help.act": "重新核查" "recheck";
    Verb::Seat(Seat::CallCentre), None, "app.bar.help.seat": "呼叫中心" "呼叫" "call";
    Verb::Seat(Seat::Supervision), None, "app.bar.help.seat": "监督中心" "监督" "supervision";
    Verb::Seat(Seat::Command), None, "app.bar.help.seat": "指挥中心" "指挥" "command";
    Verb::Filter(QueueFilter::Mine), None, "app.bar.help.filter": "待办" "mine";
    Verb::Filter(QueueFilter::Open), None, "app.bar.help.filter": "在办" "open";
    Verb::Filter(QueueFilter::Late), None, "app.bar.help.filter": "超期" "late";
    Verb::Filter(QueueFilter::Ended), None, "app.bar.help.filter": "办结" "ended";
    Verb::Fit, None, "app.bar.help.fit": "全图" "fit";
    Verb::GoTo, Place, "app.bar.help.go_to": "定位" "goto";
    Verb::Layer, Layer, "app.bar.help.layer": "图层" "layer";
    Verb::Overview, None, "app.bar.help.overview": "鹰眼" "overview";
    Verb::Beside, None, "app.bar.help.beside": "对照" "compare";
    Verb::InHand(Side::Left), None, "app.bar.help.in_hand": "左图" "leftmap";
    Verb::InHand(Side::Right), None, "app.bar.help.in_hand": "右图" "rightmap";
    Verb::Bookmark, Name, "app.bar.help.bookmark": "书签" "bookmark";
    Verb::KeepView, Name, "app.bar.help.keep_view": "存书签" "keepview";
    Verb::Section, Ends, "app.bar.help.section": "断面" "section";
    Verb::Span, Span, "app.bar.help.span": "时段" "span";
    Verb::Sheet, File, "app.bar.help.sheet": "打印" "print";
    Verb::Tool(Tool::Identify), None, "app.bar.help.tool": "识别" "identify";
    Verb::Tool(Tool::Distance), None, "app.bar.help.tool": "测距离" "测距" "distance";
    Verb::Tool(Tool::Area), None, "app.bar.help.tool": "测面积" "area";
    Verb::Tool(Tool::Buffer), None, "app.bar.help.tool": "缓冲区" "buffer";
    Verb::Tool(Tool::SelectBox), None, "app.bar.help.tool": "框选" "box";
    Verb::Tool(Tool::SelectPolygon), None, "app.bar.help.tool": "多边形选" "polygon";
    Verb::Tool(Tool::SelectCell), None, "app.bar.help.tool": "按网格选" "cell";
    Verb::Tool(Tool::SelectCommunity), None, "app.bar.help.tool": "按社区选" "community";
    Verb::Tool(Tool::SelectFilter), None, "app.bar.help.tool": "按属性选" "attributes";
    Verb::Tool(Tool::Place), None, "app.bar.help.tool": "复制位置" "copyplace";
    Verb::BringIn, None, "app.bar.help.bring_in": "导入" "import";
    Verb::BringOut, None, "app.bar.help.bring_out": "导出" "export";
    Verb::Inbox, None, "app.bar.help.inbox": "冲突" "inbox";
    Verb::Sync, None, "app.bar.help.sync": "同步" "sync";
    Verb::Theme(ThemeChoice::Light), None, "app.bar.help.theme": "浅色" "light";
    Verb::Theme(ThemeChoice::Dark), None, "app.bar.help.theme": "深色" "dark";
    Verb::TextScale, Size, "app.bar.help.text_scale": "字号" "size";
    Verb::Lang(Lang::ZhCn), None, "app.bar.help.lang": "中文" "chinese";
    Verb::Lang(Lang::En), None, "app.bar.help.lang": "英文" "english";
    Verb::Help, None, "app.bar.help.help": "帮助" "help" "?" "h";
    Verb::Logout, None, "app.bar.help.logout": "退出" "logout";
}

/// What a line means.
#[derive(Clone, Copy, Debug)]
pub enum Line<'a> {
    /// Nothing.
    Empty,
    /// Digits.
    Number(&'a str),
    /// A command and what follows it.
    Command(&'static BarCommand, &'a str),
    /// Anything else.
    Search(&'a str),
}

/// Brings what Chinese input leaves in a line (full-width digits, letters, signs, spaces) into one form.
pub fn narrow(line: &str) -> String {
    line.chars()
        .map(|letter| match letter {
            '\u{3000}' => ' ',
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
            other => other,
        })
        .collect::<String>()
        .trim()
        .to_owned()
}

static NAMES: LazyLock<Vec<(String, &'static BarCommand)>> = LazyLock::new(|| {
    COMMANDS.iter().flat_map(|command| command.names().into_iter().map(move |name| (name, command))).collect()
});

/// Reads a line that [`narrow`] has been through. Of two commands that sound alike the one further up in the table is
/// meant; a command that takes nothing is one only when nothing follows, so that words are searched for as they stand.
pub fn parse(line: &str) -> Line<'_> {
    if line.is_empty() {
        return Line::Empty;
    }
    if let Some(rest) = line.strip_prefix('/') {
        return Line::Search(rest.trim());
    }
    let digits = line.strip_prefix('#').unwrap_or(line).trim();
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Line::Number(digits);
    }
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let (word, rest) = (word.to_lowercase(), rest.trim());
    match NAMES.iter().find(|(name, _)| *name == word) {
        Some((_, command)) if rest.is_empty() || command.args != Args::None => Line::Command(command, rest),
        _ => Line::Search(line),
    }
}

/// Commands that what has been typed may become, in the order of the table.
pub fn complete(line: &str) -> Vec<&'static BarCommand> {
    let line = narrow(line).to_lowercase();
    if line.is_empty() || line.contains(char::is_whitespace) {
        return Vec::new();
    }
    COMMANDS.iter().filter(|command| command.names().iter().any(|name| name.starts_with(&line))).collect()
}

/// A size of text by its percentage.
pub fn text_scale(word: &str) -> Option<TextScale> {
    match word.trim_end_matches('%') {
        "100" => Some(TextScale::P100),
        "125" => Some(TextScale::P125),
        "150" => Some(TextScale::P150),
        _ => None,
    }
}

/// Layers by the words for them.
const LAYERS: &[(LayerGroup, &[&str])] = &[
    (LayerGroup::Names, &["名称", "names"]),
    (LayerGroup::UnitGrid, &["网格", "grid"]),
    (LayerGroup::Boundaries, &["边界", "boundaries"]),
    (LayerGroup::Components, &["部件", "components"]),
    (LayerGroup::Pipelines, &["管线", "pipelines"]),
    (LayerGroup::Places, &["地点", "places"]),
    (LayerGroup::Incidents, &["往期", "incidents"]),
    (LayerGroup::Parcels, &["宗地", "土地", "parcels", "land"]),
    (LayerGroup::Sites, &["工地", "sites"]),
    (LayerGroup::Patrols, &["巡查", "patrols"]),
    (LayerGroup::Video, &["视频", "video"]),
    (LayerGroup::Emergency, &["应急", "emergency"]),
    (LayerGroup::Relief, &["地形", "relief"]),
    (LayerGroup::Cases, &["案件", "cases"]),
    (LayerGroup::Officers, &["人员", "officers"]),
    (LayerGroup::Rails, &["铁路", "rails"]),
    (LayerGroup::Roads, &["道路", "roads"]),
    (LayerGroup::Buildings, &["建筑", "buildings"]),
    (LayerGroup::Water, &["水系", "water"]),
    (LayerGroup::Green, &["绿地", "green"]),
    (LayerGroup::Land, &["用地", "ground"]),
];

/// A layer by a word for it.
pub fn layer(word: &str) -> Option<LayerGroup> {
    let word = word.to_lowercase();
    LAYERS.iter().find(|(_, names)| names.iter().any(|name| *name == word || sounds(name).0 == word)).map(|(at, _)| *at)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn verb(line: &str) -> Option<(Verb, String)> {
        match parse(&narrow(line)) {
            Line::Command(command, rest) => Some((command.verb, rest.to_owned())),
            _ => None,
        }
    }

    #[test]
    fn every_word_calls_its_own_command() {
        let mut taken: BTreeMap<String, Verb> = BTreeMap::new();
        for command in COMMANDS {
            for word in command.words() {
                let other = taken.insert(word.clone(), command.verb);
                assert!(other.is_none_or(|other| other == command.verb), "{word} stands for two commands");
                assert_eq!(verb(&word).map(|(verb, _)| verb), Some(command.verb), "{word}");
            }
        }
    }

    #[test]
    fn every_act_but_the_report_has_a_word() {
        for kind in ActKind::ALL.iter().filter(|kind| **kind != ActKind::Report) {
            assert!(COMMANDS.iter().any(|command| command.verb == Verb::Act(*kind)), "{kind:?}");
        }
    }

    #[test]
    fn lines_are_read_by_the_table() {
        assert_eq!(verb("派遣 环卫所 尽快清运"), Some((Verb::Act(ActKind::Dispatch), "环卫所 尽快清运".to_owned())));
        assert_eq!(verb("PQ\u{3000}环卫所"), Some((Verb::Act(ActKind::Dispatch), "环卫所".to_owned())));
        assert_eq!(verb("shouli"), Some((Verb::Act(ActKind::Accept), String::new())));
        assert_eq!(verb("？"), Some((Verb::Help, String::new())));
        assert_eq!(verb("深色"), Some((Verb::Theme(ThemeChoice::Dark), String::new())));
        assert!(matches!(parse("深色 垃圾桶"), Line::Search("深色 垃圾桶")));
        assert!(matches!(parse("/派遣"), Line::Search("派遣")));
        assert!(matches!(parse("#26030200001"), Line::Number("26030200001")));
        assert!(matches!(parse(&narrow("２６０３")), Line::Number("2603")));
        assert!(matches!(parse("鲁谷路 12"), Line::Search(_)));
        assert!(matches!(parse(""), Line::Empty));
    }

    #[test]
    fn a_beginning_is_completed_and_layers_have_names() {
        assert!(complete("hecha").iter().any(|command| command.verb == Verb::Act(ActKind::CheckReply)));
        assert!(complete("派").iter().all(|command| command.verb == Verb::Act(ActKind::Dispatch)));
        assert!(complete("派遣 环").is_empty());
        assert_eq!(layer("wangge"), Some(LayerGroup::UnitGrid));
        assert_eq!(layer("Cases"), Some(LayerGroup::Cases));
        assert_eq!(layer("x"), None);
        for group in LayerGroup::ALL {
            assert!(LAYERS.iter().any(|(named, _)| *named == group), "{group:?}");
        }
        assert_eq!(text_scale("125%"), Some(TextScale::P125));
    }
}
