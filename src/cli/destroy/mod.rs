//! `destroy`: the program's stacks are deleted.

#[cfg(feature = "deploy")]
mod run;

#[cfg(feature = "deploy")]
pub(super) use run::destroy;

/// Without the feature nothing here knows how.
#[cfg(not(feature = "deploy"))]
pub(super) fn destroy(
    _: impl FnOnce() -> innovate_core::App,
    _: &super::arguments::Destroy,
    _: &super::place::Home,
    _: &super::events::Events<'_>,
) -> Result<super::Outcome, super::Failure> {
    Err(super::aws::cannot_ask(""))
}
