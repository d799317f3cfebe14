//! What texts for a shell, for `awk` and for `sed` may do. They are looked through and not read: whoever wants to hide
//! something from this can, which is why a shell is marked whatever it is given.

mod sed;

use super::program::{WORDS, alone, written_to};
use super::table::known;
use super::{Found, Mark, WORD_WORK};

pub(super) use sed::sed;

/// Words behind which another command begins.
const AHEAD: [&str; 10] = [
    "do", "then", "else", "elif", "if", "while", "until", "!", "coproc", "{",
];

/// A text for a shell: every command in it, wherever it stands.
pub(super) fn shell(found: &mut Found, text: &[u8]) {
    if !found.spend(text.len()) {
        return;
    }
    let text = String::from_utf8_lossy(text);
    for command in text.split(['\n', ';', '|', '&', '(', ')', '`']) {
        // Quotes within a word hide nothing.
        let command = command.replace(['\'', '"', '\\'], "");
        let words: Vec<&str> = command.split_whitespace().collect();
        let is_ahead = |word: &&&str| AHEAD.contains(word) || is_assignment(word);
        let ahead = words.iter().take_while(is_ahead).count();
        self::words(found, &words[ahead..]);
    }
    redirections(found, &text);
}

/// Words of which the first may be a command, whose program may run another that is among them.
pub(super) fn words(found: &mut Found, words: &[&str]) {
    for at in 0..words.len().min(WORDS) {
        let name = words[at].rsplit('/').next().unwrap_or_default();
        let end = words.len().min(at + WORDS);
        if !alone(found, name, &words[at + 1..end]) || !runs(name) {
            break;
        }
    }
}

fn runs(name: &str) -> bool {
    known(name).is_some_and(|known| known.marks(&[]).iter().any(|(mark, _)| *mark == Mark::Runs))
}

fn is_assignment(word: &str) -> bool {
    let name = word.split_once('=').map_or("", |(name, _)| name);
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Whatever is opened for writing by a sign, and sockets that bash opens.
fn redirections(found: &mut Found, text: &str) {
    for device in ["/dev/tcp/", "/dev/udp/"] {
        if text.contains(device) {
            found.add(Mark::Network, device);
        }
    }
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('>') {
        rest = after.strip_prefix(['>', '|']).unwrap_or(after);
        let is_copy = rest.strip_prefix('&').is_some_and(|copied| {
            copied.starts_with(|first: char| first.is_ascii_digit() || first == '-')
        });
        // A substitution, an arrow in some text, a comparison.
        if is_copy || rest.starts_with('(') || before.ends_with(['-', '=']) {
            continue;
        }
        let target = rest.trim_start_matches(['&', ' ', '\t', '"', '\'']);
        let end = target.find(|end: char| end.is_whitespace() || ";|&()<>\"'`".contains(end));
        let target = &target[..end.unwrap_or(target.len())];
        if !found.spend(target.len() + WORD_WORK) {
            return;
        }
        if !target.is_empty() {
            written_to(found, ">", target);
        }
    }
}

/// A program of awk. Which of its signs stand in a string or a pattern is not told apart: that takes awk's whole grammar,
/// and whoever is wrong about it misses what is written. So a sign in a string that is printed is taken for one, too.
pub(super) fn awk(found: &mut Found, name: &str, text: &str) {
    if !found.spend(text.len()) {
        return;
    }
    // A line may go on behind a backslash.
    let text = text.replace("\\\r\n", "").replace("\\\n", "");
    if text.contains("system") {
        found.add(Mark::Runs, &format!("{name} system()"));
    }
    if text.contains("/inet") {
        found.add(Mark::Network, &format!("{name} /inet"));
    }
    if text.contains('@') {
        // Extensions, other files, functions by names that are made up.
        found.add(Mark::Unknown, &format!("{name} @"));
    }
    // Output goes somewhere else by a sign behind `print` or `printf`, and comes from a command by one before `getline`.
    let printed = text.find("print").map_or("", |print| &text[print..]);
    let has_pipe = |part: &str| part.replace("||", "").contains('|');
    if has_pipe(printed) || text.contains("getline") && has_pipe(&text) {
        found.add(Mark::Runs, &format!("{name} |"));
    }
    if printed.contains('>') {
        found.add(Mark::Writes, &format!("{name} >"));
    }
}
