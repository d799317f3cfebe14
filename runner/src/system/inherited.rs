//! What the runner itself was given by its parent.

use std::io;

/// Marks every descriptor from 3 up close-on-exec, so that what the runner inherited from its own
/// parent does not leak into stages. Called once, before any thread or stage exists.
///
/// # Errors
/// The system's, on kernels before 5.11, which lack `close_range(2)` with this flag.
pub fn close_inherited_on_exec() -> io::Result<()> {
    // SAFETY: the call reads no memory, and with CLOSE_RANGE_CLOEXEC it closes nothing, so no owned
    // descriptor becomes invalid.
    let result = unsafe {
        libc::syscall(
            libc::SYS_close_range,
            3 as libc::c_uint,
            libc::c_uint::MAX,
            libc::CLOSE_RANGE_CLOEXEC,
        )
    };
    if result == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

/// Makes ended children wait to be reaped, whatever the parent had set. With SIGCHLD ignored the kernel
/// reaps them by itself, and how they ended is lost (`waitid(2)`).
pub fn keep_ended_children() {
    // SAFETY: SIG_DFL is no handler, so nothing of ours runs in a signal's context.
    unsafe { libc::signal(libc::SIGCHLD, libc::SIG_DFL) };
}
