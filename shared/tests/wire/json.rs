//! Groups of samples that travel as JSON.

use std::collections::BTreeSet;
use std::fmt::Debug;

use pipeyard_shared::lean::{self, Unknown};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::snapshot;

/// A type whose variants all need a sample.
pub(crate) trait Variants {
    /// The names of all variants, and of the variants of what is inside.
    fn all() -> Vec<&'static str>;
    /// The names of those that this value shows.
    fn shown(&self) -> Vec<&'static str>;
}

/// Samples of one type, without the type.
pub(crate) trait Group {
    /// The file's name.
    fn file(&self) -> &'static str;
    /// The file's text.
    fn text(&self) -> String;
    /// Checks that each line of a file gives the value of its name, and that none is left over.
    fn read_back(&self, lines: &[(&str, &str)]);
    /// The variants that no sample shows.
    fn variants_without_sample(&self) -> Vec<&'static str>;
}

/// Named values of one type.
pub(crate) struct Samples<T> {
    file: &'static str,
    samples: Vec<(&'static str, T)>,
}

impl<T: Serialize> Samples<T> {
    pub(crate) fn new(file: &'static str, samples: Vec<(&'static str, T)>) -> Self {
        let names: BTreeSet<_> = samples.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), samples.len(), "{file}: a name is used twice");
        Self { file, samples }
    }
}

impl<T> Group for Samples<T>
where
    T: Serialize + DeserializeOwned + PartialEq + Debug + Variants,
{
    fn file(&self) -> &'static str {
        self.file
    }

    fn text(&self) -> String {
        snapshot::write(self.samples.iter().map(|(name, value)| {
            let text = serde_json::to_string(value).expect("samples can be written");
            (*name, text)
        }))
    }

    fn read_back(&self, lines: &[(&str, &str)]) {
        assert_eq!(lines.len(), self.samples.len(), "{}", self.file);
        for (name, text) in lines {
            let (_, value) = self
                .samples
                .iter()
                .find(|(known, _)| known == name)
                .unwrap_or_else(|| panic!("{}: no sample is called {name}", self.file));
            let read: T = serde_json::from_str(text)
                .unwrap_or_else(|error| panic!("{}: {name}: {error}", self.file));
            assert_eq!(&read, value, "{}: {name}", self.file);
            // The page reads the same by way of a value, with less code for it.
            let json = serde_json::from_str(text).expect("it was read just now");
            let read: T = lean::read(json, Unknown::Refused)
                .unwrap_or_else(|error| panic!("{}: {name}, lean: {error}", self.file));
            assert_eq!(&read, value, "{}: {name}, lean", self.file);
        }
    }

    fn variants_without_sample(&self) -> Vec<&'static str> {
        let shown: BTreeSet<_> = self
            .samples
            .iter()
            .flat_map(|(_, value)| value.shown())
            .collect();
        let mut missing = T::all();
        missing.retain(|name| !shown.contains(name));
        missing
    }
}
