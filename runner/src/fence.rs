//! The fence around a workspace: paths are opened so that nothing in them leads outside.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use rustix::fs::{FileType, Mode, OFlags, ResolveFlags, Stat};
use rustix::io::Errno;

/// The directory that is fenced, as what paths are resolved from.
///
/// # Errors
/// The system's.
pub fn root(directory: &Path) -> io::Result<OwnedFd> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    Ok(rustix::fs::open(directory, flags, Mode::empty())?)
}

/// Opens a path below a directory. The kernel itself refuses every step that would lead out, so no race can slip between a
/// check and its use (openat2(2)).
///
/// # Errors
/// The system's; [`is_outside`] tells one that leads out.
pub fn open(root: impl AsFd, path: &Path, flags: OFlags, mode: Mode) -> io::Result<OwnedFd> {
    open_by(root, path, flags, mode, ResolveFlags::empty())
}

/// The same under further rules, such as that no link is followed on the way ([`ResolveFlags::NO_SYMLINKS`]).
///
/// # Errors
/// Those, and what the rules say.
pub fn open_by(
    root: impl AsFd,
    path: &Path,
    flags: OFlags,
    mode: Mode,
    rules: ResolveFlags,
) -> io::Result<OwnedFd> {
    let fence = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS | rules;
    let flags = flags | OFlags::CLOEXEC;
    Ok(rustix::fs::openat2(root, path, flags, mode, fence)?)
}

/// Whether it was refused because it leads out.
pub fn is_outside(error: &io::Error) -> bool {
    error.raw_os_error() == Some(Errno::XDEV.raw_os_error())
}

/// What a file's status says that it is.
pub fn file_type(status: &Stat) -> FileType {
    FileType::from_raw_mode(status.st_mode)
}
