//! What the name of a lesson's file says: `NAME.en.md`.

use pipeyard_shared::words::Language;

/// The most characters of a name.
const NAME_BYTES: usize = 64;

/// The lesson's name and its language.
///
/// # Errors
/// A sentence that says how such files are called.
pub fn parse_file_name(name: &str) -> Result<(String, Language), String> {
    let parts: Vec<&str> = name.split('.').collect();
    let [name, language, "md"] = parts[..] else {
        return Err("a lesson's file is called NAME.en.md or NAME.ko.md".to_owned());
    };
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || name.len() > NAME_BYTES || !name.chars().all(is_plain) {
        return Err(format!(
            "a lesson's name has lower-case letters, digits and hyphens, at most {NAME_BYTES}"
        ));
    }
    let language = match language {
        "en" => Language::En,
        "ko" => Language::Ko,
        other => return Err(format!("`{other}` is none of the languages en and ko")),
    };
    Ok((name.to_owned(), language))
}
