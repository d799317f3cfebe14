//! Where the bytes of a relay come from.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use pipeyard_shared::chain::Input;
use pipeyard_shared::check::{decode_base64, decode_hex};
use pipeyard_shared::substitute::Substitution;
use tokio::fs::File;
use tokio::io::AsyncReadExt;

use super::pipe::{Content, ReadEnd};
use super::typed::TypedSource;

/// Something that gives bytes until it ends.
#[derive(Debug)]
pub(super) enum Source {
    /// What a process writes.
    Pipe(ReadEnd),
    /// A file that is read.
    File(File),
    /// Bytes of the chain.
    Bytes(io::Cursor<Vec<u8>>),
    /// Random bytes, so many of them.
    Random(u64),
    /// The same bytes again and again.
    Repeat {
        /// What is repeated.
        block: Vec<u8>,
        /// How many bytes are still to come; no end if absent.
        left: Option<u64>,
        /// Where in the block the next byte stands.
        at: usize,
    },
    /// What a person types.
    Typed(TypedSource),
}

impl Source {
    /// The source of an input stage in one lane.
    ///
    /// # Errors
    /// For hexadecimal or base64 text that the check would have refused.
    pub(super) fn of_input(input: &Input, substitution: Substitution<'_>) -> io::Result<Self> {
        let bytes = match input {
            Input::Text(text) => substitution.apply(text).into_bytes(),
            Input::Hex(text) => decode_hex(text).map_err(|at| {
                io::Error::other(format!("character {at} is no hexadecimal digit"))
            })?,
            Input::Base64(text) => decode_base64(text).map_err(io::Error::other)?,
            Input::Random(count) => return Ok(Self::Random(*count)),
            Input::Lines(lines) => {
                let mut bytes = Vec::new();
                for line in lines {
                    bytes.extend(substitution.apply(line).into_bytes());
                    bytes.push(b'\n');
                }
                bytes
            }
            Input::Repeat { text, times } => {
                let block = substitution.apply(text).into_bytes();
                let left = times.map(|times| times.saturating_mul(block.len() as u64));
                return Ok(Self::Repeat { block, left, at: 0 });
            }
        };
        Ok(Self::Bytes(io::Cursor::new(bytes)))
    }

    /// Reads at least one byte into a buffer that is not empty, or 0 at the end. Cancel-safe.
    pub(super) async fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Pipe(pipe) => pipe.read(buffer).await,
            Self::File(file) => file.read(buffer).await,
            Self::Typed(typed) => Ok(typed.read(buffer).await),
            Self::Bytes(bytes) => io::Read::read(bytes, buffer),
            Self::Random(left) => {
                let count = at_most(buffer.len(), *left);
                getrandom::fill(&mut buffer[..count]).map_err(io::Error::other)?;
                *left -= count as u64;
                Ok(count)
            }
            Self::Repeat { block, left, at } => {
                let count = left.map_or(buffer.len(), |left| at_most(buffer.len(), left));
                if block.is_empty() {
                    return Ok(0);
                }
                for slot in &mut buffer[..count] {
                    *slot = block[*at];
                    *at = (*at + 1) % block.len();
                }
                if let Some(left) = left {
                    *left -= count as u64;
                }
                Ok(count)
            }
        }
    }

    /// Whether it is what a process writes.
    pub(super) fn is_pipe(&self) -> bool {
        matches!(self, Self::Pipe(_))
    }

    /// The pipe, where it is one.
    pub(super) fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        match self {
            Self::Pipe(pipe) => Some(pipe.inner().as_fd()),
            _ => None,
        }
    }

    /// Takes a pipe out, off the reactor; what is left gives nothing more.
    pub(super) fn take_pipe(&mut self) -> Option<OwnedFd> {
        if !matches!(self, Self::Pipe(_)) {
            return None;
        }
        match std::mem::replace(self, Self::Bytes(io::Cursor::default())) {
            Self::Pipe(pipe) => Some(pipe.into_inner()),
            _ => None,
        }
    }

    /// Reads what is there at once; an error of kind `WouldBlock` where that is not known.
    pub(super) fn try_read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Pipe(pipe) => pipe.try_read(buffer),
            _ => Err(io::ErrorKind::WouldBlock.into()),
        }
    }

    /// Whether it has nothing to give just now but may have later.
    pub(super) fn is_empty_now(&self) -> bool {
        match self {
            Self::Pipe(pipe) => pipe.content() == Content::Nothing,
            Self::Typed(_) => true,
            Self::File(_) | Self::Bytes(_) | Self::Random(_) | Self::Repeat { .. } => false,
        }
    }
}

fn at_most(room: usize, left: u64) -> usize {
    usize::try_from(left).unwrap_or(usize::MAX).min(room)
}

#[cfg(test)]
mod tests {
    use pipeyard_shared::Text;
    use pipeyard_shared::id::LaneNumber;

    use super::*;

    async fn all(input: Input, room: usize) -> Vec<u8> {
        let value = Text::from("v");
        let substitution = Substitution {
            lane: LaneNumber(2),
            value: Some(&value),
        };
        let mut source = Source::of_input(&input, substitution).expect("sound");
        let mut buffer = vec![0; room];
        let mut bytes = Vec::new();
        loop {
            match source.read(&mut buffer).await.expect("no disk involved") {
                0 => return bytes,
                count => bytes.extend(&buffer[..count]),
            }
        }
    }

    #[tokio::test]
    async fn each_input_gives_its_bytes() {
        for room in [1, 3, 100] {
            assert_eq!(
                all(Input::Text("{lane}é".into()), room).await,
                "2é".as_bytes()
            );
            assert_eq!(all(Input::Hex("00 ff".into()), room).await, [0, 255]);
            assert_eq!(all(Input::Base64("aGk=".into()), room).await, b"hi");
            let lines = Input::Lines(vec!["a".into(), "{value}".into()]);
            assert_eq!(all(lines, room).await, b"a\nv\n");
            let repeat = Input::Repeat {
                text: "ab".into(),
                times: Some(3),
            };
            assert_eq!(all(repeat, room).await, b"ababab");
            assert_eq!(all(Input::Random(10), room).await.len(), 10);
        }
        let twice = [
            all(Input::Random(16), 16).await,
            all(Input::Random(16), 16).await,
        ];
        assert_ne!(twice[0], twice[1], "16 random bytes are not the same twice");
    }
}
