//! The runner as the world sees it: its command line, its processes, its socket. One program, with a
//! module for each thing that must hold.

mod bad_input;
mod bytes;
mod child;
mod cli;
mod cli_errors;
//D
mod ending;
mod fan_in;
mod fan_out;
mod gate;
mod held;
mod inputs;
mod killed;
mod lanes;
mod limits;
mod noise;
mod pace;
mod pressure;
mod preview;
mod record;
//R
mod resume;
mod session;
mod shutdown;
mod sigpipe;
mod soak;
mod story;
mod stubborn;
mod support;
mod timeout;
mod typed;
mod unix_text;
mod viewers;
