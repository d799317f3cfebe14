//! `pipeyard run --story`: what happened, in three sentences.

use anyhow::Result;
use pipeyard_tests::Pipeyard;

#[test]
fn three_sentences_tell_who_held_back_and_why_yes_ended() -> Result<()> {
    let text = "yes | head -100000 | sort | uniq -c";
    let told = Pipeyard::run(text, &["--story"])?.outcome()?.expect_code(0);
    assert_eq!(
        told.text().trim(),
        "100000 y",
        "the output is the chain's alone"
    );
    let sentences: Vec<&str> = told.stderr.lines().collect();
    let [ran, middle, end] = sentences[..] else {
        panic!("not three sentences: {}", told.stderr);
    };
    assert!(ran.starts_with("Four processes ran"), "{ran}");
    assert!(
        middle.starts_with("`sort` held everything back: it took 100,000 lines (200 kB)"),
        "{middle}"
    );
    assert!(
        end.starts_with("`yes` was ended by SIGPIPE because `head` had what it wanted and left"),
        "{end}"
    );
    assert!(
        end.contains("the chain's status is 0, and would be 141"),
        "{end}"
    );
    Ok(())
}

#[test]
fn lanes_and_a_failure_are_told_in_the_language_of_the_environment() -> Result<()> {
    let told = Pipeyard::run("sh -c 'exit 3' | cat", &["--story", "--lanes", "3"])?
        .variable("LC_ALL", "ko_KR.UTF-8")
        .outcome()?
        .expect_code(0);
    let sentences: Vec<&str> = told.stderr.lines().collect();
    assert!(sentences[0].starts_with("레인 3개가"), "{}", told.stderr);
    let end = sentences.last().copied().unwrap_or_default();
    assert!(
        end.starts_with("레인 3에서 `sh` 단계가 실패했습니다(상태 3)."),
        "{end}"
    );
    Ok(())
}

#[test]
fn what_could_not_start_is_told_with_the_status_that_comes_of_it() -> Result<()> {
    // The program is there, so that the chain is not refused, and it is none.
    let told = Pipeyard::run("sleep 60 | ./broken", &["--story"])?.file("broken", "\u{1}\u{2}")?;
    std::fs::set_permissions(
        told.folder().join("broken"),
        std::os::unix::fs::PermissionsExt::from_mode(0o755),
    )?;
    let told = told.outcome()?.expect_code(126);
    assert!(
        told.stderr.contains("`broken` could not start: "),
        "{}",
        told.stderr
    );
    assert!(
        told.stderr
            .contains("one stage was cancelled: the chain's status is 126"),
        "{}",
        told.stderr
    );
    Ok(())
}

/// A story needs the counts that a report needs, and prints nothing else.
#[test]
fn a_plain_run_tells_no_story() -> Result<()> {
    let told = Pipeyard::run("yes | head -1", &[])?
        .outcome()?
        .expect_code(0);
    assert_eq!(told.stderr, "");
    Ok(())
}
