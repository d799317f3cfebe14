//! The server: the page and its WebSocket over HTTP, behind the [`gate`].
//!
//! Every request passes the gate before anything else looks at it.

mod answer;
pub mod assets;
mod data;
mod entry;
mod explain;
mod file;
mod files;
pub mod framing;
pub mod gate;
mod lessons;
mod links;
mod pages;
mod plain;
mod programs;
mod socket;

use std::future::Future;
use std::io;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use pipeyard_shared::limits::{LINK_BYTES, Limits};
use rustix::net::sockopt::set_socket_send_buffer_size;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, Semaphore};

use crate::engine::{Means, Programs, Quota};
use crate::lessons::{Ground, JUDGEMENTS, Judges, SOLUTION_TIME, Shelf, Trials};
use crate::links::Store;
use crate::manual::Manual;
use crate::session::Sessions;
use crate::workspace::Workspace;
use framing::Framing;
use gate::Gate;

/// WebSockets at once. Beyond it a page is told to wait.
pub const CONNECTIONS: usize = 64;

/// Bytes that the kernel takes for a connection before it is read. By itself it would take megabytes, and a
/// slow page would see everything that late.
const SEND_BUFFER: usize = 256 << 10;

/// What solutions may keep on disk, apart from what the runs of sessions may: each as much as the next.
const JUDGED_DISK_BYTES: u64 = 64 << 20;

/// What every request may need.
#[derive(Clone, Debug)]
pub struct Server {
    gate: Arc<Gate>,
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
        // Messages are gathered where they are made; the kernel would hold a small one back for up to 40 ms.
        let listener = listener.tap_io(|stream| {
            let prompt = stream.set_nodelay(true);
            let short = set_socket_send_buffer_size(&*stream, SEND_BUFFER).map_err(io::Error::from);
            if let Err(error) = prompt.and(short) {
                tracing::debug!(%error, "a connection is slower than it could be");
            }
        });
        axum::serve(listener, router)
            .with_graceful_shutdown(end)
            .await
    }
}

async fn pass_gate(State(server): State<Server>, request: Request, next: Next) -> Response {
    let mut response = match server.gate.check_host(request.headers()) {
        Ok(()) => next.run(request).await,
        Err(refused) => plain::refusal(&refused, request.headers()),
    };
    gate::add_security_headers(response.headers_mut());
    response
}
