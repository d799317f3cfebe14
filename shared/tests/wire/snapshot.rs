//! Files with one sample a line: `  "name": <the text as it travels>,` between two braces.

use std::path::PathBuf;

/// Compares a file with what the code makes now, or rewrites it when asked to.
pub(crate) fn compare(file: &str, made: &str) {
    if std::env::var_os("PIPEYARD_BLESS").is_some_and(|value| value == "1") {
        std::fs::write(path(file), made).expect("the snapshot can be written");
    }
    let kept = read(file);
    for (number, (kept, made)) in (1..).zip(kept.lines().zip(made.lines())) {
        assert_eq!(
            made, kept,
            "{file}:{number} differs: left is what the code makes"
        );
    }
    assert_eq!(
        made.lines().count(),
        kept.lines().count(),
        "{file} has other samples than the code"
    );
}

/// The text of a file.
pub(crate) fn read(file: &str) -> String {
    std::fs::read_to_string(path(file)).unwrap_or_else(|error| {
        panic!("{file} cannot be read ({error}): PIPEYARD_BLESS=1 writes it")
    })
}

/// One file's text from names and texts.
pub(crate) fn write<'a>(samples: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let lines: Vec<String> = samples
        .into_iter()
        .map(|(name, text)| format!("  \"{name}\": {text}"))
        .collect();
    format!("{{\n{}\n}}\n", lines.join(",\n"))
}

/// The names and texts of a file. The file as a whole must be JSON too, for other readers.
pub(crate) fn lines(text: &str) -> Vec<(&str, &str)> {
    let _: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(text).expect("a snapshot is a JSON object");
    text.lines()
        .filter_map(|line| line.strip_prefix("  \""))
        .map(|line| {
            let (name, text) = line.split_once("\": ").expect("a name and a text");
            (name, text.strip_suffix(',').unwrap_or(text))
        })
        .collect()
}

fn path(file: &str) -> PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/wire");
    PathBuf::from(folder).join(file)
}
