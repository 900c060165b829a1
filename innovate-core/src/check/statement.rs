//! The part of the program's source that a finding is about.
//!
//! A location is all that is known of a call: its file, line and column. The source tells the rest:
//! the call of one builder method within the statement that begins there, and how long it is. It is
//! read token by token, and no further than that statement, so that text in literals and comments
//! is never taken for code.

use std::ops::Range;

use super::Place;

/// The bytes of `text` that a finding at `place` underlines: the argument of the call of `setter`
/// within the statement, if it has one on one line, else the call's name; without such a call, the
/// call at the place itself. `None` if the text has no such place.
pub(super) fn spot(text: &str, place: &Place, setter: Option<&str>) -> Option<Range<usize>> {
    let start = offset(text, place)?;
    let call = setter.and_then(|setter| find_call(text, start, setter));
    Some(match call {
        Some(call) => call.argument(text).unwrap_or(call.name),
        None => whole_call(text, start),
    })
}

/// Line and column, both counted from 1, of a byte.
pub(super) fn line_and_column(text: &str, at: usize) -> Option<(u32, u32)> {
    let before = text.get(..at)?;
    let line = before.bytes().filter(|byte| *byte == b'\n').count();
    let column = before.chars().rev().take_while(|character| *character != '\n').count();
    Some((u32::try_from(line + 1).ok()?, u32::try_from(column + 1).ok()?))
}

fn offset(text: &str, place: &Place) -> Option<usize> {
    let (line, column) = (usize::try_from(place.line).ok()?, usize::try_from(place.column).ok()?);
    let mut start = 0;
    for _ in 0..line.checked_sub(1)? {
        start += text.get(start..)?.find('\n')? + 1;
    }
    let line = text.get(start..)?.lines().next()?;
    let (in_line, _) = line.char_indices().nth(column.checked_sub(1)?)?;
    Some(start + in_line)
}

/// What a step over the source finds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    Name,
    Literal,
    Open,
    Close,
    Dot,
    Colon,
    Comma,
    Semicolon,
    Space,
    Other,
}

/// The token that begins at `at`, and where it ends.
fn step(text: &str, at: usize) -> Option<(Token, usize)> {
    let rest = text.get(at..)?;
    let first = rest.chars().next()?;
    let one = at + first.len_utf8();
    Some(match first {
        '(' | '[' | '{' => (Token::Open, one),
        ')' | ']' | '}' => (Token::Close, one),
        '.' => (Token::Dot, one),
        ':' => (Token::Colon, one),
        ',' => (Token::Comma, one),
        ';' => (Token::Semicolon, one),
        '"' => (Token::Literal, at + quoted(rest)),
        '\'' => (Token::Literal, at + character_or_lifetime(rest)),
        '/' if rest.starts_with("//") => (Token::Space, at + rest.find('\n').unwrap_or(rest.len())),
        '/' if rest.starts_with("/*") => (Token::Space, at + block_comment(rest)),
        _ if first.is_whitespace() => (Token::Space, one),
        _ if in_name(first) => {
            let name = rest.find(|character| !in_name(character)).unwrap_or(rest.len());
            match raw_string(rest, name) {
                Some(length) => (Token::Literal, at + length),
                None => (Token::Name, at + name),
            }
        }
        _ => (Token::Other, one),
    })
}

fn in_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// The length of a string literal that begins with its quotation mark.
fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (at, character) in rest.char_indices().skip(1) {
        match character {
            '"' if !escaped => return at + 1,
            _ => escaped = character == '\\' && !escaped,
        }
    }
    rest.len()
}

/// The length of `'x'`, `'\n'` or `'\u{1f980}'`; one for the mark of a lifetime.
fn character_or_lifetime(rest: &str) -> usize {
    let mut characters = rest.char_indices().skip(1);
    match (characters.next(), characters.next()) {
        (Some((_, '\\')), Some((escaped, _))) => {
            let behind = rest.get(escaped + 1..).unwrap_or_default();
            escaped + 1 + behind.find('\'').map_or(0, |end| end + 1)
        }
        (Some(_), Some((end, '\''))) => end + 1,
        _ => 1,
    }
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0usize, 0);
    while let Some(here) = rest.get(at..).filter(|here| !here.is_empty()) {
        if here.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if here.starts_with("*/") {
            (depth, at) = (depth.saturating_sub(1), at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += here.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// The length of `r"..."`, `br#"..."#` and their kin, and of `b"..."` and `c"..."`; `None` if the
/// `prefix` bytes are a name like any other.
fn raw_string(rest: &str, prefix: usize) -> Option<usize> {
    let behind = rest.get(prefix..)?;
    match rest.get(..prefix)? {
        "b" | "c" => behind.starts_with('"').then(|| prefix + quoted(behind)),
        "r" | "br" | "cr" => {
            let hashes = behind.bytes().take_while(|byte| *byte == b'#').count();
            let body = behind.get(hashes..)?.strip_prefix('"')?;
            let end = format!("\"{}", "#".repeat(hashes));
            let length = body.find(&end).map_or(body.len(), |at| at + end.len());
            Some(prefix + hashes + 1 + length)
        }
        _ => None,
    }
}

/// A call: its name, and what stands between its parentheses.
struct Call {
    name: Range<usize>,
    arguments: Range<usize>,
}

impl Call {
    /// What it is called with, if that is on one line.
    fn argument(&self, text: &str) -> Option<Range<usize>> {
        let given = text.get(self.arguments.clone())?;
        let trimmed = given.trim();
        let from = self.arguments.start + (given.len() - given.trim_start().len());
        let one_line = !trimmed.is_empty() && !trimmed.contains('\n');
        one_line.then(|| from..from + trimmed.len())
    }
}

/// The outermost call of `.setter(..)` or `::setter(..)` in the statement that goes on at `start`;
/// the first of them if there are several.
fn find_call(text: &str, start: usize, setter: &str) -> Option<Call> {
    let (mut at, mut depth, mut called) = (start, 0usize, false);
    // What begins with the name is the call itself: one of several of that name.
    let mut before = Token::Dot;
    let mut found: Option<(usize, Call)> = None;
    while let Some((token, end)) = step(text, at) {
        match token {
            Token::Open => (depth, called) = (depth + 1, true),
            Token::Close if depth == 0 => break,
            Token::Close => depth -= 1,
            Token::Semicolon if depth == 0 => break,
            // Before the first parenthesis a comma is one of type arguments.
            Token::Comma if depth == 0 && called => break,
            Token::Name
                if matches!(before, Token::Dot | Token::Colon)
                    && text.get(at..end) == Some(setter)
                    && found.as_ref().is_none_or(|(level, _)| depth < *level) =>
            {
                if let Some(arguments) = arguments(text, end) {
                    found = Some((depth, Call { name: at..end, arguments }));
                }
            }
            _ => {}
        }
        if token != Token::Space {
            before = token;
        }
        at = end;
    }
    found.map(|(_, call)| call)
}

/// What stands between the parentheses that follow, type arguments apart.
fn arguments(text: &str, mut at: usize) -> Option<Range<usize>> {
    let (mut token, mut end) = step(text, at)?;
    let mut angles = 0usize;
    while token == Token::Space || token == Token::Colon || angles > 0 || starts(text, at, '<') {
        if starts(text, at, '<') {
            angles += 1;
        } else if starts(text, at, '>') {
            angles = angles.saturating_sub(1);
        }
        at = end;
        (token, end) = step(text, at)?;
    }
    if !starts(text, at, '(') {
        return None;
    }
    let (open, mut depth) = (end, 1usize);
    at = end;
    while let Some((token, end)) = step(text, at) {
        match token {
            Token::Open => depth += 1,
            Token::Close => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(open..at);
        }
        at = end;
    }
    None
}

fn starts(text: &str, at: usize, character: char) -> bool {
    text.get(at..).is_some_and(|rest| rest.starts_with(character))
}

/// Where the path ends whose first name ends at `end`: `Stack::new`.
fn path_end(text: &str, mut end: usize) -> usize {
    while text.get(end..).is_some_and(|rest| rest.starts_with("::"))
        && let Some((Token::Name, behind)) = step(text, end + 2)
    {
        end = behind;
    }
    end
}

/// The call at `start` with its arguments, if they are on the same line; else its name alone.
fn whole_call(text: &str, start: usize) -> Range<usize> {
    let name = match step(text, start) {
        Some((Token::Name, end)) => start..path_end(text, end),
        Some((_, end)) => return start..end,
        None => return start..start,
    };
    let whole = arguments(text, name.end).map(|arguments| start..arguments.end + 1);
    whole.filter(|whole| !text.get(whole.clone()).unwrap_or("\n").contains('\n')).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn underlined(text: &str, call: &str, setter: Option<&str>) -> String {
        let (line, column) = line_and_column(text, text.find(call).unwrap()).unwrap();
        let place = Place { file: "program.rs".into(), line, column };
        text[spot(text, &place, setter).unwrap()].to_owned()
    }

    #[test]
    fn the_argument_of_the_setter_is_underlined() {
        let text = r#"
            let vpc = network.add(
                "Vpc", // .cidr(in a comment)
                Vpc::builder()
                    .name(".cidr(in text) \" ")
                    .zones(zones!(EuWest1: az1, az2, az3))
                    .cidr( cidr!("10.0.0.0/16") )
                    .build(),
            );
            network.add("Other", Vpc::builder().tenancy(Dedicated).build());
        "#;
        assert_eq!(underlined(text, "add(", Some("cidr")), r#"cidr!("10.0.0.0/16")"#);
        assert_eq!(underlined(text, "add(", Some("zones")), "zones!(EuWest1: az1, az2, az3)");
        // The next statement is another's affair, and so is what isn't there.
        assert_eq!(underlined(text, "add(", Some("tenancy")), "add");
        assert_eq!(
            underlined(text, "add(\"Other", Some("nat")),
            r#"add("Other", Vpc::builder().tenancy(Dedicated).build())"#
        );
    }

    #[test]
    fn the_outermost_call_of_that_name_is_meant() {
        let text = r#"s.add("A", B::builder().inner(C::builder().name("c").build()).name("b"));"#;
        assert_eq!(underlined(text, "add(", Some("name")), "\"b\"");
    }

    #[test]
    fn of_several_calls_of_one_name_that_at_the_place_is_meant() {
        let text = "s.add(A::new().route(\"/a\", x).route(\"/b\", y).route(\"/c\", z));";
        assert_eq!(underlined(text, "route(\"/b", Some("route")), "\"/b\", y");
        assert_eq!(underlined(text, "add(", Some("route")), "\"/a\", x");
    }

    #[test]
    fn an_argument_of_many_lines_is_named_by_its_setter() {
        let text = "s.add(\"A\", B::new()\n.rules([\n1,\n2,\n]));";
        assert_eq!(underlined(text, "add(", Some("rules")), "rules");
        assert_eq!(underlined("s.add(B::new().off());", "add(", Some("off")), "off");
    }

    #[test]
    fn a_function_is_named_by_its_path() {
        let text = "let a = core::Stack::new(name, 1);\nlet b = Stack::of::<u8>(2);";
        assert_eq!(underlined(text, "core", None), "core::Stack::new(name, 1)");
        assert_eq!(underlined(text, "Stack::of", None), "Stack::of::<u8>(2)");
    }

    #[test]
    fn literals_and_comments_are_no_code() {
        let text =
            r##"s.add('(', b'\'', r#"") .x(1"#, /* .x(2 /* .x(3 */ */ '\u{28}', &'a B.x(4));"##;
        assert_eq!(underlined(text, "add(", Some("x")), "4");
    }

    #[test]
    fn type_arguments_may_stand_between() {
        let text = "s.add::<A<u8>, B>(\"X\", Y::default().of::<Vec<u8>>(1)).z(2); t.w(3);";
        assert_eq!(underlined(text, "add::", Some("of")), "1");
        assert_eq!(underlined(text, "add::", Some("z")), "2");
        assert_eq!(
            underlined(text, "add::", Some("w")),
            "add::<A<u8>, B>(\"X\", Y::default().of::<Vec<u8>>(1))"
        );
        assert_eq!(underlined("f(s.add(1), t.w(3))", "add(", Some("w")), "add(1)");
    }

    #[test]
    fn a_place_that_the_text_does_not_have_is_none() {
        for (line, column) in [(0, 1), (1, 0), (1, 9), (3, 1), (u32::MAX, 1)] {
            let place = Place { file: "program.rs".into(), line, column };
            assert_eq!(spot("s.add()\n", &place, None), None, "{line}:{column}");
        }
        // What ends in the middle of something is no reason to stop.
        for text in ["add(\"", "add('", "add(r#\"", "add(/*", "add(x.y(", "é", "add('\\"] {
            let place = Place { file: "program.rs".into(), line: 1, column: 1 };
            assert!(spot(text, &place, Some("y")).is_some(), "{text}");
        }
    }
}
