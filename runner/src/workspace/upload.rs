//! Uploads: written to a [`Part`] in the directory where they shall be, and named in one step once they are whole.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;

use rustix::fs::{AtFlags, FileType, Mode, Stat};
use rustix::io::Errno;

use super::part::Part;
use super::{FileError, Workspace, tree};
use crate::folders::Locks;
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
    /// By which its room is counted; and what its part is called, if that needs a name.
    hidden: String,
    name: Vec<u8>,
    over: bool,
    part: Option<(Part, Option<File>)>,
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
        let mut upload = Self {
            workspace: workspace.clone(),
            hidden: format!(".pipeyard-upload-{random}"),
            name: name.to_owned(),
            over,
            part: None,
            busy,
        };
        // Its end gives the room back.
        let size = |file: Stat| u64::try_from(file.st_size).unwrap_or_default();
        let replaced = replaced.map(|_| old_file.map_or(0, size));
        take_room(workspace, &upload.hidden, Coming { bytes, replaced })?;
        let (part, file) = Part::new(parent, upload.hidden.clone())?;
        if let Some(old) = old_file {
            let permissions = Mode::RWXU | Mode::RWXG | Mode::RWXO;
            rustix::fs::fchmod(&file, Mode::from_raw_mode(old.st_mode) & permissions)?;
        }
        upload.part = Some((part, Some(file)));
        Ok(upload)
    }

    /// The file that is to be written, once.
    ///
    /// # Errors
    /// When it was taken already.
    pub fn file(&mut self) -> io::Result<File> {
        let file = self.part.as_mut().and_then(|(_, file)| file.take());
        file.ok_or_else(|| io::Error::other("an upload is written once"))
    }

    /// Gives the file its name: it was written to its end.
    ///
    /// # Errors
    /// [`FileError::Exists`] where it was not to replace anything, and others.
    pub fn finish(mut self) -> Result<(), FileError> {
        let Some((part, _)) = self.part.take() else {
            return Ok(());
        };
        let named = match self.over {
            true => part.name_over(&self.name),
            false => part.name_new(&self.name),
        };
        match named {
            // A directory has come meanwhile.
            Err(Errno::ISDIR | Errno::NOTEMPTY) => Err(FileError::IsFolder),
            done => Ok(done?),
        }
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        self.part = None;
        // First, so that nothing is in the way of a reset once this is no upload any more.
        self.busy = None;
        self.workspace.parts().remove(self.hidden.as_bytes());
    }
}

/// Room for a file that is not written yet, beside all that are there or under way.
fn take_room(workspace: &Workspace, hidden: &str, coming: Coming) -> Result<(), FileError> {
    let bounds = workspace.0.bounds;
    if coming.bytes > bounds.upload_bytes {
        return Err(FileError::UploadBytes(bounds.upload_bytes));
    }
    let parts = {
        let mut parts = workspace.parts();
        if parts.len() >= UPLOADS {
            return Err(FileError::TooManyUploads);
        }
        parts.insert(hidden.as_bytes().to_vec(), coming);
        // Counting takes a while, and nobody has to wait for it.
        parts.clone()
    };
    let counted = tree::count(workspace, &parts)?;
    // A person's own may have locked folders, and is that person's.
    if !counted.is_whole && workspace.0.locks == Locks::Opened {
        return Err(FileError::WorkspaceFiles(bounds.workspace_files));
    }
    let used = counted.used;
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
