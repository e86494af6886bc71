//! What a person wants done to a case.

use serde::{Deserialize, Serialize};

use crate::base::{CaseId, CommandId, LonLat, Timestamp};
use crate::domain::code::{ClassCode, ComponentCode, GridCode, StreetCode};
use crate::domain::limit::Limit;
use crate::domain::org::{Actor, DeptCode, OfficerId};

/// An intent: made and saved before anybody is told that it is saved, decided here as a prediction and at the
/// server for good.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Command {
    /// By which a retry is recognised.
    pub id: CommandId,
    /// The case it is about; made by the sender for [`Act::Report`].
    pub case_id: CaseId,
    /// Whose street the case belongs to: the feed in which its entries will stand.
    pub street: StreetCode,
    /// Who.
    pub actor: Actor,
    /// When, by the sender's clock.
    pub claimed_at: Timestamp,
    /// The `seq` of the case the person was looking at; 0 for a report.
    pub based_on: u32,
    /// What.
    pub act: Act,
}

/// Which way a report came in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// 12345 and the street's own telephone.
    Hotline,
    /// Found by a patrol officer.
    Patrol,
    /// The public website.
    Web,
    /// Named by a leader.
    Leader,
    /// Passed on by another system.
    OtherSystem,
}

impl Channel {
    /// All ways in, as a list offers them.
    pub const ALL: [Self; 5] = [Self::Hotline, Self::Patrol, Self::Web, Self::Leader, Self::OtherSystem];

    /// Name in the text table and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hotline => "hotline",
            Self::Patrol => "patrol",
            Self::Web => "web",
            Self::Leader => "leader",
            Self::OtherSystem => "other_system",
        }
    }
}

/// Component (部件) or event (事件).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Kind {
    /// A thing with a code of its own: a cover, a lamp.
    #[serde(rename = "C")]
    Component,
    /// Something that happens: rubbish, a trader on the pavement.
    #[serde(rename = "E")]
    Event,
}

impl Kind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Component, Self::Event];

    /// Name in the text table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Component => "component",
            Self::Event => "event",
        }
    }
}

/// A class together with the scheme it is numbered in; 2007 and 2013 swap majors 04 and 05 of events.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct ClassRef {
    /// Name of the scheme, for example `GB/T 30428.2-2013`.
    pub scheme: String,
    /// Component or event.
    pub kind: Kind,
    /// Major and sub class.
    pub code: ClassCode,
}

/// The caller, as far as known. Personal data: masked in lists, shown only to those who need it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Caller {
    /// How the caller is addressed.
    pub name: String,
    /// Number to call back.
    pub phone: String,
    /// Wants to hear how it ended.
    pub wants_reply: bool,
}

/// Where a case is.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Place {
    /// The point.
    pub at: LonLat,
    /// The unit grid cell that contains the point.
    pub grid: GridCode,
    /// The place in words, as said or as found.
    pub address: String,
}

/// Everything a report says.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Report {
    /// Way in.
    pub channel: Channel,
    /// Who called.
    pub caller: Caller,
    /// What it is about.
    pub class: ClassRef,
    /// The condition (defect) that decides the limit: a key of the limit table.
    pub condition: String,
    /// The component, if one is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<ComponentCode>,
    /// Where.
    pub place: Place,
    /// What was said.
    pub text: String,
    /// Needs to be treated at once.
    pub urgent: bool,
}

/// What an officer found when verifying (核实).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// It is there.
    Exist,
    /// It is not there.
    NotExist,
    /// Could not be told.
    Unable,
}

/// What an officer found when checking (核查).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckResult {
    /// The result is good.
    Pass,
    /// It is not.
    NotPass,
    /// Could not be told.
    Unable,
}

/// What an officer answered, from verifying or from checking.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// To a verification.
    Verify(Found),
    /// To a check.
    Check(CheckResult),
}

impl Answer {
    /// All answers.
    pub const ALL: [Self; 6] = [
        Self::Verify(Found::Exist),
        Self::Verify(Found::NotExist),
        Self::Verify(Found::Unable),
        Self::Check(CheckResult::Pass),
        Self::Check(CheckResult::NotPass),
        Self::Check(CheckResult::Unable),
    ];

    /// Name in the text table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Verify(Found::Exist) => "exist",
            Self::Verify(Found::NotExist) => "not_exist",
            Self::Verify(Found::Unable) => "verify_unable",
            Self::Check(CheckResult::Pass) => "pass",
            Self::Check(CheckResult::NotPass) => "not_pass",
            Self::Check(CheckResult::Unable) => "check_unable",
        }
    }
}

/// To whom a case is sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Assignee {
    /// The department that answers.
    pub dept: DeptCode,
    /// The officer on the spot, if one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub officer: Option<OfficerId>,
}

/// An act: one step of the workflow with what it has to record. Opinions may be empty unless the table says
/// "required".
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// 上报/登记.
    Report(Box<Report>),
    /// 发核实: send an officer to see.
    SendVerify {
        /// Who is sent.
        officer: OfficerId,
        /// Message to the officer.
        opinion: String,
    },
    /// 核实反馈.
    VerifyReply {
        /// What was found.
        found: Found,
        /// In words.
        opinion: String,
    },
    /// 受理. `verification_waived` says that a public report needs no look on the spot, and `opinion` why: required
    /// then, and when the officer was unable to tell.
    Accept {
        /// No verification is needed.
        verification_waived: bool,
        /// In words.
        opinion: String,
    },
    /// 不予受理.
    Reject {
        /// Why; told to the caller. Required.
        reason: String,
    },
    /// 立案: class, condition and limit are fixed and a number is given.
    File {
        /// Class as filed (may correct the report's).
        class: ClassRef,
        /// Filing condition: a key of the limit table.
        condition: String,
        /// The limit chosen from the table.
        limit: Limit,
        /// In words.
        opinion: String,
    },
    /// 作废.
    Void {
        /// Why. Required.
        reason: String,
    },
    /// 派遣.
    Dispatch {
        /// To whom.
        to: Assignee,
        /// In words.
        opinion: String,
    },
    /// 签收.
    Sign {
        /// In words.
        opinion: String,
    },
    /// 申请回退.
    AskReturn {
        /// Why. Required.
        reason: String,
    },
    /// 同意回退.
    AgreeReturn {
        /// In words.
        opinion: String,
    },
    /// 不同意回退.
    RefuseReturn {
        /// Why. Required.
        opinion: String,
    },
    /// 处置完成.
    Finish {
        /// What was done. Required.
        result: String,
        /// Who did it.
        person: String,
    },
    /// 转核查: pass the result on to the check.
    ToCheck {
        /// In words.
        opinion: String,
    },
    /// 退回返工 before the check: the result is visibly incomplete.
    SendBack {
        /// Why. Required.
        reason: String,
    },
    /// 发核查: send an officer to look at the result.
    SendCheck {
        /// Who is sent.
        officer: OfficerId,
        /// Message to the officer.
        opinion: String,
    },
    /// 核查反馈.
    CheckReply {
        /// What was found.
        result: CheckResult,
        /// In words.
        opinion: String,
    },
    /// 结案.
    Close {
        /// In words.
        opinion: String,
    },
    /// 返工 after a failed check, to the same department.
    Rework {
        /// Why. Required.
        reason: String,
    },
    /// 重新核查, when the officer was unable to tell.
    Recheck {
        /// Why. Required.
        reason: String,
    },
}

macro_rules! act_kinds {
    ($($kind:ident => $name:literal),* $(,)?) => {
        /// The kind of an act, for tables, menus and rights.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[expect(missing_docs, reason = "the kinds are described at Act")]
        pub enum ActKind { $($kind),* }

        impl ActKind {
            /// All kinds, in the order of the workflow.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// Name in the text table and on the wire (`send_verify`).
            pub fn name(self) -> &'static str {
                match self { $(Self::$kind => $name),* }
            }
        }

        impl Act {
            /// Which kind of act this is.
            pub fn kind(&self) -> ActKind {
                match self { $(Self::$kind { .. } => ActKind::$kind),* }
            }
        }
    };
}

act_kinds! {
    Report => "report",
    SendVerify => "send_verify",
    VerifyReply => "verify_reply",
    Accept => "accept",
    Reject => "reject",
    File => "file",
    Void => "void",
    Dispatch => "dispatch",
    Sign => "sign",
    AskReturn => "ask_return",
    AgreeReturn => "agree_return",
    RefuseReturn => "refuse_return",
    Finish => "finish",
    ToCheck => "to_check",
    SendBack => "send_back",
    SendCheck => "send_check",
    CheckReply => "check_reply",
    Close => "close",
    Rework => "rework",
    Recheck => "recheck",
}
