//! What a child is given, and what not.

use anyhow::Result;
use pipeyard_shared::chain::{Stage, Stdin, Variable};
use pipeyard_tests::lay::apart;
use pipeyard_tests::{Client, TestRunner, lay};

use crate::support::{FOREVER, MODES, probe};

/// The numbers of the descriptors that the probe listed.
fn numbers(listed: &str) -> Vec<u32> {
    let found = listed.lines().filter_map(|line| line.strip_prefix("fd "));
    found
        .filter_map(|line| line.split(' ').next()?.parse().ok())
        .collect()
}

#[tokio::test]
async fn a_child_has_its_standard_descriptors_and_no_others() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    for mode in MODES {
        // Other runs hold pipes open meanwhile, which must not leak into this one.
        let busy = lay([
            probe("flood", ["flood", FOREVER]),
            probe("idle", ["sleep", "60"]),
        ])
        .mode(mode);
        let busy = client.start(&busy.lanes(5).build()).await?;
        client.running(busy).pid(5, "idle").await?;
        let stages = [
            probe("first", ["fds"]),
            probe("middle", ["fds"]),
            probe("last", ["fds"]),
        ];
        let mut run = client.run(&lay(stages).mode(mode).build()).await?;
        run.until_ended().await?;
        assert_eq!(
            numbers(&run.text(1, "last.stdout").await?),
            [0, 1, 2],
            "{mode:?}"
        );
        let apart_from_others = lay([probe("only", ["fds"])]).build();
        let mut run = client.run(&apart_from_others).await?;
        run.until_ended().await?;
        assert_eq!(
            numbers(&run.text(1, "only.stdout").await?),
            [0, 1, 2],
            "{mode:?}"
        );
        client.running(busy).stop().await?;
        client.running(busy).until_ended().await?;
    }
    Ok(())
}

#[tokio::test]
async fn declared_extra_inputs_are_there_too() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    for mode in MODES {
        let stages = [
            probe("a", ["echo"]),
            probe("b", ["echo"]),
            probe("fds", ["fds"]),
        ];
        let chain = apart(stages)
            .wire("a.stdout", "fds.fd3")
            .wire("b.stdout", "fds.fd7")
            .mode(mode)
            .build();
        let mut run = client.run(&chain).await?;
        run.until_ended().await?;
        assert_eq!(
            numbers(&run.text(1, "fds.stdout").await?),
            [0, 1, 2, 3, 7],
            "{mode:?}"
        );
    }
    Ok(())
}

/// An ignored SIGPIPE or a blocked signal would be inherited and change what programs do.
#[tokio::test]
async fn signals_are_as_a_shell_would_leave_them() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let stages = [Stage::process(
        "grep",
        "grep",
        ["-E", "^Sig(Blk|Ign)", "/proc/self/status"],
    )];
    let mut run = client.run(&lay(stages).build()).await?;
    run.until_ended().await?;
    let status = run.text(1, "grep.stdout").await?;
    let mask = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let digits = line
            .unwrap_or_else(|| panic!("no {name} in {status}"))
            .trim();
        u64::from_str_radix(digits, 16).expect("a mask in hexadecimal")
    };
    assert_eq!(mask("SigBlk:"), 0, "no signal is blocked");
    let sigpipe = 1 << (libc::SIGPIPE - 1);
    assert_eq!(mask("SigIgn:") & sigpipe, 0, "SIGPIPE is not ignored");
    Ok(())
}

#[tokio::test]
async fn the_working_directory_is_the_workspace_or_below() -> Result<()> {
    let runner = TestRunner::start()?;
    std::fs::create_dir_all(runner.workspace().join("a/b"))?;
    let mut client = Client::connect(&runner).await?;
    let real = std::fs::canonicalize(runner.workspace())?;
    for (directory, expected) in [(None, real.clone()), (Some("a/b"), real.join("a/b"))] {
        let chain = lay([Stage::process("pwd", "pwd", ["-P"])])
            .setup("pwd", |setup| setup.directory = directory.map(Into::into))
            .build();
        let mut run = client.run(&chain).await?;
        run.until_ended().await?;
        assert_eq!(
            run.text(1, "pwd.stdout").await?.trim_end(),
            expected.to_string_lossy()
        );
    }
    Ok(())
}

#[tokio::test]
async fn the_environment_is_the_runners_with_the_stages_changes() -> Result<()> {
    let runner = TestRunner::start_with(
        &[],
        &[("PIPEYARD_KEPT", "kept"), ("PIPEYARD_TAKEN", "taken")],
    )?;
    let mut client = Client::connect(&runner).await?;
    let names = [
        "env",
        "PIPEYARD_KEPT",
        "PIPEYARD_TAKEN",
        "PIPEYARD_NEW",
        "PIPEYARD_EMPTY",
        "PIPEYARD_TWICE",
    ];
    let stages = [probe("changed", names), probe("plain", names)];
    let chain = apart(stages)
        .setup("changed", |setup| {
            setup.environment = vec![
                Variable::unset("PIPEYARD_TAKEN"),
                Variable::set("PIPEYARD_NEW", "lane {lane}"),
                Variable::set("PIPEYARD_EMPTY", ""),
                Variable::set("PIPEYARD_TWICE", "first"),
                Variable::set("PIPEYARD_TWICE", "second"),
            ];
        })
        .build();
    let mut run = client.run(&chain).await?;
    run.until_ended().await?;
    let hex = |text: &str| {
        text.bytes()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    let changed = run.text(1, "changed.stdout").await?;
    let expected = [
        hex("kept"),
        "unset".into(),
        hex("lane 1"),
        String::new(),
        hex("second"),
    ];
    assert_eq!(changed.lines().collect::<Vec<_>>(), expected);
    let plain = run.text(1, "plain.stdout").await?;
    let expected = [
        hex("kept"),
        hex("taken"),
        "unset".into(),
        "unset".into(),
        "unset".into(),
    ];
    assert_eq!(
        plain.lines().collect::<Vec<_>>(),
        expected,
        "one stage's changes are its own"
    );
    Ok(())
}

/// The runner's token lets one start programs; programs that it started must not be handed it.
#[tokio::test]
async fn the_token_is_not_in_the_environment() -> Result<()> {
    let key = "0123456789abcdef0123456789abcdef";
    let runner = TestRunner::start_with(&[], &[("PIPEYARD_TOKEN", key)])?;
    assert_eq!(runner.token(), key, "the runner took its key from there");
    let mut client = Client::connect(&runner).await?;
    let mut run = client
        .run(&lay([Stage::process("env", "env", ["-0"])]).build())
        .await?;
    run.until_ended().await?;
    let environment = run.text(1, "env.stdout").await?;
    assert!(environment.contains("PATH="), "the environment was listed");
    assert!(!environment.contains(runner.token()));
    Ok(())
}

#[tokio::test]
async fn a_free_or_closed_input_is_at_its_end() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    for stdin in [Stdin::Free, Stdin::Closed] {
        let chain = lay([probe("sum", ["sum"])])
            .setup("sum", |setup| setup.stdin = stdin)
            .build();
        let mut run = client.run(&chain).await?;
        run.until_ended().await?;
        assert!(
            run.text(1, "sum.stdout").await?.starts_with("0 "),
            "{stdin:?}"
        );
    }
    Ok(())
}
