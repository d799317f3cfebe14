//! Which system calls are closed in a sandbox: those that reach what no namespace keeps apart, or that teaching needs not and holes in
//! the kernel were often found in. It is a filter of seccomp(2), as bubblewrap is given one.
//!
//! Closed calls answer ENOSYS, as on a kernel that has none of them, so programs do without. Programs of another kind, as those of
//! 32 bits are, do not run at all. `prlimit(2)` is open for a process's own limits: for those of another the kernel asks only whether
//! both are the same user's, as the agent is, which could be ended by a limit. Sockets are open for the families that a network
//! namespace keeps apart and that teaching needs: those of virtual machines (vsock(7)) reach what runs them on many kernels,
//! and the modules of rare ones would be loaded for whoever asks. Unix sockets are streams or sequences of packets, not datagrams: who sends
//! one waits for the receiver's room after the kernel has looked how many descriptors are on their way (unix(7)), so many who waited could
//! have far more there than `RLIMIT_NOFILE`, and agents are sent theirs that way. `ptrace(2)` stays: strace is to be
//! taught, and who may be traced is bounded by namespaces. The filter is written here and not by a library, since the one that would
//! do (seccompiler) does not see the calls of x32, by which it could be gone around.

use std::io;
use std::process::ExitCode;

use rustix::io::Errno;

use crate::system;

/// The hidden subcommand under which the program tells whether they are closed to it.
pub const SUBCOMMAND: &str = "__closed";

/// Closed calls, by their numbers.
const CLOSED: [libc::c_long; 18] = [
    // The kernel's keys: a session's are inherited, whatever namespaces are made.
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
    // Programs in the kernel, and what watches it.
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    // Ways to hold the kernel up in the middle of something.
    libc::SYS_userfaultfd,
    // Work for the kernel that no filter sees.
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    // The kernel's log, which anybody may read where `kernel.dmesg_restrict` is 0.
    libc::SYS_syslog,
    // What is the machine's. It needs rights that nobody has in there; so this is a second door.
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_kexec_load,
    libc::SYS_kexec_file_load,
    libc::SYS_open_by_handle_at,
    libc::SYS_quotactl,
    libc::SYS_quotactl_fd,
];

/// A call that is open for some values of its first argument, and what it answers to others.
type Bounded = (libc::c_long, &'static [u32], libc::c_int);

/// Families of sockets that are open, in the numbers of `socket(2)`.
const FAMILIES: &[u32] = &[
    libc::AF_UNIX.unsigned_abs(),
    libc::AF_INET.unsigned_abs(),
    libc::AF_INET6.unsigned_abs(),
    libc::AF_NETLINK.unsigned_abs(),
];
/// The process that stands for whoever calls.
const ITSELF: &[u32] = &[0];

const BOUNDED: [Bounded; 3] = [
    (libc::SYS_prlimit64, ITSELF, libc::EPERM),
    (libc::SYS_socket, FAMILIES, libc::EAFNOSUPPORT),
    (libc::SYS_socketpair, FAMILIES, libc::EAFNOSUPPORT),
];
/// Calls that make sockets, of which those of Unix are not of these types: datagrams, which raw ones are as well.
const MAKE_SOCKETS: [libc::c_long; 2] = [libc::SYS_socket, libc::SYS_socketpair];
const NO_UNIX_TYPES: [u32; 2] = [
    libc::SOCK_DGRAM.unsigned_abs(),
    libc::SOCK_RAW.unsigned_abs(),
];
/// What of a socket's type is not a flag (`SOCK_TYPE_MASK`).
const TYPE_MASK: u32 = 0xf;

/// So many values are tried of each: more than there are families of sockets.
const TRIED: u32 = 64;

/// How the kernel names the one kind of calls that programs here are compiled for (`AUDIT_ARCH_…`).
#[cfg(target_arch = "x86_64")]
const KIND: Option<u32> = Some(0xc000_003e);
#[cfg(target_arch = "aarch64")]
const KIND: Option<u32> = Some(0xc000_00b7);
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
const KIND: Option<u32> = None;

/// Calls of x86-64 from here up are those of x32, which name the same ones by other numbers.
const FIRST_OF_X32: u32 = 0x4000_0000;

/// Where the call's number and its kind are in what the filter is shown (`struct seccomp_data`).
const NUMBER_AT: u32 = 0;
const KIND_AT: u32 = 4;
/// Where the lower half of its first argument is, on the kinds above: as much of it as a process id or a family of sockets is.
const FIRST_ARGUMENT_AT: u32 = 16;
/// And of the second.
const SECOND_ARGUMENT_AT: u32 = 24;

/// An instruction of the kernel's filters (`struct sock_filter`): what, how far to jump if so and if not, and a value.
type Instruction = (u32, u8, u8, u32);

const LOAD: u32 = libc::BPF_LD | libc::BPF_W | libc::BPF_ABS;
const IF_EQUAL: u32 = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K;
const IF_AT_LEAST: u32 = libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K;
const MASK: u32 = libc::BPF_ALU | libc::BPF_AND | libc::BPF_K;
const ANSWER: u32 = libc::BPF_RET | libc::BPF_K;

/// Tries each closed call, with nothing that it could do: fails if one is open. It is for a process in a sandbox.
pub fn try_all() -> ExitCode {
    let is_closed = |call| system::refusal(call, [-1, -1]) == Some(Errno::NOSYS);
    let is_bounded = |(call, open, refused): Bounded| {
        let mut others = (0..TRIED).filter(|first| !open.contains(first));
        let refused = Some(Errno::from_raw_os_error(refused));
        others.all(|first| system::refusal(call, [first.into(), -1]) == refused)
    };
    let is_no_datagram = |call| {
        let refused = Some(Errno::SOCKTNOSUPPORT);
        let refusal = |no_type: u32| system::refusal(call, [libc::AF_UNIX.into(), no_type.into()]);
        NO_UNIX_TYPES
            .into_iter()
            .all(|no_type| refusal(no_type) == refused)
    };
    let is_safe = CLOSED.into_iter().all(is_closed)
        && BOUNDED.into_iter().all(is_bounded)
        && MAKE_SOCKETS.into_iter().all(is_no_datagram);
    if is_safe {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// The filter as bytes, as the kernel of this machine reads it.
///
/// # Errors
/// For a processor of which it is not known how it names its calls.
pub(super) fn filter() -> io::Result<Vec<u8>> {
    let kind = KIND.ok_or(io::ErrorKind::Unsupported)?;
    let mut bytes = Vec::new();
    for (code, yes, no, value) in instructions(kind) {
        let code = u16::try_from(code).map_err(io::Error::other)?;
        bytes.extend(code.to_ne_bytes());
        bytes.extend([yes, no]);
        bytes.extend(value.to_ne_bytes());
    }
    Ok(bytes)
}

fn instructions(kind: u32) -> Vec<Instruction> {
    let closed = libc::SECCOMP_RET_ERRNO | libc::ENOSYS.unsigned_abs();
    let mut all: Vec<Instruction> = vec![
        (LOAD, 0, 0, KIND_AT),
        // The same calls have other numbers in programs of another kind, such as those of 32 bits.
        (IF_EQUAL, 1, 0, kind),
        (ANSWER, 0, 0, closed),
        (LOAD, 0, 0, NUMBER_AT),
        (IF_AT_LEAST, 0, 1, FIRST_OF_X32),
        (ANSWER, 0, 0, closed),
    ];
    for number in CLOSED
        .into_iter()
        .filter_map(|number| u32::try_from(number).ok())
    {
        all.push((IF_EQUAL, 0, 1, number));
        all.push((ANSWER, 0, 0, closed));
    }
    all.extend(no_datagrams());
    for (number, open, refused) in BOUNDED {
        let Ok(number) = u32::try_from(number) else {
            continue;
        };
        let mut of_first_argument: Vec<Instruction> = vec![(LOAD, 0, 0, FIRST_ARGUMENT_AT)];
        for value in open {
            of_first_argument.push((IF_EQUAL, 0, 1, *value));
            of_first_argument.push((ANSWER, 0, 0, libc::SECCOMP_RET_ALLOW));
        }
        let refused = libc::SECCOMP_RET_ERRNO | refused.unsigned_abs();
        of_first_argument.push((ANSWER, 0, 0, refused));
        let length = u8::try_from(of_first_argument.len()).unwrap_or(u8::MAX);
        all.push((IF_EQUAL, 0, length, number));
        all.extend(of_first_argument);
    }
    all.push((ANSWER, 0, 0, libc::SECCOMP_RET_ALLOW));
    all
}

/// Refuses Unix sockets of some types, and goes on with the call's number for all others.
fn no_datagrams() -> Vec<Instruction> {
    let refused = libc::SECCOMP_RET_ERRNO | libc::ESOCKTNOSUPPORT.unsigned_abs();
    let mut of_type: Vec<Instruction> =
        vec![(LOAD, 0, 0, SECOND_ARGUMENT_AT), (MASK, 0, 0, TYPE_MASK)];
    for no_type in NO_UNIX_TYPES {
        of_type.push((IF_EQUAL, 0, 1, no_type));
        of_type.push((ANSWER, 0, 0, refused));
    }
    let length = |instructions: usize| u8::try_from(instructions).unwrap_or(u8::MAX);
    let mut all = Vec::new();
    for number in MAKE_SOCKETS {
        let Ok(number) = u32::try_from(number) else {
            continue;
        };
        // Behind what is for Unix sockets the number is loaded again.
        all.push((IF_EQUAL, 0, length(of_type.len() + 3), number));
        all.push((LOAD, 0, 0, FIRST_ARGUMENT_AT));
        let family = libc::AF_UNIX.unsigned_abs();
        all.push((IF_EQUAL, 0, length(of_type.len()), family));
        all.extend(&of_type);
        all.push((LOAD, 0, 0, NUMBER_AT));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: u32 = 7;

    /// What the filter answers, by the kernel's rules.
    fn answer(kind: u32, number: u32) -> u32 {
        answer_to(kind, number, 0)
    }

    fn answer_to(kind: u32, number: u32, first_argument: u32) -> u32 {
        answer_to_both(kind, number, [first_argument, 1])
    }

    fn answer_to_both(kind: u32, number: u32, arguments: [u32; 2]) -> u32 {
        let all = instructions(KIND);
        let (mut at, mut loaded) = (0, 0);
        loop {
            let (code, yes, no, value) = all[at];
            at += 1;
            match code {
                LOAD if value == KIND_AT => loaded = kind,
                LOAD if value == NUMBER_AT => loaded = number,
                LOAD if value == FIRST_ARGUMENT_AT => loaded = arguments[0],
                LOAD if value == SECOND_ARGUMENT_AT => loaded = arguments[1],
                MASK => loaded &= value,
                ANSWER => return value,
                IF_EQUAL => at += usize::from(if loaded == value { yes } else { no }),
                IF_AT_LEAST => at += usize::from(if loaded >= value { yes } else { no }),
                _ => panic!("no such instruction: {code}"),
            }
        }
    }

    #[test]
    fn what_is_closed_is_closed_in_every_way_to_call_it_and_all_else_is_open() {
        let number = |call: libc::c_long| u32::try_from(call).expect("a number");
        let closed = libc::SECCOMP_RET_ERRNO | libc::ENOSYS.unsigned_abs();
        for call in CLOSED.map(number) {
            assert_eq!(answer(KIND, call), closed);
            assert_eq!(answer(KIND, call | FIRST_OF_X32), closed);
        }
        for call in [
            libc::SYS_read,
            libc::SYS_execve,
            libc::SYS_ptrace,
            libc::SYS_clone,
        ] {
            assert_eq!(answer(KIND, number(call)), libc::SECCOMP_RET_ALLOW);
            assert_eq!(answer(KIND + 1, number(call)), closed);
            assert_eq!(answer(KIND, number(call) | FIRST_OF_X32), closed);
        }
    }

    /// The first process was of the same user, so a learner could end it by its limits.
    #[test]
    fn limits_are_set_by_whoever_has_them() {
        let call = u32::try_from(libc::SYS_prlimit64).expect("a number");
        let refused = libc::SECCOMP_RET_ERRNO | libc::EPERM.unsigned_abs();
        assert_eq!(answer_to(KIND, call, 0), libc::SECCOMP_RET_ALLOW);
        for process in [1, 2, u32::MAX] {
            assert_eq!(answer_to(KIND, call, process), refused);
            assert_eq!(answer_to(KIND, call - 1, process), libc::SECCOMP_RET_ALLOW);
        }
    }

    /// Sockets of virtual machines lead out of every network namespace.
    #[test]
    fn sockets_are_of_the_families_that_a_namespace_keeps_apart() {
        let refused = libc::SECCOMP_RET_ERRNO | libc::EAFNOSUPPORT.unsigned_abs();
        for call in [libc::SYS_socket, libc::SYS_socketpair] {
            let call = u32::try_from(call).expect("a number");
            for family in [1, 2, 10, 16] {
                assert_eq!(answer_to(KIND, call, family), libc::SECCOMP_RET_ALLOW);
            }
            for family in [0, 17, 38, 40, 45, u32::MAX] {
                assert_eq!(answer_to(KIND, call, family), refused, "{family}");
            }
        }
        let connect = u32::try_from(libc::SYS_connect).expect("a number");
        assert_eq!(answer_to(KIND, connect, 40), libc::SECCOMP_RET_ALLOW);
    }

    /// Threads that waited to send a datagram had far more descriptors on their way than they may have open, and no sandbox was
    /// sent any more.
    #[test]
    fn unix_sockets_are_no_datagrams() {
        let refused = libc::SECCOMP_RET_ERRNO | libc::ESOCKTNOSUPPORT.unsigned_abs();
        let allowed = libc::SECCOMP_RET_ALLOW;
        let flags = [0, libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK];
        for call in MAKE_SOCKETS.map(|call| u32::try_from(call).expect("a number")) {
            for flags in flags.map(i32::unsigned_abs) {
                for (family, of_type, answered) in [
                    (libc::AF_UNIX, libc::SOCK_DGRAM, refused),
                    (libc::AF_UNIX, libc::SOCK_RAW, refused),
                    (libc::AF_UNIX, libc::SOCK_STREAM, allowed),
                    (libc::AF_UNIX, libc::SOCK_SEQPACKET, allowed),
                    (libc::AF_INET, libc::SOCK_DGRAM, allowed),
                    (libc::AF_NETLINK, libc::SOCK_RAW, allowed),
                ] {
                    let arguments = [family.unsigned_abs(), of_type.unsigned_abs() | flags];
                    let answer = answer_to_both(KIND, call, arguments);
                    assert_eq!(answer, answered, "{arguments:?}");
                }
            }
        }
    }

    #[test]
    fn it_is_made_of_whole_instructions() {
        let filter = filter().expect("a known processor");
        let bounded = BOUNDED.map(|(_, open, _)| 3 + 2 * open.len());
        let whole =
            6 + 2 * CLOSED.len() + no_datagrams().len() + bounded.into_iter().sum::<usize>() + 1;
        assert_eq!(filter.len(), 8 * whole);
    }
}
