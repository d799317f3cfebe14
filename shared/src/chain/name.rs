//! What people call the parts of a chain.

use super::{Chain, InputPort, OutputPort, Wire};
use crate::id::StageId;

impl Chain {
    /// What people call a stage and no other of the chain: its name, with a number where several have
    /// that name. `sort`, or else `sort (1)` and `sort (2)`. The id where there is no such stage.
    pub fn name_of(&self, id: &StageId) -> String {
        match (self.stage(id), self.number_of(id)) {
            (Some(stage), Some(number)) => numbered(&stage.name(), number),
            (Some(stage), None) => stage.name(),
            (None, _) => id.to_string(),
        }
    }

    /// The number that tells a stage from others of its name, from 1 in the chain's order; nothing where
    /// the name does so by itself.
    pub fn number_of(&self, id: &StageId) -> Option<usize> {
        let at = self.stage_index(id)?;
        let names: Vec<String> = self.stages.iter().map(super::Stage::name).collect();
        let name = &names[at];
        if names.iter().filter(|other| *other == name).count() < 2 {
            return None;
        }
        let before = names[..at].iter().filter(|other| *other == name).count();
        // A label may look like a name with a number: that number is then left out.
        (1..=names.len() * 2)
            .filter(|number| !names.contains(&numbered(name, *number)))
            .nth(before)
    }

    /// What people call a wire: its stages, and those of its ports that are not the usual ones.
    /// `sort → uniq`, `cc stderr → cat`, `sort → diff fd3`.
    pub fn wire_name(&self, wire: &Wire) -> String {
        let mut name = self.name_of(&wire.from.stage);
        if wire.from.port != OutputPort::Stdout {
            name = format!("{name} {}", wire.from.port);
        }
        name = format!("{name} → {}", self.name_of(&wire.to.stage));
        if wire.to.port != InputPort::Stdin {
            name = format!("{name} {}", wire.to.port);
        }
        name
    }
}

fn numbered(name: &str, number: usize) -> String {
    format!("{name} ({number})")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::Stage;
    use crate::id::WireId;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

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
        assert_eq!(chain.number_of(&"s1".into()), None);
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
