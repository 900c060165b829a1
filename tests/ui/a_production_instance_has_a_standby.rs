//! Without one, the loss of a zone is the loss of the database until someone restores it.

use innovate::prelude::*;

use innovate::aws::network::VpcHandle;

fn database(data: &mut Stack<Prod>, vpc: &VpcHandle, key: &Key<Rds>) {
    data.add(
        "Database",
        RdsPostgres::builder()
            .engine(PostgresVersion::V17)
            .instance_class(RdsInstanceClass::M8gLarge)
            .availability(Availability::single_az())
            .storage(storage!(100..=1000))
            .network(vpc.data())
            .key(key)
            .build(),
    );
}

fn main() {}
