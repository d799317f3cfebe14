//! How the kernel answers a system call that may be closed to this process.

use std::io;

use rustix::io::Errno;

/// Why a call is refused that is given these first arguments and else nothing that it could work with: no address that is
/// anybody's, no descriptor that is open, no flag that is known. Nothing if it succeeds even so.
pub fn refusal(call: libc::c_long, [first, second]: [libc::c_long; 2]) -> Option<Errno> {
    let none: libc::c_long = -1;
    // SAFETY: no memory is at the addresses that are given, so the kernel can neither read nor write any of ours.
    let result = unsafe { libc::syscall(call, first, second, none, none, none, none) };
    if result == -1 {
        Errno::from_io_error(&io::Error::last_os_error())
    } else {
        None
    }
}
