//! ECR takes lower case alone.

use innovate::prelude::*;

fn repository(key: &Key<Ecr>) -> Repository {
    Repository::builder().name(name!(RepositoryName: "Innovate/API")).key(key).build()
}

fn main() {}
