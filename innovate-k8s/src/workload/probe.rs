//! How the health of a container is asked for.

use innovate_core::{Diagnostic, Str};
use k8s_openapi::{
    api::core::v1::{HTTPGetAction, Probe},
    apimachinery::pkg::util::intstr::IntOrString,
};

use super::listen::Protocol;
use crate::ManifestScope;

/// The paths of a container's three health checks. They are apart, since they ask different
/// questions: a liveness check that fails with a dependency restarts every pod at once.
///
/// Source: "Configure Liveness, Readiness and Startup Probes", Kubernetes documentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probes {
    startup: Str,
    readiness: Str,
    liveness: Str,
    startup_seconds: u16,
}

impl Default for Probes {
    /// `/startupz`, `/readyz` and `/livez`, with a minute to start.
    fn default() -> Self {
        Self {
            startup: "/startupz".into(),
            readiness: "/readyz".into(),
            liveness: "/livez".into(),
            startup_seconds: 60,
        }
    }
}

impl Probes {
    /// The path that answers once the program has started.
    #[must_use]
    pub fn startup(mut self, path: impl Into<Str>) -> Self {
        self.startup = path.into();
        self
    }

    /// The path that answers while requests are welcome. The load balancer asks it, too.
    #[must_use]
    pub fn readiness(mut self, path: impl Into<Str>) -> Self {
        self.readiness = path.into();
        self
    }

    /// The path that answers unless only a restart helps.
    #[must_use]
    pub fn liveness(mut self, path: impl Into<Str>) -> Self {
        self.liveness = path.into();
        self
    }

    /// How long the program may take to start, in seconds, before it is restarted. 60 by default.
    #[must_use]
    pub const fn startup_within(mut self, seconds: u16) -> Self {
        self.startup_seconds = seconds;
        self
    }

    pub(super) fn readiness_path(&self) -> &Str {
        &self.readiness
    }

    /// A load balancer takes no path without a slash for its health checks.
    pub(super) fn check(&self, scope: &mut ManifestScope<'_>) {
        for path in [&self.startup, &self.readiness, &self.liveness] {
            if !path.starts_with('/') {
                let finding = Diagnostic::error("K8S-02", "a probe's path begins with a slash")
                    .setter("probes")
                    .given(path)
                    .help(format!("write `/{path}`"));
                scope.report(finding);
            }
        }
    }

    /// Startup, readiness and liveness.
    pub(super) fn probes<P: Protocol>(&self) -> [Probe; 3] {
        let probe = |path: &Str, period: i32, failures: i32| Probe {
            http_get: Some(HTTPGetAction {
                path: Some(path.to_string()),
                port: IntOrString::String(P::NAME.to_owned()),
                scheme: Some(P::SCHEME.to_owned()),
                ..HTTPGetAction::default()
            }),
            period_seconds: Some(period),
            timeout_seconds: Some(2),
            failure_threshold: Some(failures),
            ..Probe::default()
        };
        let tries = self.startup_seconds.div_ceil(2).max(1);
        [
            probe(&self.startup, 2, tries.into()),
            probe(&self.readiness, 5, 2),
            probe(&self.liveness, 10, 3),
        ]
    }
}
