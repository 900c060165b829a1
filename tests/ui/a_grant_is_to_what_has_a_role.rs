//! A repository reads no secret: what does is the role of some pods.

use innovate::prelude::*;
use innovate_aws::{registry::RepositoryHandle, secrets::SecretHandle};

fn grant(secret: &SecretHandle, repository: &RepositoryHandle) -> Grant {
    secret.grant_read(repository)
}

fn main() {}
