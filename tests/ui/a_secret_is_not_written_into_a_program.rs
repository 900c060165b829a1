//! What is written into a program is in Git.

use innovate::prelude::*;

fn secret(key: &Key<Secrets>) -> Secret {
    Secret::builder()
        .path(name!(SecretPath: "payments/api"))
        .key(key)
        .contents("hunter2")
        .build()
}

fn main() {}
