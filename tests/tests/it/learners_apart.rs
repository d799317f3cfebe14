//! What one learner has, another can neither see, stop nor change: it is as if it were not there.

use anyhow::{Context, Result};
use pipeyard_shared::flow::FlowId;
use pipeyard_shared::id::LaneNumber;
use pipeyard_shared::lesson::exchange::{Asked, Attempt};
use pipeyard_shared::message::{ClientMessage, Trouble};
use pipeyard_shared::signal::Signal;
use pipeyard_shared::words::Language;
use pipeyard_shared::{RunId, SessionId};
use pipeyard_tests::http::{Answer, come_in, host, origin, send};
use pipeyard_tests::processes::Process;
use pipeyard_tests::{Client, TestRunner, lay};
use tempfile::TempDir;

use crate::support::probe;

const CODE: &str = "blue-heron-42";

/// Two learners of one runner.
struct Two {
    runner: TestRunner,
    cookies: [String; 2],
    data: TempDir,
}

impl Two {
    fn start() -> Result<Self> {
        let data = TempDir::new()?;
        let runner = TestRunner::start_class(data.path(), CODE, &[])?;
        let cookies = [come_in(&runner, CODE)?, come_in(&runner, CODE)?];
        Ok(Self {
            runner,
            cookies,
            data,
        })
    }

    /// What a learner's page asks; the operator's program if there is no learner.
    fn ask(&self, who: Option<usize>, method: &str, path: &str, body: &[u8]) -> Result<Answer> {
        let (host, origin) = (host(&self.runner), origin(&self.runner));
        let key = format!("Bearer {}", self.runner.token());
        let who = match who {
            Some(learner) => ("Cookie", self.cookies[learner].as_str()),
            None => ("Authorization", key.as_str()),
        };
        let headers = [("Host", host.as_str()), ("Origin", &origin), who];
        send(&self.runner, method, path, &headers, body)
    }
}

fn attempt(session: &SessionId, run: RunId) -> Result<Vec<u8>> {
    let exercise = Asked::Of {
        lesson: "standard-error".into(),
        language: Language::En,
        number: 1,
    };
    let (session, run) = (session.clone(), run);
    Ok(serde_json::to_vec(&Attempt {
        session,
        run,
        exercise,
    })?)
}

/// Everybody else, the operator too, gets the very answer that they get for what nobody has.
#[tokio::test]
async fn what_one_has_is_to_others_as_if_it_were_not_there() -> Result<()> {
    let two = Two::start()?;
    let mut first = Client::connect_learner(&two.runner, &two.cookies[0]).await?;
    let chain = lay([probe("a", ["echo", "mine"])]).build();
    // The second one of these, so that others have no run of this number by chance.
    for _ in 0..2 {
        first.run(&chain).await?.until_ended().await?;
    }
    let session = first.session.clone();
    let run = *first.runs.keys().last().context("a run")?;
    let data = |session: &str| format!("/data/{session}/{}/0", run.0);
    let (mine, nobodys) = (
        data(session.as_str()),
        data(&"0".repeat(session.as_str().len())),
    );
    assert_eq!(two.ask(Some(0), "PUT", "/files/mine", b"mine")?.status, 204);
    for (path, other_path) in [
        (mine.as_str(), nobodys.as_str()),
        ("/files/mine", "/files/nobodys"),
    ] {
        let own = two.ask(Some(0), "GET", path, b"")?;
        assert_eq!((own.status, own.text().trim_end()), (200, "mine"), "{path}");
        for other in [Some(1), None] {
            let [seen, nothing] = [path, other_path].map(|path| two.ask(other, "GET", path, b""));
            let (seen, nothing) = (seen?, nothing?);
            assert_eq!(seen.status, 404, "{path} as {other:?}");
            assert_eq!((seen.status, seen.body), (nothing.status, nothing.body));
        }
    }
    let verdict = "/lessons/verdict?language=en";
    assert_eq!(
        two.ask(Some(0), "POST", verdict, &attempt(&session, run)?)?
            .status,
        200
    );
    for other in [Some(1), None] {
        let seen = two.ask(other, "POST", verdict, &attempt(&session, run)?)?;
        let nobody = SessionId::new("0".repeat(32));
        let nothing = two.ask(other, "POST", verdict, &attempt(&nobody, run)?)?;
        assert_eq!((seen.status, &seen.body), (404, &nothing.body));
        let listing = two.ask(other, "GET", "/files", b"")?.text();
        assert!(!listing.contains("mine"), "{listing}");
        assert_eq!(two.ask(other, "DELETE", "/files/mine", b"")?.status, 404);
        assert_eq!(
            two.ask(other, "PUT", "/files/mine", b"other's")?.status,
            204
        );
        assert_eq!(two.ask(other, "POST", "/files-reset", b"")?.status, 204);
    }
    assert_eq!(two.ask(Some(0), "GET", "/files/mine", b"")?.text(), "mine");
    // Nobody is told where on the machine the files are, nor what anybody is called.
    let listing = two.ask(Some(0), "GET", "/files", b"")?.text();
    assert!(
        listing.contains("\"/yard\"") && !listing.contains("learners"),
        "{listing}"
    );
    Ok(())
}

#[tokio::test]
async fn a_session_of_somebody_else_is_none() -> Result<()> {
    let two = Two::start()?;
    let mut first = Client::connect_learner(&two.runner, &two.cookies[0]).await?;
    let run = first
        .start(&lay([probe("a", ["sleep", "600"])]).build())
        .await?;
    let pid = first.running(run).pid(1, "a").await?;
    let left = first.leave();
    // Who names it gets a new one, with nothing in it, and what is said of its run is said of no run.
    let left_again = Client::resume_learner(&two.runner, &two.cookies[0], left).await?;
    assert!(left_again.resumed, "it is the first one's");
    let mut stolen = left_again.leave();
    stolen.forget_runs();
    let mut other = Client::resume_learner(&two.runner, &two.cookies[1], stolen).await?;
    assert!(
        !other.resumed && other.runs.is_empty(),
        "it is not the other's"
    );
    let stage = || "a".into();
    let lane = LaneNumber::FIRST;
    for message in [
        ClientMessage::Stop { run },
        ClientMessage::Signal {
            run,
            lane,
            stage: stage(),
            signal: Signal::KILL,
        },
        ClientMessage::Watch {
            run,
            flow: FlowId(0),
            from: 0,
        },
        ClientMessage::EndInput {
            run,
            lane,
            stage: stage(),
        },
        ClientMessage::Forget { run },
    ] {
        assert_eq!(other.trouble(&message).await?, Trouble::NoSuchRun { run });
    }
    assert!(Process::read(pid).is_some(), "it goes on");
    // What keeps others from a reset is their own runs only.
    assert_eq!(two.ask(Some(1), "POST", "/files-reset", b"")?.status, 204);
    assert_eq!(two.ask(Some(0), "POST", "/files-reset", b"")?.status, 409);
    Ok(())
}

/// What bubblewrap says of a failure names folders of the machine.
#[tokio::test]
async fn why_there_is_no_sandbox_is_told_to_the_operator_only() -> Result<()> {
    let two = Two::start()?;
    let mut first = Client::connect_learner(&two.runner, &two.cookies[0]).await?;
    let folder = two.data.path().join("pipeyard/learners");
    let mut hidden = 0;
    for entry in std::fs::read_dir(&folder)? {
        let workspace = entry?.path().join("workspace");
        if workspace.is_dir() {
            std::fs::rename(&workspace, workspace.with_extension("away"))?;
            hidden += 1;
        }
    }
    assert!(hidden > 0, "there is a workspace to hide");
    let chain = lay([probe("a", ["echo", "mine"])]).build();
    let refused = first.refusal(chain.to_value()).await?;
    for language in Language::ALL {
        let said = pipeyard_shared::words::refusal(language, &refused).join(" ");
        assert!(!said.contains('/') && !said.contains("bwrap"), "{said}");
        assert!(said.len() > 20, "{said}");
    }
    let log = two.runner.log();
    assert!(log.contains("bwrap") && log.contains("workspace"), "{log}");
    Ok(())
}
