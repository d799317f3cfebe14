//! Folders that programs may change at any moment: looked through and removed by descriptors that are open, so that nobody
//! can put a link in the way, and without a bound on how deep they are.

mod open;
mod remove;
mod walk;

use std::ffi::CString;
use std::io;
use std::os::fd::AsFd;

use rustix::fs::{Dir, Stat};

pub use open::{Locks, open};
pub use remove::{Remover, Unremoved};
pub use walk::{Walk, Walked};

/// Folders within each other of which each is kept open: those further in are found again by `..`, or brought up.
pub const DEEPEST: usize = 64;
/// What the disk may hold for a file beyond twice its length, before that counts in place of its length: file systems
/// take a little ahead by themselves.
const AHEAD: u64 = 64 << 10;

/// Names in a folder, in no order, and so many at most.
///
/// # Errors
/// The system's.
pub fn names(folder: impl AsFd, most: usize) -> io::Result<Vec<CString>> {
    let mut names = Vec::new();
    for entry in Dir::read_from(folder)? {
        if names.len() == most {
            break;
        }
        let name = entry?.file_name().to_owned();
        if name.as_bytes() != b"." && name.as_bytes() != b".." {
            names.push(name);
        }
    }
    Ok(names)
}

/// The bytes that a file takes: its length, or what the disk holds for it, where that is much more. No length tells what
/// was reserved behind a file's end (`FALLOC_FL_KEEP_SIZE` in fallocate(2)), nor does a limit on the length of files bound it.
pub fn bytes(file: &Stat) -> u64 {
    let length = u64::try_from(file.st_size).unwrap_or_default();
    let held = u64::try_from(file.st_blocks).unwrap_or_default();
    let held = held.saturating_mul(512);
    match held > length.saturating_mul(2).saturating_add(AHEAD) {
        true => held,
        false => length,
    }
}

#[cfg(test)]
mod tests;
