//! Ports in lists to choose from.

use pipeyard_shared::StageId;
use pipeyard_shared::chain::{
    Chain, FIRST_EXTRA_INPUT, InputEnd, InputPort, LAST_EXTRA_INPUT, OutputEnd, OutputPort, Stage,
};

use super::errors::named_inputs;
use crate::components::chooser::Item;
use crate::desk::Desk;
use crate::editor::{Edit, Joining, Port, WhyNot};

/// What people call a port: `sort stdin`.
pub(crate) fn port_name(chain: &Chain, port: &Port) -> String {
    match port {
        Port::Input(end) => input_name(chain, end),
        Port::Output(end) => format!("{} {}", chain.name_of(&end.stage), end.port),
    }
}

/// The same of an input.
pub(super) fn input_name(chain: &Chain, end: &InputEnd) -> String {
    format!("{} {}", chain.name_of(&end.stage), end.port)
}

/// All places where a wire can begin.
pub(crate) fn outputs(chain: &Chain) -> Vec<Port> {
    let stages = chain.stages.iter();
    stages
        .flat_map(|stage| outputs_of(stage).map(Port::Output))
        .collect()
}

/// All places where a wire can end.
pub(crate) fn inputs(chain: &Chain) -> Vec<Port> {
    let stages = chain.stages.iter();
    stages
        .flat_map(|stage| inputs_of(chain, stage))
        .map(Port::Input)
        .collect()
}

fn outputs_of(stage: &Stage) -> impl Iterator<Item = OutputEnd> {
    let ports = [OutputPort::Stdout, OutputPort::Stderr].into_iter();
    ports
        .filter(|port| stage.has_output(*port))
        .map(|port| OutputEnd {
            stage: stage.id.clone(),
            port,
        })
}

/// A stage's standard input, and the extra inputs that its words name or that have a wire, with one that is free
/// beside them.
fn inputs_of(chain: &Chain, stage: &Stage) -> Vec<InputEnd> {
    let mut ports = vec![InputPort::Stdin];
    if stage.starts_process() {
        let mut extra = named_inputs(&stage.kind);
        let wired = chain.wires.iter().filter(|wire| wire.to.stage == stage.id);
        let wired: Vec<InputPort> = wired.map(|wire| wire.to.port).collect();
        let free = |extra: &[InputPort]| {
            let mut all = (FIRST_EXTRA_INPUT..=LAST_EXTRA_INPUT).map(InputPort::Extra);
            all.find(|port| !extra.contains(port))
        };
        extra.extend(wired.iter().filter(|port| **port != InputPort::Stdin));
        // One that is named and has no wire is free.
        if extra.iter().all(|port| wired.contains(port)) {
            extra.extend(free(&extra));
        }
        extra.sort_unstable();
        extra.dedup();
        ports.extend(extra);
    }
    let has = ports.into_iter().filter(|port| stage.has_input(*port));
    has.map(|port| InputEnd {
        stage: stage.id.clone(),
        port,
    })
    .collect()
}

/// Everything that a wire from a stage could lead to; what it cannot lead to says why not.
pub(crate) fn connections(desk: &Desk, chain: &Chain, id: &StageId) -> Vec<(Item, Edit)> {
    let Some(stage) = chain.stage(id) else {
        return Vec::new();
    };
    let mut choices = Vec::new();
    for from in outputs_of(stage) {
        let joining = Joining::from(chain, &Port::Output(from.clone()), None);
        for port in inputs(chain) {
            let Port::Input(to) = &port else { continue };
            if to.stage != *id {
                let name = format!("{} → {}", from.port, input_name(chain, to));
                let edit = Edit::Connect(from.clone(), to.clone());
                choices.push((item(desk, chain, name, joining.with(&port).err()), edit));
            }
        }
    }
    choices
}

/// All ports at which a wire's end could be that stands at `now`, while the other end stays at `other`; those at which
/// it cannot be say why not.
pub(crate) fn rewirings(
    desk: &Desk,
    chain: &Chain,
    wire: &pipeyard_shared::WireId,
    now: &Port,
    other: &Port,
) -> Vec<(Item, Edit)> {
    let joining = Joining::from(chain, other, Some(wire));
    let ports = match now {
        Port::Output(_) => outputs(chain),
        Port::Input(_) => inputs(chain),
    };
    let others = ports.into_iter().filter(|port| port != now);
    others
        .map(|port| {
            let name = port_name(chain, &port);
            let item = item(desk, chain, name, joining.with(&port).err());
            (item, Edit::Rewire(wire.clone(), port))
        })
        .collect()
}

fn item(desk: &Desk, chain: &Chain, name: String, why_not: Option<WhyNot>) -> Item {
    Item {
        id: name.clone(),
        label: name,
        why_not: why_not.map(|why_not| (desk.words.canvas.why_not)(&why_not, chain)),
        ..Item::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pipeyard_shared::chain::Wire;

    fn names(chain: &Chain) -> Vec<String> {
        inputs(chain)
            .iter()
            .map(|port| port_name(chain, port))
            .collect()
    }

    #[test]
    fn an_extra_input_is_offered_that_has_no_wire() {
        let stages = vec![
            Stage::process("seq", "seq", []),
            Stage::process("diff", "diff", []),
        ];
        let mut chain = Chain::of_stages("", stages);
        assert_eq!(
            names(&chain),
            ["seq stdin", "seq fd3", "diff stdin", "diff fd3"]
        );
        let mut wire: Wire = chain.wires[0].clone();
        wire.id = "w2".into();
        wire.to.port = InputPort::Extra(3);
        chain.wires.push(wire);
        assert_eq!(names(&chain)[2..], ["diff stdin", "diff fd3", "diff fd4"]);
        chain.stages[1] = Stage::process("diff", "diff", ["{fd3}", "{fd5}"]);
        assert_eq!(names(&chain)[2..], ["diff stdin", "diff fd3", "diff fd5"]);
    }
}
