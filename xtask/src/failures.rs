//! What failed tests said, kept so that it can be told once more at the end, in short.

/// Lines of each failed test that are kept: its message, and no backtrace.
const LINES: usize = 16;

/// Characters of a line that are kept.
const LENGTH: usize = 400;

/// Reads what test programs print, line by line.
#[derive(Debug, Default)]
pub(crate) struct Failures {
    tests: Vec<Failure>,
    /// Whether the lines that come are those of the last test.
    open: bool,
}

#[derive(Debug)]
struct Failure {
    name: String,
    said: Vec<String>,
}

impl Failures {
    /// Takes note of a line: `---- NAME stdout ----` begins what a failed test said, a backtrace, the next test or
    /// the list of names ends it.
    pub(crate) fn note(&mut self, line: &str) {
        let begins = line.strip_prefix("---- ");
        if let Some(name) = begins.and_then(|rest| rest.strip_suffix(" stdout ----")) {
            self.open = true;
            self.tests.push(Failure {
                name: name.to_owned(),
                said: Vec::new(),
            });
            return;
        }
        if line == "failures:" || line.trim_start().eq_ignore_ascii_case("stack backtrace:") {
            self.open = false;
        }
        if let Some(test) = self.tests.last_mut().filter(|_| self.open)
            && !line.trim().is_empty()
            && test.said.len() < LINES
        {
            test.said.push(line.chars().take(LENGTH).collect());
        }
    }

    /// All of them, to be printed; nothing when no test failed.
    pub(crate) fn report(&self) -> String {
        self.tests
            .iter()
            .map(|test| format!("failed: {}\n    {}\n", test.name, test.said.join("\n    ")))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_of_each_failed_test_is_kept_without_its_backtrace() {
        let mut failures = Failures::default();
        for line in "test a ... FAILED\n\nfailures:\n\n---- a stdout ----\nError: it broke\n\nCaused by:\n    0: there\n\nStack \
            backtrace:\n---- b stdout ----\nthread panicked\nstack backtrace:\n  0: noise\n\nfailures:\n    a\n    b\n"
            .lines()
        {
            failures.note(line);
        }
        assert_eq!(
            failures.report(),
            "failed: a\n    Error: it broke\n    Caused by:\n        0: there\nfailed: b\n    thread panicked\n"
        );
    }

    #[test]
    fn nothing_is_told_where_nothing_failed() {
        let mut failures = Failures::default();
        failures.note("test a ... ok");
        assert_eq!(failures.report(), "");
    }
}
