//! The nearest of some names, for "did you mean".

/// The name nearest to `given`: at most a third of its characters differ. The first in order wins
/// among equals.
pub(crate) fn nearest<'a>(
    given: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let most = (given.len() / 3).max(1);
    names
        .into_iter()
        .filter(|name| name.len().abs_diff(given.len()) <= most)
        .map(|name| (distance(given, name), name))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// How many characters must be put in, taken out or changed to turn one into the other.
fn distance(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (at, one) in left.bytes().enumerate() {
        let mut diagonal = at;
        let mut before = at + 1;
        let mut next = vec![before];
        for (other, above) in right.bytes().zip(row.iter().skip(1)) {
            let changed = diagonal + usize::from(one != other);
            before = changed.min(above + 1).min(before + 1);
            next.push(before);
            diagonal = *above;
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_counts_single_changes() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("same", "same"), 0);
    }

    #[test]
    fn only_a_near_name_is_offered() {
        assert_eq!(nearest("getobjekt", ["putobject", "getobject"]), Some("getobject"));
        assert_eq!(nearest("something", ["getobject"]), None);
    }
}
