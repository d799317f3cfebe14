//! A few chains as Rust programs: each has to be compiled.

use anyhow::Result;
use pipeyard_shared::Text;
use pipeyard_shared::chain::{
    Access, Chain, FanIn, Input, Stage, StageKind, StatusRule, Stderr, Variable,
};
use pipeyard_tests::lay;
use pipeyard_tests::lay::apart;

use super::code_export::{Language, is_the_same_in};

fn is_the_same(chain: &Chain) -> Result<()> {
    is_the_same_in(&[Language::Rust], chain)
}

#[test]
fn a_row_with_any_words() -> Result<()> {
    let mut echo = Stage::process(
        "type",
        "printf",
        [
            "%s\\n",
            "it's",
            "a \"b\" \\",
            "{}",
            "한국어",
            "tab\there",
            "a\u{202e}b",
            "",
        ],
    );
    if let StageKind::Process(process) = &mut echo.kind {
        let odd = [0xff, b'"', b'\\', 0x80];
        process.args.push(Text::from_bytes(odd));
        let odd = b"{value}\xfe{lane}".to_vec();
        process.args.push(Text::from_bytes(odd));
    }
    let row = lay([
        echo,
        Stage::shell("sh", "cat; echo $A ${B-unset}; echo err >&2; exit 3"),
        Stage::process("sort", "sort", []),
        Stage::file("out", "made", Access::Append),
    ])
    .setup("sh", |setup| {
        setup.environment = vec![Variable::set("A", "x 'y'"), Variable::unset("B")];
        setup.stderr = Stderr::Stdout;
        setup.directory = Some("/tmp".into());
    })
    .values([Text::from("v"), Text::from_bytes([0xfd])])
    .jobs(1)
    .build();
    is_the_same(&Chain {
        status: StatusRule::Pipefail,
        ..row
    })
}

#[test]
fn wires_leave_and_arrive() -> Result<()> {
    let repeat = Input::Repeat {
        text: "ab\n".into(),
        times: None,
    };
    let chain = apart([
        Stage::input("repeat", repeat),
        Stage::process("head", "head", ["-n", "40000"]),
        Stage::process("left", "sed", ["s/^/l/"]),
        Stage::process("right", "sed", ["s/^/r/"]),
        Stage::shell("both", "echo out; echo err >&2"),
        Stage::input("end", Input::Text("without end".into())),
        Stage::process("sort", "sort", []),
        Stage::process("wc", "wc", []),
        Stage::file("kept", "kept", Access::Write),
        Stage::process("count", "wc", ["-l"]),
    ])
    .wire("repeat.stdout", "head.stdin")
    .wire("head.stdout", "left.stdin")
    .wire("head.stdout", "right.stdin")
    .wire("left.stdout", "sort.stdin")
    .wire("right.stdout", "sort.stdin")
    .wire("both.stdout", "count.stdin")
    .wire("both.stderr", "count.stdin")
    .fan_in("count.stdin", FanIn::Shared)
    .wire("end.stdout", "sort.stdin")
    .wire("sort.stdout", "wc.stdin")
    .wire("sort.stdout", "kept.stdin");
    is_the_same(&chain.build())
}

#[test]
fn lanes_and_times() -> Result<()> {
    let timed = lay([
        Stage::shell("sh", "echo {lane} begun; exec sleep 60"),
        Stage::process("cat", "cat", []),
    ])
    .setup("sh", |setup| setup.timeout_ms = Some(2_000))
    .pipefail()
    .lanes(3);
    is_the_same(&timed.build())?;
    let whole = lay([Stage::shell("sh", "echo {lane} begun; exec sleep 60")]);
    is_the_same(&whole.lanes(2).timeout_ms(2_000).build())
}

#[test]
fn extra_inputs_are_left_to_bash() -> Result<()> {
    let compared = apart([
        Stage::process("left", "seq", ["3"]),
        Stage::process("right", "seq", ["2", "4"]),
        Stage::process("diff", "diff", ["{fd63}", "{fd62}"]),
    ])
    .wire("left.stdout", "diff.fd63")
    .wire("right.stdout", "diff.fd62")
    .timeout_ms(60_000);
    is_the_same(&compared.build())
}
