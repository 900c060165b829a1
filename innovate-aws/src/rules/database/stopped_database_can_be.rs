//! DB-11: what is stopped at night can be.

use innovate_core::{Rule, check::Check};

/// A database that is stopped at night has no replicas, and is awake in its windows.
pub static STOPPED_DATABASE_CAN_BE: Rule = Rule {
    code: "DB-11",
    title: "a database that is stopped at night has no replicas, and is awake in its windows",
    explanation: "\
RDS doesn't stop an instance that has replicas: each night the call would fail, without a word to anyone, \
and the instance would go on at its full price. A database that is stopped and started at the same \
minute is in the middle of the one when the other is refused.

While a database is stopped, no automated backup of it is made and nothing is patched. If its windows are in those hours, in winter or in summer, there is never a backup newer than the schedule, and maintenance that AWS insists on comes at another time. Of that you are warned where the program says when the database is started.

Give the database windows in which it is awake: `.backup_window(window!(\"09:00-10:00\"))`, in UTC. \
Leave the replicas out where the database is stopped: a program knows its stage. Or use \
`AuroraServerless`, whose readers stop with it, and which can pause by itself.

Sources: \"Stopping an Amazon RDS DB instance temporarily\" and \"Backup retention period\", Amazon RDS User \
Guide.",
    check: Check::Elsewhere,
};
