//! The program of the README, and the two mistakes that the README shows.

use super::variation::{Variation, found, refused};

/// The mistake that the compiler sees.
pub const ZONE: Variation =
    refused("readme zone").replace("az1, az2, az3", "az1, az2, az2").says("named twice");

/// The mistake that `check` sees.
pub const WINDOW: Variation = found("readme window", "DB-03")
    .insert(".readers(", ".maintenance_window(weekly_window!(\"sun:02:30-sun:03:30\"))")
    .says("the maintenance window meets the backup window");

/// The blocks of the README in a language, without their fences.
pub fn blocks<'a>(readme: &'a str, language: &'a str) -> impl Iterator<Item = &'a str> {
    let begins = format!("```{language}");
    readme.split("\n```").filter_map(move |block| {
        let language = begins.strip_prefix("```")?;
        block.strip_prefix(language)?.split_once('\n').map(|(_, block)| block)
    })
}
