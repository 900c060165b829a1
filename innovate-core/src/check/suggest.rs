//! What was probably meant.

/// The name nearest to `given`, if one is near enough to have been meant.
pub fn nearest<'a>(given: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most = (given.chars().count() / 3).max(1);
    names
        .into_iter()
        .map(|name| (distance(given, name), name))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, name)| name)
}

/// How many characters must be put in, taken out, exchanged, or swapped with their neighbour, case
/// apart.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.to_lowercase().chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    let mut last = None;
    for (at, from) in left.to_lowercase().chars().enumerate() {
        let mut next = vec![at + 1];
        for (column, to) in right.iter().enumerate() {
            let cell = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX - 1);
            let mut best = (cell(&row, column + 1) + 1).min(cell(&next, column) + 1);
            best = best.min(cell(&row, column) + usize::from(from != *to));
            let previous = column.checked_sub(1).and_then(|before| right.get(before));
            if last == Some(*to) && previous == Some(&from) {
                best = best.min(cell(&before, column.saturating_sub(1)) + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
        last = Some(from);
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_finds_what_was_meant() {
        let names = ["TST-01", "TST-10", "TST-02", "network"];
        assert_eq!(nearest("tst-01", names), Some("TST-01"));
        assert_eq!(nearest("tts-10", names), Some("TST-10"));
        assert_eq!(nearest("newtork", names), Some("network"));
        assert_eq!(nearest("database", names), None);
        assert_eq!(nearest("", []), None);
    }
}
