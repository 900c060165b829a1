//! What was probably meant.

/// The name nearest to `given`, if one is near enough to have been meant: at most a third of the
/// characters differ, or one. The first wins among equals.
pub fn nearest<'a>(given: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most = (given.chars().count() / 3).max(1);
    let found = names.into_iter().map(|name| (distance(given, name), name));
    let found = found.filter(|(distance, _)| *distance <= most);
    found.min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

/// The names near enough to `given` to have been meant, nearest first and at most `most`: a slip of
/// the hand away, or one of the two within the other.
pub fn several<'a>(
    given: &str,
    names: impl IntoIterator<Item = &'a str>,
    most: usize,
) -> Vec<&'a str> {
    let mut ranked = ranked(given, names);
    ranked.retain(|(distance, name)| {
        *distance <= 1 + name.len().min(given.len()) / 4
            || contains(name, given)
            || contains(given, name)
    });
    ranked.into_iter().take(most).map(|(_, name)| name).collect()
}

/// All names, nearest first.
pub fn sorted<'a>(given: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    ranked(given, names).into_iter().map(|(_, name)| name).collect()
}

fn ranked<'a>(given: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<(usize, &'a str)> {
    let mut ranked: Vec<(usize, &str)> =
        names.into_iter().map(|name| (distance(given, name), name)).collect();
    // Stable: equals stay in the order in which they were given.
    ranked.sort_by_key(|(distance, _)| *distance);
    ranked
}

/// Whether a word of some length stands in a longer one, in any case.
fn contains(long: &str, short: &str) -> bool {
    short.len() >= 4 && long.to_ascii_lowercase().contains(&short.to_ascii_lowercase())
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
        assert_eq!(nearest("getobjekt", ["putobject", "getobject"]), Some("getobject"));
        assert_eq!(nearest("something", ["getobject"]), None);
        assert_eq!(nearest("tst-00", names), Some("TST-01"), "the first among equals");
    }

    #[test]
    fn the_distance_counts_single_changes() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("Same", "same"), 0);
    }

    #[test]
    fn a_slip_of_the_hand_or_a_part_of_a_name_is_understood() {
        let names = ["VpcId", "SubnetId", "CidrBlock", "AvailabilityZoneId"];
        assert_eq!(several("VpdId", names, 3), ["VpcId"]);
        assert_eq!(several("CidrBolck", names, 3), ["CidrBlock"]);
        assert_eq!(several("cidr_block", names, 3), ["CidrBlock"]);
        assert_eq!(several("AvailabilityZone", names, 3), ["AvailabilityZoneId"]);
        assert!(several("Tenancy", names, 3).is_empty());
        assert_eq!(sorted("SubnetIds", names).first(), Some(&"SubnetId"));
    }
}
