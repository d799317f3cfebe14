//! What is known of common programs: whether they read standard input, and whether the names of their
//! files show in what they write.
//!
//! Bash calls the other end of `<(…)` `/dev/fd/63`, a chain calls it `/dev/fd/3`: a program that prints the
//! name needs bash. And bash gives one standard input to all whom it starts, while a chain's goes to one
//! stage. Unknown programs are taken to do both.

/// What stands for the path of a process substitution among a command's words.
pub(super) const PATH: &[u8] = b"<()";

/// What is known of a program: its name, the letters of its options that take no value, how many operands it
/// needs before it reads no standard input, and whether it keeps its files' names to itself.
struct Known(&'static str, &'static [u8], usize, bool);

/// As GNU and POSIX have them. A program that reads standard input in any case needs operands without
/// end, one that never does needs none.
const PROGRAMS: [Known; 53] = [
    Known("awk", b"", 2, true),
    Known("base64", b"di", 1, true),
    Known("basename", b"az", 0, true),
    Known("cat", b"AbeEnstTuv", 1, true),
    Known("cksum", b"", 1, false),
    Known("cmp", b"bls", 2, false),
    Known("column", b"t", 1, true),
    Known("comm", b"123iz", 2, true),
    Known("cut", b"nsz", 1, true),
    Known("date", b"u", 0, true),
    Known("diff", b"abBdEitwZ", 2, true),
    Known("dirname", b"z", 0, true),
    Known("du", b"abchmsx", 0, false),
    Known("echo", b"neE", 0, false),
    Known("egrep", b"acEFGhHiLlnoPqrsvwxz", 2, false),
    Known("expand", b"i", 1, true),
    Known("expr", b"", 0, false),
    Known("fgrep", b"acEFGhHiLlnoPqrsvwxz", 2, false),
    Known("find", b"", 0, false),
    Known("fmt", b"cstu", 1, true),
    Known("fold", b"bs", 1, true),
    Known("gawk", b"", 2, true),
    Known("grep", b"acEFGhHiLlnoPqrsvwxz", 2, false),
    Known("head", b"qvz", 1, false),
    Known("hostname", b"", 0, false),
    Known("id", b"gGnru", 0, false),
    Known("join", b"iz", 2, true),
    Known("jq", b"cnrsS", 2, true),
    Known("ls", b"1aAdFhlrRsStu", 0, false),
    Known("mawk", b"", 2, true),
    Known("md5sum", b"", 1, false),
    Known("nl", b"p", 1, true),
    Known("od", b"bcdosvx", 1, true),
    Known("paste", b"sz", 1, true),
    Known("printf", b"", 0, false),
    Known("ps", b"aefux", 0, false),
    Known("readlink", b"efm", 0, false),
    Known("realpath", b"ems", 0, false),
    Known("rev", b"", 1, true),
    Known("sed", b"nErsuz", 2, true),
    Known("seq", b"w", 0, false),
    Known("sha1sum", b"", 1, false),
    Known("sha256sum", b"", 1, false),
    Known("sleep", b"", 0, false),
    Known("sort", b"bCcdfghiMmnRrsuVz", 1, true),
    Known("stat", b"L", 0, false),
    Known("tac", b"br", 1, true),
    Known("tail", b"fFqvz", 1, false),
    Known("true", b"", 0, false),
    Known("tsort", b"", 1, true),
    Known("uniq", b"cdDiuz", 1, true),
    Known("wc", b"clLmw", 1, false),
    Known("yes", b"", 0, false),
];

/// Whether the paths of process substitutions among these words cannot show in what the program writes.
pub(super) fn hides_names(words: &[Vec<u8>]) -> bool {
    let Some(known) = known(words) else {
        return false;
    };
    let mentions = |wanted: &[u8]| {
        let mut words = words[1..].iter();
        words.any(|word| word.windows(wanted.len()).any(|part| part == wanted))
    };
    match known.0 {
        "awk" | "gawk" | "mawk" => !mentions(b"FILENAME") && !mentions(b"ARGV"),
        "sed" => !mentions(b"F") && !mentions(b"-i") && !mentions(b"--"),
        "jq" => !mentions(b"input_filename"),
        // Names come with other forms than the plain one, and with what it says in brief.
        "diff" => plain_options(known, words),
        // The second operand is written to.
        "uniq" => false,
        // Where the path is that of the patterns, or the only file.
        "grep" | "egrep" | "fgrep" => {
            let paths = words.iter().filter(|word| *word == PATH).count();
            let as_patterns = words.windows(2).filter(|pair| {
                pair[1] == PATH && pair[0].starts_with(b"-") && pair[0].ends_with(b"f")
            });
            let as_patterns = as_patterns.count();
            paths == as_patterns && !mentions(b"H")
                || as_patterns == 0
                    && paths == 1
                    && operands(known, words) == 2
                    && plain_options(known, words)
                    && !["H", "l", "L", "r"].iter().any(|letter| has(words, letter))
        }
        "head" | "tail" => {
            let named = words[1..].iter().filter(|word| !word.starts_with(b"-"));
            words.len() <= 4
                && named
                    .filter(|word| !word.iter().all(u8::is_ascii_digit))
                    .count()
                    == 1
                && !mentions(b"v")
        }
        _ => known.3,
    }
}

/// Whether the program may read its standard input.
pub(super) fn may_read_stdin(words: &[Vec<u8>]) -> bool {
    let Some(known) = known(words) else {
        return true;
    };
    let named =
        |word: &Vec<u8>| word == b"-" || word.starts_with(b"/dev/") || word.starts_with(b"/proc/");
    known.2 > 0 && (words[1..].iter().any(named) || operands(known, words) < known.2)
}

fn known(words: &[Vec<u8>]) -> Option<&'static Known> {
    let name = words.first()?;
    PROGRAMS.iter().find(|known| known.0.as_bytes() == name)
}

/// How many of the words are surely operands: no options, and not the value of one.
fn operands(known: &Known, words: &[Vec<u8>]) -> usize {
    let is_operand = |pair: &&[Vec<u8>]| {
        let is_value = pair[0].starts_with(b"-") && may_take_next(known, &pair[0]);
        !pair[1].starts_with(b"-") && !is_value
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

fn plain_options(known: &Known, words: &[Vec<u8>]) -> bool {
    let mut options = words[1..].iter().filter(|word| word.starts_with(b"-"));
    options.all(|word| is_flag(known, word))
}

/// Whether an option's letters are all such that take no value.
fn is_flag(known: &Known, option: &[u8]) -> bool {
    option.len() > 1 && option[1..].iter().all(|letter| known.1.contains(letter))
}

fn has(words: &[Vec<u8>], letter: &str) -> bool {
    let mut options = words[1..].iter().filter(|word| word.starts_with(b"-"));
    options.any(|option| option.windows(1).any(|part| part == letter.as_bytes()))
}
