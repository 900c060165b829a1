//! ECR can't be let in by the policy of a key for databases.

use innovate::prelude::*;

fn repository(key: &Key<Rds>) -> Repository {
    Repository::builder().name(name!(RepositoryName: "innovate/api")).key(key).build()
}

fn main() {}
