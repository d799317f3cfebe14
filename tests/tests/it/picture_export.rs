//! A chain as a picture that can be opened again, and as a page that people read.

use anyhow::{Result, ensure};
use pipeyard_shared::chain::{Chain, Stage};
use pipeyard_tests::{Pipeyard, lay};
use tempfile::TempDir;

/// A chain in a form.
fn exported(form: &str, chain: &Chain) -> Result<String> {
    let exported = Pipeyard::new(["export", "--to", form, "chain.json"])?
        .file("chain.json", chain.to_json())?
        .outcome()?
        .expect_code(0);
    Ok(exported.text())
}

#[test]
fn a_picture_is_run_as_the_chain_that_it_shows() -> Result<()> {
    let mut chain = lay([
        Stage::process("echo", "echo", ["<&\"]]>-->"]),
        Stage::process("cat", "cat", ["-n"]),
    ])
    .build();
    chain.title = "<script>alert(1)</script> & more".into();
    let svg = exported("svg", &chain)?;
    assert_eq!(svg, exported("svg", &chain)?, "it is the same every time");
    ensure!(!svg.contains("<script"), "{svg}");
    let run = Pipeyard::new(["run", "picture.svg"])?
        .file("picture.svg", &svg)?
        .outcome()?
        .expect_code(0);
    assert_eq!(run.text(), "     1\t<&\"]]>-->\n");
    let back = Pipeyard::new(["export", "--to", "json", "picture.svg"])?
        .file("picture.svg", &svg)?
        .outcome()?
        .expect_code(0);
    assert_eq!(Chain::from_json(&back.text())?, chain);
    let other = Pipeyard::new(["run", "picture.svg"])?
        .file("picture.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>")?
        .outcome()?
        .expect_code(2);
    ensure!(other.stderr.contains("no chain inside"), "{}", other.stderr);
    Ok(())
}

#[test]
fn a_page_tells_what_a_recorded_run_was() -> Result<()> {
    let chain = lay([
        Stage::shell(
            "sh",
            "printf '```\\n# no title\\n'; printf '\\033[2J\\n' >&2; exit 3",
        ),
        Stage::process("cat", "cat", []),
    ])
    .pipefail()
    .values(["a|b", "c"])
    .build();
    let folder = TempDir::with_prefix("pipeyard-test-")?;
    std::fs::write(folder.path().join("chain.json"), chain.to_json())?;
    Pipeyard::new(["run", "chain.json", "--record", "run.jsonl"])?
        .within(folder.path())
        .outcome()?
        .expect_code(3);
    let page = |arguments: &[&str]| -> Result<String> {
        let arguments = ["export", "--to", "markdown"].iter().chain(arguments);
        let exported = Pipeyard::new(arguments)?.within(folder.path()).outcome()?;
        Ok(exported.expect_code(0).text())
    };
    let page = page(&["chain.json", "--recording", "run.jsonl"])?;
    // Where marks are inside, the fence is longer.
    ensure!(page.contains("````text\n```\n# no title\n````\n"), "{page}");
    ensure!(page.contains("### Lane 2: cat stdout"), "{page}");
    ensure!(page.contains("The status of the chain is 3."), "{page}");
    ensure!(
        page.contains("\\u{1b}[2J") && !page.contains('\u{1b}'),
        "{page}"
    );
    // Its results are told of nothing else, and by no other form.
    for (arguments, refusal) in [
        (["markdown", "-c", "true"], "of another chain"),
        (["bash", "-c", "true"], "--to markdown"),
    ] {
        let arguments = ["export", "--to"].iter().chain(&arguments);
        let refused = Pipeyard::new(arguments.chain(&["--recording", "run.jsonl"]))?
            .within(folder.path())
            .outcome()?
            .expect_code(2);
        ensure!(refused.stderr.contains(refusal), "{}", refused.stderr);
    }
    // A recording is a chain, too.
    let again = Pipeyard::new(["export", "--to", "json", "run.jsonl"])?
        .within(folder.path())
        .outcome()?
        .expect_code(0);
    assert_eq!(Chain::from_json(&again.text())?, chain);
    Ok(())
}
