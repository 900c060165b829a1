//! Aurora PostgreSQL.
//!
//! * `serverless`: the construct of a cluster that scales with its load,
//! * `provisioned`: the construct of a cluster of a fixed size,
//! * `parts`: what both are made of,
//! * `cluster`: what the rest of the program needs of a cluster.

mod cluster;
mod parts;
mod provisioned;
mod serverless;

pub use cluster::{AuroraCluster, Provisioned, Sizing};
pub use provisioned::AuroraProvisioned;
pub use serverless::AuroraServerless;
