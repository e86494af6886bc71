//! Who works here: roles, departments, officers, and the person behind an act.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::base::{LonLat, Timestamp, UserId};
use crate::domain::code::StreetCode;

/// What a person may be (DOMAIN.md 3.3). One person may hold several roles; an act names the one it was done in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 受理员: takes calls, registers, sends verify and check tasks, accepts or rejects.
    Acceptor,
    /// 监督员: on the street with a 城管通; reports, verifies, checks, mends small things.
    Supervisor,
    /// 值班长: files, voids, closes, decides returns.
    DutyLeader,
    /// 派遣员: dispatches and passes results on to the check.
    Dispatcher,
    /// 专业部门: signs for, handles, asks for return.
    Department,
    /// 督查、领导: sees everything, urges, instructs.
    Inspector,
    /// 系统管理员: users, dictionaries, calendar; no case work.
    Admin,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 7] = [
        Self::Acceptor,
        Self::Supervisor,
        Self::DutyLeader,
        Self::Dispatcher,
        Self::Department,
        Self::Inspector,
        Self::Admin,
    ];

    /// Name in the text table and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Acceptor => "acceptor",
            Self::Supervisor => "supervisor",
            Self::DutyLeader => "duty_leader",
            Self::Dispatcher => "dispatcher",
            Self::Department => "department",
            Self::Inspector => "inspector",
            Self::Admin => "admin",
        }
    }
}

/// Code of a department, as the office's own list has it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeptCode(pub String);

/// Number of a patrol officer.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OfficerId(pub String);

/// A professional department that cases are dispatched to.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Department {
    /// Its code.
    pub code: DeptCode,
    /// Its name as shown.
    pub name: String,
    /// Classes it answers for: four-digit class codes or two-digit majors, with kind prefix (`C0101`, `E03`).
    pub duties: Vec<String>,
    /// Telephone of its duty desk.
    pub phone: String,
}

/// A patrol officer (监督员 with a 城管通) and the last that is known of him or her.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Officer {
    /// Number on the badge.
    pub id: OfficerId,
    /// Name as shown.
    pub name: String,
    /// Account name, if the officer has one.
    pub user: Option<UserId>,
    /// Work telephone.
    pub phone: String,
    /// On duty now.
    pub on_duty: bool,
    /// Last known position.
    pub fix: Option<Fix>,
}

/// A position report of a terminal.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Fix {
    /// Where.
    pub at: LonLat,
    /// When it was taken.
    pub time: Timestamp,
    /// Direction of movement, degrees clockwise from north.
    pub heading_degrees: Option<f32>,
    /// Radius within which the position is believed to be right, metres.
    pub accuracy_m: f32,
}

/// An account as rules see it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct User {
    /// Login name.
    pub id: UserId,
    /// Name as shown.
    pub name: String,
    /// Roles held.
    pub roles: BTreeSet<Role>,
    /// Streets whose cases the account may see and work on.
    pub streets: BTreeSet<StreetCode>,
    /// The department the account belongs to, for [`Role::Department`].
    pub dept: Option<DeptCode>,
    /// The officer the account belongs to, for [`Role::Supervisor`].
    pub officer: Option<OfficerId>,
}

/// Who did an act, in which role.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Actor {
    /// Login name.
    pub user: UserId,
    /// Name as shown at the time of the act.
    pub name: String,
    /// The role in which it was done.
    pub role: Role,
    /// Set when a seat recorded what somebody else said by telephone or radio: the department or officer who
    /// really acted (代录).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<OnBehalfOf>,
}

/// The one on whose word an act was recorded.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnBehalfOf {
    /// A department told the result or the return by telephone.
    Department(DeptCode),
    /// An officer told what he or she found by radio.
    Officer(OfficerId),
}

impl OnBehalfOf {
    /// Code of the department or number of the officer.
    pub fn code(&self) -> &str {
        match self {
            Self::Department(dept) => &dept.0,
            Self::Officer(officer) => &officer.0,
        }
    }
}
