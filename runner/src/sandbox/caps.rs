//! What a sandbox may use, as limits that the kernel keeps (`setrlimit(2)`).

use std::ffi::OsString;
use std::io;
use std::time::Duration;

use pipeyard_shared::limits::{LimitName, Reached};
use pipeyard_shared::signal::Signal;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::system::{Exit, ExitHow};

/// Seconds of processor time between the signal that says that the time is over and the one that cannot be caught. Were both
/// due at once the kernel would send the second alone, which nobody could tell from another's.
const CPU_GRACE: u64 = 2;

/// The bounds of one sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    /// Processes and threads in it at once.
    pub processes: u64,
    /// Bytes of memory: of each process's address space, and of what all of them hold.
    pub memory: u64,
    /// Bytes of a file that a process writes.
    pub file_bytes: u64,
    /// Processor time of a process.
    pub cpu_time: Duration,
    /// Descriptors of a process.
    pub open_files: u64,
    /// Bytes in `/tmp`, and as many in `/dev/shm`.
    pub tmp_bytes: u64,
}

impl Default for Caps {
    fn default() -> Self {
        Self::USUAL
    }
}

impl Caps {
    /// Those that hold unless others are asked for.
    pub const USUAL: Self = Self {
        processes: 512,
        memory: 1 << 30,
        file_bytes: 1 << 30,
        cpu_time: Duration::from_secs(10 * 60),
        open_files: 1_024,
        tmp_bytes: 64 << 20,
    };

    /// The same beside a runner that may have so many descriptors open: a process in a sandbox may have half as many. Who sends
    /// descriptors can have so many of their user's on their way as they may have open, and no runner could send any if that
    /// was as many as it may have.
    #[must_use]
    pub fn beside(self, descriptors: Option<u64>) -> Self {
        let half = descriptors.map_or(u64::MAX, |most| most / 2);
        if half < self.open_files {
            tracing::warn!(
                most = half,
                "sandbox-open-files is lower than asked for: it is at most half of the runner's hard limit on descriptors (ulimit -Hn)"
            );
        }
        Self {
            open_files: self.open_files.min(half),
            ..self
        }
    }

    /// The limit that a process was ended for, where the way in which it ended tells. Who asks for much less by itself
    /// (`ulimit -t`) ends by the same signal, before it has used half of what is allowed here. More cannot be told: the kernel
    /// keeps the limit by another count than the one that it gives.
    pub fn behind(&self, exit: &Exit) -> Option<Reached> {
        let ExitHow::Signal { signal, .. } = exit.how else {
            return None;
        };
        let cpu_time = self.cpu_time();
        let used = exit.usage.processor_us().saturating_mul(2) / 1_000_000;
        if signal == Signal::XCPU && used >= cpu_time {
            return Some(Reached {
                limit: LimitName::CpuTime,
                most: cpu_time.saturating_mul(1_000),
            });
        }
        (signal == Signal::XFSZ).then_some(Reached {
            limit: LimitName::FileBytes,
            most: self.file_bytes,
        })
    }

    /// Seconds of processor time.
    fn cpu_time(&self) -> u64 {
        let milliseconds = self.cpu_time.as_millis();
        u64::try_from(milliseconds.div_ceil(1_000)).map_or(u64::MAX, |seconds| seconds.max(1))
    }

    /// The limits as arguments of the agent.
    pub(super) fn to_arguments(self) -> Vec<String> {
        self.values().map(|(_, value)| value.to_string()).to_vec()
    }

    /// Sets such limits for this process and all that it starts.
    ///
    /// # Errors
    /// When the arguments are none, or the system's.
    pub(super) fn keep(arguments: &[OsString]) -> io::Result<()> {
        let resources = Self::default().values().map(|(resource, _)| resource);
        if arguments.len() != resources.len() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        for (resource, argument) in resources.into_iter().zip(arguments) {
            let value = argument.to_str().and_then(|value| value.parse().ok());
            let most: u64 = value.ok_or(io::ErrorKind::InvalidInput)?;
            // What is less already cannot be raised.
            let no_more = |most: u64| {
                let maximum = getrlimit(resource).maximum;
                Some(maximum.map_or(most, |less| most.min(less)))
            };
            let grace = if resource == Resource::Cpu {
                CPU_GRACE
            } else {
                0
            };
            let limit = Rlimit {
                current: no_more(most),
                maximum: no_more(most.saturating_add(grace)),
            };
            setrlimit(resource, limit)?;
        }
        Ok(())
    }

    fn values(self) -> [(Resource, u64); 6] {
        [
            (Resource::Nproc, self.processes),
            (Resource::As, self.memory),
            (Resource::Fsize, self.file_bytes),
            (Resource::Cpu, self.cpu_time()),
            (Resource::Nofile, self.open_files),
            (Resource::Core, 0),
        ]
    }
}

#[cfg(test)]
mod tests {
    use pipeyard_shared::ending::Usage;

    use super::*;

    fn ended(signal: Signal, processor: Duration) -> Exit {
        let usage = Usage {
            user_us: u64::try_from(processor.as_micros()).expect("a short time"),
            ..Usage::default()
        };
        let how = ExitHow::Signal {
            signal,
            core: false,
        };
        Exit { how, usage }
    }

    #[test]
    fn a_limit_is_named_where_the_end_tells_it() {
        let caps = Caps {
            cpu_time: Duration::from_millis(2_500),
            file_bytes: 7,
            ..Caps::default()
        };
        let reached = |limit, most| Some(Reached { limit, most });
        let seconds = Duration::from_secs;
        let behind = |signal, time| caps.behind(&ended(signal, time));
        assert_eq!(
            behind(Signal::XCPU, Duration::from_millis(2_990)),
            reached(LimitName::CpuTime, 3_000)
        );
        assert_eq!(
            behind(Signal::XCPU, seconds(1)),
            None,
            "its own `ulimit -t`"
        );
        assert_eq!(
            behind(Signal::XFSZ, seconds(0)),
            reached(LimitName::FileBytes, 7)
        );
        assert_eq!(behind(Signal::KILL, seconds(9)), None);
    }

    #[test]
    fn a_sandbox_has_fewer_descriptors_than_its_runner() {
        let usual = Caps::USUAL.open_files;
        let open_files = |descriptors| Caps::USUAL.beside(descriptors).open_files;
        assert_eq!([None, Some(2 * usual)].map(open_files), [usual; 2]);
        assert_eq!(open_files(Some(usual)), usual / 2);
    }
}
