use super::check::field;
use super::*;
use crate::domain::case::command::Answer;

fn field_of(answer: Result<(), Refusal>) -> (bool, String) {
    match answer {
        Err(Refusal::Missing { field }) => (true, field),
        Err(Refusal::BadValue { field }) => (false, field),
        other => panic!("{other:?}"),
    }
}

#[test]
fn who_dispatched_does_not_close() {
    let both = user("both", &[Role::Acceptor, Role::Dispatcher, Role::DutyLeader]);
    let mut desk = Desk::new();
    let road = [
        ActKind::Report,
        ActKind::Accept,
        ActKind::File,
        ActKind::Dispatch,
        ActKind::Sign,
        ActKind::Finish,
        ActKind::ToCheck,
        ActKind::SendCheck,
        ActKind::CheckReply,
    ];
    for kind in road {
        desk.step(&both, act(kind)).unwrap();
    }
    let refused = desk.step(&both, act(ActKind::Close));
    assert_eq!(refused, Err(Refusal::FourEyes { dispatched_by: "both 姓名".to_owned() }));
    assert!(transition::open_steps(desk.case(), &both).is_empty());
    desk.step(&leader(), act(ActKind::Close)).unwrap();
}

#[test]
fn only_the_streets_of_an_account() {
    let mut desk = Desk::new();
    let stranger = User { streets: [StreetCode::new("110107002").unwrap()].into(), ..dispatcher() };
    assert_eq!(desk.own(&stranger, Role::Acceptor, act(ActKind::Report)), Err(Refusal::WrongStreet));
    // A case stays in the street of its cell, whatever feed the command names.
    let mut desk = desk_after(&[ActKind::Report]);
    let wide = User { streets: [street(), StreetCode::new("110107002").unwrap()].into(), ..dispatcher() };
    let mut command = desk.command(&wide, Role::Acceptor, act(ActKind::Accept));
    command.street = StreetCode::new("110107002").unwrap();
    assert_eq!(desk.settle(&wide, &command), Err(Refusal::WrongStreet));
    assert!(transition::open_steps(desk.case(), &stranger).is_empty());
    let mut command = Desk::new().command(&wide, Role::Acceptor, act(ActKind::Report));
    command.street = StreetCode::new("110107002").unwrap();
    assert_eq!(field_of(Desk::new().settle(&wide, &command)), (false, field::GRID_CODE.to_owned()));
}

#[test]
fn only_in_ones_own_name_and_role() {
    let mut desk = desk_after(&[ActKind::Report]);
    let mut command = desk.command(&dispatcher(), Role::Acceptor, act(ActKind::Accept));
    command.actor.user = UserId::from("somebody else");
    assert_eq!(desk.settle(&dispatcher(), &command), Err(Refusal::NotAllowed { needs: Vec::new() }));
    let claimed = desk.own(&leader(), Role::Acceptor, act(ActKind::Accept));
    assert_eq!(claimed, Err(Refusal::NotAllowed { needs: vec![Role::Acceptor] }));
    let wrong = desk.own(&dispatcher(), Role::Dispatcher, act(ActKind::Accept));
    assert_eq!(wrong, Err(Refusal::NotAllowed { needs: vec![Role::Acceptor] }));
}

#[test]
fn recording_for_others_names_the_right_one() {
    let who = dispatcher();
    let mut desk = desk_after(&TO_HANDLING[..4]);
    let told = |desk: &Desk, role, kind, whose| {
        let mut command = desk.command(&who, role, act(kind));
        command.actor.on_behalf_of = whose;
        command
    };
    let other = OnBehalfOf::Department(DeptCode("D99".to_owned()));
    let command = told(&desk, Role::Dispatcher, ActKind::Sign, Some(other));
    let turn = Refusal::NotYours { whose: OnBehalfOf::Department(dept()) };
    assert_eq!(desk.settle(&who, &command), Err(turn.clone()));
    let command = told(&desk, Role::Dispatcher, ActKind::Sign, None);
    assert_eq!(field_of(desk.settle(&who, &command)), (true, field::ON_BEHALF_OF.to_owned()));
    let command = told(&desk, Role::Acceptor, ActKind::Sign, Some(OnBehalfOf::Department(dept())));
    assert_eq!(desk.settle(&who, &command), Err(Refusal::NotAllowed { needs: vec![Role::Dispatcher] }));
    // Another department's account, and what nobody may record for another.
    let theirs = User { dept: Some(DeptCode("D99".to_owned())), ..user("department9", &[Role::Department]) };
    assert_eq!(desk.own(&theirs, Role::Department, act(ActKind::Sign)), Err(turn));
    assert!(transition::open_steps(desk.case(), &theirs).is_empty());
    let filed = desk_after(&TO_HANDLING[..3]);
    let command = told(&filed, Role::Dispatcher, ActKind::Dispatch, Some(OnBehalfOf::Department(dept())));
    assert_eq!(filed.decide(&who, &command), Err(Refusal::BadValue { field: field::ON_BEHALF_OF.to_owned() }));
}

#[test]
fn a_public_report_is_verified_or_it_is_said_why_not() {
    let who = dispatcher();
    let accept = |waived, opinion: &str| Act::Accept { verification_waived: waived, opinion: opinion.to_owned() };
    let mut desk = desk_after(&[ActKind::Report]);
    assert_eq!(field_of(desk.step(&who, accept(false, "属实"))), (true, field::VERIFY_RESULT.to_owned()));
    assert_eq!(field_of(desk.step(&who, accept(true, " "))), (true, field::OPINION.to_owned()));
    let verified = |found| {
        let mut desk = desk_after(&[ActKind::Report, ActKind::SendVerify]);
        desk.step(&who, Act::VerifyReply { found, opinion: String::new() }).unwrap();
        desk
    };
    verified(Found::Exist).step(&who, accept(false, "")).unwrap();
    let refused = Refusal::AnswerForbids { act: ActKind::Accept, answer: Answer::Verify(Found::NotExist) };
    assert_eq!(verified(Found::NotExist).step(&who, accept(true, "仍然受理")), Err(refused));
    verified(Found::NotExist).step(&who, act(ActKind::Reject)).unwrap();
    assert_eq!(field_of(verified(Found::Unable).step(&who, accept(false, ""))), (true, field::OPINION.to_owned()));
    verified(Found::Unable).step(&who, accept(false, "照片清楚，人工判定属实")).unwrap();
}

#[test]
fn the_answer_of_the_check_leads_one_way() {
    for (result, only) in [
        (CheckResult::Pass, ActKind::Close),
        (CheckResult::NotPass, ActKind::Rework),
        (CheckResult::Unable, ActKind::Recheck),
    ] {
        let mut desk = desk_after(TO_HANDLING);
        for kind in [ActKind::Finish, ActKind::ToCheck, ActKind::SendCheck] {
            desk.step(&dispatcher(), act(kind)).unwrap();
        }
        desk.step(&dispatcher(), Act::CheckReply { result, opinion: String::new() }).unwrap();
        let open: Vec<_> = transition::open_steps(desk.case(), &leader()).iter().map(|step| step.act).collect();
        assert_eq!(open, [only]);
        for kind in [ActKind::Close, ActKind::Rework, ActKind::Recheck] {
            let command = desk.command(&leader(), Role::DutyLeader, act(kind));
            let expected = Refusal::AnswerForbids { act: kind, answer: Answer::Check(result) };
            let answer = desk.decide(&leader(), &command);
            assert_eq!(answer.err(), (kind != only).then_some(expected), "{result:?} {kind:?}");
        }
        if only == ActKind::Recheck {
            desk.step(&leader(), act(only)).unwrap();
            desk.step(&dispatcher(), act(ActKind::SendCheck)).unwrap();
            assert_eq!(desk.case().check, None, "a new check begins without an answer");
        }
    }
}

#[test]
fn a_case_that_moved_on_is_shown_before_it_is_decided_again() {
    let who = dispatcher();
    let stale = |desk: &Desk, based_on, kind| {
        let mut command = desk.command(&who, Role::Acceptor, act(kind));
        command.based_on = based_on;
        desk.decide(&who, &command).map(|_| ())
    };
    let mut desk = desk_after(&[ActKind::Report, ActKind::SendVerify]);
    let by = "dispatcher1 姓名".to_owned();
    // The same again; something else that is over; something that is still possible, but not unseen.
    let at = desk.now;
    assert_eq!(stale(&desk, 1, ActKind::SendVerify), Err(Refusal::AlreadyDone { by: by.clone(), at }));
    let moved = Refusal::StateMoved { state: State::Verifying, case_seq: 2, by: by.clone(), at };
    assert_eq!(stale(&desk, 1, ActKind::Accept), Err(moved));
    desk.wait(5);
    desk.step(&who, act(ActKind::VerifyReply)).unwrap();
    let moved = Refusal::StateMoved { state: State::Verified, case_seq: 3, by, at: desk.now };
    assert_eq!(stale(&desk, 1, ActKind::Accept), Err(moved.clone()));
    assert_eq!(stale(&desk, 9, ActKind::Accept), Err(moved), "more seen than there is");
    assert_eq!(stale(&desk, 3, ActKind::File).unwrap_err(), Refusal::NotAllowed { needs: vec![Role::DutyLeader] });
    let not_here = Refusal::NotInState { act: ActKind::SendVerify, state: State::Verified };
    assert_eq!(stale(&desk, 3, ActKind::SendVerify), Err(not_here));
}

#[test]
fn a_loop_is_no_standing_still_and_a_signature_harms_nobody() {
    let who = dispatcher();
    // Dispatched, returned, dispatched again: who still looks at the first dispatch decides about another department.
    let mut desk = desk_after(&TO_HANDLING[..4]);
    for kind in [ActKind::AskReturn, ActKind::AgreeReturn] {
        desk.step(&who, act(kind)).unwrap();
    }
    let mut again = desk.command(&who, Role::Dispatcher, act(ActKind::Dispatch));
    again.based_on = 3;
    assert!(matches!(desk.decide(&who, &again), Err(Refusal::StateMoved { state: State::Filed, .. })));
    // A return asked for by somebody who has not seen the signature.
    let desk = desk_after(TO_HANDLING);
    let mut command = desk.command(&who, Role::Dispatcher, act(ActKind::AskReturn));
    command.based_on = 4;
    command.actor.on_behalf_of = Some(OnBehalfOf::Department(dept()));
    assert!(desk.decide(&who, &command).is_ok());
    command.based_on = 3;
    assert!(matches!(desk.decide(&who, &command), Err(Refusal::StateMoved { .. })));
}

#[test]
fn reports_are_looked_at_field_by_field() {
    let who = dispatcher();
    let long = |letters: usize| "长".repeat(letters);
    type Change = Box<dyn Fn(&mut Report)>;
    let good: Vec<Change> = vec![
        Box::new(|report| report.text = "长".repeat(2000)),
        Box::new(|report| report.caller = Caller::default()),
        Box::new(|report| report.caller.phone = "(010) 6887-0000#12".to_owned()),
        Box::new(|report| report.place.address = String::new()),
        Box::new(|report| report.text = "一行\n两行\t三".to_owned()),
    ];
    for change in good {
        let mut report = report();
        change(&mut report);
        Desk::new().own(&who, Role::Acceptor, Act::Report(Box::new(report))).unwrap();
    }
    let bad: Vec<(bool, &str, Change)> = vec![
        (true, field::DESCRIPTION, Box::new(|report| report.text = " \n".to_owned())),
        (false, field::DESCRIPTION, Box::new(move |report| report.text = long(2001))),
        (false, field::DESCRIPTION, Box::new(|report| report.text = "a\u{0}b".to_owned())),
        (false, field::ADDRESS, Box::new(|report| report.place.address = "长".repeat(201))),
        (false, field::REPORTER, Box::new(|report| report.caller.name = "长".repeat(51))),
        (false, field::PHONE, Box::new(|report| report.caller.phone = "一三八".to_owned())),
        (false, field::PHONE, Box::new(|report| report.caller.phone = "1".repeat(33))),
        (true, field::PHONE, Box::new(|report| report.caller.phone = String::new())),
        (true, field::CLASS_CODE, Box::new(|report| report.class.scheme = String::new())),
        (true, field::CONDITION, Box::new(|report| report.condition = String::new())),
        (false, field::CONDITION, Box::new(|report| report.condition = "缺失".to_owned())),
        (false, field::COORDINATES, Box::new(|report| report.place.at.lon = f64::NAN)),
        (false, field::COORDINATES, Box::new(|report| report.place.at = LonLat::new(39.9, 116.2))),
        (false, field::COORDINATES, Box::new(|report| report.place.at = LonLat::default())),
        (
            false,
            field::GRID_CODE,
            Box::new(|report| {
                report.place.grid = GridCode::new("110107001001001").unwrap();
            }),
        ),
        (
            false,
            field::COMP_CODE,
            Box::new(|report| {
                report.component = Some(crate::domain::code::ComponentCode::new("1101080101000001").unwrap());
            }),
        ),
    ];
    for (missing, name, change) in bad {
        let mut report = report();
        change(&mut report);
        let answer = Desk::new().own(&who, Role::Acceptor, Act::Report(Box::new(report)));
        assert_eq!(field_of(answer), (missing, name.to_owned()));
    }
    let desk = desk_after(&[ActKind::Report]);
    let again = desk.command(&who, Role::Acceptor, act(ActKind::Report));
    assert_eq!(desk.decide(&who, &again), Err(Refusal::CaseExists));
    let unknown = Desk::new().command(&who, Role::Acceptor, act(ActKind::Accept));
    assert_eq!(Desk::new().decide(&who, &unknown), Err(Refusal::UnknownCase));
}

#[test]
fn reasons_are_required_and_limits_have_to_be_some() {
    for kind in [
        ActKind::Reject,
        ActKind::Void,
        ActKind::AskReturn,
        ActKind::RefuseReturn,
        ActKind::Finish,
        ActKind::SendBack,
        ActKind::Rework,
        ActKind::Recheck,
    ] {
        for text in ["", " \t\n"] {
            let mut command = Desk::new().command(&dispatcher(), Role::Acceptor, act(kind));
            let text = text.to_owned();
            command.act = match kind {
                ActKind::Reject => Act::Reject { reason: text },
                ActKind::Void => Act::Void { reason: text },
                ActKind::AskReturn => Act::AskReturn { reason: text },
                ActKind::RefuseReturn => Act::RefuseReturn { opinion: text },
                ActKind::Finish => Act::Finish { result: text, person: String::new() },
                ActKind::SendBack => Act::SendBack { reason: text },
                ActKind::Rework => Act::Rework { reason: text },
                _ => Act::Recheck { reason: text },
            };
            assert!(matches!(check::check_act(&command), Err(Refusal::Missing { .. })), "{kind:?}");
        }
    }
    for value in [f64::NAN, f64::INFINITY, -1.0, 0.0, 1000.5] {
        let mut desk = desk_after(&TO_HANDLING[..2]);
        let Act::File { class, condition, opinion, .. } = act(ActKind::File) else { unreachable!() };
        let limit = Limit { value, unit: LimitUnit::WorkDay };
        let answer = desk.step(&leader(), Act::File { class, condition, limit, opinion });
        assert_eq!(field_of(answer), (false, field::LIMIT.to_owned()), "{value}");
    }
}
