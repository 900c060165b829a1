//! DB-15: insights have the memory that they take.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::{CLUSTER, instances_of};
use crate::{
    database::Acu,
    rules::read::{decimal, truth},
};

/// A serverless cluster with insights has 2 ACU or more.
pub static INSIGHTS_HAVE_MEMORY: Rule = Rule {
    code: "DB-15",
    title: "a serverless cluster with insights is never smaller than 2 ACU",
    explanation: "\
Insights take memory on each instance. Below 2 ACU that is memory which PostgreSQL needs: statements are \
refused or fail while the instance scales up, and an idle instance stays larger than the minimum that the \
program gives. A cluster that pauses isn't looked at while it does.

Raise the minimum, `.capacity(capacity!(2..=64))`, or leave insights out, `.insights(Insights::Off)`. Outside \
production they are off by default where the minimum is below 2 ACU. Whoever wants both accepts the finding with \
a reason.

Source: \"Performance and scaling for Aurora Serverless v2\", Amazon Aurora User Guide.",
    check: Check::Model(check),
};

const LEAST: &str = "ServerlessV2ScalingConfiguration/MinCapacity";

fn check(model: &Model<'_>, findings: &mut Findings) {
    let enough = f64::from(Acu::FOR_INSIGHTS.halves()) / 2.0;
    for cluster in model.resources_of(CLUSTER) {
        let least = cluster.properties().at(LEAST).and_then(decimal);
        let Some(least) = least.filter(|least| *least < enough) else { continue };
        let Some(insights) = insights(model, cluster) else { continue };
        findings.report(
            Diagnostic::warning("DB-15", "insights take memory that the cluster may not have")
                .on(cluster)
                .property(LEAST)
                .setter("capacity")
                .given(format!("{least} ACU at the least, with {insights} insights"))
                .allowed(format!("{} ACU or more with insights", Acu::FOR_INSIGHTS))
                .help(format!(
                    "begin at {} ACU, or leave them out: `.insights(Insights::Off)`",
                    Acu::FOR_INSIGHTS
                )),
        );
    }
}

/// Which insights a cluster has, itself or on one of its instances.
fn insights<'app>(model: &Model<'app>, cluster: &'app Resource) -> Option<&'app str> {
    let on = |resource: &Resource, switch: &str| truth(resource, switch) == Some(true);
    let instances = instances_of(model, cluster);
    let has = on(cluster, "PerformanceInsightsEnabled")
        || instances.iter().any(|instance| on(instance, "EnablePerformanceInsights"));
    let mode = cluster.properties().get("DatabaseInsightsMode").and_then(Node::as_text);
    has.then(|| mode.unwrap_or("standard"))
}
