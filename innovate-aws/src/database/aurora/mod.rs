//! Aurora PostgreSQL.
//!
//! * `serverless`: the construct of a cluster that scales with its load,
//! * `provisioned`: the construct of a cluster of a fixed size,
//! * `parts`: what both are made of,
//! * `cluster`: what the rest of the program needs of a cluster,
//! * `global`: a database that spans two regions,
//! * `secondary`: its cluster in the recovery region.

mod cluster;
mod global;
mod parts;
mod provisioned;
mod secondary;
mod serverless;

pub use cluster::{AuroraCluster, Provisioned, Sizing};
pub use global::{GlobalDatabase, GlobalDatabaseHandle, SpansRegions};
pub use provisioned::AuroraProvisioned;
pub use secondary::{AuroraSecondary, SecondaryCluster, SecondarySize};
pub use serverless::AuroraServerless;
