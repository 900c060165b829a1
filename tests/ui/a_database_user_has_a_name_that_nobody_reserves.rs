//! PostgreSQL and RDS keep some names for themselves.

use innovate::prelude::*;

fn main() {
    let _ = name!(DatabaseUser: "rds_superuser");
}
