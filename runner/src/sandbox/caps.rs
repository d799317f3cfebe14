//! What a sandbox may use, as limits that the kernel keeps (`setrlimit(2)`).

use std::ffi::OsString;
use std::io;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The bounds of one sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    /// Processes and threads in it at once.
    pub processes: u64,
    /// Bytes of memory: of each process's address space, and of what all of them hold.
    pub memory: u64,
    /// Bytes of a file that a process writes.
    pub file_bytes: u64,
    /// Processor time of a process.
    pub cpu_time: Duration,
    /// Descriptors of a process.
    pub open_files: u64,
    /// Bytes in `/tmp`, and as many in `/dev/shm`.
    pub tmp_bytes: u64,
}

impl Default for Caps {
    fn default() -> Self {
        Self {
            processes: 512,
            memory: 1 << 30,
            file_bytes: 1 << 30,
            cpu_time: Duration::from_secs(10 * 60),
            open_files: 1_024,
            tmp_bytes: 64 << 20,
        }
    }
}

impl Caps {
    /// The limits as arguments of the agent.
    pub(super) fn to_arguments(self) -> Vec<String> {
        self.values().map(|(_, value)| value.to_string()).to_vec()
    }

    /// Sets such limits for this process and all that it starts.
    ///
    /// # Errors
    /// When the arguments are none, or the system's.
    pub(super) fn keep(arguments: &[OsString]) -> io::Result<()> {
        let resources = Self::default().values().map(|(resource, _)| resource);
        if arguments.len() != resources.len() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        for (resource, argument) in resources.into_iter().zip(arguments) {
            let value = argument.to_str().and_then(|value| value.parse().ok());
            let most: u64 = value.ok_or(io::ErrorKind::InvalidInput)?;
            // What is less already cannot be raised.
            let most = getrlimit(resource)
                .maximum
                .map_or(most, |less| most.min(less));
            let limit = Rlimit {
                current: Some(most),
                maximum: Some(most),
            };
            setrlimit(resource, limit)?;
        }
        Ok(())
    }

    fn values(self) -> [(Resource, u64); 6] {
        [
            (Resource::Nproc, self.processes),
            (Resource::As, self.memory),
            (Resource::Fsize, self.file_bytes),
            (Resource::Cpu, self.cpu_time.as_secs().max(1)),
            (Resource::Nofile, self.open_files),
            (Resource::Core, 0),
        ]
    }
}
