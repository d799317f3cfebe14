//! Who is alive where a lane's processes are: on this machine, or in a sandbox. Counted off the reactor, one count at a time for
//! each person, and within bounds: however many processes somebody has, nobody else waits for it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

/// Processes and descriptors that are looked at in one census.
const MOST: usize = 200_000;
/// How long one may take.
const TIME: Duration = Duration::from_millis(500);
/// How often descendants are counted again, since whoever loses its parent moves while they are.
const COUNTS: usize = 3;

/// One person's censuses. Clones are the same person's.
#[derive(Clone, Debug)]
pub struct Censuses(Arc<Semaphore>);

/// What is left to one census of its bounds.
#[derive(Debug)]
pub(super) struct Bounds {
    left: usize,
    until: Instant,
}

impl Default for Censuses {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(1)))
    }
}

impl Censuses {
    /// Does something that looks at processes, off the reactor, once no other census of this person's goes on; nothing where
    /// the reactor ends.
    pub(super) async fn take<T: Send + 'static>(
        &self,
        look: impl FnOnce(&mut Bounds) -> T + Send + 'static,
    ) -> Option<T> {
        // It is never closed.
        let turn = self.0.clone().acquire_owned().await.ok()?;
        let looking = tokio::task::spawn_blocking(move || {
            let found = look(&mut Bounds::new(MOST, TIME));
            drop(turn);
            found
        });
        looking.await.ok()
    }
}

impl Bounds {
    fn new(most: usize, time: Duration) -> Self {
        Self {
            left: most,
            until: Instant::now() + time,
        }
    }

    /// Whether one thing more may be looked at.
    pub(super) fn allow(&mut self) -> bool {
        let Some(left) = self.left.checked_sub(1) else {
            return false;
        };
        self.left = left;
        let is_over = Instant::now() >= self.until;
        if is_over {
            tracing::debug!("not all processes could be looked at in time");
            self.left = 0;
        }
        !is_over
    }
}

/// All processes that `/proc` shows, as far as the bounds reach.
pub(super) fn everybody(bounds: &mut Bounds) -> Vec<u32> {
    numbers("/proc".as_ref(), bounds)
}

/// All processes below this one: the first one of a sandbox has all others below it, wherever their parents have gone.
pub(super) fn below(first: u32, bounds: &mut Bounds) -> Vec<u32> {
    let mut found = count_below(first, bounds);
    for _ in 1..COUNTS {
        let again = count_below(first, bounds);
        let is_same = again == found;
        found.extend(again);
        if is_same {
            break;
        }
    }
    found.into_iter().collect()
}

fn count_below(first: u32, bounds: &mut Bounds) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    let mut parents = vec![first];
    while let Some(parent) = parents.pop() {
        // Children belong to the thread that has made them.
        for thread in numbers(format!("/proc/{parent}/task").as_ref(), bounds) {
            if !bounds.allow() {
                return found;
            }
            let children = format!("/proc/{parent}/task/{thread}/children");
            let children = fs::read_to_string(children).unwrap_or_default();
            let children = children.split_ascii_whitespace();
            let fresh = children
                .filter_map(|child| child.parse().ok())
                .filter(|child| found.insert(*child));
            parents.extend(fresh.collect::<Vec<u32>>());
        }
    }
    found
}

fn numbers(directory: &Path, bounds: &mut Bounds) -> Vec<u32> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    entries
        .take_while(|_| bounds.allow())
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use std::process::{Command, Stdio};

    fn bounds() -> Bounds {
        Bounds::new(MOST, Duration::from_secs(60))
    }

    #[test]
    fn descendants_are_found_and_nobody_else() {
        // The shell says who sleeps once it does, and keeps its parent waiting.
        let mut shell = Command::new("sh")
            .args(["-c", "sleep 600 & echo $!; wait"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let mut said = String::new();
        let told = shell.stdout.as_mut().expect("piped");
        std::io::BufRead::read_line(&mut std::io::BufReader::new(told), &mut said).expect("a line");
        let sleeper: u32 = said.trim().parse().expect("a number");
        assert_eq!(below(shell.id(), &mut bounds()), [sleeper]);
        assert!(below(std::process::id(), &mut bounds()).contains(&sleeper));
        assert!(everybody(&mut bounds()).contains(&sleeper));
        let none = Bounds::new(0, Duration::from_secs(60));
        assert!(below(shell.id(), &mut { none }).is_empty());
        let late = Bounds::new(MOST, Duration::ZERO);
        assert!(everybody(&mut { late }).is_empty());
        let pid = i32::try_from(sleeper)
            .ok()
            .and_then(rustix::process::Pid::from_raw);
        let kill = rustix::process::Signal::KILL;
        rustix::process::kill_process(pid.expect("its number"), kill).expect("it is there");
        shell.wait().expect("it ends");
    }

    /// Whoever has many wires that are held has as many censuses, which took the threads of all others.
    #[tokio::test]
    async fn one_goes_on_at_a_time() {
        let censuses = Censuses::default();
        let (go_on, held) = std::sync::mpsc::channel::<()>();
        let (tell, begun) = tokio::sync::oneshot::channel();
        let first = tokio::spawn({
            let censuses = censuses.clone();
            async move {
                let look = move |_: &mut Bounds| {
                    let _ = tell.send(());
                    held.recv().is_ok()
                };
                censuses.take(look).await
            }
        });
        begun.await.expect("it begins");
        let mut second = Box::pin(censuses.take(|_| ()));
        assert!((&mut second).now_or_never().is_none());
        go_on.send(()).expect("it waits");
        assert_eq!(first.await.expect("no panic"), Some(true));
        assert_eq!(second.await, Some(()));
    }
}
