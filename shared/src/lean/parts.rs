//! What a value is made of, as types ask for it.

use serde::de::value::StringDeserializer;
use serde::de::{DeserializeSeed, EnumAccess, Error, IntoDeserializer, MapAccess, SeqAccess};
use serde_json::{Map, Value, map};

use super::reader::Reader;
use super::{Unknown, Unreadable};

/// The fields of a structure, in the order of the type.
pub(super) struct Fields {
    object: Map<String, Value>,
    names: std::slice::Iter<'static, &'static str>,
    unknown: Unknown,
}

impl Fields {
    #[inline(never)]
    pub(super) fn of(reader: Reader, names: &'static [&'static str]) -> Result<Self, Unreadable> {
        let (object, unknown) = reader.object()?;
        Ok(Self {
            object,
            names: names.iter(),
            unknown,
        })
    }

    #[inline(never)]
    fn take(&mut self) -> Option<Reader> {
        let value = self.object.remove(*self.names.next()?)?;
        Some(Reader {
            value,
            unknown: self.unknown,
        })
    }

    #[inline(never)]
    pub(super) fn end(self, names: &'static [&'static str]) -> Result<(), Unreadable> {
        match self.object.keys().next() {
            Some(name) if self.unknown == Unknown::Refused => {
                Err(Unreadable::unknown_field(name, names))
            }
            _ => Ok(()),
        }
    }
}

/// The same error, with the name of the field that is missing.
#[inline(never)]
pub(super) fn named(error: Unreadable, names: &'static [&'static str]) -> Unreadable {
    match error {
        Unreadable::Missing(place) => match names.get(place) {
            Some(name) => Unreadable::missing_field(name),
            None => error,
        },
        Unreadable::Because(_) => error,
    }
}

impl<'de> SeqAccess<'de> for &mut Fields {
    type Error = Unreadable;

    /// Nothing for a field that is not there: the next one is asked for all the same.
    #[inline(never)]
    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        match self.take() {
            Some(reader) => seed.deserialize(reader).map(Some),
            None => Ok(None),
        }
    }
}

/// The values of a list.
pub(super) struct List {
    pub(super) values: std::vec::IntoIter<Value>,
    pub(super) unknown: Unknown,
}

impl<'de> SeqAccess<'de> for List {
    type Error = Unreadable;

    #[inline(never)]
    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        let unknown = self.unknown;
        match self.values.next() {
            Some(value) => seed.deserialize(Reader { value, unknown }).map(Some),
            None => Ok(None),
        }
    }
}

/// Names and values of an object that is no structure.
pub(super) struct Entries {
    pub(super) entries: map::IntoIter,
    /// The value of the name that was given last.
    pub(super) next: Value,
    pub(super) unknown: Unknown,
}

impl<'de> MapAccess<'de> for Entries {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Unreadable> {
        match self.entries.next() {
            Some((name, value)) => {
                self.next = value;
                seed.deserialize(name_of(name)).map(Some)
            }
            None => Ok(None),
        }
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<T::Value, Unreadable> {
        seed.deserialize(Reader {
            value: self.next.take(),
            unknown: self.unknown,
        })
    }
}

fn name_of(name: String) -> StringDeserializer<Unreadable> {
    name.into_deserializer()
}

/// A variant's name, and what it holds.
pub(super) struct Variant {
    pub(super) name: String,
    /// Null for a name that stands alone.
    pub(super) content: Reader,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = Unreadable;
    type Variant = Reader;

    fn variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<(T::Value, Reader), Unreadable> {
        Ok((seed.deserialize(name_of(self.name))?, self.content))
    }
}
