//! What an Aurora cluster's alarms watch.

use super::{AuroraCluster, AuroraMetric, Pausing, ServerlessMetric};
use crate::observability::{
    Alarms, Condition, Datapoints, MissingData, Period,
    alarm::{Proposal, alarm_kinds},
};

alarm_kinds! {
    /// The alarms of an Aurora cluster.
    ///
    /// Source: "Monitoring metrics in an Amazon Aurora cluster", Amazon Aurora User Guide, and the
    /// alarms that "Recommended alarms", Amazon CloudWatch User Guide, names for RDS.
    AuroraAlarm {
        /// The processors are busy: above 80 % for 15 minutes, outside of production above 90 %.
        Cpu,
        /// The maximum capacity is nearly used: above 90 % for 15 minutes.
        Capacity,
        /// Less than 256 MiB of memory are left for 15 minutes.
        Memory,
        /// A reader is more than a second behind the writer for 10 minutes.
        ReplicaLag,
        /// Commits take more than 100 milliseconds for 15 minutes, outside of production more than
        /// 500.
        CommitLatency,
        /// Transactions deadlock for 10 minutes.
        Deadlocks,
        /// A billion transaction ids aren't frozen: vacuum falls behind.
        TransactionIds,
    }
}

const MIB: f64 = 1_048_576.0;

impl<K: Pausing> AuroraCluster<K> {
    /// The alarms that it comes with: [`AuroraAlarm`].
    pub fn alarms(&self) -> Alarms<AuroraAlarm> {
        let quarter_of_an_hour = Datapoints::in_a_row(3);
        let when = Proposal::when;
        let metric = |metric: AuroraMetric| self.metric(metric);
        let busy = when(
            metric(AuroraMetric::CpuUtilization).average(),
            Condition::Above(80.0),
            MissingData::Missing,
        )
        .outside_production(90.0)
        .over(quarter_of_an_hour, Period::FiveMinutes)
        .describe("The database's processors are busy: look for slow queries in Database Insights");
        let full = when(
            self.metric(ServerlessMetric::AcuUtilization).average(),
            Condition::Above(90.0),
            MissingData::Missing,
        )
        .over(quarter_of_an_hour, Period::FiveMinutes)
        .describe("The database is at the end of its capacity: raise the maximum");
        // Of a serverless instance it is what would be left at the maximum capacity. Source:
        // "Monitoring Aurora Serverless v2 with Amazon CloudWatch", Amazon Aurora User Guide.
        let memory = when(
            metric(AuroraMetric::FreeableMemory).minimum(),
            Condition::Below(256.0 * MIB),
            MissingData::Missing,
        )
        .over(quarter_of_an_hour, Period::FiveMinutes)
        .describe("The database runs out of memory: raise the maximum capacity");
        let lag = when(
            metric(AuroraMetric::AuroraReplicaLag).maximum(),
            Condition::Above(1_000.0),
            MissingData::NotBreaching,
        )
        .over(Datapoints::in_a_row(2), Period::FiveMinutes)
        .describe("A reader shows data of more than a second ago");
        let latency = when(
            metric(AuroraMetric::CommitLatency).average(),
            Condition::Above(100.0),
            MissingData::NotBreaching,
        )
        .outside_production(500.0)
        .over(quarter_of_an_hour, Period::FiveMinutes)
        .describe("Commits are slow");
        let deadlocks = when(
            metric(AuroraMetric::Deadlocks).average(),
            Condition::Above(0.0),
            MissingData::NotBreaching,
        )
        .over(Datapoints::in_a_row(2), Period::FiveMinutes)
        .describe("Transactions deadlock: look at the order in which they lock rows");
        let ids = when(
            metric(AuroraMetric::MaximumUsedTransactionIds).maximum(),
            Condition::Above(1_000_000_000.0),
            MissingData::NotBreaching,
        )
        .over(Datapoints::in_a_row(1), Period::OneHour)
        .describe(
            "Vacuum falls behind, and at two billion ids PostgreSQL stops: end old transactions, drop old replication slots, vacuum",
        );
        Alarms::of([
            (AuroraAlarm::Cpu, busy),
            (AuroraAlarm::Capacity, full),
            (AuroraAlarm::Memory, memory),
            (AuroraAlarm::ReplicaLag, lag),
            (AuroraAlarm::CommitLatency, latency),
            (AuroraAlarm::Deadlocks, deadlocks),
            (AuroraAlarm::TransactionIds, ids),
        ])
    }
}
