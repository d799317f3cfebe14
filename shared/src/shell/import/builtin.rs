//! Bash's built-in commands: which of them a program of the same name does exactly as well.

/// What bash runs itself, whatever programs there are (`compgen -b`).
const BUILTINS: [&[u8]; 61] = [
    b".",
    b":",
    b"[",
    b"alias",
    b"bg",
    b"bind",
    b"break",
    b"builtin",
    b"caller",
    b"cd",
    b"command",
    b"compgen",
    b"complete",
    b"compopt",
    b"continue",
    b"declare",
    b"dirs",
    b"disown",
    b"echo",
    b"enable",
    b"eval",
    b"exec",
    b"exit",
    b"export",
    b"false",
    b"fc",
    b"fg",
    b"getopts",
    b"hash",
    b"help",
    b"history",
    b"jobs",
    b"kill",
    b"let",
    b"local",
    b"logout",
    b"mapfile",
    b"popd",
    b"printf",
    b"pushd",
    b"pwd",
    b"read",
    b"readarray",
    b"readonly",
    b"return",
    b"set",
    b"shift",
    b"shopt",
    b"source",
    b"suspend",
    b"test",
    b"times",
    b"trap",
    b"true",
    b"type",
    b"typeset",
    b"ulimit",
    b"umask",
    b"unalias",
    b"unset",
    b"wait",
];

/// Variables that bash keeps itself: setting one for a command is not the same as its environment.
const KEPT: [&[u8]; 34] = [
    b"_",
    b"BASH",
    b"BASHOPTS",
    b"BASHPID",
    b"BASH_ALIASES",
    b"BASH_ARGC",
    b"BASH_ARGV",
    b"BASH_ARGV0",
    b"BASH_CMDS",
    b"BASH_COMMAND",
    b"BASH_LINENO",
    b"BASH_SOURCE",
    b"BASH_SUBSHELL",
    b"BASH_VERSINFO",
    b"BASH_VERSION",
    b"COMP_WORDBREAKS",
    b"DIRSTACK",
    b"EPOCHREALTIME",
    b"EPOCHSECONDS",
    b"EUID",
    b"FUNCNAME",
    b"GROUPS",
    b"HISTCMD",
    b"LINENO",
    b"OPTIND",
    b"PIPESTATUS",
    b"PPID",
    b"RANDOM",
    b"SECONDS",
    b"SHELLOPTS",
    b"SHLVL",
    b"SRANDOM",
    b"UID",
    b"POSIXLY_CORRECT",
];

/// Variables that bash changes for what it starts.
const CHANGED: [&[u8]; 4] = [b"_", b"SHLVL", b"PWD", b"OLDPWD"];

/// Programs that print their environment.
pub(super) const SHOWING: [&[u8]; 2] = [b"env", b"printenv"];

/// Whether a program started with these words, without a shell, does what bash does with them.
pub(super) fn is_program(words: &[Vec<u8>]) -> bool {
    let Some((name, arguments)) = words.split_first() else {
        return false;
    };
    match last_component(name) {
        // What has a path is no builtin.
        _ if name.contains(&b'/') && !SHOWING.contains(&last_component(name)) => true,
        b"" => false,
        b"true" | b"false" => arguments.is_empty(),
        b"echo" => echo(arguments),
        b"printf" => printf(arguments),
        b"env" => env(arguments),
        b"printenv" => {
            !arguments.is_empty()
                && !arguments
                    .iter()
                    .any(|name| CHANGED.contains(&&name[..]) || name.starts_with(b"-"))
        }
        name => !BUILTINS.contains(&name),
    }
}

/// What of a program's name counts, wherever it is.
pub(super) fn last_component(name: &[u8]) -> &[u8] {
    name.rsplit(|byte| *byte == b'/').next().unwrap_or_default()
}

/// Whether setting this variable in front of a command only changes that command's environment.
pub(super) fn is_ordinary_variable(name: &[u8]) -> bool {
    !KEPT.contains(&name)
}

/// GNU `echo` takes `--help` alone, and knows escapes that bash does not.
fn echo(arguments: &[Vec<u8>]) -> bool {
    if let [only] = arguments
        && matches!(&only[..], b"--help" | b"--version")
    {
        return false;
    }
    let is_option = |word: &&Vec<u8>| {
        word.strip_prefix(b"-").is_some_and(|letters| {
            !letters.is_empty() && letters.iter().all(|letter| b"neE".contains(letter))
        })
    };
    let mut options = arguments.iter().take_while(is_option);
    let escapes = options.any(|option| option.contains(&b'e'));
    !escapes || !arguments.iter().any(|word| word.contains(&b'\\'))
}

/// Only formats of which both are known to make the same: plain text, the common escapes, `%%`, `%s`,
/// and `%d` of plain numbers.
fn printf(arguments: &[Vec<u8>]) -> bool {
    let Some((format, values)) = arguments.split_first() else {
        return false;
    };
    if format.starts_with(b"-") {
        return false;
    }
    let mut kinds = Vec::new();
    let mut rest = &format[..];
    while let Some((byte, behind)) = rest.split_first() {
        rest = behind;
        match byte {
            b'\\' => match behind {
                [
                    b'n' | b't' | b'\\' | b'"' | b'r' | b'a' | b'b' | b'f' | b'v',
                    behind @ ..,
                ] => {
                    rest = behind;
                }
                [b'0'..=b'7', ..] => {
                    let octal = |byte: &&u8| matches!(byte, b'0'..=b'7');
                    rest = &behind[behind.iter().take(3).take_while(octal).count()..];
                }
                _ => return false,
            },
            b'%' => {
                let behind = behind.strip_prefix(b"-").unwrap_or(behind);
                let digits = behind
                    .iter()
                    .take(3)
                    .take_while(|b| b.is_ascii_digit())
                    .count();
                let is_zeroed = behind.first() == Some(&b'0');
                match behind[digits..].split_first() {
                    Some((b'%', after)) if after.len() + 1 == rest.len() => rest = after,
                    // Whether a width counts bytes or characters is a matter of versions.
                    Some((b's', _))
                        if digits > 0 && !arguments.iter().all(|word| word.is_ascii()) =>
                    {
                        return false;
                    }
                    Some((kind @ (b's' | b'd'), after)) if !(is_zeroed && *kind == b's') => {
                        kinds.push(*kind);
                        rest = after;
                    }
                    _ => return false,
                }
            }
            _ => {}
        }
    }
    if kinds.is_empty() {
        return values.is_empty();
    }
    // A format that is used again from its front gets nothing where values run out.
    values
        .iter()
        .zip(kinds.iter().cycle())
        .all(|(value, kind)| *kind == b's' || is_plain_number(value))
}

fn is_plain_number(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    (1..=18).contains(&digits.len())
        && digits.iter().all(u8::is_ascii_digit)
        && (digits.len() == 1 || digits[0] != b'0')
}

/// Whether `env` starts a command rather than print what bash has changed.
fn env(arguments: &[Vec<u8>]) -> bool {
    let mut arguments = arguments.iter();
    while let Some(word) = arguments.next() {
        match &word[..] {
            b"-i" | b"-" | b"--ignore-environment" => {}
            b"-u" => {
                if arguments.next().is_none() {
                    return false;
                }
            }
            word if word.starts_with(b"-") => return false,
            word if word.contains(&b'=') => {}
            b"env" | b"printenv" => return false,
            _ => return true,
        }
    }
    false
}
