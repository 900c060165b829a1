//! JSON with an indent of two spaces.

use std::io;

use serde::Serialize;
use serde_json::ser::Formatter;

/// Writes a document of about `size` bytes, ending in a line break. What is kept ready and not used is
/// never touched; what grows is copied.
///
/// # Errors
///
/// If the document can't be written as JSON.
pub(crate) fn indented(document: &impl Serialize, size: usize) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(size);
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Indent::default());
    document.serialize(&mut serializer).map_err(|error| error.to_string())?;
    bytes.push(b'\n');
    String::from_utf8(bytes).map_err(|error| error.to_string())
}

/// The spaces behind a line's end that are kept ready.
const SPACES: usize = 64;
const BREAK: &[u8] = b"\n                                                                ";
const COMMA_AND_BREAK: &[u8] =
    b",\n                                                                ";

/// As serde_json's own pretty formatter, which writes each indent in as many calls as it is deep.
#[derive(Default)]
struct Indent {
    depth: usize,
    has_items: bool,
}

impl Indent {
    fn open(&mut self, writer: &mut (impl io::Write + ?Sized), bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.has_items = false;
        writer.write_all(bracket)
    }

    fn close(&mut self, writer: &mut (impl io::Write + ?Sized), bracket: &[u8]) -> io::Result<()> {
        self.depth = self.depth.saturating_sub(1);
        if self.has_items {
            self.line(writer, BREAK)?;
        }
        writer.write_all(bracket)
    }

    fn item(&self, writer: &mut (impl io::Write + ?Sized), first: bool) -> io::Result<()> {
        self.line(writer, if first { BREAK } else { COMMA_AND_BREAK })
    }

    /// Ends a line and begins the next one, where it can in one call.
    fn line(&self, writer: &mut (impl io::Write + ?Sized), line: &[u8]) -> io::Result<()> {
        let end = line.len() - SPACES;
        let mut left = 2 * self.depth;
        let first = left.min(SPACES);
        writer.write_all(line.get(..end + first).unwrap_or(line))?;
        left -= first;
        while left > 0 {
            let spaces = left.min(SPACES);
            writer.write_all(line.get(end..end + spaces).unwrap_or_default())?;
            left -= spaces;
        }
        Ok(())
    }
}

impl Formatter for Indent {
    fn begin_array<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"[")
    }

    fn end_array<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"]")
    }

    fn begin_array_value<W: io::Write + ?Sized>(
        &mut self,
        to: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.item(to, first)
    }

    fn end_array_value<W: io::Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_items = true;
        Ok(())
    }

    fn begin_object<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"{")
    }

    fn end_object<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: io::Write + ?Sized>(
        &mut self,
        to: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.item(to, first)
    }

    fn begin_object_value<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn end_object_value<W: io::Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_items = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn it_reads_as_serde_jsons_own() {
        let mut document = json!({ "empty": [], "none": {}, "text": "a\"b", "list": [1, [2], {}] });
        for depth in 0..40 {
            document = json!([{ "depth": depth, "inner": document }]);
        }
        let expected = serde_json::to_string_pretty(&document).unwrap() + "\n";
        assert_eq!(super::indented(&document, 0).unwrap(), expected);
    }
}
