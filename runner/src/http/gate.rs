//! Who may talk to the runner. It starts programs, so by default nobody but the person who started it; where there is a room,
//! learners too, each of whom is somebody else.
//!
//! Loopback is no boundary: any page in the browser can send requests to it. So:
//! 1. the `Host` must be one of ours, or a foreign name could be made to point here (DNS rebinding);
//!    behind a trusted proxy that is the name which the [browser was told to open](super::asker);
//! 2. the `Origin` of a WebSocket must be one of ours, or any page could open one;
//! 3. the key must be brought: in the address once, then as a cookie that no script can read and no
//!    other site can send, or as a bearer token by programs.

mod refused;

use std::net::SocketAddr;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use super::asker::OUTER_SCHEME;
use crate::learners::{LearnerName, Learners, Room, Who};
use crate::secret;
pub use refused::Refused;

/// The rules of one server.
#[derive(Debug)]
pub struct Gate {
    key: String,
    metrics_key: Option<String>,
    cookie: String,
    hosts: Vec<String>,
    room: Option<(Room, Learners)>,
}

/// Characters from which on nobody finds a key by trying, however often: so many random ones of 64 are 132 bits.
pub const LONG_KEY: usize = 22;

/// How many cookies of a name are looked at. Each is a guess, and one at a learner's word a look at the disk, for whoever has no
/// key. A browser brings one of a name; a few more where another server of this machine, on another port, has set them.
const COOKIES: usize = 4;

/// What a page may do: load its own files, run its own wasm, and talk to where it came from.
pub(super) const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; \
     script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; \
     connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

/// The part of a policy by which nobody may frame a page. Old browsers ask another header.
pub(super) const NO_FRAMES: &str = "frame-ancestors 'none'";

impl Gate {
    /// The gate of a server that listens at `address`. `more_hosts` are further names, with their port,
    /// by which it can be reached.
    pub fn new(key: String, address: SocketAddr, more_hosts: &[String]) -> Self {
        let port = address.port();
        let mut hosts = vec![address.to_string()];
        let ip = address.ip();
        if ip.is_loopback() || ip.is_unspecified() {
            hosts.push(format!("localhost:{port}"));
        }
        if ip.is_unspecified() {
            hosts.extend([format!("127.0.0.1:{port}"), format!("[::1]:{port}")]);
        }
        hosts.extend(more_hosts.iter().map(|host| host.to_ascii_lowercase()));
        Self {
            key,
            metrics_key: None,
            // Cookies do not know ports: two runners on one machine need two names.
            cookie: format!("pipeyard-{port}"),
            hosts,
            room: None,
        }
    }

    /// The same with a second key, which opens the figures and nothing else.
    pub fn with_metrics_key(self, metrics_key: Option<String>) -> Self {
        Self {
            metrics_key,
            ..self
        }
    }

    /// The same with a room for these learners.
    pub fn with_room(self, room: Room, learners: Learners) -> Self {
        let room = Some((room, learners));
        Self { room, ..self }
    }

    /// The room and its learners, if it is open and somebody has said its code.
    ///
    /// # Errors
    /// [`Refused::Room`].
    pub fn room(&self, said: &str) -> Result<(&Room, &Learners), Refused> {
        let (room, learners) = self.room.as_ref().ok_or(Refused::Room)?;
        room.is(said)
            .then_some((room, learners))
            .ok_or(Refused::Room)
    }

    /// Whether there is a room that learners may come into.
    pub fn has_room(&self) -> bool {
        self.room.is_some()
    }

    /// The rule that every request must keep.
    ///
    /// # Errors
    /// [`Refused::Host`].
    pub fn check_host(&self, headers: &HeaderMap) -> Result<(), Refused> {
        let host = only(headers, &header::HOST).ok_or(Refused::Host)?;
        let known = self.is_own_host(host, Scheme::of(headers));
        known.then_some(()).ok_or(Refused::Host)
    }

    fn is_own_host(&self, host: &str, scheme: Scheme) -> bool {
        // Browsers leave the usual port out.
        let host = scheme.without_usual_port(host);
        let mut known = self.hosts.iter();
        known.any(|known| scheme.without_usual_port(known).eq_ignore_ascii_case(host))
    }

    /// The rules that a WebSocket must keep before it is one.
    ///
    /// # Errors
    /// [`Refused`], in the order of the rules.
    pub fn check_socket(&self, headers: &HeaderMap) -> Result<Who, Refused> {
        self.check_host(headers)?;
        if !self.is_own_origin(headers) {
            return Err(Refused::Origin);
        }
        self.check_key(headers)
    }

    /// The rules that a request must keep which changes something. Browsers always say where such a one comes from;
    /// programs, which bring the key themselves, need not.
    ///
    /// # Errors
    /// [`Refused`], in the order of the rules.
    pub fn check_change(&self, headers: &HeaderMap) -> Result<Who, Refused> {
        self.check_host(headers)?;
        let is_program = !headers.contains_key(header::ORIGIN)
            && !headers.contains_key(header::COOKIE)
            && headers.contains_key(header::AUTHORIZATION);
        if !is_program && !self.is_own_origin(headers) {
            return Err(Refused::Origin);
        }
        self.check_key(headers)
    }

    fn is_own_origin(&self, headers: &HeaderMap) -> bool {
        let scheme = Scheme::of(headers);
        let origin = only(headers, &header::ORIGIN);
        let host = origin.and_then(|origin| origin.strip_prefix(scheme.prefix()));
        // An origin never has the usual port.
        let host = host.filter(|host| scheme.without_usual_port(host) == *host);
        host.is_some_and(|host| self.is_own_host(host, scheme))
    }

    /// Who asks: the operator brings the key, by cookie or as a bearer token, a learner the word that his browser was given.
    ///
    /// # Errors
    /// [`Refused::Removed`], [`Refused::Key`] or [`Refused::NoKey`].
    pub fn check_key(&self, headers: &HeaderMap) -> Result<Who, Refused> {
        if self.brought(headers).any(|word| self.is_key(word)) {
            return Ok(Who::Operator);
        }
        let learner = self.learner(headers);
        let learner = learner.ok_or_else(|| {
            let removed = self.removed(headers).map(Refused::Removed);
            removed.unwrap_or_else(|| self.without_key(headers))
        })?;
        Ok(Who::Learner(learner.0))
    }

    /// The learner who had the word that the request brings. Where nobody can tell whether there still is one he was not removed:
    /// his page tries again.
    fn removed(&self, headers: &HeaderMap) -> Option<LearnerName> {
        let (_, learners) = self.room.as_ref()?;
        let cookie = self.learner_cookie();
        let word = cookies(headers, &cookie).find(|word| !word.is_empty())?;
        let name = LearnerName::of(word);
        learners.is_gone(&name).then_some(name)
    }

    /// Why a request is refused that does not bring the key.
    fn without_key(&self, headers: &HeaderMap) -> Refused {
        match self.brought(headers).next() {
            Some(_) => Refused::Key,
            None => Refused::NoKey,
        }
    }

    /// The learner whose word the request brings, and the word.
    fn learner<'a>(&self, headers: &'a HeaderMap) -> Option<(LearnerName, &'a str)> {
        let (_, learners) = self.room.as_ref()?;
        let name = self.learner_cookie();
        let mut words = cookies(headers, &name);
        words.find_map(|word| Some((learners.find(word)?, word)))
    }

    /// Whether the request may see the figures: it brings the key, or the one that is for them alone.
    ///
    /// # Errors
    /// [`Refused::Key`] or [`Refused::NoKey`].
    pub fn check_metrics_key(&self, headers: &HeaderMap) -> Result<(), Refused> {
        let is_its_own = bearer(headers).is_some_and(|word| self.is_metrics_key(word));
        if is_its_own {
            return Ok(());
        }
        let is_operators = self.brought(headers).any(|word| self.is_key(word));
        match is_operators {
            true => Ok(()),
            false => Err(self.without_key(headers)),
        }
    }

    /// The words by which a request wants to be let in: cookies, and a bearer token.
    pub(super) fn brought<'a>(&'a self, headers: &'a HeaderMap) -> impl Iterator<Item = &'a str> {
        cookies(headers, &self.cookie).chain(bearer(headers))
    }

    /// Whether a word is the key or the one of the figures.
    pub(super) fn opens(&self, word: &str) -> bool {
        self.is_key(word) || self.is_metrics_key(word)
    }

    fn is_metrics_key(&self, word: &str) -> bool {
        let key = self.metrics_key.as_deref();
        key.is_some_and(|key| secret::same(word, key))
    }

    /// Whether a word is the key.
    pub fn is_key(&self, word: &str) -> bool {
        secret::same(word, &self.key)
    }

    /// The header that makes the browser that sent these bring the key from now on; by TLS only, if it came by that.
    pub fn cookie(&self, headers: &HeaderMap) -> String {
        format!(
            "{}={}; Path=/; HttpOnly; SameSite=Strict{}",
            self.cookie,
            self.key,
            secure(headers)
        )
    }

    /// The header that makes the browser that sent these bring a learner's word for so many seconds from now on; by TLS only, if it
    /// came by that.
    pub fn keep_word(&self, headers: &HeaderMap, word: &str, seconds: u64) -> String {
        let (name, secure) = (self.learner_cookie(), secure(headers));
        format!("{name}={word}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}")
    }

    /// That header for a learner who comes again.
    pub fn renewed(&self, headers: &HeaderMap) -> Option<String> {
        let (_, learners) = self.room.as_ref()?;
        let (_, word) = self.learner(headers)?;
        Some(self.keep_word(headers, word, learners.kept().as_secs()))
    }

    fn learner_cookie(&self) -> String {
        format!("{}-learner", self.cookie)
    }
}

/// How the browser speaks, with us or with a proxy that we trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
}

impl Scheme {
    fn of(headers: &HeaderMap) -> Self {
        match headers.get(OUTER_SCHEME) {
            Some(scheme) if scheme == "https" => Self::Https,
            _ => Self::Http,
        }
    }

    fn prefix(self) -> &'static str {
        match self {
            Self::Http => "http://",
            Self::Https => "https://",
        }
    }

    fn without_usual_port(self, host: &str) -> &str {
        let usual = match self {
            Self::Http => ":80",
            Self::Https => ":443",
        };
        host.strip_suffix(usual).unwrap_or(host)
    }
}

fn secure(headers: &HeaderMap) -> &'static str {
    match Scheme::of(headers) {
        Scheme::Http => "",
        Scheme::Https => "; Secure",
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    only(headers, &header::AUTHORIZATION)?.strip_prefix("Bearer ")
}

/// Adds what every answer carries, errors included.
pub fn add_security_headers(headers: &mut HeaderMap) {
    let policy = headers.get(header::CONTENT_SECURITY_POLICY);
    let policy = policy.and_then(|policy| policy.to_str().ok());
    if policy.is_none_or(|policy| policy.contains(NO_FRAMES)) {
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    let fixed: [(HeaderName, &str); 5] = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in fixed {
        // A page with a stricter policy of its own keeps that.
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
}

/// The values of the first [`COOKIES`] of this name.
fn cookies<'a, 'n>(
    headers: &'a HeaderMap,
    name: &'n str,
) -> impl Iterator<Item = &'a str> + use<'a, 'n> {
    let cookies = headers.get_all(header::COOKIE).iter();
    let cookies = cookies.filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .filter_map(move |(known, value)| (known == name).then_some(value))
        .take(COOKIES)
}

/// The value of a header that stands there once; two of them are as suspicious as none.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate() -> Gate {
        let address = "127.0.0.1:7878".parse().expect("an address");
        Gate::new("secret".into(), address, &["Yard.Example:443".into()])
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn only_our_own_names_are_hosts() {
        for host in [
            "127.0.0.1:7878",
            "localhost:7878",
            "LOCALHOST:7878",
            "yard.example:443",
        ] {
            assert_eq!(
                gate().check_host(&headers(&[("host", host)])),
                Ok(()),
                "{host}"
            );
        }
        for host in [
            "evil.example:7878",
            "127.0.0.1",
            "127.0.0.1:78",
            "localhost:7878.evil.example",
        ] {
            let refused = gate().check_host(&headers(&[("host", host)]));
            assert_eq!(refused, Err(Refused::Host), "{host}");
        }
        let twice = headers(&[("host", "localhost:7878"), ("host", "localhost:7878")]);
        assert_eq!(gate().check_host(&twice), Err(Refused::Host));
    }

    /// Browsers leave port 80 out, and the printed address was refused.
    #[test]
    fn the_default_port_may_be_left_out() {
        let address = "127.0.0.1:80".parse().expect("an address");
        let gate = Gate::new("secret".into(), address, &[]);
        for host in ["127.0.0.1", "127.0.0.1:80", "localhost"] {
            assert_eq!(
                gate.check_host(&headers(&[("host", host)])),
                Ok(()),
                "{host}"
            );
        }
    }

    /// Behind a trusted proxy the page's address is the outer one. `--host` says it, with its port or without the usual one.
    #[test]
    fn behind_tls_the_outer_name_and_origin_hold() {
        let address = "127.0.0.1:7878".parse().expect("an address");
        let names = ["yard.example".to_owned(), "other.example:8443".to_owned()];
        let gate = Gate::new("secret".into(), address, &names);
        let cookie = ("cookie", "pipeyard-7878=secret");
        let https = ("x-forwarded-proto", "https");
        for (host, origin, is_right) in [
            ("yard.example", "https://yard.example", true),
            ("yard.example:443", "https://yard.example", true),
            ("other.example:8443", "https://other.example:8443", true),
            ("yard.example", "https://yard.example:443", false),
            ("yard.example", "http://yard.example", false),
            ("yard.example", "https://yard.example:8443", false),
            ("yard.example", "https://evil.example", false),
            ("yard.example:80", "https://yard.example", false),
            ("evil.example", "https://yard.example", false),
        ] {
            let headers = headers(&[("host", host), ("origin", origin), cookie, https]);
            assert_eq!(
                gate.check_socket(&headers).is_ok(),
                is_right,
                "{host} {origin}"
            );
        }
        let plain = headers(&[
            ("host", "yard.example"),
            ("origin", "https://yard.example"),
            cookie,
        ]);
        assert_eq!(gate.check_socket(&plain), Err(Refused::Origin));
        assert!(gate.cookie(&headers(&[https])).ends_with("; Secure"));
        assert!(!gate.cookie(&headers(&[])).contains("Secure"));
    }

    #[test]
    fn the_key_of_the_figures_opens_nothing_else() {
        let gate = gate().with_metrics_key(Some("figures".into()));
        let host = ("host", "localhost:7878");
        let check = |word| headers(&[host, ("authorization", word)]);
        assert_eq!(gate.check_metrics_key(&check("Bearer figures")), Ok(()));
        assert_eq!(gate.check_metrics_key(&check("Bearer secret")), Ok(()));
        assert!(gate.check_metrics_key(&check("Bearer other")).is_err());
        assert!(gate.check_key(&check("Bearer figures")).is_err());
        assert!(gate.check_change(&check("Bearer figures")).is_err());
        let by_cookie = headers(&[host, ("cookie", "pipeyard-7878=figures")]);
        assert!(gate.check_metrics_key(&by_cookie).is_err());
        assert!(self::gate().check_metrics_key(&check("Bearer ")).is_err());
    }

    #[test]
    fn a_socket_needs_origin_and_key() {
        let host = ("host", "localhost:7878");
        let origin = ("origin", "http://localhost:7878");
        let cookie = ("cookie", "a=b; pipeyard-7878=secret");
        let check = |pairs: &[_]| gate().check_socket(&headers(pairs));
        assert_eq!(check(&[host, origin, cookie]), Ok(Who::Operator));
        assert_eq!(
            check(&[host, origin, ("authorization", "Bearer secret")]),
            Ok(Who::Operator)
        );
        assert_eq!(check(&[host, cookie]), Err(Refused::Origin));
        for foreign in ["http://evil.example", "https://localhost:7878", "null"] {
            let refused = check(&[host, ("origin", foreign), cookie]);
            assert_eq!(refused, Err(Refused::Origin), "{foreign}");
        }
        for (wrong, why) in [
            ("pipeyard-7878=", Refused::Key),
            ("pipeyard-7878=secre", Refused::Key),
            ("pipeyard-1=secret", Refused::NoKey),
            ("secret", Refused::NoKey),
        ] {
            let refused = check(&[host, origin, ("cookie", wrong)]);
            assert_eq!(refused, Err(why), "{wrong}");
        }
        assert_eq!(check(&[host, origin]), Err(Refused::NoKey));
    }

    /// Another port of this machine is the same site to a browser, which sends the cookie along.
    #[test]
    fn a_change_needs_an_origin_unless_a_program_asks_for_it() {
        let host = ("host", "localhost:7878");
        let origin = ("origin", "http://localhost:7878");
        let foreign = ("origin", "http://localhost:8080");
        let cookie = ("cookie", "pipeyard-7878=secret");
        let bearer = ("authorization", "Bearer secret");
        let check = |pairs: &[_]| gate().check_change(&headers(pairs));
        assert_eq!(check(&[host, origin, cookie]), Ok(Who::Operator));
        assert_eq!(check(&[host, bearer]), Ok(Who::Operator));
        assert_eq!(check(&[host, foreign, cookie]), Err(Refused::Origin));
        assert_eq!(check(&[host, foreign, bearer]), Err(Refused::Origin));
        assert_eq!(check(&[host, cookie]), Err(Refused::Origin));
        assert_eq!(check(&[host, cookie, bearer]), Err(Refused::Origin));
        assert_eq!(check(&[host, origin]), Err(Refused::NoKey));
        assert_eq!(check(&[bearer]), Err(Refused::Host));
    }

    /// A head of 64 KiB brought two thousand guesses, or as many looks for a learner.
    #[test]
    fn of_many_cookies_of_a_name_a_few_are_looked_at() {
        let (_data, gate, _, word) = room_with_a_learner();
        for right in [
            "pipeyard-7878=secret".to_owned(),
            format!("pipeyard-7878-learner={word}"),
        ] {
            let (name, _) = right.split_once('=').expect("a cookie");
            for (others, is_let_in) in [(COOKIES - 1, true), (COOKIES, false)] {
                let cookies = format!("{name}=x; ").repeat(others) + &right;
                let mut headers = headers(&[]);
                headers.insert("cookie", cookies.parse().expect("a header"));
                assert_eq!(gate.check_key(&headers).is_ok(), is_let_in, "{cookies}");
            }
        }
    }

    fn room_with_a_learner() -> (tempfile::TempDir, Gate, LearnerName, String) {
        let data = tempfile::tempdir().expect("a directory");
        let bounds = crate::learners::LearnerBounds {
            learners: 2,
            joins: 2,
            days: 1,
        };
        let learners = Learners::new(data.path(), bounds);
        let (name, word) = learners.join().expect("room");
        let room = Room::new("blue-heron").expect("a code");
        (data, gate().with_room(room, learners), name, word)
    }

    #[test]
    fn a_learner_is_known_by_his_word_where_there_is_a_room() {
        let (_data, gate, name, word) = room_with_a_learner();
        let cookie = format!("a=b; pipeyard-7878-learner={word}");
        let mut headers = headers(&[
            ("host", "localhost:7878"),
            ("origin", "http://localhost:7878"),
        ]);
        headers.insert("cookie", cookie.parse().expect("a header"));
        let no_room = self::gate();
        assert_eq!(no_room.check_change(&headers), Err(Refused::NoKey));
        for who in [
            gate.check_key(&headers),
            gate.check_change(&headers),
            gate.check_socket(&headers),
        ] {
            assert_eq!(who, Ok(Who::Learner(name.clone())));
        }
        assert!(gate.room("BLUE heron").is_ok() && gate.room("blue-hero").is_err());
        // Who has both is the operator.
        let both = format!("{cookie}; pipeyard-7878=secret");
        headers.insert("cookie", both.parse().expect("a header"));
        assert_eq!(gate.check_key(&headers), Ok(Who::Operator));
        headers.insert("cookie", cookie.parse().expect("a header"));
        let (_, learners) = gate.room("blue-heron").expect("the room");
        learners.remove(&name).expect("removed");
        let removed = Err(Refused::Removed(name));
        assert_eq!(gate.check_key(&headers), removed);
        assert_eq!(gate.check_socket(&headers), removed);
        // To the figures he is somebody without a key.
        assert_eq!(gate.check_metrics_key(&headers), Err(Refused::NoKey));
    }
}
