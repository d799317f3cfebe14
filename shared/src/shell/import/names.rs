//! What stages are called, and texts with placeholders.

use std::collections::BTreeMap;

use crate::substitute::{Placeholder, literal, placeholders};
use crate::text::Text;

/// The longest name, in characters, before a number is added.
const NAME_CHARACTERS: usize = 32;

/// Names that are given away.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    taken: BTreeMap<String, usize>,
}

impl Names {
    /// A name after a program or a path that no other stage has.
    pub(super) fn free(&mut self, after: &[u8]) -> String {
        let shown = String::from_utf8_lossy(after);
        let last = shown.rsplit('/').next().unwrap_or_default();
        let mut name: String = last
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
            .skip_while(|c| *c == '-')
            .take(NAME_CHARACTERS)
            .collect();
        if name.is_empty() {
            name.push_str("stage");
        }
        let mut number = self.taken.get(&name).map_or(1, |known| known + 1);
        loop {
            let id = match number {
                1 => name.clone(),
                number => format!("{name}-{number}"),
            };
            if number == 1 || !self.taken.contains_key(&id) {
                self.taken.insert(name, number);
                self.taken.entry(id.clone()).or_insert(1);
                return id;
            }
            number += 1;
        }
    }
}

/// A text whose `{lane}` and `{value}` are meant; `{fd3}`, for which text has no wire, stays what it is.
pub(super) fn with_lanes(bytes: &[u8]) -> Text {
    let text = Text::from_bytes(bytes);
    let has_extra = placeholders(&text)
        .iter()
        .any(|placeholder| matches!(placeholder, Placeholder::Extra(_)));
    if has_extra { literal(bytes) } else { text }
}
