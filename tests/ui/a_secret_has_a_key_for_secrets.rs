//! A key's policy lets in what the key is for: Secrets Manager is no bucket.

use innovate::prelude::*;

fn secret(key: &Key<S3>) -> Secret {
    Secret::builder().path(name!(SecretPath: "api/session")).key(key).build()
}

fn main() {}
