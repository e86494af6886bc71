//! What holds whatever is tried.

use proptest::prelude::*;

use super::transition::{Step, open_steps};
use super::*;

fn kinds() -> impl Strategy<Value = ActKind> {
    proptest::sample::select(ActKind::ALL.to_vec())
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![4 => Just("情况属实".to_owned()), 1 => Just(String::new()), 1 => any::<String>()]
}

fn numbers() -> impl Strategy<Value = f64> {
    prop_oneof![4 => (1_u32..40).prop_map(|halves| f64::from(halves) / 2.0), 1 => any::<f64>()]
}

/// An act of a kind, with contents that are good, empty or anything at all.
fn acts(kind: ActKind) -> impl Strategy<Value = Act> {
    let results = proptest::sample::select(vec![CheckResult::Pass, CheckResult::NotPass, CheckResult::Unable]);
    let found = proptest::sample::select(vec![Found::Exist, Found::Exist, Found::NotExist, Found::Unable]);
    let channel = proptest::sample::select(Channel::ALL.to_vec());
    let place = (prop_oneof![3 => Just(116.2), 1 => any::<f64>()], prop_oneof![3 => Just(39.9), 1 => any::<f64>()]);
    (texts(), texts(), numbers(), results, found, any::<bool>(), channel, place).prop_map(
        move |(text, other, value, result, found, flag, channel, (lon, lat))| {
            let unit = LimitUnit::ALL[usize::from(flag)];
            let sent = OfficerId(if flag { "P001".to_owned() } else { text.clone() });
            match act(kind) {
                Act::Report(report) => {
                    let mut report = Report { channel, text, ..*report };
                    report.place.at = LonLat::new(lon, lat);
                    report.caller.name = other;
                    Act::Report(Box::new(report))
                }
                Act::SendVerify { .. } => Act::SendVerify { officer: sent, opinion: other },
                Act::VerifyReply { .. } => Act::VerifyReply { found, opinion: text },
                Act::Accept { .. } => Act::Accept { verification_waived: flag, opinion: text },
                Act::Reject { .. } => Act::Reject { reason: text },
                Act::File { class, condition, .. } => {
                    Act::File { class, condition, limit: Limit { value, unit }, opinion: text }
                }
                Act::Void { .. } => Act::Void { reason: text },
                Act::Dispatch { .. } => {
                    Act::Dispatch { to: Assignee { dept: dept(), officer: flag.then_some(sent) }, opinion: other }
                }
                Act::Sign { .. } => Act::Sign { opinion: text },
                Act::AskReturn { .. } => Act::AskReturn { reason: text },
                Act::AgreeReturn { .. } => Act::AgreeReturn { opinion: text },
                Act::RefuseReturn { .. } => Act::RefuseReturn { opinion: text },
                Act::Finish { .. } => Act::Finish { result: text, person: other },
                Act::ToCheck { .. } => Act::ToCheck { opinion: text },
                Act::SendBack { .. } => Act::SendBack { reason: text },
                Act::SendCheck { .. } => Act::SendCheck { officer: sent, opinion: other },
                Act::CheckReply { .. } => Act::CheckReply { result, opinion: text },
                Act::Close { .. } => Act::Close { opinion: text },
                Act::Rework { .. } => Act::Rework { reason: text },
                Act::Recheck { .. } => Act::Recheck { reason: text },
            }
        },
    )
}

/// One thing that is tried: mostly a step that is open, sometimes anything by anybody.
#[derive(Clone, Debug)]
struct Try {
    wait: i64,
    pick: usize,
    wild: bool,
    by_leader: bool,
    stale: u32,
    contents: Vec<Act>,
}

fn tries() -> impl Strategy<Value = Try> {
    let contents: Vec<_> = ActKind::ALL.iter().map(|kind| acts(*kind).boxed()).collect();
    let stale = prop_oneof![12 => Just(0_u32), 1 => 0..5_u32, 1 => any::<u32>()];
    (0_i64..4000, any::<usize>(), proptest::bool::weighted(0.2), any::<bool>(), stale, contents)
        .prop_map(|(wait, pick, wild, by_leader, stale, contents)| Try { wait, pick, wild, by_leader, stale, contents })
}

fn content(tried: &Try, kind: ActKind) -> Act {
    tried.contents.iter().find(|act| act.kind() == kind).cloned().unwrap()
}

fn everybody() -> [User; 4] {
    let [department, supervisor] = [Role::Department, Role::Supervisor].map(|role| user(role.name(), &[role]));
    [dispatcher(), leader(), department, supervisor]
}

fn check(case: &Case) -> Result<(), TestCaseError> {
    prop_assert_eq!(case.records.len(), case.seq as usize);
    prop_assert!((1..).zip(&case.records).all(|(seq, record)| record.seq == seq));
    prop_assert_eq!(case.records.last().map(|record| record.state), Some(case.state));
    prop_assert_eq!(case.state.is_open(), case.ended_at.is_none());
    prop_assert_eq!(case.state.is_open(), case.deadline.is_some());
    prop_assert_eq!(case.deadline.is_some(), case.clock_started_at.is_some());
    prop_assert_eq!(case.limit.is_some(), case.records.iter().any(|record| record.act == ActKind::File));
    prop_assert!(case.number.is_none() || case.limit.is_some(), "a number before filing");
    prop_assert!(!case.state.is_disposal() || (case.assignee.is_some() && case.disposal_deadline == case.deadline));
    prop_assert_eq!(case.handled_at.is_some(), case.handled_in_time.is_some());
    prop_assert_eq!(
        case.officer.is_some(),
        matches!(case.state, State::Verifying | State::Checking),
        "an officer is out exactly while somebody waits for the answer"
    );
    let acts = |kind| case.records.iter().filter(|record| record.act == kind).count();
    prop_assert_eq!(case.rework_count as usize, acts(ActKind::Rework));
    prop_assert_eq!(case.return_count as usize, acts(ActKind::AgreeReturn));
    if case.state == State::Closed {
        let user = |kind| case.records.iter().rev().find(|record| record.act == kind).map(|record| &record.actor.user);
        prop_assert_ne!(user(ActKind::Close), user(ActKind::Dispatch));
        prop_assert_eq!(case.check, Some(CheckResult::Pass));
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_sequence_keeps_a_case_whole(tries in proptest::collection::vec(tries(), 1..40)) {
        let mut desk = Desk::new();
        for tried in &tries {
            desk.wait(tried.wait);
            let everybody = everybody();
            let who = if tried.by_leader { &everybody[1] } else { &everybody[tried.pick % 4] };
            let open: Vec<&Step> = match &desk.case {
                Some(case) => open_steps(case, who),
                None => vec![Step::find(None, ActKind::Report).unwrap()],
            };
            let command = if tried.wild || open.is_empty() {
                let kind = ActKind::ALL[tried.pick % ActKind::ALL.len()];
                let role = Role::ALL[tried.pick % Role::ALL.len()];
                let mut command = desk.command(who, role, content(tried, kind));
                command.actor.on_behalf_of = tried.by_leader.then(|| OnBehalfOf::Department(dept()));
                command.based_on = command.based_on.wrapping_sub(tried.stale);
                command
            } else {
                let step = open[tried.pick % open.len()];
                let mut command = desk.command(who, Role::Admin, content(tried, step.act));
                if let Some(actor) = step.actor(desk.case.as_ref(), who) {
                    command.actor = actor;
                }
                command.based_on = command.based_on.wrapping_sub(tried.stale);
                command
            };
            let before = desk.case.clone();
            match desk.settle(who, &command) {
                Err(refusal) => {
                    prop_assert_eq!(&desk.case, &before);
                    // What was offered and seen as it stands is refused for its contents only.
                    if !tried.wild && !open.is_empty() && tried.stale == 0 && before.is_some() {
                        prop_assert!(
                            matches!(refusal, Refusal::Missing { .. } | Refusal::BadValue { .. }),
                            "{:?} of an open step: {:?}", command.act.kind(), refusal
                        );
                    }
                    words::refusal(crate::base::text::Lang::ZhCn, &refusal);
                }
                Ok(()) => {
                    let step = Step::find(before.as_ref().map(|case| case.state), command.act.kind());
                    prop_assert_eq!(step.map(|step| step.to), Some(desk.case().state));
                    prop_assert_eq!(desk.case().records.last().map(|record| &record.actor.user), Some(&who.id));
                    check(desk.case())?;
                }
            }
        }
        // Written, read and applied again, the entries give the same case.
        let written: Vec<String> = desk.entries.iter().map(|entry| serde_json::to_string(entry).unwrap()).collect();
        let read = written.iter().map(|text| serde_json::from_str::<Entry>(text).unwrap());
        let again = read.fold(None, |case, entry| apply(case, &entry));
        prop_assert_eq!(&again, &desk.case);
        if let Some(case) = &again {
            let text = serde_json::to_string(case).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Case>(&text).unwrap(), case);
        }
    }

    /// Entries of nowhere: out of order, in states where they mean nothing, of other cases.
    #[test]
    fn apply_takes_any_entry_in_any_state(
        facts in proptest::collection::vec((kinds(), 0_u32..4, any::<bool>(), any::<i64>()), 1..30)
    ) {
        let mut case: Option<Case> = None;
        let desk = Desk::new();
        let everywhere: Vec<Fact> = ActKind::ALL.iter().map(|kind| {
            let mut desk = Desk::new();
            let before: &[ActKind] = match kind {
                ActKind::Report => &[],
                _ => &[ActKind::Report],
            };
            for kind in before {
                desk.step(&dispatcher(), act(*kind)).unwrap();
            }
            if let Some(case) = &mut desk.case {
                let step = Step::of(*kind).next().unwrap();
                case.state = step.from.unwrap();
                case.limit = Some(limit());
                case.officer = Some(officer());
                case.assignee = Some(assignee());
                case.check = Some(match kind {
                    ActKind::Rework => CheckResult::NotPass,
                    ActKind::Recheck => CheckResult::Unable,
                    _ => CheckResult::Pass,
                });
            }
            let all = user("all", &Role::ALL);
            let mut command = desk.command(&all, Step::of(*kind).next().unwrap().roles[0], act(*kind));
            command.actor.on_behalf_of = None;
            desk.decide(&all, &command).unwrap().remove(0).fact
        }).collect();
        let id = CaseId(desk.ids.next(desk.now));
        for (kind, ahead, other, time) in facts {
            let fact = everywhere.iter().find(|fact| fact.act() == kind).unwrap().clone();
            let seq = case.as_ref().map_or(0, |case: &Case| case.seq) + ahead;
            let recorded_at = Timestamp::from_second(time % 100_000_000_000).unwrap();
            let entry = Entry {
                case_id: if other { CaseId(uuid::Uuid::nil()) } else { id },
                case_seq: seq,
                command_id: CommandId(uuid::Uuid::nil()),
                actor: Actor { user: UserId::from("x"), name: String::new(), role: Role::Admin, on_behalf_of: None },
                claimed_at: recorded_at,
                recorded_at,
                fact,
            };
            let follows = match &case {
                None => kind == ActKind::Report && seq == 1,
                Some(case) => kind != ActKind::Report && ahead == 1 && entry.case_id == case.id,
            };
            let before = case.clone();
            case = apply(case, &entry);
            prop_assert_eq!(case != before, follows);
            if let Some(case) = &case {
                prop_assert_eq!(case.records.len(), case.seq as usize);
                prop_assert_eq!(case.state.is_open(), case.ended_at.is_none());
                for now in [Timestamp::MIN, recorded_at, Timestamp::MAX] {
                    case.lamp(now, &desk.calendar);
                    case.minutes_left(now, &desk.calendar);
                }
                for who in everybody() {
                    open_steps(case, &who);
                }
            }
        }
    }
}
