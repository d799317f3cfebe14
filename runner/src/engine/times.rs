//! How long the engine waits for what, and why.

use std::time::Duration;

/// Between asking a process to end (TERM) and ending it (KILL). Long enough to write a file and close
/// a connection, short enough that nobody presses Stop twice.
pub const TERM_GRACE: Duration = Duration::from_secs(2);

/// How long a stage's end waits for its last bytes to be taken, when a slow reader holds them back.
/// Past it the end is told first, since it is a fact that people wait for.
pub const DRAIN_GRACE: Duration = Duration::from_millis(250);

/// Between a stage's end and naming who else holds its output open. Most output closes within a
/// millisecond of the exit; whoever holds it for longer means to.
pub const HOLDER_GRACE: Duration = Duration::from_millis(250);

/// How long a lane whose stages have all ended goes on reading from outsiders who hold its output.
pub const LINGER: Duration = Duration::from_secs(1);

/// Between asking a process that was left behind to end and ending it.
pub const LEFTOVER_GRACE: Duration = Duration::from_millis(500);

/// The waits between attempts to start a file that is still being written to somewhere (ETXTBSY): in a
/// threaded program another thread's child can hold a just-written script open for an instant.
pub const TEXT_BUSY_WAITS: [Duration; 5] = [
    Duration::from_millis(1),
    Duration::from_millis(3),
    Duration::from_millis(10),
    Duration::from_millis(30),
    Duration::from_millis(100),
];
