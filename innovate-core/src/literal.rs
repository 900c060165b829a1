//! Literals that the compiler checks, and how it says what is wrong with one.

/// Stops the compiler with the parts as one message. For macros that check a literal.
///
/// # Panics
///
/// Always, at compile time.
#[doc(hidden)]
#[track_caller]
#[allow(clippy::panic, clippy::indexing_slicing, reason = "evaluated by the compiler only")]
pub const fn reject(parts: &[&str]) -> ! {
    const ROOM: usize = 512;
    let (mut buffer, mut length, mut part) = ([0u8; ROOM], 0, 0);
    while part < parts.len() {
        let bytes = parts[part].as_bytes();
        let mut at = 0;
        while at < bytes.len() && length < ROOM {
            // What isn't ASCII would have to be cut at a character's boundary.
            buffer[length] = if bytes[at].is_ascii() { bytes[at] } else { b'?' };
            length += 1;
            at += 1;
        }
        part += 1;
    }
    let (message, _) = buffer.split_at(length);
    match core::str::from_utf8(message) {
        Ok(message) => panic!("{}", message),
        Err(_) => panic!("an invalid literal"),
    }
}
