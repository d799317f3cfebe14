//! The server: the page and its WebSocket over HTTP, behind the [`gate`].
//!
//! Every request passes the gate before anything else looks at it.

mod answer;
pub mod asker;
pub mod assets;
pub mod attempts;
mod data;
mod entry;
mod explain;
mod file;
mod files;
pub mod framing;
pub mod gate;
mod lessons;
mod links;
pub mod listen;
mod pages;
mod plain;
mod programs;
mod socket;

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{DefaultBodyLimit, Query, Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use pipeyard_shared::limits::{LINK_BYTES, Limits};
use tokio::net::TcpListener;
use tokio::sync::{Mutex, Semaphore};

use crate::engine::{Means, Programs, Quota};
use crate::lessons::{Ground, JUDGEMENTS, Judges, SOLUTION_TIME, Shelf, Trials};
use crate::links::Store;
use crate::manual::Manual;
use crate::session::Sessions;
use crate::workspace::Workspace;
use asker::{Asker, TrustedProxies};
use attempts::Attempts;
use framing::Framing;
use gate::Gate;

/// WebSockets at once. Beyond it a page is told to wait.
pub const CONNECTIONS: usize = 64;

/// What solutions may keep on disk, apart from what the runs of sessions may: each as much as the next.
const JUDGED_DISK_BYTES: u64 = 64 << 20;

/// What every request may need.
#[derive(Clone, Debug)]
pub struct Server {
    gate: Arc<Gate>,
    proxies: TrustedProxies,
    attempts: Arc<Attempts>,
    sessions: Arc<Sessions>,
    connections: Arc<Semaphore>,
    programs: Arc<Mutex<Programs>>,
    links: Option<Store>,
    shelf: Arc<Shelf>,
    judges: Judges,
    framing: Arc<Framing>,
    workspace: Workspace,
    manual: Arc<Manual>,
    pages: Arc<Semaphore>,
}

impl Server {
    /// A server of these sessions, which run in this workspace, behind this gate.
    pub fn new(gate: Gate, sessions: Arc<Sessions>, workspace: Workspace) -> Self {
        let trials = Trials {
            ground: Ground::new(&sessions.host().workspace, workspace.is_ours()),
            host: sessions.host().clone(),
            means: Means {
                disk: Some(Quota::new(JUDGED_DISK_BYTES)),
                ..sessions.means().clone()
            },
            limits: Limits {
                spill_bytes: JUDGED_DISK_BYTES / JUDGEMENTS as u64,
                ..sessions.limits().clone()
            },
            time: SOLUTION_TIME,
            ending: sessions.closing(),
        };
        Self {
            gate: Arc::new(gate),
            proxies: TrustedProxies::default(),
            attempts: Arc::default(),
            sessions,
            connections: Arc::new(Semaphore::new(CONNECTIONS)),
            programs: Arc::new(Mutex::new(Programs::new(std::env::var_os("PATH")))),
            links: None,
            shelf: Arc::default(),
            judges: Judges::new(trials),
            framing: Arc::default(),
            workspace,
            manual: Arc::default(),
            pages: Arc::new(Semaphore::new(explain::PAGES_AT_ONCE)),
        }
    }

    /// Who judges answers to exercises.
    pub fn judges(&self) -> &Judges {
        &self.judges
    }

    /// The same behind these proxies.
    pub fn with_proxies(self, proxies: TrustedProxies) -> Self {
        Self { proxies, ..self }
    }

    /// The same with short links.
    pub fn with_links(self, links: Option<Store>) -> Self {
        Self { links, ..self }
    }

    /// The same with these lessons.
    pub fn with_lessons(self, shelf: Shelf) -> Self {
        let shelf = Arc::new(shelf);
        Self { shelf, ..self }
    }

    /// The same, whose page may be framed.
    pub fn with_framing(self, framing: Framing) -> Self {
        let framing = Arc::new(framing);
        Self { framing, ..self }
    }

    /// Serves until `end` completes; then connections are told, and given the time they need to close.
    ///
    /// # Errors
    /// The listener's.
    pub async fn serve(
        self,
        listener: TcpListener,
        end: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let proxies = self.proxies.clone();
        let router = Router::new()
            .route("/", get(pages::document))
            .route("/socket", get(socket::upgrade))
            .route("/data/{session}/{run}/{flow}", get(data::download))
            .route("/programs", get(programs::names))
            .route("/explain", get(explain::explain))
            .route("/links", get(links::offer).post(links::keep))
            .route("/s/{name}", get(links::follow))
            .route("/lessons", get(lessons::list))
            .route("/lessons/{name}", get(lessons::lesson))
            .route(
                "/lessons/read",
                get(lessons::lesson)
                    .post(lessons::read)
                    .layer(DefaultBodyLimit::max(lessons::BODY_BYTES)),
            )
            .route(
                "/lessons/verdict",
                get(lessons::lesson)
                    .post(lessons::verdict)
                    .layer(DefaultBodyLimit::max(lessons::BODY_BYTES)),
            )
            .route("/files", get(files::list))
            .route("/files-reset", post(files::reset))
            .route(
                "/files/{*path}",
                get(files::give).put(files::take).delete(files::remove),
            )
            // One more, so that a link that is too long is told as such.
            .layer(DefaultBodyLimit::max(LINK_BYTES + 1))
            .fallback(get(pages::asset))
            .layer(middleware::from_fn_with_state(self.clone(), pass_gate))
            .with_state(self);
        listen::serve(listener, router, proxies, end).await
    }
}

async fn pass_gate(State(server): State<Server>, request: Request, next: Next) -> Response {
    let mut response = match server.gate.check_host(request.headers()) {
        Ok(()) => match weigh_keys(&server, &request) {
            Ok(()) => next.run(request).await,
            Err(wait) => plain::too_often(wait, request.headers()),
        },
        Err(refused) => plain::refusal(&refused, request.headers()),
    };
    gate::add_security_headers(response.headers_mut());
    response
}

/// Whether the keys that a request brings may be looked at.
fn weigh_keys(server: &Server, request: &Request) -> Result<(), Duration> {
    // Read as the handlers read it: a word behind an escaped name is a word.
    let query = Query::<Vec<(String, String)>>::try_from_uri(request.uri());
    let query = query.map(|Query(pairs)| pairs).unwrap_or_default();
    let in_address = query.iter().filter(|(name, _)| name == "token");
    let in_address = in_address.map(|(_, word)| word.as_str());
    let brought: Vec<&str> = server
        .gate
        .brought(request.headers())
        .chain(in_address)
        .collect();
    let asker = request.extensions().get::<Asker>();
    let Some(Asker(address)) = asker.filter(|_| !brought.is_empty()) else {
        return Ok(());
    };
    let wrong = brought.into_iter().filter(|word| !server.gate.knows(word));
    let wrong: Vec<&str> = wrong.collect();
    let weighed = server.attempts.weigh(*address, &wrong, Instant::now());
    if weighed.is_err() {
        tracing::info!(%address, "the limit `key-guesses` is reached");
    }
    weighed
}
