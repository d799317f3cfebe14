//! What one process does, read from `/proc`.
//!
//! Only the process that a stage was started as is looked at, and of a program with several threads the
//! first one: what a shell's own children do is the shell's waiting, and what other threads do cannot be put
//! into one word.

use std::fs;
use std::io::Read;

use pipeyard_shared::chain::{InputPort, OutputPort};
use pipeyard_shared::event::Doing;

use super::board::{File, Given, Seat};
use super::parse::{self, Call, Moved, Place, State};

/// What a process does now; nothing if that cannot be told.
pub(super) fn doing(seat: &Seat) -> Option<Doing> {
    let pid = seat.pid;
    let call = read(pid, "syscall").and_then(|text| parse::call(&text));
    if call == Some(Call::Running) {
        return Some(Doing::Running);
    }
    match parse::state(&read(pid, "stat")?)? {
        State::Stopped => return Some(Doing::Stopped),
        State::Running => return Some(Doing::Running),
        State::Gone => return None,
        State::Sleeping => {}
    }
    let place = || read(pid, "wchan").map_or(Place::Elsewhere, |text| parse::place(&text));
    match call {
        // The call and the place were read one after the other, and it can have gone on between.
        Some(Call::Read(number)) if place() != Place::Writing => Some(reading(seat, number)),
        Some(Call::Write(number)) if place() != Place::Reading => Some(writing(seat, number)),
        Some(Call::Move { from, to }) => Some(match place() {
            Place::Reading => reading(seat, from),
            Place::Writing => writing(seat, to),
            Place::Elsewhere => Doing::Waiting,
        }),
        Some(Call::Other) => Some(Doing::Waiting),
        Some(Call::Read(_) | Call::Write(_) | Call::Running) => None,
        None => unknown_call(seat, place()),
    }
}

/// Bytes that a process has moved.
pub(super) fn moved(pid: u32) -> Option<Moved> {
    parse::moved(&read(pid, "io")?)
}

/// Whether a process has threads or children that could do what itself does not.
pub(super) fn has_company(pid: u32) -> bool {
    let stat = read(pid, "stat");
    let threads = stat.and_then(|text| parse::threads(&text)).unwrap_or(1);
    let children = read(pid, &format!("task/{pid}/children")).unwrap_or_default();
    threads > 1 || !children.trim().is_empty()
}

fn reading(seat: &Seat, number: u64) -> Doing {
    match port(seat, number, |given| !is_output(given)) {
        Some(given) => Doing::WaitingForInput {
            port: input_port(given),
        },
        None => Doing::Waiting,
    }
}

fn writing(seat: &Seat, number: u64) -> Doing {
    match port(seat, number, is_output) {
        Some(given) => Doing::BlockedWriting {
            port: output_port(seat, given),
        },
        None => Doing::Waiting,
    }
}

/// The port that a descriptor leads to, now that the process may have opened it again (`/dev/fd/3`), moved
/// it, or put something else in its place.
fn port(seat: &Seat, number: u64, is_meant: impl Fn(&&Given) -> bool) -> Option<&Given> {
    let number = u8::try_from(number).ok();
    let same_number = |given: &&Given| Some(given.number) == number;
    let mut ports = seat.given.iter().filter(|given| is_meant(given));
    let path = format!("/proc/{}/fd/{}", seat.pid, number?);
    match rustix::fs::stat(path.as_str()) {
        Ok(found) => {
            let file = File::of(&found);
            let mut ports = ports.filter(|given| given.file == file);
            let first = ports.next()?;
            // Several ports can lead to one file, `/dev/null` say.
            let exact = std::iter::once(first).chain(ports).find(same_number);
            exact.or(Some(first))
        }
        Err(_) => ports.find(same_number),
    }
}

/// The kernel does not say which descriptor it is; where there is one port only, it says that.
fn unknown_call(seat: &Seat, place: Place) -> Option<Doing> {
    let only = |is_meant: fn(&&Given) -> bool| {
        let mut ports = seat
            .given
            .iter()
            .filter(is_meant)
            .filter(|given| given.is_pipe);
        ports.next().filter(|_| ports.next().is_none())
    };
    match place {
        Place::Reading => only(|given| !is_output(given)).map(|given| Doing::WaitingForInput {
            port: input_port(given),
        }),
        Place::Writing => only(is_output).map(|given| Doing::BlockedWriting {
            port: output_port(seat, given),
        }),
        Place::Elsewhere => Some(Doing::Waiting),
    }
}

fn is_output(given: &&Given) -> bool {
    matches!(given.number, 1 | 2)
}

fn input_port(given: &Given) -> InputPort {
    match given.number {
        0 => InputPort::Stdin,
        number => InputPort::Extra(number),
    }
}

/// Standard error that was joined to standard output is standard output.
fn output_port(seat: &Seat, given: &Given) -> OutputPort {
    let joined = || {
        seat.given(1)
            .is_some_and(|stdout| stdout.file == given.file)
    };
    if given.number == 1 || given.is_pipe && joined() {
        OutputPort::Stdout
    } else {
        OutputPort::Stderr
    }
}

/// The beginning of a file of a process, which is all of those that are read here but for long lists of
/// children. Names can be no text; what is made of them does not matter.
fn read(pid: u32, name: &str) -> Option<String> {
    let mut file = fs::File::open(format!("/proc/{pid}/{name}")).ok()?;
    let mut buffer = [0; 1_024];
    let count = file.read(&mut buffer).ok()?;
    Some(String::from_utf8_lossy(&buffer[..count]).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_does_nothing() {
        let seat = Seat::new(u32::MAX, Vec::new());
        assert_eq!(doing(&seat), None);
        assert_eq!(moved(u32::MAX), None);
        assert!(!has_company(u32::MAX));
    }

    #[test]
    fn a_place_alone_tells_the_port_where_there_is_one_only() {
        let given = |number: u8, file: u64| Given {
            number,
            file: File {
                device: 1,
                number: file,
            },
            is_pipe: true,
        };
        let reads = |port| Some(Doing::WaitingForInput { port });
        let writes = |port| Some(Doing::BlockedWriting { port });
        let seat = Seat::new(1, vec![given(0, 10), given(1, 11), given(2, 12)]);
        assert_eq!(unknown_call(&seat, Place::Reading), reads(InputPort::Stdin));
        assert_eq!(unknown_call(&seat, Place::Writing), None, "it has two");
        assert_eq!(unknown_call(&seat, Place::Elsewhere), Some(Doing::Waiting));
        let seat = Seat::new(1, vec![given(0, 10), given(3, 13), given(1, 11)]);
        assert_eq!(unknown_call(&seat, Place::Reading), None, "it has two");
        assert_eq!(
            unknown_call(&seat, Place::Writing),
            writes(OutputPort::Stdout)
        );
    }

    #[test]
    fn joined_standard_error_is_standard_output() {
        let given = |number: u8, file: u64| Given {
            number,
            file: File {
                device: 1,
                number: file,
            },
            is_pipe: true,
        };
        let apart = Seat::new(1, vec![given(1, 11), given(2, 12)]);
        assert_eq!(output_port(&apart, &apart.given[1]), OutputPort::Stderr);
        let joined = Seat::new(1, vec![given(1, 11), given(2, 11)]);
        assert_eq!(output_port(&joined, &joined.given[1]), OutputPort::Stdout);
    }
}
