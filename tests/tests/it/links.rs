//! Links on the command line: made, and taken wherever a file is.

use anyhow::{Context, Result};
use pipeyard_shared::chain::{Chain, Stage};
use pipeyard_shared::limits::Limits;
use pipeyard_shared::link::{Shared, decode, encode, fragment_in};
use pipeyard_shared::recording::Recording;
use pipeyard_tests::command::Outcome;
use pipeyard_tests::{Pipeyard, lay};

fn called(arguments: &[&str]) -> Result<Outcome> {
    Pipeyard::new(arguments)?.outcome()
}

/// The link that these arguments make, in one line.
fn link(arguments: &[&str]) -> Result<String> {
    let outcome = called(&[&["link"], arguments].concat())?.expect_code(0);
    let text = outcome.text();
    let line = text.strip_suffix('\n').context("a line")?;
    assert!(!line.contains('\n'), "{text}");
    Ok(line.to_owned())
}

fn opened(link: &str) -> Result<Shared> {
    let fragment = fragment_in(link).with_context(|| format!("{link} is no link"))?;
    Ok(decode(fragment, &Limits::default())?)
}

#[test]
fn a_link_is_taken_wherever_a_file_is() -> Result<()> {
    let text = "printf 'b\\na\\n' | sort";
    let link = link(&["-c", text])?;
    assert!(link.starts_with("http://127.0.0.1:7878/#1"), "{link}");
    let (_, fragment) = link.split_once('#').context("a fragment")?;
    for given in [link.as_str(), &format!("#{fragment}")] {
        let outcome = called(&["run", "--yes", given])?.expect_code(0);
        assert_eq!(outcome.text(), "a\nb\n");
        called(&["check", given])?.expect_code(0);
        let exported = called(&["export", given])?.expect_code(0).text();
        assert_eq!(exported.trim_end(), text);
        let json = called(&["export", "--to", "json", given])?.expect_code(0);
        assert_eq!(
            opened(&link)?,
            Shared::of_chain(Chain::from_json(&json.text())?)
        );
    }
    Ok(())
}

#[test]
fn a_link_is_made_of_a_file_or_a_link_for_any_page() -> Result<()> {
    let chain = lay([Stage::process("a", "true", [])]).build();
    let call = Pipeyard::new([
        "link",
        "chain.json",
        "--base",
        "https://yard.example/p/?x=1",
    ])?;
    let outcome = call.file("chain.json", chain.to_json_pretty())?.outcome()?;
    let made = outcome.expect_code(0).text();
    assert!(made.starts_with("https://yard.example/p/?x=1#1"), "{made}");
    assert_eq!(opened(&made)?, Shared::of_chain(chain));
    let again = link(&[made.trim_end()])?;
    assert_eq!(fragment_in(&again), fragment_in(&made));
    for base in [
        "yard.example",
        "https://yard.example/#x",
        "https://yard example/",
        "http://127.0.0.1:7878/?token=secret",
    ] {
        let outcome = called(&["link", "-c", "true", "--base", base])?.expect_code(2);
        assert!(outcome.stderr.contains("--base"), "{}", outcome.stderr);
    }
    called(&["link"])?.expect_code(2);
    Ok(())
}

#[test]
fn a_recorded_run_travels_and_is_told() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let small = path("small");
    called(&["run", "-c", "seq 5 | tac", "--record", &small])?.expect_code(0);
    let recording = Recording::read(&std::fs::read_to_string(&small)?)?;
    let made = link(&["--with-recording", &small])?;
    let expected = Shared {
        chain: recording.chain.clone(),
        recording: Some(recording),
    };
    assert_eq!(opened(&made)?, expected);
    let told = called(&["replay", &made])?.expect_code(0).text();
    assert_eq!(told, called(&["replay", &small])?.expect_code(0).text());
    assert_eq!(
        called(&["run", "--yes", &made])?.expect_code(0).text(),
        "5\n4\n3\n2\n1\n"
    );

    let without = link(&[&made, "--without-recording"])?;
    assert_eq!(opened(&without)?.recording, None);
    let outcome = called(&["replay", &without])?.expect_code(2);
    assert!(
        outcome.stderr.contains("no recording"),
        "{}",
        outcome.stderr
    );
    let same = link(&["-c", "seq 5 | tac", "--with-recording", &small])?;
    assert!(opened(&same)?.recording.is_some());
    // Results are told of nothing but what was run.
    for text in ["true", "seq 5 | tac | tac", "seq 6 | tac"] {
        let outcome = called(&["link", "-c", text, "--with-recording", &small])?.expect_code(2);
        let stderr = &outcome.stderr;
        assert!(stderr.contains("of another chain"), "{stderr}");
    }

    // What cannot be deflated, some times over, is more than a link holds.
    let large = path("large");
    let text = "head -c 99999 /dev/urandom | cat | tac -s x | cat";
    called(&[
        "run",
        "-c",
        text,
        "--record",
        &large,
        "--record-data",
        "65536",
    ])?;
    let outcome = called(&["link", "--with-recording", &large])?.expect_code(0);
    assert!(
        outcome.stderr.contains("so that it fits"),
        "{}",
        outcome.stderr
    );
    let shared = opened(outcome.text().trim_end())?;
    let whole = Recording::read(&std::fs::read_to_string(&large)?)?;
    let kept = shared.recording.context("a recording")?;
    assert_eq!(kept.events, whole.events);
    assert!(kept.data.iter().any(|piece| !piece.slice.bytes.is_empty()));
    Ok(())
}

#[test]
fn a_link_that_cannot_be_opened_says_why() -> Result<()> {
    let good = encode(&Shared::of_chain(
        lay([Stage::process("a", "true", [])]).build(),
    ))?;
    let cut = format!("#{}", &good[..good.len() - 4]);
    for (given, words) in [
        (cut.as_str(), "not whole"),
        ("#9abcdefgh", "newer Pipeyard"),
        ("#results", "no link of Pipeyard"),
        ("http://127.0.0.1:7878/#", "no chain behind its `#`"),
        ("http://127.0.0.1:7878/", "is no link"),
        ("https://yard.example/s/abc", "another machine"),
        ("http://192.168.7.7/s/abc", "another machine"),
        // A port that nobody listens on: the kernel gives it to no one.
        ("http://127.0.0.1:1/s/abc", "no runner can be reached"),
    ] {
        for command in ["run", "check", "export", "replay", "link"] {
            let outcome = called(&[command, given])?.expect_code(2);
            assert_eq!(outcome.text(), "");
            assert!(
                outcome.stderr.contains(words),
                "{command} {given}: {}",
                outcome.stderr
            );
        }
    }
    let korean = Pipeyard::new(["check", &cut])?.variable("LANG", "ko_KR.UTF-8");
    let said = korean.outcome()?.expect_code(2).stderr;
    assert!(said.contains("온전하지 않습니다"), "{said}");
    Ok(())
}

#[test]
fn a_code_is_drawn_for_a_camera() -> Result<()> {
    let outcome = called(&["link", "-c", "seq 3", "--qr"])?.expect_code(0);
    let text = outcome.text();
    let (link, drawn) = text.split_once('\n').context("a line and a picture")?;
    let code = pipeyard_shared::qr::code(link).context("a code")?;
    assert_eq!(drawn, code.lines());
    let noise: String = (0..9_000_u32).map(|n| format!("{:x}", n * n)).collect();
    let outcome = called(&["link", "-c", &format!("echo {noise}"), "--qr"])?.expect_code(2);
    assert!(outcome.stderr.contains("QR"), "{}", outcome.stderr);
    assert_eq!(outcome.text(), "");
    Ok(())
}

/// A file that holds a short link could make us ask whatever listens on this machine.
#[test]
fn a_file_may_hold_a_link_and_no_short_one() -> Result<()> {
    let made = link(&["-c", "seq 2"])?;
    let run = Pipeyard::new(["run", "--yes", "linked"])?.file("linked", &made)?;
    assert_eq!(run.outcome()?.expect_code(0).text(), "1\n2\n");
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    let short = format!("http://{}/s/abcdefghijk\n", listener.local_addr()?);
    for command in ["run", "check", "export", "link"] {
        let call = Pipeyard::new([command, "linked"])?.file("linked", &short)?;
        let said = call.outcome()?.expect_code(2).stderr;
        assert!(said.contains("holds a short link"), "{command}: {said}");
    }
    listener.set_nonblocking(true)?;
    let asked = listener.accept().map(drop).map_err(|error| error.kind());
    assert_eq!(asked, Err(std::io::ErrorKind::WouldBlock));
    Ok(())
}

/// Without a terminal a link was run unasked, also for a person who had only led standard error elsewhere.
#[test]
fn where_nobody_can_be_asked_a_link_is_not_run() -> Result<()> {
    let link = link(&["-c", "touch ran"])?;
    let folder = tempfile::tempdir()?;
    let output = std::process::Command::new("setsid")
        .arg("--wait")
        .arg(pipeyard_tests::runner::binary()?)
        .args(["run", &link])
        .current_dir(folder.path())
        .env("LANG", "C.UTF-8")
        .stdin(std::process::Stdio::null())
        .output()
        .context("`setsid` leaves the terminal")?;
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("--yes"), "{said}");
    assert!(!folder.path().join("ran").exists(), "it has run");
    Ok(())
}

/// Somebody else's chain is shown to whoever sits there, and runs when they say so.
#[test]
fn on_a_terminal_a_link_asks_before_it_runs() -> Result<()> {
    let link = link(&["-c", "touch ran | tee -a log"])?;
    let program = pipeyard_tests::runner::binary()?;
    let folder = tempfile::tempdir()?;
    let ran = folder.path().join("ran");
    let asked = |given: &str, answer: &str, more: &str| -> Result<(String, bool)> {
        let _ = std::fs::remove_file(&ran);
        let line = format!("{} run {more} {given}", program.display());
        let mut child = std::process::Command::new("script")
            .args([
                "--quiet",
                "--return",
                "--echo",
                "never",
                "--command",
                &line,
                "/dev/null",
            ])
            .current_dir(folder.path())
            .env("LANG", "C.UTF-8")
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .context("`script` gives a program a terminal")?;
        let mut stdin = child.stdin.take().context("its input")?;
        std::io::Write::write_all(&mut stdin, answer.as_bytes())?;
        let output = child.wait_with_output();
        drop(stdin);
        let output = output?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.success(), ran.exists(), "{said}");
        Ok((said, ran.exists()))
    };
    let quoted = format!("'{link}'");
    let answered = |answer: &str, more: &str| asked(&quoted, answer, more);
    let (said, has_run) = answered("y\n", "")?;
    assert!(
        has_run && said.contains("touch ran | tee -a log") && said.contains("[y/N]"),
        "{said}"
    );
    let mark = "`touch` can write files.";
    assert!(said.contains(mark), "{said}");
    for no in ["n\n", "\n", "yikes\n"] {
        let (said, has_run) = answered(no, "")?;
        assert!(!has_run && said.contains("not run"), "{said}");
    }
    let (said, has_run) = answered("", "--yes")?;
    assert!(has_run && !said.contains("[y/N]"), "{said}");
    // A file that holds a link, and standard input that does, are links.
    let file = folder.path().join("linked");
    std::fs::write(&file, &link)?;
    for given in ["linked", "- < linked"] {
        let (said, has_run) = asked(given, "n\n", "")?;
        assert!(!has_run && said.contains("[y/N]"), "{given}: {said}");
    }
    Ok(())
}
