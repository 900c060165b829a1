//! An alarm on a metric that nobody publishes never goes off: each kind of thing has its own metrics.

use innovate::aws::database::{AuroraMetric, RdsInstance};

fn misspelt() {
    let _ = AuroraMetric::CpuUtilisation;
}

fn of_another(instance: &RdsInstance) {
    let _ = instance.metric(AuroraMetric::Deadlocks);
}

fn main() {}
