//! What the names of an environment's secrets begin with.

use innovate_core::Site;

/// `<application>/<stage>/`.
pub(crate) fn secret_prefix(site: &Site) -> String {
    let (environment, stage) = (site.environment(), site.stage().name());
    let application = environment
        .strip_suffix(stage)
        .and_then(|application| application.strip_suffix('-'))
        .unwrap_or(environment);
    format!("{application}/{stage}/")
}

#[cfg(test)]
mod tests {
    use innovate_core::StageKind;

    use super::*;

    #[test]
    fn secrets_are_named_after_application_and_stage() {
        let site = Site::new("my-shop-prod", StageKind::Prod, "444455556666", "eu-west-1");
        assert_eq!(secret_prefix(&site), "my-shop/prod/");
    }
}
