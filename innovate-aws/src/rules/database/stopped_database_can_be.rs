//! DB-11: what is stopped at night can be.

use innovate_core::{Rule, check::Check};

/// A database that is stopped at night has no replicas, and is started at another time.
pub static STOPPED_DATABASE_CAN_BE: Rule = Rule {
    code: "DB-11",
    title: "a database that is stopped at night has no replicas, and is started at another time",
    explanation: "\
RDS doesn't stop an instance that has replicas: each night the call would fail, without a word to anyone, \
and the instance would go on at its full price. A database that is stopped and started at the same \
minute is in the middle of the one when the other is refused.

Leave the replicas out where the database is stopped: a program knows its stage. Or use \
`AuroraServerless`, whose readers stop with it, and which can pause by itself.

Source: \"Stopping an Amazon RDS DB instance temporarily\", Amazon RDS User Guide.",
    check: Check::Elsewhere,
};
