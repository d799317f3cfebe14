//! What the texts of `/proc/PID` say (`proc(5)`). Any text gives an answer or nothing, and never a panic:
//! kernels differ, and a process can be gone in the middle of a read.

/// What a process is doing in the kernel, by `/proc/PID/syscall`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    /// It is on a processor, or about to be.
    Running,
    /// It reads from a descriptor.
    Read(u64),
    /// It writes to a descriptor.
    Write(u64),
    /// It moves bytes between two descriptors, as splice, tee and sendfile do.
    Move {
        /// Where they come from.
        from: u64,
        /// Where they go.
        to: u64,
    },
    /// It waits for anything else.
    Other,
}

/// Where in the kernel a process sleeps, by `/proc/PID/wchan`. The functions' names vary between kernels;
/// what they have in common is which half of a pipe they speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Before an empty pipe.
    Reading,
    /// Before a full pipe.
    Writing,
    /// Somewhere else, or the kernel does not say.
    Elsewhere,
}

/// A process's letter in `/proc/PID/stat`, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It runs or could (R).
    Running,
    /// It sleeps (S, D, I).
    Sleeping,
    /// A signal or a debugger has stopped it (T, t).
    Stopped,
    /// It has ended (Z, X), or the letter is not known.
    Gone,
}

/// What a process has moved by system calls, by `/proc/PID/io`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Moved {
    /// Bytes read, from anywhere.
    pub(super) read: u64,
    /// Bytes written, to anywhere. A write counts when it returns.
    pub(super) written: u64,
}

/// Reads `/proc/PID/syscall`: `running`, or a number and its arguments in hexadecimal.
pub(super) fn call(text: &str) -> Option<Call> {
    let mut words = text.split_ascii_whitespace();
    let first = words.next()?;
    if first == "running" {
        return Some(Call::Running);
    }
    let number: i64 = first.parse().ok()?;
    let arguments: Vec<u64> = words
        .map_while(|word| u64::from_str_radix(word.strip_prefix("0x")?, 16).ok())
        .collect();
    // A negative number: it sleeps, and not in a system call (in a page fault, say).
    let of = |place: usize| arguments.get(place).copied();
    let moved = |from, to| {
        Some(Call::Move {
            from: of(from)?,
            to: of(to)?,
        })
    };
    match number {
        libc::SYS_read
        | libc::SYS_pread64
        | libc::SYS_readv
        | libc::SYS_preadv
        | libc::SYS_preadv2 => of(0).map(Call::Read),
        libc::SYS_write
        | libc::SYS_pwrite64
        | libc::SYS_writev
        | libc::SYS_pwritev
        | libc::SYS_pwritev2
        | libc::SYS_vmsplice => of(0).map(Call::Write),
        libc::SYS_splice | libc::SYS_copy_file_range => moved(0, 2),
        libc::SYS_tee => moved(0, 1),
        libc::SYS_sendfile => moved(1, 0),
        _ => Some(Call::Other),
    }
}

/// Reads `/proc/PID/wchan`: the name of a function, or `0`.
pub(super) fn place(text: &str) -> Place {
    // `anon_pipe_read`, `pipe_read`, `fifo_pipe_read`, `pipe_wait_readable`, and the same for writing.
    if !text.contains("pipe") {
        Place::Elsewhere
    } else if text.contains("read") {
        Place::Reading
    } else if text.contains("writ") {
        Place::Writing
    } else {
        Place::Elsewhere
    }
}

/// Reads the state from `/proc/PID/stat`. The name before it is in parentheses and may hold anything.
pub(super) fn state(text: &str) -> Option<State> {
    let (_, after) = text.rsplit_once(')')?;
    Some(match after.trim_start().chars().next()? {
        'R' => State::Running,
        'T' | 't' => State::Stopped,
        'S' | 'D' | 'I' => State::Sleeping,
        _ => State::Gone,
    })
}

/// Reads how many threads a process has from `/proc/PID/stat`: the twentieth field.
pub(super) fn threads(text: &str) -> Option<u64> {
    let (_, after) = text.rsplit_once(')')?;
    // The state, which follows the name, is the third.
    after.split_ascii_whitespace().nth(20 - 3)?.parse().ok()
}

/// Reads `/proc/PID/io`.
pub(super) fn moved(text: &str) -> Option<Moved> {
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().parse().ok()
    };
    Some(Moved {
        read: field("rchar:")?,
        written: field("wchar:")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// As a kernel prints a call: its number, six arguments, the stack and the instruction.
    fn line(number: i64, arguments: [u64; 3]) -> String {
        let [a, b, c] = arguments;
        format!(
            "{number} {a:#x} {b:#x} {c:#x} 0x7f1e 0xffffffff 0x0 0x7ffd68b1a928 0x7f1e80d622ad\n"
        )
    }

    #[test]
    fn calls_are_read() {
        assert_eq!(call("running\n"), Some(Call::Running));
        assert_eq!(call(&line(libc::SYS_read, [0, 1, 2])), Some(Call::Read(0)));
        assert_eq!(
            call(&line(libc::SYS_readv, [12, 1, 2])),
            Some(Call::Read(12))
        );
        assert_eq!(
            call(&line(libc::SYS_write, [2, 1, 2])),
            Some(Call::Write(2))
        );
        assert_eq!(
            call(&line(libc::SYS_writev, [1, 1, 2])),
            Some(Call::Write(1))
        );
        let moved = Some(Call::Move { from: 5, to: 6 });
        assert_eq!(call(&line(libc::SYS_splice, [5, 0, 6])), moved);
        assert_eq!(call(&line(libc::SYS_copy_file_range, [5, 0, 6])), moved);
        assert_eq!(call(&line(libc::SYS_tee, [5, 6, 9])), moved);
        assert_eq!(call(&line(libc::SYS_sendfile, [6, 5, 9])), moved);
        assert_eq!(call(&line(libc::SYS_wait4, [1, 0, 0])), Some(Call::Other));
        assert_eq!(call("-1 0x7ffd68b1a928 0x7f1e80d622ad"), Some(Call::Other));
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn a_line_of_linux_6_18_is_read() {
        let text = "0 0x3 0x7f1e80be7000 0x20000 0x7f1e80c79b60 0xffffffff 0x0 0x7ffd68b1a928 0x7f1e80d622ad\n";
        assert_eq!(call(text), Some(Call::Read(3)));
        let text = "275 0x3 0x0 0x6 0x0 0x64 0x0 0x7ffd0be81338 0x7f4489127103\n";
        assert_eq!(call(text), Some(Call::Move { from: 3, to: 6 }));
    }

    #[test]
    fn half_a_line_gives_nothing() {
        for text in ["", "\n", "zero", "0", "1", "0x0 0x0", "0 stdin"] {
            assert_eq!(
                call(text).filter(|call| *call != Call::Other),
                None,
                "{text:?}"
            );
        }
        let splice = libc::SYS_splice;
        assert_eq!(call(&format!("{splice} 0x5 0x0")), None);
        assert_eq!(call("99999999999999999999999 0x1"), None);
    }

    #[test]
    fn places_of_several_kernels_are_read() {
        for text in [
            "pipe_read",
            "anon_pipe_read",
            "fifo_pipe_read",
            "pipe_wait_readable\n",
        ] {
            assert_eq!(place(text), Place::Reading, "{text}");
        }
        for text in ["pipe_write", "anon_pipe_write", "pipe_wait_writable"] {
            assert_eq!(place(text), Place::Writing, "{text}");
        }
        for text in [
            "0",
            "",
            "do_wait",
            "hrtimer_nanosleep",
            "pipe_wait",
            "wait_woken",
        ] {
            assert_eq!(place(text), Place::Elsewhere, "{text}");
        }
    }

    #[test]
    fn states_are_read_behind_any_name() {
        let text = |name: &str, state: char| format!("5219 ({name}) {state} 5216 5216 31070 0 -1");
        assert_eq!(state(&text("cat", 'S')), Some(State::Sleeping));
        assert_eq!(state(&text("a) R (b", 'T')), Some(State::Stopped));
        assert_eq!(state(&text(") ) )", 't')), Some(State::Stopped));
        assert_eq!(state(&text("cat", 'R')), Some(State::Running));
        assert_eq!(state(&text("cat", 'D')), Some(State::Sleeping));
        assert_eq!(state(&text("cat", 'Z')), Some(State::Gone));
        assert_eq!(state("5219 (cat)"), None);
        assert_eq!(state(""), None);
    }

    #[test]
    fn threads_and_bytes_are_read() {
        let text = "5219 (c) t) S 5216 5216 31070 0 -1 4194304 122 0 1 0 0 0 0 0 20 0 7 0 1479108";
        assert_eq!(threads(text), Some(7));
        assert_eq!(threads("5219 (cat) S 5216"), None);
        let text = "rchar: 6976\nwchar: 12\nsyscr: 10\nsyscw: 0\nread_bytes: 4096\n";
        let expected = Moved {
            read: 6_976,
            written: 12,
        };
        assert_eq!(moved(text), Some(expected));
        assert_eq!(moved("rchar: 6976\n"), None);
        assert_eq!(moved("rchar: many\nwchar: 1\n"), None);
    }

    proptest! {
        #[test]
        fn any_text_gives_an_answer_or_nothing(text in ".{0,200}") {
            let _ = (call(&text), place(&text), state(&text), threads(&text), moved(&text));
        }
    }
}
