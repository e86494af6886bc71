//! People, sessions, failed logins, the audit log, and the directory of departments and officers.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

use super::{parse, print};
use crate::base::{Timestamp, UserId};
use crate::domain::code::StreetCode;
use crate::server::storage::{Account, AuditLine, Directory, LoginState, Session, StorageError};

/// Failed logins in a row that lock a name.
const MOST_FAILURES: i64 = 5;
/// How long a name stays locked after its last failure, milliseconds.
const LOCK_MS: i64 = 15 * 60 * 1000;

pub(super) fn put(connection: &mut Connection, account: &Account) -> Result<(), StorageError> {
    let transaction = connection.transaction()?;
    put_in(&transaction, account)?;
    transaction.commit()?;
    Ok(())
}

pub(super) fn put_in(transaction: &Transaction<'_>, account: &Account) -> Result<(), StorageError> {
    let user = &account.user.id.0;
    let sql = "INSERT INTO account (user, body, password) VALUES (?1, ?2, ?3)
               ON CONFLICT (user) DO UPDATE SET body = excluded.body, password = excluded.password";
    transaction.execute(sql, params![user, print("account", &account.user)?, account.password])?;
    transaction.execute("DELETE FROM session WHERE user = ?1", [user])?;
    transaction.execute("DELETE FROM login_failure WHERE user = ?1", [user])?;
    Ok(())
}

pub(super) fn count(connection: &Connection) -> Result<u64, StorageError> {
    let sql = "SELECT count(*) FROM account WHERE password IS NOT NULL";
    Ok(connection.query_row(sql, [], |row| row.get::<_, i64>(0))?.cast_unsigned())
}

pub(super) fn login_state(connection: &Connection, user: &UserId, now: Timestamp) -> Result<LoginState, StorageError> {
    let row: Option<(String, Option<String>)> = connection
        .query_row("SELECT body, password FROM account WHERE user = ?1", [&user.0], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let account = match row {
        Some((body, password)) => Some(Account { user: parse("account", &body)?, password }),
        None => None,
    };
    let sql = "SELECT last_at FROM login_failure WHERE user = ?1 AND failures >= ?2";
    let last_at: Option<i64> =
        connection.query_row(sql, params![user.0, MOST_FAILURES], |row| row.get(0)).optional()?;
    let locked_until = last_at
        .and_then(|last_at| Timestamp::from_millisecond(last_at.saturating_add(LOCK_MS)).ok())
        .filter(|until| *until > now);
    Ok(LoginState { account, locked_until })
}

pub(super) fn login_failed(connection: &mut Connection, user: &UserId, now: Timestamp) -> Result<(), StorageError> {
    let now = now.as_millisecond();
    let transaction = connection.transaction()?;
    // Failures that no longer count are forgotten, so that made-up names do not fill the table.
    transaction.execute("DELETE FROM login_failure WHERE last_at < ?1", [now.saturating_sub(LOCK_MS)])?;
    let sql = "INSERT INTO login_failure (user, failures, last_at) VALUES (?1, 1, ?2)
               ON CONFLICT (user) DO UPDATE SET failures = failures + 1, last_at = excluded.last_at";
    transaction.execute(sql, params![user.0, now])?;
    transaction.commit()?;
    Ok(())
}

pub(super) fn open_session(
    connection: &mut Connection,
    token_hash: &str,
    session: &Session,
    now: Timestamp,
) -> Result<(), StorageError> {
    let user = &session.user.id.0;
    let transaction = connection.transaction()?;
    transaction.execute("DELETE FROM session WHERE expires_at <= ?1", [now.as_millisecond()])?;
    transaction.execute("DELETE FROM login_failure WHERE user = ?1", [user])?;
    let sql = "INSERT INTO session (token_hash, user, device, opened_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)";
    let device = session.device.to_string();
    let expires_at = session.expires_at.as_millisecond();
    transaction.execute(sql, params![token_hash, user, device, now.as_millisecond(), expires_at])?;
    transaction.commit()?;
    Ok(())
}

pub(super) fn session(
    connection: &Connection,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<Session>, StorageError> {
    let sql = "SELECT account.body, session.device, session.expires_at
               FROM session JOIN account USING (user)
               WHERE token_hash = ?1 AND expires_at > ?2 AND account.password IS NOT NULL";
    let row: Option<(String, String, i64)> = connection
        .prepare_cached(sql)?
        .query_row(params![token_hash, now.as_millisecond()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((body, device, expires_at)) = row else { return Ok(None) };
    Ok(Some(Session {
        user: parse("account", &body)?,
        device: device.parse().map_err(|_| StorageError::Unreadable(format!("device {device:?}")))?,
        expires_at: Timestamp::from_millisecond(expires_at)
            .map_err(|error| StorageError::Unreadable(error.to_string()))?,
    }))
}

pub(super) fn audit(connection: &Connection, line: &AuditLine) -> Result<(), StorageError> {
    let sql = "INSERT INTO audit (at, what, user, detail, request_id) VALUES (?1, ?2, ?3, ?4, ?5)";
    let user = line.user.as_ref().map(|user| user.0.escape_debug().to_string());
    connection.prepare_cached(sql)?.execute(params![
        line.at.as_millisecond(),
        line.what,
        user,
        line.detail,
        line.request_id
    ])?;
    Ok(())
}

pub(super) fn put_directory(
    transaction: &Transaction<'_>,
    street: &StreetCode,
    directory: &Directory,
) -> Result<(), StorageError> {
    for (position, department) in (0_i64..).zip(&directory.departments) {
        let sql = "INSERT INTO department (street, position, body) VALUES (?1, ?2, ?3)";
        transaction.execute(sql, params![street.as_str(), position, print("department", department)?])?;
    }
    for (position, officer) in (0_i64..).zip(&directory.officers) {
        let sql = "INSERT INTO officer (street, position, body) VALUES (?1, ?2, ?3)";
        transaction.execute(sql, params![street.as_str(), position, print("officer", officer)?])?;
    }
    Ok(())
}

pub(super) fn directory(connection: &Connection, streets: &BTreeSet<StreetCode>) -> Result<Directory, StorageError> {
    let read = |sql: &str, street: &StreetCode| -> Result<Vec<String>, rusqlite::Error> {
        connection.prepare_cached(sql)?.query_map([street.as_str()], |row| row.get(0))?.collect()
    };
    let mut directory = Directory::default();
    for street in streets {
        for body in read("SELECT body FROM department WHERE street = ?1 ORDER BY position", street)? {
            directory.departments.push(parse("department", &body)?);
        }
        for body in read("SELECT body FROM officer WHERE street = ?1 ORDER BY position", street)? {
            directory.officers.push(parse("officer", &body)?);
        }
    }
    Ok(directory)
}
