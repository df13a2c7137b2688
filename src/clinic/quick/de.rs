//! The reader as serde asks for it.

use super::{Other, Read, Reader};
use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer as _, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use std::borrow::Cow;

/// Values with commas between them, up to a sign that ends them.
struct Listed<'r, 'a> {
    reader: &'r mut Reader<'a>,
    end: u8,
    first: bool,
    named: bool,
}

impl<'r, 'a> Listed<'r, 'a> {
    fn new(reader: &'r mut Reader<'a>, end: u8, named: bool) -> Self {
        Self { reader, end, first: true, named }
    }

    /// Returns whether another value follows.
    fn goes_on(&mut self) -> Read<bool> {
        if !std::mem::replace(&mut self.first, false) && !self.reader.takes(b',') {
            return Ok(false);
        }
        self.reader.blank();
        match self.reader.peek() {
            None => Err(Other),
            Some(sign) => Ok(sign != self.end),
        }
    }
}

impl<'a> SeqAccess<'a> for Listed<'_, 'a> {
    type Error = Other;

    /// A list with a value a line, as a chart's, is of so many at most.
    fn size_hint(&self) -> Option<usize> {
        let rest = &self.reader.bytes()[self.reader.at..];
        (self.first && rest.first() == Some(&b'\n')).then(|| memchr::memchr_iter(b'\n', rest).count())
    }

    fn next_element_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Read<Option<T::Value>> {
        if self.goes_on()? { seed.deserialize(&mut *self.reader).map(Some) } else { Ok(None) }
    }
}

impl<'a> MapAccess<'a> for Listed<'_, 'a> {
    type Error = Other;

    fn next_key_seed<K: DeserializeSeed<'a>>(&mut self, seed: K) -> Read<Option<K::Value>> {
        if !self.goes_on()? {
            return Ok(None);
        }
        if self.named {
            let name: StrDeserializer<'_, Other> = self.reader.name()?.into_deserializer();
            return seed.deserialize(name).map(Some);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'a>>(&mut self, seed: V) -> Read<V::Value> {
        self.reader.take(b':')?;
        seed.deserialize(&mut *self.reader)
    }
}

struct Variant<'r, 'a>(&'r mut Reader<'a>);

impl<'a> EnumAccess<'a> for Variant<'_, 'a> {
    type Error = Other;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'a>>(self, seed: V) -> Read<(V::Value, Self)> {
        let name: StrDeserializer<'_, Other> = self.0.name()?.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'a> VariantAccess<'a> for Variant<'_, 'a> {
    type Error = Other;

    fn unit_variant(self) -> Read<()> {
        self.0.blank();
        if self.0.peek() == Some(b'(') { Err(Other) } else { Ok(()) }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'a>>(self, seed: T) -> Read<T::Value> {
        self.0.take(b'(')?;
        let value = self.0.deeper(|reader| {
            reader.inside = true;
            let value = seed.deserialize(&mut *reader);
            reader.inside = false;
            value
        })?;
        self.0.takes(b',');
        self.0.take(b')')?;
        Ok(value)
    }

    fn tuple_variant<V: Visitor<'a>>(self, _: usize, visitor: V) -> Read<V::Value> {
        self.0.parens(|reader| visitor.visit_seq(Listed::new(reader, b')', false)))
    }

    fn struct_variant<V: Visitor<'a>>(self, _: &'static [&'static str], visitor: V) -> Read<V::Value> {
        self.0.parens(|reader| visitor.visit_map(Listed::new(reader, b')', true)))
    }
}

/// Whole numbers of one kind.
macro_rules! whole {
    ($($method:ident $visit:ident),*) => {
        $(fn $method<V: Visitor<'a>>(self, visitor: V) -> Read<V::Value> {
            visitor.$visit(self.whole()?)
        })*
    };
}

/// What no chart holds, or what says nothing of how it is written.
macro_rules! refused {
    ($($method:ident),*) => {
        $(fn $method<V: Visitor<'a>>(self, _: V) -> Read<V::Value> {
            Err(Other)
        })*
    };
}

impl<'a> Deserializer<'a> for &mut Reader<'a> {
    type Error = Other;

    whole!(
        deserialize_i8 visit_i8, deserialize_i16 visit_i16, deserialize_i32 visit_i32, deserialize_i64 visit_i64,
        deserialize_u8 visit_u8, deserialize_u16 visit_u16, deserialize_u32 visit_u32, deserialize_u64 visit_u64
    );
    refused!(
        deserialize_any,
        deserialize_char,
        deserialize_bytes,
        deserialize_byte_buf,
        deserialize_unit,
        deserialize_ignored_any,
        deserialize_f32,
        deserialize_i128,
        deserialize_u128
    );

    fn deserialize_bool<V: Visitor<'a>>(self, visitor: V) -> Read<V::Value> {
        self.inside = false;
        match self.name()? {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            _ => Err(Other),
        }
    }

    fn deserialize_f64<V: Visitor<'a>>(self, visitor: V) -> Read<V::Value> {
        self.inside = false;
        let digits = self.run(|b| b.is_ascii_digit() || b == b'-' || b == b'.');
        let is_plain = digits.starts_with(|c: char| c.is_ascii_digit() || c == '-')
            && digits.ends_with(|c: char| c.is_ascii_digit());
        if !is_plain || self.goes_on() {
            return Err(Other);
        }
        visitor.visit_f64(digits.parse().map_err(|_| Other)?)
    }

    fn deserialize_str<V: Visitor<'a>>(self, visitor: V) -> Read<V::Value> {
        self.inside = false;
        match self.string()? {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    fn deserialize_string<V: Visitor<'a>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'a>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_str(self.name()?)
    }

    fn deserialize_option<V: Visitor<'a>>(self, visitor: V) -> Read<V::Value> {
        self.blank();
        let rest = &self.bytes()[self.at..];
        if rest.starts_with(b"Some") {
            return Err(Other);
        }
        if !rest.starts_with(b"None") {
            return visitor.visit_some(self);
        }
        self.inside = false;
        self.at += "None".len();
        if self.goes_on() { Err(Other) } else { visitor.visit_none() }
    }

    fn deserialize_unit_struct<V: Visitor<'a>>(self, _: &'static str, _: V) -> Read<V::Value> {
        Err(Other)
    }

    fn deserialize_newtype_struct<V: Visitor<'a>>(self, _: &'static str, visitor: V) -> Read<V::Value> {
        self.deeper(|reader| visitor.visit_newtype_struct(reader))
    }

    fn deserialize_seq<V: Visitor<'a>>(self, visitor: V) -> Read<V::Value> {
        self.inside = false;
        self.take(b'[')?;
        let value = self.deeper(|reader| visitor.visit_seq(Listed::new(reader, b']', false)))?;
        self.take(b']')?;
        Ok(value)
    }

    fn deserialize_tuple<V: Visitor<'a>>(self, _: usize, visitor: V) -> Read<V::Value> {
        self.parens(|reader| visitor.visit_seq(Listed::new(reader, b')', false)))
    }

    fn deserialize_tuple_struct<V: Visitor<'a>>(self, _: &'static str, _: usize, _: V) -> Read<V::Value> {
        Err(Other)
    }

    fn deserialize_map<V: Visitor<'a>>(self, visitor: V) -> Read<V::Value> {
        self.inside = false;
        self.take(b'{')?;
        let value = self.deeper(|reader| visitor.visit_map(Listed::new(reader, b'}', false)))?;
        self.take(b'}')?;
        Ok(value)
    }

    fn deserialize_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        self.parens(|reader| visitor.visit_map(Listed::new(reader, b')', true)))
    }

    fn deserialize_enum<V: Visitor<'a>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        self.inside = false;
        visitor.visit_enum(Variant(self))
    }
}
