//! The look of the map as it is being edited.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::map::style::{Key, Problem, Style, Value};

/// Something done to the look of the map. Keys are paths in the style file (`kinds.rail.width`), values as they would stand
/// there: `"#RRGGBB"`, a number, `true`, a list.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "style", rename_all = "snake_case")]
pub enum StyleAction {
    /// Set an entry; the map shows it at once, the file does not have it yet.
    Set {
        /// Which.
        key: String,
        /// To what.
        value: serde_json::Value,
        /// Sets of one entry with the same number are one step to undo: a drag of a slider.
        #[serde(default)]
        gesture: Option<u64>,
    },
    /// Set an entry as it is built in.
    BuiltIn {
        /// Which.
        key: String,
    },
    /// Set all as it is built in.
    AllBuiltIn,
    /// Take back all that is not saved.
    Discard,
    /// Take back the last step.
    Undo,
    /// Do it again.
    Redo,
    /// Write what was set into the style file.
    Save,
    /// Read the style file now. It is read by itself when another program has changed it.
    Reload,
}

/// What became of reading the style file.
#[derive(Clone, PartialEq, Debug)]
pub struct StyleFile {
    /// Where it lies, as shown.
    pub path: String,
    /// Its style on top of the built-in one; the built-in one where there is no file.
    pub outcome: Result<Arc<Style>, Vec<Problem>>,
    /// A person asked for it.
    pub asked: bool,
}

/// Entries that one step changed: what stood there, and what stands there now.
type Step = Vec<(Key, Value, Value)>;

/// As many steps can be taken back.
const MOST_STEPS: usize = 200;

/// The look of the map, what of it is saved, and the way back.
#[derive(Clone, PartialEq, Debug)]
pub struct StyleState {
    /// What is shown: the file with what is set and not saved.
    pub shown: Arc<Style>,
    /// As the file has it.
    pub kept: Arc<Style>,
    /// Set and not saved.
    pub edits: BTreeMap<Key, Value>,
    /// Where the file lies.
    pub path: String,
    /// What is wrong with the file as it is now; the last good one is shown.
    pub problems: Vec<Problem>,
    /// On its way to the disk.
    pub saving: bool,
    done: Vec<Step>,
    undone: Vec<Step>,
    gesture: Option<(Key, u64)>,
}

impl Default for StyleState {
    fn default() -> Self {
        let built_in = Style::built_in();
        Self {
            shown: built_in.clone(),
            kept: built_in.clone(),
            edits: BTreeMap::new(),
            path: String::new(),
            problems: Vec::new(),
            saving: false,
            done: Vec::new(),
            undone: Vec::new(),
            gesture: None,
        }
    }
}

impl StyleState {
    /// Whether there is a step to take back.
    pub fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    /// Whether there is a step to do again.
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// Whether something is not as it is built in.
    pub fn is_own(&self) -> bool {
        self.shown.id() != Style::built_in().id()
    }

    /// What is to be written into the file: entries as built in need not stand there.
    pub fn to_save(&self) -> Vec<(Key, Option<Value>)> {
        let built_in = Style::built_in();
        let own = |key: Key, value: &Value| (built_in.get(key) != *value).then(|| value.clone());
        self.edits.iter().map(|(key, value)| (*key, own(*key, value))).collect()
    }

    fn put(&mut self, values: impl IntoIterator<Item = (Key, Value)>) {
        for (key, value) in values {
            if self.kept.get(key) == value {
                self.edits.remove(&key);
            } else {
                self.edits.insert(key, value);
            }
        }
        self.show();
    }

    fn show(&mut self) {
        self.shown = if self.edits.is_empty() {
            self.kept.clone()
        } else {
            Arc::new(self.kept.with(self.edits.iter().map(|(key, value)| (*key, value.clone()))))
        };
    }

    /// Sets entries as one step; those that stand so already are left alone.
    pub(crate) fn set(&mut self, values: Vec<(Key, Value)>, gesture: Option<u64>) {
        let step: Step = values
            .into_iter()
            .map(|(key, value)| (key, self.shown.get(key), value))
            .filter(|(_, before, after)| before != after)
            .collect();
        let Some((first, _, _)) = step.first() else { return };
        let gesture = gesture.filter(|_| step.len() == 1).map(|number| (*first, number));
        self.put(step.iter().map(|(key, _, after)| (*key, after.clone())));
        self.undone.clear();
        match self.done.last_mut() {
            Some(last) if gesture.is_some() && gesture == self.gesture => {
                for ((_, _, now), (_, _, after)) in last.iter_mut().zip(step) {
                    *now = after;
                }
            }
            _ => self.done.push(step),
        }
        self.gesture = gesture;
        if self.done.len() > MOST_STEPS {
            self.done.remove(0);
        }
    }

    /// Takes a step back; false when there is none.
    pub(crate) fn undo(&mut self) -> bool {
        let Some(step) = self.done.pop() else { return false };
        self.gesture = None;
        self.put(step.iter().map(|(key, before, _)| (*key, before.clone())));
        self.undone.push(step);
        true
    }

    /// Does a step again; false when there is none.
    pub(crate) fn redo(&mut self) -> bool {
        let Some(step) = self.undone.pop() else { return false };
        self.gesture = None;
        self.put(step.iter().map(|(key, _, after)| (*key, after.clone())));
        self.done.push(step);
        true
    }

    /// The file says this now. What is set and not saved stays set.
    pub(crate) fn take_kept(&mut self, kept: Arc<Style>) {
        self.kept = kept;
        let kept = &self.kept;
        self.edits.retain(|key, value| kept.get(*key) != *value);
        self.show();
    }
}
