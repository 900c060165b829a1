//! DB-16: snapshots have names that RDS takes, and room.

use innovate_core::{Rule, check::Check};

/// Snapshots have names that RDS takes, and those of a schedule don't use up what an account may have.
pub static SNAPSHOT_HAS_ITS_PLACE: Rule = Rule {
    code: "DB-16",
    title: "a snapshot has a name that RDS takes, and a schedule leaves an account room for others",
    explanation: "\
A snapshot of a cluster has a name of up to 63 characters, one of an instance up to 255, without two \
hyphens in a row. A schedule calls RDS at night: a name that is too long is refused then, each time, without \
a word to anyone. A snapshot that a schedule made stays until someone deletes it, and an account may have 100 \
in a region: one a day uses them up in three months, and from then on there are none.

Shorten the name of the stack or of the construct. For snapshots that are made more often than once a week, take \
a backup plan, which deletes what is old and copies what must outlive the region: \
`BackupRule::daily(lifecycle!(35 days))`.

Source: \"CreateDBClusterSnapshot\" and \"CreateDBSnapshot\", Amazon RDS API Reference; \"Quotas and \
constraints for Amazon RDS\", Amazon RDS User Guide.",
    check: Check::Elsewhere,
};
