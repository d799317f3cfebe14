//! How much of what all share one learner has taken: a number in a file, so that it outlives the runner.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// One learner's share of the store of short links.
#[derive(Debug)]
pub struct LinkShare {
    file: PathBuf,
    most: u64,
    turn: Mutex<()>,
}

impl LinkShare {
    /// A share of so many bytes, of which this file tells how many are taken.
    pub fn new(file: PathBuf, most: u64) -> Self {
        let turn = Mutex::new(());
        Self { file, most, turn }
    }

    /// Takes so many bytes of it, and says whether there were as many. Waits for the disk.
    ///
    /// # Errors
    /// The system's.
    pub fn take(&self, bytes: u64) -> io::Result<bool> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = match fs::read_to_string(&self.file) {
            // Whatever else is there is none of ours, and counts as all of it.
            Ok(text) => text.trim().parse().unwrap_or(self.most),
            Err(error) if error.kind() == ErrorKind::NotFound => 0,
            Err(error) => return Err(error),
        };
        let taken: u64 = bytes.saturating_add(taken);
        if taken > self.most {
            return Ok(false);
        }
        let part = self.file.with_extension("part");
        fs::write(&part, taken.to_string())?;
        fs::rename(&part, &self.file)?;
        Ok(true)
    }

    /// All of it.
    pub fn most(&self) -> u64 {
        self.most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_stays_taken() {
        let folder = tempfile::tempdir().expect("a directory");
        let file = folder.path().join("links");
        let share = || LinkShare::new(file.clone(), 10);
        assert!(share().take(4).expect("taken") && share().take(6).expect("taken"));
        assert!(!share().take(1).expect("nothing is left"));
        fs::write(&file, "nonsense").expect("writable");
        assert!(!share().take(1).expect("nothing is left"));
    }
}
