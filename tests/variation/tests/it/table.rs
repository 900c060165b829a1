//! The edits themselves.

use std::collections::BTreeSet;

use innovate_variation_tests::{
    check::CHECK, literals::LITERALS, types::TYPES, variation::Variation,
};

use crate::PROGRAM;

fn all() -> impl Iterator<Item = &'static Variation> {
    TYPES.iter().chain(LITERALS).chain(CHECK)
}

#[test]
fn every_edit_fits_the_program() {
    let stale: Vec<String> =
        all().filter_map(|variation| variation.apply(&PROGRAM).err()).collect();
    assert!(stale.is_empty(), "{}", stale.join("\n\n"));
}

#[test]
fn every_edit_has_a_name_of_its_own_and_says_what_is_expected() {
    let names: BTreeSet<String> = all().map(|variation| variation.module()).collect();
    assert_eq!(names.len(), all().count());
    for variation in all() {
        assert_ne!(variation.says, "", "{}", variation.name);
    }
}
