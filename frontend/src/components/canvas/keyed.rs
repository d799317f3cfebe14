//! Joining two ports by keyboard: a port is taken up, arrows go through those at which the wire can end, Enter joins.

use pipeyard_shared::chain::{InputEnd, OutputEnd};

use crate::desk::Desk;
use crate::editor::Port;
use crate::editor::gesture::{Aim, Scene, aims};
use crate::editor::layout::{input_ports, output_ports};

/// A wire that has been taken up by keyboard.
#[derive(Clone, Debug)]
pub(super) struct Keyed {
    /// The end that it has.
    pub(super) end: Port,
    /// The ports at which it can end, nearest first.
    aims: Vec<Aim>,
    /// Which of them is chosen.
    at: usize,
    /// Whether the canvas has had the focus since. A command is asked for from elsewhere, too.
    pub(super) rooted: bool,
}

impl Keyed {
    /// From the first port of the selected stage that can be joined to something, or from the one after `last`. The
    /// sentence says why there is none.
    pub(super) fn begin(desk: &Desk, scene: &Scene, last: Option<&Port>) -> Result<Self, String> {
        let parts = scene.selection.parts();
        let stage = parts.stages.first();
        let Some(stage) = stage.and_then(|id| scene.chain.stage_index(id)) else {
            return Err((desk.words.commands.why_not)(
                crate::commands::Reason::NoStage,
            ));
        };
        let ports = ports(scene, stage);
        let after = last
            .and_then(|last| ports.iter().position(|port| port == last))
            .map_or(0, |at| at + 1);
        let (before, rest) = ports.split_at(after.min(ports.len()));
        let mut refused = None;
        for end in rest.iter().chain(before) {
            let (mut lawful, others): (Vec<Aim>, Vec<Aim>) = aims(end, None, scene)
                .into_iter()
                .partition(|aim| aim.why_not.is_none());
            if lawful.is_empty() {
                refused = refused.or_else(|| others.into_iter().find_map(|aim| aim.why_not));
                continue;
            }
            let from = crate::editor::layout::port_at(scene.layout, scene.chain, end);
            let from = from.unwrap_or_default();
            let far = |aim: &Aim| (aim.at.x - from.x).hypot(aim.at.y - from.y);
            lawful.sort_by(|one, other| far(one).total_cmp(&far(other)));
            return Ok(Self {
                end: end.clone(),
                aims: lawful,
                at: 0,
                rooted: false,
            });
        }
        Err(match refused {
            Some(why_not) => (desk.words.canvas.why_not)(&why_not, scene.chain),
            None => desk.words.canvas.nothing_to_join.to_owned(),
        })
    }

    /// The next port, or the one before.
    pub(super) fn step(&mut self, forwards: bool) {
        let count = self.aims.len().max(1);
        self.at = (self.at + if forwards { 1 } else { count - 1 }) % count;
    }

    /// The chosen port.
    pub(super) fn aim(&self) -> Option<&Aim> {
        self.aims.get(self.at)
    }

    /// What is going on, for eyes and ears.
    pub(super) fn said(&self, desk: &Desk, scene: &Scene) -> String {
        let named = |port: &Port| {
            let name = match port {
                Port::Output(end) => end.port.to_string(),
                Port::Input(end) => end.port.to_string(),
            };
            format!("{} {name}", scene.chain.name_of(port.stage()))
        };
        let to = self.aim().map(|aim| named(&aim.port)).unwrap_or_default();
        (desk.words.canvas.joining)(&named(&self.end), &to, self.at + 1, self.aims.len())
    }
}

/// A stage's ports, those first from which people lead wires.
fn ports(scene: &Scene, stage: usize) -> Vec<Port> {
    let id = &scene.chain.stages[stage].id;
    let outputs = output_ports(scene.chain, stage).into_iter().map(|port| {
        Port::Output(OutputEnd {
            stage: id.clone(),
            port,
        })
    });
    let inputs = input_ports(scene.chain, stage, true);
    let inputs = inputs.into_iter().map(|port| {
        Port::Input(InputEnd {
            stage: id.clone(),
            port,
        })
    });
    outputs.chain(inputs).collect()
}
