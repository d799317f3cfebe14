//! The relay: one source, any number of branches, exact counts.
//!
//! The rules, in the order of the code:
//! 1. A branch whose reader has left is closed at once, even while nothing passes; when none is left the
//!    source is closed, so that whoever writes to it gets SIGPIPE as on a plain pipe.
//! 2. Bytes are counted and kept when the branch has taken them, not before.
//! 3. All branches get each chunk side by side, and the next chunk waits for the slowest.
//! 4. A branch is closed before its end is told: nothing is open after the last word.
//! 5. A flow that carries much from a pipe to one place is lent to a thread, as long as nothing is asked of
//!    it; what comes back goes on here.

mod lend;

use std::io;
use std::sync::Arc;

use futures_util::future::{join_all, select_all};
use pipeyard_shared::event::{Event, FlowEnd};
use tokio::sync::{mpsc, watch};

use super::flow::Flow;
use super::hot::{Growth, Heat, Plane};
use super::log::{Clock, Log};
use super::sink::Sink;
use super::source::Source;

use lend::{Lending, lend};

/// The first chunk is small, since most flows of most chains carry little.
const FIRST_CHUNK_BYTES: usize = 4 << 10;
/// Later chunks are as large as a pipe.
const CHUNK_BYTES: usize = 64 << 10;

/// A source and where its bytes go.
#[derive(Debug)]
pub(super) struct Relay {
    /// Its place among the lane's relays.
    pub(super) number: usize,
    pub(super) source: Source,
    pub(super) branches: Vec<Branch>,
}

/// One way out of a relay.
#[derive(Debug)]
pub(super) struct Branch {
    /// The place of its flow in the chain, and the flow itself; typed input has none.
    pub(super) flow: Option<(usize, Arc<Flow>)>,
    pub(super) sink: Sink,
}

/// What a relay is asked to do besides relaying.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Nothing.
    Relay,
    /// Tell when the source has nothing more just now.
    ReportWhenEmpty,
    /// End when the source has nothing more just now.
    EndWhenEmpty,
    /// End at once.
    Cancel,
}

/// What a relay tells its lane.
#[derive(Debug)]
pub(super) enum Told {
    /// A flow carries no more.
    FlowEnded {
        /// When it ended, before its reader could know.
        at_us: u64,
        flow: usize,
        reason: FlowEnd,
        failure: Option<Failure>,
    },
    /// The source has nothing more: for now, as was asked, or for ever.
    Drained { relay: usize },
}

/// Why a flow could not go on.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) side: Side,
    pub(super) error: io::Error,
}

/// Whose fault a failure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// The source could not be read.
    Source,
    /// The sink could not be written.
    Sink,
}

/// Where a relay tells what happens.
#[derive(Clone, Debug)]
pub(super) struct Teller {
    pub(super) log: Arc<Log>,
    pub(super) clock: Clock,
    pub(super) lane: mpsc::Sender<Told>,
    /// How hot flows are moved.
    pub(super) plane: Plane,
}

impl Relay {
    /// Relays until the source ends, every reader has left, or it is ordered to end.
    pub(super) async fn run(self, mut orders: watch::Receiver<Order>, teller: Teller) {
        let Self {
            number,
            mut source,
            mut branches,
        } = self;
        let (reason, failure) =
            pump(number, &mut source, &mut branches, &mut orders, &teller).await;
        drop(source);
        let mut failure = failure;
        for branch in branches {
            // One source feeds all: each branch hears of its failure, the first with the system's words.
            branch
                .finish(reason, failure.take(), &mut orders, &teller)
                .await;
        }
        tell(&teller, Told::Drained { relay: number }).await;
    }
}

type End = (FlowEnd, Option<Failure>);

async fn pump(
    number: usize,
    source: &mut Source,
    branches: &mut Vec<Branch>,
    orders: &mut watch::Receiver<Order>,
    teller: &Teller,
) -> End {
    let mut buffer = vec![0; FIRST_CHUNK_BYTES];
    let mut reported = false;
    let mut heat = Heat::new();
    let mut can_be_lent = true;
    let mut growth = Growth::default();
    loop {
        // A source and a drain that never wait would otherwise keep a thread of the reactor for ever.
        tokio::task::coop::consume_budget().await;
        let order = *orders.borrow_and_update();
        match order {
            Order::Relay => {}
            Order::Cancel => return (FlowEnd::Abandoned, None),
            Order::EndWhenEmpty if source.is_empty_now() => return (FlowEnd::Abandoned, None),
            Order::ReportWhenEmpty if !reported && source.is_empty_now() => {
                reported = true;
                tell(teller, Told::Drained { relay: number }).await;
            }
            Order::EndWhenEmpty | Order::ReportWhenEmpty => {}
        }
        if heat.is_hot() && can_be_lent && order == Order::Relay {
            heat = Heat::new();
            match lend(source, branches, &mut growth, orders, teller).await {
                Lending::Refused => can_be_lent = false,
                Lending::Back { rest } if rest.is_empty() => {}
                Lending::Back { rest } => {
                    if let Some(end) = pass_on(&rest, branches, orders, teller).await {
                        return end;
                    }
                }
                Lending::Ended(end) => return end,
            }
            continue;
        }
        let read = match source.try_read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                // What stood in the large pipes when the flow came back has been taken by now.
                let to = branches.first().and_then(|branch| branch.sink.descriptor());
                growth.shrink(source.descriptor(), to);
                tokio::select! {
                    biased;
                    left = any_reader_left(branches) => {
                        let branch = branches.swap_remove(left);
                        branch.end(FlowEnd::ReaderLeft, None, teller).await;
                        if branches.is_empty() {
                            return (FlowEnd::ReaderLeft, None);
                        }
                        continue;
                    }
                    changed = orders.changed() => match changed {
                        Ok(()) => continue,
                        Err(_) => return (FlowEnd::Abandoned, None),
                    },
                    read = source.read(&mut buffer) => read,
                }
            }
            read => read,
        };
        let count = match read {
            Ok(0) => return (FlowEnd::EndOfFile, None),
            Ok(count) => count,
            Err(error) => {
                let side = Side::Source;
                return (FlowEnd::Failed, Some(Failure { side, error }));
            }
        };
        if let Some(end) = pass_on(&buffer[..count], branches, orders, teller).await {
            return end;
        }
        heat.add(count);
        if count == buffer.len() && count < CHUNK_BYTES {
            buffer.resize(CHUNK_BYTES, 0);
        }
    }
}

/// Gives a chunk to every branch and closes those that refuse it; an end when that was the last thing to do.
async fn pass_on(
    chunk: &[u8],
    branches: &mut Vec<Branch>,
    orders: &mut watch::Receiver<Order>,
    teller: &Teller,
) -> Option<End> {
    let results = tokio::select! {
        biased;
        results = deliver(branches, chunk, teller) => results,
        () = cancelled(orders) => return Some((FlowEnd::Abandoned, None)),
    };
    close_refused(branches, results, teller).await;
    branches.is_empty().then_some((FlowEnd::ReaderLeft, None))
}

/// Gives a chunk to every branch. A result a branch, in their order.
async fn deliver(branches: &mut [Branch], chunk: &[u8], teller: &Teller) -> Vec<io::Result<()>> {
    match branches {
        [only] => vec![only.take(chunk, teller).await],
        all => join_all(all.iter_mut().map(|branch| branch.take(chunk, teller))).await,
    }
}

/// Ends the branches that could not take a chunk.
async fn close_refused(branches: &mut Vec<Branch>, results: Vec<io::Result<()>>, teller: &Teller) {
    for (place, result) in results.into_iter().enumerate().rev() {
        let Err(error) = result else { continue };
        let branch = branches.remove(place);
        if error.kind() == io::ErrorKind::BrokenPipe {
            branch.end(FlowEnd::ReaderLeft, None, teller).await;
        } else {
            let side = Side::Sink;
            branch
                .end(FlowEnd::Failed, Some(Failure { side, error }), teller)
                .await;
        }
    }
}

async fn any_reader_left(branches: &[Branch]) -> usize {
    match branches {
        [only] => {
            only.sink.reader_left().await;
            0
        }
        all => {
            let waits = all.iter().map(|branch| Box::pin(branch.sink.reader_left()));
            select_all(waits).await.1
        }
    }
}

async fn cancelled(orders: &mut watch::Receiver<Order>) {
    // A lane that is gone orders nothing more, which is as good as a cancel.
    let _ = orders.wait_for(|order| *order == Order::Cancel).await;
}

/// Writes what is kept of a flow to disk, on a thread that may wait for it.
async fn write_batch(flow: &Arc<Flow>) {
    if let Some(batch) = flow.batch() {
        let flow = flow.clone();
        // A thread that is lost was lost to a panic, and what it held is not kept.
        let _ = tokio::task::spawn_blocking(move || flow.written(&batch, batch.write())).await;
    }
}

async fn tell(teller: &Teller, told: Told) {
    // A lane that listens no more has ended already.
    let _ = teller.lane.send(told).await;
}

impl Branch {
    async fn take(&mut self, mut bytes: &[u8], teller: &Teller) -> io::Result<()> {
        let Some((_, flow)) = self.flow.clone() else {
            return self.sink.write_whole(bytes).await;
        };
        while !bytes.is_empty() {
            // At once where that is possible, and then in one step with the look at the pace: nobody sets it
            // in between.
            let sink = &mut self.sink;
            let step = flow.gate().step(bytes, |leave| {
                let written = sink.try_write(leave)?;
                Some(written.map(|count| (count, flow.record(&leave[..count]))))
            });
            let (count, first) = match step {
                Some(Ok(done)) => done,
                Some(Err(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.sink.ready().await;
                    continue;
                }
                Some(Err(error)) => return Err(error),
                None => {
                    let leave = self.leave(&flow, bytes).await?;
                    if self.sink.can_try() {
                        continue;
                    }
                    let count = self.sink.write(&bytes[..leave]).await?;
                    flow.gate().passed(&bytes[..count]);
                    (count, flow.record(&bytes[..count]))
                }
            };
            if first {
                let (at_us, flow) = (teller.clock.now_us(), flow.id());
                teller.log.push(at_us, Event::FlowBegan { flow });
            }
            write_batch(&flow).await;
            bytes = &bytes[count..];
        }
        Ok(())
    }

    /// How many of these bytes its pace lets through, once it does; an error when the reader leaves first.
    async fn leave(&self, flow: &Flow, bytes: &[u8]) -> io::Result<usize> {
        if flow.gate().is_open() {
            return Ok(bytes.len());
        }
        tokio::select! {
            biased;
            () = self.sink.reader_left() => Err(io::ErrorKind::BrokenPipe.into()),
            count = flow.gate().leave(bytes) => Ok(count),
        }
    }

    /// Ends with the source: what is held back for whole lines goes out first, unless that is cancelled.
    async fn finish(
        mut self,
        reason: FlowEnd,
        failure: Option<Failure>,
        orders: &mut watch::Receiver<Order>,
        teller: &Teller,
    ) {
        let finished = tokio::select! {
            biased;
            finished = self.sink.finish() => finished,
            () = cancelled(orders) => Ok(()),
        };
        match finished {
            Ok(()) => self.end(reason, failure, teller).await,
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.end(FlowEnd::ReaderLeft, None, teller).await;
            }
            Err(error) => {
                let side = Side::Sink;
                let failure = Some(Failure { side, error });
                self.end(FlowEnd::Failed, failure, teller).await;
            }
        }
    }

    async fn end(self, reason: FlowEnd, failure: Option<Failure>, teller: &Teller) {
        let Self { flow, sink } = self;
        let at_us = teller.clock.now_us();
        drop(sink);
        if let Some((flow, of)) = flow {
            of.close();
            let told = Told::FlowEnded {
                at_us,
                flow,
                reason,
                failure,
            };
            tell(teller, told).await;
        }
    }
}
