//! What changes while cards are dragged: only that is worked out again, so that a frame does not depend on the
//! size of the chain.

use std::collections::BTreeSet;

use crate::chain::{Chain, Point};

use super::{Layout, Placed};

impl Layout {
    /// The cards, boxes, groups, wires and lines that change when these stages (by their places in the chain) move
    /// by so much. What is not in it stays as it is.
    pub fn shifted(&self, chain: &Chain, stages: &BTreeSet<usize>, by: Point) -> Self {
        let moved = |placed: &&Placed| stages.contains(&placed.stage);
        let there = |placed: &Placed| Placed {
            stage: placed.stage,
            area: placed.area.moved(by),
        };
        let mut next = Self {
            cards: self.cards.iter().filter(moved).map(there).collect(),
            outputs: self.outputs.iter().filter(moved).map(there).collect(),
            errors: self.errors.iter().filter(moved).map(there).collect(),
            anchors: self.anchors.clone(),
            members: self.members.clone(),
            ..Self::default()
        };
        for &stage in stages {
            if let Some(anchor) = next.anchors.get_mut(stage) {
                anchor.own = anchor.own.moved(by);
                if anchor.group.is_none() {
                    anchor.area = anchor.own;
                }
            }
        }
        let mut carried = BTreeSet::new();
        for placed in &self.groups {
            let members = &self.members[placed.group];
            if !members.iter().any(|stage| stages.contains(stage)) {
                continue;
            }
            if let Some(area) = next.group_area(placed.group, placed.collapsed) {
                next.groups.push(area);
                if placed.collapsed {
                    for stage in members {
                        next.anchors[*stage].area = area.area;
                        carried.insert(*stage);
                    }
                }
            }
        }
        let touched = |stage: &usize| stages.contains(stage) || carried.contains(stage);
        next.wires = self
            .wires
            .iter()
            .filter(|wire| touched(&wire.ends.0) || touched(&wire.ends.1))
            .filter_map(|wire| next.wire(chain, wire.index, wire.ends))
            .collect();
        let lines = next.outputs.iter();
        next.output_lines = lines
            .filter_map(|placed| next.output_line(placed))
            .collect();
        let lines = next.errors.iter();
        next.error_lines = lines.filter_map(|placed| next.error_line(placed)).collect();
        next
    }
}
