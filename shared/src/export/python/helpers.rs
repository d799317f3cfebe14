//! What a program needs besides its processes, and only where it does.

use std::collections::BTreeSet;

/// Something that the program uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Need {
    Io,
    Os,
    Sys,
    Tempfile,
    Pipe_,
    Devnull,
    Stdout,
    Pool,
    /// A time for all of it.
    Deadline,
    /// A pipe as two files.
    Pipe,
    Repeat,
    Send,
    Feed,
    Tee,
    Lines,
    Ordered,
    /// Extra inputs.
    Numbered,
    EndAfter,
    ShellStatus,
    Pipefail,
}

/// The first lines.
pub(super) fn imports(needs: &BTreeSet<Need>) -> String {
    let has = |wanted: &[Need]| wanted.iter().any(|need| needs.contains(need));
    let mut text = String::new();
    let threads = has(&[
        Need::Feed,
        Need::Tee,
        Need::Lines,
        Need::Ordered,
        Need::Deadline,
        Need::Numbered,
        Need::EndAfter,
    ]);
    for (module, wanted) in [
        ("fcntl", has(&[Need::Numbered])),
        ("io", has(&[Need::Io])),
        ("os", has(&[Need::Os, Need::Pipe, Need::Numbered])),
        ("sys", has(&[Need::Sys])),
        ("tempfile", has(&[Need::Tempfile])),
        ("threading", threads),
    ] {
        if wanted {
            text += &format!("import {module}\n");
        }
    }
    if has(&[Need::Pool]) {
        text += "from concurrent.futures import ThreadPoolExecutor\n";
    }
    if has(&[
        Need::Send,
        Need::Feed,
        Need::Tee,
        Need::Lines,
        Need::Ordered,
    ]) {
        text += "from contextlib import suppress\n";
    }
    let mut names = Vec::new();
    for (name, wanted) in [
        ("DEVNULL", has(&[Need::Devnull])),
        ("PIPE", has(&[Need::Pipe_])),
        ("STDOUT", has(&[Need::Stdout])),
        ("Popen", true),
    ] {
        if wanted {
            names.push(name);
        }
    }
    text + &format!("from subprocess import {}\n", names.join(", "))
}

/// The functions, and what they share.
pub(super) fn functions(needs: &BTreeSet<Need>, timeout_ms: Option<u64>) -> String {
    let mut text = String::new();
    let has = |need: Need| needs.contains(&need);
    if has(Need::Feed) || has(Need::Tee) || has(Need::Lines) || has(Need::Ordered) {
        text += IN_THREAD;
    }
    for (need, function) in [
        (Need::Pipe, PIPE),
        (Need::Repeat, REPEAT),
        (Need::Send, SEND),
        (Need::Feed, FEED),
        (Need::Tee, TEE),
        (Need::Lines, LINES),
        (Need::Ordered, ORDERED),
    ] {
        if has(need) {
            text += function;
        }
    }
    if let Some(timeout) = timeout_ms.filter(|_| has(Need::Deadline)) {
        text += &DEADLINE.replace("SECONDS", &super::seconds(timeout));
    }
    if has(Need::Numbered) {
        text += NUMBERED;
    }
    if has(Need::EndAfter) {
        text += END_AFTER;
    }
    if has(Need::ShellStatus) {
        text += if has(Need::EndAfter) {
            TIMED_STATUS
        } else {
            STATUS
        };
    }
    if has(Need::Pipefail) {
        text += LAST_FAILURE;
    }
    text
}

const IN_THREAD: &str = r#"

def in_thread(work):
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread
"#;

const PIPE: &str = r#"

def pipe():
    """A pipe: what reads from it, and what writes to it."""
    reader, writer = os.pipe()
    return os.fdopen(reader, "rb"), os.fdopen(writer, "wb")
"#;

const REPEAT: &str = r#"

def repeat(text, times=None):
    """The same again and again, some of it at a time."""
    at_once = max(1, 65536 // len(text))
    while times is None or times >= at_once:
        yield text * at_once
        times = times and times - at_once
    yield text * times
"#;

const SEND: &str = r#"

def send(target, data):
    """Writes to a process what a pipe can hold; the process may have left already."""
    with suppress(BrokenPipeError), target:
        target.write(data)
"#;

const FEED: &str = r#"

def feed(target, pieces):
    """Writes to a process that may leave early, and holds up nobody else."""

    def write():
        with suppress(BrokenPipeError), target:
            for piece in pieces:
                target.write(piece)

    return in_thread(write)
"#;

const TEE: &str = r#"

def tee(source, *targets):
    """Copies an output to several inputs; one that is left early does not end the others."""

    def copy():
        left = list(targets)
        with source:
            while left and (chunk := source.read1(65536)):
                for target in list(left):
                    try:
                        target.write(chunk)
                        target.flush()
                    except BrokenPipeError:
                        left.remove(target)
        for target in targets:
            with suppress(BrokenPipeError):
                target.close()

    return in_thread(copy)
"#;

const LINES: &str = r#"

def merge_lines(sources, target):
    """Passes on whole lines of whoever has one; ends without a newline come last."""
    writing = threading.Lock()
    ends = []

    def take(source):
        with suppress(BrokenPipeError), source:
            for line in source:
                if not line.endswith(b"\n"):
                    ends.append(line)
                    break
                with writing:
                    target.write(line)
                    target.flush()

    def close(threads=[in_thread(lambda source=source: take(source)) for source in sources]):
        for thread in threads:
            thread.join()
        with suppress(BrokenPipeError), target:
            target.write(b"".join(ends))

    return in_thread(close)
"#;

const ORDERED: &str = r#"

def merge_ordered(sources, target):
    """Passes on all of the first, then all of the second, and so on."""

    def copy():
        with suppress(BrokenPipeError), target:
            for source in sources:
                while chunk := source.read1(65536):
                    target.write(chunk)
                    target.flush()
        for source in sources:
            source.close()

    return in_thread(copy)
"#;

const DEADLINE: &str = r#"

# All of it has so much time: then whatever runs is asked to end, and two seconds later it is made to.
started = []
over = threading.Event()


class Popen(Popen):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        started.append(self)


def stop():
    over.set()
    for process in list(started):
        process.terminate()
    kill = threading.Timer(2, lambda: [process.kill() for process in list(started)])
    kill.daemon = True
    kill.start()


timer = threading.Timer(SECONDS, stop)
timer.daemon = True
timer.start()
"#;

const NUMBERED: &str = r#"
numbering = threading.Lock()


def start_with(files, *arguments, **options):
    """Starts a process that finds open files under these numbers."""
    with numbering:
        for number, file in files.items():
            os.dup2(file, number, inheritable=False)
        try:
            return Popen(*arguments, pass_fds=list(files), **options)
        finally:
            for number in files:
                os.dup2(nothing, number, inheritable=False)
"#;

const END_AFTER: &str = r#"
timed_out = []


def end_after(process, seconds):
    """Asks a process to end when its time from now on is over, and makes it end two seconds later."""

    def end():
        if process.poll() is None:
            timed_out.append(process)
            process.terminate()
            in_time(2, process.kill)

    in_time(seconds, end)


def in_time(seconds, act):
    timer = threading.Timer(seconds, act)
    timer.daemon = True
    timer.start()
"#;

const STATUS: &str = r#"

def shell_status(process):
    """The status as a shell has it: 128 and its number for a signal."""
    return process.returncode if process.returncode >= 0 else 128 - process.returncode
"#;

const TIMED_STATUS: &str = r#"

def shell_status(process):
    """The status as a shell has it: 124 when its time was over, 128 and its number for a signal."""
    if process in timed_out:
        return 124
    return process.returncode if process.returncode >= 0 else 128 - process.returncode
"#;

const LAST_FAILURE: &str = r#"

def last_failure(processes):
    """The status of the last that failed, as by `set -o pipefail`."""
    return next(filter(None, map(shell_status, reversed(processes))), 0)
"#;

#[cfg(test)]
mod tests {
    use super::super::literal::RESERVED;
    use super::*;

    /// What Python defines by itself and a name of a stage could be (`dir(builtins)`).
    const BUILTINS: &[&str] = &[
        "abs",
        "aiter",
        "all",
        "anext",
        "any",
        "ascii",
        "bin",
        "bool",
        "breakpoint",
        "bytearray",
        "bytes",
        "callable",
        "chr",
        "classmethod",
        "compile",
        "complex",
        "copyright",
        "credits",
        "delattr",
        "dict",
        "dir",
        "divmod",
        "enumerate",
        "eval",
        "exec",
        "exit",
        "filter",
        "float",
        "format",
        "frozenset",
        "getattr",
        "globals",
        "hasattr",
        "hash",
        "help",
        "hex",
        "id",
        "input",
        "int",
        "isinstance",
        "issubclass",
        "iter",
        "len",
        "license",
        "list",
        "locals",
        "map",
        "max",
        "memoryview",
        "min",
        "next",
        "object",
        "oct",
        "open",
        "ord",
        "pow",
        "print",
        "property",
        "quit",
        "range",
        "repr",
        "reversed",
        "round",
        "set",
        "setattr",
        "slice",
        "sorted",
        "staticmethod",
        "str",
        "sum",
        "super",
        "tuple",
        "type",
        "vars",
        "zip",
        "BrokenPipeError",
        "Exception",
        "OSError",
        "ProcessLookupError",
        "ValueError",
    ];

    /// A stage called `filter` took the place of what `last_failure` calls, and one called `timer` that of the
    /// program's own.
    #[test]
    fn what_helpers_use_and_define_is_no_name_of_a_stage() {
        let all = [
            IN_THREAD,
            PIPE,
            REPEAT,
            SEND,
            FEED,
            TEE,
            LINES,
            ORDERED,
            DEADLINE,
            NUMBERED,
            END_AFTER,
            STATUS,
            TIMED_STATUS,
            LAST_FAILURE,
        ];
        let mut seen = 0;
        for line in all.iter().flat_map(|text| text.lines()) {
            let words: Vec<&str> = line
                .split(|character: char| !character.is_ascii_alphanumeric() && character != '_')
                .filter(|word| !word.is_empty())
                .collect();
            let defined = match &words[..] {
                [] => None,
                _ if line.starts_with([' ', '#']) => None,
                ["def" | "class", name, ..] => Some(*name),
                [name, ..] if line.contains(" = ") => Some(*name),
                _ => None,
            };
            let used = words.into_iter().filter(|word| BUILTINS.contains(word));
            for name in used.chain(defined) {
                assert!(RESERVED.contains(&name), "{name} in {line}");
                seen += 1;
            }
        }
        assert!(seen > 40, "{seen}");
    }
}
