//! The look of the map: edits, undo, the file.

use super::Desk;
use crate::app::effect::Effect;
use crate::app::style::{StyleAction, StyleFile};
use crate::map::style::{Key, Problem, Raw, Style, Value};

impl Desk<'_> {
    pub(super) fn style(&mut self, action: StyleAction) {
        match action {
            StyleAction::Set { key, value, gesture } => {
                let Some(known) = self.style_key(&key) else { return };
                match known.read(&Raw::from(&value)) {
                    Ok(value) => self.state.map.style.set(vec![(known, value)], gesture),
                    Err(allowed) => {
                        let allowed = allowed.words(self.lang());
                        let words = self.fill("map.style.refused", &[("key", &key), ("allowed", &allowed)]);
                        self.error(words);
                    }
                }
            }
            StyleAction::BuiltIn { key } => {
                if let Some(key) = self.style_key(&key) {
                    self.state.map.style.set(vec![(key, Style::built_in().get(key))], None);
                }
            }
            StyleAction::AllBuiltIn => {
                let all = Key::all().map(|key| (key, Style::built_in().get(key))).collect();
                self.state.map.style.set(all, None);
            }
            StyleAction::Discard => {
                let style = &mut self.state.map.style;
                let kept: Vec<(Key, Value)> = style.edits.keys().map(|key| (*key, style.kept.get(*key))).collect();
                style.set(kept, None);
            }
            StyleAction::Undo => {
                if !self.state.map.style.undo() {
                    self.warn("map.style.nothing_to_undo");
                }
            }
            StyleAction::Redo => {
                if !self.state.map.style.redo() {
                    self.warn("map.style.nothing_to_redo");
                }
            }
            StyleAction::Save => {
                let style = &mut self.state.map.style;
                if !style.saving && !style.edits.is_empty() {
                    style.saving = true;
                    let set = style.to_save();
                    self.effects.push(Effect::SaveStyle(set));
                }
            }
            StyleAction::Reload => self.effects.push(Effect::ReloadStyle),
        }
    }

    fn style_key(&mut self, key: &str) -> Option<Key> {
        let known = key.parse().ok();
        if known.is_none() {
            let words = self.fill("map.style.no_such_key", &[("key", &key)]);
            self.error(words);
        }
        known
    }

    pub(super) fn style_read(&mut self, file: StyleFile) {
        let style = &mut self.state.map.style;
        style.path = file.path;
        match file.outcome {
            Ok(kept) => {
                let mended = !style.problems.is_empty();
                style.problems.clear();
                style.take_kept(kept);
                if file.asked || mended {
                    self.info("map.style.read");
                }
            }
            Err(problems) => {
                if file.asked || style.problems != problems {
                    self.style_problems(&problems);
                }
                self.state.map.style.problems = problems;
            }
        }
    }

    pub(super) fn style_saved(&mut self, outcome: Result<(), Vec<Problem>>) {
        self.state.map.style.saving = false;
        match outcome {
            Ok(()) => self.info("map.style.saved"),
            Err(problems) => {
                self.style_problems(&problems);
                self.state.map.style.problems = problems;
            }
        }
    }

    fn style_problems(&mut self, problems: &[Problem]) {
        let Some(first) = problems.first() else { return };
        let (path, first) = (self.state.map.style.path.clone(), first.words(self.lang()));
        let words = match problems.len() - 1 {
            0 => self.fill("map.style.faulty", &[("path", &path), ("first", &first)]),
            more => self.fill("map.style.faulty_more", &[("path", &path), ("first", &first), ("more", &more)]),
        };
        self.error(words);
    }
}
