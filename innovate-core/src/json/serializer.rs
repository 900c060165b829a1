//! What serde asks of a format.

use std::fmt;

use serde::{
    Serialize, Serializer,
    ser::{
        self, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
        SerializeTupleStruct, SerializeTupleVariant,
    },
};

use super::writer::Writer;

/// Why a document can't be written.
#[derive(Debug)]
pub(super) struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl ser::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// A list or map that is being written.
pub(super) struct Items<'w> {
    writer: &'w mut Writer,
    is_empty: bool,
    bracket: char,
    /// Whether it is the content of a variant, which stands in a map of its own.
    in_variant: bool,
}

impl<'w> Items<'w> {
    fn list(writer: &'w mut Writer) -> Self {
        writer.open('[');
        Self { writer, is_empty: true, bracket: ']', in_variant: false }
    }

    fn map(writer: &'w mut Writer) -> Self {
        writer.open('{');
        Self { writer, is_empty: true, bracket: '}', in_variant: false }
    }

    fn next(&mut self) {
        self.writer.line(self.is_empty);
        self.is_empty = false;
    }

    fn item(&mut self, item: &(impl Serialize + ?Sized)) -> Result<(), Error> {
        self.next();
        item.serialize(&mut *self.writer)
    }

    fn entry(&mut self, key: &'static str, value: &(impl Serialize + ?Sized)) -> Result<(), Error> {
        self.next();
        self.writer.text(key);
        self.writer.word(": ");
        value.serialize(&mut *self.writer)
    }

    fn close(self) {
        self.writer.close(self.is_empty, self.bracket);
        if self.in_variant {
            self.writer.close(false, '}');
        }
    }
}

/// Begins the map of one entry in which a variant with content stands.
fn variant(writer: &mut Writer, name: &'static str) {
    writer.open('{');
    writer.line(true);
    writer.text(name);
    writer.word(": ");
}

macro_rules! numbers {
    ($($method:ident: $number:ty,)*) => {$(
        fn $method(self, number: $number) -> Result<(), Error> {
            self.word(&number.to_string());
            Ok(())
        }
    )*};
}

impl<'w> Serializer for &'w mut Writer {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Items<'w>;
    type SerializeTuple = Items<'w>;
    type SerializeTupleStruct = Items<'w>;
    type SerializeTupleVariant = Items<'w>;
    type SerializeMap = Items<'w>;
    type SerializeStruct = Items<'w>;
    type SerializeStructVariant = Items<'w>;

    numbers! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
    }

    fn serialize_bool(self, truth: bool) -> Result<(), Error> {
        self.word(if truth { "true" } else { "false" });
        Ok(())
    }

    // How the shortest digits of a fraction are written is serde_json's own.
    fn serialize_f32(self, number: f32) -> Result<(), Error> {
        self.word(&serde_json::to_string(&number).map_err(ser::Error::custom)?);
        Ok(())
    }

    fn serialize_f64(self, number: f64) -> Result<(), Error> {
        self.word(&serde_json::to_string(&number).map_err(ser::Error::custom)?);
        Ok(())
    }

    fn serialize_char(self, character: char) -> Result<(), Error> {
        self.text(character.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, text: &str) -> Result<(), Error> {
        self.text(text);
        Ok(())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), Error> {
        self.collect_seq(bytes)
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.word("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
    ) -> Result<(), Error> {
        self.serialize_str(name)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        variant(self, name);
        value.serialize(&mut *self)?;
        self.close(false, '}');
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items<'w>, Error> {
        Ok(Items::list(self))
    }

    fn serialize_tuple(self, _: usize) -> Result<Items<'w>, Error> {
        Ok(Items::list(self))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Items<'w>, Error> {
        Ok(Items::list(self))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Items<'w>, Error> {
        variant(self, name);
        Ok(Items { in_variant: true, ..Items::list(self) })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Items<'w>, Error> {
        Ok(Items::map(self))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Items<'w>, Error> {
        Ok(Items::map(self))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Items<'w>, Error> {
        variant(self, name);
        Ok(Items { in_variant: true, ..Items::map(self) })
    }
}

macro_rules! lists {
    ($($part:ident::$method:ident,)*) => {$(
        impl $part for Items<'_> {
            type Ok = ();
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), Error> {
                self.item(item)
            }

            fn end(self) -> Result<(), Error> {
                self.close();
                Ok(())
            }
        }
    )*};
}
lists! {
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field,
}

macro_rules! maps {
    ($($part:ident)*) => {$(
        impl $part for Items<'_> {
            type Ok = ();
            type Error = Error;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), Error> {
                self.entry(key, value)
            }

            fn end(self) -> Result<(), Error> {
                self.close();
                Ok(())
            }
        }
    )*};
}
maps!(SerializeStruct SerializeStructVariant);

impl SerializeMap for Items<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.next();
        let begin = self.writer.len();
        key.serialize(&mut *self.writer)?;
        if !self.writer.since(begin).starts_with('"') {
            return Err(ser::Error::custom("a key must be a text"));
        }
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.writer.word(": ");
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<(), Error> {
        self.close();
        Ok(())
    }
}
