//! The values that the files pin.

pub(crate) mod chain;
pub(crate) mod control;
pub(crate) mod data;
pub(crate) mod event;
pub(crate) mod fault;
pub(crate) mod files;
pub(crate) mod lesson;
pub(crate) mod recording;
