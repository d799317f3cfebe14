//! The server: the page and its WebSocket over HTTP, behind the [`gate`].
//!
//! Every request passes the gate before anything else looks at it.

mod answer;
#[cfg(any(test, fuzzing))]
pub mod any_headers;
pub mod asker;
pub mod assets;
pub mod attempts;
mod bodies;
mod crowds;
mod data;
mod deaf;
mod entry;
mod explain;
mod file;
mod files;
pub mod framing;
pub mod gate;
mod health;
mod held;
mod lessons;
mod links;
pub mod listen;
mod metrics;
mod pages;
mod pass;
mod plain;
mod programs;
mod room;
pub mod slots;
mod socket;
mod stream;
#[cfg(test)]
mod told;

use std::future::Future;
use std::io;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::HeaderMap;
use axum::middleware;
use axum::response::Response;
use axum::routing::{get, post};
use pipeyard_shared::limits::LINK_BYTES;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, Semaphore};

use crate::engine::Programs;
use crate::figures::Figures;
use crate::lessons::Shelf;
use crate::links::Store;
use crate::manual::Manual;
use crate::soft_limit;
use crate::yards::Yards;
use asker::TrustedProxies;
use attempts::Guesses;
use framing::Framing;
use gate::{Gate, Refused};
use listen::{Front, FrontBounds};
use pass::TurnedAway;
use slots::Slots;

/// What every request may need.
#[derive(Clone, Debug)]
pub struct Server {
    gate: Arc<Gate>,
    proxies: TrustedProxies,
    guesses: Arc<Guesses>,
    yards: Arc<Yards>,
    slots: Slots,
    front: FrontBounds,
    programs: Arc<Mutex<Programs>>,
    links: Option<Store>,
    shelf: Arc<Shelf>,
    framing: Arc<Framing>,
    manual: Arc<Manual>,
    pages: Arc<Semaphore>,
}

impl Server {
    /// A server of these yards behind this gate.
    pub fn new(gate: Gate, yards: Arc<Yards>, front: FrontBounds) -> Self {
        Self {
            gate: Arc::new(gate),
            proxies: TrustedProxies::default(),
            guesses: Arc::default(),
            yards,
            slots: Slots::within(soft_limit::descriptors()),
            front,
            programs: Arc::new(Mutex::new(Programs::new(std::env::var_os("PATH")))),
            links: None,
            shelf: Arc::default(),
            framing: Arc::default(),
            manual: Arc::default(),
            pages: Arc::new(Semaphore::new(explain::PAGES_AT_ONCE)),
        }
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

    fn figures(&self) -> &Figures {
        self.yards.operation().figures()
    }

    /// The answer to somebody who is not let in.
    fn refusal(&self, refused: Refused, headers: &HeaderMap) -> Response {
        let is_address = matches!(refused, Refused::Host | Refused::Origin);
        let answer = match self.gate.has_room() && !is_address {
            true => room::ask(&refused, headers),
            false => plain::refusal(&refused, headers),
        };
        TurnedAway::by(answer, refused)
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
        let front = Front {
            proxies: self.proxies.clone(),
            slots: self.slots.clone(),
            bounds: self.front,
            operation: self.yards.operation().clone(),
        };
        let connections = self.yards.operator().connections.clone();
        let router = Router::new()
            .route("/", get(pages::document))
            .route("/socket", get(socket::upgrade))
            .route("/socket/room", get(socket::room))
            .route("/data/{session}/{run}/{flow}", get(data::download))
            .route("/healthz", get(health::state))
            .route("/metrics", get(metrics::text))
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
            .layer(middleware::from_fn_with_state(self.clone(), pass::pass))
            .with_state(self);
        listen::serve(listener, router, front, end).await?;
        // Sockets are no connections of the server's any more: they end when their pages have been told.
        connections.empty().await;
        Ok(())
    }
}
