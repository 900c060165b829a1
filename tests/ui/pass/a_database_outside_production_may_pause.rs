//! What production may not do, development may: pause, and stand alone.

use innovate_aws::{
    acu,
    database::{AuroraPostgres, AuroraServerless, Capacity, Idle, Readers},
    days,
    keys::{Key, Rds},
    network::VpcHandle,
    weekly_window, window,
};
use innovate_core::{Dev, Stack};

fn database(data: &mut Stack<Dev>, vpc: &VpcHandle, key: &Key<Rds>) {
    data.add(
        "Database",
        AuroraServerless::builder()
            .engine(AuroraPostgres::V17)
            .network(vpc.data())
            .key(key)
            .capacity(Capacity::auto_pause(acu!(8), Idle::FIVE_MINUTES))
            .readers(Readers::none())
            .backup_retention(days!(7))
            .backup_window(window!("02:00-03:00"))
            .maintenance_window(weekly_window!("sun:04:00-sun:05:00"))
            .build(),
    );
}

fn main() {
    let _ = database;
}
