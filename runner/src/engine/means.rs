//! What runs are lent.

use super::hot::Plane;
use super::memory::Memory;
use super::outsiders::Censuses;
use super::planning::Planning;
use super::spill::Quota;
use super::turns::Share;
use crate::guard::Guard;

/// What the runner lends its runs.
#[derive(Clone, Debug, Default)]
pub struct Means {
    /// Ends what is left when the runner itself is killed.
    pub guard: Option<Guard>,
    /// How hot flows are moved.
    pub plane: Plane,
    /// Room on disk for what is kept for download; nothing is if absent.
    pub disk: Option<Quota>,
    /// Whose turn it is to begin a lane; everybody's at any time if absent.
    pub turns: Option<Share>,
    /// Where the chains of whoever has these are planned.
    pub planning: Planning,
    /// Room in memory for what is held of their runs; no bound if absent.
    pub memory: Option<Memory>,
    /// By which it is found who is left of their runs.
    pub censuses: Censuses,
}
