//! How many requests are traced.

use innovate_cfn::xray::{self, sampling_rule};
use innovate_core::{AnyStack, Construct, Diagnostic, MAIN, ResourceRef, Scope, Str};
use typed_builder::TypedBuilder;

use super::trace_group::short_name;

/// The last priority before that of the rule `Default`, which takes what no other does. Source:
/// "Configuring sampling rules", AWS X-Ray Developer Guide.
const LAST_PRIORITY: u16 = 9_999;

/// How many requests of a kind are traced: the first so many a second, and a share of the others. Of the
/// rules that a request fits, that with the lowest priority decides; what fits none is traced by the rule
/// `Default`, one request a second and 5 %.
///
/// It is asked by programs whose OpenTelemetry samples as X-Ray says (`OTEL_TRACES_SAMPLER=xray`), which
/// the agent of CloudWatch tells them. It is known to all of an account's region.
///
/// ```
/// use innovate_aws::observability::SamplingRule;
/// use innovate_core::{Prod, Stack};
///
/// fn sample(monitoring: &mut Stack<Prod>) {
///     let probes = SamplingRule::builder().priority(10).path("/healthz").per_second(0).percent(0.0);
///     monitoring.add("Probes", probes.build());
///     let orders = SamplingRule::builder().priority(100).service("orders").percent(20.0).build();
///     monitoring.add("Orders", orders);
/// }
/// ```
///
/// Source: "Configuring sampling rules", AWS X-Ray Developer Guide.
#[derive(Clone, Debug, TypedBuilder)]
pub struct SamplingRule {
    /// Which rule decides: 1 to 9999, the lowest of those that a request fits. Each rule needs its own.
    priority: u16,
    /// How many requests a second are traced first, over all that ask. One by default.
    #[builder(default = 1)]
    per_second: u32,
    /// How many of a hundred further requests are traced.
    percent: f64,
    /// The service's name, as its traces have it. `*` and `?` stand for any text and any character. All by
    /// default.
    #[builder(default = Str::Borrowed("*"), setter(into))]
    service: Str,
    /// The method of the request. All by default.
    #[builder(default = Str::Borrowed("*"), setter(into))]
    method: Str,
    /// The host that the request names. All by default.
    #[builder(default = Str::Borrowed("*"), setter(into))]
    host: Str,
    /// The path of the request. All by default.
    #[builder(default = Str::Borrowed("*"), setter(into))]
    path: Str,
}

impl SamplingRule {
    fn check(&self, scope: &mut Scope<'_>) {
        if self.priority == 0 || self.priority > LAST_PRIORITY {
            scope.report(
                Diagnostic::error("ALM-03", "X-Ray takes no rule of this priority")
                    .setter("priority")
                    .given(self.priority)
                    .allowed(format!("1 to {LAST_PRIORITY}")),
            );
        }
        if !(0.0..=100.0).contains(&self.percent) {
            scope.report(
                Diagnostic::error("ALM-03", "no such share of the requests can be traced")
                    .setter("percent")
                    .given(self.percent)
                    .allowed("0 to 100"),
            );
        }
    }
}

impl Construct for SamplingRule {
    type Handle = ResourceRef;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> ResourceRef {
        self.check(scope);
        let name = short_name(scope);
        let rule = sampling_rule::SamplingRule::new(
            self.percent / 100.0,
            self.method,
            self.host,
            self.priority,
            self.per_second,
            "*",
            self.service,
            "*",
            self.path,
        );
        let rule = rule.rule_name(name).version(1);
        let rule = scope.add(MAIN, xray::SamplingRule::new().sampling_rule(rule));
        AsRef::<ResourceRef>::as_ref(&rule).clone()
    }
}
