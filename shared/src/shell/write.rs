//! Stages as shell text.

use crate::chain::{Access, Input, Setup, Stage, StageKind, Stderr};
use crate::text::Text;

/// A word that the shell reads as exactly these bytes: bare where that is safe, in single quotes
/// otherwise, as `$'…'` where the bytes are not UTF-8. Of a short flag and what is glued to it, the latter: `-d' '`.
pub fn quote(bytes: &[u8]) -> String {
    if let [b'-', letter, glued @ ..] = bytes
        && letter.is_ascii_alphabetic()
        && glued.first().is_some_and(|first| !is_plain(*first))
    {
        return format!("-{}{}", char::from(*letter), quote(glued));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.is_empty() && text.bytes().all(is_plain) => text.to_owned(),
        Ok(text) => format!("'{}'", text.replace('\'', r"'\''")),
        Err(_) => dollar_quote(bytes),
    }
}

/// The stage as a command that a person would type, for display. What a text cannot say (typed
/// input, wires other than the one from the left) is left out; what it feeds is shown as the command
/// that would make the same bytes.
pub fn stage_text(stage: &Stage) -> String {
    match &stage.kind {
        StageKind::Process(process) => {
            let mut command = quote_program(process.program.as_bytes());
            for argument in &process.args {
                command.push(' ');
                command += &quote(argument.as_bytes());
            }
            with_setup(&process.setup, command)
        }
        StageKind::Shell(shell) => with_setup(
            &shell.setup,
            format!("{} {}", bash(&shell.text), quote(shell.text.as_bytes())),
        ),
        StageKind::Input(input) => input_text(input),
        StageKind::File(file) => {
            let path = quote(file.path.as_bytes());
            match file.access {
                Access::Read => format!("cat {path}"),
                Access::Write => format!("cat > {path}"),
                Access::Append => format!("cat >> {path}"),
            }
        }
        StageKind::Discard => "cat > /dev/null".to_owned(),
    }
}

/// What runs a text: one that begins like an option must not be taken for one.
pub(crate) fn bash(text: &Text) -> &'static str {
    match text.as_bytes().first() {
        Some(b'-' | b'+') => "bash -c --",
        _ => "bash -c",
    }
}

/// A program's name, which must be read neither as an assignment nor as a word of the shell.
pub(super) fn quote_program(bytes: &[u8]) -> String {
    let quoted = quote(bytes);
    let is_reserved = [
        "if", "then", "else", "elif", "fi", "case", "esac", "for", "select", "while", "until",
        "do", "done", "in", "function", "time", "coproc",
    ]
    .contains(&quoted.as_str());
    if is_reserved || bytes.contains(&b'=') && quoted.as_bytes() == bytes {
        return format!("'{quoted}'");
    }
    quoted
}

fn with_setup(setup: &Setup, command: String) -> String {
    let mut text = String::new();
    for variable in &setup.environment {
        match &variable.value {
            Some(value) => {
                text += &format!("{}={} ", variable.name, quote(value.as_bytes()));
            }
            None => text += &format!("env -u {} ", quote(variable.name.as_bytes())),
        }
    }
    text += &command;
    if setup.stderr == Stderr::Stdout {
        text += " 2>&1";
    }
    text
}

fn input_text(input: &Input) -> String {
    match input {
        Input::Text(text) => format!("printf %s {}", quote(text.as_bytes())),
        Input::Hex(hex) => {
            let dense: String = hex.split_whitespace().collect();
            format!("printf %s {} | xxd -r -p", quote(dense.as_bytes()))
        }
        Input::Base64(base64) => {
            let dense: String = base64.split_whitespace().collect();
            format!("printf %s {} | base64 -d", quote(dense.as_bytes()))
        }
        Input::Random(count) => format!("head -c {count} /dev/urandom"),
        Input::Lines(lines) => {
            let lines: Vec<String> = lines.iter().map(|line| quote(line.as_bytes())).collect();
            format!("printf '%s\\n' {}", lines.join(" "))
        }
        Input::Repeat { text, times } => {
            let text = quote(text.as_bytes());
            match times {
                Some(times) => format!("yes {text} | head -n {times}"),
                None => format!("yes {text}"),
            }
        }
    }
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_./:,+@%^=".contains(&byte)
}

fn dollar_quote(bytes: &[u8]) -> String {
    let mut text = String::from("$'");
    for byte in bytes {
        match byte {
            b'\'' | b'\\' => {
                text.push('\\');
                text.push(char::from(*byte));
            }
            0x20..=0x7e => text.push(char::from(*byte)),
            byte => text += &format!("\\x{byte:02x}"),
        }
    }
    text.push('\'');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_glued_to_a_short_flag_is_quoted_alone() {
        for (word, wanted) in [
            ("-d ", "-d' '"),
            ("-k 2", "-k' 2'"),
            ("-d'", r"-d''\'''"),
            ("-F\u{e9}", "-F'\u{e9}'"),
            ("-d:", "-d:"),
            ("-foo $x", "'-foo $x'"),
            ("-- ", "'-- '"),
            ("-1 ", "'-1 '"),
            ("-d", "-d"),
        ] {
            assert_eq!(quote(word.as_bytes()), wanted);
        }
        assert_eq!(quote(b"-d\xff"), r"-d$'\xff'");
    }

    /// `bash -c -foo` takes the text for options.
    #[test]
    fn a_text_that_begins_like_an_option_is_none() {
        let text = |text| stage_text(&Stage::shell("shell", text));
        assert_eq!(text("echo $HOME"), "bash -c 'echo $HOME'");
        assert_eq!(text("-foo $HOME"), "bash -c -- '-foo $HOME'");
        assert_eq!(text("+x"), "bash -c -- +x");
    }
}
