//! Reading a manual page as `man` renders it.
//!
//! The rendered text is read and not the source: there are two languages of sources and many sets of macros, and what
//! people see is the same for all. Where the text does not look as pages do, there is nothing.

use super::page::{Entry, Page, Value};
use super::sentence::first_sentence;

/// The most flags that are taken from a page.
const MOST_ENTRIES: usize = 2_000;
/// The longest line of forms of a flag, in characters.
const FORMS_CHARACTERS: usize = 160;
/// The longest word about what a page is from, in characters.
const FROM_CHARACTERS: usize = 40;

/// A line without its indent.
#[derive(Clone, Copy, Debug)]
struct Line<'t> {
    /// In columns.
    indent: usize,
    text: &'t str,
}

/// Reads a page; nothing for what is none, or one of a section that is not about programs.
pub fn read(rendered: &str) -> Option<Page> {
    let text = plain(rendered);
    let lines: Vec<Line<'_>> = text.lines().map(line).collect();
    let mut written = lines.iter().filter(|line| !line.text.is_empty());
    let header = written.next()?.text;
    let title = header.split_whitespace().next()?;
    let (name, section) = title.strip_suffix(')')?.split_once('(')?;
    if name.is_empty() || !section.starts_with(['1', '6', '8']) {
        return None;
    }
    let sections = sections(&lines);
    let summary = summary(sections.first()?)?;
    Some(Page {
        source: source(name, section, written.next_back().map(|last| last.text)),
        summary,
        entries: entries(&sections),
    })
}

/// Without what was meant for a printer or a terminal, and with one kind of hyphen.
fn plain(rendered: &str) -> String {
    let mut text = String::with_capacity(rendered.len());
    let mut characters = rendered.chars();
    while let Some(character) = characters.next() {
        match character {
            // Bold and underlined letters are struck twice.
            '\u{8}' => {
                text.pop();
            }
            '\u{1b}' => {
                // `ESC [ … letter`
                if characters.next() == Some('[') {
                    characters.by_ref().find(|end| end.is_ascii_alphabetic());
                }
            }
            '\u{2010}' | '\u{2011}' | '\u{2212}' => text.push('-'),
            '\u{ad}' | '\r' => {}
            '\t' => text.push_str("        "),
            other => text.push(other),
        }
    }
    text
}

fn line(text: &str) -> Line<'_> {
    let trimmed = text.trim_start_matches([' ', '\u{a0}']);
    Line {
        indent: text.chars().count() - trimmed.chars().count(),
        text: without_bullet(trimmed.trim_end()),
    }
}

/// Some pages have their flags as a list, a bullet before each, as jq(1) does.
fn without_bullet(text: &str) -> &str {
    let item = text.strip_prefix(['○', '•', '·', '∙']);
    let item = item.map(|item| item.trim_start_matches([' ', '\u{a0}']));
    item.filter(|item| item.starts_with('-')).unwrap_or(text)
}

/// A heading with what is below it.
struct Section<'t> {
    heading: &'t str,
    lines: Vec<Line<'t>>,
}

/// All sections. The page's first line, its header, and its last, its footer, are in none.
fn sections<'t>(lines: &[Line<'t>]) -> Vec<Section<'t>> {
    let mut sections: Vec<Section<'t>> = Vec::new();
    let is_written = |line: &&Line<'t>| !line.text.is_empty();
    let header = lines.iter().position(|line| is_written(&line));
    for line in lines.iter().skip(header.map_or(0, |at| at + 1)) {
        if line.indent == 0 && !line.text.is_empty() {
            sections.push(Section {
                heading: line.text,
                lines: Vec::new(),
            });
        } else if let Some(section) = sections.last_mut() {
            section.lines.push(*line);
        }
    }
    sections
}

/// What stands behind the dash of the first section: `grep, egrep - print lines that match patterns`.
fn summary(name: &Section<'_>) -> Option<String> {
    let texts = name.lines.iter().map(|line| line.text);
    let joined = texts.collect::<Vec<_>>().join(" ");
    let dashes = [" - ", " -- ", " – ", " — "];
    let at = dashes
        .iter()
        .filter_map(|dash| Some((joined.find(dash)?, dash.len())))
        .min()?;
    let summary = first_sentence(&joined[at.0 + at.1..]);
    (!summary.is_empty()).then_some(summary)
}

/// The page's name, and what its footer says it is from.
fn source(name: &str, section: &str, footer: Option<&str>) -> String {
    let shouted = !name.chars().any(char::is_lowercase);
    let page = match shouted {
        true => format!("{}({})", name.to_lowercase(), section.to_lowercase()),
        false => format!("{name}({section})"),
    };
    let from = footer.and_then(|footer| {
        let (from, rest) = footer.split_once("  ")?;
        let title = rest.rsplit("  ").next()?.trim();
        let is_name = from.eq_ignore_ascii_case(name) || from.contains('(') || is_date(from);
        let ends_well = title.eq_ignore_ascii_case(&page);
        (ends_well && !is_name && from.chars().count() <= FROM_CHARACTERS).then_some(from)
    });
    match from {
        Some(from) => format!("{page}, {from}"),
        None => page,
    }
}

/// Whether it is a date, which some pages have there.
fn is_date(text: &str) -> bool {
    let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let begins = months.iter().any(|month| text.starts_with(month));
    let digits = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b"-/. ".contains(&byte));
    digits && text.contains(['-', '/'])
        || begins && text.ends_with(|last: char| last.is_ascii_digit())
}

/// The flags of those sections that describe them.
fn entries(sections: &[Section<'_>]) -> Vec<Entry> {
    let is_about_flags = |heading: &str| {
        let heading = heading.to_uppercase();
        ["OPTION", "옵션", "선택"]
            .iter()
            .any(|word| heading.contains(word))
    };
    let is_about_all = |heading: &str| {
        let heading = heading.to_uppercase();
        ["DESCRIPTION", "설명", "EXPRESSION"].contains(&heading.as_str())
    };
    let shows_usage = |heading: &str| {
        let heading = heading.to_uppercase();
        [
            "SYNOPSIS", "개요", "EXAMPLE", "예제", "예시", "SEE ALSO", "BUGS", "HISTORY",
        ]
        .iter()
        .any(|word| heading.contains(word))
    };
    let has_options = sections
        .iter()
        .any(|section| is_about_flags(section.heading));
    // First where flags are at home.
    let mut chosen: Vec<&Section<'_>> = sections.iter().skip(1).collect();
    chosen.retain(|section| !shows_usage(section.heading));
    if has_options {
        chosen.retain(|section| is_about_flags(section.heading) || is_about_all(section.heading));
        chosen.sort_by_key(|section| !is_about_flags(section.heading));
    }
    let mut entries = Vec::new();
    for section in chosen {
        take_entries(&section.lines, &mut entries);
    }
    entries
}

fn take_entries(lines: &[Line<'_>], entries: &mut Vec<Entry>) {
    let mut at = 0;
    // Forms that stand on lines of their own above those that have the text.
    let mut above: Option<(usize, String)> = None;
    // Where the section's flags stand. What begins with a dash further in belongs to the text of one.
    let mut home: Option<usize> = None;
    while at < lines.len() && entries.len() < MOST_ENTRIES {
        let line = lines[at];
        let before = at.checked_sub(1).map(|before| lines[before]);
        at += 1;
        let is_home = home.is_none_or(|home| line.indent <= home);
        if !is_home || !begins_entry(line, before, above.is_some()) {
            above = None;
            continue;
        }
        let (forms, rest) = match line.text.split_once("  ") {
            Some((forms, rest)) => (forms, rest.trim_start()),
            None => (line.text, ""),
        };
        let forms = match above.take() {
            Some((indent, above)) if indent == line.indent => format!("{above}, {forms}"),
            _ => forms.to_owned(),
        };
        if rest.is_empty() && has_text_below_a_gap(&lines[at..], line.indent) {
            at += 1;
        }
        let mut told = rest.to_owned();
        let first = at;
        while let Some(next) = lines.get(at) {
            if next.text.is_empty() || next.indent <= line.indent {
                break;
            }
            if at > first
                && next.indent > lines[first].indent.max(line.indent + 1)
                && rest.is_empty()
            {
                // What is set further in is another paragraph, or a list.
                break;
            }
            told.push(' ');
            told.push_str(next.text);
            at += 1;
        }
        if told.trim().is_empty() {
            let contiguous = lines.get(at).is_some_and(|next| !next.text.is_empty());
            above = contiguous.then_some((line.indent, forms));
            continue;
        }
        if let Some(entry) = entry(&forms, &told) {
            home = home.or(Some(line.indent));
            entries.push(entry);
        }
    }
}

/// Whether a single empty line stands between forms and their text, which is set further in.
fn has_text_below_a_gap(below: &[Line<'_>], indent: usize) -> bool {
    let [gap, text, ..] = below else {
        return false;
    };
    gap.text.is_empty()
        && text.indent > indent
        && !text.text.is_empty()
        && !text.text.starts_with('-')
}

/// Whether a line begins with a flag that is described there, and does not only go on with a text.
fn begins_entry(line: Line<'_>, before: Option<Line<'_>>, continues_forms: bool) -> bool {
    let mut characters = line.text.chars();
    let dash = characters.next() == Some('-');
    let named = characters.next().is_some_and(|next| !next.is_whitespace());
    let apart = before.is_none_or(|before| before.text.is_empty() || before.indent != line.indent);
    dash && named && (apart || continues_forms)
}

fn entry(forms: &str, told: &str) -> Option<Entry> {
    let forms = forms.split_whitespace().collect::<Vec<_>>().join(" ");
    let forms = forms.trim_end_matches(':').to_owned();
    // `--slurp/-s`, `--raw-output / -r` and `-C and --colour` are forms side by side, too.
    let listed = forms.replace(" / -", ", -").replace("/-", ", -");
    let names = names(&listed.replace(" and -", ", -"));
    let what = first_sentence(told);
    let fits = forms.chars().count() <= FORMS_CHARACTERS && !names.is_empty() && !what.is_empty();
    fits.then_some(Entry { forms, what, names })
}

/// The names among forms, and whether a value belongs to them: `-m NUM, --max-count=NUM`.
fn names(forms: &str) -> Vec<(String, Value)> {
    let mut names: Vec<(String, Value)> = Vec::new();
    let mut open = false;
    for word in forms.split([' ', '|']) {
        let ends = word.ends_with(',');
        let word = word.trim_end_matches(',');
        if word.len() > 1 && word.starts_with('-') {
            let end = word
                .char_indices()
                .skip(1)
                .find_map(|(at, character)| matches!(character, '=' | '[' | '<').then_some(at));
            let (name, value) = word.split_at(end.unwrap_or(word.len()));
            let value = match value.chars().next() {
                None => Value::No,
                Some('[') => Value::Optional,
                Some(_) => Value::Needed,
            };
            if let Some(rest) = word.strip_prefix("--[no-]") {
                let rest = rest.split(['=', '[', '<']).next().unwrap_or_default();
                names.push((format!("--{rest}"), Value::No));
            } else if word.starts_with("-<") || name.len() > 1 {
                let name = if word.starts_with("-<") { word } else { name };
                names.push((name.to_owned(), value));
            }
            open = true;
        } else if let Some((_, value)) = names.last_mut()
            && open
            && !word.is_empty()
            && word != "or"
            && *value == Value::No
        {
            *value = match word.starts_with('[') {
                true => Value::Optional,
                false => Value::Needed,
            };
        }
        open &= !ends && word != "or";
    }
    names.retain(|(name, _)| name.len() > 1 && name != "--");
    // What a long form says holds for the short one: `-n, --lines=NUM`.
    let long = names
        .iter()
        .find(|(name, _)| name.starts_with("--"))
        .map(|(_, value)| *value);
    if let Some(value) = long {
        let short = names
            .iter_mut()
            .filter(|(name, own)| !name.starts_with("--") && *own == Value::No);
        short.for_each(|(_, own)| *own = value);
    }
    names
}

#[cfg(test)]
mod tests;
