//! Which items of a list fit what was typed, the best first.

use super::Item;

/// The places of the items that fit, with those whose labels begin with what was typed first; all of them, in their
/// own order, while nothing was typed. Each word that was typed must be somewhere in an item.
pub(super) fn found(items: &[Item], typed: &str) -> Vec<usize> {
    let typed = typed.to_lowercase();
    let words: Vec<&str> = typed.split_whitespace().collect();
    let mut found: Vec<(u8, usize)> = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let texts = [&item.label, &item.words, &item.hint].map(|text| text.to_lowercase());
        // As good as the worst of its words.
        let fit = words.iter().map(|word| fit(&texts, word)).max();
        match fit {
            None => found.push((0, at)),
            Some(fit) if fit < NONE => found.push((fit, at)),
            Some(_) => {}
        }
    }
    // Stable: items that fit alike stay in their order.
    found.sort_by_key(|(fit, _)| *fit);
    found.into_iter().map(|(_, at)| at).collect()
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
}
