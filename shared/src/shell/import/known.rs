//! What is known of common programs: whether they read standard input.
//!
//! Bash gives one standard input to all whom it starts, while a chain's goes to one stage. Unknown programs
//! are taken to read it.

/// What is known of a program: its name, the letters of its options that take no value, and how many operands
/// it needs before it reads no standard input.
struct Known(&'static str, &'static [u8], usize);

/// As GNU and POSIX have them. A program that reads standard input in any case needs operands without
/// end, one that never does needs none.
const PROGRAMS: [Known; 53] = [
    Known("awk", b"", 2),
    Known("base64", b"di", 1),
    Known("basename", b"az", 0),
    Known("cat", b"AbeEnstTuv", 1),
    Known("cksum", b"", 1),
    Known("cmp", b"bls", 2),
    Known("column", b"t", 1),
    Known("comm", b"123iz", 2),
    Known("cut", b"nsz", 1),
    Known("date", b"u", 0),
    Known("diff", b"abBdEitwZ", 2),
    Known("dirname", b"z", 0),
    Known("du", b"abchmsx", 0),
    Known("echo", b"neE", 0),
    Known("egrep", b"acEFGhHiLlnoPqrsvwxz", 2),
    Known("expand", b"i", 1),
    Known("expr", b"", 0),
    Known("fgrep", b"acEFGhHiLlnoPqrsvwxz", 2),
    Known("find", b"", 0),
    Known("fmt", b"cstu", 1),
    Known("fold", b"bs", 1),
    Known("gawk", b"", 2),
    Known("grep", b"acEFGhHiLlnoPqrsvwxz", 2),
    Known("head", b"qvz", 1),
    Known("hostname", b"", 0),
    Known("id", b"gGnru", 0),
    Known("join", b"iz", 2),
    Known("jq", b"cnrsS", 2),
    Known("ls", b"1aAdFhlrRsStu", 0),
    Known("mawk", b"", 2),
    Known("md5sum", b"", 1),
    Known("nl", b"p", 1),
    Known("od", b"bcdosvx", 1),
    Known("paste", b"sz", 1),
    Known("printf", b"", 0),
    Known("ps", b"aefux", 0),
    Known("readlink", b"efm", 0),
    Known("realpath", b"ems", 0),
    Known("rev", b"", 1),
    Known("sed", b"nErsuz", 2),
    Known("seq", b"w", 0),
    Known("sha1sum", b"", 1),
    Known("sha256sum", b"", 1),
    Known("sleep", b"", 0),
    Known("sort", b"bCcdfghiMmnRrsuVz", 1),
    Known("stat", b"L", 0),
    Known("tac", b"br", 1),
    Known("tail", b"fFqvz", 1),
    Known("true", b"", 0),
    Known("tsort", b"", 1),
    Known("uniq", b"cdDiuz", 1),
    Known("wc", b"clLmw", 1),
    Known("yes", b"", 0),
];

/// Whether the program may read its standard input.
pub(super) fn may_read_stdin(words: &[Vec<u8>]) -> bool {
    let Some(known) = known(words) else {
        return true;
    };
    let arguments = &words[1..];
    // Named, or named in the value of an option.
    let names_it = |word: &Vec<u8>| {
        let has = |path: &[u8]| word.windows(path.len()).any(|part| part == path);
        word.starts_with(b"-") && word.ends_with(b"-") || has(b"/dev/") || has(b"/proc/")
    };
    let begins = |with: &[&[u8]]| {
        arguments
            .iter()
            .any(|word| with.iter().any(|with| word.starts_with(with)))
    };
    let needs = match known.0 {
        // Takes words of its own behind these: how many are files cannot be told.
        "jq" if begins(&[b"--arg", b"--slurpfile", b"--rawfile", b"--json"]) => usize::MAX,
        // Whoever it starts reads what it reads.
        "find" if begins(&[b"-exec", b"-ok"]) => usize::MAX,
        _ => known.2,
    };
    arguments.iter().any(names_it) || operands(known, words) < needs
}

fn known(words: &[Vec<u8>]) -> Option<&'static Known> {
    let name = words.first()?;
    PROGRAMS.iter().find(|known| known.0.as_bytes() == name)
}

/// How many of the words are surely operands: no options, and not the value of one.
fn operands(known: &Known, words: &[Vec<u8>]) -> usize {
    let is_operand = |pair: &&[Vec<u8>]| {
        let is_value = pair[0].starts_with(b"-") && may_take_next(known, &pair[0]);
        // `awk` sets a variable with such a word.
        let sets = known.0.ends_with("awk") && pair[1].contains(&b'=') && !pair[1].contains(&b'{');
        !pair[1].starts_with(b"-") && !is_value && !sets
    };
    words.windows(2).filter(is_operand).count()
}

/// Whether the word behind an option may be its value.
fn may_take_next(known: &Known, option: &[u8]) -> bool {
    if option.starts_with(b"--") {
        return option.len() > 2 && !option.contains(&b'=');
    }
    let letters = &option[1..];
    // Behind the first letter that takes a value stands the value, if anything does.
    letters
        .iter()
        .position(|letter| !known.1.contains(letter))
        .is_some_and(|first| first + 1 == letters.len())
}
