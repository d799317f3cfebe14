//! What the unwired ends of a chain are joined to.

use std::os::fd::OwnedFd;
use std::sync::Arc;

use super::join::Join;

/// One decision for each kind of end.
#[derive(Debug)]
pub struct Outlets {
    /// What the first free standard input of the first lane reads; nothing if absent.
    pub stdin: Option<Arc<OwnedFd>>,
    /// Where unwired standard outputs go.
    pub stdout: Outlet,
    /// Where unwired standard errors go.
    pub stderr: Outlet,
}

/// Where an unwired output goes.
#[derive(Debug)]
pub enum Outlet {
    /// Nowhere: it is counted, and its head and tail are kept for viewers.
    Kept,
    /// Every process is given this descriptor itself, and nobody counts.
    Handed(Arc<OwnedFd>),
    /// It is counted and passed on to this descriptor, for which there is one writer only.
    Passed(Arc<OwnedFd>),
    /// It is counted and relayed into this fan-in.
    Relayed(Arc<Join>),
}

impl Outlets {
    /// Everything is kept for viewers, and there is no input.
    pub fn kept() -> Self {
        Self {
            stdin: None,
            stdout: Outlet::Kept,
            stderr: Outlet::Kept,
        }
    }
}
