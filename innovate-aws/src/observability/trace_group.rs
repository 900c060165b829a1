//! Traces that are looked at together.

use innovate_cfn::xray::{self, group};
use innovate_core::{AnyStack, Construct, Diagnostic, MAIN, ResourceRef, Scope, Str};
use typed_builder::TypedBuilder;

use crate::name::short_name_of;

/// The longest name of a group or a sampling rule, in characters. Source: "CreateGroup" and
/// "SamplingRule", AWS X-Ray API Reference.
const LONGEST_NAME: usize = 32;

/// The name of what X-Ray knows by a short one.
pub(super) fn short_name(scope: &mut Scope<'_>) -> String {
    let name = short_name_of(scope);
    if name.len() > LONGEST_NAME {
        scope.report(
            Diagnostic::error("ALM-03", "X-Ray takes no such long name")
                .given(&name)
                .allowed(format!("up to {LONGEST_NAME} characters"))
                .help("it follows from the environment's name and the id: give it a shorter id"),
        );
    }
    name
}

/// Whether X-Ray looks for anomalies by itself.
///
/// Source: "Using X-Ray insights", AWS X-Ray Developer Guide: it costs by the trace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TraceInsights {
    /// It doesn't.
    #[default]
    Off,
    /// It does, and shows them.
    Shown,
    /// It does, and tells EventBridge of them, too.
    Told,
}

/// Traces that are looked at together: those of one service, say, or those that failed. X-Ray draws a map
/// of them and reckons metrics. Only traces that are indexed belong to groups:
/// [`Tracing`](super::Tracing) decides how many are.
///
/// ```
/// use innovate_aws::observability::TraceGroup;
/// use innovate_core::{Prod, Stack};
///
/// fn slow(monitoring: &mut Stack<Prod>) {
///     let slow = TraceGroup::builder().filter("service(\"shop-api\") AND responsetime > 1").build();
///     monitoring.add("Slow", slow);
/// }
/// ```
///
/// Sources: "Configuring groups" and "Using filter expressions", AWS X-Ray Developer Guide.
#[derive(Clone, Debug, TypedBuilder)]
pub struct TraceGroup {
    /// Which traces belong to it, as a filter expression of X-Ray.
    #[builder(setter(into))]
    filter: Str,
    /// Whether X-Ray looks for anomalies in it. It doesn't by default.
    #[builder(default)]
    insights: TraceInsights,
}

impl Construct for TraceGroup {
    type Handle = ResourceRef;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> ResourceRef {
        let name = short_name(scope);
        if self.filter.trim().is_empty() {
            scope.report(
                Diagnostic::error("ALM-03", "a group of all traces is no group")
                    .setter("filter")
                    .given("nothing")
                    .allowed("a filter expression, such as `service(\"api\")`"),
            );
        }
        let insights = group::InsightsConfiguration::new()
            .insights_enabled(self.insights != TraceInsights::Off)
            .notifications_enabled(self.insights == TraceInsights::Told);
        let group =
            xray::Group::new(name).filter_expression(self.filter).insights_configuration(insights);
        AsRef::<ResourceRef>::as_ref(&scope.add(MAIN, group)).clone()
    }
}
