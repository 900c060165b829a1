//! Aurora PostgreSQL.
//!
//! * `serverless`: the construct of a cluster that scales with its load,
//! * `cluster`: what the rest of the program needs of a cluster.

mod cluster;
mod serverless;

pub use cluster::{AuroraCluster, Sizing};
pub use serverless::AuroraServerless;
