//! Processes that are none of a lane's stages and matter to it all the same: those that hold one of its
//! pipes open, and those that were left behind in its group. Found in `/proc` (`proc(5)`), by a [`census`].

mod census;

use std::collections::BTreeMap;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

use pipeyard_shared::Text;
use rustix::process::{Pid, PidfdFlags, Signal};
use tokio::io::Interest;

use super::place::Spot;
use crate::system::Registered;
use census::Bounds;
pub use census::Censuses;

/// A process that holds a pipe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Holder {
    pub(super) pid: u32,
    pub(super) program: Text,
}

/// The number by which `/proc` names a pipe.
pub(super) fn pipe_number(pipe: impl AsFd) -> Option<u64> {
    rustix::fs::fstat(pipe).ok().map(|found| found.st_ino)
}

/// For each of some pipes, the first process other than the runner and the stages' parent that has it open. A child of
/// these that has not become its program yet holds everything for a moment, and is passed over, as are processes of other
/// users, which cannot be looked into. For rare occasions: all that is open of everybody there is looked at.
pub(super) async fn holders(
    pipes: Vec<u64>,
    spot: Spot,
    censuses: Censuses,
) -> BTreeMap<u64, Holder> {
    let found = censuses.take(move |bounds| holders_of(&pipes, &spot, bounds));
    found.await.unwrap_or_default()
}

fn holders_of(pipes: &[u64], spot: &Spot, bounds: &mut Bounds) -> BTreeMap<u64, Holder> {
    let links: BTreeMap<String, u64> = pipes
        .iter()
        .map(|pipe| (format!("pipe:[{pipe}]"), *pipe))
        .collect();
    let ours = [std::process::id(), number(spot.parent())];
    let mut holders = BTreeMap::new();
    let processes = processes(spot, bounds);
    for pid in processes.into_iter().filter(|pid| !ours.contains(pid)) {
        if holders.len() == links.len() {
            break;
        }
        let Ok(open) = std::fs::read_dir(format!("/proc/{pid}/fd")) else {
            continue;
        };
        for link in open
            .flatten()
            .take_while(|_| bounds.allow())
            .filter_map(|entry| entry.path().read_link().ok())
        {
            if let Some(pipe) = link.to_str().and_then(|link| links.get(link))
                && !is_being_started(pid, ours)
            {
                holders.entry(*pipe).or_insert_with(|| Holder {
                    pid,
                    program: name(pid),
                });
            }
        }
    }
    holders
}

/// Ends what is left of a group, whose leader has been reaped, in its parent's session: TERM, a grace, KILL. Returns how
/// many there were. Costs one system call when there are none.
pub(super) async fn end_leftovers(
    group: Pid,
    spot: &Spot,
    censuses: &Censuses,
    grace: Duration,
) -> u32 {
    // Once the leader is reaped the number could in principle belong to a new group; signal 0 harms
    // nobody, and those that are then signalled are looked at one by one.
    if rustix::process::test_kill_process_group(group).is_err() {
        return 0;
    }
    let mut count = 0;
    for round in 0..LEFTOVER_ROUNDS {
        let spot = spot.clone();
        let counting = censuses.take(move |bounds| members(group, &spot, bounds));
        let left = counting.await.unwrap_or_default();
        if left.is_empty() {
            break;
        }
        // Whoever is new in a later round was forked by one who was asked to end: those are not asked.
        let (signal, wait) = if round == 0 {
            count = u32::try_from(left.len()).unwrap_or(u32::MAX);
            (Signal::TERM, grace)
        } else {
            (Signal::KILL, KILL_WAIT)
        };
        for handle in &left {
            let _ = rustix::process::pidfd_send_signal(handle, signal);
            let _ = rustix::process::pidfd_send_signal(handle, Signal::CONT);
        }
        let deadline = tokio::time::Instant::now() + wait;
        for handle in left {
            let Ok(handle) = Registered::new(handle, Interest::READABLE) else {
                continue;
            };
            if tokio::time::timeout_at(deadline, handle.readable())
                .await
                .is_err()
            {
                break;
            }
        }
    }
    count
}

/// The group of a process; nothing if it is gone.
pub(super) fn group_of(pid: Pid) -> Option<Pid> {
    let pid = u32::try_from(pid.as_raw_nonzero().get()).ok()?;
    belongs_to(pid).and_then(|(group, _)| Pid::from_raw(group))
}

/// Rounds of ending whoever is left in a group; a program that forks faster than it is killed is a fork
/// bomb, which only a limit on processes can stop.
const LEFTOVER_ROUNDS: usize = 20;
/// How long a killed process may take to go.
const KILL_WAIT: Duration = Duration::from_millis(200);

/// Handles on the living members of a group in the session of the stages' parent.
fn members(group: Pid, spot: &Spot, bounds: &mut Bounds) -> Vec<std::os::fd::OwnedFd> {
    let session = belongs_to(number(spot.parent())).map(|(_, session)| session);
    processes(spot, bounds)
        .into_iter()
        .filter(|pid| {
            belongs_to(*pid).is_some_and(|(of_group, of_session)| {
                of_group == group.as_raw_nonzero().get() && Some(of_session) == session
            })
        })
        .filter_map(|pid| Pid::from_raw(i32::try_from(pid).ok()?))
        .filter_map(|pid| rustix::process::pidfd_open(pid, PidfdFlags::NONBLOCK).ok())
        .collect()
}

/// Who is alive where a lane is, as far as the bounds reach: in a sandbox nobody else is looked at.
fn processes(spot: &Spot, bounds: &mut Bounds) -> Vec<u32> {
    match spot {
        Spot::Here => census::everybody(bounds),
        Spot::Within(_) => census::below(number(spot.parent()), bounds),
    }
}

fn number(pid: Pid) -> u32 {
    pid.as_raw_nonzero().get().unsigned_abs()
}

/// A process's group and session. Both can be 0, for kernel threads and for those of another pid
/// namespace, which `getpgid(2)` wrappers do not expect.
fn belongs_to(pid: u32) -> Option<(i32, i32)> {
    let fields = stat(pid)?;
    let mut fields = fields.split(' ');
    // A zombie has ended; whoever started it has only not looked yet.
    if fields.next() == Some("Z") {
        return None;
    }
    let mut fields = fields.skip(1);
    let mut next = || fields.next()?.parse().ok();
    Some((next()?, next()?))
}

/// What `/proc` says of a process behind its name: its state, its parent, its group, its session and more.
fn stat(pid: u32) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name stands in parentheses and may hold anything: what follows the last one is numbers.
    let (_, fields) = stat.rsplit_once(") ")?;
    Some(fields.to_owned())
}

/// Whether a process is a child of one of ours that still is the runner's own program: it is just being started.
fn is_being_started(pid: u32, ours: [u32; 2]) -> bool {
    // The same file has another name in a sandbox.
    let program = |pid: &str| {
        let found = rustix::fs::stat(format!("/proc/{pid}/exe").as_str()).ok()?;
        Some((found.st_dev, found.st_ino))
    };
    let parent = || stat(pid)?.split(' ').nth(1)?.parse().ok();
    program(&pid.to_string()) == program("self")
        && parent().is_some_and(|parent| ours.contains(&parent))
}

/// The program's name: the last part of its first argument, or what the kernel calls it.
fn name(pid: u32) -> Text {
    let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let first = line.split(|byte| *byte == 0).next().unwrap_or_default();
    let last = Path::new(std::ffi::OsStr::from_bytes(first)).file_name();
    match last {
        Some(name) => Text::from_bytes(name.as_bytes()),
        None => {
            let mut name = std::fs::read(format!("/proc/{pid}/comm")).unwrap_or_default();
            name.retain(|byte| *byte != b'\n');
            Text::from_bytes(name)
        }
    }
}
