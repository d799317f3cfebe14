//! Starting a process by `posix_spawn(3)`.
//!
//! `std::process::Command` takes the same path for simple cases and forks (copying the page tables of
//! the whole runner) for others, and it can pass neither descriptors above 2 nor a clean signal mask.
//! Calling the C function ourselves gives all of that at the fast path's price.

use std::collections::BTreeSet;
use std::ffi::{CStr, CString};
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};
use std::ptr;

use rustix::process::Pid;

/// Duplicates that are to stay out of the way of a stage's standard descriptors are made from here up.
pub const FIRST_FREE_DESCRIPTOR: i32 = 10;

/// Everything that a new process is given.
#[derive(Debug)]
pub struct Command<'a> {
    /// An absolute path, or one relative to `directory`; never looked up.
    pub program: &'a CStr,
    /// The arguments, the program's name first.
    pub arguments: &'a [CString],
    /// The whole environment, each as `NAME=value`.
    pub environment: &'a [CString],
    /// The working directory.
    pub directory: &'a CStr,
    /// The process group to join; its own, new one if absent.
    pub group: Option<Pid>,
    /// Which descriptor becomes which number. Those not named are not
    /// passed on, as all of ours are close-on-exec.
    pub descriptors: &'a [(BorrowedFd<'a>, i32)],
}

/// Starts a process: in its group, with default SIGPIPE and an empty signal mask.
///
/// # Errors
/// What `posix_spawn(3)` reports, which includes what `chdir(2)` and `execve(2)` did.
pub fn spawn(command: &Command<'_>) -> io::Result<Pid> {
    let lifted = lift(command.descriptors)?;
    let mut actions = FileActions::new()?;
    actions.change_directory(command.directory)?;
    for (lifted, (borrowed, target)) in lifted.iter().zip(command.descriptors) {
        let source = lifted
            .as_ref()
            .map_or(borrowed.as_raw_fd(), AsRawFd::as_raw_fd);
        actions.move_descriptor(source, *target)?;
    }
    let attributes = Attributes::new(command.group)?;
    let arguments = pointers(command.arguments);
    let environment = pointers(command.environment);
    let mut pid = 0;
    // SAFETY: `program` and every pointer of the two null-terminated arrays point to C strings that
    // `command` borrows beyond this call; `actions` and `attributes` are initialised and live.
    let error = unsafe {
        libc::posix_spawn(
            &raw mut pid,
            command.program.as_ptr(),
            &raw const actions.0,
            &raw const attributes.0,
            arguments.as_ptr(),
            environment.as_ptr(),
        )
    };
    succeed(error)?;
    Pid::from_raw(pid).ok_or_else(|| io::Error::other("posix_spawn gave no process id"))
}

/// Duplicates of those descriptors that stand in the way of the targets: moving one into its place must not
/// overwrite another that is still to be moved.
fn lift(descriptors: &[(BorrowedFd<'_>, i32)]) -> io::Result<Vec<Option<OwnedFd>>> {
    let targets: BTreeSet<i32> = descriptors.iter().map(|(_, target)| *target).collect();
    // Duplicates that stand in the way themselves, kept until there is one that does not.
    let mut in_the_way = Vec::new();
    let mut lifted = Vec::with_capacity(descriptors.len());
    for (source, _) in descriptors {
        if !targets.contains(&source.as_raw_fd()) {
            lifted.push(None);
            continue;
        }
        let free = loop {
            let found = rustix::io::fcntl_dupfd_cloexec(source, FIRST_FREE_DESCRIPTOR)?;
            if !targets.contains(&found.as_raw_fd()) {
                break found;
            }
            in_the_way.push(found);
        };
        lifted.push(Some(free));
    }
    Ok(lifted)
}

fn pointers(strings: &[CString]) -> Vec<*mut libc::c_char> {
    // posix_spawn does not write to them: POSIX keeps `char *const[]` for old callers' sake.
    strings
        .iter()
        .map(|string| string.as_ptr().cast_mut())
        .chain([ptr::null_mut()])
        .collect()
}

fn succeed(error: libc::c_int) -> io::Result<()> {
    if error == 0 {
        Ok(())
    } else {
        Err(io::Error::from_raw_os_error(error))
    }
}

struct FileActions(libc::posix_spawn_file_actions_t);

impl FileActions {
    fn new() -> io::Result<Self> {
        let mut actions = MaybeUninit::uninit();
        // SAFETY: the function initialises what it is given, or reports an error.
        succeed(unsafe { libc::posix_spawn_file_actions_init(actions.as_mut_ptr()) })?;
        // SAFETY: it was initialised.
        Ok(Self(unsafe { actions.assume_init() }))
    }

    fn change_directory(&mut self, directory: &CStr) -> io::Result<()> {
        // SAFETY: initialised by `new`; the string is copied by the call.
        succeed(unsafe {
            libc::posix_spawn_file_actions_addchdir_np(&raw mut self.0, directory.as_ptr())
        })
    }

    /// `dup2` clears close-on-exec on the copy, which is what makes it the child's.
    fn move_descriptor(&mut self, source: i32, target: i32) -> io::Result<()> {
        // SAFETY: initialised by `new`.
        succeed(unsafe { libc::posix_spawn_file_actions_adddup2(&raw mut self.0, source, target) })
    }
}

impl Drop for FileActions {
    fn drop(&mut self) {
        // SAFETY: initialised by `new`, and never used again.
        unsafe { libc::posix_spawn_file_actions_destroy(&raw mut self.0) };
    }
}

struct Attributes(libc::posix_spawnattr_t);

impl Attributes {
    fn new(group: Option<Pid>) -> io::Result<Self> {
        let mut attributes = MaybeUninit::uninit();
        // SAFETY: the function initialises what it is given, or reports an error.
        succeed(unsafe { libc::posix_spawnattr_init(attributes.as_mut_ptr()) })?;
        // SAFETY: it was initialised.
        let mut attributes = Self(unsafe { attributes.assume_init() });
        let flags = libc::POSIX_SPAWN_SETPGROUP
            | libc::POSIX_SPAWN_SETSIGMASK
            | libc::POSIX_SPAWN_SETSIGDEF;
        let group = group.map_or(0, |group| group.as_raw_nonzero().get());
        // SAFETY: `attributes` is initialised, the signal sets are initialised by the first two calls
        // before they are read, and all are copied by the calls that take them.
        unsafe {
            let mut none = MaybeUninit::uninit();
            libc::sigemptyset(none.as_mut_ptr());
            let none = none.assume_init();
            let mut pipe = none;
            libc::sigaddset(&raw mut pipe, libc::SIGPIPE);
            succeed(libc::posix_spawnattr_setflags(
                &raw mut attributes.0,
                flags as libc::c_short,
            ))?;
            succeed(libc::posix_spawnattr_setpgroup(
                &raw mut attributes.0,
                group,
            ))?;
            succeed(libc::posix_spawnattr_setsigmask(
                &raw mut attributes.0,
                &raw const none,
            ))?;
            succeed(libc::posix_spawnattr_setsigdefault(
                &raw mut attributes.0,
                &raw const pipe,
            ))?;
        }
        Ok(attributes)
    }
}

impl Drop for Attributes {
    fn drop(&mut self) {
        // SAFETY: initialised by `new`, and never used again.
        unsafe { libc::posix_spawnattr_destroy(&raw mut self.0) };
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn start_and_reap() -> Duration {
        let command = Command {
            program: c"/bin/true",
            arguments: &[c"true".to_owned()],
            environment: &[],
            directory: c"/",
            group: None,
            descriptors: &[],
        };
        let began = Instant::now();
        let pid = spawn(&command).expect("true is everywhere");
        crate::system::reap(pid).expect("our own child");
        began.elapsed()
    }

    fn median(mut times: Vec<Duration>) -> Duration {
        times.sort();
        times[times.len() / 2]
    }

    /// A fork copies the page tables of the whole runner: with 1 GiB it was measured to take tens of
    /// times longer. The ratio is taken within one run, in turns, and far from both.
    #[test]
    fn starting_does_not_slow_down_with_the_runners_memory() {
        let (mut small, mut large) = (Vec::new(), Vec::new());
        for _ in 0..4 {
            small.extend((0..10).map(|_| start_and_reap()));
            let mut memory = vec![0u8; 1 << 30];
            for page in memory.chunks_mut(4096) {
                page[0] = 1;
            }
            large.extend((0..10).map(|_| start_and_reap()));
            assert_eq!(std::hint::black_box(&memory)[0], 1);
        }
        let (small, large) = (median(small), median(large));
        assert!(large < small * 5, "{small:?} became {large:?}");
    }

    #[test]
    fn a_failed_start_says_why() {
        let command = Command {
            program: c"/no/such/program",
            arguments: &[c"x".to_owned()],
            environment: &[],
            directory: c"/",
            group: None,
            descriptors: &[],
        };
        let error = spawn(&command).expect_err("it is not there");
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}
