//! Answers that everybody gives wait for each other.

use std::io::Write;
use std::net::TcpStream;

use anyhow::{Context, Result, ensure};
use pipeyard_shared::lesson::exchange::{Asked, Attempt};
use pipeyard_tests::{Client, Credentials, TestRunner, http, wait_for};
use rustix::process::{Pid, Signal, kill_process};

use crate::lessons_judged::{exercise, ran};

/// The second is judged once the first one's solution has ended, and not before.
#[tokio::test]
async fn of_everybodys_answers_only_so_many_are_judged_and_the_next_waits() -> Result<()> {
    let runner = TestRunner::start_with(&["--judgements-all", "1"], &[])?;
    let mut client = Client::connect(&runner).await?;
    let run = ran(&mut client, "true").await?;
    let credentials = Credentials::of(&runner)?;
    let session = client.session.clone();
    let ask = |solution: &str| -> Result<TcpStream> {
        let own = exercise(&runner, &format!("solution = \"{solution}\""))?;
        let attempt = Attempt {
            session: session.clone(),
            run,
            exercise: Asked::Own(Box::new(own)),
        };
        let body = serde_json::to_vec(&attempt)?;
        let length = body.len().to_string();
        let mut headers = credentials.page();
        headers.push(("Content-Length", &length));
        let mut stream = http::begin(&runner, "POST", "/lessons/verdict", &headers)?;
        stream.write_all(&body)?;
        Ok(stream)
    };
    let first = ask("sleep 987654")?;
    let sleeping = || {
        let mut running = runner.descendants().into_iter();
        running.find(|process| process.name == "sleep")
    };
    let sleeper = wait_for("the first one's solution", sleeping)?;
    let second = ask("true")?;
    // Whoever asks for something else meanwhile is answered, and the second is not.
    ran(&mut client, "true").await?;
    second.set_nonblocking(true)?;
    ensure!(second.peek(&mut [0]).is_err(), "it did not wait");
    second.set_nonblocking(false)?;
    let sleeper = Pid::from_raw(i32::try_from(sleeper.pid)?).context("a process")?;
    kill_process(sleeper, Signal::KILL)?;
    let answers = [http::answer(first)?, http::answer(second)?];
    assert_eq!(answers[1].status, 200, "{}", answers[1].text());
    Ok(())
}
