//! What texts become. That it does what bash does is tested against bash, with real processes.

use proptest::prelude::*;

use super::*;
use crate::check::check;
use crate::limits::Limits;
use crate::shell::{SyntaxFault, bash, quote};
use crate::text::Text;

fn chain(text: &str) -> Chain {
    let imported = import(text.as_bytes(), &Reading::default());
    imported
        .unwrap_or_else(|error| panic!("{text}: {error}"))
        .chain
}

/// Stages and wires in short: `cat{sort}` is a shell stage, `<f` and `>f` are files.
fn shape(text: &str) -> String {
    let chain = chain(text);
    let mut said: Vec<String> = chain
        .stages
        .iter()
        .map(|stage| match &stage.kind {
            StageKind::Process(process) => {
                let args: Vec<String> = process.args.iter().map(Text::to_string).collect();
                format!("{}({})", process.program, args.join(" "))
            }
            StageKind::Shell(shell) => format!("{{{}}}", shell.text),
            StageKind::Input(_) => "text".into(),
            StageKind::File(file) => format!("{:?}:{}", file.access, file.path),
            StageKind::Discard => "discard".into(),
        })
        .collect();
    let wires = chain.wires.iter();
    said.extend(wires.map(|wire| format!("{}>{}", wire.from, wire.to)));
    said.join(" ")
}

fn fault(text: &str) -> (usize, SyntaxFault) {
    let error = import(text.as_bytes(), &Reading::default()).expect_err(text);
    (error.at, error.fault)
}

#[test]
fn plain_words_are_processes() {
    assert_eq!(
        shape("a 'b c' | d\"e\" \\f"),
        "a(b c) de(f) a.stdout>de.stdin"
    );
    assert_eq!(
        shape("a | b $X | c"),
        "a() {b $X} c() a.stdout>shell.stdin shell.stdout>c.stdin"
    );
    assert_eq!(shape("a; b"), "{a; b}");
}

#[test]
fn redirections_are_files_and_wires() {
    assert_eq!(
        shape("sort < in > out"),
        "Read:in sort() Write:out in.stdout>sort.stdin sort.stdout>out.stdin"
    );
    assert_eq!(
        shape("a 2>&1 >f | b"),
        "a() Write:f b() a.stderr>b.stdin a.stdout>f.stdin"
    );
    assert_eq!(shape("a > x > y"), "{a > x > y}");
}

#[test]
fn process_substitutions_are_wires() {
    assert_eq!(
        shape("comm <(a) <(b | c)"),
        "{comm <(a) <(b | c)}",
        "both may read the one standard input"
    );
    assert_eq!(
        shape("comm <(seq 1) <(seq 2)"),
        "seq(1) seq(2) comm({fd63} {fd62}) seq.stdout>comm.fd63 seq-2.stdout>comm.fd62"
    );
    assert_eq!(
        shape("wc <(seq 1)"),
        "seq(1) wc({fd63}) seq.stdout>wc.fd63",
        "the name that it prints is bash's"
    );
    assert_eq!(
        shape("cat <(seq 1) <(paste <(seq 2) <(seq 3))"),
        "seq(1) seq(2) seq(3) paste({fd62} {fd61}) cat({fd63} {fd62}) seq.stdout>cat.fd63 paste.stdout>cat.fd62 \
         seq-2.stdout>paste.fd62 seq-3.stdout>paste.fd61",
        "the second has what the first has left"
    );
    assert_eq!(
        shape("a | tee >(wc) | sort"),
        "a() wc() tee() sort() a.stdout>wc.stdin a.stdout>tee.stdin wc.stdout>sort.stdin tee.stdout>sort.stdin"
    );
}

/// `seq 100000 | tee >(head -1 > f) | wc -l` counted 100,000 lines: bash's `tee` is ended when `head` leaves.
#[test]
fn copies_of_tee_are_wires_only_where_nobody_leaves_early() {
    for text in [
        "a | tee >(head -1 > f) | wc -l",
        "a | tee >(wc -l > f) | head -1",
        "a | tee >(unknown) | wc -l",
        "a | tee >(wc -l > f) | cat | grep -q x",
    ] {
        assert!(shape(text).contains("{tee >("), "{text}: {}", shape(text));
    }
    assert!(!shape("a | tee >(wc -l > f) | sort | head -1").contains("{tee"));
}

#[test]
fn placeholders_are_meant_only_where_lanes_are() {
    let text = "echo {lane} $X {value}";
    assert_eq!(shape(text), "{echo {{lane}} $X {{value}}}");
    let reading = Reading {
        has_lanes: true,
        ..Reading::default()
    };
    let meant = import(b"echo {lane} {fd3}", &reading).expect("plain").chain;
    let StageKind::Process(process) = &meant.stages[0].kind else {
        panic!("{meant:?}");
    };
    assert_eq!(process.args, [Text::from("{lane}"), Text::from("{{fd3}}")]);
}

/// Bash joins what such a line end stands between before it looks for operators.
#[test]
fn a_quoted_line_end_within_an_operator_is_bashs() {
    assert_eq!(shape("a |\\\n b"), "a() b() a.stdout>b.stdin");
    assert_eq!(shape("a \\\n| b \\\n c"), "a() b(c) a.stdout>b.stdin");
    for text in [
        "a |\\\n| b",
        "a &\\\n\\\n& b",
        "a <\\\n<E\nx\nE\n",
        "a 2\\\n>&1",
        "a $\\\nHOME",
        "a <\\\n(b)",
    ] {
        assert_eq!(shape(text), format!("{{{text}}}"));
    }
}

#[test]
fn stages_know_their_part_of_the_text() {
    let text = "sort -n < in 2> err | cat <(seq 3) <<< 'a b'";
    let imported = import(text.as_bytes(), &Reading::default()).expect("plain");
    let parts: Vec<(&str, &str)> = imported
        .origins
        .iter()
        .map(|origin| (origin.stage.as_str(), &text[origin.text.clone()]))
        .collect();
    assert_eq!(
        parts,
        [
            ("in", "< in"),
            ("sort", "sort -n < in 2> err"),
            ("err", "2> err"),
            ("shell", "cat <(seq 3) <<< 'a b'"),
        ]
    );
}

#[test]
fn an_element_can_be_left_to_the_shell() {
    let reading = Reading {
        for_the_shell: vec![4],
        ..Reading::default()
    };
    let left = import(b"a | b < f | c", &reading).expect("plain").chain;
    assert!(
        matches!(&left.stages[1].kind, StageKind::Shell(shell) if shell.text == "b < f".into())
    );
    assert_eq!(left.stages.len(), 3);
}

#[test]
fn what_is_no_text_is_refused_with_its_place() {
    assert_eq!(fault(""), (0, SyntaxFault::Nothing));
    assert_eq!(fault("a |"), (3, SyntaxFault::MissingCommand));
    assert_eq!(fault("a 'b"), (2, SyntaxFault::Open("the quote `'`")));
    assert_eq!(fault("a )"), (2, SyntaxFault::Unexpected(")".into())));
    assert_eq!(fault("a \0"), (2, SyntaxFault::Nul));
    assert_eq!(fault(&"$(".repeat(100)).1, SyntaxFault::TooDeep);
    assert_eq!(
        pointed(
            "é |\n | b".as_bytes(),
            &SyntaxError {
                at: 6,
                fault: SyntaxFault::MissingCommand
            }
        ),
        "2:2 (byte 6): a command is missing here\n   | b\n   ^"
    );
}

#[test]
fn pipelines_come_back_as_they_are_written() {
    for text in [
        "seq 3 | tac",
        "sort < in > out",
        "A=1 B='x y' env C=3 | cat",
        "ls x 2>&1 | sort",
        "ls x > out 2>&1",
        "ls x 2> err | wc -l >> log",
        "ls x 2>&1 > out | cat",
        "ls x > /dev/null 2> /dev/null",
        "cat <<< 'a b'",
        "comm -12 <(sort a) <(sort b | uniq) | wc -l",
        "cat <<'EOF' | wc -l > n\na\nb\nEOF",
        "cat <<'EOF' | wc -l\nEOF",
        "cat <<< 'a\nb' | { tac\nwc; }",
        "sort -m - <(sort <<< 'b\na') | wc",
        "a | tee >(wc -l > n) | b",
        "a | tee >(wc -l) | b",
        "sh -c 'cat <&3' 3< in",
        "echo $HOME | cat",
        "for i in 1 2; do echo $i; done | sort -r",
        "echo '{lane}' $'\\xff'",
    ] {
        let exported = bash(&chain(text));
        assert!(exported.is_pipeline, "{text}: {}", exported.text);
        assert_eq!(exported.text, format!("{text}\n"));
    }
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z0-9./=+-]{1,6}",
        "[^\u{0}]{0,8}".prop_map(|text| quote(text.as_bytes())),
        Just("$X".to_owned()),
        Just("<(seq 3)".to_owned()),
        Just("*.txt".to_owned()),
        Just("{lane}".to_owned()),
    ]
}

fn element() -> impl Strategy<Value = String> {
    let plain = command(word().boxed(), Just(String::new()).boxed());
    plain.prop_recursive(3, 12, 3, |inner| {
        let within = inner.clone().prop_map(|text| format!(">({text})"));
        let read = inner.clone().prop_map(|text| format!("<({text})"));
        let redirection = prop_oneof![
            inner.clone().prop_map(|text| format!(" > >({text})")),
            inner.clone().prop_map(|text| format!(" 2> >({text})")),
            inner.prop_map(|text| format!(" < <({text})")),
        ];
        command(
            prop_oneof![4 => word(), 1 => within, 1 => read].boxed(),
            redirection.boxed(),
        )
    })
}

fn command(word: BoxedStrategy<String>, more: BoxedStrategy<String>) -> BoxedStrategy<String> {
    let program = prop_oneof![
        Just("cat"),
        Just("sort"),
        Just("tr"),
        Just("tee"),
        Just("echo")
    ];
    let redirection = prop_oneof![
        Just(""),
        Just(" < in"),
        Just(" > out"),
        Just(" >> log"),
        Just(" 2> err"),
        Just(" 2>&1"),
        Just(" >&2"),
        Just(" > /dev/null"),
        Just(" <<< word"),
        Just(" 3< extra"),
        Just(" &> both"),
    ];
    let redirections = proptest::collection::vec(
        prop_oneof![2 => redirection.prop_map(str::to_owned), 1 => more],
        0..3,
    );
    (program, proptest::collection::vec(word, 0..4), redirections)
        .prop_map(|(program, words, redirections)| {
            let words: String = words.iter().map(|word| format!(" {word}")).collect();
            format!("{program}{words}{}", redirections.concat())
        })
        .boxed()
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(text in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = import(&text, &Reading::default());
    }

    #[test]
    fn no_shell_like_text_makes_it_panic(
        text in "([a-z' \"\\\\$(){}<>|&;#\n`=*~!0-9]|<<E|\nE\n|<\\(|\\$\\(\\(|case x in|esac|for i in|do |done|if |fi|\\[\\[|time ){0,40}"
    ) {
        if let Ok(imported) = import(text.as_bytes(), &Reading::default()) {
            prop_assert_eq!(imported.origins.len(), imported.chain.stages.len());
            let problems = check(&imported.chain, &Limits::default());
            prop_assert!(problems.is_empty(), "{}: {:?}", text, problems);
            let _ = bash(&imported.chain);
        }
    }

    /// What is read back from what a chain is written as is the same chain.
    #[test]
    fn pipelines_survive_the_way_there_and_back(elements in proptest::collection::vec(element(), 1..5)) {
        let text = elements.join(" | ");
        let first = chain(&text);
        prop_assert!(check(&first, &Limits::default()).is_empty(), "{}", text);
        let exported = bash(&first);
        if exported.is_pipeline {
            let again = bash(&chain(&exported.text));
            prop_assert_eq!(again.text, exported.text);
        }
    }
}

/// What is taken whole, as the importer is not certain how bash reads it, does not grow on the way there and back.
#[test]
fn a_text_that_is_taken_whole_does_not_grow() {
    for text in ["cat '$\\\n'", "cat '$\\\n' \\\n", "cat <<E '$\\\n'\nx\nE\n"] {
        let exported = bash(&chain(text));
        assert!(exported.is_pipeline, "{text:?}");
        let again = bash(&chain(&exported.text));
        assert_eq!(again.text, exported.text, "{text:?}");
    }
}

/// Nested and repeated as far as the bounds let: the time must not grow faster than the text.
#[test]
fn hostile_texts_take_no_longer_than_others() {
    let texts = [
        "$(".repeat(60_000),
        "((".repeat(60_000),
        "\"$(".repeat(40_000),
        "a|".repeat(60_000) + "a",
        "<<a ".repeat(30_000),
        "${".repeat(60_000),
        "`".repeat(120_000),
        "{ ".repeat(60_000),
        "case x in ".repeat(12_000),
        "(".repeat(60) + &"((a)".repeat(20_000),
        "9".repeat(100_000) + "<x",
        "a <(".repeat(30_000),
    ];
    for text in texts {
        let began = std::time::Instant::now();
        let _ = import(text.as_bytes(), &Reading::default());
        let took = began.elapsed();
        assert!(took.as_secs() < 5, "{took:?} for {text:.20}…");
    }
}

/// A command that only bash can run had been laid by half, and its wire led to a stage that was not there.
#[test]
fn a_command_that_needs_the_shell_leaves_nothing_behind() {
    let text = "tee >(sed 's/^/1:/' >&2) < abc 2>&1 | sort";
    let problems = check(&chain(text), &Limits::default());
    assert!(problems.is_empty(), "{problems:?}");
}
