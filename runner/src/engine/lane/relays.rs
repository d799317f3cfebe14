//! The relays of a lane: let run, ordered, heard, and known by the flows that they carry.

use std::collections::BTreeMap;

use pipeyard_shared::event::FlowEnd;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::engine::life::{FlowSpec, Spec};
use crate::engine::outsiders;
use crate::engine::relay::{Failure, Order, Relay, Teller, Told};
use crate::engine::source::Source;

/// How many words of a relay may wait for the lane. A relay that finds no room waits: nothing is lost.
const TOLD_WAITING: usize = 64;

/// The relays of a lane.
#[derive(Debug)]
pub(super) struct Relays {
    /// Those that have not been let run.
    waiting: Vec<Relay>,
    known: Vec<Known>,
    of_flow: BTreeMap<usize, usize>,
    running: JoinSet<()>,
    told: (mpsc::Sender<Told>, mpsc::Receiver<Told>),
}

/// What is known of one relay, whether it runs or not.
#[derive(Debug)]
struct Known {
    /// Whose output it reads; none for bytes of the runner's own.
    stage: Option<usize>,
    /// The number by which `/proc` names the pipe that it reads.
    pipe: Option<u64>,
    /// Whether what it carries must arrive however long that takes: in a file, or where the whole run's
    /// output goes.
    is_patient: bool,
    orders: watch::Sender<Order>,
    is_drained: bool,
}

/// What relays say.
#[derive(Debug)]
pub(super) enum Heard {
    /// A flow carries no more.
    FlowEnded {
        at_us: u64,
        flow: usize,
        reason: FlowEnd,
        failure: Option<Failure>,
    },
    /// A stage's output has been read to its end, or to where it is empty just now: told once.
    Drained { stage: usize },
}

impl Relays {
    /// The relays of a lane that was opened, with the stage whose output each reads.
    pub(super) fn new(relays: Vec<Relay>, stages: Vec<Option<usize>>, spec: &Spec) -> Self {
        let known = relays.iter().zip(stages).map(|(relay, stage)| Known {
            stage,
            pipe: match &relay.source {
                Source::Pipe(pipe) => outsiders::pipe_number(pipe.inner()),
                _ => None,
            },
            is_patient: is_patient(relay, spec),
            orders: watch::Sender::new(Order::Relay),
            is_drained: false,
        });
        let of_flow = relays
            .iter()
            .flat_map(|relay| flows(relay).map(|flow| (flow, relay.number)));
        Self {
            known: known.collect(),
            of_flow: of_flow.collect(),
            waiting: relays,
            running: JoinSet::new(),
            told: mpsc::channel(TOLD_WAITING),
        }
    }

    /// Lets all of them run.
    pub(super) fn start(&mut self, teller: impl Fn(mpsc::Sender<Told>) -> Teller) {
        for relay in std::mem::take(&mut self.waiting) {
            let orders = self.known[relay.number].orders.subscribe();
            let teller = teller(self.told.0.clone());
            self.running.spawn(relay.run(orders, teller));
        }
    }

    /// The next thing that one of them says. While nothing is said it waits, also when all have ended.
    pub(super) async fn hear(&mut self) -> Heard {
        loop {
            match self.told.1.recv().await {
                Some(Told::FlowEnded {
                    at_us,
                    flow,
                    reason,
                    failure,
                }) => {
                    return Heard::FlowEnded {
                        at_us,
                        flow,
                        reason,
                        failure,
                    };
                }
                Some(Told::Drained { relay }) => {
                    let known = &mut self.known[relay];
                    if !std::mem::replace(&mut known.is_drained, true)
                        && let Some(stage) = known.stage
                    {
                        return Heard::Drained { stage };
                    }
                }
                // It does not come to that: a sender stands beside the receiver.
                None => std::future::pending().await,
            }
        }
    }

    /// Orders something of those that read the output of certain stages.
    pub(super) fn order(&self, order: Order, whose: impl Fn(Option<usize>) -> bool) {
        for known in self.known.iter().filter(|known| whose(known.stage)) {
            known.orders.send_replace(order);
        }
    }

    /// Ends those that nobody needs to wait for, or all. What somebody holds back by hand is not lost for it.
    pub(super) fn let_go(&self, all: bool, is_held_back: impl Fn(usize) -> bool) {
        for (relay, known) in self.known.iter().enumerate() {
            let mut flows = self.of_flow.iter().filter(|(_, of)| **of == relay);
            if all || !(known.is_patient || flows.any(|(flow, _)| is_held_back(*flow))) {
                known.orders.send_replace(Order::Cancel);
            }
        }
    }

    /// The number by which `/proc` names the pipe that a flow comes out of.
    pub(super) fn pipe(&self, flow: usize) -> Option<u64> {
        self.known[*self.of_flow.get(&flow)?].pipe
    }
}

fn flows(relay: &Relay) -> impl Iterator<Item = usize> {
    let flows = relay.branches.iter().map(|branch| branch.flow.as_ref());
    flows.flatten().map(|(flow, _)| *flow)
}

fn is_patient(relay: &Relay, spec: &Spec) -> bool {
    let leads_to_process = |flow: &FlowSpec| flow.to.is_some_and(|to| spec.stages[to].process);
    let mut branches = relay.branches.iter();
    !branches.all(|branch| branch.sink.only_discards())
        && flows(relay).any(|flow| !leads_to_process(&spec.flows[flow]))
}
