//! What became of a child, with what it used.
//!
//! The system call `waitid` fills a `rusage` too (the C library's function does not pass it on), and
//! with WNOWAIT it leaves the child in place: its id, and the process group that bears it, stay taken
//! until [`reap`].

use std::io;
use std::mem::MaybeUninit;

use pipeyard_shared::ending::Usage;
use pipeyard_shared::signal::Signal;
use rustix::process::Pid;

/// How a process ended, and what it used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exit {
    /// How.
    pub how: ExitHow,
    /// What it used, its own waited-for children included.
    pub usage: Usage,
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitHow {
    /// It returned a code.
    Code(i32),
    /// A signal ended it.
    Signal {
        /// Which.
        signal: Signal,
        /// Whether it left a core file.
        core: bool,
    },
}

/// Looks at a child that may have ended and leaves it unreaped; nothing while it runs.
///
/// # Errors
/// ECHILD if it is no child of ours or was reaped.
pub fn peek_exit(child: Pid) -> io::Result<Option<Exit>> {
    wait(child, libc::WEXITED | libc::WNOHANG | libc::WNOWAIT)
}

/// Takes an ended child away; waits if it has not ended.
///
/// # Errors
/// ECHILD if it is no child of ours or was reaped.
pub fn reap(child: Pid) -> io::Result<Option<Exit>> {
    wait(child, libc::WEXITED)
}

/// Takes a child away if it has ended; nothing while it runs.
///
/// # Errors
/// ECHILD if it is no child of ours or was reaped.
pub fn reap_ended(child: Pid) -> io::Result<Option<Exit>> {
    wait(child, libc::WEXITED | libc::WNOHANG)
}

fn wait(child: Pid, options: libc::c_int) -> io::Result<Option<Exit>> {
    loop {
        let mut info = MaybeUninit::<libc::siginfo_t>::zeroed();
        let mut usage = MaybeUninit::<libc::rusage>::zeroed();
        // SAFETY: both pointers are to writable memory of the right size, live for the call.
        let result = unsafe {
            libc::syscall(
                libc::SYS_waitid,
                libc::P_PID,
                child.as_raw_nonzero().get(),
                info.as_mut_ptr(),
                options,
                usage.as_mut_ptr(),
            )
        };
        if result != 0 {
            let error = io::Error::last_os_error();
            if error.kind() == io::ErrorKind::Interrupted {
                continue;
            }
            return Err(error);
        }
        // SAFETY: zeroed memory is valid for both structures, and the kernel has filled them in.
        let (info, usage) = unsafe { (info.assume_init(), usage.assume_init()) };
        // SAFETY: for a child's change the kernel fills the fields that these two read; with nothing
        // to report they are zero.
        let (pid, status) = unsafe { (info.si_pid(), info.si_status()) };
        if pid == 0 {
            return Ok(None);
        }
        let how = match info.si_code {
            libc::CLD_EXITED => ExitHow::Code(status),
            code => ExitHow::Signal {
                signal: Signal(status),
                core: code == libc::CLD_DUMPED,
            },
        };
        return Ok(Some(Exit {
            how,
            usage: convert(&usage),
        }));
    }
}

fn convert(usage: &libc::rusage) -> Usage {
    let microseconds = |time: libc::timeval| {
        let (seconds, rest) = (time.tv_sec.max(0) as u64, time.tv_usec.max(0) as u64);
        seconds.saturating_mul(1_000_000).saturating_add(rest)
    };
    Usage {
        user_us: microseconds(usage.ru_utime),
        system_us: microseconds(usage.ru_stime),
        peak_kib: usage.ru_maxrss.max(0) as u64,
        peak_is_bound: usage.ru_maxrss <= own_peak_kib(),
        voluntary_switches: usage.ru_nvcsw.max(0) as u64,
        involuntary_switches: usage.ru_nivcsw.max(0) as u64,
    }
}

/// The most memory that this process has held, in KiB.
fn own_peak_kib() -> libc::c_long {
    let mut usage = MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: the pointer is to writable memory of the right size; zeroed memory is a valid `rusage`, so
    // it can be read even if the call fails.
    unsafe {
        libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr());
        usage.assume_init().ru_maxrss
    }
}
