//! The name of the builder method of a property.

/// Words that the rule for capitals would cut in the wrong place.
const WHOLE: &[&str] = &[
    "DynamoDB",
    "GraphQL",
    "IPv4",
    "IPv6",
    "IoT",
    "MySQL",
    "OAuth",
    "PostgreSQL",
    "QuickSight",
    "TLSv1",
];

/// The words of a name, in lower case.
///
/// A word begins at a capital that follows a small letter or a digit, and at the last capital of a
/// run before a small letter (`DBCluster`: `db`, `cluster`); a run's plural `s` stays with it
/// (`ARNs`: `arns`). What is neither letter nor digit separates words.
pub(crate) fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let at = |index: usize| chars.get(index).copied().unwrap_or(' ');
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut index = 0;
    while index < chars.len() {
        let rest: String = chars.iter().skip(index).collect();
        let whole = WHOLE.iter().find(|whole| {
            rest.starts_with(**whole) && !at(index + whole.len()).is_ascii_lowercase()
        });
        if let Some(whole) = whole {
            flush(&mut word, &mut words);
            words.push(whole.to_ascii_lowercase());
            index += whole.len();
            continue;
        }
        let character = at(index);
        if !character.is_ascii_alphanumeric() {
            flush(&mut word, &mut words);
            index += 1;
            continue;
        }
        let previous = if index == 0 { ' ' } else { at(index - 1) };
        let next = at(index + 1);
        let plural = next == 's' && !at(index + 2).is_ascii_lowercase();
        let begins = character.is_ascii_uppercase()
            && (previous.is_ascii_lowercase()
                || previous.is_ascii_digit()
                || (previous.is_ascii_uppercase() && next.is_ascii_lowercase() && !plural));
        if begins {
            flush(&mut word, &mut words);
        }
        word.push(character.to_ascii_lowercase());
        index += 1;
    }
    flush(&mut word, &mut words);
    words
}

fn flush(word: &mut String, words: &mut Vec<String>) {
    if !word.is_empty() {
        words.push(std::mem::take(word));
    }
}

/// The name of a method or module: `DBClusterIdentifier` gives `db_cluster_identifier`. A word that
/// Rust reserves gets an underscore at its end, as the standard library does it.
pub(crate) fn snake(name: &str) -> String {
    let snake = words(name).join("_");
    if RESERVED.contains(&snake.as_str()) || snake == "new" {
        format!("{snake}_")
    } else if snake.starts_with(|first: char| first.is_ascii_digit()) || snake.is_empty() {
        format!("_{snake}")
    } else {
        snake
    }
}

const RESERVED: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];
