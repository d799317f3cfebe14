//! What only the order of single steps decides.

use super::carrier::{Broken, Inbound, Inbox, Outbound};
use super::connection::converse;
use super::*;
use crate::engine::Reach;
use crate::workspace::Workspace;
use pipeyard_shared::chain::Stage;
use pipeyard_shared::frame::Frame;
use pipeyard_shared::message::{ByeReason, ClientMessage, PROTOCOL_VERSION, ServerMessage};
use tokio::sync::mpsc;

/// A page's end of a connection.
struct Ends {
    says: mpsc::UnboundedSender<ClientMessage>,
    hears: mpsc::UnboundedReceiver<ServerMessage>,
}

struct Says(mpsc::UnboundedReceiver<ClientMessage>);

struct Hears(mpsc::UnboundedSender<ServerMessage>);

impl Inbox for Says {
    async fn next(&mut self) -> Option<Inbound> {
        let message = self.0.recv().await?;
        let text = serde_json::to_string(&message).expect("a message is text");
        Some(Inbound::Text(text))
    }
}

impl Outbound for Hears {
    async fn message(&mut self, message: &ServerMessage) -> Result<(), Broken> {
        self.0.send(message.clone()).map_err(|_| Broken)
    }

    async fn frame(&mut self, _: &Frame<'_>) -> Result<(), Broken> {
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), Broken> {
        Ok(())
    }
}

impl Ends {
    /// A connection that has said hello.
    fn open(sessions: &Arc<Sessions>, session: Option<SessionId>) -> Self {
        let (says, said) = mpsc::unbounded_channel();
        let (told, hears) = mpsc::unbounded_channel();
        tokio::spawn(converse(sessions.clone(), Says(said), Hears(told)));
        let ends = Self { says, hears };
        ends.say(ClientMessage::Hello {
            protocol: PROTOCOL_VERSION,
            session,
            seen: Vec::new(),
        });
        ends
    }

    fn say(&self, message: ClientMessage) {
        self.says.send(message).expect("a connection");
    }

    /// The session, and how many runs it has.
    async fn welcome(&mut self) -> (SessionId, usize) {
        match self.hears.recv().await {
            Some(ServerMessage::Welcome { session, runs, .. }) => (session, runs.len()),
            other => panic!("{other:?} is no welcome"),
        }
    }
}

fn sessions(folder: &std::path::Path) -> Arc<Sessions> {
    let bounds = SessionBounds {
        limits: Limits::default(),
        each: (LimitName::SessionsEach, 1_000),
        all: Places::of(1_000),
        sharing: Sharing::BySession,
        whose: None,
        hellos: None,
        large_messages: Arc::new(Semaphore::new(1)),
    };
    let files = pipeyard_shared::files::Bounds::default();
    let workspace = Workspace::own(folder.to_owned(), files);
    Sessions::new(
        None,
        Host::here(folder.to_owned(), Reach::Workspace),
        bounds,
        Means::default(),
        workspace.busy().clone(),
        Arc::default(),
    )
}

/// A page lost its connection right after a start, came back, and heard of no run, so that it said start once more. What it
/// had said first was still on its way, and both began.
#[tokio::test]
async fn a_start_that_comes_by_an_old_connection_begins_nothing() {
    let folder = tempfile::tempdir().expect("a directory");
    let sessions = sessions(folder.path());
    let chain = Chain::of_stages("", vec![Stage::process("a", "true", [])]);
    // Which of two things is looked at first can be left to chance.
    let mut untold = 0;
    for round in 0..100 {
        let mut old = Ends::open(&sessions, None);
        let (session, _) = old.welcome().await;
        let mut new = Ends::open(&sessions, Some(session.clone()));
        // The new connection has its turn first; then the old one finds this start and its successor at once.
        old.say(ClientMessage::start(1, &chain));
        let (same, told) = new.welcome().await;
        assert_eq!(same, session, "round {round}");
        untold += usize::from(told == 0);
        while old.hears.recv().await.is_some() {}
        let found = sessions.sessions.lock().expect("whole").clone();
        let found = found.iter().find(|known| known.is(&session)).cloned();
        let found = found.expect("a session that was just there");
        assert_eq!(found.runs().len(), told, "round {round}: not told of");
    }
    assert!(untold > 0, "the start was never late");
}

/// A page that came back while the runner was closing was given another session, and took its runs for lost.
#[tokio::test]
async fn a_runner_that_closes_gives_nobody_another_session() {
    let folder = tempfile::tempdir().expect("a directory");
    let sessions = sessions(folder.path());
    let mut page = Ends::open(&sessions, None);
    let (session, _) = page.welcome().await;
    sessions.close(ByeReason::ShuttingDown).await;
    let mut page = Ends::open(&sessions, Some(session));
    let reason = ByeReason::ShuttingDown;
    assert_eq!(page.hears.recv().await, Some(ServerMessage::Bye { reason }));
    assert_eq!(page.hears.recv().await, None);
}
