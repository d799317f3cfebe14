//! Opening a folder that its owner may have no right to look into any more.

use std::ffi::CStr;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use rustix::fs::{Mode, OFlags};
use rustix::io::{Errno, Result};

/// All of a mode that can be set.
const ALL: Mode = Mode::from_raw_mode(0o7777);

/// What becomes of the rights that were taken away from a folder's owner.
///
/// Changing them is right only where the folder is the runner's to bound or to remove, as a learner's is: a `chmod 000` would hide
/// there what it likes from every count, and keep it for ever. A person's own folder is left as that person wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locks {
    /// They stay away.
    Respected,
    /// They come back, where the folder is of the runner's own user.
    Opened,
}

/// Opens a folder within another, or itself by `.`, to be read, with these rights of the owner, and follows no link. Where rights were missing
/// and are back, its mode before is told.
///
/// # Errors
/// The system's: [`Errno::ACCESS`] where it stays locked, [`Errno::LOOP`] or [`Errno::NOTDIR`] where it is none.
pub fn open(
    parent: impl AsFd,
    name: &CStr,
    locks: Locks,
    rights: Mode,
) -> Result<(OwnedFd, Option<Mode>)> {
    let folder = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let read = OFlags::RDONLY | folder;
    let opened = rustix::fs::openat(&parent, name, read, Mode::empty());
    match opened {
        Ok(opened) if locks == Locks::Opened => {
            let before = unlock(&opened, rights)?;
            Ok((opened, before))
        }
        Err(Errno::ACCESS) if locks == Locks::Opened => {
            if name == c"." {
                // Nothing is found in a locked folder, not even itself.
                return unlocked(&parent, read, rights);
            }
            // Whatever has the name now, the rights of just that are changed, and just that is opened.
            let place = rustix::fs::openat(&parent, name, OFlags::PATH | folder, Mode::empty())?;
            unlocked(&place, read, rights)
        }
        opened => Ok((opened?, None)),
    }
}

/// Gives the owner these rights to a folder, and opens it.
fn unlocked(folder: impl AsFd, flags: OFlags, rights: Mode) -> Result<(OwnedFd, Option<Mode>)> {
    let before = unlock(&folder, rights)?;
    match rustix::fs::openat(&folder, c".", flags, Mode::empty()) {
        Ok(opened) => Ok((opened, before)),
        Err(error) => {
            if let Some(before) = before {
                lock_again(&folder, rights, before);
            }
            Err(error)
        }
    }
}

/// Gives the owner these rights to a folder, if that is who we are. Where some were missing, its mode before is told.
pub(super) fn unlock(folder: impl AsFd, rights: Mode) -> Result<Option<Mode>> {
    let status = rustix::fs::fstat(&folder)?;
    let before = Mode::from_raw_mode(status.st_mode) & ALL;
    if before.contains(rights) || status.st_uid != rustix::process::geteuid().as_raw() {
        return Ok(None);
    }
    change_mode(&folder, before | rights)?;
    Ok(Some(before))
}

/// By the path that leads to it, since it may be open as a place only (`O_PATH`), of which fchmod(2) changes nothing.
fn change_mode(folder: impl AsFd, mode: Mode) -> Result<()> {
    let place = format!("/proc/self/fd/{}", folder.as_fd().as_raw_fd());
    rustix::fs::chmod(place, mode)
}

/// Takes the rights away again that [`unlock`] has given, unless somebody has changed the mode meanwhile.
pub(super) fn lock_again(folder: impl AsFd, rights: Mode, before: Mode) {
    let status = rustix::fs::fstat(&folder);
    if status.is_ok_and(|status| Mode::from_raw_mode(status.st_mode) & ALL == before | rights) {
        // It is of our user: nothing else was unlocked.
        let _ = change_mode(folder, before);
    }
}
