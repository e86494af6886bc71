use jiff::SignedDuration;

use super::desk::*;
use crate::app::effect::Repair;
use crate::app::state::{Link, PackState, Severity};
use crate::app::{Action, Completion};
use crate::domain::case::State;

#[test]
fn the_age_of_what_is_shown_is_known_for_each_direction() {
    let mut desk = Desk::manned();
    assert_eq!(desk.state.sync.link, Link::Starting);
    let ahead = desk.now.checked_add(SignedDuration::from_secs(90)).unwrap();
    desk.told(Completion::Pulled { feed: street(), cases: vec![], retired: vec![], behind: 7, server_time: ahead });
    assert_eq!((desk.state.sync.behind[&street()], desk.state.sync.current_as_of), (7, None));
    assert_eq!(desk.state.sync.clock_offset_ms, Some(90_000));
    assert_eq!(desk.state.office_now(), ahead);
    let told = desk.pulled(&[], &[]);
    desk.told(told);
    assert_eq!(desk.state.sync.current_as_of, Some(desk.now));
    desk.told(Completion::Offline { why: "sync.error.timed_out".into() });
    let since = desk.now;
    desk.tick(5);
    desk.told(Completion::Offline { why: "sync.error.unreachable".into() });
    assert_eq!(desk.state.sync.link, Link::Offline { since }, "offline since the first silence");
    desk.told(Completion::Online { server_time: None });
    assert_eq!((desk.state.sync.link, &desk.state.sync.last_error), (Link::Online, &None));
}

#[test]
fn another_history_forgets_what_was_confirmed_and_keeps_what_was_done() {
    let mut desk = Desk::manned();
    let old = desk.report("一", 1);
    desk.sync();
    let new = desk.report("二", 3);
    let kept: Vec<_> =
        desk.state.cases.pending.iter().map(|one| (one.device_no, one.saved_at, one.command.clone())).collect();
    // The store gives back a report that the old history had confirmed, and knows nothing yet of what is on its way.
    let mut back = kept[0].clone();
    back.0 = 0;
    back.2.id = crate::base::CommandId(uuid::Uuid::from_u128(7));
    back.2.case_id = old;
    desk.step(new, accept());
    desk.told(Completion::FeedReset { feed: street(), pending: vec![back] });
    assert_eq!(desk.state.cases.pending.len(), 2, "one came back, one stayed");
    assert!(desk.state.cases.confirmed.is_empty());
    assert_eq!((desk.state_of(old), desk.state_of(new)), (Some(State::Reported), Some(State::Reported)));
    desk.save();
    assert_eq!(desk.state_of(new), Some(State::Accepted));
    desk.check();
}

#[test]
fn a_pack_makes_the_map_fit_and_the_draft_look_again() {
    let mut desk = Desk::starting();
    desk.state.map.fit_wanted = false;
    desk.told(Completion::PackProgress { features: 10 });
    assert_eq!(desk.state.pack, PackState::Loading { features: 10 });
    desk.told(Completion::PackReady(BOOKS.clone()));
    desk.told(Completion::PackProgress { features: 20 });
    assert_eq!((&desk.state.pack, desk.state.map.fit_wanted), (&PackState::Ready, true));
    let mut desk = Desk::starting();
    desk.told(Completion::PackFailed { why: "x.gpkg is damaged".into() });
    assert_eq!(desk.state.pack, PackState::Failed("x.gpkg is damaged".into()));
    assert_eq!(desk.worst_notice(), Some(Severity::Error));
}

#[test]
fn repairs_and_troubles_are_told() {
    let mut desk = Desk::manned();
    for (told, severity) in [
        (Completion::Repaired(Repair::Cache), Severity::Warning),
        (Completion::Repaired(Repair::Outbox { commands: 3, unreadable_lines: 0 }), Severity::Error),
        (Completion::Repaired(Repair::Outbox { commands: 3, unreadable_lines: 2 }), Severity::Error),
        (Completion::Trouble { why: "sync.error.too_old".into() }, Severity::Warning),
        (Completion::FeedStuck { feed: street() }, Severity::Error),
    ] {
        desk.state.notices.clear();
        desk.told(told);
        assert_eq!(desk.worst_notice(), Some(severity));
        assert!(!desk.state.notices[0].text.contains('{'), "{}", desk.state.notices[0].text);
    }
    desk.act(Action::SyncNow);
    assert!(desk.effects.contains(&crate::app::Effect::SyncNow));
}

#[test]
fn a_year_without_known_holidays_is_told_of_before_it_begins() {
    for (day, told) in [("2026-03-02T01:00:00Z", 0), ("2098-12-01T01:00:00Z", 1)] {
        let mut desk = Desk::starting();
        desk.now = day.parse().unwrap();
        desk.told(Completion::Opened {
            cases: Vec::new(),
            pending: Vec::new(),
            inbox: Vec::new(),
            draft: None,
            settings: Default::default(),
            reference: None,
        });
        assert_eq!(desk.state.notices.len(), told, "{day}");
    }
}

#[test]
fn officers_who_move_are_drawn_again() {
    let mut desk = Desk::manned();
    let before = desk.state.overlay_revision;
    desk.told(Completion::Reference(Box::new(reference())));
    assert_eq!(desk.state.overlay_revision, before);
    let mut moved = reference();
    moved.officers[0].on_duty = false;
    desk.told(Completion::Reference(Box::new(moved)));
    assert!(desk.state.overlay_revision > before);
}
