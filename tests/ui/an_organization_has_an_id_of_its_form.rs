//! An account's id is none of an organization: everyone else would be let in, or nobody.

use innovate::prelude::*;

fn repository(key: &Key<Ecr>) -> Repository {
    Repository::builder()
        .name(name!(RepositoryName: "innovate/api"))
        .key(key)
        .pulled_by(organization!("444455556666"))
        .build()
}

fn main() {}
