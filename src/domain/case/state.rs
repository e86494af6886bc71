//! States and stages of a case, as in `states.tsv`.

use serde::{Deserialize, Serialize};

/// Where a case stands. The names are those of the field's own table (DOMAIN.md 3.4).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// 已上报: registered, nothing decided.
    Reported,
    /// 核实中: an officer has been sent to see whether it is so.
    Verifying,
    /// 已核实: the officer has answered.
    Verified,
    /// 已受理: accepted as a matter for this office.
    Accepted,
    /// 不予受理: not accepted; the caller is told why.
    NotAccepted,
    /// 已立案: filed; number and limit are fixed.
    Filed,
    /// 已派遣: sent to a department.
    Dispatched,
    /// 处置中: signed for by the department.
    Handling,
    /// 申请回退: the department says it is not theirs.
    ReturnAsked,
    /// 申请延期.
    ExtendAsked,
    /// 申请挂账.
    HangAsked,
    /// 已挂账: the clock stands.
    Suspended,
    /// 处置完成: the department says it is done.
    Handled,
    /// 待核查: waiting for a check to be sent.
    CheckWait,
    /// 核查中: an officer has been sent to look at the result.
    Checking,
    /// 已核查: the officer has answered.
    Checked,
    /// 已结案.
    Closed,
    /// 强制结案.
    ForcedClosed,
    /// 已作废.
    Void,
    /// 已合并: belongs to another case now.
    Merged,
    /// 疑难上报.
    Escalated,
    /// 转应急.
    Emergency,
}

impl State {
    /// All states, in the order of the workflow.
    pub const ALL: [Self; 22] = [
        Self::Reported,
        Self::Verifying,
        Self::Verified,
        Self::Accepted,
        Self::NotAccepted,
        Self::Filed,
        Self::Dispatched,
        Self::Handling,
        Self::ReturnAsked,
        Self::ExtendAsked,
        Self::HangAsked,
        Self::Suspended,
        Self::Handled,
        Self::CheckWait,
        Self::Checking,
        Self::Checked,
        Self::Closed,
        Self::ForcedClosed,
        Self::Void,
        Self::Merged,
        Self::Escalated,
        Self::Emergency,
    ];

    /// Name in the text table and on the wire (`CHECK_WAIT`).
    pub fn name(self) -> &'static str {
        match self {
            Self::Reported => "REPORTED",
            Self::Verifying => "VERIFYING",
            Self::Verified => "VERIFIED",
            Self::Accepted => "ACCEPTED",
            Self::NotAccepted => "NOT_ACCEPTED",
            Self::Filed => "FILED",
            Self::Dispatched => "DISPATCHED",
            Self::Handling => "HANDLING",
            Self::ReturnAsked => "RETURN_ASKED",
            Self::ExtendAsked => "EXTEND_ASKED",
            Self::HangAsked => "HANG_ASKED",
            Self::Suspended => "SUSPENDED",
            Self::Handled => "HANDLED",
            Self::CheckWait => "CHECK_WAIT",
            Self::Checking => "CHECKING",
            Self::Checked => "CHECKED",
            Self::Closed => "CLOSED",
            Self::ForcedClosed => "FORCED_CLOSED",
            Self::Void => "VOID",
            Self::Merged => "MERGED",
            Self::Escalated => "ESCALATED",
            Self::Emergency => "EMERGENCY",
        }
    }

    /// The stage whose clock runs in this state; `None` when the case has ended.
    pub fn stage(self) -> Option<Stage> {
        Some(match self {
            Self::Reported | Self::Verified => Stage::Accept,
            Self::Verifying => Stage::Verify,
            Self::Accepted => Stage::File,
            Self::Filed | Self::Escalated => Stage::Dispatch,
            Self::Dispatched
            | Self::Handling
            | Self::ReturnAsked
            | Self::ExtendAsked
            | Self::HangAsked
            | Self::Suspended => Stage::Handle,
            Self::Handled => Stage::Feedback,
            Self::CheckWait | Self::Checking => Stage::Check,
            Self::Checked => Stage::Close,
            Self::NotAccepted | Self::Closed | Self::ForcedClosed | Self::Void | Self::Merged | Self::Emergency => {
                return None;
            }
        })
    }

    /// Whether the disposal limit of the case runs: a department has it.
    pub fn is_disposal(self) -> bool {
        matches!(self, Self::Dispatched | Self::Handling | Self::ReturnAsked)
    }

    /// Whether the case still needs somebody.
    pub fn is_open(self) -> bool {
        !matches!(
            self,
            Self::NotAccepted | Self::Closed | Self::ForcedClosed | Self::Void | Self::Merged | Self::Emergency
        )
    }
}

/// The stage a step belongs to (column `stage` of `states.tsv`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// 受理.
    Accept,
    /// 核实.
    Verify,
    /// 立案.
    File,
    /// 派遣.
    Dispatch,
    /// 处置.
    Handle,
    /// 反馈.
    Feedback,
    /// 核查.
    Check,
    /// 结案.
    Close,
}

impl Stage {
    /// All stages, in the order of the workflow.
    pub const ALL: [Self; 8] = [
        Self::Accept,
        Self::Verify,
        Self::File,
        Self::Dispatch,
        Self::Handle,
        Self::Feedback,
        Self::Check,
        Self::Close,
    ];

    /// Name in the text table and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Verify => "verify",
            Self::File => "file",
            Self::Dispatch => "dispatch",
            Self::Handle => "handle",
            Self::Feedback => "feedback",
            Self::Check => "check",
            Self::Close => "close",
        }
    }
}

/// How much of a limit is used (DOMAIN.md 3.8): up to 80 % green, up to 100 % yellow, above red.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Lamp {
    /// No limit runs.
    Off,
    /// Up to 80 % used; drawn as a circle.
    Green,
    /// Up to 100 % used; drawn as a triangle.
    Yellow,
    /// Late; drawn as a square.
    Red,
}

impl Lamp {
    /// All lamps.
    pub const ALL: [Self; 4] = [Self::Off, Self::Green, Self::Yellow, Self::Red];

    /// Name in the text table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Green => "green",
            Self::Yellow => "yellow",
            Self::Red => "red",
        }
    }
}
