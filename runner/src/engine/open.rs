//! Opening a lane: all its pipes and files, before anything is started.
//!
//! Each stage ends up with the descriptors that it will be given, and each place where bytes must pass
//! through the runner with a relay. A stage's descriptors are dropped as soon as it is started, or the
//! readers of its pipes would never see their end.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use pipeyard_shared::chain::{
    Access, Chain, FanIn, File, InputPort, OutputEnd, OutputPort, Stage, StageKind, Stderr, Stdin,
    WireMode,
};
use pipeyard_shared::flow::{FlowId, FlowPoint};
use pipeyard_shared::id::{LaneNumber, WireId};
use rustix::fs::{Mode, OFlags};

use super::drain::Drain;
use super::flow::{Activity, Carriage, Flow};
use super::join::{Join, LongLines};
use super::life::{FlowSpec, Spec, StageSpec};
use super::outlet::{Outlet, Outlets};
use super::pipe::{ReadEnd, WriteEnd, pipe};
use super::plan::Plan;
use super::relay::{Branch, Relay};
use super::sink::Sink;
use super::source::Source;
use super::typed::{TypedInput, typed};

/// A lane that is ready to be started.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) spec: Spec,
    /// For each stage, what its process will be given.
    pub(super) descriptors: Vec<Vec<(Arc<OwnedFd>, i32)>>,
    pub(super) relays: Vec<Relay>,
    /// For each relay, the stage whose output it reads; none for bytes of the runner's own.
    pub(super) relay_stages: Vec<Option<usize>>,
    /// The inputs that people type into, by stage.
    pub(super) typed: BTreeMap<usize, TypedInput>,
}

/// Why a lane could not be opened.
#[derive(Debug)]
pub(super) struct OpenError {
    pub(super) stage: usize,
    pub(super) doing: &'static str,
    pub(super) error: io::Error,
}

/// Opens everything that a lane needs.
pub(super) fn open(
    plan: &Plan,
    lane: LaneNumber,
    flows: &[Arc<Flow>],
    outlets: &Outlets,
    activity: &Arc<Activity>,
) -> Result<Opened, OpenError> {
    let mut opening = Opening {
        plan,
        chain: &plan.chain,
        lane,
        flows,
        activity,
        descriptors: vec![BTreeMap::new(); plan.chain.stages.len()],
        ends: BTreeMap::new(),
        relays: Vec::new(),
        relay_stages: Vec::new(),
        typed: BTreeMap::new(),
        relayed: Default::default(),
        long_lines: Arc::default(),
    };
    for (place, stage) in plan.chain.stages.iter().enumerate() {
        opening.inputs(place, stage, outlets)?;
    }
    for (place, stage) in plan.chain.stages.iter().enumerate() {
        opening.outputs(place, stage, outlets)?;
    }
    Ok(opening.finish())
}

/// What a wire needs at its far end.
#[derive(Debug)]
enum WireEnd {
    /// The writing process is given this descriptor.
    Descriptor(Arc<OwnedFd>),
    /// A relay writes here.
    Sink(Sink),
    /// The reading process has the source's file itself, so there is nothing to write to.
    Taken,
}

struct Opening<'a> {
    plan: &'a Plan,
    chain: &'a Chain,
    lane: LaneNumber,
    flows: &'a [Arc<Flow>],
    activity: &'a Arc<Activity>,
    descriptors: Vec<BTreeMap<i32, Arc<OwnedFd>>>,
    ends: BTreeMap<WireId, WireEnd>,
    relays: Vec<Relay>,
    relay_stages: Vec<Option<usize>>,
    typed: BTreeMap<usize, TypedInput>,
    /// Which places of the flow map a relay carries.
    relayed: std::collections::BTreeSet<usize>,
    long_lines: Arc<tokio::sync::Mutex<()>>,
}

impl Opening<'_> {
    /// Prepares where the wires into a stage end.
    fn inputs(&mut self, place: usize, stage: &Stage, outlets: &Outlets) -> Result<(), OpenError> {
        let failed = failed_at(place, "opening its inputs");
        let mut ports: Vec<InputPort> = Vec::new();
        for wire in &self.chain.wires {
            if wire.to.stage == stage.id && !ports.contains(&wire.to.port) {
                ports.push(wire.to.port);
            }
        }
        for port in ports {
            match &stage.kind {
                StageKind::Process(_) | StageKind::Shell(_) => {
                    self.process_input(place, stage, port).map_err(&failed)?;
                }
                StageKind::File(file) => self.file_input(place, stage, file)?,
                StageKind::Discard => self.discard_input(place, stage)?,
                StageKind::Input(_) => {}
            }
        }
        if stage.starts_process() && !self.descriptors[place].contains_key(&0) {
            self.unwired_stdin(place, stage, outlets).map_err(failed)?;
        }
        Ok(())
    }

    fn process_input(&mut self, place: usize, stage: &Stage, port: InputPort) -> io::Result<()> {
        let number = i32::from(port.descriptor());
        let wires: Vec<_> = self.chain.wires_to(&stage.id, port).collect();
        let all_direct = wires.iter().all(|wire| wire.mode == WireMode::Direct);
        let shared = wires.len() > 1 && stage.fan_in_at(port) == FanIn::Shared;
        if let [wire] = wires[..]
            && wire.mode == WireMode::Direct
            && let Some(StageKind::File(file)) =
                self.chain.stage(&wire.from.stage).map(|stage| &stage.kind)
        {
            let file = self.plan.open_file(file, self.lane)?;
            self.descriptors[place].insert(number, Arc::new(file));
            self.ends.insert(wire.id.clone(), WireEnd::Taken);
            return Ok(());
        }
        let (reader, writer) = pipe()?;
        self.descriptors[place].insert(number, Arc::new(reader));
        if !all_direct && !shared {
            let drain = Drain::pipe(WriteEnd::new(writer)?);
            self.merge(stage, port, drain);
            return Ok(());
        }
        let mut writer = Arc::new(writer);
        if !all_direct {
            // All write into one pipe, and what arrives there is relayed into the stage's own. The
            // counts belong to the group and stand with its first wire.
            let (tapped, shared) = pipe()?;
            let into = WriteEnd::new(Arc::try_unwrap(writer).map_err(|_| io::ErrorKind::Other)?)?;
            let sink = Sink::Alone(Drain::pipe(into));
            let from = self.chain.stage_index(&wires[0].from.stage);
            let branch = self.branch(&FlowPoint::Wire(wires[0].id.clone()), sink);
            let source = Source::Pipe(ReadEnd::new(tapped)?);
            self.relay(from, source, vec![branch]);
            writer = Arc::new(shared);
        }
        for wire in wires {
            let end = WireEnd::Descriptor(writer.clone());
            self.ends.insert(wire.id.clone(), end);
        }
        Ok(())
    }

    fn file_input(&mut self, place: usize, stage: &Stage, file: &File) -> Result<(), OpenError> {
        let failed = failed_at(place, "opening the file");
        let opened = self.plan.open_file(file, self.lane).map_err(failed)?;
        let wires: Vec<_> = self.chain.wires_to(&stage.id, InputPort::Stdin).collect();
        if let [wire] = wires[..]
            && wire.mode == WireMode::Direct
        {
            let end = WireEnd::Descriptor(Arc::new(opened));
            self.ends.insert(wire.id.clone(), end);
        } else {
            let drain = Drain::shared_descriptor(opened);
            self.merge(stage, InputPort::Stdin, drain);
        }
        Ok(())
    }

    /// What is discarded from a direct wire goes to `/dev/null` itself, as in a shell: a program that looks what its
    /// output is finds the same.
    fn discard_input(&mut self, place: usize, stage: &Stage) -> Result<(), OpenError> {
        let wires: Vec<_> = self.chain.wires_to(&stage.id, InputPort::Stdin).collect();
        if let [wire] = wires[..]
            && wire.mode == WireMode::Direct
        {
            let null = std::fs::OpenOptions::new().write(true).open("/dev/null");
            let null = null.map_err(failed_at(place, "opening /dev/null"))?;
            let end = WireEnd::Descriptor(Arc::new(null.into()));
            self.ends.insert(wire.id.clone(), end);
        } else {
            self.merge(stage, InputPort::Stdin, Drain::discard());
        }
        Ok(())
    }

    /// Gives each wire into a port its way into the drain.
    fn merge(&mut self, stage: &Stage, port: InputPort, drain: Drain) {
        let wires: Vec<_> = self.chain.wires_to(&stage.id, port).collect();
        if let [wire] = wires[..] {
            let end = WireEnd::Sink(Sink::Alone(drain));
            self.ends.insert(wire.id.clone(), end);
            return;
        }
        let join = Join::new(stage.fan_in_at(port), drain);
        for wire in wires {
            let end = WireEnd::Sink(Sink::Joined(join.end()));
            self.ends.insert(wire.id.clone(), end);
        }
    }

    fn unwired_stdin(&mut self, place: usize, stage: &Stage, outlets: &Outlets) -> io::Result<()> {
        let stdin = stage.setup().map(|setup| setup.stdin).unwrap_or_default();
        let given = outlets
            .stdin
            .as_ref()
            .filter(|_| stdin == Stdin::Free && self.lane == LaneNumber::FIRST)
            .filter(|_| self.first_free_stdin() == Some(place));
        let descriptor = match (stdin, given) {
            (Stdin::Typed, _) => {
                let (reader, writer) = pipe()?;
                let (input, source) = typed(self.plan.limits.typed_bytes, self.activity.clone());
                self.typed.insert(place, input);
                let sink = Sink::Alone(Drain::pipe(WriteEnd::new(writer)?));
                let branch = Branch { flow: None, sink };
                self.relay(None, Source::Typed(source), vec![branch]);
                Arc::new(reader)
            }
            (_, Some(given)) => given.clone(),
            (Stdin::Free | Stdin::Closed, None) => {
                let flags = OFlags::RDONLY | OFlags::CLOEXEC;
                Arc::new(rustix::fs::open("/dev/null", flags, Mode::empty())?)
            }
        };
        self.descriptors[place].insert(0, descriptor);
        Ok(())
    }

    fn first_free_stdin(&self) -> Option<usize> {
        self.chain.stages.iter().position(|stage| {
            let free = stage
                .setup()
                .is_some_and(|setup| setup.stdin == Stdin::Free);
            free && self
                .chain
                .wires_to(&stage.id, InputPort::Stdin)
                .next()
                .is_none()
        })
    }

    /// Prepares what a stage writes to.
    fn outputs(&mut self, place: usize, stage: &Stage, outlets: &Outlets) -> Result<(), OpenError> {
        let failed = failed_at(place, "opening its outputs");
        match &stage.kind {
            StageKind::Process(_) | StageKind::Shell(_) => {
                self.process_output(place, stage, OutputPort::Stdout, &outlets.stdout)
                    .map_err(&failed)?;
                let joined = stage
                    .setup()
                    .is_some_and(|setup| setup.stderr == Stderr::Stdout);
                if joined {
                    let stdout = self.descriptors[place].get(&1).cloned();
                    self.descriptors[place].extend(stdout.map(|stdout| (2, stdout)));
                } else {
                    self.process_output(place, stage, OutputPort::Stderr, &outlets.stderr)
                        .map_err(&failed)?;
                }
            }
            StageKind::Input(input) => {
                let substitution = self.plan.substitution(self.lane);
                let source = Source::of_input(input, substitution).map_err(failed)?;
                self.internal_output(stage, source);
            }
            StageKind::File(file) if file.access == Access::Read => {
                let taken = self
                    .chain
                    .wires_from(&stage.id, OutputPort::Stdout)
                    .any(|wire| matches!(self.ends.get(&wire.id), Some(WireEnd::Taken)));
                if !taken {
                    let failed = failed_at(place, "opening the file");
                    let opened = self.plan.open_file(file, self.lane).map_err(failed)?;
                    let file = tokio::fs::File::from_std(std::fs::File::from(opened));
                    self.internal_output(stage, Source::File(file));
                }
            }
            StageKind::File(_) | StageKind::Discard => {}
        }
        Ok(())
    }

    fn process_output(
        &mut self,
        place: usize,
        stage: &Stage,
        port: OutputPort,
        outlet: &Outlet,
    ) -> io::Result<()> {
        let number = i32::from(port.descriptor());
        let wires: Vec<_> = self.chain.wires_from(&stage.id, port).collect();
        let mut branches = Vec::new();
        for wire in &wires {
            match self.ends.remove(&wire.id) {
                Some(WireEnd::Descriptor(descriptor)) if wires.len() == 1 => {
                    self.descriptors[place].insert(number, descriptor);
                    return Ok(());
                }
                Some(WireEnd::Descriptor(descriptor)) => {
                    // One of several wires goes into a shared pipe: the relay writes there for it.
                    let end = WriteEnd::new(descriptor.try_clone()?)?;
                    let sink = Sink::Alone(Drain::pipe(end));
                    branches.push(self.branch(&FlowPoint::Wire(wire.id.clone()), sink));
                }
                Some(WireEnd::Sink(sink)) => {
                    branches.push(self.branch(&FlowPoint::Wire(wire.id.clone()), sink));
                }
                Some(WireEnd::Taken) | None => {}
            }
        }
        if wires.is_empty() {
            let sink = match outlet {
                Outlet::Kept => Sink::Alone(Drain::discard()),
                Outlet::Handed(descriptor) => {
                    self.descriptors[place].insert(number, descriptor.clone());
                    return Ok(());
                }
                Outlet::Passed(descriptor) => {
                    Sink::Alone(Drain::shared_descriptor(descriptor.try_clone()?))
                }
                Outlet::Relayed(join) => Sink::Joined(join.end()),
            };
            let end = OutputEnd {
                stage: stage.id.clone(),
                port,
            };
            branches.push(self.branch(&FlowPoint::Port(end), sink));
        }
        let (reader, writer) = pipe()?;
        self.descriptors[place].insert(number, Arc::new(writer));
        let source = Source::Pipe(ReadEnd::new(reader)?);
        self.relay(Some(place), source, branches);
        Ok(())
    }

    fn internal_output(&mut self, stage: &Stage, source: Source) {
        let wires: Vec<_> = self
            .chain
            .wires_from(&stage.id, OutputPort::Stdout)
            .collect();
        let mut branches = Vec::new();
        for wire in wires {
            if let Some(WireEnd::Sink(sink)) = self.ends.remove(&wire.id) {
                branches.push(self.branch(&FlowPoint::Wire(wire.id.clone()), sink));
            }
        }
        self.relay(None, source, branches);
    }

    fn branch(&mut self, point: &FlowPoint, sink: Sink) -> Branch {
        let points = self.plan.flows.points();
        let flow = points.iter().position(|known| known == point).map(|place| {
            self.relayed.insert(place);
            (place, self.flows[place].clone())
        });
        Branch { flow, sink }
    }

    fn relay(&mut self, stage: Option<usize>, source: Source, mut branches: Vec<Branch>) {
        let joined = |branch: &&Branch| matches!(branch.sink, Sink::Joined(_));
        if branches.iter().filter(joined).count() > 1 {
            let long_lines = LongLines::new(self.long_lines.clone());
            for branch in &mut branches {
                if let Sink::Joined(end) = &mut branch.sink {
                    end.ask(long_lines.clone());
                }
            }
        }
        self.relays.push(Relay {
            number: self.relays.len(),
            source,
            branches,
        });
        self.relay_stages.push(stage);
    }

    fn finish(self) -> Opened {
        for (place, flow) in self.flows.iter().enumerate() {
            flow.set_carriage(if self.relayed.contains(&place) {
                Carriage::Relay
            } else {
                Carriage::Kernel
            });
        }
        let chain = self.chain;
        let stages = chain.stages.iter().enumerate().map(|(place, stage)| {
            let mine = |relay: &&Option<usize>| **relay == Some(place);
            StageSpec {
                id: stage.id.clone(),
                process: stage.starts_process(),
                timeout: stage
                    .setup()
                    .and_then(|setup| setup.timeout_ms)
                    .map(std::time::Duration::from_millis),
                relays: self.relay_stages.iter().filter(mine).count(),
            }
        });
        let points = self.plan.flows.points().iter().enumerate();
        let flows = points.map(|(place, point)| {
            let (from, to) = match point {
                FlowPoint::Wire(id) => {
                    let wire = chain.wire(id);
                    (
                        wire.and_then(|wire| chain.stage_index(&wire.from.stage)),
                        wire.and_then(|wire| chain.stage_index(&wire.to.stage)),
                    )
                }
                FlowPoint::Port(end) => (chain.stage_index(&end.stage), None),
            };
            FlowSpec {
                id: self.flows.get(place).map_or(FlowId(0), |flow| flow.id()),
                from: from.unwrap_or_default(),
                to,
                relayed: self.relayed.contains(&place),
            }
        });
        Opened {
            spec: Spec {
                lane: self.lane,
                stages: stages.collect(),
                flows: flows.collect(),
            },
            descriptors: self
                .descriptors
                .into_iter()
                .map(|of_stage| of_stage.into_iter().map(|(n, d)| (d, n)).collect())
                .collect(),
            relays: self.relays,
            relay_stages: self.relay_stages,
            typed: self.typed,
        }
    }
}

fn failed_at(stage: usize, doing: &'static str) -> impl Fn(io::Error) -> OpenError {
    move |error| OpenError {
        stage,
        doing,
        error,
    }
}
