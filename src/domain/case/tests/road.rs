use super::*;

#[test]
fn two_people_run_a_whole_case_by_telephone_and_radio() {
    let (dispatcher, leader) = (dispatcher(), leader());
    let mut desk = Desk::new();
    let road = [
        (&dispatcher, ActKind::Report, State::Reported),
        (&dispatcher, ActKind::SendVerify, State::Verifying),
        (&dispatcher, ActKind::VerifyReply, State::Verified),
        (&dispatcher, ActKind::Accept, State::Accepted),
        (&leader, ActKind::File, State::Filed),
        (&dispatcher, ActKind::Dispatch, State::Dispatched),
        (&dispatcher, ActKind::Sign, State::Handling),
        (&dispatcher, ActKind::Finish, State::Handled),
        (&dispatcher, ActKind::ToCheck, State::CheckWait),
        (&dispatcher, ActKind::SendCheck, State::Checking),
        (&dispatcher, ActKind::CheckReply, State::Checked),
        (&leader, ActKind::Close, State::Closed),
    ];
    for (number, (who, kind, state)) in road.into_iter().enumerate() {
        if let Some(case) = &desk.case {
            let open: Vec<_> = transition::open_steps(case, who).iter().map(|step| step.act).collect();
            assert!(open.contains(&kind), "{kind:?} is not among {open:?}");
        }
        desk.step(who, act(kind)).unwrap_or_else(|refusal| panic!("{kind:?}: {refusal:?}"));
        let case = desk.case();
        assert_eq!((case.state, case.seq as usize, case.records.len()), (state, number + 1, number + 1));
        desk.wait(5);
    }
    let case = desk.case();
    assert_eq!(case.number.as_ref().map(CaseNo::as_str), Some("26030400001"));
    assert_eq!((case.handled_in_time, case.ended_at), (Some(true), Some(desk.now - SignedDuration::from_mins(5))));
    assert_eq!((case.deadline, case.lamp(desk.now, &desk.calendar)), (None, Lamp::Off));
    assert!(transition::open_steps(case, &leader).is_empty() && transition::open_steps(case, &dispatcher).is_empty());
    // The record says who typed and who spoke, under the name that the account has.
    let told = |kind| case.records.iter().find(|record| record.act == kind).unwrap();
    assert_eq!(told(ActKind::Sign).actor.on_behalf_of, Some(OnBehalfOf::Department(dept())));
    assert_eq!(told(ActKind::Sign).actor.role, Role::Dispatcher);
    assert_eq!(told(ActKind::CheckReply).actor.on_behalf_of, Some(OnBehalfOf::Officer(officer())));
    assert_eq!(told(ActKind::CheckReply).answer, Some(command::Answer::Check(CheckResult::Pass)));
    assert_eq!(told(ActKind::Accept).actor.on_behalf_of, None);
    assert!(case.records.iter().all(|record| record.actor.name.ends_with("姓名")));
    assert_eq!(told(ActKind::Dispatch).receiver.as_deref(), Some("D01"));
    assert_eq!(told(ActKind::Finish).person.as_deref(), Some("张师傅"));
}

#[test]
fn people_with_a_console_act_in_their_own_name() {
    let mut desk = desk_after(&TO_HANDLING[..4]);
    let theirs = user("department1", &[Role::Department]);
    desk.own(&theirs, Role::Department, act(ActKind::Sign)).unwrap();
    desk.own(&theirs, Role::Department, act(ActKind::Finish)).unwrap();
    desk.step(&dispatcher(), act(ActKind::ToCheck)).unwrap();
    desk.step(&dispatcher(), act(ActKind::SendCheck)).unwrap();
    desk.own(&user("supervisor1", &[Role::Supervisor]), Role::Supervisor, act(ActKind::CheckReply)).unwrap();
    assert_eq!(desk.case().state, State::Checked);
}

#[test]
fn a_finding_told_by_radio_is_the_officers_and_needs_no_verification() {
    let mut desk = Desk::new();
    let who = dispatcher();
    let found = Report { channel: Channel::Patrol, caller: Caller::default(), ..report() };
    let mut command = desk.command(&who, Role::Acceptor, Act::Report(Box::new(found)));
    command.actor.on_behalf_of = Some(OnBehalfOf::Officer(officer()));
    desk.settle(&who, &command).unwrap();
    desk.step(&who, Act::Accept { verification_waived: false, opinion: String::new() }).unwrap();
    // Nobody but an officer reports by radio.
    for (channel, whose) in
        [(Channel::Hotline, OnBehalfOf::Officer(officer())), (Channel::Patrol, OnBehalfOf::Department(dept()))]
    {
        let desk = Desk::new();
        let mut command = desk.command(&who, Role::Acceptor, Act::Report(Box::new(Report { channel, ..report() })));
        command.actor.on_behalf_of = Some(whose);
        assert!(matches!(desk.decide(&who, &command), Err(Refusal::BadValue { .. })));
    }
}

#[test]
fn the_number_comes_with_the_authority() {
    let desk = desk_after(&TO_HANDLING[..2]);
    let who = leader();
    let command = desk.command(&who, Role::DutyLeader, act(ActKind::File));
    let context = Context { now: desk.now, calendar: &desk.calendar, user: &who, next_number: None };
    let predicted = decide(desk.case.as_ref(), &command, &context).unwrap();
    let case = apply(desk.case.clone(), &predicted[0]).unwrap();
    assert_eq!((case.state, case.number), (State::Filed, None));
}

#[test]
fn the_class_as_filed_replaces_the_reported_one() {
    let mut desk = desk_after(&TO_HANDLING[..2]);
    let class = ClassRef { code: ClassCode::new("0112").unwrap(), ..class() };
    let filed =
        Act::File { class: class.clone(), condition: "dirty".to_owned(), limit: limit(), opinion: String::new() };
    desk.step(&leader(), filed).unwrap();
    let report = &desk.case().report;
    assert_eq!((&report.class, report.condition.as_str()), (&class, "dirty"));
}
