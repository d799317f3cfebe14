//! Pipeyard's runner: the engine that makes processes of chains, the server that shows them to pages,
//! and the command line.
//!
//! Arrows point one way: `cli` and `http` → `yards` → `session` → `engine` → `sandbox` → `system`.

pub mod cli;
pub mod crowd;
pub mod engine;
pub mod fence;
pub mod figures;
pub mod folders;
pub mod guard;
pub mod http;
pub mod learners;
pub mod lessons;
pub mod level;
pub mod limits;
pub mod links;
pub mod manual;
pub mod operation;
pub mod places;
pub mod rate;
pub mod sandbox;
pub mod scratch;
pub mod secret;
pub mod session;
pub mod soft_limit;
pub mod system;
pub mod workspace;
pub mod yard;
pub mod yards;
