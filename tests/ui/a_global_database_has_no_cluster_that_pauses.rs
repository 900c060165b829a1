//! A cluster of a global database can't pause.

use innovate::prelude::*;

use innovate::aws::database::{AuroraCluster, AutoPause};

fn span(data: &mut Stack<Dev>, database: &AuroraCluster<AutoPause>) {
    data.add("Global", GlobalDatabase::of(database));
}

fn main() {}
