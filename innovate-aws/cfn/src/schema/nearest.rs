//! What was probably meant.

/// The candidates nearest to `given`, nearest first, at most `most`; only those within reach of a
/// slip of the hand, so that the first is a fair guess.
pub(super) fn nearest<'a>(
    given: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    most: usize,
) -> Vec<&'a str> {
    let mut ranked = ranked(given, candidates);
    ranked.retain(|(distance, candidate)| {
        *distance <= 1 + candidate.len().min(given.len()) / 4
            || contains(candidate, given)
            || contains(given, candidate)
    });
    ranked.into_iter().take(most).map(|(_, candidate)| candidate).collect()
}

/// All candidates, nearest first.
pub(super) fn sorted<'a>(
    given: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Vec<&'a str> {
    ranked(given, candidates).into_iter().map(|(_, candidate)| candidate).collect()
}

fn ranked<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<(usize, &'a str)> {
    let mut ranked: Vec<(usize, &str)> =
        candidates.into_iter().map(|candidate| (distance(given, candidate), candidate)).collect();
    // Stable: equals stay in the order of the registry.
    ranked.sort_by_key(|(distance, _)| *distance);
    ranked
}

/// Whether a word of some length stands in a longer one, in any case.
fn contains(long: &str, short: &str) -> bool {
    short.len() >= 4 && long.to_ascii_lowercase().contains(&short.to_ascii_lowercase())
}

/// The number of letters to insert, drop, change or swap; a letter's case counts for nothing.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<u8> = a.bytes().map(|byte| byte.to_ascii_lowercase()).collect();
    let b: Vec<u8> = b.bytes().map(|byte| byte.to_ascii_lowercase()).collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (row, &from) in a.iter().enumerate() {
        let mut next = vec![row + 1];
        for (column, &to) in b.iter().enumerate() {
            let at = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX);
            let change = at(&last, column) + usize::from(from != to);
            let mut best = change.min(at(&last, column + 1) + 1).min(at(&next, column) + 1);
            let swapped = row > 0
                && column > 0
                && a.get(row - 1) == Some(&to)
                && b.get(column - 1) == Some(&from);
            if swapped {
                best = best.min(at(&before_last, column - 1) + 1);
            }
            next.push(best);
        }
        before_last = std::mem::replace(&mut last, next);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_hand_is_understood() {
        let names = ["VpcId", "SubnetId", "CidrBlock", "AvailabilityZoneId"];
        assert_eq!(nearest("VpdId", names, 3), ["VpcId"]);
        assert_eq!(nearest("CidrBolck", names, 3), ["CidrBlock"]);
        assert_eq!(nearest("cidr_block", names, 3), ["CidrBlock"]);
        assert_eq!(nearest("AvailabilityZone", names, 3), ["AvailabilityZoneId"]);
        assert!(nearest("Tenancy", names, 3).is_empty());
    }
}
