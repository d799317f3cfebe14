//! The line to a sandbox's agent: one task owns its socket, asks one thing after another, and ends the sandbox.
//!
//! A learner can keep the agent from answering: it waits for each program to be started, and a program of their own can
//! be made to wait (`F_SETLEASE` in `fcntl(2)`), or be stopped, before it is one. So nobody waits on a thread for what
//! the agent says. Whoever asks gets a promise; whoever only takes leave says so and goes on.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::{Arc, Weak};
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::Pid;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{sleep, timeout};

use super::about::{About, number_of};
use super::child::Child;
use super::enclosure::Enclosure;
use super::keeper::Keeper;
use super::message::{REPLY_BYTES, Reply, Request};
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
        command: OwnedFd,
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
        loop {
            let order = tokio::select! {
                // Who has ended is not idle: another one may stand in its place already.
                biased;
                // Whoever asks finds out; but the guard is to know even if nobody does.
                _ = self.about.agent.readable() => None,
                order = self.orders.recv() => order,
                () = sleep(self.idle_time), if self.stays == 0 => {
                    let enclosure = self.enclosure.upgrade();
                    let is_unused = || self.orders.is_empty();
                    let let_go = |enclosure: Arc<Enclosure>| enclosure.let_go_of(&self.about, is_unused);
                    if enclosure.is_none_or(let_go) {
                        break;
                    }
                    continue;
                }
            };
            let Some(order) = order else { break };
            if let Err(Failure::Broken) = self.carry_out(order).await {
                break;
            }
        }
        self.end().await;
    }

    async fn end(&mut self) {
        self.about.give_up();
        // Who waits for an answer is told so by its absence.
        self.orders.close();
        while self.orders.try_recv().is_ok() {}
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
                let started = self.start(group, command, descriptors).await;
                self.reply(answer, started)
            }
            Order::Look(inside, answer) => {
                let looked = match self.ask(Request::Look(inside), &[]).await {
                    Ok((Reply::Looked(exit), _)) => Ok(exit),
                    Ok(_) => Err(Failure::Broken),
                    Err(failure) => Err(failure),
                };
                self.reply(answer, looked)
            }
            Order::Reap(inside, answer) => {
                let reaped = self.done(Request::Reap(inside)).await;
                self.reply(answer, reaped)
            }
            Order::LetGo(inside) => self.let_go(inside).await,
            Order::Enter => {
                self.stays += 1;
                self.about.set_busy(true);
                Ok(())
            }
            Order::Leave(answer) => {
                self.stays = self.stays.saturating_sub(1);
                if self.stays == 0 {
                    self.about.set_busy(false);
                    if let Err(failure) = self.done(Request::Sweep).await {
                        if let Failure::Told(error) = failure {
                            tracing::debug!(%error, "a sandbox could not be swept");
                        }
                        return Err(Failure::Broken);
                    }
                }
                let _ = answer.map(|answer| answer.send(()));
                Ok(())
            }
        }
    }

    /// Tells who has asked what came of it.
    fn reply<T>(
        &self,
        answer: oneshot::Sender<io::Result<T>>,
        came: Result<T, Failure>,
    ) -> Result<(), Failure> {
        let told = match came {
            Ok(came) => Ok(came),
            Err(Failure::Told(error)) => Err(error),
            Err(Failure::Broken) => {
                // Who hears of no answer is to find that the sandbox is not there any more.
                self.about.give_up();
                return Err(Failure::Broken);
            }
        };
        // What nobody waits for any more is dropped: a child is ended by that.
        drop(answer.send(told));
        Ok(())
    }

    async fn start(
        &mut self,
        group: Option<Pid>,
        command: OwnedFd,
        descriptors: Vec<Arc<OwnedFd>>,
    ) -> Result<Child, Failure> {
        let mut sent = vec![command.as_fd()];
        sent.extend(descriptors.iter().map(|descriptor| descriptor.as_fd()));
        let heard = self.ask(Request::Start { group }, &sent).await;
        // Before anybody hears that it has been started: readers wait for the last writer to close.
        drop(sent);
        drop((command, descriptors));
        let (Reply::Started(inside), handles) = heard? else {
            return Err(Failure::Broken);
        };
        let child = handles.and_then(|handles| {
            let [handle]: [OwnedFd; 1] = handles.try_into().map_err(|_| unfit())?;
            let pid = number_of(&handle)?;
            let line = self.line.upgrade().map(Line);
            Ok(Child::new(inside, pid, handle, line))
        });
        match child {
            Ok(child) => Ok(child),
            // It runs, and nobody here has a handle on it.
            Err(error) => {
                self.let_go(inside).await?;
                Err(Failure::Told(error))
            }
        }
    }

    async fn done(&mut self, request: Request) -> Result<(), Failure> {
        match self.ask(request, &[]).await? {
            (Reply::Done, _) => Ok(()),
            _ => Err(Failure::Broken),
        }
    }

    /// There is no answer to it.
    async fn let_go(&mut self, inside: Pid) -> Result<(), Failure> {
        in_time(send(&self.socket, Request::LetGo(inside), &[])).await
    }

    async fn ask(
        &mut self,
        request: Request,
        descriptors: &[BorrowedFd<'_>],
    ) -> Result<(Reply, io::Result<Vec<OwnedFd>>), Failure> {
        let asked = async {
            send(&self.socket, request, descriptors).await?;
            hear(&self.socket).await.map_err(|_| Failure::Broken)
        };
        match in_time(asked).await? {
            (Reply::Failed(error), _) => Err(Failure::Told(io::Error::from_raw_os_error(error))),
            heard => Ok(heard),
        }
    }
}

impl Drop for Attendant {
    /// Where the reactor ends before it.
    fn drop(&mut self) {
        self.about.give_up();
    }
}

async fn in_time<T>(done: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    timeout(ANSWER_TIME, done).await.unwrap_or_else(|_| {
        tracing::warn!("a sandbox's agent does not answer: everything in there is ended");
        Err(Failure::Broken)
    })
}

/// Sends a request, and waits while there is no room for it.
async fn send(
    socket: &Registered,
    request: Request,
    descriptors: &[BorrowedFd<'_>],
) -> Result<(), Failure> {
    loop {
        match socket::send(socket.get_ref(), &request.to_bytes(), descriptors) {
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

/// Waits for what the agent says: with what came beside it, or why that could not be taken.
pub(super) async fn hear(socket: &Registered) -> io::Result<(Reply, io::Result<Vec<OwnedFd>>)> {
    let mut buffer = [0; REPLY_BYTES];
    loop {
        let mut ready = socket.readable().await?;
        match socket::receive(socket.get_ref(), &mut buffer) {
            Ok((0, _)) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok((length, descriptors)) => {
                let reply = Reply::of(&buffer[..length]).ok_or_else(unfit)?;
                return Ok((reply, descriptors));
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => ready.clear_ready(),
            Err(error) => return Err(error),
        }
    }
}

/// What is said where the agent has not answered, or the sandbox has ended.
pub(super) fn unfit() -> io::Error {
    io::Error::other("the agent in the sandbox does not answer as it should")
}
