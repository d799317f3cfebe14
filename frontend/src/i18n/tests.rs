//! What the compiler does not see in the catalogues. That a word is missing it sees by itself: both languages are values
//! of one struct.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What Korean says with no Korean letter: names of programs, formats, keys and signs.
const NAMES: &[&str] = &["base64", "Base64", "CPU", "stderr"];

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All files of Rust in a folder and those below.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).expect("a folder of sources");
    for path in entries.map(|entry| entry.expect("a file").path()) {
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            found.push(path);
        }
    }
    found
}

/// The files of words, without this one.
fn catalogues() -> Vec<PathBuf> {
    let mut found = files(&sources().join("i18n"));
    found.retain(|path| !path.ends_with("tests.rs"));
    found.push(sources().join("i18n.rs"));
    found
}

/// The catalogues' texts, English and Korean: whole files for the first, halves of a file for the others.
fn halves() -> Vec<(String, String, String)> {
    let folder = sources().join("i18n");
    let mut halves = vec![(
        "en.rs".to_owned(),
        read(&folder.join("en.rs")),
        read(&folder.join("ko.rs")),
    )];
    for path in files(&folder) {
        let name = path.strip_prefix(&folder).expect("a file of the folder");
        let name = name.display().to_string();
        if ["en.rs", "ko.rs", "tests.rs"].contains(&name.as_str()) {
            continue;
        }
        let text = read(&path);
        let (english, korean) = text
            .split_once("static KO:")
            .unwrap_or_else(|| panic!("{name} has no Korean half"));
        let (_, english) = english.split_once("static EN:").expect("an English half");
        halves.push((name, english.to_owned(), korean.to_owned()));
    }
    halves
}

/// The texts between quotation marks in a text of Rust, without those that are matched.
fn literals(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '/' if signs.peek() == Some(&'/') => {
                signs.by_ref().find(|sign| *sign == '\n');
            }
            // The sign '"' by itself, or a quotation mark of a lifetime.
            '\'' if signs.peek() == Some(&'"') => drop(signs.next()),
            '"' => {
                let mut literal = String::new();
                while let Some(sign) = signs.next().filter(|sign| *sign != '"') {
                    match sign {
                        '\\' => literal.extend(signs.next()),
                        sign => literal.push(sign),
                    }
                }
                // What is matched is no word that is said.
                let matched = signs.clone().collect::<String>();
                if !matched.trim_start().starts_with("=>") {
                    found.push(literal);
                }
            }
            _ => {}
        }
    }
    found
}

/// What is left of a literal without what is put into it, and without what stands in it as code.
fn said(literal: &str) -> String {
    let mut said = String::new();
    let (mut depth, mut code) = (0, false);
    for sign in literal.chars() {
        match sign {
            '{' => depth += 1,
            '}' => depth -= 1,
            '`' => code = !code,
            sign if depth == 0 && !code => said.push(sign),
            _ => {}
        }
    }
    said
}

fn is_korean(text: &str) -> bool {
    text.chars().any(|sign| ('가'..='힣').contains(&sign))
}

fn has_letters(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

#[test]
fn what_korean_says_is_korean() {
    let mut english = Vec::new();
    for (name, _, korean) in halves() {
        for literal in literals(&korean) {
            let words = said(&literal);
            let named = NAMES.contains(&words.trim());
            if has_letters(&words) && !is_korean(&words) && !named {
                english.push(format!("{name}: “{literal}”"));
            }
        }
    }
    assert!(english.is_empty(), "English still:\n{}", english.join("\n"));
}

#[test]
fn the_names_that_korean_leaves_as_they_are_are_said() {
    let korean = halves().into_iter().map(|(_, _, korean)| korean);
    let said: BTreeSet<String> = korean
        .flat_map(|korean| literals(&korean))
        .map(|literal| said(&literal).trim().to_owned())
        .collect();
    for name in NAMES {
        assert!(said.contains(*name), "nobody says “{name}”");
    }
}

#[test]
fn english_says_nothing_in_korean() {
    for (name, english, _) in halves() {
        for literal in literals(&english) {
            // The name of a language is in that language, for who reads no other.
            let other = literal.contains("한국어");
            assert!(!is_korean(&literal) || other, "{name}: “{literal}”");
        }
    }
}

/// Figures that one language needs for its grammar alone.
const GRAMMAR: [&str; 1] = ["lines_short"];

/// A parameter that one language takes and the other ignores is a figure that somebody does not see.
#[test]
fn both_languages_say_what_they_are_given() {
    let ignored = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| line.contains(": |"));
        let lines = lines.filter(|line| {
            let list = line.split('|').nth(1).unwrap_or_default();
            list.split(',')
                .any(|parameter| parameter.trim().starts_with('_'))
        });
        lines
            .filter_map(|line| Some(line.trim().split_once(':')?.0.to_owned()))
            .filter(|field| !GRAMMAR.contains(&field.as_str()))
            .collect()
    };
    for (name, english, korean) in halves() {
        assert_eq!(ignored(&english), ignored(&korean), "{name}");
    }
}

#[test]
fn nothing_is_said_with_no_words() {
    for (name, english, korean) in halves() {
        for (text, language) in [(english, "English"), (korean, "Korean")] {
            let empty = text
                .lines()
                .find(|line| line.trim_end().ends_with(": \"\","));
            assert_eq!(empty, None, "{name}, {language}");
        }
    }
}

/// The names of the fields of the structs of words.
fn fields(text: &str) -> Vec<String> {
    let lines = text.lines().filter_map(|line| {
        let field = line.strip_prefix("    pub(crate) ")?;
        let (name, _) = field.split_once(": ")?;
        name.chars()
            .all(|sign| sign.is_ascii_alphanumeric() || sign == '_')
            .then(|| name.to_owned())
    });
    lines.collect()
}

#[test]
fn every_word_is_said_somewhere() {
    let catalogues = catalogues();
    let words: Vec<(String, String)> = catalogues
        .iter()
        .flat_map(|path| {
            let name = path.display().to_string();
            fields(&read(path))
                .into_iter()
                .map(move |field| (name.clone(), field))
        })
        .collect();
    assert!(words.len() > 400, "{} words", words.len());
    let mut readers = String::new();
    for path in files(&sources()) {
        if !path.starts_with(sources().join("i18n")) {
            readers.push_str(&read(&path));
        }
    }
    let is_read = |field: &str| {
        readers.match_indices(field).any(|(at, _)| {
            let before = readers[..at].trim_end();
            let after = readers[at + field.len()..].chars().next();
            before.ends_with('.')
                && !after.is_some_and(|sign| sign.is_ascii_alphanumeric() || sign == '_')
        })
    };
    let unread: Vec<_> = words
        .iter()
        .filter(|(_, field)| !is_read(field))
        .map(|(name, field)| format!("{name}: {field}"))
        .collect();
    assert!(unread.is_empty(), "nobody says:\n{}", unread.join("\n"));
}
