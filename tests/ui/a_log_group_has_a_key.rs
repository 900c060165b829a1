//! What a program logs is data, too.

use innovate::prelude::*;

fn log_group() -> LogGroup {
    LogGroup::builder()
        .name(name!(LogGroupName: "/innovate/api"))
        .retention(Retention::OneYear)
        .build()
}

fn main() {}
