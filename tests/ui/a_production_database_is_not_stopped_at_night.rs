//! Users come at night too.

use innovate::prelude::*;

fn sleep(data: &mut Stack<Prod>, database: &impl PostgresDatabase) {
    data.add(
        "AtNight",
        ScheduledStop::builder()
            .database(database)
            .stop(time_of_day!("20:00"))
            .time_zone(time_zone!("Europe/Berlin"))
            .build(),
    );
}

fn main() {}
