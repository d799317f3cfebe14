//! What a runner can be measured by, for whoever operates it: counted where it happens, and written as OpenMetrics text when
//! somebody asks.
//!
//! Nothing here names a program, an argument, a key or a person. Labels are words out of this program, so there is a bounded
//! number of rows.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::engine::{Activity, Log, Passed, RunResult};

/// The form that [`Figures::text`] has.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Seconds by which times are sorted: half a millisecond to eight seconds.
const TIMES: [f64; 11] = [
    0.000_5, 0.001, 0.002, 0.004, 0.008, 0.016, 0.064, 0.25, 1.0, 4.0, 8.0,
];

type Labels = [(&'static str, &'static str); 1];
type Routes = [(&'static str, String); 1];

/// What is counted. All of it may be shared by clones.
#[derive(Debug, Default)]
pub struct Figures {
    runs: Mutex<Runs>,
    runs_ended: Family<Labels, Counter>,
    refusals: Family<Labels, Counter>,
    turned_away: Family<Labels, Counter>,
    start_times: Times,
    request_times: TimesByRoute,
    next: AtomicU64,
}

/// What is not counted but looked at when somebody asks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Now {
    /// Pages' sockets.
    pub connections: usize,
    /// Other connections.
    pub http_connections: usize,
    /// Sessions, with a page or without.
    pub sessions: usize,
    /// Bytes that runs keep on disk.
    pub spill_bytes: u64,
    /// Whether nothing new is started any more.
    pub draining: bool,
}

#[derive(Clone, Debug)]
struct TimesByRoute(Family<Routes, Histogram>);

impl Default for TimesByRoute {
    fn default() -> Self {
        Self(Family::new_with_constructor(histogram))
    }
}

#[derive(Debug, Default)]
struct Runs {
    active: BTreeMap<u64, ActiveRun>,
    started: u64,
    /// What those that are over have come to.
    past: Passed,
}

#[derive(Debug)]
struct ActiveRun {
    lanes: u64,
    log: Arc<Log>,
    activity: Arc<Activity>,
}

/// Times from asking for a run to its first process.
#[derive(Clone, Debug)]
struct Times(Histogram);

impl Default for Times {
    fn default() -> Self {
        Self(histogram())
    }
}

fn histogram() -> Histogram {
    Histogram::new(TIMES)
}

/// A run that goes on, as its figures have it.
#[derive(Clone, Copy, Debug)]
pub struct Counted(u64);

impl Figures {
    /// A run of so many lanes began.
    pub fn run_began(&self, lanes: usize, log: &Arc<Log>, activity: &Arc<Activity>) -> Counted {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let mut runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        runs.started += 1;
        let active = ActiveRun {
            lanes: lanes as u64,
            log: log.clone(),
            activity: activity.clone(),
        };
        runs.active.insert(number, active);
        Counted(number)
    }

    /// It is over. `planned` is how long it took from asking for it to its beginning.
    pub fn run_ended(&self, run: Counted, result: RunResult, planned: Duration) {
        let outcome = match result.status.last {
            0 => "success",
            _ => "failure",
        };
        self.runs_ended.get_or_create(&[("outcome", outcome)]).inc();
        let mut runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(over) = runs.active.remove(&run.0) else {
            return;
        };
        // In one go under the lock, so that nobody sees a sum that goes down.
        let passed = over.log.passed();
        runs.past.processes_started += passed.processes_started;
        runs.past.processes_ended += passed.processes_ended;
        runs.past.bytes += over.activity.bytes();
        drop(runs);
        if let Some(limit) = passed.ended_at {
            self.refused(limit.word());
        }
        if let Some(first_us) = passed.first_start_us {
            let time = planned + Duration::from_micros(first_us);
            self.start_times.0.observe(time.as_secs_f64());
        }
    }

    /// Something was refused because of the limit of this name.
    pub fn refused(&self, limit: &'static str) {
        self.refusals.get_or_create(&[("limit", limit)]).inc();
    }

    /// Somebody was not let in.
    pub fn turned_away(&self, reason: &'static str) {
        self.turned_away.get_or_create(&[("reason", reason)]).inc();
    }

    /// A request was answered, up to the first byte of its body. `route` is the pattern of its path, not the path.
    pub fn answered(&self, route: &str, time: Duration) {
        let route = [("route", route.to_owned())];
        let times = self.request_times.0.get_or_create(&route);
        times.observe(time.as_secs_f64());
    }

    /// All of it as text.
    ///
    /// # Errors
    /// The encoder's.
    pub fn text(&self, now: Now) -> Result<String, fmt::Error> {
        let mut registry = Registry::with_prefix("pipeyard");
        let mut passed = Passed::default();
        let (active, started, waiting) = {
            let runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
            passed.add(&runs.past);
            let mut waiting = 0;
            for run in runs.active.values() {
                let own = run.log.passed();
                waiting += run.lanes.saturating_sub(own.lanes_started);
                passed.add(&own);
                passed.bytes += run.activity.bytes();
            }
            (runs.active.len(), runs.started, waiting)
        };
        let alive = passed
            .processes_started
            .saturating_sub(passed.processes_ended);
        for (name, help, value) in [
            ("runs_started", "Runs that began", started),
            (
                "processes_started",
                "Processes that were started for stages",
                passed.processes_started,
            ),
        ] {
            registry.register(name, help, ConstCounter::new(value));
        }
        let relayed = ConstCounter::new(passed.bytes);
        registry.register_with_unit(
            "relayed",
            "Bytes that passed the runner",
            Unit::Bytes,
            relayed,
        );
        for (name, help, value) in [
            ("runs_active", "Runs that go on", active as u64),
            (
                "processes_alive",
                "Processes of stages that are alive",
                alive,
            ),
            (
                "lanes_waiting",
                "Lanes of active runs that wait to begin",
                waiting,
            ),
            ("sessions", "Sessions that are kept", now.sessions as u64),
            ("connections", "WebSockets of pages", now.connections as u64),
            (
                "http_connections",
                "Connections that are no WebSockets",
                now.http_connections as u64,
            ),
            (
                "draining",
                "1 once nothing new is started",
                u64::from(now.draining),
            ),
        ] {
            let value = i64::try_from(value).unwrap_or(i64::MAX);
            registry.register(name, help, ConstGauge::new(value));
        }
        let spill = i64::try_from(now.spill_bytes).unwrap_or(i64::MAX);
        let help = "Bytes that all runs together, whosever they are, keep on disk for download";
        registry.register_with_unit("spill", help, Unit::Bytes, ConstGauge::new(spill));
        for (name, help, family) in [
            (
                "runs_ended",
                "Runs that are over, by the status of their last stage",
                &self.runs_ended,
            ),
            (
                "refusals",
                "Refusals by the name of the limit that was reached",
                &self.refusals,
            ),
            (
                "turned_away",
                "Requests that were not let in, by reason",
                &self.turned_away,
            ),
        ] {
            registry.register(name, help, family.clone());
        }
        let help = "Time from asking for a run to its first process";
        registry.register_with_unit("start", help, Unit::Seconds, self.start_times.0.clone());
        let help = "Time to the first byte of an answer";
        let times = self.request_times.0.clone();
        registry.register_with_unit("request", help, Unit::Seconds, times);
        let mut text = String::new();
        encode(&mut text, &registry)?;
        Ok(text)
    }
}
