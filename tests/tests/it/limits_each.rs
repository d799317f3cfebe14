//! Every limit that has a flag has a test: a new row of the table (docs/limits.md is made of it) without one fails here.

use std::collections::BTreeMap;
use std::process::Command;

use anyhow::{Context, Result};

/// The limits, and the tests in which somebody is beyond them.
const TESTS: &[(&str, &str)] = &[
    (
        "connections",
        "limits::a_page_too_many_is_told_the_limits_own_name",
    ),
    (
        "connections-each",
        "limits_class::one_learner_has_only_so_many_pages",
    ),
    (
        "sessions",
        "limits::a_session_too_many_is_told_and_the_one_that_was_left_goes",
    ),
    (
        "sessions-each",
        "limits_class::one_learner_has_only_so_many_sessions",
    ),
    (
        "active-runs",
        "limits::one_run_too_many_is_refused_and_there_is_room_again_later",
    ),
    ("kept-runs", "limits::old_runs_make_room_for_new_ones"),
    (
        "stages",
        "limits::a_chain_beyond_a_bound_is_refused_by_its_name",
    ),
    (
        "wires",
        "limits::a_chain_beyond_a_bound_is_refused_by_its_name",
    ),
    (
        "lanes",
        "limits::a_chain_beyond_a_bound_is_refused_by_its_name",
    ),
    (
        "processes",
        "limits::a_chain_beyond_a_bound_is_refused_by_its_name",
    ),
    (
        "processes-all",
        "fair::lanes_that_wait_can_be_stopped_and_time_out",
    ),
    ("plans", "fair::one_learners_plans_keep_nobody_waiting"),
    (
        "lookups",
        "limits::a_plan_looks_at_so_many_places_and_no_more",
    ),
    (
        "judgements",
        "lessons_judged::only_so_many_are_judged_at_once",
    ),
    (
        "judgements-all",
        "lessons_queue::of_everybodys_answers_only_so_many_are_judged_and_the_next_waits",
    ),
    (
        "run-time",
        "limits_class::a_run_is_told_before_its_time_is_over",
    ),
    (
        "input-bytes",
        "limits::a_chain_beyond_a_bound_is_refused_by_its_name",
    ),
    (
        "message-bytes",
        "noise::an_oversized_message_ends_its_connection_alone",
    ),
    (
        "message-rate",
        "limits_class::a_page_that_says_too_much_is_told_and_slowed_down",
    ),
    (
        "message-bytes-rate",
        "floods::a_page_that_sends_too_many_bytes_is_told_and_slowed_down",
    ),
    ("request-rate", "floods::requests_of_an_address_have_a_rate"),
    (
        "answer-silence",
        "slow_readers::a_download_that_is_not_taken_ends",
    ),
    (
        "typed-bytes",
        "typed::a_stage_that_does_not_read_gets_no_more_credit",
    ),
    (
        "preview-bytes",
        "preview::head_and_tail_are_kept_and_the_gap_is_flagged",
    ),
    (
        "spill-bytes",
        "download::beyond_the_room_the_beginning_is_kept_and_the_rest_is_counted",
    ),
    (
        "disk-bytes",
        "download::the_oldest_run_gives_way_to_a_new_one",
    ),
    (
        "disk-bytes-each",
        "limits_class::one_learner_keeps_only_so_much_for_download",
    ),
    (
        "run-memory",
        "limits::a_run_for_which_there_is_no_memory_is_refused_by_the_limits_name",
    ),
    (
        "run-memory-each",
        "limits_class::what_is_kept_of_one_learners_runs_has_a_bound",
    ),
    (
        "hellos",
        "limits_class::a_learner_connects_so_often_and_is_then_told_to_wait",
    ),
    (
        "workspace-bytes",
        "limits_class::a_workspace_that_grows_beyond_its_bounds_ends_what_runs_there",
    ),
    (
        "workspace-files",
        "limits_class::a_workspace_that_grows_beyond_its_bounds_ends_what_runs_there",
    ),
    (
        "upload-bytes",
        "limits_class::a_learner_uploads_no_more_than_a_learner_may",
    ),
    (
        "links-bytes",
        "short_links::a_full_store_refuses_by_the_name_of_its_limit",
    ),
    (
        "links-each",
        "limits_class::one_learner_makes_only_so_many_links",
    ),
    (
        "learners",
        "learners::only_so_many_come_in_and_only_so_fast",
    ),
    ("joins", "learners::only_so_many_come_in_and_only_so_fast"),
    (
        "learner-days",
        "learners::who_stays_away_for_too_long_makes_room",
    ),
    (
        "memory",
        "limits_sandbox::who_holds_too_much_memory_is_ended_and_told_which_limit_it_was",
    ),
    (
        "cpu-time",
        "limits_sandbox::who_computes_for_too_long_is_ended_and_told_the_limit",
    ),
    (
        "sandbox-processes",
        "limits_sandbox::a_stage_too_many_is_told_the_limit_and_there_is_room_again_later",
    ),
    (
        "file-bytes",
        "limits_sandbox::a_file_that_is_too_large_ends_who_writes_it",
    ),
    (
        "tmp-bytes",
        "limits_sandbox::the_folder_of_what_is_temporary_holds_no_more",
    ),
    (
        "sandbox-idle",
        "class::a_sandbox_that_nobody_uses_ends_and_comes_again",
    ),
    (
        "sandbox-open-files",
        "limits_sandbox::a_process_has_only_so_many_files_open",
    ),
];

/// All rows of the tables, in their order.
const DOCUMENT: &str = include_str!("../../../docs/limits.md");

#[test]
fn every_limit_has_a_test() -> Result<()> {
    let rows: Vec<&str> = DOCUMENT
        .lines()
        .filter_map(|line| line.strip_prefix("| `--")?.split('`').next())
        .collect();
    assert!(rows.len() > 30, "the rows were not found: {rows:?}");
    let tested: Vec<&str> = TESTS.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        rows, tested,
        "a limit without a test, or a test without a limit"
    );
    let listed = Command::new(std::env::current_exe()?)
        .args(["--list", "--format", "terse"])
        .output()?;
    let listed = String::from_utf8(listed.stdout)?;
    let there: BTreeMap<&str, &str> = listed
        .lines()
        .filter_map(|line| line.rsplit_once(": "))
        .collect();
    for (name, test) in TESTS {
        let kind = there
            .get(test)
            .with_context(|| format!("{name}: no test {test}"))?;
        assert_eq!(*kind, "test");
    }
    Ok(())
}
