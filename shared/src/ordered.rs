//! Sets and maps that are made by putting in one thing after another.
//!
//! `collect` sorts everything first. That is faster for very many things, and costs the page some four
//! kilobytes of code for each type of them.

use std::collections::{BTreeMap, BTreeSet};

/// The set of these.
pub fn set<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    set.extend(items);
    set
}

/// The map of these; of two with the same key the later stands.
pub fn map<K: Ord, V>(items: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    map.extend(items);
    map
}
