//! The lines and texts of a document.

/// What a line begins with: the comma behind the item before it, the line's end, and as many spaces as
/// are written in one call.
const COMMA_AND_BREAK: &str = ",\n                                                                ";
/// The spaces in it.
const SPACES: usize = 64;

/// A document that is being written.
pub(super) struct Writer {
    text: String,
    depth: usize,
}

impl Writer {
    /// With room for `size` bytes.
    pub(super) fn new(size: usize) -> Self {
        Self { text: String::with_capacity(size), depth: 0 }
    }

    /// The document, ending in a line break.
    pub(super) fn finish(mut self) -> String {
        self.text.push('\n');
        self.text
    }

    /// What was written from a place on.
    pub(super) fn since(&self, at: usize) -> &str {
        self.text.get(at..).unwrap_or_default()
    }

    /// How long it is so far.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// What needs no quotation marks.
    pub(super) fn word(&mut self, word: &str) {
        self.text.push_str(word);
    }

    /// Begins a list or map.
    pub(super) fn open(&mut self, bracket: char) {
        self.depth += 1;
        self.text.push(bracket);
    }

    /// Ends a list or map.
    pub(super) fn close(&mut self, is_empty: bool, bracket: char) {
        self.depth = self.depth.saturating_sub(1);
        if !is_empty {
            self.line(true);
        }
        self.text.push(bracket);
    }

    /// Begins the line of an item, or that of the closing bracket.
    pub(super) fn line(&mut self, first: bool) {
        let begin = usize::from(first);
        let mut left = 2 * self.depth;
        let spaces = left.min(SPACES);
        self.text.push_str(COMMA_AND_BREAK.get(begin..2 + spaces).unwrap_or_default());
        left -= spaces;
        while left > 0 {
            let spaces = left.min(SPACES);
            self.text.push_str(COMMA_AND_BREAK.get(2..2 + spaces).unwrap_or_default());
            left -= spaces;
        }
    }

    /// A text in quotation marks.
    pub(super) fn text(&mut self, text: &str) {
        self.text.push('"');
        // Hardly a text has one: as many bytes are compared at once as a word has.
        let (words, rest) = text.as_bytes().as_chunks();
        let plain = words.iter().fold(0, |any, word| any | escaped_in(u64::from_le_bytes(*word)))
            == 0
            && !rest.iter().any(|byte| is_escaped(*byte));
        if !plain {
            self.escaped(text);
        } else {
            self.text.push_str(text);
        }
        self.text.push('"');
    }

    fn escaped(&mut self, text: &str) {
        let escaped = |character: char| u8::try_from(character).is_ok_and(is_escaped);
        for part in text.split_inclusive(escaped) {
            let mut plain = part.chars();
            match plain.next_back().filter(|last| escaped(*last)) {
                Some(last) => {
                    self.text.push_str(plain.as_str());
                    self.escape(last);
                }
                None => self.text.push_str(part),
            }
        }
    }

    fn escape(&mut self, character: char) {
        let short = match character {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\u{8}' => "\\b",
            '\t' => "\\t",
            '\n' => "\\n",
            '\u{c}' => "\\f",
            '\r' => "\\r",
            _ => return self.text.push_str(&format!("\\u{:04x}", u32::from(character))),
        };
        self.text.push_str(short);
    }
}

/// Not zero if one of a word's bytes can't stand in JSON as it is.
///
/// What is subtracted from a byte borrows from its highest bit if the byte is smaller; a byte that had that
/// bit before is part of another character. The lowest byte that is found is never wrong, and only whether
/// there is one is asked.
const fn escaped_in(word: u64) -> u64 {
    const EACH: u64 = u64::from_le_bytes([1; 8]);
    const HIGHEST: u64 = EACH << 7;
    const fn below(word: u64, bound: u8) -> u64 {
        word.wrapping_sub(EACH * bound as u64) & !word & HIGHEST
    }
    below(word, b' ')
        | below(word ^ (EACH * b'"' as u64), 1)
        | below(word ^ (EACH * b'\\' as u64), 1)
}

/// Whether a byte of a text can't stand in JSON as it is.
const fn is_escaped(byte: u8) -> bool {
    (byte < b' ') | (byte == b'"') | (byte == b'\\')
}
