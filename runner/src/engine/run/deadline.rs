//! When a run's time is over: its own, or the one that the runner allows, of which it is told before.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// How long before the runner's time is over it is said; of a short time, half of it before.
const NOTICE: Duration = Duration::from_secs(30);

/// What comes by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// So much is left of the time that the runner allows.
    Soon(Duration),
    /// The time that the runner allows is over.
    Limit(Duration),
    /// The run's own time is over.
    Own(Duration),
}

/// What is still to come.
#[derive(Debug)]
pub(super) struct Deadline {
    began: Instant,
    coming: VecDeque<(Duration, Due)>,
}

impl Deadline {
    /// Of a run that begins now, with a time of its own and one that the runner allows. Only the shorter one can come.
    pub(super) fn begin(own: Option<Duration>, limit: Option<Duration>) -> Self {
        let coming = match (own, limit) {
            (Some(own), limit) if limit.is_none_or(|limit| own <= limit) => {
                vec![(own, Due::Own(own))]
            }
            (_, Some(limit)) => {
                let left = NOTICE.min(limit / 2);
                let soon = (limit.saturating_sub(left), Due::Soon(left));
                vec![soon, (limit, Due::Limit(limit))]
            }
            _ => Vec::new(),
        };
        Self {
            began: Instant::now(),
            coming: coming.into(),
        }
    }

    /// Waits for what comes next, if anything does. Cancel-safe.
    pub(super) async fn next(&mut self) -> Due {
        let Some((after, due)) = self.coming.front().copied() else {
            return std::future::pending().await;
        };
        sleep_until(self.began + after).await;
        self.coming.pop_front();
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coming(own: Option<u64>, limit: Option<u64>) -> Vec<(Duration, Due)> {
        let [own, limit] = [own, limit].map(|seconds| seconds.map(Duration::from_secs));
        Deadline::begin(own, limit).coming.into()
    }

    #[test]
    fn only_the_shorter_time_comes_and_the_runners_is_announced() {
        let seconds = Duration::from_secs;
        let own = |time| vec![(seconds(time), Due::Own(seconds(time)))];
        assert_eq!(coming(None, None), []);
        assert_eq!(coming(Some(5), None), own(5));
        assert_eq!(coming(Some(5), Some(5)), own(5));
        let limit = vec![
            (seconds(270), Due::Soon(seconds(30))),
            (seconds(300), Due::Limit(seconds(300))),
        ];
        assert_eq!(coming(None, Some(300)), limit);
        assert_eq!(coming(Some(301), Some(300)), limit);
        assert_eq!(
            coming(None, Some(10))[0],
            (seconds(5), Due::Soon(seconds(5)))
        );
    }
}
