//! Titles, values and names of stages are data in exported code, whatever they look like.

use anyhow::{Context, Result};
use pipeyard_shared::Text;
use pipeyard_shared::chain::{FanIn, Input, Stage};
use pipeyard_tests::lay;
use pipeyard_tests::lay::apart;

use crate::code_export::{Language, is_the_same, is_the_same_in};

/// A title in the second line chose the encoding of a Python program, and so what was run.
#[test]
fn no_title_is_read_by_the_language() -> Result<()> {
    for title in [
        "coding: utf-7",
        "-*- coding: utf-7 -*- +AAo-import os+ADs-os._exit(9)",
        "vim: set fileencoding=utf-16 :",
        "coding=none",
        "a\nexit 9\n",
        "a\\",
        "'\"\"\"",
    ] {
        let mut chain = lay([Stage::process("echo", "echo", ["é"])]).build();
        chain.title = title.into();
        is_the_same(&chain).with_context(|| title.to_owned())?;
    }
    Ok(())
}

/// The list was once made by replacing parts of a call, values and all.
#[test]
fn values_stay_as_they_are() -> Result<()> {
    let echo = || lay([Stage::process("echo", "echo", ["{lane} {value}"])]);
    is_the_same(&echo().values(["list([1, 2])", "x)", "])"]).build())?;
    let long: Vec<String> = (0..20).map(|n| format!("list([ {n} ]) {n:030}")).collect();
    is_the_same(
        &echo()
            .values(long.iter().map(|value| Text::from(value.as_str())))
            .build(),
    )
}

/// Names of stages took the places of what programs call.
#[test]
fn any_names_of_stages() -> Result<()> {
    for name in [
        "filter",
        "super",
        "timer",
        "send",
        "drop",
        "Some",
        "threading",
        "stop",
    ] {
        let row = lay([
            Stage::input("in", Input::Text("a\n".into())),
            Stage::shell(name, "cat; exit 3"),
            Stage::process("cat", "cat", []),
        ]);
        is_the_same(&row.pipefail().timeout_ms(60_000).build()).with_context(|| name.to_owned())?;
    }
    let shared = |mode| {
        apart([
            Stage::process("shared_0", "echo", ["a"]),
            Stage::process("between-0", "echo", ["b"]),
            Stage::process("shared-x", "sort", []),
            Stage::process("cat", "cat", []),
        ])
        .wire("shared_0.stdout", "shared-x.stdin")
        .wire("between-0.stdout", "shared-x.stdin")
        .wire("shared-x.stdout", "cat.stdin")
        .fan_in("shared-x.stdin", mode)
        .build()
    };
    is_the_same(&shared(FanIn::Shared))?;
    is_the_same(&shared(FanIn::Lines))?;
    is_the_same_in(&[Language::Rust], &shared(FanIn::Shared))?;
    let extra = apart([
        Stage::input("text", Input::Text("extra\n".into())),
        Stage::shell("a", "cat <&3"),
        Stage::process("a_fd3", "cat", []),
    ])
    .wire("text.stdout", "a.fd3")
    .wire("a.stdout", "a_fd3.stdin");
    is_the_same(&extra.build())
}
