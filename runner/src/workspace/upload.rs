//! Uploads: written beside the place where they shall be, and named in one step once they are whole.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;

use rustix::fs::{AtFlags, FileType, Mode, OFlags, RenameFlags, Stat};
use rustix::io::Errno;

use super::{FileError, Workspace, tree};
use crate::{fence, secret};

/// Uploads at once.
pub const UPLOADS: usize = 8;

/// Uploads that are under way, by the names of what they are written to.
pub(super) type Parts = BTreeMap<Vec<u8>, Coming>;

/// What an upload will take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Coming {
    /// The bytes that it will have.
    bytes: u64,
    /// The bytes of what it replaces, if it replaces anything.
    replaced: Option<u64>,
}

/// An upload that is under way. When it is dropped before its end, nothing of it is left.
#[derive(Debug)]
pub struct Upload {
    workspace: Workspace,
    parent: OwnedFd,
    /// What it is called before it is whole.
    part: String,
    name: Vec<u8>,
    over: bool,
    file: Option<File>,
    /// While it goes on, no other runner resets the workspace.
    busy: Option<File>,
}

impl Upload {
    pub(super) fn begin(
        workspace: &Workspace,
        busy: Option<File>,
        (parent, name): (OwnedFd, &[u8]),
        bytes: u64,
        over: bool,
    ) -> Result<Self, FileError> {
        let replaced = match rustix::fs::statat(&parent, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(status) if fence::file_type(&status) == FileType::Directory => {
                return Err(FileError::IsFolder);
            }
            Ok(_) if !over => return Err(FileError::Exists),
            Ok(status) => Some(status),
            Err(Errno::NOENT) => None,
            Err(error) => return Err(error.into()),
        };
        let file_of = |status: &Stat| fence::file_type(status) == FileType::RegularFile;
        let old_file = replaced.filter(file_of);
        let random = secret::random().map_err(|error| io::Error::other(error.to_string()))?;
        let part = format!(".pipeyard-upload-{random}");
        let mut upload = Self {
            workspace: workspace.clone(),
            parent,
            part,
            name: name.to_owned(),
            over,
            file: None,
            busy,
        };
        // Its end gives the room back.
        let size = |file: Stat| u64::try_from(file.st_size).unwrap_or_default();
        let replaced = replaced.map(|_| old_file.map_or(0, size));
        take_room(workspace, &upload.part, Coming { bytes, replaced })?;
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mode = Mode::from_raw_mode(0o666);
        let file = rustix::fs::openat(&upload.parent, &upload.part, flags, mode)?;
        if let Some(old) = old_file {
            let permissions = Mode::RWXU | Mode::RWXG | Mode::RWXO;
            rustix::fs::fchmod(&file, Mode::from_raw_mode(old.st_mode) & permissions)?;
        }
        upload.file = Some(file.into());
        Ok(upload)
    }

    /// The file that is to be written, once.
    ///
    /// # Errors
    /// When it was taken already.
    pub fn file(&mut self) -> io::Result<File> {
        let taken = || io::Error::other("an upload is written once");
        self.file.take().ok_or_else(taken)
    }

    /// Gives the file its name: it was written to its end.
    ///
    /// # Errors
    /// [`FileError::Exists`] where it was not to replace anything, and others.
    pub fn finish(self) -> Result<(), FileError> {
        let named = if self.over {
            rustix::fs::renameat(&self.parent, &self.part, &self.parent, &self.name)
        } else {
            self.name_new()
        };
        match named {
            // A directory has come meanwhile.
            Err(Errno::ISDIR | Errno::NOTEMPTY) => Err(FileError::IsFolder),
            done => Ok(done?),
        }
    }

    /// In one step, so that nothing that comes in between is replaced.
    fn name_new(&self) -> rustix::io::Result<()> {
        let (from, to) = (&self.parent, &self.parent);
        let flags = RenameFlags::NOREPLACE;
        match rustix::fs::renameat_with(from, &self.part, to, &self.name, flags) {
            // Not every file system can do that; a second name does the same.
            Err(Errno::INVAL | Errno::NOSYS) => {
                rustix::fs::linkat(from, &self.part, to, &self.name, AtFlags::empty())
            }
            done => done,
        }
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // It is not there when it has its name.
        let _ = rustix::fs::unlinkat(&self.parent, &self.part, AtFlags::empty());
        // First, so that nothing is in the way of a reset once this is no upload any more.
        self.busy = None;
        self.workspace.parts().remove(self.part.as_bytes());
    }
}

/// Room for a file that is not written yet, beside all that are there or under way.
fn take_room(workspace: &Workspace, part: &str, coming: Coming) -> Result<(), FileError> {
    let bounds = workspace.0.bounds;
    if coming.bytes > bounds.upload_bytes {
        return Err(FileError::UploadBytes(bounds.upload_bytes));
    }
    let parts = {
        let mut parts = workspace.parts();
        if parts.len() >= UPLOADS {
            return Err(FileError::TooManyUploads);
        }
        parts.insert(part.as_bytes().to_vec(), coming);
        // Counting takes a while, and nobody has to wait for it.
        parts.clone()
    };
    let used = tree::read(&workspace.root()?, &parts, &bounds)?.used;
    let sum = |of: fn(&Coming) -> u64| parts.values().map(of).fold(0, u64::saturating_add);
    let bytes = used.bytes.saturating_add(sum(|coming| coming.bytes));
    let replaced = sum(|coming| coming.replaced.unwrap_or_default());
    if bytes.saturating_sub(replaced) > bounds.workspace_bytes {
        return Err(FileError::WorkspaceBytes(bounds.workspace_bytes));
    }
    let new = sum(|coming| u64::from(coming.replaced.is_none()));
    if new > 0 && used.files.saturating_add(new) > bounds.workspace_files {
        return Err(FileError::WorkspaceFiles(bounds.workspace_files));
    }
    Ok(())
}
