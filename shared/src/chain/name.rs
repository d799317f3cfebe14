//! What people call the parts of a chain.

use std::collections::{BTreeMap, BTreeSet};

use super::{Chain, InputPort, OutputPort, Stage, Wire};
use crate::id::StageId;

/// What people call the stages of one chain. Where many are named, this is asked instead of the chain: it goes
/// over the stages once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    stages: BTreeMap<StageId, Name>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Name {
    whole: String,
    number: Option<usize>,
}

impl Names {
    /// The names of a chain's stages.
    pub fn of(chain: &Chain) -> Self {
        let plain: Vec<String> = chain.stages.iter().map(Stage::name).collect();
        let taken: BTreeSet<&str> = plain.iter().map(String::as_str).collect();
        let mut called: BTreeMap<&str, usize> = BTreeMap::new();
        for name in &plain {
            *called.entry(name).or_default() += 1;
        }
        let mut last: BTreeMap<&str, usize> = BTreeMap::new();
        let mut stages = BTreeMap::new();
        for (stage, plain) in chain.stages.iter().zip(&plain) {
            let mut name = Name {
                whole: plain.clone(),
                number: None,
            };
            if called[plain.as_str()] > 1 {
                let number = last.entry(plain).or_default();
                // A label may look like a name with a number: that number is then left out.
                loop {
                    *number += 1;
                    name.whole = format!("{plain} ({number})");
                    if !taken.contains(name.whole.as_str()) {
                        break;
                    }
                }
                name.number = Some(*number);
            }
            // Of two stages with one id, which a chain may not have, the first is meant.
            stages.entry(stage.id.clone()).or_insert(name);
        }
        Self { stages }
    }

    /// What people call a stage and no other of the chain: its name, with a number where several have
    /// that name. `sort`, or else `sort (1)` and `sort (2)`. The id where there is no such stage.
    pub fn stage<'a>(&'a self, id: &'a StageId) -> &'a str {
        self.stages.get(id).map_or(id.as_str(), |name| &name.whole)
    }

    /// The number that tells a stage from others of its name, from 1 in the chain's order; nothing where
    /// the name does so by itself.
    pub fn number(&self, id: &StageId) -> Option<usize> {
        self.stages.get(id)?.number
    }

    /// What people call a wire: its stages, and those of its ports that are not the usual ones.
    /// `sort → uniq`, `cc stderr → cat`, `sort → diff fd3`.
    pub fn wire(&self, wire: &Wire) -> String {
        let mut name = self.stage(&wire.from.stage).to_owned();
        if wire.from.port != OutputPort::Stdout {
            name = format!("{name} {}", wire.from.port);
        }
        name = format!("{name} → {}", self.stage(&wire.to.stage));
        if wire.to.port != InputPort::Stdin {
            name = format!("{name} {}", wire.to.port);
        }
        name
    }
}

impl Chain {
    /// What people call one stage: see [`Names::stage`].
    pub fn name_of(&self, id: &StageId) -> String {
        Names::of(self).stage(id).to_owned()
    }

    /// What people call one wire: see [`Names::wire`].
    pub fn wire_name(&self, wire: &Wire) -> String {
        Names::of(self).wire(wire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::WireId;
    use proptest::prelude::*;

    fn chain(names: &[&str]) -> Chain {
        let stages = names.iter().enumerate().map(|(at, name)| {
            let mut stage = Stage::process(&format!("s{at}"), "true", []);
            stage.label = Some((*name).to_owned());
            stage
        });
        Chain::of_stages("", stages.collect())
    }

    fn names(chain: &Chain) -> Vec<String> {
        let ids = chain.stages.iter().map(|stage| &stage.id);
        ids.map(|id| chain.name_of(id)).collect()
    }

    #[test]
    fn only_stages_of_one_name_are_numbered() {
        let chain = chain(&["sort", "uniq", "sort"]);
        assert_eq!(names(&chain), ["sort (1)", "uniq", "sort (2)"]);
        assert_eq!(Names::of(&chain).number(&"s1".into()), None);
        assert_eq!(Names::of(&chain).number(&"s2".into()), Some(2));
        assert_eq!(chain.name_of(&"nobody".into()), "nobody");
    }

    #[test]
    fn a_label_that_looks_numbered_keeps_its_name() {
        let chain = chain(&["a", "a (1)", "a", "a (3)"]);
        assert_eq!(names(&chain), ["a (2)", "a (1)", "a (4)", "a (3)"]);
    }

    #[test]
    fn a_wire_names_the_ports_that_are_not_usual() {
        let mut chain = chain(&["a", "b"]);
        assert_eq!(chain.wire_name(&chain.wires[0]), "a → b");
        let odd = Wire::between(
            WireId::new("x"),
            ("s1".into(), OutputPort::Stderr),
            ("s0".into(), InputPort::Extra(3)),
        );
        chain.wires.push(odd);
        assert_eq!(chain.wire_name(&chain.wires[1]), "b stderr → a fd3");
    }

    proptest! {
        #[test]
        fn no_two_stages_are_called_the_same(names_in in proptest::collection::vec("a( \\([1-4]\\)){0,2}", 1..12)) {
            let texts: Vec<&str> = names_in.iter().map(String::as_str).collect();
            let names = names(&chain(&texts));
            let different: BTreeSet<&String> = names.iter().collect();
            prop_assert_eq!(different.len(), names.len());
        }
    }
}
