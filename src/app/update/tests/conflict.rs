use super::desk::*;
use crate::app::{Action, Completion, ConflictVerb, Effect};
use crate::base::CommandId;
use crate::domain::case::command::Found;
use crate::domain::case::{Act, State};
use crate::domain::org::OfficerId;

fn answer(desk: &mut Desk, command: CommandId, verb: ConflictVerb) {
    desk.act(Action::Conflict { command, verb });
}

/// An acceptance that came too late: meanwhile an officer was sent.
fn refused() -> (Desk, crate::base::CaseId, CommandId) {
    let mut desk = Desk::manned();
    let case = desk.report("私搭", 1);
    desk.sync();
    desk.step(case, accept());
    let id = desk.save()[0];
    let send = Act::SendVerify { officer: OfficerId("P02".into()), opinion: String::new() };
    desk.elsewhere(&dispatcher(), case, send);
    desk.sync();
    (desk, case, id)
}

#[test]
fn a_refusal_stands_in_the_inbox_and_no_longer_in_the_view() {
    let (desk, case, id) = refused();
    assert!(desk.state.cases.pending.is_empty());
    assert_eq!(desk.state.inbox.iter().map(|one| one.id).collect::<Vec<_>>(), [id]);
    assert_eq!(desk.state_of(case), Some(State::Verifying));
    desk.check();
}

#[test]
fn it_is_made_again_on_the_case_as_it_is_now_and_leaves_when_that_is_saved() {
    let (mut desk, case, id) = refused();
    answer(&mut desk, id, ConflictVerb::Reapply);
    assert!(desk.commits().is_empty() && desk.state.inbox.len() == 1, "not in this state");
    let reply = Act::VerifyReply { found: Found::Exist, opinion: String::new() };
    desk.elsewhere(&dispatcher(), case, reply);
    answer(&mut desk, id, ConflictVerb::Reapply);
    answer(&mut desk, id, ConflictVerb::Reapply);
    assert_eq!(desk.state.inbox.len(), 1, "until the new one is on the disk");
    let ids = desk.save();
    assert_eq!(ids.len(), 1);
    assert_ne!(ids[0], id, "another command");
    assert!(desk.state.inbox.is_empty());
    assert!(desk.effects.contains(&Effect::SettleConflict(id)));
    assert_eq!(desk.state_of(case), Some(State::Accepted));
    desk.check();
}

#[test]
fn it_is_let_go_or_looked_at() {
    let (mut desk, case, id) = refused();
    desk.act(Action::SelectCase { case: None });
    desk.act(Action::ShowInbox { open: true });
    answer(&mut desk, id, ConflictVerb::OpenCase);
    assert_eq!((desk.state.selected, desk.state.inbox_open), (Some(case), false));
    desk.act(Action::ShowInbox { open: true });
    answer(&mut desk, id, ConflictVerb::Discard);
    assert!(desk.state.inbox.is_empty() && !desk.state.inbox_open);
    assert!(desk.effects.contains(&Effect::SettleConflict(id)));
    answer(&mut desk, id, ConflictVerb::Discard);
    answer(&mut desk, id, ConflictVerb::Reapply);
    assert!(desk.commits().is_empty(), "there is nothing left to answer");
}

#[test]
fn a_refused_report_takes_its_case_along_and_can_be_made_again() {
    let mut desk = Desk::manned();
    let case = desk.report("私搭", 1);
    desk.step(case, accept());
    desk.save();
    let commands: Vec<_> = desk.state.cases.pending.iter().map(|one| one.command.clone()).collect();
    let stranger = super::desk::user("dispatcher1", &[]);
    for command in &commands {
        let told = desk.decide(command, &stranger);
        desk.told(told);
    }
    assert_eq!(desk.state.inbox.len(), 2);
    assert_eq!((desk.state_of(case), desk.state.selected), (None, None));
    answer(&mut desk, commands[1].id, ConflictVerb::OpenCase);
    answer(&mut desk, commands[1].id, ConflictVerb::Reapply);
    assert!(desk.commits().is_empty(), "it builds on the report");
    for command in &commands {
        answer(&mut desk, command.id, ConflictVerb::Reapply);
        desk.save();
    }
    assert_eq!(desk.state_of(case), Some(State::Accepted), "the same case");
    assert!(desk.state.inbox.is_empty());
    desk.check();
}

#[test]
fn what_was_applied_after_all_leaves_by_itself() {
    let (mut desk, _, id) = refused();
    desk.told(Completion::AppliedAfterAll(id));
    assert!(desk.state.inbox.is_empty());
    desk.told(Completion::AppliedAfterAll(id));
    desk.told(Completion::Settled(id));
}
