//! From a command to what is written: the rules of `domain` applied by the one who decides. Pure.

use crate::domain::case::{Act, Case, Command, Context, Entry, Refusal, apply, decide};

/// Version of the form in which entries are written now.
pub const ENTRY_VERSION: u32 = 1;

/// Why a command has no effect.
#[derive(Debug, thiserror::Error)]
pub enum NotSettled {
    /// The rules say no.
    #[error("refused")]
    Refused(Refusal),
    /// `decide` and `apply` disagree, or an entry cannot be written: a fault of the program.
    #[error("the rules contradict each other: {0}")]
    Contradiction(&'static str),
}

/// An entry in the form in which it is kept, hashed and sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// Number within the case.
    pub case_seq: u32,
    /// Tag of the fact.
    pub kind: String,
    /// The bytes.
    pub body: String,
}

/// What a command leads to.
#[derive(Debug)]
pub struct Settled {
    /// Entries in order, at least one.
    pub entries: Vec<Written>,
    /// The case after them.
    pub case: Case,
}

/// Decides `command` and works out what is to be written.
///
/// # Errors
/// [`NotSettled::Refused`] with the reason for a person; [`NotSettled::Contradiction`] when the program is at fault.
pub fn settle(before: Option<Case>, command: &Command, context: &Context<'_>) -> Result<Settled, NotSettled> {
    // An account acts in its own name only; whose name a case's rules accept is theirs to say.
    if command.actor.user != context.user.id {
        return Err(NotSettled::Refused(Refusal::NotAllowed { needs: Vec::new() }));
    }
    let entries = decide(before.as_ref(), command, context).map_err(NotSettled::Refused)?;
    let mut case = before;
    let mut written = Vec::with_capacity(entries.len());
    for entry in &entries {
        case = apply(case, entry);
        if case.as_ref().is_none_or(|case| case.seq != entry.case_seq || case.id != entry.case_id) {
            return Err(NotSettled::Contradiction("an entry does not follow its case"));
        }
        written.push(write(entry)?);
    }
    match case {
        Some(case) if !written.is_empty() => Ok(Settled { entries: written, case }),
        _ => Err(NotSettled::Contradiction("a command without entries")),
    }
}

/// Whether the command asks for a case number.
pub fn wants_number(command: &Command) -> bool {
    matches!(command.act, Act::File { .. })
}

fn write(entry: &Entry) -> Result<Written, NotSettled> {
    let value = serde_json::to_value(&entry.fact).map_err(|_| NotSettled::Contradiction("an unwritable fact"))?;
    let kind = value.get("fact").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    let body = serde_json::to_string(entry).map_err(|_| NotSettled::Contradiction("an unwritable entry"))?;
    Ok(Written { case_seq: entry.case_seq, kind, body })
}
