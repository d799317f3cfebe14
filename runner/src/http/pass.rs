//! What every request passes before anything else looks at it, and every answer on its way out.

use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Query, Request, State};
use axum::middleware::Next;
use axum::response::Response;

use super::asker::Asker;
use super::attempts::Attempts;
use super::gate::{LONG_KEY, Refused};
use super::slots::{Limit, OperatorOnly};
use super::{Server, gate, plain};

/// Files of the page, and what is not there: one row of figures for all of them.
const OTHER_ROUTE: &str = "other";

/// Why an answer lets nobody in. It goes along with the answer to where figures and the log are told, with the route and who
/// asked.
#[derive(Clone, Debug)]
pub(super) struct TurnedAway(Refused);

impl TurnedAway {
    /// This answer, which lets nobody in for this reason.
    pub(super) fn by(mut answer: Response, refused: Refused) -> Response {
        answer.extensions_mut().insert(Self(refused));
        answer
    }

    /// No key, code or word is told, and of the address only which route it leads to.
    fn tell(self, server: &Server, route: &str, asker: Option<Asker>) {
        let Self(refused) = self;
        let reason = refused.word();
        server.figures().turned_away(reason);
        let address = asker.map(|Asker(address)| tracing::field::display(address));
        let learner = refused.learner().map(tracing::field::display);
        if refused == Refused::NoKey {
            // Everybody who comes for the first time.
            tracing::debug!(reason, route, address, "a request was not let in");
        } else {
            tracing::info!(reason, route, address, learner, "a request was not let in");
        }
    }
}

pub(super) async fn pass(State(server): State<Server>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let asker = request.extensions().get::<Asker>().copied();
    let mut response = match server.gate.check_host(request.headers()) {
        Ok(()) => match weigh_words(&server, &request) {
            Ok(()) => match one_too_many(&server, &request) {
                None => next.run(request).await,
                Some(limit) => {
                    let (name, most) = limit.told();
                    server.figures().refused(name);
                    tracing::info!("the limit `{name}` is reached");
                    plain::too_many(name, most, request.headers())
                }
            },
            Err(guesser) => {
                server.figures().refused(guesser.limit);
                plain::too_often(&guesser, request.headers())
            }
        },
        Err(refused) => server.refusal(refused, request.headers()),
    };
    gate::add_security_headers(response.headers_mut());
    let route = route.as_ref().map_or(OTHER_ROUTE, MatchedPath::as_str);
    if let Some(turned_away) = response.extensions_mut().remove::<TurnedAway>() {
        turned_away.tell(&server, route, asker);
    }
    server.figures().answered(route, began.elapsed());
    response
}

/// The limit for which a request is not answered: there is no place for it, but for one that is kept for the operator.
fn one_too_many(server: &Server, request: &Request) -> Option<Limit> {
    let OperatorOnly(limit) = request.extensions().get::<OperatorOnly>()?;
    let query = query(request);
    let mut keys = server.gate.brought(request.headers());
    let is_operators = keys.any(|word| server.gate.is_key(word))
        || said(&query, "token").any(|word| server.gate.is_key(word));
    (!is_operators).then_some(*limit)
}

/// What stands in the address, read as the handlers read it: a word behind an escaped name is a word.
fn query(request: &Request) -> Vec<(String, String)> {
    let query = Query::<Vec<(String, String)>>::try_from_uri(request.uri());
    query.map(|Query(pairs)| pairs).unwrap_or_default()
}

fn said<'q>(query: &'q [(String, String)], wanted: &'static str) -> impl Iterator<Item = &'q str> {
    let words = query.iter().filter(move |(name, _)| name == wanted);
    words.map(|(_, word)| word.as_str())
}

/// Who guesses, and has to wait.
pub(super) struct Guesser {
    /// The name of the limit that is reached.
    pub(super) limit: &'static str,
    /// For how long.
    pub(super) wait: Duration,
}

/// Whether the keys and codes that a request brings may open anything.
fn weigh_words(server: &Server, request: &Request) -> Result<(), Guesser> {
    let gate = &server.gate;
    let query = query(request);
    let keys: Vec<&str> = gate
        .brought(request.headers())
        .chain(said(&query, "token"))
        .collect();
    let is_long = |word: &str| word.len() >= LONG_KEY;
    // Whoever has the key needs no guesses, and is not kept waiting for those of others, or for an old cookie.
    if keys.iter().any(|word| is_long(word) && gate.is_key(word)) {
        return Ok(());
    }
    let Some(Asker(address)) = request.extensions().get::<Asker>() else {
        return Ok(());
    };
    let weigh = |attempts: &Attempts, limit, words: &[&str], is_right: &dyn Fn(&str) -> bool| {
        let weighed = attempts.weigh(*address, words, is_right, Instant::now());
        weighed.map_err(|wait| {
            tracing::info!(%address, "the limit `{limit}` is reached");
            Guesser { limit, wait }
        })
    };
    let doubtful = |word: &&str| !is_long(word) || !gate.opens(word);
    let keys: Vec<&str> = keys.into_iter().filter(doubtful).collect();
    let is_code = |code: &str| gate.room(code).is_ok();
    let doubtful = |code: &&str| !gate.room(code).is_ok_and(|(room, _)| room.is_long());
    let codes: Vec<&str> = said(&query, "room").filter(doubtful).collect();
    let guesses = &server.guesses;
    weigh(&guesses.keys, "key-guesses", &keys, &|word| {
        gate.opens(word)
    })?;
    weigh(&guesses.codes, "code-guesses", &codes, &is_code)
}
