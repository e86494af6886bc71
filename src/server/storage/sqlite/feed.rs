//! Commands in, events out.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use super::{Desk, accounts, parse, print, stored};
use crate::base::clock::office_time;
use crate::base::{CommandId, DeviceId, Timestamp, UserId};
use crate::domain::calendar::Calendar;
use crate::domain::case::{Case, Command, Context, Refusal};
use crate::domain::code::CaseNo;
use crate::domain::org::User;
use crate::protocol::api::{Event, FeedHead, Verdict};
use crate::protocol::chain;
use crate::server::authority::{self, ENTRY_VERSION, NotSettled, Settled};
use crate::server::storage::{Arrival, Outcome, Seed, Seeded, Slice, StorageError};

/// Decides one command in one transaction.
pub(super) fn decide(desk: &mut Desk, arrival: &Arrival) -> Result<Outcome, StorageError> {
    let transaction = desk.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let (outcome, head) = decide_in(&transaction, &desk.calendar, arrival)?;
    transaction.commit()?;
    if let (Some((feed, seq)), Some(hash)) = (&outcome.grown, head) {
        desk.note_head(feed, *seq, hash);
    }
    Ok(outcome)
}

fn decide_in(
    transaction: &Transaction<'_>,
    calendar: &Calendar,
    arrival: &Arrival,
) -> Result<(Outcome, Option<String>), StorageError> {
    let command = &arrival.command;
    let digest = hex::encode(Sha256::digest(print("command", command)?));
    if let Some(verdict) = first_verdict(transaction, command, &digest)? {
        return Ok((Outcome { verdict, grown: None }, None));
    }
    let case = load_case(transaction, command)?;
    if let Some(command_id) = missing_ground(transaction, arrival, case.as_ref())? {
        let verdict = Verdict::DependsOn { command_id };
        log(transaction, arrival, &digest, &verdict)?;
        return Ok((Outcome { verdict, grown: None }, None));
    }
    let number = if authority::wants_number(command) { Some(next_number(transaction, arrival.now)?) } else { None };
    let context = Context {
        now: arrival.now,
        calendar,
        user: &arrival.user,
        next_number: number.as_ref().map(|(no, ..)| no.clone()),
    };
    match authority::settle(case, command, &context) {
        Ok(settled) => {
            let feed = command.street.as_str();
            let (seq, hash) = append(transaction, feed, command, &settled)?;
            if let Some((_, day, last)) = number {
                let sql = "INSERT INTO number_counter (day, last) VALUES (?1, ?2)
                           ON CONFLICT (day) DO UPDATE SET last = excluded.last";
                transaction.prepare_cached(sql)?.execute(params![day, last])?;
            }
            let verdict = Verdict::Applied { seq };
            log(transaction, arrival, &digest, &verdict)?;
            Ok((Outcome { verdict, grown: Some((feed.to_owned(), seq)) }, Some(hash)))
        }
        Err(NotSettled::Refused(refusal)) => {
            let verdict = Verdict::Refused { refusal };
            log(transaction, arrival, &digest, &verdict)?;
            Ok((Outcome { verdict, grown: None }, None))
        }
        Err(fault @ NotSettled::Contradiction(_)) => Err(StorageError::Fault(fault.to_string())),
    }
}

/// The verdict that the command got when it came first. Another intent under the same id is refused and not recorded.
fn first_verdict(
    transaction: &Transaction<'_>,
    command: &Command,
    digest: &str,
) -> Result<Option<Verdict>, StorageError> {
    let known: Option<(String, String)> = transaction
        .prepare_cached("SELECT digest, verdict FROM command_log WHERE command_id = ?1")?
        .query_row([command.id.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(match known {
        None => None,
        Some((same, verdict)) if same == digest => Some(parse("verdict", &verdict)?),
        Some(_) => Some(Verdict::Refused { refusal: Refusal::BadValue { field: "command_id".to_owned() } }),
    })
}

/// The refused command on which this one builds: one of the same push, or an earlier one of the same device and case
/// when this command counts on entries that the case does not have.
fn missing_ground(
    transaction: &Transaction<'_>,
    arrival: &Arrival,
    case: Option<&Case>,
) -> Result<Option<CommandId>, StorageError> {
    if arrival.stands_on.is_some() {
        return Ok(arrival.stands_on);
    }
    if arrival.command.based_on <= case.map_or(0, |case| case.seq) {
        return Ok(None);
    }
    let sql = "SELECT command_id FROM command_log WHERE device = ?1 AND case_id = ?2 AND refused = 1
               ORDER BY device_no DESC LIMIT 1";
    let refused: Option<String> = transaction
        .prepare_cached(sql)?
        .query_row([arrival.device.to_string(), arrival.command.case_id.to_string()], |row| row.get(0))
        .optional()?;
    Ok(refused.and_then(|id| id.parse().ok()))
}

fn load_case(transaction: &Transaction<'_>, command: &Command) -> Result<Option<Case>, StorageError> {
    let body: Option<String> = transaction
        .prepare_cached("SELECT body FROM case_state WHERE case_id = ?1")?
        .query_row([command.case_id.to_string()], |row| row.get(0))
        .optional()?;
    body.map(|body| parse("case", &body)).transpose()
}

/// The next number of the office day, with the day and the count.
fn next_number(transaction: &Transaction<'_>, now: Timestamp) -> Result<(CaseNo, String, i64), StorageError> {
    let date = office_time(now).date();
    let day = format!("{:02}{:02}{:02}", date.year().rem_euclid(100), date.month(), date.day());
    let last: Option<i64> = transaction
        .prepare_cached("SELECT last FROM number_counter WHERE day = ?1")?
        .query_row([&day], |row| row.get(0))
        .optional()?;
    let last = last.unwrap_or(0) + 1;
    let number = CaseNo::new(format!("{day}{last:05}")).map_err(|error| StorageError::Fault(error.to_string()))?;
    Ok((number, day, last))
}

/// Adds the entries to the feed; answers number and hash of the last one.
fn append(
    transaction: &Transaction<'_>,
    feed: &str,
    command: &Command,
    settled: &Settled,
) -> Result<(u64, String), StorageError> {
    let mut at = head(transaction, feed)?;
    transaction
        .prepare_cached("INSERT INTO feed (feed, next, head_hash) VALUES (?1, 1, ?2) ON CONFLICT DO NOTHING")?
        .execute(params![feed, chain::genesis()])?;
    let case_id = command.case_id.to_string();
    for entry in &settled.entries {
        let seq = at.seq + 1;
        let hash = chain::link(&at.hash, feed, seq, &entry.body);
        let sql = "INSERT INTO event (feed, seq, case_id, case_seq, command_id, type, version, body, prev_hash, hash)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        transaction.prepare_cached(sql)?.execute(params![
            feed,
            stored(seq)?,
            case_id,
            entry.case_seq,
            command.id.to_string(),
            entry.kind,
            ENTRY_VERSION,
            entry.body,
            at.hash,
            hash,
        ])?;
        (at.seq, at.hash) = (seq, hash);
    }
    transaction.prepare_cached("UPDATE feed SET next = ?2, head_hash = ?3 WHERE feed = ?1")?.execute(params![
        feed,
        stored(at.seq + 1)?,
        at.hash
    ])?;
    let sql = "INSERT INTO case_state (case_id, feed, seq, body) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT (case_id) DO UPDATE SET seq = excluded.seq, body = excluded.body";
    let body = print("case", &settled.case)?;
    transaction.prepare_cached(sql)?.execute(params![case_id, feed, settled.case.seq, body])?;
    Ok((at.seq, at.hash))
}

fn log(transaction: &Transaction<'_>, arrival: &Arrival, digest: &str, verdict: &Verdict) -> Result<(), StorageError> {
    let refused = !matches!(verdict, Verdict::Applied { .. });
    let now = arrival.now.as_millisecond();
    let device = arrival.device.to_string();
    let sql = "INSERT INTO command_log
               (command_id, digest, case_id, user, device, device_no, recorded_at, verdict, refused)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    transaction.prepare_cached(sql)?.execute(params![
        arrival.command.id.to_string(),
        digest,
        arrival.command.case_id.to_string(),
        arrival.user.id.0,
        device,
        stored(arrival.device_no)?,
        now,
        print("verdict", verdict)?,
        refused,
    ])?;
    let sql = "INSERT INTO device (device, user, first_seen, last_no) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT (device) DO UPDATE SET last_no = max(last_no, excluded.last_no)";
    transaction.prepare_cached(sql)?.execute(params![device, arrival.user.id.0, now, stored(arrival.device_no)?])?;
    Ok(())
}

/// Where a feed stands. Without a replica, what is committed is as stable as it gets: `stable_seq` is the head.
pub(super) fn head(connection: &Connection, feed: &str) -> Result<FeedHead, StorageError> {
    let row: Option<(i64, String)> = connection
        .prepare_cached("SELECT next - 1, head_hash FROM feed WHERE feed = ?1")?
        .query_row([feed], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (seq, hash) = row.map_or((0, chain::genesis()), |(seq, hash)| (seq.cast_unsigned(), hash));
    Ok(FeedHead { feed: feed.to_owned(), seq, hash, stable_seq: seq })
}

/// Part of a feed.
pub(super) fn slice(connection: &Connection, feed: &str, after: u64, limit: usize) -> Result<Slice, StorageError> {
    let head = head(connection, feed)?;
    let Ok(from) = i64::try_from(after) else {
        return Ok(Slice { head, hash_at_after: None, events: Vec::new() });
    };
    let hash_at_after = if after == 0 {
        Some(chain::genesis())
    } else {
        connection
            .prepare_cached("SELECT hash FROM event WHERE feed = ?1 AND seq = ?2")?
            .query_row(params![feed, from], |row| row.get(0))
            .optional()?
    };
    let sql = "SELECT seq, type, version, prev_hash, hash, body FROM event
               WHERE feed = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![feed, from, i64::try_from(limit).unwrap_or(i64::MAX)])?;
    let mut events = Vec::new();
    while let Some(row) = rows.next()? {
        let body: String = row.get(5)?;
        events.push(Event {
            seq: row.get::<_, i64>(0)?.cast_unsigned(),
            kind: row.get(1)?,
            version: row.get(2)?,
            prev_hash: row.get(3)?,
            hash: row.get(4)?,
            body: RawValue::from_string(body).map_err(|error| StorageError::Unreadable(format!("event: {error}")))?,
        });
    }
    Ok(Slice { head, hash_at_after, events })
}

/// Fills an empty database in one transaction, by the same road that every command takes.
pub(super) fn seed(desk: &mut Desk, seed: Seed) -> Result<Seeded, StorageError> {
    let transaction = desk.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let taken: bool =
        transaction
            .query_row("SELECT EXISTS (SELECT 1 FROM account) OR EXISTS (SELECT 1 FROM event)", [], |row| row.get(0))?;
    if taken {
        return Ok(Seeded::default());
    }
    for account in &seed.accounts {
        accounts::put_in(&transaction, account)?;
    }
    accounts::put_directory(&transaction, &seed.street, &seed.directory)?;
    let people: BTreeMap<UserId, User> =
        seed.accounts.into_iter().map(|account| (account.user.id.clone(), account.user)).collect();
    let mut done = Seeded { done: true, ..Seeded::default() };
    let mut heads = BTreeMap::new();
    let device = DeviceId(uuid::Uuid::new_v4());
    for (number, command) in (1..).zip(seed.commands) {
        let Some(user) = people.get(&command.actor.user).cloned() else {
            done.refused += 1;
            continue;
        };
        let now = command.claimed_at;
        let arrival = Arrival { user, device, device_no: number, command, now, stands_on: None };
        match decide_in(&transaction, &desk.calendar, &arrival)? {
            (Outcome { grown: Some((feed, seq)), .. }, Some(hash)) => {
                done.events += 1;
                heads.insert(feed, (seq, hash));
            }
            (Outcome { verdict, .. }, _) => {
                done.refused += 1;
                tracing::debug!(?verdict, "a command of the first filling was refused");
            }
        }
    }
    transaction.commit()?;
    desk.side.heads.extend(heads);
    desk.write_side_file();
    Ok(done)
}
