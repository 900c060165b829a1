//! How a cluster is measured.

use serde_json::{Value, json};

use super::{Addon, AddonVersion, Addons};
use innovate_core::{Diagnostic, Scope};

/// How Container Insights measures a cluster, by the add-on
/// [`CloudWatchObservability`](Addon::CloudWatchObservability).
///
/// Sources: "OTel Container Insights (Recommended)" and "Compare Container Insights approaches", Amazon
/// CloudWatch User Guide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ContainerInsights {
    /// As metrics of the namespace `ContainerInsights`, which the cluster's alarms watch. AWS maintains it
    /// and adds nothing to it.
    #[default]
    Classic,
    /// With OpenTelemetry, too: what [`PromQlAlarm`](crate::observability::PromQlAlarm) asks for. Both are
    /// paid for, and the logs are those of before. It needs version 6.2.0 of the add-on.
    AndOpenTelemetry,
}

/// The first version that measures with OpenTelemetry.
const FIRST: [u32; 2] = [6, 2];

impl ContainerInsights {
    /// What the add-on is told beside what it is told anyway.
    pub(super) fn configure(self, values: &mut Value) {
        if self == Self::AndOpenTelemetry
            && let Some(values) = values.as_object_mut()
        {
            let own = json!({ "enabled": true, "logs": { "enabled": false } });
            values.insert("otelContainerInsights".to_owned(), own);
        }
    }

    /// Reports an add-on that is missing or too old for it.
    pub(super) fn check(
        self,
        addons: &Addons,
        version: Option<&AddonVersion>,
        scope: &mut Scope<'_>,
    ) {
        if self == Self::Classic {
            return;
        }
        let addon = Addon::CloudWatchObservability;
        let finding = |given: String| {
            Diagnostic::error("LOG-02", "nothing measures the cluster with OpenTelemetry")
                .setter("container_insights")
                .given(given)
                .allowed(format!("the add-on `{}`, from v6.2.0 on", addon.name()))
        };
        if !addons.contains(addon) {
            let found = finding(format!("no add-on `{}`", addon.name()));
            scope.report(found.help("add it: `.with(Addon::CloudWatchObservability)`"));
        } else if let Some(old) = version.filter(|version| is_before(version, FIRST)) {
            scope.report(
                finding(old.to_string()).help("leave its version out, or name a later one"),
            );
        }
    }
}

/// Whether a version such as `v6.4.0-eksbuild.1` is before another.
fn is_before(version: &AddonVersion, [major, minor]: [u32; 2]) -> bool {
    let mut parts = version.as_str().trim_start_matches('v').split('.').map(str::parse::<u32>);
    match (parts.next(), parts.next()) {
        (Some(Ok(own)), Some(Ok(next))) => (own, next) < (major, minor),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        let before = |text: &'static str| is_before(&AddonVersion::checked(text), FIRST);
        assert!(before("v6.1.9-eksbuild.1") && before("v5.10.0-eksbuild.1"));
        assert!(!before("v6.2.0-eksbuild.1") && !before("v6.10.0-eksbuild.1"));
        assert!(!before("v10.0.0-eksbuild.1"));
    }
}
