//! Which items of a list fit what was typed, the best first.

use super::Item;
use crate::platform::lower;

/// The places of the items that fit, with those whose labels begin with what was typed first; all of them, under
/// their headings, while nothing was typed. Each word that was typed must be somewhere in an item. Of those that fit
/// alike, what can be chosen comes first.
pub(super) fn found(items: &[Item], typed: &str) -> Vec<usize> {
    let typed = lower(typed);
    let words: Vec<&str> = typed.split_whitespace().collect();
    if words.is_empty() {
        return all(items);
    }
    let mut found: Vec<(u8, usize)> = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let texts = [&item.label, &item.words, &item.hint].map(|text| lower(text));
        // As good as the worst of its words.
        let fit = words.iter().map(|word| fit(&texts, word)).max();
        if let Some(fit) = fit.filter(|fit| *fit < NONE) {
            found.push((fit, at));
        }
    }
    // Stable: items that fit alike stay in their order.
    found.sort_by_key(|(fit, at)| (*fit, items[*at].why_not.is_some()));
    found.into_iter().map(|(_, at)| at).collect()
}

/// What cannot be chosen is the last, under its headings once more.
fn all(items: &[Item]) -> Vec<usize> {
    let mut found: Vec<usize> = (0..items.len()).collect();
    found.sort_by_key(|at| items[*at].why_not.is_some());
    found
}

const NONE: u8 = 5;

fn fit([label, words, hint]: &[String; 3], word: &str) -> u8 {
    let begins = |text: &str| text.split_whitespace().any(|part| part.starts_with(word));
    if label.starts_with(word) {
        0
    } else if begins(label) {
        1
    } else if begins(words) {
        2
    } else if label.contains(word) || words.contains(word) {
        3
    } else if hint.contains(word) {
        4
    } else {
        NONE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(label: &str, words: &str, hint: &str) -> Item {
        Item {
            label: label.to_owned(),
            words: words.to_owned(),
            hint: hint.to_owned(),
            ..Item::default()
        }
    }

    #[test]
    fn the_best_comes_first_and_nothing_typed_finds_all() {
        let items = [
            item("Add uniq", "중복", "counts what is sorted"),
            item("Resort", "", ""),
            item("Add sort", "정렬", "puts lines in order"),
            item("Sort", "", ""),
        ];
        assert_eq!(found(&items, ""), [0, 1, 2, 3]);
        assert_eq!(found(&items, " SORT "), [3, 2, 1, 0]);
        assert_eq!(found(&items, "정렬"), [2]);
        assert_eq!(found(&items, "add order"), [2]);
        assert!(found(&items, "nothing like it").is_empty());
    }

    #[test]
    fn what_can_be_chosen_comes_first() {
        let item = |group: &'static str, label: &str, can: bool| Item {
            group: group.into(),
            why_not: (!can).then(String::new),
            ..item(label, "", "")
        };
        let items = [
            item("Run", "Run", false),
            item("Run", "Run to", false),
            item("Edit", "Undo", false),
            item("Edit", "Add", true),
            item("Edit", "Runs", true),
            item("Page", "Theme", true),
        ];
        assert_eq!(found(&items, ""), [3, 4, 5, 0, 1, 2]);
        assert_eq!(found(&items, "run"), [4, 0, 1]);
    }
}
