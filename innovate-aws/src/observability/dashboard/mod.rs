//! Dashboards of CloudWatch.
//!
//! * [`Dashboard`]: the construct,
//! * [`Widget`]: what is on it,
//! * `body`: the JSON that CloudWatch takes.

mod body;
mod widget;

use innovate_cfn::cloudwatch;
use innovate_core::{AnyStack, Construct, Diagnostic, MAIN, Scope, Str};

use crate::name::name_of;

pub use widget::Widget;

/// How many widgets a dashboard may have, and how many metrics a widget and a dashboard. Source:
/// "CloudWatch service quotas", Amazon CloudWatch User Guide.
const MOST_WIDGETS: usize = 500;
const MOST_METRICS: (usize, usize) = (500, 2_500);

/// What an environment looks like on one page, in sections of widgets, three in a row.
///
/// ```
/// use innovate_aws::{
///     cluster::{Cluster, ClusterMetric},
///     database::{AuroraCluster, AuroraMetric},
///     observability::{Dashboard, Widget},
/// };
/// use innovate_core::{Prod, Stack};
///
/// fn overview(monitoring: &mut Stack<Prod>, cluster: &Cluster, database: &AuroraCluster) {
///     let nodes = [ClusterMetric::NodeCpu, ClusterMetric::NodeMemory];
///     monitoring.add(
///         "Overview",
///         Dashboard::new()
///             .section("Cluster", [Widget::line("Nodes", nodes.map(|each| cluster.metric(each).average()))])
///             .section("Database", [
///                 Widget::line("CPU", [database.metric(AuroraMetric::CpuUtilization).average()]),
///                 Widget::line("Clients", [database.metric(AuroraMetric::DatabaseConnections).maximum()]),
///             ]),
///     );
/// }
/// ```
///
/// Source: "Dashboard body structure and syntax", Amazon CloudWatch API Reference.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Dashboard {
    sections: Vec<(Str, Vec<Widget>)>,
}

impl Dashboard {
    /// An empty one.
    pub const fn new() -> Self {
        Self { sections: Vec::new() }
    }

    /// The same with one more section at its end.
    pub fn section(
        mut self,
        title: impl Into<Str>,
        widgets: impl IntoIterator<Item = Widget>,
    ) -> Self {
        self.sections.push((title.into(), widgets.into_iter().collect()));
        self
    }

    fn findings(&self) -> Vec<Diagnostic> {
        let widgets = || self.sections.iter().flat_map(|(_, widgets)| widgets);
        let most = |what: &str, given: usize, most: usize| {
            (given > most).then(|| {
                Diagnostic::error("ALM-03", format!("CloudWatch refuses so many {what}"))
                    .setter("section")
                    .given(given)
                    .allowed(format!("up to {most}"))
            })
        };
        let count = self.sections.len() + widgets().count();
        let all = widgets().map(Widget::metrics).sum();
        let largest = widgets().map(Widget::metrics).max().unwrap_or_default();
        [
            most("widgets on a dashboard", count, MOST_WIDGETS),
            most("metrics on a dashboard", all, MOST_METRICS.1),
            most("metrics on a widget", largest, MOST_METRICS.0),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl Construct for Dashboard {
    type Handle = cloudwatch::DashboardRef;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> cloudwatch::DashboardRef {
        self.findings().into_iter().for_each(|finding| scope.report(finding));
        let body = body::of(&self.sections, scope.site());
        let dashboard = cloudwatch::Dashboard::new(body).dashboard_name(name_of(scope));
        scope.add(MAIN, dashboard)
    }
}
