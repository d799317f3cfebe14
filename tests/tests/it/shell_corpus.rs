//! `pipeyard run -c` does what `bash -c` does: a corpus of commands, each run by both in directories of their own.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, thread};

use anyhow::{Context, Result, bail, ensure};
use pipeyard_shared::chain::{Chain, StageKind};
use pipeyard_shared::shell::{Reading, import};
use pipeyard_tests::Pipeyard;
use tempfile::TempDir;

/// The commands, in files beside this one.
const CONSTRUCTS: &str = "constructs.txt";
const ONE_LINERS: &str = "one_liners.txt";
const MORE_ONE_LINERS: &str = "more_one_liners.txt";
/// What both are given on standard input.
const INPUT: &str = "input b\ninput a\n";
/// How many commands run at once.
const AT_ONCE: usize = 4;

/// What a command becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Becomes {
    /// Stages without any shell.
    Stages,
    /// Some stages, and a shell for others.
    Mixed,
    /// One shell stage.
    Shell,
}

#[derive(Debug)]
struct Case {
    text: String,
    becomes: Becomes,
    /// Whether both say the same on standard error.
    is_loud: bool,
}

fn cases(file: &str) -> Result<Vec<Case>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/shell");
    let corpus = fs::read_to_string(folder.join(file))?;
    let mut cases = Vec::new();
    for block in corpus.split("\n%% ").skip(1) {
        let (flags, text) = block.split_once('\n').context("a command")?;
        let mut flags = flags.split(' ');
        let becomes = match flags.next() {
            Some("stages") => Becomes::Stages,
            Some("mixed") => Becomes::Mixed,
            Some("shell") => Becomes::Shell,
            other => bail!("{other:?} in front of {text}"),
        };
        cases.push(Case {
            text: text.to_owned(),
            becomes,
            is_loud: flags.next() != Some("quiet"),
        });
    }
    Ok(cases)
}

/// A directory with something to work on, the same each time.
fn furnish(folder: &Path) -> Result<()> {
    let words = "apple\nbanana\ncherry\napple\nblueberry\navocado\nbanana\nfig\n";
    let mut log = String::new();
    for n in 0..120_u32 {
        let (ip, path) = (n * 7 % 5, n * 3 % 11);
        let status = [200, 200, 200, 404, 500, 301][n as usize % 6];
        log += &format!(
            "10.0.0.{ip} - - [0{}/Jan/2024:1{}:00:0{} +0000] \"GET /page{path}.html HTTP/1.1\" {status} {} \"-\" \"agent{}\"\n",
            1 + n / 60,
            n % 4,
            n % 10,
            100 + n * 13 % 997,
            n % 3
        );
    }
    let files = [
        ("a.txt", "alpha one\nbeta two\ngamma three\n"),
        ("b.txt", "alpha one\nbeta 2\ndelta four\n"),
        ("words.txt", words),
        ("more.txt", "apple\ncherry\nkiwi\nlemon\n"),
        ("numbers.txt", "10\n9\n2\n33\n2\n1\n"),
        (
            "table.csv",
            "name,group,score\nann,red,30\nbob,blue,12\ncid,red,25\ndot,green,7\neve,blue,41\n",
        ),
        (
            "prose.txt",
            "The quick brown fox jumps over the lazy dog.\n\nIt was the best of times, it was the worst of times.\nThe end\tof it.\n",
        ),
        ("access.log", &log),
        ("dir/one.txt", "apple pie\nzebra\n"),
        ("dir/two.txt", "mango\n"),
        ("dir/deep/three.txt", "apple tart\n"),
        ("abc", "b\na\nc\n"),
        ("bcd", "c\nd\nb\n"),
        (
            "fruits.txt",
            "apple 3 red\nbanana 12 yellow\ncherry 7 red\ndate 1 brown\napple 9 green\n",
        ),
        (
            "people.csv",
            "id,name,score\n1,Ann,90\n2,Bob,85\n3,\"Cy, Jr\",70\n4,Dan,85\n",
        ),
        (
            "mixed.txt",
            "line one\nline two\r\n\ttabbed\nlast without nl",
        ),
        (
            "text.txt",
            "Hello World\nfoo bar foo\nThe quick brown fox\nFOO\n",
        ),
        ("nums", &numbers(1..=100)),
        ("nums2", &numbers(50..=150)),
        ("sub/a.txt", "x\n"),
        ("sub/b.txt", "yy\n"),
        ("sub/with space.txt", "w\n"),
        ("sub/deep/c.txt", "zzz\n"),
        ("script", "#!/bin/sh\necho \"script $*\"\n"),
        ("noshebang", "echo \"no shebang $#\"\n"),
        ("badshebang", "#!/no/such/interpreter\necho never\n"),
    ];
    for inner in ["dir/deep", "sub/deep"] {
        fs::create_dir_all(folder.join(inner))?;
    }
    fs::create_dir(folder.join("other"))?;
    for (name, content) in files {
        fs::write(folder.join(name), content)?;
    }
    for name in ["script", "noshebang", "badshebang"] {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

fn numbers(range: std::ops::RangeInclusive<u32>) -> String {
    range.map(|number| format!("{number}\n")).collect()
}

/// All files of a directory with what they hold.
fn left(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder)?.to_string_lossy().into_owned();
                files.insert(name, fs::read(path)?);
            }
        }
    }
    Ok(files)
}

#[derive(Debug, PartialEq, Eq)]
struct Done {
    status: Option<i32>,
    stdout: String,
    stderr: String,
    files: BTreeMap<String, String>,
}

fn shown(files: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, String> {
    let shown = |bytes: Vec<u8>| bytes.escape_ascii().to_string();
    files
        .into_iter()
        .map(|(name, bytes)| (name, shown(bytes)))
        .collect()
}

fn by_bash(text: &str) -> Result<Done> {
    use std::io::Write;
    use std::os::unix::process::ExitStatusExt;
    let folder = TempDir::with_prefix("pipeyard-corpus-")?;
    furnish(folder.path())?;
    let mut child = Command::new("bash")
        .args(["-c", text])
        .current_dir(folder.path())
        .env("LANG", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // Who does not read it closes it.
        let _ = stdin.write_all(INPUT.as_bytes());
    }
    // Its output ends when all whom it has started have ended.
    let output = child.wait_with_output()?;
    let status = output
        .status
        .code()
        .or(output.status.signal().map(|signal| 128 + signal));
    Ok(Done {
        status,
        stdout: output.stdout.escape_ascii().to_string(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        files: shown(left(folder.path())?),
    })
}

fn by_pipeyard(text: &str) -> Result<Done> {
    let folder = TempDir::with_prefix("pipeyard-corpus-")?;
    furnish(folder.path())?;
    let call = Pipeyard::run(text, &[])?.within(folder.path()).input(INPUT);
    let outcome = call.outcome()?;
    Ok(Done {
        status: outcome.code(),
        stdout: outcome.stdout.escape_ascii().to_string(),
        stderr: outcome.stderr,
        files: shown(left(folder.path())?),
    })
}

fn kind(chain: &Chain) -> Becomes {
    let is_shell =
        |stage: &&pipeyard_shared::chain::Stage| matches!(stage.kind, StageKind::Shell(_));
    match chain.stages.iter().filter(is_shell).count() {
        0 => Becomes::Stages,
        1 if chain.stages.len() == 1 => Becomes::Shell,
        _ => Becomes::Mixed,
    }
}

/// What is wrong with a case, if anything.
fn differs(case: &Case) -> Result<Option<String>> {
    let (bash, ours) = (by_bash(&case.text)?, by_pipeyard(&case.text)?);
    let mut wrong = String::new();
    if bash.status != ours.status {
        wrong += &format!("\n  status {:?}, bash {:?}", ours.status, bash.status);
    }
    if bash.stdout != ours.stdout {
        wrong += &format!("\n  stdout {}\n  bash   {}", ours.stdout, bash.stdout);
    }
    // Where bash itself speaks, the number of the line is that of the element.
    let own = |text: &str| {
        let said = text.split_inclusive('\n');
        // Whether a substitution that nobody reads has ended by itself when the runner looks is a matter of time.
        let said = said.filter(|line| !line.trim_end().ends_with("left behind has been ended"));
        said.collect::<String>()
            .replace("bash: line 1: ", "bash: ")
            .replace("bash: -c: ", "bash: ")
    };
    if case.is_loud && own(&bash.stderr) != own(&ours.stderr) {
        wrong += &format!("\n  stderr {}\n  bash   {}", ours.stderr, bash.stderr);
    }
    if bash.files != ours.files {
        wrong += &format!("\n  files {:?}\n  bash  {:?}", ours.files, bash.files);
    }
    let text = &case.text;
    Ok((!wrong.is_empty()).then(|| format!("\n{text}{wrong}")))
}

fn holds(corpus: &str, at_least: usize) -> Result<()> {
    let cases = cases(corpus)?;
    ensure!(cases.len() >= at_least, "only {} commands", cases.len());
    let next = AtomicUsize::new(0);
    let wrong = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = match differs(case) {
                        Ok(found) => found,
                        Err(error) => Some(format!("\n{}\n  {error:#}", case.text)),
                    };
                    if let Ok(mut wrong) = wrong.lock() {
                        wrong.extend(found);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap_or_default();
    ensure!(
        wrong.is_empty(),
        "{} of {} commands differ:{}",
        wrong.len(),
        cases.len(),
        wrong.concat()
    );
    Ok(())
}

#[test]
fn constructs_are_done_as_bash_does_them() -> Result<()> {
    holds(CONSTRUCTS, 300)
}

#[test]
fn one_liners_are_done_as_bash_does_them() -> Result<()> {
    holds(ONE_LINERS, 130)
}

#[test]
fn more_one_liners_are_done_as_bash_does_them() -> Result<()> {
    holds(MORE_ONE_LINERS, 200)
}

/// What can be stages must not hide in a shell: pictures are drawn of it.
#[test]
fn what_can_be_stages_becomes_stages() -> Result<()> {
    for (name, corpus) in [
        ("constructs", CONSTRUCTS),
        ("one-liners", ONE_LINERS),
        ("more one-liners", MORE_ONE_LINERS),
    ] {
        let cases = cases(corpus)?;
        let mut counts = BTreeMap::<String, usize>::new();
        let mut wrong = Vec::new();
        for case in &cases {
            let imported = import(case.text.as_bytes(), &Reading::default());
            let becomes = imported
                .map(|imported| kind(&imported.chain))
                .with_context(|| case.text.clone())?;
            *counts.entry(format!("{becomes:?}")).or_default() += 1;
            if becomes != case.becomes {
                wrong.push(format!(
                    "\n{}\n  {becomes:?}, not {:?}",
                    case.text, case.becomes
                ));
            }
        }
        println!("{name}: {} commands, {counts:?}", cases.len());
        ensure!(wrong.is_empty(), "{}", wrong.concat());
    }
    Ok(())
}
