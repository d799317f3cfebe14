//! A value that is taken for whatever a type asks for.

use serde::de::{DeserializeSeed, Deserializer, VariantAccess, Visitor};
use serde_json::{Map, Value};

use super::parts::{Entries, Fields, List, Variant, named};
use super::{Unknown, Unreadable};

/// A value, and what to do about fields that are not known. Whatever does not depend on the type that
/// is read stands in functions of its own, which are made once.
pub(super) struct Reader {
    pub(super) value: Value,
    pub(super) unknown: Unknown,
}

impl Reader {
    #[inline(never)]
    fn other_than(&self, wanted: &str) -> Unreadable {
        let found = match &self.value {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        Unreadable::Because(format!("{found} in place of {wanted}"))
    }

    #[inline(never)]
    pub(super) fn object(self) -> Result<(Map<String, Value>, Unknown), Unreadable> {
        match self.value {
            Value::Object(object) => Ok((object, self.unknown)),
            _ => Err(self.other_than("an object")),
        }
    }

    #[inline(never)]
    fn list(self) -> Result<List, Unreadable> {
        match self.value {
            Value::Array(list) => Ok(List {
                values: list.into_iter(),
                unknown: self.unknown,
            }),
            _ => Err(self.other_than("a list")),
        }
    }

    #[inline(never)]
    fn variant(self) -> Result<Variant, Unreadable> {
        let unknown = self.unknown;
        match self.value {
            Value::String(name) => Ok(Variant {
                name,
                content: Reader {
                    value: Value::Null,
                    unknown,
                },
            }),
            Value::Object(object) if object.len() == 1 => {
                let (name, value) = object.into_iter().next().unwrap_or_default();
                Ok(Variant {
                    name,
                    content: Reader { value, unknown },
                })
            }
            _ => Err(self.other_than("a name, or an object with one field")),
        }
    }

    #[inline(never)]
    fn string(self) -> Result<String, Unreadable> {
        match self.value {
            Value::String(string) => Ok(string),
            _ => Err(self.other_than("a string")),
        }
    }
}

impl<'de> Deserializer<'de> for Reader {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Number(_) => self.deserialize_f64(visitor),
            Value::String(string) => visitor.visit_string(string),
            Value::Array(_) => visitor.visit_seq(self.list()?),
            Value::Object(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.value {
            Value::Bool(value) => visitor.visit_bool(value),
            _ => Err(self.other_than("true or false")),
        }
    }

    /// For numbers of every kind.
    #[inline(never)]
    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if let Some(value) = self.value.as_u64() {
            visitor.visit_u64(value)
        } else if let Some(value) = self.value.as_i64() {
            visitor.visit_i64(value)
        } else if let Some(value) = self.value.as_f64() {
            visitor.visit_f64(value)
        } else {
            Err(self.other_than("a number"))
        }
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_string(self.string()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_string(self.string()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    #[inline(never)]
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_seq(self.list()?)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        let list = self.list()?;
        if list.values.len() != length {
            let sentence = format!("a list of {} in place of {length}", list.values.len());
            return Err(Unreadable::Because(sentence));
        }
        visitor.visit_seq(list)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let (object, unknown) = self.object()?;
        visitor.visit_map(Entries {
            entries: object.into_iter(),
            next: Value::Null,
            unknown,
        })
    }

    #[inline(never)]
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        let mut fields = Fields::of(self, names)?;
        match visitor.visit_seq(&mut fields) {
            Ok(value) => fields.end(names).map(|()| value),
            Err(error) => Err(named(error, names)),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_enum(self.variant()?)
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i128 u128 f32 char bytes byte_buf unit unit_struct tuple_struct identifier ignored_any
    }
}

impl<'de> VariantAccess<'de> for Reader {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<(), Unreadable> {
        match self.value {
            Value::Null => Ok(()),
            _ => Err(self.other_than("nothing")),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<T::Value, Unreadable> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_struct("", names, visitor)
    }
}
