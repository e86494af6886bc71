use super::desk::*;
use crate::app::state::Severity;
use crate::app::{Action, Completion};
use crate::domain::case::{Act, State};
use crate::domain::org::{DeptCode, OfficerId, OnBehalfOf, Role};

#[test]
fn an_act_is_shown_once_it_is_saved_and_stays_when_it_is_confirmed() {
    let mut desk = Desk::manned();
    let case = desk.report("私搭", 1);
    desk.step(case, accept());
    assert_eq!(desk.state_of(case), Some(State::Reported));
    let before = desk.state.cases.revision;
    desk.save();
    assert_eq!(desk.state_of(case), Some(State::Accepted));
    assert!(desk.state.cases.revision > before);
    assert_eq!(desk.state.cases.pending.len(), 2);
    desk.sync();
    assert!(desk.state.cases.pending.is_empty());
    assert_eq!(desk.state_of(case), Some(State::Accepted));
    desk.check();
}

#[test]
fn the_whole_road_is_gone_with_the_right_persons_behind_each_act() {
    let mut desk = Desk::manned();
    let case = desk.report("私搭", 1);
    desk.step(case, accept());
    desk.save();
    desk.step(case, file());
    assert!(desk.commits().is_empty(), "filing is the duty leader's");
    desk.sync();
    desk.elsewhere(&leader(), case, file());
    let steps = [
        (dispatch(), Role::Dispatcher, None),
        (sign(), Role::Dispatcher, Some(OnBehalfOf::Department(DeptCode("D01".into())))),
        (finish(), Role::Dispatcher, Some(OnBehalfOf::Department(DeptCode("D01".into())))),
        (Act::ToCheck { opinion: String::new() }, Role::Dispatcher, None),
        (Act::SendCheck { officer: OfficerId("P02".into()), opinion: String::new() }, Role::Acceptor, None),
        (pass(), Role::Acceptor, Some(OnBehalfOf::Officer(OfficerId("P02".into())))),
    ];
    for (act, role, whose) in steps {
        desk.step(case, act.clone());
        let actor = desk.state.cases.saving.last().unwrap_or_else(|| panic!("{act:?}: {:?}", desk.state.notices));
        assert_eq!((actor.command.actor.role, &actor.command.actor.on_behalf_of), (role, &whose), "{act:?}");
        desk.save();
        desk.check();
    }
    desk.sync();
    desk.step(case, Act::Close { opinion: String::new() });
    assert!(desk.commits().is_empty(), "who dispatched does not close");
    desk.elsewhere(&leader(), case, Act::Close { opinion: String::new() });
    assert_eq!(desk.state_of(case), Some(State::Closed));
    assert!(desk.state.cases.open.is_empty() && desk.state.cases.lamps.is_empty());
    desk.check();
}

#[test]
fn what_cannot_be_done_is_said_and_nothing_is_sent() {
    let mut desk = Desk::manned();
    let case = desk.report("私搭", 1);
    desk.state.notices.clear();
    desk.step(case, dispatch());
    assert!(desk.commits().is_empty());
    assert_eq!(desk.worst_notice(), Some(Severity::Warning));
    let unknown = crate::base::CaseId(uuid::Uuid::nil());
    desk.step(unknown, accept());
    desk.step(case, Act::Report(Box::new(desk.state.cases.view[&case].report.clone())));
    desk.told(Completion::Unreadable(vec![case]));
    desk.step(case, accept());
    assert!(desk.commits().is_empty());
    desk.act(Action::Logout);
    desk.step(case, accept());
    assert!(desk.commits().is_empty());
}

#[test]
fn a_key_held_too_long_does_it_once() {
    let mut desk = Desk::manned();
    let case = desk.report("私搭", 1);
    desk.state.notices.clear();
    desk.step(case, accept());
    desk.step(case, accept());
    assert!(desk.state.notices.is_empty(), "the same again is no news");
    desk.step(case, Act::Reject { reason: "重复".into() });
    assert_eq!(desk.worst_notice(), Some(Severity::Warning), "another one has to wait");
    assert_eq!(desk.commits().len(), 1);
}

#[test]
fn the_feed_may_overtake_the_disks_answer() {
    let mut desk = Desk::manned();
    desk.fill("私搭", 1);
    desk.act(Action::SubmitDraft { confirmed: true });
    let command = desk.commits().remove(0);
    let told = desk.decide(&command, &dispatcher());
    desk.told(told);
    assert!(desk.state.cases.saving.is_empty() && desk.state.draft.is_blank());
    desk.told(Completion::Saved { command: Box::new(command.clone()), device_no: 1 });
    assert!(desk.state.cases.pending.is_empty(), "it is not pending for ever");
    assert_eq!(desk.state_of(command.case_id), Some(State::Reported));
    desk.check();
}

#[test]
fn a_pending_act_that_no_longer_fits_is_told_at_once() {
    let mut desk = Desk::manned();
    let case = desk.report("私搭", 1);
    desk.sync();
    desk.step(case, accept());
    desk.save();
    desk.state.notices.clear();
    desk.elsewhere(&dispatcher(), case, Act::Reject { reason: "不属于本街道".into() });
    assert_eq!(desk.state_of(case), Some(State::NotAccepted), "the authority's order is the one shown");
    assert!(desk.state.cases.pending[0].predicted_refusal.is_some());
    assert_eq!(desk.worst_notice(), Some(Severity::Warning));
    desk.check();
}
