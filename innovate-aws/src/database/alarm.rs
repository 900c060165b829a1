//! What the alarms of databases watch.

use super::{
    AuroraCluster, AuroraMetric, Pausing, Provisioned, ProxyHandle, ProxyMetric, RdsInstance,
    RdsMetric, RdsReplica, ServerlessMetric, Sizing,
};
use crate::observability::{
    Alarms, Condition, Datapoints, Measure, MissingData, Period,
    alarm::{Proposal, alarm_kinds},
};

alarm_kinds! {
    /// The alarms of an Aurora cluster.
    ///
    /// A paused cluster measures nothing, and while there is no data the state of an alarm isn't known: it
    /// tells nobody.
    ///
    /// Sources: "Amazon CloudWatch metrics for Amazon Aurora", Amazon Aurora User Guide; "Recommended
    /// alarms" for Amazon RDS, Amazon CloudWatch User Guide.
    AuroraAlarm {
        /// The processors are busy: above 80 % for 15 minutes, outside of production above 90 %.
        Cpu,
        /// Less than 256 MiB of memory are left for 15 minutes.
        Memory,
        /// A reader is more than a second behind the writer for 10 minutes.
        ReplicaLag,
        /// Commits take more than 100 milliseconds for 15 minutes, outside of production more than
        /// 500.
        CommitLatency,
        /// Transactions deadlock for 10 minutes.
        Deadlocks,
        /// An instance has 80 % of the clients that the writer takes for 10 minutes, outside of
        /// production 90 %. Where the program names another, set its number:
        /// `.threshold(AuroraAlarm::Connections, 400.0)`.
        Connections,
        /// A billion transaction ids aren't frozen: vacuum falls behind.
        TransactionIds,
        /// Of a cluster that scales with its load: the maximum capacity is nearly used, above 90 % for
        /// 15 minutes.
        Capacity,
        /// Of a provisioned cluster: less than 1 GiB is left for temporary tables and logs, for 15
        /// minutes.
        LocalStorage,
    }
}

alarm_kinds! {
    /// The alarms of an instance of RDS.
    ///
    /// Sources: "Amazon CloudWatch metrics for Amazon RDS", Amazon RDS User Guide; "Recommended
    /// alarms" for Amazon RDS, Amazon CloudWatch User Guide.
    RdsAlarm {
        /// The processors are busy: above 80 % for 15 minutes, outside of production above 90 %.
        Cpu,
        /// Less than 256 MiB of memory are left for 15 minutes.
        Memory,
        /// Less than 5 GiB of storage are left for 15 minutes.
        Storage,
        /// A read takes more than 50 milliseconds for 15 minutes, outside of production more than
        /// 200.
        ReadLatency,
        /// A write takes more than 50 milliseconds for 15 minutes, outside of production more than
        /// 200.
        WriteLatency,
        /// A billion transaction ids aren't frozen: vacuum falls behind.
        TransactionIds,
        /// It has 80 % of the clients that it takes for 10 minutes, outside of production 90 %.
        Connections,
    }
}

alarm_kinds! {
    /// The alarms of an instance that follows another.
    ///
    /// Source: "Monitoring replication lag", Amazon RDS User Guide.
    ReplicaAlarm {
        /// The processors are busy: above 80 % for 15 minutes, outside of production above 90 %.
        Cpu,
        /// It is more than a minute behind for 10 minutes, or doesn't follow any more.
        Lag,
        /// Less than 5 GiB of storage are left for 15 minutes.
        Storage,
        /// It has 80 % of the clients that it takes for 10 minutes, outside of production 90 %.
        Connections,
    }
}

alarm_kinds! {
    /// The alarms of a proxy.
    ///
    /// Source: "Monitoring RDS Proxy metrics with Amazon CloudWatch", Amazon Aurora User Guide.
    ProxyAlarm {
        /// The database that takes writes could not be reached for part of five minutes. Until a first
        /// client has connected there is no data, and the state isn't known.
        Availability,
        /// More than 80 % of the connections that it may open to the database that takes writes are open,
        /// for 15 minutes, outside of production more than 90 %.
        Connections,
        /// Clients wait for a connection to the database for more than 100 milliseconds, for 15
        /// minutes, outside of production more than 500.
        BorrowLatency,
        /// Connections to the database failed to open more than 10 times in five minutes, for 10
        /// minutes.
        SetupFailures,
    }
}

const MIB: f64 = 1_048_576.0;
const GIB: f64 = 1_024.0 * MIB;
/// A billion: at two, PostgreSQL stops.
const MANY_IDS: f64 = 1_000_000_000.0;

const BUSY: &str = "The database's processors are busy: look for slow queries in Database Insights, or take a larger size";
const NO_MEMORY: &str = "The database runs out of memory: look for many clients and for large sorts, or take a larger size";
const NO_STORAGE: &str = "The database runs out of storage: look for replication slots that nobody reads, and raise the maximum of its storage";
const VACUUM: &str = "Vacuum falls behind, and at two billion ids PostgreSQL stops: end old transactions, drop unused replication slots, vacuum";
const FULL: &str = "The database has nearly all the clients that it takes, and then refuses more: look for those that don't close their connections, pool them, or put an RDS Proxy before it";

/// What is bad when it stays so for a quarter of an hour. A database that measures nothing is paused, or
/// stopped by its schedule.
fn lasting(measure: Measure, condition: Condition, description: &'static str) -> Proposal {
    Proposal::when(measure, condition, MissingData::Missing)
        .over(Datapoints::in_a_row(3), Period::FiveMinutes)
        .describe(description)
}

fn busy(cpu: Measure) -> Proposal {
    lasting(cpu, Condition::Above(80.0), BUSY).outside_production(90.0)
}

fn old_ids(ids: Measure) -> Proposal {
    Proposal::when(ids, Condition::Above(MANY_IDS), MissingData::NotBreaching)
        .over(Datapoints::in_a_row(1), Period::OneHour)
        .describe(VACUUM)
}

/// Of the instance of a database that has the most clients, against how many each takes.
fn crowded(clients: Measure, most: u32) -> Proposal {
    let share = |percent: f64| (f64::from(most) * percent / 100.0).floor();
    Proposal::when(clients, Condition::Above(share(80.0)), MissingData::NotBreaching)
        .outside_production(share(90.0))
        .over(Datapoints::in_a_row(2), Period::FiveMinutes)
        .describe(FULL)
}

impl<K: Sizing> AuroraCluster<K> {
    fn alarms_of_any_size(&self) -> Vec<(AuroraAlarm, Proposal)> {
        let metric = |metric: AuroraMetric| self.metric(metric);
        let lag = Proposal::when(
            metric(AuroraMetric::AuroraReplicaLag).maximum(),
            Condition::Above(1_000.0),
            MissingData::NotBreaching,
        )
        .over(Datapoints::in_a_row(2), Period::FiveMinutes)
        .describe("A reader shows data of more than a second ago: look for long queries on it, and read from the writer what must be new");
        let latency = metric(AuroraMetric::CommitLatency).average();
        let deadlocks = Proposal::when(
            metric(AuroraMetric::Deadlocks).average(),
            Condition::Above(0.0),
            MissingData::NotBreaching,
        )
        .over(Datapoints::in_a_row(2), Period::FiveMinutes)
        .describe(
            "Transactions deadlock: the database's log has them; let them lock rows in one order",
        );
        // Of a serverless instance it is what would be left at the maximum capacity. Source:
        // "Performance and scaling for Aurora Serverless v2", Amazon Aurora User Guide.
        let memory = metric(AuroraMetric::FreeableMemory).minimum();
        let mut alarms = vec![
            (AuroraAlarm::Cpu, busy(metric(AuroraMetric::CpuUtilization).average())),
            (AuroraAlarm::Memory, lasting(memory, Condition::Below(256.0 * MIB), NO_MEMORY)),
            (AuroraAlarm::ReplicaLag, lag),
            (
                AuroraAlarm::CommitLatency,
                lasting(
                    latency,
                    Condition::Above(100.0),
                    "Commits are slow: look at the waits for storage in Database Insights, and put small transactions together",
                )
                .outside_production(500.0),
            ),
            (AuroraAlarm::Deadlocks, deadlocks),
        ];
        alarms.extend(self.max_connections().map(|most| {
            let clients = metric(AuroraMetric::DatabaseConnections).maximum();
            (AuroraAlarm::Connections, crowded(clients, most))
        }));
        alarms.push((
            AuroraAlarm::TransactionIds,
            old_ids(metric(AuroraMetric::MaximumUsedTransactionIds).maximum()),
        ));
        alarms
    }
}

impl<K: Pausing> AuroraCluster<K> {
    /// The alarms that it comes with: [`AuroraAlarm`].
    pub fn alarms(&self) -> Alarms<AuroraAlarm> {
        let full = lasting(
            self.metric(ServerlessMetric::AcuUtilization).average(),
            Condition::Above(90.0),
            "The database is at the end of its capacity: raise the maximum",
        );
        let mut alarms = self.alarms_of_any_size();
        alarms.push((AuroraAlarm::Capacity, full));
        Alarms::of(alarms)
    }
}

impl AuroraCluster<Provisioned> {
    /// The alarms that it comes with: [`AuroraAlarm`].
    pub fn alarms(&self) -> Alarms<AuroraAlarm> {
        let left = lasting(
            self.metric(AuroraMetric::FreeLocalStorage).minimum(),
            Condition::Below(GIB),
            "An instance runs out of space for temporary tables and logs: look for large sorts, or take a larger size, which has more",
        );
        let mut alarms = self.alarms_of_any_size();
        alarms.push((AuroraAlarm::LocalStorage, left));
        Alarms::of(alarms)
    }
}

impl RdsInstance {
    /// The alarms that it comes with: [`RdsAlarm`].
    pub fn alarms(&self) -> Alarms<RdsAlarm> {
        let metric = |metric: RdsMetric| self.metric(metric);
        let memory = metric(RdsMetric::FreeableMemory).minimum();
        let storage = metric(RdsMetric::FreeStorageSpace).minimum();
        let slow = |latency, description| {
            lasting(metric(latency).average(), Condition::Above(0.05), description)
                .outside_production(0.2)
        };
        let crowd = self.max_connections().map(|most| {
            let clients = metric(RdsMetric::DatabaseConnections).maximum();
            (RdsAlarm::Connections, crowded(clients, most))
        });
        let alarms = [
            (RdsAlarm::Cpu, busy(metric(RdsMetric::CpuUtilization).average())),
            (RdsAlarm::Memory, lasting(memory, Condition::Below(256.0 * MIB), NO_MEMORY)),
            (RdsAlarm::Storage, lasting(storage, Condition::Below(5.0 * GIB), NO_STORAGE)),
            (
                RdsAlarm::ReadLatency,
                slow(
                    RdsMetric::ReadLatency,
                    "Reads are slow: the storage has all the IOPS that it may have, or queries read too much",
                ),
            ),
            (
                RdsAlarm::WriteLatency,
                slow(
                    RdsMetric::WriteLatency,
                    "Writes are slow: the storage has all the IOPS or throughput that it may have",
                ),
            ),
            (
                RdsAlarm::TransactionIds,
                old_ids(metric(RdsMetric::MaximumUsedTransactionIds).maximum()),
            ),
        ];
        Alarms::of(alarms.into_iter().chain(crowd))
    }
}

impl RdsReplica {
    /// The alarms that it comes with: [`ReplicaAlarm`].
    pub fn alarms(&self) -> Alarms<ReplicaAlarm> {
        // A replica that doesn't follow any more says nothing.
        let lag = Proposal::when(
            self.metric(RdsMetric::ReplicaLag).maximum(),
            Condition::Above(60.0),
            MissingData::Breaching,
        )
        .over(Datapoints::in_a_row(2), Period::FiveMinutes)
        .describe("The replica shows data of more than a minute ago, or doesn't follow: look at its log, at long queries on it and at whether it is smaller than its source");
        let storage = self.metric(RdsMetric::FreeStorageSpace).minimum();
        let crowd = self.max_connections().map(|most| {
            let clients = self.metric(RdsMetric::DatabaseConnections).maximum();
            (ReplicaAlarm::Connections, crowded(clients, most))
        });
        let alarms = [
            (ReplicaAlarm::Cpu, busy(self.metric(RdsMetric::CpuUtilization).average())),
            (ReplicaAlarm::Lag, lag),
            (ReplicaAlarm::Storage, lasting(storage, Condition::Below(5.0 * GIB), NO_STORAGE)),
        ];
        Alarms::of(alarms.into_iter().chain(crowd))
    }
}

impl ProxyHandle {
    /// The alarms that it comes with: [`ProxyAlarm`].
    pub fn alarms(&self) -> Alarms<ProxyAlarm> {
        let metric = |metric: ProxyMetric| self.metric(metric);
        let available = Proposal::when(
            metric(ProxyMetric::AvailabilityPercentage).average(),
            Condition::Below(100.0),
            MissingData::Missing,
        )
        .over(Datapoints::in_a_row(1), Period::FiveMinutes)
        .describe("The proxy can't reach the database: look whether that fails over or is stopped, and at the security groups between them");
        let share = self.of_writer(ProxyMetric::DatabaseConnections).sum()
            / self.of_writer(ProxyMetric::MaxDatabaseConnectionsAllowed).sum()
            * 100.0;
        let connections = Proposal::when(share, Condition::Above(80.0), MissingData::NotBreaching)
            .outside_production(90.0)
            .over(Datapoints::in_a_row(3), Period::FiveMinutes)
            .describe("The proxy has nearly all connections open that it may: look for sessions that are pinned and for long transactions, or take a larger database");
        // In microseconds.
        let wait = Proposal::when(
            metric(ProxyMetric::DatabaseConnectionsBorrowLatency).average(),
            Condition::Above(100_000.0),
            MissingData::NotBreaching,
        )
        .outside_production(500_000.0)
        .over(Datapoints::in_a_row(3), Period::FiveMinutes)
        .describe("Clients wait for connections to the database: look for sessions that are pinned and for long transactions");
        let failures = Proposal::when(
            metric(ProxyMetric::DatabaseConnectionsSetupFailed).sum(),
            Condition::Above(10.0),
            MissingData::NotBreaching,
        )
        .over(Datapoints::in_a_row(2), Period::FiveMinutes)
        .describe("The proxy fails to log in to the database: look at its log, and whether the database's user and the secret fit");
        Alarms::of([
            (ProxyAlarm::Availability, available),
            (ProxyAlarm::Connections, connections),
            (ProxyAlarm::BorrowLatency, wait),
            (ProxyAlarm::SetupFailures, failures),
        ])
    }
}
