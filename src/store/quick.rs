//! Reads RON the way Cobalog writes it, some ten times as fast as the reader for RON of every kind.
//!
//! A list of ten thousand patients without an index, and each move of the cursor, reads charts that this program wrote. What
//! stands in a chart in any other way (a comment within it, raw text, another spelling of a number) is refused here without
//! a word, and the reader of the `ron` crate decides: it alone says what is wrong, and where. Tests hold the two together:
//! whatever this one accepts, that one reads as the same.

use serde::Deserialize;
use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer as _, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use std::borrow::Cow;
use std::fmt;

#[cfg(test)]
mod tests;

/// Deeper than any chart goes.
const MOST_DEPTH: u8 = 60;

/// Not in the way that Cobalog writes.
#[derive(Debug)]
pub(super) struct Other;

impl fmt::Display for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not as Cobalog writes it")
    }
}

impl std::error::Error for Other {}

impl serde::de::Error for Other {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

type Read<T> = Result<T, Other>;

/// Reads a value; refuses everything that is not written as Cobalog writes it.
pub(super) fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Read<T> {
    let mut reader = Reader { text, at: 0, depth: 0, inside: false };
    let value = T::deserialize(&mut reader)?;
    reader.blank();
    if reader.at == text.len() { Ok(value) } else { Err(Other) }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: u8,
    /// Whether the parentheses of a variant stand for those of the one struct that it holds.
    inside: bool,
}

impl<'a> Reader<'a> {
    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    fn peek(&self) -> Option<u8> {
        self.bytes().get(self.at).copied()
    }

    /// Skips blanks, and the line comment at the head of a file.
    fn blank(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
        if self.at == 0 && self.text.starts_with("//") {
            self.at = memchr::memchr(b'\n', self.bytes()).unwrap_or(self.text.len());
            self.blank();
        }
    }

    /// Takes a sign, and says whether it was there.
    fn takes(&mut self, sign: u8) -> bool {
        self.blank();
        let is_there = self.peek() == Some(sign);
        self.at += usize::from(is_there);
        is_there
    }

    fn take(&mut self, sign: u8) -> Read<()> {
        if self.takes(sign) { Ok(()) } else { Err(Other) }
    }

    /// Takes what a sign of the given kind is made of.
    fn run(&mut self, of: fn(u8) -> bool) -> &'a str {
        self.blank();
        let rest = &self.bytes()[self.at..];
        let length = rest.iter().position(|b| !of(*b)).unwrap_or(rest.len());
        let run = self.text.get(self.at..self.at + length).unwrap_or_default();
        self.at += length;
        run
    }

    fn name(&mut self) -> Read<&'a str> {
        let name = self.run(|b| b.is_ascii_alphanumeric() || b == b'_');
        // `r"…"` is no name, and neither is a number.
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if is_name && !matches!(self.peek(), Some(b'"' | b'#' | b'.' | b'-' | b'+' | 0x80..)) {
            Ok(name)
        } else {
            Err(Other)
        }
    }

    fn whole<N: std::str::FromStr>(&mut self) -> Read<N> {
        self.inside = false;
        let digits = self.run(|b| b.is_ascii_digit() || b == b'-');
        // 010 may mean something else to others.
        let plain = digits.trim_start_matches('-');
        if (plain.len() > 1 && plain.starts_with('0')) || self.goes_on() {
            return Err(Other);
        }
        digits.parse().map_err(|_| Other)
    }

    /// Returns whether a number or a word goes on where it should end.
    fn goes_on(&self) -> bool {
        !matches!(self.peek(), None | Some(b',' | b')' | b']' | b'}' | b':' | b' ' | b'\n'))
    }

    fn string(&mut self) -> Read<Cow<'a, str>> {
        self.take(b'"')?;
        let start = self.at;
        let end = start + memchr::memchr2(b'"', b'\\', &self.bytes()[start..]).ok_or(Other)?;
        let plain = self.text.get(start..end).ok_or(Other)?;
        if self.bytes()[end] == b'"' {
            self.at = end + 1;
            return Ok(Cow::Borrowed(plain));
        }
        let mut whole = plain.to_owned();
        self.at = end;
        loop {
            let rest = self.text.get(self.at..).ok_or(Other)?;
            let next = rest.find(['"', '\\']).ok_or(Other)?;
            whole.push_str(&rest[..next]);
            self.at += next + 1;
            if rest.as_bytes()[next] == b'"' {
                return Ok(Cow::Owned(whole));
            }
            whole.push(self.escaped()?);
        }
    }

    fn escaped(&mut self) -> Read<char> {
        let sign = self.peek().ok_or(Other)?;
        self.at += 1;
        match sign {
            b'"' => Ok('"'),
            b'\\' => Ok('\\'),
            b'\'' => Ok('\''),
            b'n' => Ok('\n'),
            b'r' => Ok('\r'),
            b't' => Ok('\t'),
            b'0' => Ok('\0'),
            b'u' => {
                let rest = self.text.get(self.at..).and_then(|rest| rest.strip_prefix('{')).ok_or(Other)?;
                let hex = &rest[..rest.find('}').filter(|n| (1..=6).contains(n)).ok_or(Other)?];
                self.at += hex.len() + 2;
                if !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
                    return Err(Other);
                }
                u32::from_str_radix(hex, 16).ok().and_then(char::from_u32).ok_or(Other)
            }
            _ => Err(Other),
        }
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if self.depth == MOST_DEPTH {
            return Err(Other);
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    /// Reads what stands between parentheses, or between those of the variant that holds it.
    fn parens<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if std::mem::take(&mut self.inside) {
            return read(self);
        }
        self.take(b'(')?;
        let value = self.deeper(read)?;
        self.take(b')')?;
        Ok(value)
    }
}

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
