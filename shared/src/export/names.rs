//! What stages are called in a program.

use std::collections::BTreeSet;

use super::plan::Plan;
use crate::chain::Chain;

/// What stages are called in the program.
#[derive(Debug)]
pub(super) struct Names {
    stages: Vec<String>,
    taken: BTreeSet<String>,
}

/// What the pipes are called that belong to no stage alone, by number.
#[derive(Debug)]
pub(super) struct Pipes {
    /// Those that several processes write to.
    pub(super) shared: Vec<String>,
    /// Those between two helpers.
    pub(super) between: Vec<String>,
}

impl Pipes {
    pub(super) fn of(plan: &Plan<'_>, names: &mut Names) -> Self {
        let mut fresh = |count: usize, kind: &str| {
            let numbers = 0..count;
            let names = numbers.map(|number| names.fresh(&format!("{kind}_{number}")));
            names.collect()
        };
        Self {
            shared: fresh(plan.shared, "shared"),
            between: fresh(plan.between, "between"),
        }
    }
}

impl Names {
    pub(super) fn of(chain: &Chain, reserved: &[&str]) -> Self {
        let taken = reserved.iter().map(|name| (*name).to_owned());
        let mut names = Self {
            stages: Vec::new(),
            taken: taken.collect(),
        };
        for stage in &chain.stages {
            let mut name: String = stage.id.as_str().replace('-', "_");
            if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
                name = format!("stage_{name}");
            }
            let name = names.fresh(&name);
            names.stages.push(name);
        }
        names
    }

    pub(super) fn stage(&self, at: usize) -> String {
        self.stages.get(at).cloned().unwrap_or_default()
    }

    /// A name that nothing else has.
    pub(super) fn fresh(&mut self, wanted: &str) -> String {
        let numbered = (2u64..).map(|number| format!("{wanted}_{number}"));
        let name = std::iter::once(wanted.to_owned())
            .chain(numbered)
            .find(|name| !self.taken.contains(name))
            .unwrap_or_default();
        self.taken.insert(name.clone());
        name
    }
}
