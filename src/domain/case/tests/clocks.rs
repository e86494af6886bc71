use super::*;

fn left(desk: &Desk) -> Option<i64> {
    desk.case().minutes_left(desk.now, &desk.calendar)
}

fn lamp(desk: &Desk) -> Lamp {
    desk.case().lamp(desk.now, &desk.calendar)
}

#[test]
fn every_desk_has_its_minutes_and_the_disposal_its_limit() {
    let (dispatcher, leader) = (dispatcher(), leader());
    let mut desk = Desk::new();
    for (who, kind, minutes) in [
        (&dispatcher, ActKind::Report, 15),
        (&dispatcher, ActKind::SendVerify, 30),
        (&dispatcher, ActKind::VerifyReply, 15),
        (&dispatcher, ActKind::Accept, 15),
        (&leader, ActKind::File, 15),
        (&dispatcher, ActKind::Dispatch, 240),
        (&dispatcher, ActKind::Sign, 240),
        (&dispatcher, ActKind::AskReturn, 240),
        (&dispatcher, ActKind::RefuseReturn, 240),
        (&dispatcher, ActKind::Finish, 15),
        (&dispatcher, ActKind::ToCheck, 30),
        (&dispatcher, ActKind::SendCheck, 30),
        (&dispatcher, ActKind::CheckReply, 15),
    ] {
        desk.step(who, act(kind)).unwrap();
        assert_eq!(left(&desk), Some(minutes), "{kind:?}");
        assert_eq!(lamp(&desk), Lamp::Green, "{kind:?}");
    }
    desk.step(&leader, act(ActKind::Close)).unwrap();
    assert_eq!((left(&desk), lamp(&desk)), (None, Lamp::Off));
}

#[test]
fn lamps_change_at_four_fifths_and_after_the_deadline() {
    // A desk's quarter of an hour runs through the lunch break.
    let mut desk = Desk::new();
    desk.now = at("2026-03-04T12:10");
    desk.step(&dispatcher(), act(ActKind::Report)).unwrap();
    let reported = desk.now;
    for (minutes, colour) in
        [(0, Lamp::Green), (12, Lamp::Green), (13, Lamp::Yellow), (15, Lamp::Yellow), (16, Lamp::Red)]
    {
        desk.now = reported + SignedDuration::from_mins(minutes);
        assert_eq!(lamp(&desk), colour, "{minutes}");
    }
    // The disposal runs in the slots only: 4 working hours from 09:00 end at 15:00, four fifths of them at 14:12.
    let mut desk = desk_after(TO_HANDLING);
    for (time, colour) in [
        ("2026-03-04T11:59", Lamp::Green),
        ("2026-03-04T13:59", Lamp::Green),
        ("2026-03-04T14:12", Lamp::Green),
        ("2026-03-04T14:13", Lamp::Yellow),
        ("2026-03-04T15:00", Lamp::Yellow),
        ("2026-03-04T15:00:01", Lamp::Red),
        ("2026-03-07T12:00", Lamp::Red),
    ] {
        desk.now = at(time);
        assert_eq!(lamp(&desk), colour, "{time}");
    }
    desk.now = at("2026-03-04T14:59:30");
    assert_eq!(left(&desk), Some(0));
    desk.now = at("2026-03-04T15:00:30");
    assert_eq!(left(&desk), Some(-1));
}

#[test]
fn in_time_is_up_to_the_deadline_itself() {
    for (time, in_time) in [("2026-03-04T15:00", true), ("2026-03-04T15:00:01", false), ("2026-03-04T10:00", true)] {
        let mut desk = desk_after(TO_HANDLING);
        desk.now = at(time);
        desk.step(&dispatcher(), act(ActKind::Finish)).unwrap();
        assert_eq!(desk.case().handled_in_time, Some(in_time), "{time}");
        assert_eq!(desk.case().disposal_deadline, Some(at("2026-03-04T15:00")));
    }
}

#[test]
fn after_a_failed_check_the_clock_resumes_with_what_was_left() {
    let (dispatcher, leader) = (dispatcher(), leader());
    let mut desk = desk_after(TO_HANDLING);
    desk.now = at("2026-03-04T11:00");
    desk.step(&dispatcher, act(ActKind::Finish)).unwrap();
    desk.now = at("2026-03-04T17:00");
    desk.step(&dispatcher, act(ActKind::ToCheck)).unwrap();
    desk.step(&dispatcher, act(ActKind::SendCheck)).unwrap();
    let failed = Act::CheckReply { result: CheckResult::NotPass, opinion: "仍有垃圾".to_owned() };
    desk.step(&dispatcher, failed).unwrap();
    desk.step(&leader, act(ActKind::Rework)).unwrap();
    // Two of four hours were left at 11:00; from 17:00 they reach into Thursday morning.
    let case = desk.case();
    assert_eq!((case.state, case.rework_count), (State::Handling, 1));
    assert_eq!((case.deadline, case.disposal_deadline), (Some(at("2026-03-05T09:00")), Some(at("2026-03-05T09:00"))));
    assert_eq!((case.handled_at, case.handled_in_time), (None, None));
    assert_eq!(case.assignee, Some(assignee()), "the same department");
    assert_eq!(left(&desk), Some(120));
    desk.now = at("2026-03-05T08:30");
    assert_eq!(lamp(&desk), Lamp::Yellow, "seven eighths of the whole limit are used");
    // Sent back before the check it is the same, and late stays late by as much.
    desk.now = at("2026-03-05T10:00");
    desk.step(&dispatcher, act(ActKind::Finish)).unwrap();
    assert_eq!(desk.case().handled_in_time, Some(false));
    desk.now = at("2026-03-06T10:00");
    desk.step(&dispatcher, act(ActKind::SendBack)).unwrap();
    assert_eq!((left(&desk), lamp(&desk), desk.case().rework_count), (Some(-60), Lamp::Red, 1));
}

#[test]
fn an_agreed_return_takes_the_clock_back_and_a_refused_one_lets_it_run() {
    let dispatcher = dispatcher();
    let mut desk = desk_after(TO_HANDLING);
    desk.wait(60);
    desk.step(&dispatcher, act(ActKind::AskReturn)).unwrap();
    desk.step(&dispatcher, act(ActKind::RefuseReturn)).unwrap();
    assert_eq!((desk.case().deadline, left(&desk)), (Some(at("2026-03-04T15:00")), Some(180)));
    desk.step(&dispatcher, act(ActKind::AskReturn)).unwrap();
    desk.step(&dispatcher, act(ActKind::AgreeReturn)).unwrap();
    let case = desk.case();
    assert_eq!((case.state, case.return_count), (State::Filed, 1));
    assert_eq!((&case.assignee, case.dispatched_at, case.disposal_deadline), (&None, None, None));
    assert_eq!(left(&desk), Some(15));
    desk.wait(10);
    let other = Assignee { dept: DeptCode("D02".to_owned()), officer: Some(officer()) };
    desk.step(&dispatcher, Act::Dispatch { to: other.clone(), opinion: String::new() }).unwrap();
    assert_eq!((left(&desk), desk.case().assignee.clone()), (Some(240), Some(other)));
    // The officer named with the department may speak for it.
    let mut told = desk.command(&dispatcher, Role::Dispatcher, act(ActKind::Sign));
    told.actor.on_behalf_of = Some(OnBehalfOf::Officer(officer()));
    desk.settle(&dispatcher, &told).unwrap();
}
