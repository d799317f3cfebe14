//! Why something cannot be done with a file.

use std::io;

use pipeyard_shared::id::RunId;
use rustix::io::Errno;

use crate::fence;
use crate::folders::Unremoved;

/// Why a file is not listed, given, taken or removed.
#[derive(Debug)]
pub enum FileError {
    /// It is no path of a file: empty, with `..`, from the root on, too long, or with a NUL.
    BadPath,
    /// Nothing has this name.
    Nothing,
    /// A link on the way leads out of the workspace.
    Outside,
    /// It is a directory.
    IsFolder,
    /// It is neither a file nor a directory.
    NotOrdinary,
    /// The directory that it would be in is not there.
    NoFolder,
    /// The directory has something in it.
    NotEmpty,
    /// There is something of this name.
    Exists,
    /// The limit `upload-bytes`.
    UploadBytes(u64),
    /// The limit `workspace-bytes`.
    WorkspaceBytes(u64),
    /// The limit `workspace-files`.
    WorkspaceFiles(u64),
    /// The limit [`super::UPLOADS`].
    TooManyUploads,
    /// Whoever sends an upload has stopped before its end.
    CutOff,
    /// A reset has to wait for the uploads that are under way.
    Uploading,
    /// A reset has to wait for this run.
    Running(RunId),
    /// A reset has to wait for what goes on in another runner.
    Elsewhere,
    /// Another runner has been resetting the workspace for too long.
    Resetting,
    /// Files come faster than a reset takes them away.
    Restless,
    /// Nobody resets a directory that somebody has named.
    NotOurs,
    /// What the system says.
    System(io::Error),
}

impl FileError {
    /// The name of the limit that is reached, if it is one.
    pub fn limit(&self) -> Option<&'static str> {
        match self {
            Self::UploadBytes(_) => Some("upload-bytes"),
            Self::WorkspaceBytes(_) => Some("workspace-bytes"),
            Self::WorkspaceFiles(_) => Some("workspace-files"),
            Self::TooManyUploads => Some("uploads"),
            _ => None,
        }
    }
}

impl From<io::Error> for FileError {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind;
        let number = error.raw_os_error();
        match error.kind() {
            _ if fence::is_outside(&error) => Self::Outside,
            _ if number == Some(Errno::NAMETOOLONG.raw_os_error()) => Self::BadPath,
            // A named pipe that nobody reads, a socket, a device without a driver.
            _ if number == Some(Errno::NXIO.raw_os_error()) => Self::NotOrdinary,
            // A link that leads to itself leads to nothing.
            _ if number == Some(Errno::LOOP.raw_os_error()) => Self::Nothing,
            ErrorKind::NotFound | ErrorKind::NotADirectory => Self::Nothing,
            ErrorKind::IsADirectory => Self::IsFolder,
            ErrorKind::AlreadyExists => Self::Exists,
            _ => Self::System(error),
        }
    }
}

impl From<Errno> for FileError {
    fn from(error: Errno) -> Self {
        io::Error::from(error).into()
    }
}

impl From<Unremoved> for FileError {
    fn from(error: Unremoved) -> Self {
        match error {
            Unremoved::Restless => Self::Restless,
            Unremoved::Failed(error) => error.into(),
        }
    }
}
