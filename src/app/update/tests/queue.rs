use super::desk::*;
use crate::app::Action;
use crate::app::state::{QueueFilter, Seat};
use crate::domain::case::command::Found;
use crate::domain::case::{Act, Lamp};
use crate::domain::org::OfficerId;

fn filter(desk: &mut Desk, filter: QueueFilter) -> Vec<crate::base::CaseId> {
    desk.act(Action::FilterQueue { filter });
    desk.check();
    desk.state.queue.rows.clone()
}

#[test]
fn each_seat_has_its_own_and_each_filter_its_share() {
    let mut desk = Desk::manned();
    let reported = desk.report("一", 1);
    let accepted = desk.report("二", 3);
    desk.step(accepted, accept());
    desk.save();
    let rejected = desk.report("三", 5);
    desk.step(rejected, Act::Reject { reason: "不属实".into() });
    desk.save();
    let seat = |desk: &mut Desk, seat| {
        desk.act(Action::SelectSeat { seat });
        filter(desk, QueueFilter::Mine)
    };
    assert_eq!(seat(&mut desk, Seat::CallCentre), [reported]);
    assert_eq!(seat(&mut desk, Seat::Supervision), [accepted]);
    assert_eq!(seat(&mut desk, Seat::Command), []);
    assert_eq!(filter(&mut desk, QueueFilter::Open).len(), 2);
    assert_eq!(filter(&mut desk, QueueFilter::Ended), [rejected]);
    assert_eq!(filter(&mut desk, QueueFilter::Late), []);
    desk.tick(24 * 60);
    assert_eq!(filter(&mut desk, QueueFilter::Late).len(), 2);
}

#[test]
fn what_is_nearest_to_being_late_is_on_top_and_lamps_change_in_steps() {
    let mut desk = Desk::manned();
    let first = desk.report("一", 1);
    desk.tick(10);
    let second = desk.report("二", 3);
    assert_eq!(filter(&mut desk, QueueFilter::Open), [first, second]);
    assert_eq!(desk.state.cases.lamps[&first], Lamp::Green);
    let still = (desk.state.cases.revision, desk.state.overlay_revision);
    desk.tick(0);
    desk.tick(1);
    assert_eq!((desk.state.cases.revision, desk.state.overlay_revision), still, "a minute alone is no change");
    desk.tick(2);
    assert_eq!(desk.state.cases.lamps[&first], Lamp::Yellow, "13 of 15 minutes");
    assert!(desk.state.overlay_revision > still.1);
    desk.tick(3);
    assert_eq!((desk.state.cases.lamps[&first], desk.state.cases.lamps[&second]), (Lamp::Red, Lamp::Green));
    // Sent to be verified, the first one has a new clock of thirty minutes.
    desk.step(first, Act::SendVerify { officer: OfficerId("P02".into()), opinion: String::new() });
    desk.save();
    assert_eq!(desk.state.queue.rows, [second, first]);
    desk.step(first, Act::VerifyReply { found: Found::Exist, opinion: String::new() });
    desk.save();
    desk.check();
}

#[test]
fn search_finds_by_number_address_text_class_and_caller() {
    let mut desk = Desk::manned();
    desk.edit(crate::app::DraftEdit::CallerPhone("13812345678".into()));
    let shed = desk.report("铁皮棚子", 1);
    let wall = desk.report("砌墙", 3);
    desk.step(wall, accept());
    desk.save();
    desk.sync();
    desk.elsewhere(&leader(), wall, file());
    filter(&mut desk, QueueFilter::Open);
    let number = desk.state.cases.view[&wall].number.clone().unwrap().to_string();
    let mut search = |text: &str| {
        desk.act(Action::SearchQueue { text: text.into() });
        desk.check();
        desk.state.queue.rows.clone()
    };
    assert_eq!(search("棚子"), [shed]);
    assert_eq!(search("鲁谷路3号 砌墙"), [wall]);
    assert_eq!(search(&number), [wall]);
    assert_eq!(search("１３８１２３４５６７８"), [shed]);
    assert_eq!(search("138"), []);
    assert_eq!(search("私搭乱建").len(), 2);
    assert_eq!(search("").len(), 2);
}

#[test]
fn stepping_goes_on_from_a_case_that_has_left() {
    let mut desk = Desk::manned();
    desk.act(Action::SelectSeat { seat: Seat::CallCentre });
    let cases: Vec<_> = (1..=4)
        .map(|number| {
            desk.tick(1);
            desk.report("案", number * 2)
        })
        .collect();
    let step = |desk: &mut Desk, by| {
        desk.act(Action::StepCase { by });
        desk.check();
        desk.state.selected
    };
    desk.act(Action::SelectCase { case: None });
    assert_eq!(step(&mut desk, 1), Some(cases[0]));
    assert_eq!(desk.state.map.reveal_wanted, Some(desk.state.cases.view[&cases[0]].report.place.at));
    assert_eq!(step(&mut desk, 1), Some(cases[1]));
    desk.step(cases[1], accept());
    desk.save();
    assert_eq!(desk.state.selected, Some(cases[1]), "the case stays in hand");
    assert_eq!(step(&mut desk, 1), Some(cases[2]), "down goes to the row that took its place");
    assert_eq!(step(&mut desk, i32::MAX), Some(cases[3]));
    assert_eq!(step(&mut desk, i32::MIN), Some(cases[0]));
    desk.act(Action::SelectCase { case: None });
    assert_eq!(step(&mut desk, -1), Some(cases[3]));
    desk.act(Action::FilterQueue { filter: QueueFilter::Ended });
    assert_eq!(step(&mut desk, 1), Some(cases[3]), "an empty queue changes nothing");
}
