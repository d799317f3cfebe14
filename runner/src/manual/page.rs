//! A manual page, as far as it explains a program and its flags.

use pipeyard_shared::explain::{Flag, Said};

/// A page that has been read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Its name and what it is from: `grep(1), GNU grep 3.8`.
    pub source: String,
    /// What the program does, in the page's words.
    pub summary: String,
    /// The flags, in the page's order.
    pub entries: Vec<Entry>,
}

/// What a page says of a flag, in all its forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The forms as they stand there: `-m NUM, --max-count=NUM`.
    pub forms: String,
    /// The first sentence about it.
    pub what: String,
    /// The names of the flag, with their dashes, and whether a value belongs to each.
    pub names: Vec<(String, Value)>,
}

/// Whether a value belongs to a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// None.
    No,
    /// One that may be left out, and stands in the same word.
    Optional,
    /// One, in the same word or the next one.
    Needed,
}

impl Page {
    /// What the page says of words, as a program is given them. Values and operands get nothing, and so does whatever
    /// is in doubt. `runs_others`: what follows the first operand is not this program's.
    pub fn flags(&self, words: &[String], runs_others: bool) -> Vec<Flag> {
        let mut flags = Vec::new();
        let mut words = words.iter().enumerate();
        while let Some((at, word)) = words.next() {
            if word == "--" || runs_others && !is_flag(word) {
                break;
            }
            if !is_flag(word) {
                continue;
            }
            let (entries, takes_next) = self.find(word);
            let unknown = entries.is_empty();
            let ends = entries.iter().any(|entry| {
                let mut names = entry.names.iter();
                names.any(|(name, _)| STARTING_OTHERS.contains(&name.as_str()))
            });
            flags.extend(entries.into_iter().map(|entry| Flag {
                at,
                forms: entry.forms.clone(),
                said: Said {
                    what: entry.what.clone(),
                    source: Some(self.source.clone()),
                },
            }));
            // Where a flag is not known, neither is whether the next word is its value.
            if ends || runs_others && unknown {
                break;
            }
            if takes_next {
                words.next();
            }
        }
        flags
    }

    /// The entries for a word, and whether the next word is its value.
    fn find(&self, word: &str) -> (Vec<&Entry>, bool) {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name, Some(value)),
            _ => (word, None),
        };
        if let Some((entry, needs)) = self.named(name) {
            return (vec![entry], needs == Value::Needed && value.is_none());
        }
        let Some(letters) = word.strip_prefix('-').filter(|rest| !rest.starts_with('-')) else {
            return (Vec::new(), false);
        };
        if letters.bytes().all(|byte| byte.is_ascii_digit()) {
            let number = self.entries.iter().find(|entry| {
                let mut names = entry.names.iter();
                names.any(|(name, _)| stands_for_number(name, letters))
            });
            return (number.into_iter().collect(), false);
        }
        // Where flags of several letters begin with one dash, a word is no bundle.
        if self.has_long_with_one_dash() {
            return (Vec::new(), false);
        }
        let mut found: Vec<&Entry> = Vec::new();
        let count = letters.chars().count();
        for (place, letter) in letters.chars().enumerate() {
            let Some((entry, needs)) = self.named(&format!("-{letter}")) else {
                return (Vec::new(), false);
            };
            if !found.contains(&entry) {
                found.push(entry);
            }
            match needs {
                Value::No => {}
                // What follows is the value.
                Value::Optional => break,
                Value::Needed => return (found, place + 1 == count),
            }
        }
        (found, false)
    }

    fn named(&self, name: &str) -> Option<(&Entry, Value)> {
        self.entries.iter().find_map(|entry| {
            let (_, value) = entry.names.iter().find(|(known, _)| known == name)?;
            Some((entry, *value))
        })
    }

    fn has_long_with_one_dash(&self) -> bool {
        let mut names = self.entries.iter().flat_map(|entry| &entry.names);
        names.any(|(name, _)| {
            let rest = name.strip_prefix('-').unwrap_or_default();
            let letters = rest.chars().take_while(char::is_ascii_lowercase).count();
            !rest.starts_with('-') && letters > 2
        })
    }
}

/// Behind these, words are another program's.
const STARTING_OTHERS: [&str; 4] = ["-exec", "-execdir", "-ok", "-okdir"];

fn is_flag(word: &str) -> bool {
    word.len() > 1 && word.starts_with('-')
}

/// Whether a name such as `-NUM` stands for a flag that is a number.
fn stands_for_number(name: &str, digits: &str) -> bool {
    match name {
        "-NUM" | "-num" | "-NUMBER" | "-number" | "-N" | "-<number>" | "-<n>" => true,
        "-#" => digits.len() == 1,
        _ => false,
    }
}
