//! A command as bytes: what is to be started, on its way to the agent. A short one goes in the message itself, a longer one in a
//! file of memory beside it, so that no bound of a socket's holds for its length.

use std::ffi::CString;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;

use rustix::fs::MemfdFlags;

use crate::system;

/// The most bytes of a command: far more than the kernel lets a program begin with.
const MOST_COMMAND_BYTES: u64 = 16 << 20;
/// The most bytes of a command that goes in the message itself: nearly all are shorter, and a file costs some ten calls.
pub(super) const MOST_BEHIND_BYTES: usize = 8 << 10;
/// The most descriptors that a process can be given, and one for the command: standard ones and `fd3` to `fd63`.
pub(super) const MOST_DESCRIPTORS: usize = 65;

/// What is to be started, with the numbers that its descriptors are to have.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) program: CString,
    pub(super) directory: CString,
    pub(super) arguments: Vec<CString>,
    pub(super) environment: Vec<CString>,
    pub(super) numbers: Vec<i32>,
}

/// A command as it travels.
#[derive(Debug)]
pub(super) enum Carried {
    /// As bytes in the message.
    Bytes(Vec<u8>),
    /// In a file of memory.
    File(OwnedFd),
}

/// Makes a command ready for its way.
///
/// # Errors
/// The system's; E2BIG for one that no kernel would start.
pub(super) fn carry(command: &system::Command<'_>) -> io::Result<Carried> {
    let bytes = to_bytes(command)?;
    if bytes.len() <= MOST_BEHIND_BYTES {
        Ok(Carried::Bytes(bytes))
    } else {
        to_file(&bytes).map(Carried::File)
    }
}

fn to_file(bytes: &[u8]) -> io::Result<OwnedFd> {
    let file = rustix::fs::memfd_create("command", MemfdFlags::CLOEXEC)?;
    let mut file = File::from(file);
    file.write_all(bytes)?;
    Ok(file.into())
}

/// A command as bytes.
///
/// # Errors
/// E2BIG for one that no kernel would start.
pub(super) fn to_bytes(command: &system::Command<'_>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let lists = [command.arguments, command.environment];
    for text in [command.program, command.directory] {
        put(&mut bytes, text.to_bytes())?;
    }
    for list in lists {
        put_count(&mut bytes, list.len())?;
        for text in list {
            put(&mut bytes, text.to_bytes())?;
        }
    }
    put_count(&mut bytes, command.descriptors.len())?;
    for (_, number) in command.descriptors {
        bytes.extend(number.to_le_bytes());
    }
    if bytes.len() as u64 > MOST_COMMAND_BYTES {
        return Err(rustix::io::Errno::TOOBIG.into());
    }
    Ok(bytes)
}

/// The command of such a file.
///
/// # Errors
/// The system's, or that it holds none.
pub(super) fn of_file(file: OwnedFd) -> io::Result<Command> {
    let file = File::from(file);
    let mut bytes = Vec::new();
    // It was written through the same description, which stands at its end.
    FromStart { file: &file, at: 0 }
        .take(MOST_COMMAND_BYTES)
        .read_to_end(&mut bytes)?;
    of_bytes(&bytes).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// Nothing for what is no command.
pub(super) fn of_bytes(bytes: &[u8]) -> Option<Command> {
    let mut rest = bytes;
    let command = Command {
        program: take(&mut rest)?,
        directory: take(&mut rest)?,
        arguments: take_list(&mut rest)?,
        environment: take_list(&mut rest)?,
        numbers: take_numbers(&mut rest)?,
    };
    rest.is_empty().then_some(command)
}

struct FromStart<'a> {
    file: &'a File,
    at: u64,
}

impl Read for FromStart<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(buffer, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

fn put_count(bytes: &mut Vec<u8>, count: usize) -> io::Result<()> {
    let count = u32::try_from(count).map_err(|_| rustix::io::Errno::TOOBIG)?;
    bytes.extend(count.to_le_bytes());
    Ok(())
}

fn put(bytes: &mut Vec<u8>, text: &[u8]) -> io::Result<()> {
    put_count(bytes, text.len())?;
    bytes.extend(text);
    Ok(())
}

fn take_count(rest: &mut &[u8]) -> Option<usize> {
    let (count, after) = rest.split_first_chunk::<4>()?;
    *rest = after;
    usize::try_from(u32::from_le_bytes(*count)).ok()
}

fn take(rest: &mut &[u8]) -> Option<CString> {
    let count = take_count(rest)?;
    let (text, after) = rest.split_at_checked(count)?;
    *rest = after;
    CString::new(text).ok()
}

/// Each text takes four bytes at least, so that no count makes room for more than there is.
fn take_list(rest: &mut &[u8]) -> Option<Vec<CString>> {
    let count = take_count(rest)?;
    if count > rest.len() / 4 {
        return None;
    }
    (0..count).map(|_| take(rest)).collect()
}

fn take_numbers(rest: &mut &[u8]) -> Option<Vec<i32>> {
    let count = take_count(rest)?;
    if count > MOST_DESCRIPTORS {
        return None;
    }
    (0..count)
        .map(|_| {
            let (number, after) = rest.split_first_chunk::<4>()?;
            *rest = after;
            Some(i32::from_le_bytes(*number))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::os::fd::AsFd;

    #[test]
    fn a_command_comes_out_as_it_went_in() {
        for (length, goes_in_a_file) in [(3, false), (300_000, true)] {
            comes_out_as_it_went_in(length, goes_in_a_file);
        }
    }

    fn comes_out_as_it_went_in(length: usize, goes_in_a_file: bool) {
        let text = CString::new(vec![b'x'; length]).expect("no NUL");
        let arguments = [c"sort".to_owned(), c"\xff\xfe".to_owned(), text];
        let environment = [c"A=b".to_owned(), c"EMPTY=".to_owned()];
        let stdin = io::stdin();
        let descriptors = [(stdin.as_fd(), 0), (stdin.as_fd(), 63)];
        let command = system::Command {
            program: c"/usr/bin/sort",
            arguments: &arguments,
            environment: &environment,
            directory: c"/yard/a b",
            group: None,
            descriptors: &descriptors,
        };
        let came = match carry(&command).expect("room") {
            Carried::Bytes(bytes) => of_bytes(&bytes).filter(|_| !goes_in_a_file),
            Carried::File(file) => of_file(file).ok().filter(|_| goes_in_a_file),
        };
        let came = came.expect("a command, carried as one of its length is");
        assert_eq!(came.program.as_c_str(), command.program);
        assert_eq!(came.directory.as_c_str(), command.directory);
        assert_eq!(came.arguments, arguments);
        assert_eq!(came.environment, environment);
        assert_eq!(came.numbers, [0, 63]);
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_odd(bytes in proptest::collection::vec(prop_oneof![Just(0u8), 0u8..4, any::<u8>()], 0..200)) {
            let _ = of_bytes(&bytes);
        }
    }
}
