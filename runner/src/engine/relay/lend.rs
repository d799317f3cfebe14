//! Lending a flow that carries much to a thread, and taking it back.

use pipeyard_shared::event::FlowEnd;
use tokio::sync::watch;

use super::{Branch, End, Failure, Order, Side, Teller};
use crate::engine::drain::Drain;
use crate::engine::hot::{self, Came, Growth, Lent};
use crate::engine::pipe::{ReadEnd, WriteEnd};
use crate::engine::sink::{Sink, Taken};
use crate::engine::source::Source;

/// What became of lending a flow to a thread.
pub(super) enum Lending {
    /// These ends cannot be lent.
    Refused,
    /// It goes on here.
    Back {
        /// What was taken from the source and is still to be delivered.
        rest: Vec<u8>,
    },
    Ended(End),
}

/// Lends the flow, waits until it is back, and says how it goes on.
pub(super) async fn lend(
    source: &mut Source,
    branches: &mut [Branch],
    growth: &mut Growth,
    orders: &mut watch::Receiver<Order>,
    teller: &Teller,
) -> Lending {
    let [branch] = branches else {
        return Lending::Refused;
    };
    let Some((_, flow)) = &branch.flow else {
        return Lending::Refused;
    };
    let flow = flow.clone();
    // Looked at before the gate is: a pace that is set in between rings at once.
    let mut paced = flow.gate().watch();
    if !source.is_pipe() || !branch.sink.can_be_lent(teller.plane) {
        return Lending::Refused;
    }
    if !flow.gate().is_open() {
        return Lending::Back { rest: Vec::new() };
    }
    let Some(permit) = hot::permit() else {
        return Lending::Back { rest: Vec::new() };
    };
    let Some(taken) = branch.sink.take_descriptor() else {
        return Lending::Refused;
    };
    let (to, is_ours) = match taken {
        Taken::Nowhere => (None, true),
        Taken::Pipe(pipe) => (Some(pipe), true),
        Taken::Shared(pipe) => (Some(pipe), false),
    };
    let Some(from) = source.take_pipe() else {
        return Lending::Refused;
    };
    let lent = Lent {
        flow,
        from,
        to,
        growth: std::mem::take(growth),
    };
    let interrupt = async {
        tokio::select! {
            _ = orders.changed() => {}
            _ = paced.changed() => {}
        }
    };
    let (lent, came) = hot::carry(permit, lent, teller.plane, interrupt).await;
    let came = match lent {
        Some(mut lent) => {
            *growth = std::mem::take(&mut lent.growth);
            take_back(lent, is_ours, source, branch, came)
        }
        None => came,
    };
    match came {
        Came::Back { rest } => Lending::Back { rest },
        Came::Unsuitable => Lending::Refused,
        Came::EndOfFile => Lending::Ended((FlowEnd::EndOfFile, None)),
        Came::ReaderLeft => Lending::Ended((FlowEnd::ReaderLeft, None)),
        Came::Failed(failure) => Lending::Ended((FlowEnd::Failed, Some(failure))),
    }
}

/// Puts what was lent where it was; a failure where the reactor does not take it.
fn take_back(
    lent: Lent,
    is_ours: bool,
    source: &mut Source,
    branch: &mut Branch,
    came: Came,
) -> Came {
    let failed = |side, error| Came::Failed(Failure { side, error });
    if let Some(to) = lent.to {
        let drain = if is_ours {
            match WriteEnd::new(to) {
                Ok(end) => Drain::pipe(end),
                Err(error) => return failed(Side::Sink, error),
            }
        } else {
            Drain::shared_descriptor(to)
        };
        branch.sink = Sink::Alone(drain);
    }
    match ReadEnd::new(lent.from) {
        Ok(end) => *source = Source::Pipe(end),
        Err(error) => return failed(Side::Source, error),
    }
    came
}
