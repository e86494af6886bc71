//! How a matter is put into words.

use super::matters::{ENDINGS, JUST_NOW, Matter, OPENINGS, SINCE};
use crate::demo::dice::Dice;
use crate::domain::case::command::Channel;

/// What was said or written.
pub fn words(matter: &Matter, channel: Channel, (address, bare): (&str, &str), dice: &mut Dice) -> String {
    let seen = dice.pick(matter.seen).replace("{}", address).replace("{=}", bare);
    let more = *dice.pick(matter.more);
    let since = *dice.pick(if matter.urgent { JUST_NOW } else { SINCE });
    let ending = *dice.pick(ENDINGS);
    match channel {
        Channel::Hotline => format!("{}{seen}，{more}{since}。{ending}", dice.pick(OPENINGS)),
        Channel::Web => format!("{seen}{since}，{more}。{ending}"),
        Channel::Patrol => {
            let found =
                *dice.pick(&["巡查发现", "日常巡查：", "巡查至此，见", "例行巡查发现", "早间巡查：", "网格巡查发现"]);
            format!("{found}{seen}，{more}。")
        }
        Channel::Leader => format!(
            "{}指出：{seen}，{more}。请及时处置并反馈。",
            dice.pick(&["领导下基层时", "街道主要领导检查中", "区级检查组"])
        ),
        Channel::OtherSystem => {
            format!("{}转来：{seen}{since}，{more}。", dice.pick(&["市级平台", "区网格中心", "12345 平台"]))
        }
    }
}
