//! How well to compile.

/// How well to compile, and where the results of each way stand.
///
/// The two never share a folder, so that switching between them rebuilds nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Small page, fast runner: what people get.
    Release,
    /// Compiled quickly, for trying a change; the page is large and is held to no budget.
    Debug,
}

impl Profile {
    pub(crate) fn from_debug_flag(debug: bool) -> Self {
        if debug { Self::Debug } else { Self::Release }
    }

    /// The cargo profile of the page.
    pub(crate) fn of_page(self) -> &'static str {
        match self {
            Self::Release => "wasm",
            Self::Debug => "dev",
        }
    }

    /// Where cargo leaves the compiled page, below the folder of its target.
    pub(crate) fn compiled_page_folder(self) -> &'static str {
        match self {
            Self::Release => "wasm",
            Self::Debug => "debug",
        }
    }

    /// Where the finished page goes, below the target folder.
    pub(crate) fn page_folder(self) -> &'static str {
        match self {
            Self::Release => "page",
            Self::Debug => "page-debug",
        }
    }

    /// The cargo profile of the runner.
    pub(crate) fn of_runner(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Debug => "dev",
        }
    }

    /// Where cargo leaves the runner, below the target folder.
    pub(crate) fn runner_folder(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Debug => "debug",
        }
    }
}
