//! The same of any chain.

use std::collections::BTreeSet;

use pipeyard_shared::chain::{
    Access, Chain, FanIn, Input, InputPort, OutputPort, Stage, StageKind, WireMode,
};
use pipeyard_shared::check::check;
use pipeyard_shared::flow::FlowPoint;
use pipeyard_shared::limits::Limits;
use pipeyard_shared::problem::{Fault, NotDirect};
use proptest::prelude::*;

use super::{cat, faults, wire};

/// Chains without rings, most of them without problems, with stages of all kinds.
fn any_chain() -> impl Strategy<Value = Chain> {
    let stage = (0u8..7, any::<bool>(), any::<[bool; 2]>());
    let joint = (
        any::<[prop::sample::Index; 2]>(),
        0u8..4,
        0u8..4,
        any::<bool>(),
    );
    let parts = (
        prop::collection::vec(stage, 1..9),
        prop::collection::vec(joint, 0..18),
    );
    parts.prop_map(|(stages, joints)| {
        let mut chain = Chain::new("");
        for (number, (kind, bypassed, shared)) in stages.into_iter().enumerate() {
            let id = format!("s{number}");
            let mut stage = match kind {
                0 => Stage::input(&id, Input::Text("x".into())),
                1 => Stage::file(&id, "in.txt", Access::Read),
                2 => Stage::file(&id, "out.txt", Access::Write),
                3 => Stage::new(id.as_str(), StageKind::Discard),
                4 => Stage::process(&id, "cat", ["{fd3}"]),
                _ => cat(&id),
            };
            stage.bypassed = bypassed;
            for (port, shared) in [InputPort::Stdin, InputPort::Extra(3)].iter().zip(shared) {
                if shared {
                    stage.fan_in.insert(*port, FanIn::Shared);
                }
            }
            chain.stages.push(stage);
        }
        for (number, ([from, to], output, input, direct)) in joints.into_iter().enumerate() {
            let (from, to) = (from.index(chain.stages.len()), to.index(chain.stages.len()));
            let output = if output == 0 {
                OutputPort::Stderr
            } else {
                OutputPort::Stdout
            };
            let input = if input == 0 {
                InputPort::Extra(3)
            } else {
                InputPort::Stdin
            };
            let (one, other) = (&chain.stages[from.min(to)], &chain.stages[from.max(to)]);
            let known = chain.wires.iter().any(|wire| {
                wire.from.stage == one.id
                    && wire.from.port == output
                    && wire.to.stage == other.id
                    && wire.to.port == input
            });
            if from == to || known || !one.has_output(output) || !other.has_input(input) {
                continue;
            }
            let (one, other) = (one.id.to_string(), other.id.to_string());
            let mut wire = wire(&format!("w{number}"), &one, output, &other, input);
            if direct {
                wire.mode = WireMode::Direct;
            }
            chain.wires.push(wire);
        }
        settle(&mut chain);
        chain
    })
}

/// Takes away what stands in the way of running the chain, as far as that is easily done.
fn settle(chain: &mut Chain) {
    for problem in check(chain, &Limits::default()) {
        match (problem.place, problem.fault) {
            (
                pipeyard_shared::problem::Place::Wire(id),
                Fault::CannotBeDirect {
                    why:
                        NotDirect::FanIn
                        | NotDirect::FanOut
                        | NotDirect::FromInput
                        | NotDirect::NoProcess,
                },
            ) => {
                for wire in chain.wires.iter_mut().filter(|wire| wire.id == id) {
                    wire.mode = WireMode::Tapped;
                }
            }
            (
                pipeyard_shared::problem::Place::Stage(id),
                Fault::NotWired | Fault::UnwiredExtraInput { .. },
            ) => {
                chain.stages.retain(|stage| stage.id != id);
                chain
                    .wires
                    .retain(|wire| wire.from.stage != id && wire.to.stage != id);
            }
            _ => {}
        }
    }
}

fn nothing_dangles(chain: &Chain) -> Result<(), TestCaseError> {
    let stages: BTreeSet<_> = chain.stages.iter().map(|stage| &stage.id).collect();
    let ids: BTreeSet<_> = chain.wires.iter().map(|wire| &wire.id).collect();
    prop_assert_eq!(stages.len(), chain.stages.len());
    prop_assert_eq!(ids.len(), chain.wires.len());
    for wire in &chain.wires {
        prop_assert!(stages.contains(&wire.from.stage) && stages.contains(&wire.to.stage));
    }
    Ok(())
}

/// Sound chains are common enough to say something of them.
#[test]
fn the_generator_makes_sound_chains() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let sound = (0..200)
        .filter_map(|_| any_chain().new_tree(&mut runner).ok())
        .map(|tree| tree.current())
        .filter(|chain| {
            faults(chain).is_empty() && chain.has_bypassed() && !chain.wires.is_empty()
        });
    let sound = sound.count();
    assert!(sound > 40, "{sound} of 200");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]

    #[test]
    fn a_chain_that_is_sound_is_sound_when_reduced(chain in any_chain()) {
        let reduced = chain.reduced();
        nothing_dangles(&reduced)?;
        prop_assert!(!reduced.has_bypassed());
        prop_assert_eq!(reduced.reduced(), reduced.clone());
        if faults(&chain).is_empty() {
            prop_assert_eq!(faults(&reduced), [], "{}", chain.to_json());
        }
        if !chain.has_bypassed() {
            prop_assert_eq!(reduced, chain);
        }
    }

    /// Who could hear whom through bypassed stages still does, and nobody else.
    #[test]
    fn reducing_keeps_who_hears_whom(chain in any_chain()) {
        let reduced = chain.reduced();
        for from in &reduced.stages {
            for to in &reduced.stages {
                let stands_in = |stage: &Stage| chain.stage(&stage.id).is_some_and(|stage| stage.bypassed);
                if !stands_in(from) && !stands_in(to) {
                    prop_assert_eq!(hears(&reduced, from, to), hears(&chain, from, to));
                }
            }
        }
    }

    #[test]
    fn parts_of_a_sound_chain_are_sound(chain in any_chain(), place in any::<prop::sample::Index>(), bytes in any::<Vec<u8>>()) {
        let sound = faults(&chain).is_empty();
        if let Some(stage) = chain.stages.get(place.index(chain.stages.len().max(1))) {
            let part = chain.up_to(&stage.id);
            nothing_dangles(&part)?;
            prop_assert!(part.stage(&stage.id).is_some());
            if sound && stage.has_input(InputPort::Stdin) && !part.reduced().stages.is_empty() {
                prop_assert_eq!(faults(&part), [], "{}", chain.to_json());
                prop_assert_eq!(faults(&part.reduced()), []);
            }
        }
        if let Some(wire) = chain.wires.get(place.index(chain.wires.len().max(1))) {
            let part = chain.from_frozen(&FlowPoint::Wire(wire.id.clone()), &bytes);
            let part = part.expect("there is such a wire");
            nothing_dangles(&part)?;
            prop_assert!(part.wire(&wire.id).is_some());
            if sound && !part.reduced().stages.is_empty() {
                prop_assert_eq!(faults(&part), [], "{}", chain.to_json());
                prop_assert_eq!(faults(&part.reduced()), []);
            }
        }
    }

    #[test]
    fn json_keeps_it_all(chain in any_chain()) {
        prop_assert_eq!(Chain::from_json(&chain.to_json()), Ok(chain));
    }
}

/// Whether standard output of one comes to another, by bypassed stages only.
fn hears(chain: &Chain, from: &Stage, to: &Stage) -> bool {
    let mut waiting: Vec<_> = chain.wires_from(&from.id, OutputPort::Stdout).collect();
    let mut seen = BTreeSet::new();
    while let Some(wire) = waiting.pop() {
        if wire.to.stage == to.id {
            return true;
        }
        let passes = chain
            .stage(&wire.to.stage)
            .is_some_and(|stage| stage.bypassed);
        if passes && wire.to.port == InputPort::Stdin && seen.insert(&wire.to.stage) {
            waiting.extend(chain.wires_from(&wire.to.stage, OutputPort::Stdout));
        }
    }
    false
}
