//! `deploy`: what the program yields is deployed.

#[cfg(feature = "deploy")]
mod run;

#[cfg(feature = "deploy")]
pub(super) use run::deploy;

/// Without the feature nothing here knows how.
#[cfg(not(feature = "deploy"))]
pub(super) fn deploy(
    _: impl FnOnce() -> innovate_core::App,
    _: &super::arguments::Deploy,
    _: &super::place::Home,
    _: &super::events::Events<'_>,
) -> Result<super::Outcome, super::Failure> {
    Err(super::aws::cannot_ask(""))
}
