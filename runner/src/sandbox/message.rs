//! What the runner and its agent say to each other: a few numbers a message. What a process is to be given travels beside them, and
//! only that way: of a user's descriptors that are on their way between processes the kernel lets there be as many as whoever sends
//! may have open (`ETOOMANYREFS` in unix(7)), and a learner can use those up for all sandboxes. A sandbox may have few open, the runner
//! many: so the agent sends none. It says which ones are its own, and the runner takes copies (`pidfd_getfd(2)`).

use pipeyard_shared::ending::Usage;
use pipeyard_shared::signal::Signal;
use rustix::process::Pid;

use crate::system::{Exit, ExitHow};

/// What the agent is asked. Process ids are those inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Request {
    /// To start a process in a group (its own, if absent). With it come the command and the descriptors that the command
    /// names, in its order.
    Start {
        /// Whose group to join.
        group: Option<Pid>,
        /// Where the command is.
        place: Place,
    },
    /// How a process ended that it has started.
    Look(Pid),
    /// To take such a process away, which has ended.
    Reap(Pid),
    /// To end such a process, if it has not ended, and to take it away once it has. There is no answer to it.
    LetGo(Pid),
    /// To end everything in the sandbox but itself.
    Sweep,
}

/// Where the command is that comes with a request to start it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Behind the request, in the same message.
    Behind,
    /// In a file, which is the first descriptor beside it.
    Beside,
}

/// What it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// It is there, and has its root directory open by this number.
    Ready(i32),
    /// The process was started, and the agent has a handle on it open by this number.
    Started(Pid, i32),
    /// How the process ended; nothing while it runs.
    Looked(Option<Exit>),
    /// That is done.
    Done,
    /// That failed with this error's number.
    Failed(i32),
}

/// How much can have been asked that is not answered yet. It is little enough for the answers to have room in the socket, so the agent
/// never waits for the runner to hear. What an answer names stays open until so many have been given after it.
pub(super) const MOST_ASKED: usize = 16;

const REQUEST_WORDS: usize = 2;
const REPLY_WORDS: usize = 10;

/// Bytes of a request.
pub(super) const REQUEST_BYTES: usize = REQUEST_WORDS * 8;
/// Bytes of a reply.
pub(super) const REPLY_BYTES: usize = REPLY_WORDS * 8;

impl Request {
    pub(super) fn to_bytes(self) -> [u8; REQUEST_BYTES] {
        let (kind, pid) = match self {
            Self::Start { group, place } => match place {
                Place::Beside => (1, group),
                Place::Behind => (6, group),
            },
            Self::Look(pid) => (2, Some(pid)),
            Self::Reap(pid) => (3, Some(pid)),
            Self::Sweep => (4, None),
            Self::LetGo(pid) => (5, Some(pid)),
        };
        let mut bytes = [0; REQUEST_BYTES];
        put(&mut bytes, &[kind, pid.map_or(0, number)]);
        bytes
    }

    /// Nothing for what is no request.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        let [kind, number] = words::<REQUEST_WORDS>(bytes)?;
        let pid = pid(number);
        Some(match kind {
            1 => Self::Start {
                group: pid,
                place: Place::Beside,
            },
            2 => Self::Look(pid?),
            3 => Self::Reap(pid?),
            4 => Self::Sweep,
            5 => Self::LetGo(pid?),
            6 => Self::Start {
                group: pid,
                place: Place::Behind,
            },
            _ => return None,
        })
    }

    /// The request at the beginning of a message, and what is behind it; nothing for what is no request.
    pub(super) fn at_head(message: &[u8]) -> Option<(Self, &[u8])> {
        let (head, behind) = message.split_at_checked(REQUEST_BYTES)?;
        Some((Self::of(head)?, behind))
    }
}

impl Reply {
    pub(super) fn to_bytes(self) -> [u8; REPLY_BYTES] {
        let mut words = [0; REPLY_WORDS];
        match self {
            Self::Ready(root) => words[..2].copy_from_slice(&[1, u64::from(root as u32)]),
            Self::Started(pid, handle) => {
                words[..3].copy_from_slice(&[2, number(pid), u64::from(handle as u32)]);
            }
            Self::Looked(None) => words[0] = 3,
            Self::Looked(Some(Exit { how, usage })) => {
                let (how, detail) = match how {
                    ExitHow::Code(code) => (0, code),
                    ExitHow::Signal {
                        signal,
                        core: false,
                    } => (1, signal.0),
                    ExitHow::Signal { signal, core: true } => (2, signal.0),
                };
                words = [
                    4,
                    how,
                    u64::from(detail as u32),
                    usage.user_us,
                    usage.system_us,
                    usage.peak_kib,
                    u64::from(usage.peak_is_bound),
                    usage.voluntary_switches,
                    usage.involuntary_switches,
                    0,
                ];
            }
            Self::Done => words[0] = 5,
            Self::Failed(error) => words[..2].copy_from_slice(&[6, u64::from(error as u32)]),
        }
        let mut bytes = [0; REPLY_BYTES];
        put(&mut bytes, &words);
        bytes
    }

    /// Nothing for what is no reply.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        let words = words::<REPLY_WORDS>(bytes)?;
        Some(match words[0] {
            1 => Self::Ready(u32::try_from(words[1]).ok()? as i32),
            2 => Self::Started(pid(words[1])?, u32::try_from(words[2]).ok()? as i32),
            3 => Self::Looked(None),
            4 => {
                let detail = u32::try_from(words[2]).ok()? as i32;
                let signal = Signal(detail);
                let how = match words[1] {
                    0 => ExitHow::Code(detail),
                    1 => ExitHow::Signal {
                        signal,
                        core: false,
                    },
                    2 => ExitHow::Signal { signal, core: true },
                    _ => return None,
                };
                let usage = Usage {
                    user_us: words[3],
                    system_us: words[4],
                    peak_kib: words[5],
                    peak_is_bound: words[6] != 0,
                    voluntary_switches: words[7],
                    involuntary_switches: words[8],
                };
                Self::Looked(Some(Exit { how, usage }))
            }
            5 => Self::Done,
            6 => Self::Failed(u32::try_from(words[1]).ok()? as i32),
            _ => return None,
        })
    }
}

fn number(pid: Pid) -> u64 {
    u64::from(pid.as_raw_nonzero().get().unsigned_abs())
}

/// Process ids are above 0.
fn pid(number: u64) -> Option<Pid> {
    i32::try_from(number).ok().and_then(Pid::from_raw)
}

fn put(bytes: &mut [u8], words: &[u64]) {
    for (place, word) in bytes.chunks_exact_mut(8).zip(words) {
        place.copy_from_slice(&word.to_le_bytes());
    }
}

fn words<const COUNT: usize>(bytes: &[u8]) -> Option<[u64; COUNT]> {
    let (words, rest) = bytes.as_chunks::<8>();
    let words: &[[u8; 8]; COUNT] = words.try_into().ok()?;
    rest.is_empty().then(|| words.map(u64::from_le_bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn process(number: i32) -> Pid {
        Pid::from_raw(number).expect("above 0")
    }

    #[test]
    fn what_is_said_is_heard() {
        let group = Some(process(7));
        let [beside, behind] = [Place::Beside, Place::Behind];
        let start = |group, place| Request::Start { group, place };
        for request in [
            start(group, beside),
            start(None, beside),
            start(group, behind),
            start(None, behind),
            Request::Look(process(i32::MAX)),
            Request::Reap(process(1)),
            Request::LetGo(process(3)),
            Request::Sweep,
        ] {
            assert_eq!(Request::of(&request.to_bytes()), Some(request));
            let message = [&request.to_bytes()[..], b"more"].concat();
            let head = Request::at_head(&message);
            assert_eq!(head, Some((request, &b"more"[..])));
        }
        let usage = Usage {
            user_us: 1,
            system_us: u64::MAX,
            peak_kib: 3,
            peak_is_bound: true,
            voluntary_switches: 4,
            involuntary_switches: 5,
        };
        let signal = Signal::KILL;
        let ends = [
            ExitHow::Code(255),
            ExitHow::Signal { signal, core: true },
            ExitHow::Signal {
                signal,
                core: false,
            },
        ];
        let looked = ends.map(|how| Reply::Looked(Some(Exit { how, usage })));
        let others = [
            Reply::Ready(5),
            Reply::Started(process(2), 9),
            Reply::Looked(None),
            Reply::Done,
            Reply::Failed(12),
        ];
        for reply in looked.into_iter().chain(others) {
            assert_eq!(Reply::of(&reply.to_bytes()), Some(reply));
        }
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_odd(bytes in proptest::collection::vec(any::<u8>(), 0..200), kind in 0u8..8) {
            let mut bytes = bytes;
            let _ = (Request::at_head(&bytes), Reply::of(&bytes));
            for length in [REQUEST_BYTES, REPLY_BYTES] {
                bytes.resize(length, 0);
                bytes[..8].copy_from_slice(&u64::from(kind).to_le_bytes());
                let _ = (Request::of(&bytes), Reply::of(&bytes));
            }
        }
    }
}
