//! Chains in few words.

use pipeyard_shared::chain::{
    Chain, FanIn, InputPort, Lanes, OutputPort, Setup, Stage, StatusRule, Wire, WireMode,
};
use pipeyard_shared::id::WireId;
use pipeyard_shared::text::Text;

/// A chain that is being laid. Its methods panic on mistakes of the test that calls them.
#[derive(Clone, Debug)]
pub struct Lay(Chain);

/// Lays stages in a row, standard output to standard input.
pub fn lay(stages: impl IntoIterator<Item = Stage>) -> Lay {
    Lay(Chain::of_stages("", stages.into_iter().collect()))
}

/// Lays stages without wires.
pub fn apart(stages: impl IntoIterator<Item = Stage>) -> Lay {
    let mut chain = Chain::new("");
    chain.stages = stages.into_iter().collect();
    Lay(chain)
}

impl Lay {
    /// Adds a stage that nothing is wired to.
    pub fn also(mut self, stage: Stage) -> Self {
        self.0.stages.push(stage);
        self
    }

    /// Adds a wire between ports such as `a.stdout` and `b.fd3`.
    pub fn wire(mut self, from: &str, to: &str) -> Self {
        let number = self.0.wires.len() + 1;
        let (from, output) = from.split_once('.').expect("STAGE.PORT");
        let (to, input) = to.split_once('.').expect("STAGE.PORT");
        let output = match output {
            "stdout" => OutputPort::Stdout,
            "stderr" => OutputPort::Stderr,
            other => panic!("`{other}` is no output port"),
        };
        let input: InputPort = input.parse().expect("an input port");
        let id = WireId::new(format!("w{number}"));
        self.0
            .wires
            .push(Wire::between(id, (from.into(), output), (to.into(), input)));
        self
    }

    /// Makes all wires of a mode.
    pub fn mode(mut self, mode: WireMode) -> Self {
        for wire in &mut self.0.wires {
            wire.mode = mode;
        }
        self
    }

    /// Makes one wire direct, by its number from 1.
    pub fn direct(mut self, number: usize) -> Self {
        self.0.wires[number - 1].mode = WireMode::Direct;
        self
    }

    /// Changes what a stage's process is given.
    pub fn setup(mut self, stage: &str, change: impl FnOnce(&mut Setup)) -> Self {
        let stage = self.stage(stage);
        change(stage.setup_mut().expect("a stage with a process"));
        self
    }

    /// Says how wires into a port such as `b.stdin` are merged.
    pub fn fan_in(mut self, port: &str, fan_in: FanIn) -> Self {
        let (stage, port) = port.split_once('.').expect("STAGE.PORT");
        let port: InputPort = port.parse().expect("an input port");
        self.stage(stage).fan_in.insert(port, fan_in);
        self
    }

    /// So many lanes.
    pub fn lanes(mut self, count: u32) -> Self {
        self.0.lanes = Lanes::Count(count);
        self
    }

    /// A lane for each value.
    pub fn values<V: Into<Text>>(mut self, values: impl IntoIterator<Item = V>) -> Self {
        self.0.lanes = Lanes::Values(values.into_iter().map(Into::into).collect());
        self
    }

    /// So many lanes at once.
    pub fn jobs(mut self, jobs: u32) -> Self {
        self.0.jobs = Some(jobs);
        self
    }

    /// The status of the last stage that failed.
    pub fn pipefail(mut self) -> Self {
        self.0.status = StatusRule::Pipefail;
        self
    }

    /// A time for the whole run.
    pub fn timeout_ms(mut self, timeout: u64) -> Self {
        self.0.timeout_ms = Some(timeout);
        self
    }

    /// The chain.
    pub fn build(self) -> Chain {
        self.0
    }

    fn stage(&mut self, id: &str) -> &mut Stage {
        let stages = &mut self.0.stages;
        let found = stages.iter_mut().find(|stage| stage.id.as_str() == id);
        found.unwrap_or_else(|| panic!("there is no stage `{id}`"))
    }
}
