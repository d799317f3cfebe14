//! Fan-in: several writers into one drain.

use std::io;
use std::sync::Arc;

use pipeyard_shared::chain::FanIn;
use tokio::sync::{Mutex, OwnedMutexGuard, watch};

use super::drain::Drain;
use super::pipe::WriteEnd;

/// The most bytes that a writer's unfinished line holds back. A longer line takes the drain for itself
/// until its newline comes, so that it stays whole without being held in memory.
const HELD_LINE_BYTES: usize = 64 << 10;

/// A drain that several writers share.
#[derive(Debug)]
pub struct Join {
    mode: FanIn,
    drain: Arc<Mutex<Drain>>,
    /// For noticing a reader that left while nobody writes.
    pipe: Option<Arc<WriteEnd>>,
    /// For `ordered`: the place of the writer whose turn it is.
    turn: watch::Sender<usize>,
    writers: std::sync::Mutex<Writers>,
}

#[derive(Debug, Default)]
struct Writers {
    /// Which have finished, by place.
    finished: Vec<bool>,
    /// Last lines without a newline. They go out when nobody writes any more, since the next whole line
    /// would be glued to them.
    tails: Vec<u8>,
}

/// Says which relay of a lane may keep drains for long lines.
///
/// A relay that feeds several fan-ins could keep one and wait for another that is kept by a second such
/// relay, which waits for the first. So of those relays only one at a time keeps any, and its own ends
/// share the permission.
#[derive(Debug)]
pub(super) struct LongLines {
    of_lane: Arc<Mutex<()>>,
    of_relay: Mutex<Permission>,
}

#[derive(Debug, Default)]
struct Permission {
    held: Option<OwnedMutexGuard<()>>,
    users: usize,
}

/// One writer's end of a [`Join`].
#[derive(Debug)]
pub(super) struct JoinEnd {
    join: Arc<Join>,
    place: usize,
    held: Vec<u8>,
    /// Kept from the first byte of a line that is too long to hold back until its newline.
    taken: Option<OwnedMutexGuard<Drain>>,
    /// For an end of a relay that feeds several fan-ins.
    long_lines: Option<Arc<LongLines>>,
    permitted: bool,
}

impl Join {
    /// A fan-in into a drain. [`FanIn::Shared`] needs no runner: it is one kernel pipe, and is treated
    /// as [`FanIn::Lines`] here.
    pub fn new(mode: FanIn, drain: Drain) -> Arc<Self> {
        let pipe = drain.as_pipe().cloned();
        Arc::new(Self {
            mode,
            drain: Arc::new(Mutex::new(drain)),
            pipe,
            turn: watch::Sender::new(0),
            writers: std::sync::Mutex::default(),
        })
    }

    /// One more writer, behind those that there are.
    pub(super) fn end(self: &Arc<Self>) -> JoinEnd {
        let mut writers = self.lock_writers();
        writers.finished.push(false);
        JoinEnd {
            join: self.clone(),
            place: writers.finished.len() - 1,
            held: Vec::new(),
            taken: None,
            long_lines: None,
            permitted: false,
        }
    }

    /// Marks a writer as finished; returns what is to be written now that nobody writes any more.
    fn finish(&self, place: usize, tail: Vec<u8>) -> Vec<u8> {
        let mut writers = self.lock_writers();
        writers.tails.extend(tail);
        writers.finished[place] = true;
        let next = writers.finished.iter().position(|finished| !finished);
        let turn = next.unwrap_or(writers.finished.len());
        self.turn.send_if_modified(|current| {
            let moved = *current != turn;
            *current = turn;
            moved
        });
        match next {
            Some(_) => Vec::new(),
            None => std::mem::take(&mut writers.tails),
        }
    }

    fn lock_writers(&self) -> std::sync::MutexGuard<'_, Writers> {
        self.writers
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl LongLines {
    /// The permission of one relay, out of the one of its lane.
    pub(super) fn new(of_lane: Arc<Mutex<()>>) -> Arc<Self> {
        Arc::new(Self {
            of_lane,
            of_relay: Mutex::default(),
        })
    }

    async fn enter(&self) {
        let mut permission = self.of_relay.lock().await;
        if permission.held.is_none() {
            permission.held = Some(self.of_lane.clone().lock_owned().await);
        }
        permission.users += 1;
    }

    async fn leave(&self) {
        let mut permission = self.of_relay.lock().await;
        permission.users = permission.users.saturating_sub(1);
        if permission.users == 0 {
            permission.held = None;
        }
    }
}

impl JoinEnd {
    /// Makes it ask before it keeps the drain.
    pub(super) fn ask(&mut self, long_lines: Arc<LongLines>) {
        self.long_lines = Some(long_lines);
    }

    pub(super) async fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.join.mode {
            FanIn::Ordered => {
                self.wait_for_turn().await;
                self.join.drain.lock().await.write(bytes).await
            }
            FanIn::Lines | FanIn::Shared => {
                self.write_lines(bytes).await?;
                Ok(bytes.len())
            }
        }
    }

    pub(super) async fn finish(&mut self) -> io::Result<()> {
        // Kept only for a long line, which then has not ended.
        self.let_go().await;
        let held = std::mem::take(&mut self.held);
        let last_words = self.join.finish(self.place, held);
        if !last_words.is_empty() {
            self.take_drain().await.write_whole(&last_words).await?;
            self.taken = None;
        }
        Ok(())
    }

    /// The pipe at the end, where it is one.
    pub(super) fn as_pipe(&self) -> Option<&Arc<WriteEnd>> {
        self.join.pipe.as_ref()
    }

    async fn write_lines(&mut self, bytes: &[u8]) -> io::Result<()> {
        let (whole, rest) = match memchr::memrchr(b'\n', bytes) {
            Some(last) => bytes.split_at(last + 1),
            None => (&[][..], bytes),
        };
        let unfinished = if whole.is_empty() { self.held.len() } else { 0 } + rest.len();
        let goes_on = self.taken.is_some() && whole.is_empty();
        let keeps = goes_on || unfinished > HELD_LINE_BYTES;
        if keeps {
            // Before the drain is taken: nobody waits for the permission with a drain in hand.
            self.ask_permission().await;
        }
        if !whole.is_empty() {
            let held = std::mem::take(&mut self.held);
            let drain = self.take_drain().await;
            drain.write_whole(&held).await?;
            drain.write_whole(whole).await?;
        }
        if keeps {
            let held = std::mem::take(&mut self.held);
            let drain = self.take_drain().await;
            drain.write_whole(&held).await?;
            drain.write_whole(rest).await?;
        } else {
            self.let_go().await;
            self.held.extend_from_slice(rest);
        }
        Ok(())
    }

    async fn ask_permission(&mut self) {
        if let Some(long_lines) = self.long_lines.as_ref().filter(|_| !self.permitted) {
            long_lines.enter().await;
            self.permitted = true;
        }
    }

    async fn let_go(&mut self) {
        self.taken = None;
        if std::mem::take(&mut self.permitted)
            && let Some(long_lines) = &self.long_lines
        {
            long_lines.leave().await;
        }
    }

    async fn take_drain(&mut self) -> &mut Drain {
        let guard = match self.taken.take() {
            Some(guard) => guard,
            None => self.join.drain.clone().lock_owned().await,
        };
        self.taken.insert(guard)
    }

    async fn wait_for_turn(&self) {
        let mut turn = self.join.turn.subscribe();
        // The sender lives in the join, which this end keeps alive.
        let _ = turn.wait_for(|turn| *turn == self.place).await;
    }
}

/// For those that end without a last word, such as one whose reader has left.
impl Drop for JoinEnd {
    fn drop(&mut self) {
        self.taken = None;
        self.join.finish(self.place, Vec::new());
    }
}
