//! What `pipeyard export` writes as code, run as it stands, does what the engine does with the chain: the same
//! bytes, the same status.

use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use pipeyard_shared::Text;
use pipeyard_shared::chain::{
    Access, Chain, FanIn, Input, Lanes, OutputPort, Stage, StageKind, Stderr, Stdin, Variable,
};
use pipeyard_tests::lay::{Lay, apart};
use pipeyard_tests::{Pipeyard, lay};
use tempfile::TempDir;

/// What all of them are given to read.
const TYPED: &str = "typed\nby somebody\n";
/// A file that is there.
const WORDS: &str = "one\ntwo\nthree\n";

/// A language whose programs can be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Bash,
    Python,
    /// It has to be compiled, which takes a second: only a few chains are.
    Rust,
}

/// What came of it: the status, what was printed, and the files that are there afterwards.
#[derive(Debug, PartialEq, Eq)]
struct Came {
    status: Option<i32>,
    printed: Vec<String>,
    files: Vec<(PathBuf, String)>,
}

impl Language {
    const ALL: [Self; 2] = [Self::Bash, Self::Python];

    fn form(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Python => "python",
            Self::Rust => "rust",
        }
    }

    /// Runs a program in a directory of its own.
    fn run(self, program: &str, in_order: bool) -> Result<(Came, String)> {
        let folder = folder()?;
        let elsewhere = TempDir::with_prefix("pipeyard-test-")?;
        let file = elsewhere.path().join("program");
        std::fs::write(&file, program)?;
        let input = elsewhere.path().join("input");
        std::fs::write(&input, TYPED)?;
        let mut command = match self {
            Self::Bash => Command::new("bash"),
            Self::Rust => {
                let compiled = elsewhere.path().join("compiled");
                let said = Command::new("rustc")
                    .args(["--edition", "2021", "--crate-name", "program", "-o"])
                    .args([&compiled, &file])
                    .output()
                    .context("rustc")?;
                let errors = String::from_utf8_lossy(&said.stderr);
                ensure!(said.status.success(), "{errors}\n{program}");
                Command::new(compiled)
            }
            // What a program leaves undone there is said on standard error.
            Self::Python => {
                let mut python = Command::new("python3");
                python.args(["-X", "dev"]);
                python
            }
        };
        let done = command
            .args((self != Self::Rust).then_some(&file))
            .current_dir(folder.path())
            .env("LANG", "C.UTF-8")
            .stdin(std::fs::File::open(&input)?)
            .stderr(Stdio::piped())
            .output()
            .with_context(|| format!("{self:?}"))?;
        let came = Came {
            status: done
                .status
                .code()
                .or(done.status.signal().map(|signal| 128 + signal)),
            printed: printed(&done.stdout, in_order),
            files: files(folder.path())?,
        };
        Ok((came, String::from_utf8_lossy(&done.stderr).into_owned()))
    }
}

fn folder() -> Result<TempDir> {
    let folder = TempDir::with_prefix("pipeyard-test-")?;
    std::fs::write(folder.path().join("words"), WORDS)?;
    Ok(folder)
}

fn printed(bytes: &[u8], in_order: bool) -> Vec<String> {
    let lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let mut lines: Vec<_> = lines.map(|line| line.escape_ascii().to_string()).collect();
    if !in_order {
        lines.sort();
    }
    lines
}

fn files(folder: &Path) -> Result<Vec<(PathBuf, String)>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let content = std::fs::read(entry.path())?;
        files.push((entry.file_name().into(), content.escape_ascii().to_string()));
    }
    files.sort();
    Ok(files)
}

/// Runs a chain by the engine and as each of the programs. Lines come in any order where several print.
pub(crate) fn is_the_same_in(languages: &[Language], chain: &Chain) -> Result<()> {
    let writers = chain.stages.iter().filter(|stage| {
        stage.starts_process()
            && chain
                .wires_from(&stage.id, OutputPort::Stdout)
                .next()
                .is_none()
    });
    let several_into_one = chain.stages.iter().any(|stage| {
        let wires = chain.wires.iter().filter(|wire| wire.to.stage == stage.id);
        wires.count() > 1 && stage.fan_in.values().all(|mode| *mode != FanIn::Ordered)
    });
    let in_order = writers.count() * chain.lanes.count() <= 1 && !several_into_one;
    let here = folder()?;
    let elsewhere = TempDir::with_prefix("pipeyard-test-")?;
    let chain_file = elsewhere.path().join("chain.json");
    std::fs::write(&chain_file, chain.to_json())?;
    let file = chain_file.to_str().context("a path")?;
    let engine = Pipeyard::new(["run", file])?
        .within(here.path())
        .input(TYPED)
        .outcome()?;
    let wanted = Came {
        status: engine.code(),
        printed: printed(&engine.stdout, in_order),
        files: files(here.path())?,
    };
    for language in languages {
        let exported = Pipeyard::new(["export", "--to", language.form(), file])?
            .outcome()?
            .expect_code(0);
        let program = exported.text();
        let (came, stderr) = language.run(&program, in_order)?;
        assert_eq!(came, wanted, "{language:?}\n{program}\n{stderr}");
        // Python tells of what is left open, of threads that fail, and of its own errors.
        ensure!(
            !["Traceback", "Warning"]
                .iter()
                .any(|word| stderr.contains(word)),
            "{program}\n{stderr}"
        );
    }
    Ok(())
}

#[track_caller]
pub(crate) fn is_the_same(chain: &Chain) -> Result<()> {
    is_the_same_in(&Language::ALL, chain)
}

/// An example as it is, but for what is random, never ends, or takes its time.
fn example(name: &str, chain: &mut Chain) {
    for stage in &mut chain.stages {
        if let StageKind::Input(input @ Input::Random(_)) = &mut stage.kind {
            *input = Input::Hex("00 0a ff 61 62 63 64 65 66 67".into());
        }
        let StageKind::Process(process) = &mut stage.kind else {
            continue;
        };
        if process.program.as_bytes() == b"openssl" {
            // The salt is random.
            process.args.push("-nosalt".into());
        }
    }
    let text = chain.to_json();
    let changed = match name {
        "cores" => text.replace("100000000", "200000"),
        // Beyond what the pipe holds nobody would read.
        "deadlock" => text.replace("100000", "100"),
        "slow" => text.replace("sleep 0.2", "sleep 0.01"),
        "ten" => text.replace("[\"1\"]", "[\"0.2\"]"),
        "watch" => text.replace("[\"1\",\"2\",\"3\"]", "[\"0.1\",\"0.2\",\"0.3\"]"),
        _ => return,
    };
    assert_ne!(changed, text, "{name} is as it was");
    *chain = Chain::from_json(&changed).expect("a chain");
}

#[test]
fn every_example_of_the_gallery() -> Result<()> {
    let gallery = concat!(env!("CARGO_MANIFEST_DIR"), "/../frontend/src/gallery");
    let mut count = 0;
    for entry in std::fs::read_dir(gallery)? {
        let path = entry?.path();
        let name = path.file_stem().context("a name")?.to_string_lossy();
        let json = std::fs::read_to_string(&path)?;
        let mut chain = Chain::from_json(&json).with_context(|| format!("{name}"))?;
        example(&name, &mut chain);
        is_the_same(&chain).with_context(|| format!("{name}"))?;
        count += 1;
    }
    ensure!(count >= 17, "there are {count} examples");
    Ok(())
}

#[test]
fn rows_and_their_ends() -> Result<()> {
    let rows: Vec<Lay> = vec![
        lay([
            Stage::process("yes", "yes", []),
            Stage::process("head", "head", ["-n", "3"]),
        ]),
        lay([
            Stage::file("words", "words", Access::Read),
            Stage::process("sort", "sort", []),
            Stage::file("out", "sorted", Access::Write),
        ]),
        lay([
            Stage::process("seq", "seq", ["100000"]),
            Stage::process("tail", "tail", ["-n", "2"]),
            Stage::file("out", "words", Access::Append),
        ]),
        lay([
            Stage::process("seq", "seq", ["9"]),
            Stage::new("gone", StageKind::Discard),
        ]),
        lay([
            Stage::file("words", "words", Access::Read),
            Stage::file("copy", "copy", Access::Write),
        ])
        .also(Stage::process("true", "true", [])),
        lay([Stage::shell("killed", "echo a; kill -KILL $$")]),
        lay([
            Stage::shell("killed", "exit 3"),
            Stage::process("cat", "cat", []),
        ]),
        lay([Stage::shell(
            "lines",
            "for i in 1 2\ndo\n  echo \"$i\" '\\' \"\"\"a\"\"\"\ndone\n",
        )]),
    ];
    for row in rows {
        is_the_same(&row.clone().build())?;
        is_the_same(&row.pipefail().build())?;
    }
    Ok(())
}

#[test]
fn any_words_reach_the_program() -> Result<()> {
    let mut echo = Stage::process(
        "printf",
        "printf",
        [
            "%s\\n",
            "it's",
            "a \"b\"",
            "{}",
            "%d",
            "\\n",
            "$HOME",
            "é 한국어",
            "tab\there",
            "",
            "--",
            "a\u{202e}b",
        ],
    );
    if let StageKind::Process(process) = &mut echo.kind {
        process
            .args
            .push(Text::from_bytes([0xff, b'\'', b'"', b'\\', 0x80]));
    }
    is_the_same(&lay([echo.clone()]).build())?;
    if let StageKind::Process(process) = &mut echo.kind {
        process.args.push("{lane} {{lane}} {value}{x}".into());
        process
            .args
            .push(Text::from_bytes(b"{value}\xfe{lane}".to_vec()));
    }
    is_the_same(&lay([echo.clone()]).build())?;
    is_the_same(&lay([echo.clone()]).lanes(2).build())?;
    let odd = Text::from_bytes([b'v', 0xff]);
    is_the_same(&lay([echo]).values([Text::from("x 'y'"), odd]).build())
}

#[test]
fn inputs_of_every_kind() -> Result<()> {
    let repeat = |text: &str, times| Input::Repeat {
        text: text.into(),
        times,
    };
    let inputs = [
        Input::Text("a 'text'\nwithout end".into()),
        Input::Text("".into()),
        Input::Text(Text::from_bytes(b"\xff\n\x00{lane}\n".to_vec())),
        Input::Hex("00 ff 0a 41".into()),
        Input::Base64("aGkAaGkK".into()),
        Input::Lines(vec!["one".into(), "two words é".into()]),
        Input::Lines(Vec::new()),
        repeat("ab\n", Some(3)),
        repeat("the same line again\n", Some(200_000)),
    ];
    for input in inputs {
        let row = |target: Stage| lay([Stage::input("in", input.clone()), target]);
        is_the_same(&row(Stage::process("cat", "cat", [])).build())?;
        // Where lanes print, an end without a newline is glued to whatever comes next.
        let whole = lay([
            Stage::input("in", input.clone()),
            Stage::process("cksum", "cksum", []),
        ]);
        is_the_same(&whole.lanes(3).build())?;
        is_the_same(
            &row(Stage::file("out", "made", Access::Write))
                .also(Stage::process("true", "true", []))
                .build(),
        )?;
        // Nobody reads it.
        is_the_same(&row(Stage::process("true", "true", [])).build())?;
    }
    let endless = lay([
        Stage::input("in", repeat("y\n", None)),
        Stage::process("head", "head", ["-n", "70000"]),
        Stage::process("wc", "wc", []),
    ]);
    is_the_same(&endless.clone().build())?;
    is_the_same(&endless.lanes(2).build())?;
    // Random bytes differ, their number does not.
    is_the_same(
        &lay([
            Stage::input("in", Input::Random(100_000)),
            Stage::process("wc", "wc", ["-c"]),
        ])
        .build(),
    )
}

#[test]
fn several_wires_leave_and_arrive() -> Result<()> {
    for mode in [FanIn::Lines, FanIn::Ordered, FanIn::Shared] {
        for (source, is_whole) in [
            (Stage::process("seq", "seq", ["300"]), true),
            (Stage::input("seq", Input::Text("a\nb\nc".into())), false),
            (Stage::file("seq", "words", Access::Read), true),
        ] {
            let diamond = apart([
                source,
                Stage::process("left", "sed", ["s/^/l/"]),
                Stage::process("right", "sed", ["s/^/r/"]),
                Stage::process("cat", "cat", []),
            ])
            .wire("seq.stdout", "left.stdin")
            .wire("seq.stdout", "right.stdin")
            .wire("left.stdout", "cat.stdin")
            .wire("right.stdout", "cat.stdin")
            .fan_in("cat.stdin", mode);
            // Of two lines that are not ended, any may be the first.
            if is_whole || mode == FanIn::Ordered {
                is_the_same(&diamond.clone().build())?;
            }
            if is_whole {
                is_the_same(&diamond.lanes(2).build())?;
            }
        }
    }
    let unfinished = apart([
        Stage::input("end", Input::Text("without end".into())),
        Stage::process("seq", "seq", ["3"]),
        Stage::process("cat", "cat", []),
    ])
    .wire("end.stdout", "cat.stdin")
    .wire("seq.stdout", "cat.stdin");
    // A last line without a newline gets one in the script, which says so.
    is_the_same_in(&[Language::Python], &unfinished.build())?;
    // A branch that is left early, and one that is a file.
    let early = apart([
        Stage::process("seq", "seq", ["100000"]),
        Stage::process("head", "head", ["-n", "1"]),
        Stage::file("kept", "kept", Access::Write),
        Stage::new("gone", StageKind::Discard),
    ])
    .wire("seq.stdout", "head.stdin")
    .wire("seq.stdout", "kept.stdin")
    .wire("seq.stdout", "gone.stdin");
    is_the_same(&early.build())?;
    // From two ports of one, from an input, and directly past a stage.
    let mixed = apart([
        Stage::shell("both", "echo out; echo err >&2; echo tail"),
        Stage::input("given", Input::Lines(vec!["given".into()])),
        Stage::process("sort", "sort", []),
        Stage::process("wc", "wc", ["-l"]),
    ])
    .wire("both.stdout", "sort.stdin")
    .wire("both.stderr", "sort.stdin")
    .wire("given.stdout", "sort.stdin")
    .wire("sort.stdout", "wc.stdin");
    is_the_same(&mixed.build())?;
    let past = apart([
        Stage::process("seq", "seq", ["5"]),
        Stage::process("tac", "tac", []),
        Stage::process("cat", "cat", ["-n"]),
    ])
    .wire("seq.stdout", "tac.stdin")
    .wire("seq.stdout", "cat.stdin")
    .wire("tac.stdout", "cat.stdin")
    .fan_in("cat.stdin", FanIn::Ordered);
    is_the_same(&past.build())
}

#[test]
fn standard_error_goes_where_it_is_led() -> Result<()> {
    let both = || Stage::shell("both", "echo out; echo err >&2");
    let joined = lay([both(), Stage::process("sort", "sort", [])])
        .setup("both", |setup| setup.stderr = Stderr::Stdout);
    is_the_same(&joined.build())?;
    let shared = apart([both(), Stage::process("sort", "sort", [])])
        .wire("both.stdout", "sort.stdin")
        .wire("both.stderr", "sort.stdin")
        .fan_in("sort.stdin", FanIn::Shared);
    is_the_same(&shared.build())?;
    let apart_ = apart([
        both(),
        Stage::process("out", "sed", ["s/^/1/"]),
        Stage::file("err", "err", Access::Write),
    ])
    .wire("both.stdout", "out.stdin")
    .wire("both.stderr", "err.stdin");
    is_the_same(&apart_.build())
}

#[test]
fn extra_inputs_have_their_numbers() -> Result<()> {
    let compared = apart([
        Stage::process("left", "seq", ["3"]),
        Stage::process("right", "seq", ["2", "4"]),
        Stage::process("diff", "diff", ["{fd63}", "{fd62}"]),
    ])
    .wire("left.stdout", "diff.fd63")
    .wire("right.stdout", "diff.fd62");
    is_the_same(&compared.clone().build())?;
    is_the_same(&compared.lanes(3).jobs(2).build())?;
    let shell = apart([
        Stage::input("text", Input::Text("from a text\n".into())),
        Stage::file("words", "words", Access::Read),
        Stage::shell("sh", "cat <&3; cat {fd7}; cat"),
    ])
    .wire("text.stdout", "sh.fd3")
    .wire("words.stdout", "sh.fd7");
    is_the_same(&shell.build())?;
    let merged = apart([
        Stage::process("a", "echo", ["a"]),
        Stage::process("b", "echo", ["b"]),
        Stage::process("sort", "sort", ["{fd5}"]),
    ])
    .wire("a.stdout", "sort.fd5")
    .wire("b.stdout", "sort.fd5");
    is_the_same(&merged.clone().build())?;
    is_the_same(&merged.fan_in("sort.fd5", FanIn::Shared).build())
}

#[test]
fn what_is_set_for_a_stage() -> Result<()> {
    let shell = Stage::shell("sh", "echo $A ${B-unset} ${C-unset} $PWD; cat; exit 3");
    let chain = lay([shell, Stage::process("cat", "cat", [])]).setup("sh", |setup| {
        setup.environment = vec![
            Variable::set("A", "x 'y' é"),
            Variable::set("B", "1"),
            Variable::unset("B"),
            Variable::unset("C"),
            Variable::set("C", Text::from_bytes([0xff, b'c'])),
        ];
        setup.stdin = Stdin::Typed;
        setup.directory = Some("/tmp".into());
    });
    is_the_same(&chain.clone().build())?;
    is_the_same(&chain.pipefail().build())?;
    let closed = lay([
        Stage::process("cat", "cat", []),
        Stage::process("wc", "wc", ["-c"]),
    ])
    .setup("cat", |setup| setup.stdin = Stdin::Closed);
    is_the_same(&closed.build())?;
    let two_free = apart([
        Stage::process("one", "cat", []),
        Stage::process("two", "cat", []),
    ]);
    is_the_same(&two_free.build())
}

#[test]
fn lanes_and_how_many_at_once() -> Result<()> {
    let tr = || Stage::process("tr", "tr", ["a-z", "A-Z"]);
    let valued = lay([Stage::process("echo", "echo", ["{lane} is {value}"]), tr()])
        .values(["x y", "$z", "ü"]);
    is_the_same(&valued.build())?;
    let statuses = lay([Stage::shell(
        "sh",
        "echo {lane}; cat; exit $(({lane} % 2 * 3))",
    )]);
    is_the_same(&statuses.clone().lanes(4).build())?;
    is_the_same(&statuses.clone().lanes(4).jobs(2).build())?;
    is_the_same(&statuses.lanes(4).pipefail().build())?;
    let two_print = apart([
        Stage::process("a", "seq", ["20"]),
        Stage::process("b", "seq", ["20"]),
    ]);
    is_the_same(&two_print.lanes(2).build())?;
    let files = lay([
        Stage::process("echo", "echo", ["{value}"]),
        Stage::file("out", "made-{lane}", Access::Write),
    ]);
    is_the_same(&files.lanes(2).build())?;
    let mut one = lay([Stage::process("echo", "echo", ["{lane} {value}"])]).build();
    one.lanes = Lanes::Values(vec!["only".into()]);
    is_the_same(&one)
}

#[test]
fn times_are_kept() -> Result<()> {
    let slow = lay([Stage::shell("sh", "echo begun; exec sleep 60")]);
    let timed = slow
        .clone()
        .setup("sh", |setup| setup.timeout_ms = Some(2_000));
    is_the_same(&timed.clone().build())?;
    is_the_same(&timed.lanes(2).build())?;
    is_the_same(&slow.clone().timeout_ms(2_000).build())?;
    is_the_same(&slow.clone().lanes(3).jobs(1).timeout_ms(2_000).build())?;
    let row = lay([
        Stage::process("yes", "yes", []),
        Stage::process("sleep", "sleep", ["60"]),
        Stage::process("cat", "cat", []),
    ])
    .setup("sleep", |setup| setup.timeout_ms = Some(2_000));
    is_the_same(&row.clone().build())?;
    is_the_same(&row.pipefail().build())?;
    // The time of each begins with it, however long another one takes: this one once began when the stubborn one
    // had been made to end.
    let two = apart([
        Stage::shell("sh", "trap '' TERM; while :; do sleep 0.1; done"),
        Stage::process("sleep", "sleep", ["3.5"]),
    ])
    .setup("sh", |setup| setup.timeout_ms = Some(2_000))
    .setup("sleep", |setup| setup.timeout_ms = Some(2_000));
    is_the_same_in(&[Language::Python], &two.build())?;
    // It does not end when it is asked to.
    let stubborn = lay([Stage::shell(
        "sh",
        "trap '' TERM; while :; do sleep 0.1; done",
    )])
    .setup("sh", |setup| setup.timeout_ms = Some(2_000))
    .build();
    is_the_same_in(&[Language::Python], &stubborn)?;
    Ok(())
}

#[test]
fn bypassed_stages_are_left_out() -> Result<()> {
    let mut chain = lay([
        Stage::process("seq", "seq", ["3"]),
        Stage::process("tac", "tac", []),
        Stage::process("cat", "cat", ["-n"]),
    ])
    .build();
    chain.stages[1].bypassed = true;
    is_the_same(&chain)
}
