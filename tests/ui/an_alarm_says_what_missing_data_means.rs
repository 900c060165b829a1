//! An alarm can't leave open what a period without data counts as.

use innovate_aws::{
    database::{AuroraCluster, AuroraMetric},
    observability::{Alarm, Condition},
};

fn watch(database: &AuroraCluster) -> Alarm {
    Alarm::when(database.metric(AuroraMetric::CpuUtilization).average(), Condition::Above(80.0))
}

fn main() {}
