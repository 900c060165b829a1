//! The policy of a key for databases lets no log group use it.

use innovate::prelude::*;

fn log_group(key: &Key<Rds>) -> LogGroup {
    LogGroup::builder()
        .name(name!(LogGroupName: "/innovate/api"))
        .retention(Retention::OneYear)
        .key(key)
        .build()
}

fn main() {}
