//! Short links: what is behind the `#` of a link, kept in a SQLite file by a name made of its content.
//!
//! The same fragment always has the same name, in every store. The file is opened when it is first needed, and opened anew
//! after an error: whatever is the matter with it, the server goes on. Runners that share a file take turns.

mod name;

use std::fs::{DirBuilder, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, TransactionBehavior, params};
use tokio::sync::Mutex;

pub use name::{LONGEST_NAME, SHORTEST_NAME};

/// What a link is counted besides its fragment.
pub const ROW_BYTES: u64 = 100;
/// How long another runner may hold the file before we give up.
const TURN_TIME: Duration = Duration::from_secs(2);
/// The form of the file: SQLite's `user_version`.
const FILE_VERSION: i64 = 1;
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// Where short links are kept, and how much of them.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// The file.
    pub file: PathBuf,
    /// What all may have together.
    pub bytes: u64,
    /// For how many days after it was last asked to be kept; without end when absent.
    pub days: Option<u32>,
}

/// A store of links. Clones are the same one.
#[derive(Clone, Debug)]
pub struct Store {
    bounds: Arc<Bounds>,
    /// One caller at a time, on one blocking thread.
    connection: Arc<Mutex<Option<Connection>>>,
}

/// Why a link is not kept or not found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// The limit `links-bytes` is reached.
    Full {
        /// What may be kept in all.
        most: u64,
    },
    /// Another program holds the file for too long.
    Held,
    /// The file is no store, or is damaged.
    Damaged,
    /// A newer Pipeyard wrote it.
    Newer,
    /// It cannot be read or written; what the system says.
    Unusable(String),
}

impl Store {
    /// A store in this file, which need not be there.
    pub fn new(bounds: Bounds) -> Self {
        Self {
            bounds: Arc::new(bounds),
            connection: Arc::default(),
        }
    }

    /// What it may keep.
    pub fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    /// Keeps a fragment, which is known to be good, and gives its name. One that is kept already begins its time anew.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep(&self, fragment: String) -> Result<String, StoreError> {
        let bounds = self.bounds.clone();
        self.with(true, move |connection| {
            keep(connection, &bounds, &fragment, now())
        })
        .await?
        .ok_or(StoreError::Damaged)
    }

    /// The fragment of this name, if it is kept.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find(&self, name: String) -> Result<Option<String>, StoreError> {
        if !name::is_name(&name) {
            return Ok(None);
        }
        let bounds = self.bounds.clone();
        let found = self.with(false, move |connection| {
            find(connection, &bounds, &name, now())
        });
        Ok(found.await?.flatten())
    }

    /// Does something with the file off the reactor; nothing where there is none, and it is not to be made.
    async fn with<T: Send + 'static>(
        &self,
        make: bool,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<Option<T>, StoreError> {
        let mut kept = self.connection.clone().lock_owned().await;
        let bounds = self.bounds.clone();
        let done = tokio::task::spawn_blocking(move || {
            let mut connection = match kept.take() {
                // Somebody may have taken the file away.
                Some(connection) if bounds.file.exists() => connection,
                _ if make || bounds.file.exists() => open(&bounds.file)?,
                _ => return Ok(None),
            };
            let done = work(&mut connection)?;
            *kept = Some(connection);
            Ok(Some(done))
        });
        let done = done.await;
        done.unwrap_or_else(|error| Err(StoreError::Unusable(error.to_string())))
    }
}

fn open(file: &Path) -> Result<Connection, StoreError> {
    if file.as_os_str() == ":memory:" {
        let reason = "short links are kept in a file, and `:memory:` is none".to_owned();
        return Err(StoreError::Unusable(reason));
    }
    let unusable =
        |error: std::io::Error| StoreError::Unusable(format!("{}: {error}", file.display()));
    // SQLite takes some relative names for something else than files.
    let file = &std::path::absolute(file).map_err(unusable)?;
    if let Some(folder) = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        // Links are as private as the chains in them.
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(|error| StoreError::Unusable(format!("{}: {error}", folder.display())))?;
    }
    // SQLite would make it for all to read. Its journals are as the file is.
    let new = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file);
    match new {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(unusable(error)),
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(TURN_TIME)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    let version = version(&connection)?;
    if version > FILE_VERSION {
        return Err(StoreError::Newer);
    }
    if version < FILE_VERSION {
        let making = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // `IF NOT EXISTS`: another runner may have been faster.
        making.execute_batch(
            "CREATE TABLE IF NOT EXISTS links (
                name TEXT NOT NULL PRIMARY KEY, fragment TEXT NOT NULL, bytes INTEGER NOT NULL, kept INTEGER NOT NULL);
             CREATE INDEX IF NOT EXISTS links_by_time ON links (kept, bytes);",
        )?;
        making.pragma_update(None, "user_version", FILE_VERSION)?;
        making.commit()?;
    }
    Ok(connection)
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

fn keep(
    connection: &mut Connection,
    bounds: &Bounds,
    fragment: &str,
    now: i64,
) -> Result<String, StoreError> {
    let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if let Some(oldest) = oldest(bounds, now) {
        change.execute("DELETE FROM links WHERE kept < ?1", [oldest])?;
    }
    for name in name::names(fragment) {
        let there = change
            .query_row(
                "SELECT fragment FROM links WHERE name = ?1",
                [&name],
                |row| row.get::<_, String>(0),
            )
            .optional()?;
        match there {
            Some(there) if there == fragment => {
                change.execute(
                    "UPDATE links SET kept = ?2 WHERE name = ?1",
                    params![name, now],
                )?;
            }
            // Two contents with the same first letters: the next name is a letter longer.
            Some(_) => continue,
            None => {
                let bytes = fragment.len() as u64 + ROW_BYTES;
                let kept: i64 =
                    change.query_row("SELECT coalesce(sum(bytes), 0) FROM links", [], |row| {
                        row.get(0)
                    })?;
                if u64::try_from(kept).unwrap_or_default() + bytes > bounds.bytes {
                    let most = bounds.bytes;
                    // What has expired is gone all the same.
                    change.commit()?;
                    return Err(StoreError::Full { most });
                }
                let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
                change.execute(
                    "INSERT INTO links (name, fragment, bytes, kept) VALUES (?1, ?2, ?3, ?4)",
                    params![name, fragment, bytes, now],
                )?;
            }
        }
        change.commit()?;
        return Ok(name);
    }
    // All of a hash's letters are taken by other contents: nobody can have done that but by hand.
    Err(StoreError::Damaged)
}

fn find(
    connection: &mut Connection,
    bounds: &Bounds,
    name: &str,
    now: i64,
) -> Result<Option<String>, StoreError> {
    let oldest = oldest(bounds, now).unwrap_or(i64::MIN);
    let found = connection
        .query_row(
            "SELECT fragment FROM links WHERE name = ?1 AND kept >= ?2",
            params![name, oldest],
            |row| row.get(0),
        )
        .optional()?;
    Ok(found)
}

/// What was kept before this has expired.
fn oldest(bounds: &Bounds, now: i64) -> Option<i64> {
    let days = bounds.days?;
    Some(now.saturating_sub(i64::from(days) * DAY_SECONDS))
}

/// Seconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    })
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Held,
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Self::Damaged,
            // A table that is not there, or not as we made it.
            Some(ErrorCode::Unknown) | None => Self::Damaged,
            Some(_) => Self::Unusable(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests;
