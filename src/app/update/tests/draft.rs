use super::desk::*;
use crate::app::state::{Link, Severity};
use crate::app::{Action, Completion, DraftEdit, Effect};
use crate::base::LonLat;
use crate::domain::case::command::{Channel, Kind};
use crate::domain::code::ComponentCode;

#[test]
fn every_edit_is_kept_and_nothing_is_kept_twice() {
    let mut desk = Desk::manned();
    desk.effects.clear();
    desk.edit(DraftEdit::Text("楼下私搭".into()));
    desk.edit(DraftEdit::Text("楼下私搭".into()));
    let kept: Vec<_> = desk.effects.iter().filter(|effect| matches!(effect, Effect::KeepDraft(_))).collect();
    let [Effect::KeepDraft(kept)] = kept[..] else { panic!("{kept:?}") };
    assert_eq!(kept.text, "楼下私搭");
}

#[test]
fn class_and_place_are_looked_up_and_what_is_missing_is_named() {
    let mut desk = Desk::manned();
    assert_eq!(desk.state.draft.missing, ["text", "class", "condition", "place"]);
    desk.edit(DraftEdit::ClassQuery("私搭".into()));
    assert_eq!(desk.state.draft.class_hits.first(), Some(&event_class()));
    desk.edit(DraftEdit::Class(event_class()));
    assert!(desk.state.draft.class_hits.is_empty());
    desk.edit(DraftEdit::Condition("no such condition".into()));
    assert_eq!(desk.worst_notice(), Some(Severity::Warning));
    desk.edit(DraftEdit::Condition(condition(&event_class())));
    desk.edit(DraftEdit::PlaceQuery("鲁谷路3号".into()));
    assert_eq!(desk.state.draft.place_hits[0].label, "鲁谷路3号");
    desk.edit(DraftEdit::PlaceHit(0));
    let place = desk.state.draft.place.clone().unwrap();
    assert_eq!(place.grid.as_str(), format!("{STREET}001001"));
    assert_eq!(desk.state.map.reveal_wanted, Some(place.at));
    desk.edit(DraftEdit::Text("  ".into()));
    desk.edit(DraftEdit::WantsReply(true));
    assert_eq!(desk.state.draft.missing, ["phone", "text"]);
    desk.edit(DraftEdit::CallerPhone("13800000000".into()));
    desk.edit(DraftEdit::Text("私搭".into()));
    assert!(desk.state.draft.missing.is_empty());
    desk.edit(DraftEdit::PlaceHit(5));
    assert!(desk.state.draft.place.is_some(), "a hit that is not there changes nothing");
}

#[test]
fn a_point_outside_the_street_is_refused_in_words() {
    let mut desk = Desk::manned();
    for at in [LonLat::new(116.3, 39.9), LonLat::new(f64::NAN, 39.9), LonLat::new(400.0, 99.0)] {
        desk.state.notices.clear();
        desk.edit(DraftEdit::PlacePoint(at));
        assert_eq!(desk.state.draft.place, None);
        assert_eq!(desk.worst_notice(), Some(Severity::Warning));
    }
}

#[test]
fn words_typed_describe_a_point_unless_they_name_another_place() {
    let mut desk = Desk::manned();
    desk.edit(DraftEdit::PlacePoint(door(3)));
    assert_eq!(desk.state.draft.place.as_ref().unwrap().address, "鲁谷路3号");
    desk.edit(DraftEdit::PlaceQuery("鲁谷路3号门前大树下".into()));
    assert_eq!(desk.state.draft.place.as_ref().unwrap().address, "鲁谷路3号门前大树下");
    // A name that is only like what was typed is proposed, and takes no chosen point away.
    desk.edit(DraftEdit::PlaceQuery("鲁古路9号".into()));
    assert_eq!(desk.state.draft.place_hits.first().map(|hit| hit.at), Some(door(9)));
    assert_eq!(desk.state.draft.place.as_ref().map(|place| place.at), Some(door(3)));
    desk.edit(DraftEdit::PlaceQuery("鲁谷路9号".into()));
    assert_eq!(desk.state.draft.place, None, "that is 250 m away");
    // Words that the gazetteer does not know stay with a point chosen after them.
    desk.edit(DraftEdit::PlaceQuery("老槐树底下".into()));
    desk.edit(DraftEdit::PlacePoint(door(2)));
    assert_eq!(desk.state.draft.place.as_ref().unwrap().address, "老槐树底下");
    desk.edit(DraftEdit::PlaceQuery(String::new()));
    assert_eq!(desk.state.draft.place, None);
}

#[test]
fn a_component_brings_its_class_and_place() {
    let mut desk = Desk::manned();
    desk.edit(DraftEdit::Component(Some(ComponentCode::new(LAMP).unwrap())));
    let draft = &desk.state.draft;
    assert_eq!(draft.class, Some(class(Kind::Component, "0103")));
    assert!(draft.place.as_ref().is_some_and(|place| place.grid.as_str().ends_with("002")));
    desk.edit(DraftEdit::Class(event_class()));
    assert_eq!(desk.state.draft.component, None, "an event has no component");
}

#[test]
fn a_likely_duplicate_has_to_be_looked_at_first() {
    let mut desk = Desk::manned();
    let first = desk.report("私搭棚子", 4);
    let near = LonLat::new(door(4).lon + 0.0002, door(4).lat);
    desk.fill("又是私搭", 4);
    desk.edit(DraftEdit::PlacePoint(near));
    let found = desk.state.draft.duplicates.clone();
    assert_eq!(found.len(), 1);
    assert!(found[0].case == first && found[0].same_class && (15.0..20.0).contains(&found[0].distance_m));
    desk.act(Action::SubmitDraft { confirmed: false });
    assert!(desk.state.draft.confirm_wanted && desk.commits().is_empty());
    desk.edit(DraftEdit::Text("不是一回事".into()));
    assert!(!desk.state.draft.confirm_wanted, "another text is another question");
    desk.act(Action::SubmitDraft { confirmed: true });
    assert_eq!(desk.save().len(), 1);
    // Too far, too old, or void: no duplicate.
    desk.fill("私搭", 6);
    assert!(desk.state.draft.duplicates.is_empty());
    desk.tick(8 * 24 * 60);
    desk.edit(DraftEdit::PlacePoint(near));
    assert!(desk.state.draft.duplicates.is_empty());
}

#[test]
fn components_have_to_be_within_three_metres_to_be_one() {
    let mut desk = Desk::manned();
    let lamp = class(Kind::Component, "0103");
    let fill = |desk: &mut Desk, east: f64| {
        desk.edit(DraftEdit::Text("井盖松动".into()));
        desk.edit(DraftEdit::Class(lamp.clone()));
        desk.edit(DraftEdit::Condition(condition(&lamp)));
        desk.edit(DraftEdit::PlacePoint(LonLat::new(116.2071 + east, 39.9011)));
    };
    fill(&mut desk, 0.0);
    desk.act(Action::SubmitDraft { confirmed: false });
    desk.save();
    fill(&mut desk, 0.0001);
    assert_eq!((desk.state.draft.duplicates.len(), desk.state.draft.likely_duplicates().count()), (1, 0));
    fill(&mut desk, 0.00002);
    assert_eq!(desk.state.draft.likely_duplicates().count(), 1);
}

#[test]
fn sending_is_saved_first_and_a_failed_save_keeps_all() {
    let mut desk = Desk::manned();
    desk.fill("私搭", 1);
    desk.edit(DraftEdit::Channel(Channel::Web));
    desk.act(Action::SubmitDraft { confirmed: false });
    assert!(desk.state.draft.saving.is_some());
    assert!(desk.state.cases.view.is_empty(), "not shown before it is saved");
    desk.act(Action::SubmitDraft { confirmed: false });
    desk.edit(DraftEdit::Text("改".into()));
    let commits = desk.commits();
    assert_eq!(commits.len(), 1, "sent once");
    desk.told(Completion::SaveFailed { command: Box::new(commits[0].clone()), why: "store.error.disk_full".into() });
    assert_eq!(desk.state.draft.text, "私搭");
    assert_eq!(desk.state.draft.saving, None);
    assert_eq!(desk.worst_notice(), Some(Severity::Error));
    assert!(desk.state.sync.store_failed.as_ref().unwrap().contains("磁盘"));
    desk.act(Action::SubmitDraft { confirmed: false });
    desk.save();
    assert_eq!(desk.state.sync.store_failed, None);
    assert!(desk.state.draft.is_blank() && desk.state.draft.channel == Some(Channel::Hotline));
    assert_eq!(desk.state.selected, desk.state.cases.view.keys().next().copied());
    assert!(matches!(desk.effects.last(), Some(Effect::KeepDraft(draft)) if draft.is_blank()));
    desk.check();
}

#[test]
fn nothing_is_sent_that_is_not_whole_or_by_nobody() {
    let mut desk = Desk::open();
    desk.fill("私搭", 1);
    desk.act(Action::SubmitDraft { confirmed: true });
    assert!(desk.commits().is_empty(), "nobody is logged in");
    desk.enter(leader());
    desk.act(Action::SubmitDraft { confirmed: true });
    assert!(desk.commits().is_empty(), "a duty leader takes no calls");
    desk.enter(dispatcher());
    desk.edit(DraftEdit::Text(String::new()));
    desk.act(Action::SubmitDraft { confirmed: true });
    assert!(desk.commits().is_empty());
    assert_eq!(desk.state.draft.missing, ["text"]);
}

#[test]
fn a_draft_comes_back_but_not_one_whose_report_was_saved() {
    let mut desk = Desk::manned();
    desk.fill("私搭", 1);
    let draft = desk.state.draft.clone();
    desk.act(Action::SubmitDraft { confirmed: true });
    let command = desk.commits().remove(0);
    let open = |pending| {
        let mut again = Desk::starting();
        again.edit(DraftEdit::Text("太早".into()));
        assert_eq!(again.state.draft.text, "", "nothing is taken down before the profile is open");
        again.told(Completion::Opened {
            cases: Vec::new(),
            pending,
            inbox: Vec::new(),
            draft: Some(Box::new(draft.clone())),
            settings: Default::default(),
            reference: None,
        });
        assert_eq!(again.state.sync.link, Link::Starting);
        again.check();
        again.state.draft
    };
    assert_eq!(open(Vec::new()).text, "私搭");
    assert!(open(vec![(1, at(0), command)]).is_blank());
}
