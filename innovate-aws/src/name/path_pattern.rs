//! Which paths a route of a distribution is for.

/// Which paths a route of a distribution is for, such as `/api/*`: `*` stands for any characters and
/// `?` for one. Upper and lower case differ. Source: "Path pattern", Amazon CloudFront Developer Guide.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PathPattern(innovate_core::value::Str);

impl PathPattern {
    const fn fits(text: &str) -> bool {
        let mut rest = text.as_bytes();
        if rest.len() > 255 || !matches!(rest.first(), Some(b'/')) {
            return false;
        }
        while let [first, others @ ..] = rest {
            let known = first.is_ascii_alphanumeric()
                || matches!(
                    *first,
                    b'_' | b'-'
                        | b'.'
                        | b'*'
                        | b'?'
                        | b'$'
                        | b'/'
                        | b'~'
                        | b'"'
                        | b'\''
                        | b'@'
                        | b':'
                        | b'+'
                        | b'&'
                );
            if !known {
                return false;
            }
            rest = others;
        }
        true
    }

    /// How long the part is that is no pattern.
    pub(crate) fn literal_length(&self) -> usize {
        self.0.find(['*', '?']).unwrap_or(self.0.len())
    }
}

name_methods! {
    PathPattern "path pattern"
    "a slash, and up to 254 letters, digits and any of _-.*?$/~\"'@:+&"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_begins_with_a_slash() {
        for right in ["/", "/api/*", "/graphql", "/a?b/*.jpg", "/~user"] {
            assert!(PathPattern::new(right).is_ok(), "{right}");
        }
        let long = format!("/{}", "a".repeat(255));
        for wrong in ["", "api/*", "*", "/with space", "/ä", "/#top", &long] {
            assert!(PathPattern::new(wrong.to_owned()).is_err(), "{wrong}");
        }
        assert_eq!(PathPattern::trusted("/api/*").literal_length(), 5);
        assert_eq!(PathPattern::trusted("/graphql").literal_length(), 8);
    }
}
