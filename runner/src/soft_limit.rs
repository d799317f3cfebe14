//! How many descriptors this process may have open (`RLIMIT_NOFILE` in setrlimit(2)).

use std::io;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The soft limit of this process (`ulimit -n`); no bound if absent.
pub fn descriptors() -> Option<u64> {
    getrlimit(Resource::Nofile).current
}

/// Raises it to the hard limit. All that is started from now on inherits that, so only who sets what is started a limit of its own
/// should do it: programs that use select(2) count on the usual 1,024.
///
/// # Errors
/// The system's.
pub fn raise() -> io::Result<()> {
    let maximum = getrlimit(Resource::Nofile).maximum;
    let limit = Rlimit {
        current: maximum,
        maximum,
    };
    Ok(setrlimit(Resource::Nofile, limit)?)
}
