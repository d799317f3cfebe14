//! The line to a sandbox's agent: one task owns its socket, asks, hears the answers, and ends the sandbox.
//!
//! The agent does one thing after another and answers in that order, so the next can be asked while it is still at work: else each
//! order would wait for two processes to wake up in turn, for each of the orders before it.
//!
//! A learner can keep the agent from answering: it waits for each program to be started, and a program of their own can
//! be made to wait (`F_SETLEASE` in `fcntl(2)`), or be stopped, before it is one. So nobody waits on a thread for what
//! the agent says. Whoever asks gets a promise; whoever only takes leave says so and goes on.

use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::{Arc, Weak};
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::Pid;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::about::{About, number_of};
use super::child::Child;
use super::command::Carried;
use super::enclosure::Enclosure;
use super::keeper::Keeper;
use super::message::{MOST_ASKED, Place, REPLY_BYTES, Reply, Request};
use super::socket;
use crate::guard::Guard;
use crate::system::{Exit, Registered};

/// How long the agent may take to answer. Then everything in its sandbox is ended.
const ANSWER_TIME: Duration = Duration::from_secs(10);

/// What is asked of the agent. Process ids are those in the sandbox.
#[derive(Debug)]
pub(super) enum Order {
    /// To start a process, in a group (its own, if absent), with these descriptors, which the command numbers.
    Start {
        group: Option<Pid>,
        command: Carried,
        descriptors: Vec<Arc<OwnedFd>>,
        answer: oneshot::Sender<io::Result<Child>>,
    },
    /// How a process ended.
    Look(Pid, oneshot::Sender<io::Result<Option<Exit>>>),
    /// To take a process away that has ended, and to say when that is done.
    Reap(Pid, oneshot::Sender<io::Result<()>>),
    /// To end a process, if it has not ended, and to take it away. Nobody waits for that.
    LetGo(Pid),
    /// A stay begins.
    Enter,
    /// A stay is over. With the last one, whatever is left in there is ended, and then it is said.
    Leave(Option<oneshot::Sender<()>>),
}

/// The end of the line at which things are asked. What waits in it is bounded by what there is to ask about: a process
/// is started, looked at and taken away once, and who plans or runs enters and leaves once.
#[derive(Clone, Debug)]
pub(super) struct Line(mpsc::UnboundedSender<Order>);

impl Line {
    /// A line, and the end from which orders are taken.
    pub(super) fn new() -> (Self, mpsc::UnboundedReceiver<Order>) {
        let (orders, taken) = mpsc::unbounded_channel();
        (Self(orders), taken)
    }

    /// What does not keep it open.
    pub(super) fn downgrade(&self) -> mpsc::WeakUnboundedSender<Order> {
        self.0.downgrade()
    }

    /// Gives an order that nobody waits for. With the sandbox everything is gone that it could be about.
    pub(super) fn tell(&self, order: Order) {
        let _ = self.0.send(order);
    }

    /// Gives an order, and waits for the answer.
    ///
    /// # Errors
    /// When the sandbox has ended.
    pub(super) async fn ask<T>(
        &self,
        order: impl FnOnce(oneshot::Sender<T>) -> Order,
    ) -> io::Result<T> {
        let (answer, answered) = oneshot::channel();
        self.tell(order(answer));
        answered.await.map_err(|_| unfit())
    }
}

/// What carries out the orders. It is a task's, and when it is dropped, the sandbox ends.
pub(super) struct Attendant {
    pub(super) about: Arc<About>,
    pub(super) socket: Registered,
    pub(super) keeper: Keeper,
    pub(super) line: mpsc::WeakUnboundedSender<Order>,
    pub(super) orders: mpsc::UnboundedReceiver<Order>,
    /// What the agent was asked and has not answered, the oldest first: as many as [`MOST_ASKED`].
    pub(super) asked: VecDeque<Asked>,
    /// Until when the oldest of them must be answered.
    pub(super) due: Instant,
    /// How many stays there are.
    pub(super) stays: usize,
    /// Who has made it, and lets go of it when it is not used.
    pub(super) enclosure: Weak<Enclosure>,
    /// For how long it may be there without a stay.
    pub(super) idle_time: Duration,
    pub(super) guard: Option<Guard>,
    /// Told when everything in there has ended.
    pub(super) ended: watch::Sender<bool>,
}

/// Who waits for the answer to what.
#[derive(Debug)]
pub(super) enum Asked {
    Start(oneshot::Sender<io::Result<Child>>),
    Look(oneshot::Sender<io::Result<Option<Exit>>>),
    Reap(oneshot::Sender<io::Result<()>>),
    Sweep(Option<oneshot::Sender<()>>),
}

/// What there is to see to.
enum Event {
    Order(Order),
    Heard(Reply),
}

/// Why an order was not carried out.
enum Failure {
    /// The agent can be asked again.
    Told(io::Error),
    /// It cannot: an answer that comes too late would be taken for that to the next question.
    Broken,
}

impl Attendant {
    /// Carries out orders until nobody can give any more or the agent does not answer as it must, and ends the sandbox.
    pub(super) async fn serve(mut self) {
        while let Some(event) = self.next().await {
            let done = match event {
                Event::Order(order) => self.carry_out(order).await,
                Event::Heard(reply) => self.hear(reply).await,
            };
            if let Err(Failure::Broken) = done {
                break;
            }
        }
        self.end().await;
    }

    /// What is to be seen to next; nothing when it is over.
    async fn next(&mut self) -> Option<Event> {
        loop {
            let is_waiting = !self.asked.is_empty();
            tokio::select! {
                // Who has ended is not idle: another one may stand in its place already.
                biased;
                // Whoever asks finds out; but the guard is to know even if nobody does.
                _ = self.about.agent.readable() => return None,
                heard = hear(&self.socket), if is_waiting => {
                    return heard.ok().map(Event::Heard);
                }
                order = self.orders.recv(), if self.asked.len() < MOST_ASKED => {
                    return order.map(Event::Order);
                }
                () = sleep_until(self.due), if is_waiting => {
                    tell_of_silence();
                    return None;
                }
                () = sleep(self.idle_time), if self.stays == 0 && !is_waiting => {
                    let enclosure = self.enclosure.upgrade();
                    let is_unused = || self.orders.is_empty();
                    let let_go = |enclosure: Arc<Enclosure>| enclosure.let_go_of(&self.about, is_unused);
                    if enclosure.is_none_or(let_go) {
                        return None;
                    }
                }
            }
        }
    }

    async fn end(&mut self) {
        self.about.give_up();
        // Who waits for an answer is told so by its absence.
        self.orders.close();
        while self.orders.try_recv().is_ok() {}
        self.asked.clear();
        self.keeper.ended().await;
        // Who still has the sandbox, as a run does that is kept to be looked at, does not keep its group.
        if let Some(cgroup) = &self.about.cgroup {
            cgroup.end();
        }
        if let Some(guard) = &self.guard {
            guard.forget(self.about.agent_pid);
        }
        self.ended.send_replace(true);
    }

    async fn carry_out(&mut self, order: Order) -> Result<(), Failure> {
        match order {
            Order::Start {
                group,
                command,
                descriptors,
                answer,
            } => {
                if answer.is_closed() {
                    return Ok(());
                }
                let sent = self.start(group, command, descriptors).await;
                self.ask(sent, Asked::Start(answer))
            }
            Order::Look(inside, answer) => {
                let sent = self.send(Request::Look(inside)).await;
                self.ask(sent, Asked::Look(answer))
            }
            Order::Reap(inside, answer) => {
                let sent = self.send(Request::Reap(inside)).await;
                self.ask(sent, Asked::Reap(answer))
            }
            Order::LetGo(inside) => self.let_go(inside).await,
            Order::Enter => {
                self.stays += 1;
                self.about.set_busy(true);
                Ok(())
            }
            Order::Leave(answer) => {
                self.stays = self.stays.saturating_sub(1);
                if self.stays > 0 {
                    let _ = answer.map(|answer| answer.send(()));
                    return Ok(());
                }
                self.about.set_busy(false);
                let sent = self.send(Request::Sweep).await;
                self.ask(sent, Asked::Sweep(answer))
            }
        }
    }

    /// Notes who waits for the answer to what was sent.
    fn ask(&mut self, sent: Result<(), Failure>, asked: Asked) -> Result<(), Failure> {
        match sent {
            Ok(()) => {
                if self.asked.is_empty() {
                    self.due = Instant::now() + ANSWER_TIME;
                }
                self.asked.push_back(asked);
                Ok(())
            }
            Err(Failure::Told(error)) => asked.fail(error),
            Err(Failure::Broken) => {
                // Who hears of no answer is to find that the sandbox is not there any more.
                self.about.give_up();
                Err(Failure::Broken)
            }
        }
    }

    /// Tells who has asked longest what the agent has answered.
    async fn hear(&mut self, reply: Reply) -> Result<(), Failure> {
        let asked = self.asked.pop_front().ok_or(Failure::Broken)?;
        self.due = Instant::now() + ANSWER_TIME;
        match (reply, asked) {
            (Reply::Failed(error), asked) => asked.fail(io::Error::from_raw_os_error(error)),
            (Reply::Started(inside, handle), Asked::Start(answer)) => {
                let child = self.child(inside, handle);
                if child.is_err() {
                    // It runs, and nobody here has a handle on it.
                    self.let_go(inside).await?;
                }
                // What nobody waits for any more is dropped: a child is ended by that.
                drop(answer.send(child));
                Ok(())
            }
            (Reply::Looked(exit), Asked::Look(answer)) => {
                let _ = answer.send(Ok(exit));
                Ok(())
            }
            (Reply::Done, Asked::Reap(answer)) => {
                let _ = answer.send(Ok(()));
                Ok(())
            }
            (Reply::Done, Asked::Sweep(answer)) => {
                let _ = answer.map(|answer| answer.send(()));
                Ok(())
            }
            (_, asked) => {
                // As above.
                self.about.give_up();
                drop(asked);
                Err(Failure::Broken)
            }
        }
    }

    fn child(&self, inside: Pid, handle: i32) -> io::Result<Child> {
        let handle = self.about.take(handle)?;
        let pid = number_of(&handle)?;
        let line = self.line.upgrade().map(Line);
        Ok(Child::new(inside, pid, handle, line))
    }

    /// What is sent is the agent's alone from then on: readers wait for the last writer to close.
    async fn start(
        &self,
        group: Option<Pid>,
        command: Carried,
        descriptors: Vec<Arc<OwnedFd>>,
    ) -> Result<(), Failure> {
        let place = match &command {
            Carried::Bytes(_) => Place::Behind,
            Carried::File(_) => Place::Beside,
        };
        let mut message = Request::Start { group, place }.to_bytes().to_vec();
        let mut beside = Vec::with_capacity(descriptors.len() + 1);
        match &command {
            Carried::Bytes(bytes) => message.extend(bytes),
            Carried::File(file) => beside.push(file.as_fd()),
        }
        beside.extend(descriptors.iter().map(|descriptor| descriptor.as_fd()));
        in_time(send(&self.socket, &message, &beside)).await
    }

    async fn send(&self, request: Request) -> Result<(), Failure> {
        in_time(send(&self.socket, &request.to_bytes(), &[])).await
    }

    /// There is no answer to it.
    async fn let_go(&self, inside: Pid) -> Result<(), Failure> {
        self.send(Request::LetGo(inside)).await
    }
}

impl Asked {
    /// Tells who waits that it could not be done.
    fn fail(self, error: io::Error) -> Result<(), Failure> {
        match self {
            Self::Start(answer) => drop(answer.send(Err(error))),
            Self::Look(answer) => drop(answer.send(Err(error))),
            Self::Reap(answer) => drop(answer.send(Err(error))),
            // What is left in there would be there for whoever comes next.
            Self::Sweep(_) => {
                tracing::debug!(%error, "a sandbox could not be swept");
                return Err(Failure::Broken);
            }
        }
        Ok(())
    }
}

impl Drop for Attendant {
    /// Where the reactor ends before it.
    fn drop(&mut self) {
        self.about.give_up();
    }
}

async fn in_time(done: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    timeout(ANSWER_TIME, done).await.unwrap_or_else(|_| {
        tell_of_silence();
        Err(Failure::Broken)
    })
}

fn tell_of_silence() {
    tracing::warn!("a sandbox's agent does not answer: everything in there is ended");
}

/// Sends a message, and waits while there is no room for it. There nearly always is.
async fn send(
    socket: &Registered,
    message: &[u8],
    descriptors: &[BorrowedFd<'_>],
) -> Result<(), Failure> {
    loop {
        match socket::send(socket.get_ref(), message, descriptors) {
            Ok(()) => return Ok(()),
            Err(error) => match Errno::from_io_error(&error) {
                Some(Errno::AGAIN) => {}
                Some(Errno::PIPE | Errno::CONNRESET) => return Err(Failure::Broken),
                // Nothing of it was sent.
                _ => return Err(Failure::Told(error)),
            },
        }
        let mut ready = socket.writable().await.map_err(|_| Failure::Broken)?;
        ready.clear_ready();
    }
}

/// Waits for what the agent says. Cancel-safe.
pub(super) async fn hear(socket: &Registered) -> io::Result<Reply> {
    let mut buffer = [0; REPLY_BYTES];
    loop {
        let mut ready = socket.readable().await?;
        match socket::receive(socket.get_ref(), &mut buffer) {
            Ok((0, _)) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok((length, _)) => return Reply::of(&buffer[..length]).ok_or_else(unfit),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => ready.clear_ready(),
            Err(error) => return Err(error),
        }
    }
}

/// What is said where the agent has not answered, or the sandbox has ended.
pub(super) fn unfit() -> io::Error {
    io::Error::other("the agent in the sandbox does not answer as it should")
}
