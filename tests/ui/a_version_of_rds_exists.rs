//! RDS skips some minor versions too.

use innovate::prelude::*;

fn main() {
    let _ = PostgresVersion::V18_5;
}
