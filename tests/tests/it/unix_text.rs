//! Arguments, variables, paths and data with any bytes but NUL survive the way from the page to the
//! process and back.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use anyhow::Result;
use pipeyard_shared::chain::{Access, Input, Stage, StageKind, Variable};
use pipeyard_shared::substitute::literal;
use pipeyard_shared::text::Text;
use pipeyard_tests::pattern::Sum;
use pipeyard_tests::{Client, TestRunner, lay};
use proptest::prelude::*;

use crate::support::{cases, probe, runtime};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn with_arguments(mut stage: Stage, arguments: impl IntoIterator<Item = Text>) -> Stage {
    if let StageKind::Process(process) = &mut stage.kind {
        process.args.extend(arguments);
    }
    stage
}

async fn said(client: &mut Client, chain: &pipeyard_shared::Chain, flow: &str) -> Result<String> {
    let mut run = client.run(chain).await?;
    run.until_ended().await?;
    run.text(1, flow).await
}

#[test]
fn any_bytes_survive() {
    let runtime = runtime();
    let runner = TestRunner::start().expect("a runner");
    let client = runtime
        .block_on(Client::connect(&runner))
        .expect("a client");
    let client = std::cell::RefCell::new(client);
    let bytes = || proptest::collection::vec(1u8..=255, 0..40);
    let config = cases(16);
    proptest!(config, |(arguments in proptest::collection::vec(bytes(), 1..5), value in bytes(), data in bytes())| {
        let mut client = client.borrow_mut();
        let shown = with_arguments(probe("args", ["args"]), arguments.iter().map(|bytes| literal(bytes)));
        let printed = runtime.block_on(said(&mut client, &lay([shown]).build(), "args.stdout"));
        let expected: String = arguments.iter().map(|bytes| hex(bytes) + "\n").collect();
        prop_assert_eq!(printed.map_err(|error| TestCaseError::fail(format!("{error:#}")))?, expected);

        let chain = lay([probe("env", ["env", "ODD"])])
            .setup("env", |setup| setup.environment.push(Variable::set("ODD", literal(&value))))
            .build();
        let printed = runtime.block_on(said(&mut client, &chain, "env.stdout"));
        prop_assert_eq!(printed.map_err(|error| TestCaseError::fail(format!("{error:#}")))?, hex(&value) + "\n");

        let chain = lay([Stage::input("data", Input::Text(literal(&data))), probe("sum", ["sum"])]).build();
        let printed = runtime.block_on(said(&mut client, &chain, "sum.stdout"));
        prop_assert_eq!(printed.map_err(|error| TestCaseError::fail(format!("{error:#}")))?, Sum::of(&data).line());
    });
}

/// All of them at once, so that no single byte is special.
#[tokio::test]
async fn every_byte_but_nul_can_be_an_argument() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let all: Vec<u8> = (1..=255).collect();
    let stage = with_arguments(probe("args", ["args"]), [literal(&all)]);
    let printed = said(&mut client, &lay([stage]).build(), "args.stdout").await?;
    assert_eq!(printed, hex(&all) + "\n");
    Ok(())
}

#[tokio::test]
async fn paths_need_not_be_utf8() -> Result<()> {
    const ODD: &[u8] = b"odd \xff'\"$\n name";
    let runner = TestRunner::start()?;
    let folder = runner.workspace().join(OsStr::from_bytes(ODD));
    std::fs::create_dir(&folder)?;
    std::fs::write(folder.join("data"), b"0123456789")?;
    let mut client = Client::connect(&runner).await?;

    let here = lay([probe("here", ["fds"])])
        .setup("here", |setup| setup.directory = Some(literal(ODD)))
        .build();
    let printed = said(&mut client, &here, "here.stdout").await?;
    let real = std::fs::canonicalize(&folder)?;
    assert_eq!(
        printed.lines().last(),
        Some(hex(real.as_os_str().as_bytes()).as_str())
    );

    let mut file = Stage::file("file", "", Access::Read);
    if let StageKind::File(given) = &mut file.kind {
        given.path = Text::from_bytes([ODD, b"/data"].concat());
    }
    let printed = said(
        &mut client,
        &lay([file, probe("sum", ["sum"])]).build(),
        "sum.stdout",
    )
    .await?;
    assert_eq!(printed, Sum::of(b"0123456789").line());
    Ok(())
}

#[tokio::test]
async fn values_of_lanes_need_not_be_utf8() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let odd = Text::from_bytes([0xff, b' ', 0xfe]);
    let chain = lay([probe("args", ["args", "{value}", "{lane}"])])
        .values([Text::from("plain"), odd.clone()])
        .build();
    let mut run = client.run(&chain).await?;
    run.until_ended().await?;
    assert_eq!(
        run.text(1, "args.stdout").await?,
        format!("{}\n{}\n", hex(b"plain"), hex(b"1"))
    );
    let expected = format!("{}\n{}\n", hex(odd.as_bytes()), hex(b"2"));
    assert_eq!(run.text(2, "args.stdout").await?, expected);
    Ok(())
}
